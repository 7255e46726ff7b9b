"""Script to breakdown: scenes, beats, cast, eighths, minutes."""

from mstation.breakdown.assembly import break_down

__all__ = ["break_down"]
