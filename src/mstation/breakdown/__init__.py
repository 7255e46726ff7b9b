"""Script to breakdown: scenes, beats, cast, eighths, minutes."""
