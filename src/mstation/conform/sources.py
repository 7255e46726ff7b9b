"""Which source a clip plays, told by what documents say of it; never guessed between two.

In this order, the first that says something decides: the shot's id; the label, as it is written;
the label without what programs add to it (case, extension, version, take, the numbers of an image
sequence, Avid's `.new.01`); the file's name. Where two sources answer, both are told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from mstation.conform.cutlist import CutClip

Source = tuple[str, str]  # the shot's id, or the label and reel

_EXTENSION = re.compile(
    r"\.(?:mov|mp4|m4v|mxf|mkv|avi|webm|mts|exr|dpx|tiff?|png|jpe?g|tga|cin|r3d|ari|arx|braw|crm|wav)$"
)
_ADDED = re.compile(
    r"(?:[._ -]?v\d{1,4}"  # version
    r"|[._ -]+(?:take|tk|t)[._ -]?\d{1,3}"  # take
    r"|\.(?:new|copy|sub|sync|dupe)\.\d{1,4}"  # Avid's subclips and copies
    r"|[._]?(?:%0?\d*d|#+|\[\d+-\d+\])|\.\d{3,8}"  # numbers of an image sequence
    r")$"
)
_BETWEEN = re.compile(r"[\W_]+")


def exact(text: str) -> str:
    """Return a label or a file's name without its folder, case and extension."""
    name = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    return _EXTENSION.sub("", unicodedata.normalize("NFKC", name).casefold().strip())


def loose(text: str) -> str:
    """Return a label without whatever programs add to it."""
    name = exact(text)
    while True:
        shorter = _ADDED.sub("", _EXTENSION.sub("", name))
        if not shorter or shorter == name:
            break
        name = shorter
    return _BETWEEN.sub("_", name).strip("_")


def source_of(clip: CutClip) -> Source:
    """Return what tells a source of a cut from its others."""
    if clip.shot_id:
        return clip.shot_id, ""
    return exact(clip.name), exact(clip.reel or clip.name)


class Sources:
    """The sources of a cut, to be found again in another one."""

    def __init__(self, clips: Iterable[CutClip]) -> None:
        self.clips: dict[Source, CutClip] = {}
        self._labels: dict[str, set[Source]] = {}
        self._loose: dict[str, set[Source]] = {}
        self._files: dict[str, set[Source]] = {}
        self._found: dict[tuple[str | None, str, str, str], Sequence[Source]] = {}
        for clip in clips:
            source = source_of(clip)
            self.clips.setdefault(source, clip)
            for label in {clip.name, clip.reel or clip.name}:
                self._labels.setdefault(exact(label), set()).add(source)
                self._loose.setdefault(loose(label), set()).add(source)
            if clip.file:
                self._files.setdefault(loose(clip.file), set()).add(source)

    def of(self, clip: CutClip) -> Sequence[Source]:
        """Return the sources that a clip of another cut may play: one, none, or several."""
        said = (clip.shot_id, clip.name, clip.reel, clip.file)
        if said not in self._found:
            self._found[said] = self._of(clip)
        return self._found[said]

    def _of(self, clip: CutClip) -> Sequence[Source]:
        if clip.shot_id and (clip.shot_id, "") in self.clips:
            return [(clip.shot_id, "")]
        labels = [clip.name, *([clip.reel] if clip.reel else [])]
        for form, table in ((exact, self._labels), (loose, self._loose)):
            for index, label in enumerate(labels):
                found = self._allowed(clip, table, form, label)
                if index:  # a reel is a tape of many sources: it must be one's label
                    found = [each for each in found if self._is_called(each, label, form)]
                if len(found) > 1:
                    found = self._of_reel(clip, found) or found
                if found:
                    return found
        if not clip.file:
            return []
        return self._allowed(clip, self._files, loose, clip.file) or self._allowed(
            clip, self._loose, loose, clip.file
        )

    def _allowed(
        self,
        clip: CutClip,
        table: dict[str, set[Source]],
        form: Callable[[str], str],
        text: str,
    ) -> list[Source]:
        """Return a table's sources; one that is another shot by its id is none."""
        wanted = form(text)
        found = sorted(table.get(wanted, ())) if wanted else []
        return [each for each in found if not (clip.shot_id and self.clips[each].shot_id)]

    def _is_called(self, source: Source, label: str, form: Callable[[str], str]) -> bool:
        return form(self.clips[source].name) == form(label)

    def _of_reel(self, clip: CutClip, found: Sequence[Source]) -> list[Source]:
        reel = exact(clip.reel or clip.name)
        own = (exact(self.clips[each].reel or self.clips[each].name) for each in found)
        same = [each for each, of in zip(found, own, strict=True) if of == reel]
        return same if len(same) == 1 else []
