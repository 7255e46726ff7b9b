"""Fountain: text to elements, and back.

Source: fountain.io/syntax (version 1.1).
"""

from mstation.screenplay.fountain.reading import read
from mstation.screenplay.fountain.writing import write

__all__ = ["read", "write"]
