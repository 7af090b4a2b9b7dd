"""What a method is, and the methods that stand for any other: a folder of videos, an outside program, a mock."""
