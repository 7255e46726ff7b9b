"""A cut in, an OpenTimelineIO document out; its library is loaded when the first one is written."""

from __future__ import annotations

from collections.abc import Mapping

from mstation.conform.cutlist import CutList
from mstation.conform.media import MediaFile


def write_otio(cut: CutList, media: Mapping[str, MediaFile] | None = None) -> bytes:
    """Return a cut as an OpenTimelineIO document.

    A dissolve begins at the cut, as in an EDL. What a clip may play is all of its media: the
    file's, by the clip's name, else the handles that the clip knows of.
    """
    from mstation.conform.otio_track import timeline_of

    return f"{timeline_of(cut, media or {}).to_json_string(indent=1)}\n".encode()
