"""Pure functions of arrays: the arithmetic of the metrics, to be tried in one line of a notebook."""
