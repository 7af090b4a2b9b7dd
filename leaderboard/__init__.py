"""The leaderboard: reads results folders and nothing else; never reaches torch."""
