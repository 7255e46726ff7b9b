"""Pages of a scene to what it needs: tags and lists, capitals, and words read in their place."""

from mstation.breakdown.elements.finding import find_elements

__all__ = ["find_elements"]
