"""Cuts that editors make in, cuts for editors out, and what became of every clip between two.

    cutlist     the noun: uses of sources in record order
"""

from mstation.conform.cutlist import CutClip, CutList

__all__ = ["CutClip", "CutList"]
