"""The configuration of a run: what it may say (`spec`), how files and overrides become it (`compose`)."""
