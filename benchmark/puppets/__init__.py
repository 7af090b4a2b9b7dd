"""The embedded corpus: talking faces with known truth, drawn and spoken by this code alone."""
