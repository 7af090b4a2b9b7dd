"""What a run leaves behind: the schema of its three files, and the store that writes and reads them."""
