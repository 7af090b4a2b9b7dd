"""The benchmark: what is measured, how, and what is kept of it. Knows no method; methods register by name."""
