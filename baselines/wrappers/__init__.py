"""Scripts for the python of an outside method: python 3.8 is enough, and nothing of this project is imported."""
