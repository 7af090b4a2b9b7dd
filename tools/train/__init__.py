"""The trainers of the small networks that ship. Commands and scores stand in each weights folder's manifest."""
