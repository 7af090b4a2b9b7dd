"""FLOAT: an audio-driven talking portrait by flow matching over a motion latent (Ki, Min & Chae, ICCV 2025)."""
