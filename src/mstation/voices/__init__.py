"""Lines to speech: casting, sound, word times, mouths."""
