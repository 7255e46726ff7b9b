"""Files on a disk in, what they deliver out: each movie, each sequence whole, and for which shot.

A sequence is known by its numbers: `014-002_comp.1001.exr` or `014-002_comp_1001.exr`; it may be
given as a pattern, `014-002_comp.####.exr` or `014-002_comp.%04d.exr`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mstation.errors import InvalidInput, NotFound

_KINDS = r"(?:exr|dpx|tiff?|png|jpe?g|webp)"
_NUMBERED = re.compile(rf"(.+)(?:(\.)(\d{{3,9}})|(_)(\d{{4,9}}))(\.{_KINDS})", re.IGNORECASE)
_PATTERN = re.compile(rf"(.+)([._])(?:#+|%0?\d*d)(\.{_KINDS})", re.IGNORECASE)
# A run of Latin letters and digits, or of other letters: 镜头014合成 is three words.
_WORD = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")

Shot = TypeVar("Shot", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Deliverable:
    """What becomes one version: a file, or the files of a sequence by number."""

    name: str  # as a person would write it: 014-002_comp.####.exr
    stem: str  # without number and kind
    paths: tuple[Path, ...]
    numbers: tuple[int, ...] = ()  # of a sequence, in order

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers between the first and the last that have no file."""
        if not self.numbers:
            return ()
        there = set(self.numbers)
        return tuple(n for n in range(self.numbers[0], self.numbers[-1]) if n not in there)


def find_deliverables(named: Iterable[Path]) -> list[Deliverable]:
    """Return what is delivered by files, folders of files and patterns, by name.

    Raises:
        NotFound: when there is no such file.
        InvalidInput: when a sequence has two files of one number.
    """
    sequences: dict[tuple[Path, str, str, str], dict[int, list[Path]]] = {}
    single: list[Path] = []
    for path in dict.fromkeys(each for one in named for each in _files_of(one)):
        parts = _numbered(path)
        if parts is None:
            single.append(path)
        else:
            *key, number = parts
            before, sign, after = key
            files = sequences.setdefault((path.parent, before, sign, after), {})
            files.setdefault(number, []).append(path)
    found = [Deliverable(path.name, path.stem, (path,)) for path in single]
    for (_, before, sign, after), files in sequences.items():
        if sign == "_" and len(files) == 1:  # a still whose name ends in a number
            ((path,),) = files.values()
            found.append(Deliverable(path.name, path.stem, (path,)))
        else:
            found.append(_sequence(before, sign, after, files))
    return sorted(found, key=lambda each: (each.name, each.paths))


def find_named(stem: str, shots: Mapping[str, Sequence[Shot]]) -> list[Shot]:
    """Return the shots whose label a file's name has in it, whole; several: it cannot be told.

    shots: by `words_joined` of their labels. A label at the start goes before others, and a longer
    one before one within it. Case and what separates words do not matter.
    """
    words = _words(stem)
    places = [(i, j) for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
    found = {(i, j): named for i, j in places if (named := shots.get("".join(words[i:j])))}
    whole = [
        (i, j)
        for i, j in found
        if not any(k <= i and j <= m and (i, j) != (k, m) for k, m in found)
    ]
    at_start = [place for place in whole if place[0] == 0]
    return list(dict.fromkeys(shot for place in at_start or whole for shot in found[place]))


def words_joined(label: str) -> str:
    """Return a label as `find_named` looks for it: `014-002` and `014_002` are one."""
    return "".join(_words(label))


def spans(numbers: Iterable[int]) -> str:
    """Return numbers as people write them: `1003, 1010-1012`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _numbered(path: Path) -> tuple[str, str, str, int] | None:
    """Return what stands before a file's number, its separator, its kind and the number."""
    found = _NUMBERED.fullmatch(path.name)
    if found is None:
        return None
    before, *parts, after = found.groups()
    sign, digits = (part for part in parts if part is not None)
    return before, sign, after, int(digits)


def _files_of(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(p for p in path.iterdir() if p.is_file() and p.name[0] != ".")
    elif path.is_file():
        yield path
    elif (pattern := _PATTERN.fullmatch(path.name)) and path.parent.is_dir():
        numbered = ((each, _numbered(each)) for each in sorted(path.parent.iterdir()))
        found = [each for each, parts in numbered if parts and parts[:3] == pattern.groups()]
        if not found:
            raise _nothing(path)
        yield from found
    else:
        raise _nothing(path)


def _nothing(path: Path) -> NotFound:
    return NotFound(f"there is no file {path}", zh=f"找不到文件 {path}")


def _sequence(
    before: str, sign: str, after: str, files: Mapping[int, Sequence[Path]]
) -> Deliverable:
    for number, paths in files.items():
        if len(paths) > 1:
            names = ", ".join(path.name for path in paths)
            raise InvalidInput(
                f"{names} are one frame of a sequence, {number}; keep one of them",
                zh=f"{names} 是同一序列的同一帧（{number}）；请只保留一个",
            )
    numbers = tuple(sorted(files))
    first = files[numbers[0]][0].name
    digits = len(first) - len(before) - len(sign) - len(after)
    paths = tuple(files[number][0] for number in numbers)
    return Deliverable(f"{before}{sign}{'#' * digits}{after}", before, paths, numbers)
