"""Methods to compare with: the frames of every table, EDTalk by label, image and audio, and outside methods."""
