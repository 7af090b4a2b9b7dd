"""From a corpus as it is downloaded to clips that every method and metric reads: found, cut, checked, accounted for."""
