"""Cuts that editors make in, cuts for editors out, and what became of every clip between two.

- `cutlist`: the nouns that all of this speaks of; `media`: a source's file;
- `read_cut`: OpenTimelineIO, CMX3600 EDL or FCPXML, told by content;
- `write_otio`, `write_edl`, `write_fcpxml`: for editors and post houses.
"""

from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.media import MediaFile
from mstation.conform.reading import read_cut
from mstation.conform.write_edl import write_edl
from mstation.conform.write_fcpxml import write_fcpxml
from mstation.conform.write_otio import write_otio

__all__ = [
    "CutClip",
    "CutList",
    "MediaFile",
    "read_cut",
    "write_edl",
    "write_fcpxml",
    "write_otio",
]
