"""The drawn faces."""
