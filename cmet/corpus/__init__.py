"""A corpus prepared for training: codes and embeddings of many clips. `python -m cmet.corpus` packs one."""
