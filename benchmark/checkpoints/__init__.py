"""Weights files: records, safe loading, deterministic filling, golden folders, and what ships with the project."""
