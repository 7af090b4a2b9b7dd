"""Methods to compare with: the frames of every table, and adapters to outside methods, one a file."""
