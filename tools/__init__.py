"""Things of the workshop; not installed."""
