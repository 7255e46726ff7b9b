"""Frames and stems to the cut: movie, OTIO, subtitles."""
