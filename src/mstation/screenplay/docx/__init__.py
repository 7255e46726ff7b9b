"""Word documents (DOCX) to elements; other zipped formats are named, or read where simple."""

from mstation.screenplay.docx.reading import read

__all__ = ["read"]
