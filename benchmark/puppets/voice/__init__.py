"""The puppets' speech."""
