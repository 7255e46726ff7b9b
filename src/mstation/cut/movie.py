"""Segments and sound in, the movie out."""

from mstation.media.joining import assemble

__all__ = ["assemble"]
