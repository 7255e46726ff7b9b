"""Clips of a cut in, their segments out: each made once, and kept under what it is made of.

A segment's key is the content of the media, which of its frames are shown and how; where in the
film it stands, or what the shot is called, does not matter. Two cuts, and two workers, share them.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from mstation.errors import Faulty, InvalidInput, NotFound
from mstation.graph.keys import key_of, key_parts
from mstation.graph.step import Record, Step
from mstation.graph.store import Store
from mstation.media import Derived, apart
from mstation.media.pieces import SEGMENT_RECIPE, Piece
from mstation.station.blobs import Blobs
from mstation.work.kinds import CutRender, RenderedClip

_PICTURE, _FACTS = "picture", "facts"
_SEGMENT = Step(
    "segment",
    SEGMENT_RECIPE,
    "mstation.media.apart:segment",
    ("av", "numpy", "opencolorio", "openexr"),
)
_SLATE = Step(
    "slate",
    SEGMENT_RECIPE,
    "mstation.media.apart:slate",
    ("av", "numpy", "pillow"),
    ("share/mstation/fonts/NotoSansSC_400Regular.ttf",),
)
_MOST_FAULTS = 5  # that one message names


@dataclass(frozen=True, slots=True)
class Segment:
    """A clip's segment, as the store keeps it."""

    clip: RenderedClip
    digest: str
    own_rate: str | None  # of the media; None: it has none
    was_made: bool  # now
    is_kept: bool  # its packets are the media's own


def make_segments(
    cut: CutRender,
    store: Store,
    blobs: Blobs,
    *,
    scratch: Path,
    at_once: int,
    tell: Callable[[float, str], None],
) -> list[Segment]:
    """Return the segments of a cut's clips, in order; those that the store lacks are made.

    tell: gets how much of the cut is there, and which clip came last.

    Raises:
        Faulty: when clips cannot be shown: each is named, with the reason.
        StoreFailed: when the store or the station's files refuse.
    """
    pieces = {_key(cut, clip): clip for clip in reversed(cut.clips)}
    lacking = {key: clip for key, clip in pieces.items() if store.record(key) is None}
    media = _Media(blobs, Counter(digest for clip in lacking.values() for digest in _media(clip)))
    faults: dict[str, InvalidInput | NotFound] = {}
    pool = ThreadPoolExecutor(at_once)
    try:
        making = {
            pool.submit(_make, cut, clip, key, store, media, scratch): key
            for key, clip in sorted(lacking.items(), key=lambda each: _media(each[1]))
        }
        for number, done in enumerate(as_completed(making)):
            key = making[done]
            tell((number + len(pieces) - len(lacking)) / len(pieces), lacking[key].name)
            try:
                done.result()
            except (InvalidInput, NotFound) as error:
                faults[key] = error
    finally:
        pool.shutdown(cancel_futures=True)
    _refuse(cut, faults)
    return [_found(cut, clip, store, lacking) for clip in cut.clips]


def _make(
    cut: CutRender, clip: RenderedClip, key: str, store: Store, media: _Media, scratch: Path
) -> None:
    """Make a clip's segment and store it."""
    began = monotonic()
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        out = Path(folder) / "segment.mp4"
        made = _written(cut, clip, media, Path(folder), out)
        facts = json.dumps(made.details, sort_keys=True).encode()
        outputs = {_PICTURE: store.put(out), _FACTS: store.put(facts)}
    store.write_record(key, Record(_step(clip).name, outputs, monotonic() - began))


def _written(cut: CutRender, clip: RenderedClip, media: _Media, folder: Path, out: Path) -> Derived:
    piece = _piece(cut, clip)
    with ExitStack() as files:
        paths = [files.enter_context(media.file(digest)) for digest in _media(clip)]
        if not paths:
            return apart.slate(clip.name, piece, out)
        if not clip.digests:
            return apart.segment(paths[0], piece, out)
        for number, path in enumerate(paths):
            (folder / f"frame.{number:07}").symlink_to(path.resolve())
        return apart.segment(folder / "frame.%07d", piece, out)


