"""PDF: printed pages to elements, and back."""

from mstation.screenplay.pdf.reading import read
from mstation.screenplay.pdf.writing import missing_characters, write

__all__ = ["missing_characters", "read", "write"]
