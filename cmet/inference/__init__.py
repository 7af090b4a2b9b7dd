"""From a source video and emotional speech to an edited video."""
