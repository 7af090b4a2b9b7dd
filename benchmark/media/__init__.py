"""Video, sound, pictures and faces: everything that touches a media file."""
