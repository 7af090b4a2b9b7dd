"""Intervals and comparisons. Pure functions of arrays; randomness is an argument."""
