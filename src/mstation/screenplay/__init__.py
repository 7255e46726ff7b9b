"""Text to script: every reader of a screenplay format, and ids kept across revisions."""

from mstation.screenplay.reading import read

__all__ = ["read"]
