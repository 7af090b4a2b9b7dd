"""C-MET's networks, and what stands before and after them."""
