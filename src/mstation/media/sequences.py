"""Image sequences: one file a frame, their numbers in their names.

A sequence is named by a pattern in the place of the number, `shot.%04d.exr` or `shot.####.exr`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from mstation.errors import InvalidInput, NotFound
from mstation.media.exr import MEDIA_TYPE as EXR
from mstation.media.exr import probe_exr, rate_of_exr
from mstation.media.movies import probe_movie
from mstation.media.nouns import Probe
from mstation.media.sniff import HEAD_BYTES, media_type_of
from mstation.timebase import FrameRate

MOST_FRAMES = 500_000
_NUMBER = re.compile(r"%0?(\d*)d|#+")


@dataclass(frozen=True, slots=True)
class Sequence:
    """The files of a sequence, by number."""

    files: dict[int, str]

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers between the first and the last that have no file."""
        return tuple(n for n in range(min(self.files), max(self.files)) if n not in self.files)


def is_pattern(path: str) -> bool:
    """Return whether a path names a sequence."""
    return _NUMBER.search(Path(path).name) is not None


def find_sequence(path: str) -> Sequence:
    """Return the files that a pattern names.

    Raises:
        NotFound: when there are none.
        InvalidInput: when their numbers lie further apart than any film is long.
    """
    folder, name = Path(path).parent, Path(path).name
    mark = _NUMBER.search(name)
    if mark is None:
        raise ValueError(f"{name} names no sequence")
    digits = int(mark[1]) if mark[1] else mark[0].count("#")
    before, after = re.escape(name[: mark.start()]), re.escape(name[mark.end() :])
    number = re.compile(f"{before}(\\d{{{max(1, digits)},}}){after}")
    found = (number.fullmatch(each.name) for each in os.scandir(folder) if each.is_file())
    files = {int(each[1]): str(folder / each[0]) for each in found if each}
    if not files:
        raise NotFound(f"no file is named {name}", zh=f"没有名为 {name} 的文件")
    if max(files) - min(files) >= MOST_FRAMES:
        raise InvalidInput(
            f"the numbers of {name} lie more than {MOST_FRAMES} apart; give one sequence",
            zh=f"{name} 的编号相差超过 {MOST_FRAMES}；请只给一个序列",
        )
    return Sequence(dict(sorted(files.items())))


def probe_sequence(path: str, rate: FrameRate | None) -> Probe:
    """Return what a sequence holds, each of its pictures as large as the first.

    rate: at which it is shown, where its files do not say.

    Raises:
        NotFound: when there is no such file.
        InvalidInput: when the first is damaged, or neither it nor `rate` says how fast it runs.
    """
    sequence = find_sequence(path)
    first = sequence.files[min(sequence.files)]
    is_exr = found_type(first) == EXR
    rate = (rate_of_exr(first) if is_exr else None) or rate
    if rate is None:
        raise InvalidInput(
            "the files do not say at which rate they run; give it", zh="文件未注明帧率，请指定"
        )
    probe = probe_exr(first, rate) if is_exr else probe_image(first)
    picture = replace(probe.pictures[0], rate=rate, frames=len(sequence.files))
    return replace(
        probe,
        pictures=(picture,),
        first_number=min(sequence.files),
        missing=sequence.missing,
    )


def probe_image(path: str) -> Probe:
    """Return what an image file holds."""
    media_type = found_type(path)
    return probe_exr(path) if media_type == EXR else probe_movie(path, media_type)


def found_type(path: str) -> str:
    """Return the media type of a file."""
    with Path(path).open("rb") as file:
        return media_type_of(file.read(HEAD_BYTES))
