"""Evaluator networks with the key names of the released checkpoints: one architecture a file."""
