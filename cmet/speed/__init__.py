"""How fast C-MET's networks run, measured against the reference's arrangement of the same arithmetic."""
