"""Cuts that editors make in, cuts for editors out, and what became of every clip between two.

- `cutlist`: the nouns that all of this speaks of; `media`: a source's file;
- `read_cut`: OpenTimelineIO, CMX3600 EDL or FCPXML, told by content;
- `write_otio`, `write_edl`, `write_fcpxml`: for editors and post houses;
- `conform`: kept, moved, trimmed, retimed, repeated, missing, new, ambiguous;
- `pulls`: what a turnover needs of each source;
- `in_own_timecode`: a cut of the film's movie, as a cut of its shots.
"""

from mstation.conform.comparing import ClipFate, Conform, Fate, conform
from mstation.conform.cutlist import CutClip, CutList
from mstation.conform.media import MediaFile
from mstation.conform.own import in_own_timecode
from mstation.conform.pulling import Pull, pulls
from mstation.conform.reading import read_cut
from mstation.conform.write_edl import write_edl
from mstation.conform.write_fcpxml import write_fcpxml
from mstation.conform.write_otio import write_otio

__all__ = [
    "ClipFate",
    "Conform",
    "CutClip",
    "CutList",
    "Fate",
    "MediaFile",
    "Pull",
    "conform",
    "in_own_timecode",
    "pulls",
    "read_cut",
    "write_edl",
    "write_fcpxml",
    "write_otio",
]
