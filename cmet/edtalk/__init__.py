"""EDTalk: the disentangled face model that C-MET edits."""
