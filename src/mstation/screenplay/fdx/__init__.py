"""Final Draft's FDX: a script in, a script out."""

from mstation.screenplay.fdx.reading import read
from mstation.screenplay.fdx.writing import write

__all__ = ["read", "write"]
