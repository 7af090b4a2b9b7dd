"""Two or more runs of one split, sample by sample. Pandas and numpy only: the leaderboard uses it too."""
