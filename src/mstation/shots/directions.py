"""What a person wants of single shots, in `direction.toml`: bytes to directions, and back.

style = "classical"        # of the whole film; may be left out

[shots.sh-4k2m9xw0qd]      # a shot by its id, as shots.csv and shots.json have it
size = "CU"                # or any word that a note may use: "close-up", "特写"
lens_mm = 85
move = "push in"
angle = "low"
duration_s = 4.0
subjects = ["MARA"]
locked = true              # keep what the shot has now

Every key may be left out; what is not said stays with the designer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mstation.breakdown.handwritten import MAX_WORDS, Row, near_names, tables_of, text_of
from mstation.errors import InvalidInput, NotFound
from mstation.screenplay.script import ReadingNote
from mstation.shots.direction import Direction, Wish
from mstation.shots.note_words import lowered, meaning, nearest_prime, plain, words_of
from mstation.shots.shot import Angle, Move, Role, Shot, Size
from mstation.shots.styles import style_named

SCHEMA = "mstation.direction/1"
_KEYS = ("size", "angle", "move", "lens_mm", "duration_s", "subjects", "locked")
_RANGES = {"lens_mm": (4.0, 1200.0), "duration_s": (0.25, 600.0)}
_EXAMPLES = {
    "style": "classical", "size": "CU", "angle": "low", "move": "push in",
    "lens_mm": "85", "duration_s": "4.0",
}  # fmt: skip
_ROW = re.compile(r"""[ \t]*\[[ \t]*["']?shots["']?[ \t]*\.[ \t]*["']?([^"'\]]+?)["']?[ \t]*\]""")
_STYLE = re.compile(r"""[ \t]*["']?style["']?[ \t]*=""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_Noun = TypeVar("_Noun", Size, Angle, Move)


@dataclass(frozen=True, slots=True)
class Directions:
    """Everything that people want of a film's shots, in the order of the file."""

    rows: tuple[Direction, ...] = ()
    style: str = ""  # of the whole film; empty where the file names none
    lines: tuple[int, ...] = field(default=(), compare=False)  # where each row stands, if known


def read_directions(data: bytes, path: str) -> Directions:
    """Return the directions that a `direction.toml` holds; an empty file holds none.

    Raises:
        InvalidInput: when it is no TOML, or says what we do not know; names line and remedy.
    """
    text = text_of(data, path)
    tables = tables_of(text, path)
    lines = text.split("\n")
    Row(path).check_keys(tables, ("style", "shots"), "table", "表")
    rows = tables.get("shots", {})
    if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
        raise InvalidInput(
            "`shots` holds a table a shot: write [shots.sh-…] above each of them",
            path=path,
            zh="`shots` 里每个镜头一个表：每一条上面写一行 [shots.sh-…]",
        )
    places = {found[1]: at for at, line in enumerate(lines, 1) if (found := _ROW.match(line))}
    return Directions(
        tuple(
            _direction(key, row, _row(path, key, places.get(key, 0))) for key, row in rows.items()
        ),
        _style(tables, lines, path),
        tuple(places.get(key, 0) for key in rows),
    )


def write_directions(directions: Directions) -> bytes:
    """Return the `direction.toml` of directions; reading it gives the same directions."""
    parts = [f"style = {_quoted(directions.style)}\n"] if directions.style else []
    parts += (_table(row) for row in directions.rows)
    return "\n".join(parts).encode()


def _row(path: str, shot_id: str, line: int) -> Row:
    called = f"[shots.{shot_id[:60]}]"
    return Row(path, called, called, line)


def _style(tables: dict[str, Any], lines: list[str], path: str) -> str:
    if "style" not in tables:
        return ""
    line = next((at for at, text in enumerate(lines, 1) if _STYLE.match(text)), 0)
    where = Row(path, line=line)
    try:
        return style_named(where.words(tables, "style", _EXAMPLES["style"])).name
    except NotFound as error:
        raise where.refuse(str(error), error.told("zh")) from None


def _direction(shot_id: str, row: dict[str, Any], where: Row) -> Direction:
    if not shot_id.strip() or len(shot_id) > MAX_WORDS:
        raise where.refuse("a shot has an id: [shots.sh-…]", "镜头要写编号：[shots.sh-…]")
    where.check_keys(row, _KEYS)
    locked = row.get("locked", False)
    if not isinstance(locked, bool):
        raise where.refuse("`locked` is true or false", "`locked` 应为 true 或 false")
    return Direction(
        shot_id,
        size=_meant(Size, row, "size", where),
        angle=_meant(Angle, row, "angle", where),
        move=_meant(Move, row, "move", where),
        lens_mm=_number(row, "lens_mm", where),
        duration_s=_number(row, "duration_s", where),
        subjects=_names(row, where),
        locked=locked,
    )


def _meant(noun: type[_Noun], row: dict[str, Any], key: str, where: Row) -> _Noun | None:
    if key not in row:
        return None
    written = where.words(row, key, _EXAMPLES[key])
    meant = meaning(noun, written)
    if meant is None:
        kind, kind_zh = _KINDS[key]
        known: list[str] = [each.value for each in noun]
        raise where.unknown(kind, kind_zh, written, known, [*known, *words_of(noun)])
    return meant


_KINDS = {"size": ("size", "景别"), "angle": ("angle", "角度"), "move": ("move", "运动")}


def _number(row: dict[str, Any], key: str, where: Row) -> float | None:
    if key not in row:
        return None
    value, (least, most) = row[key], _RANGES[key]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not least <= value <= most:
        raise where.refuse(
            f"`{key}` is a number from {least:g} to {most:g}: {key} = {_EXAMPLES[key]}",
            f"`{key}` 应为 {least:g} 到 {most:g} 之间的数：{key} = {_EXAMPLES[key]}",
        )
    return float(value)


def _names(row: dict[str, Any], where: Row) -> tuple[str, ...]:
    value = row.get("subjects", [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(
        isinstance(name, str) and name.strip() and len(name) <= MAX_WORDS for name in names
    ):
        raise where.refuse(
            '`subjects` is a list of names: subjects = ["MARA"]',
            '`subjects` 应为人名的列表：subjects = ["林晚"]',
        )
    return tuple(name.strip() for name in names)


def _table(row: Direction) -> str:
    key = row.shot_id if _BARE.fullmatch(row.shot_id) else _quoted(row.shot_id)
    said: dict[str, str] = {}
    for name in ("size", "angle", "move"):
        value = getattr(row, name)
        if value is not None:
            said[name] = _quoted(value.value)
    for name in ("lens_mm", "duration_s"):
        value = getattr(row, name)
        if value is not None:
            said[name] = repr(float(value))
    if row.subjects:
        said["subjects"] = f"[{', '.join(map(_quoted, row.subjects))}]"
    if row.locked:
        said["locked"] = "true"
    return "".join([f"[shots.{key}]\n", *(f"{name} = {value}\n" for name, value in said.items())])


def _quoted(text: str) -> str:
    # TOML takes JSON's escapes, but not DEL as it is
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def asked_of(direction: Direction) -> str:
    """Return a direction in the words of a note: `CU MARA, 85mm, push in, 4s`."""
    who = " ".join(filter(None, (direction.size or "", *direction.subjects)))
    said = [
        who,
        f"{direction.lens_mm:g}mm" if direction.lens_mm is not None else "",
        (direction.move or "").replace("_", " "),
        direction.angle or "",
        f"{direction.duration_s:g}s" if direction.duration_s is not None else "",
        "locked" if direction.locked else "",
    ]
    return ", ".join(filter(None, said))


def wish_of(direction: Direction, shot: Shot, cast: Mapping[str, Sequence[str]]) -> Wish:
    """Return a direction as a wish: at the beat, the frames and the role that its shot has.

    Args:
        direction: what is wanted.
        shot: as it was designed without the direction.
        cast: names and aliases, by id, of those who may be shot; other names are passed over.
    """
    ids = _ids_by_name(cast)
    named = [ids[key] for name in direction.subjects if (key := _key(name)) in ids]
    subjects = tuple(dict.fromkeys(named)) or shot.subjects
    is_kept = direction.locked
    lens_mm = None if direction.lens_mm is None else nearest_prime(direction.lens_mm)
    return Wish(
        beat_id=next(iter(shot.beats), ""),
        asked=asked_of(direction),
        size=direction.size or (shot.size if is_kept else None),
        angle=direction.angle or (shot.angle if is_kept else None),
        move=direction.move or (shot.move if is_kept else None),
        role=_role(shot, direction, subjects),
        lens_mm=lens_mm or (shot.lens_mm if is_kept else None),
        duration_s=direction.duration_s,
        subjects=subjects,
        prop=shot.prop,
        shot_id=shot.id,
        first_frame=shot.first_frame,
        end_frame=shot.end_frame,
        locked=direction.locked,
    )


def _role(shot: Shot, direction: Direction, subjects: tuple[str, ...]) -> Role:
    """Return the shot's role, or what is left of it with other people in it."""
    is_insert = shot.role is Role.INSERT and direction.size in (None, Size.INSERT)
    if is_insert or (len(subjects) == len(shot.subjects) and shot.role is not Role.INSERT):
        return shot.role
    return Role.TWO_SHOT if len(subjects) > 1 else Role.SINGLE


def doubts(directions: Directions, shots: Iterable[Shot]) -> tuple[ReadingNote, ...]:
    """Return the rows that name no shot of the film, and lenses that are not in the kit.

    `shots` are all the film's, as they are designed without directions.
    """
    labels = {shot.label: shot.id for shot in shots}
    ids = set(labels.values())
    lines = directions.lines or (0,) * len(directions.rows)
    notes = []
    for row, line in zip(directions.rows, lines, strict=True):
        for told in (_doubt_of_shot(row, labels, ids), _doubt_of_lens(row)):
            if told is not None:
                notes.append(_note(line, *told))
    return tuple(notes)


def doubts_of_names(
    direction: Direction, cast: Mapping[str, Sequence[str]]
) -> tuple[ReadingNote, ...]:
    """Return the subjects of a direction who are not there to be shot; `cast` are those who are."""
    ids = _ids_by_name(cast)
    here = [next(iter(names), "") for names in cast.values()]
    notes = []
    for name in direction.subjects:
        if _key(name) not in ids:
            hint, hint_zh = near_names(name.upper(), here)
            notes.append(
                _note(
                    0,
                    f"[shots.{direction.shot_id}]: no `{name}` is seen in this scene{hint}",
                    f"[shots.{direction.shot_id}]：这场戏里没有 `{name}`{hint_zh}",
                )
            )
    return tuple(notes)


def resolve(directions: Directions, shots: Iterable[Shot]) -> tuple[Direction, ...]:
    """Return the directions that name one of these shots, and say something of it."""
    ids = {shot.id for shot in shots}
    return tuple(row for row in directions.rows if row.shot_id in ids and asked_of(row))


def _doubt_of_shot(
    row: Direction, labels: Mapping[str, str], ids: set[str]
) -> tuple[str, str] | None:
    if row.shot_id in ids:
        return None
    meant = labels.get(row.shot_id)
    if meant is not None:
        return (
            f"[shots.{row.shot_id}]: labels move when shots come and go; write [shots.{meant}], "
            "the id of the shot that has this label now",
            f"[shots.{row.shot_id}]：镜号会随镜头增减而变动；请写 [shots.{meant}]，"
            "即目前这个镜号的镜头编号",
        )
    hint, hint_zh = near_names(row.shot_id, sorted({*ids, *labels}))
    return (
        f"[shots.{row.shot_id}]: no shot has this id{hint}; shots.csv lists them",
        f"[shots.{row.shot_id}]：没有这个编号的镜头{hint_zh}；编号见 shots.csv",
    )


def _doubt_of_lens(row: Direction) -> tuple[str, str] | None:
    if row.lens_mm is None or (prime := nearest_prime(row.lens_mm)) == row.lens_mm:
        return None
    return (
        f"[shots.{row.shot_id}]: {row.lens_mm:g}mm is not in the kit; "
        f"the nearest prime is {prime:g}mm",
        f"[shots.{row.shot_id}]：镜头组里没有 {row.lens_mm:g} 毫米；"
        f"最接近的定焦镜头是 {prime:g} 毫米",
    )


def _note(line: int, text: str, zh: str) -> ReadingNote:
    at, at_zh = (f"line {line}: ", f"第 {line} 行：") if line else ("", "")
    return ReadingNote(line, "warning", at + text, at_zh + zh)


def _ids_by_name(cast: Mapping[str, Sequence[str]]) -> dict[str, str]:
    ids: dict[str, str] = {}
    for who, names in cast.items():
        for name in names:
            ids.setdefault(_key(name), who)
    return ids


def _key(name: str) -> str:
    return lowered(plain(name))
