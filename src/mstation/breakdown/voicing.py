"""What a person says of voices in `film.toml`: rows in, each character's wish out.

[[voice]]
character = "MARA"
like = "gravelly, soft-spoken"   # words, as a script would describe the voice
pitch_hz = 110                   # the middle of the melody
tilt_db = -3                     # dB an octave: under 0 dark and soft, over 0 bright and pressed
speed = 0.9
engine = "piper"                 # a voice from a file: piper or kokoro
model = "voices/joe.onnx"        # beside the screenplay
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Literal

from mstation.breakdown.handwritten import Row, near_names
from mstation.breakdown.names import name_key
from mstation.breakdown.scene import Breakdown, Character
from mstation.screenplay.script import ReadingNote

FileEngine = Literal["piper", "kokoro"]
_ENGINES: tuple[FileEngine, ...] = ("piper", "kokoro")
_VARIANTS = (
    "m3", "m7", "m2", "m6", "f2", "f5", "f1", "Annie", "grandpa", "grandma",
)  # fmt: skip
_EXAMPLES = {
    "character": "MARA",
    "like": "gravelly, soft-spoken",
    "variant": "m3",
    "engine": "piper",
    "model": "voices/joe.onnx",
    "styles": "voices/voices.npz",
    "speaker": "af_heart",
    "licence": "CC0-1.0",
}
# What a number may be: the least, the most.
_RANGES = {
    "pitch_hz": (60.0, 420.0),
    "tilt_db": (-6.0, 6.0),
    "formants": (0.78, 1.22),
    "range": (0.4, 1.6),
    "speed": (0.6, 1.5),
    "breath": (0.0, 0.9),
    "roughness": (0.0, 0.08),
}
_KEYS = (*_EXAMPLES, *_RANGES)
_NO_FILES: dict[str, Any] = dict.fromkeys(("engine", "model", "styles", "speaker", "licence"), "")


@dataclass(frozen=True, slots=True)
class VoiceWish:
    """What a person wants of one character's voice; what is left out is cast as ever."""

    character: str  # as the person wrote it
    like: str = ""
    variant: str = ""
    engine: FileEngine | Literal[""] = ""
    model: str = ""
    styles: str = ""
    speaker: str = ""
    licence: str = ""
    pitch_hz: float | None = None
    tilt_db: float | None = None
    formants: float | None = None
    range: float | None = None
    speed: float | None = None
    breath: float | None = None
    roughness: float | None = None
    line: int = 0  # of film.toml, where it can be told

    @property
    def files(self) -> tuple[str, ...]:
        """The files that the voice is made of, relative to the screenplay's folder."""
        beside = f"{self.model}.json" if self.engine == "piper" else self.styles
        return (self.model, beside) if self.engine else ()


def read_wish(row: dict[str, Any], where: Row) -> VoiceWish:
    """Return the wish that a row says.

    Raises:
        InvalidInput: when it says what we do not know; names line and remedy.
    """
    where.check_keys(row, _KEYS)
    where.words(row, "character", _EXAMPLES["character"])
    said = {key: where.words(row, key, example) for key, example in _EXAMPLES.items() if key in row}
    for key, known in (("engine", _ENGINES), ("variant", _VARIANTS)):
        if key in said and said[key] not in known:
            raise where.unknown(key, {"engine": "引擎", "variant": "音色"}[key], said[key], known)
    numbers = {key: _number(row, key, where) for key in _RANGES if key in row}
    wish = VoiceWish(**said, **numbers, line=where.line)  # type: ignore[arg-type]
    _check_files(wish, where)
    return wish


def _number(row: dict[str, Any], key: str, where: Row) -> float:
    least, most = _RANGES[key]
    value = row[key]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise where.refuse(
            f"`{key}` must be a number from {least:g} to {most:g}: {key} = {(least + most) / 2:g}",
            f"`{key}` 应为 {least:g} 到 {most:g} 之间的数，例如 {key} = {(least + most) / 2:g}",
        )
    return float(value)


def _check_files(wish: VoiceWish, where: Row) -> None:
    """Refuse a voice from a file that lacks its file, or files that no engine is named for."""
    wanted = {"piper": ("model",), "kokoro": ("model", "styles")}.get(wish.engine, ())
    for key in wanted:
        if not getattr(wish, key):
            raise where.refuse(
                f'engine "{wish.engine}" needs `{key}`: {key} = "{_EXAMPLES[key]}"',
                f'引擎 "{wish.engine}" 需要 `{key}`，例如 {key} = "{_EXAMPLES[key]}"',
            )
    for key in ("model", "styles", "speaker", "licence"):
        if getattr(wish, key) and not wish.engine:
            raise where.refuse(
                f'`{key}` goes with a voice from a file; add engine = "piper" or "kokoro"',
                f'`{key}` 用于文件中的嗓音；请加上 engine = "piper" 或 "kokoro"',
            )
    for name in wish.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
            raise where.refuse(
                f"`{name}` must lie in the screenplay's folder; write its path from there",
                f"`{name}` 应在剧本所在的文件夹里；请写相对于那里的路径",
            )


def own_voices_of(
    rows: Iterable[VoiceWish], cast: Sequence[Character]
) -> tuple[tuple[str, VoiceWish], ...]:
    """Return whose voice is brought as files, the ids sorted; the later row counts."""
    by_name = {name_key(name): who.id for who in cast for name in (who.name, *who.aliases)}
    last = {by_name[name_key(r.character)]: r for r in rows if name_key(r.character) in by_name}
    return tuple((who, last[who]) for who in sorted(last) if last[who].engine)


def wishes_of(
    rows: Iterable[VoiceWish], cast: Sequence[Character]
) -> tuple[tuple[str, VoiceWish], ...]:
    """Return who is meant by each row, the ids sorted; of two rows for one the later counts.

    Files that are brought are none of casting's: who has them is cast all the same, for what
    they cannot say.
    """
    by_name = {name_key(name): who.id for who in cast for name in (who.name, *who.aliases)}
    wishes = {
        by_name[name_key(row.character)]: replace(row, line=0, **_NO_FILES)
        for row in rows
        if name_key(row.character) in by_name
    }
    return tuple(sorted(wishes.items(), key=lambda pair: pair[0]))


def voice_doubts(rows: Iterable[VoiceWish], film: Breakdown) -> tuple[ReadingNote, ...]:
    """Return the rows for somebody who is not in the film, each with the nearest right name."""
    names = {name_key(name): name for who in film.cast for name in (who.name, *who.aliases)}
    notes = []
    for row in rows:
        if name_key(row.character) not in names:
            hint, hint_zh = near_names(row.character.upper(), sorted(names.values()))
            told = f"no such character `{row.character}`{hint}"
            told_zh = f"没有人物 `{row.character}`{hint_zh}"
            notes.append(ReadingNote(row.line, "warning", told, told_zh))
    return tuple(notes)


def heard_together(film: Breakdown) -> tuple[tuple[str, ...], ...]:
    """Return, of those who speak in the film, who are in one scene: each group once, in order.

    How much anybody says, and in what order scenes stand, changes nothing of it.
    """
    speakers = {b.line.character_id for scene in film.scenes for b in scene.beats if b.line}
    groups = {
        frozenset(scene.present).union(b.line.character_id for b in scene.beats if b.line)
        & speakers
        for scene in film.scenes
    }
    largest = [group for group in groups if not any(group < other for other in groups)]
    return tuple(sorted(tuple(sorted(group)) for group in largest if len(group) > 1))
