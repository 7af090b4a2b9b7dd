"""Which sentence a clip of MEAD really says: the official release numbers some folders otherwise than the paper."""
