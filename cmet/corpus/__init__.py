"""A corpus prepared for training: motion codes and speech embeddings of many clips. `python -m cmet.corpus` packs one."""
