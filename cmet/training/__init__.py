"""Training of C-MET's connector."""
