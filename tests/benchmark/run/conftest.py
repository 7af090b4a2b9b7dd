"""The toy world of the harness' tests, for the command that runs it."""

from tests.benchmark.harness.conftest import calls, run, scores, toys

__all__ = ["calls", "run", "scores", "toys"]