def _found(
    cut: CutRender, clip: RenderedClip, store: Store, made: Mapping[str, RenderedClip]
) -> Segment:
    key = _key(cut, clip)
    record = store.record(key)
    assert record is not None, f"{clip.name}: the store lost what it was just given"
    facts = json.loads(store.read(record.outputs[_FACTS].digest))
    digest = record.outputs[_PICTURE].digest
    return Segment(clip, digest, facts["rate"], key in made, facts["is_kept"])


def _key(cut: CutRender, clip: RenderedClip) -> str:
    """Return what a clip's segment is known by."""
    params = asdict(_piece(cut, clip))
    media = _media(clip)
    if not media:
        params = {**params, "name": clip.name}
    inputs = {f"{number:07}": digest for number, digest in enumerate(media)}
    return key_of(key_parts(_step(clip), params, inputs))


def _piece(cut: CutRender, clip: RenderedClip) -> Piece:
    """Return what of its media a clip shows; an image sequence begins with its first file."""
    if clip.digest is None:
        return Piece(0, clip.frames, cut.rate, cut.width, cut.height)
    return Piece(clip.first, clip.frames, cut.rate, cut.width, cut.height, clip.speed)


def _media(clip: RenderedClip) -> tuple[str, ...]:
    """Return the digests of the files that a clip shows."""
    return clip.digests[: clip.frames] if clip.digest is None else (clip.digest,)


def _step(clip: RenderedClip) -> Step:
    return _SEGMENT if _media(clip) else _SLATE


def _refuse(cut: CutRender, faults: Mapping[str, InvalidInput | NotFound]) -> None:
    """Refuse clips that cannot be shown, the first of the film first."""
    if not faults:
        return
    told = {clip.name: faults[_key(cut, clip)] for clip in cut.clips if _key(cut, clip) in faults}
    rows = [
        (f"clip {name}: {error}", f"镜头 {name}：{error.told('zh')}")
        for name, error in told.items()
    ]
    more = len(rows) - _MOST_FAULTS
    english = "; ".join(row[0] for row in rows[:_MOST_FAULTS])
    chinese = "；".join(row[1] for row in rows[:_MOST_FAULTS])
    raise Faulty(
        english + (f"; and {more} more" if more > 0 else ""),
        faults=rows,
        zh=chinese + (f"；另有 {more} 个" if more > 0 else ""),
    )


class _Media:
    """The station's files that clips show: each fetched and checked once, as long as needed."""

    def __init__(self, blobs: Blobs, wanted: Counter[str]) -> None:
        self._blobs = blobs
        self._left = wanted  # how often each will still be asked for
        self._open: dict[str, tuple[ExitStack, Path]] = {}
        self._locks = {digest: Lock() for digest in wanted}

    @contextmanager
    def file(self, digest: str) -> Iterator[Path]:
        """Give a file to read."""
        with self._locks[digest]:
            if digest not in self._open:
                stack = ExitStack()
                self._open[digest] = stack, stack.enter_context(self._blobs.file(digest))
        try:
            yield self._open[digest][1]
        finally:
            with self._locks[digest]:
                self._left[digest] -= 1
                if not self._left[digest]:
                    self._open.pop(digest)[0].close()


def refuse_short(clips: Sequence[RenderedClip]) -> None:
    """Refuse image sequences that have fewer files than frames are to be shown.

    Raises:
        InvalidInput: naming the first of them.
    """
    for clip in clips:
        if clip.digest is None and 0 < len(clip.digests) < clip.frames:
            raise InvalidInput(
                f"clip {clip.name}: {len(clip.digests)} pictures for {clip.frames} frames",
                zh=f"镜头 {clip.name}：需要 {clip.frames} 帧，只有 {len(clip.digests)} 张图片",
            )
