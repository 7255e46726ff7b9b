"""The director's notes of a scene in, wishes out; what cannot be read is said, never dropped.

A SHOT note says, in any order and parted by commas: a size, names, a role, a lens (`85mm`), a
move, an angle, seconds (`4s`). The words of both languages are in `notes.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mstation.breakdown.scene import Beat, Scene
from mstation.errors import NotFound
from mstation.screenplay.script import Mark, ReadingNote
from mstation.shots.direction import StyleChange, Way, Wish
from mstation.shots.note_words import UNREAD, Token, near_word, nearest_prime, tokens_of
from mstation.shots.shot import Angle, Move, Role, Size
from mstation.shots.styles import style_named
from mstation.shots.subjects import Subjects

Told = tuple[str, str]  # in English, in Chinese
_PARTS = re.compile(r"[,，、;；/|&+\n]+")
_SHORTEST_S, _LONGEST_S = 0.25, 600.0
_NOUNS: dict[str, type[Size | Angle | Move | Role]] = {
    "size": Size, "angle": Angle, "move": Move, "role": Role,
}  # fmt: skip
_WAYS: dict[Move, frozenset[Way]] = {
    Move.PAN: frozenset(("left", "right")),
    Move.TRUCK: frozenset(("left", "right")),
    Move.ARC: frozenset(("left", "right")),
    Move.TRACK: frozenset(("left", "right")),
    Move.TILT: frozenset(("up", "down")),
    Move.PEDESTAL: frozenset(("up", "down")),
    Move.CRANE: frozenset(("up", "down")),
    Move.ZOOM: frozenset(("in", "out")),
    Move.DOLLY_ZOOM: frozenset(("in", "out")),
}


def wishes_of(
    scene: Scene, cast: Mapping[str, Sequence[str]]
) -> tuple[tuple[Wish, ...], tuple[StyleChange, ...], tuple[ReadingNote, ...]]:
    """Return what a scene's notes want: shots, changes of style, and doubts about the notes.

    Args:
        scene: its beats carry the marks.
        cast: every character's name and aliases, by id.
    """
    wishes: list[Wish] = []
    changes: list[StyleChange] = []
    doubts: list[ReadingNote] = []
    marks = [(beat, mark) for beat in scene.beats for mark in beat.marks]
    if not marks:
        return (), (), ()
    subjects = Subjects.of(scene, cast)
    for beat, mark in marks:
        told: list[Told] = []
        match mark.key:
            case "shot":
                wish = _ShotNote(mark.value, beat, subjects, told).wish()
                wishes += [wish] if wish is not None else []
            case "break_axis":
                wishes.append(Wish(beat.id, mark.value, breaks_axis=True))
            case "style":
                changes += _style_change(mark, beat, told)
            case _:
                pass
        doubts += (_doubt(scene, beat, mark, each) for each in told)
    return tuple(wishes), tuple(changes), tuple(doubts)


def _style_change(mark: Mark, beat: Beat, told: list[Told]) -> Iterator[StyleChange]:
    try:
        yield StyleChange(beat.id, style_named(mark.value).name, mark.value)
    except NotFound as error:
        told.append((str(error), error.told("zh")))


def _doubt(scene: Scene, beat: Beat, mark: Mark, told: Told) -> ReadingNote:
    played = beat.line or beat.action
    line = mark.line or (played.source_line if played is not None else 0)
    where, where_zh = f"scene {scene.number}", f"第 {scene.number} 场"
    if line:
        where, where_zh = f"{where}, line {line}", f"{where_zh}，第 {line} 行"
    return ReadingNote(line, "warning", f"{where}: {told[0]}", f"{where_zh}：{told[1]}")


@dataclass(slots=True)
class _ShotNote:
    """One SHOT note while it is read, part after part."""

    asked: str
    beat: Beat
    known: Subjects
    told: list[Told]
    said: dict[str, Any] = field(default_factory=dict)  # fields of the wish
    people: list[str] = field(default_factory=list)
    in_front: list[str] = field(default_factory=list)  # over whose shoulder
    prop: str = ""
    ways: list[Token] = field(default_factory=list)
    is_fast: str = ""
    misses_subject: bool = False

    def wish(self) -> Wish | None:
        """Return what the note wants, or None where it says nothing that can be shot."""
        for part in filter(None, (part.strip() for part in _PARTS.split(self.asked))):
            self._part(part)
        self._settle_ways()
        if self.is_fast and "move" in self.said and "duration_s" not in self.said:
            self._tell(
                self.is_fast,
                "how fast a move goes follows from how long the shot is; add seconds: `2s`",
                "运动的快慢由镜头长度决定；请写明秒数，如“2秒”",
            )
        self._settle_subjects()
        if not (self.said or self.told):
            self._tell(
                self.asked,
                f"nothing is said of a shot; {_WHAT_IS_READ}",
                f"没有说明镜头；{_WHAT_IS_READ_ZH}",
            )
        if not self.said or (self.misses_subject and not (self.people or self.prop)):
            return None
        return Wish(self.beat.id, self.asked, prop=self.prop, **self.said)

    def _part(self, part: str) -> None:
        is_front, last = False, ""
        for token in tokens_of(part, self.known.named, self.known.spelled):
            if token.kind == "name":
                self._name(token.value, part, is_front=is_front)
            elif token.kind == "shoulder":
                self.in_front += [last] if token.value == "after" and last else []
            elif token.kind == UNREAD:
                self._unread(token.text, part)
            else:
                self._word(token, part)
            is_front = token.kind == "shoulder" and token.value == "before"
            last = token.value if token.kind == "name" else ""

    def _name(self, who: str, part: str, *, is_front: bool) -> None:
        if who not in self.known.present:
            self.misses_subject = True
            name, here = self.known.names[who], self.known.here
            self._tell(
                part,
                f"{name} is not seen in this scene" + _listed("; there are ", here, ", "),
                f"{name} 不在这场戏里" + _listed("；在场的有：", here, "、"),
            )
            return
        self.people += [who] if who not in self.people else []
        self.in_front += [who] if is_front else []

    def _word(self, token: Token, part: str) -> None:
        match token.kind:
            case "size" | "role" | "angle" | "move":
                self._say(token.kind, _NOUNS[token.kind](token.value), part)
                self.ways += [token] if token.way else []
            case "way":
                self.ways.append(token)
            case "manner" if token.value == "handheld":
                self.said["handheld"] = True
            case "manner" if token.value == "fast":
                self.is_fast = part
            case "lens" | "mm":
                self._lens(float(token.value), part)
            case "seconds":
                self._seconds(float(token.value), part)
            case "axis":
                self.said["breaks_axis"] = True
            case "thing":
                self.prop = self.prop or token.value
            case _:
                pass

    def _say(self, what: str, value: Size | Angle | Move | Role | float, part: str) -> None:
        before = self.said.setdefault(what, value)
        if before != value:
            self._tell(
                part,
                f"the note says both {_word_of(before)} and {_word_of(value)}; "
                f"{_word_of(before)} is shot",
                f"一条说明里既有 {_word_of(before)} 又有 {_word_of(value)}；"
                f"按 {_word_of(before)} 拍摄",
            )

    def _lens(self, lens_mm: float, part: str) -> None:
        if lens_mm <= 0:
            self._tell(part, "no lens is that short", "没有这样的焦距")
            return
        prime = nearest_prime(lens_mm)
        self._say("lens_mm", prime, part)
        if prime != lens_mm:
            self._tell(
                part,
                f"{lens_mm:g}mm is not in the kit; the nearest prime is {prime:g}mm",
                f"镜头组里没有 {lens_mm:g} 毫米；最接近的定焦镜头是 {prime:g} 毫米",
            )

    def _seconds(self, seconds: float, part: str) -> None:
        if _SHORTEST_S <= seconds <= _LONGEST_S:
            self._say("duration_s", seconds, part)
            return
        self._tell(
            part,
            f"a shot lasts from {_SHORTEST_S:g} to {_LONGEST_S:g} seconds",
            f"镜头长度应在 {_SHORTEST_S:g} 到 {_LONGEST_S:g} 秒之间",
        )

    def _unread(self, text: str, part: str) -> None:
        """Say what cannot be read, with what may be meant."""
        name, alike = self.known.near(text)
        word, alike_word = near_word(text)
        if alike > alike_word or (not word and _may_be_name(text)):
            self.misses_subject = True
            here = () if name else (*self.known.here, *self.known.things)
            self._tell(
                part,
                "no such person or thing in this scene"
                + (f"; did you mean {name}?" if name else _listed("; there are ", here, ", ")),
                "这场戏里没有这个人或物"
                + (f"；是否指 {name}？" if name else _listed("；有：", here, "、")),
            )
            return
        self._tell(
            part,
            f"`{text}` cannot be read"
            + (f"; did you mean `{word}`?" if word else f"; {_WHAT_IS_READ}"),
            f"“{text}”无法识别" + (f"；是否指“{word}”？" if word else f"；{_WHAT_IS_READ_ZH}"),
        )

    def _settle_ways(self) -> None:
        """A way belongs to the note's move; `in` and `out` are also common words."""
        known = _WAYS.get(self.said.get("move", Move.STATIC), frozenset())
        for token in self.ways:
            way = token.way or token.value
            if way in known:
                self.said.setdefault("way", way)
            elif way not in ("in", "out") and not self.told:
                self._tell(
                    token.text,
                    "no move of this note goes that way",
                    "这条说明里没有朝这个方向的运动",
                )

    def _settle_subjects(self) -> None:
        """Say whom the shot is of, the principal first, and what a shot of them is."""
        if self.in_front:
            self.said["role"] = Role.OTS
        role = self.said.get("role")
        if self.prop and not self.people and role in (None, Role.INSERT):
            role = Role.INSERT
        elif role is None and len(self.people) > 1:
            role = Role.TWO_SHOT
        elif role is Role.TWO_SHOT and not self.people and len(self.known.present) == 2:
            self.people = list(self.known.present)
        if role is Role.OTS:
            self._settle_shoulder()
        elif role is Role.INSERT:
            self._settle_insert()
        elif role is not Role.POV:
            self.prop = ""  # a shot of somebody with something is of somebody
        if role is not None:
            self.said["role"] = role
        if self.people:
            self.said["subjects"] = tuple(self.people)

    def _settle_shoulder(self) -> None:
        """Over somebody's shoulder we look at another: who is named, who speaks, who is left."""
        front = list(dict.fromkeys(self.in_front))
        seen = [who for who in self.people if who not in front]
        if front and not seen:
            speaker = self.beat.line.character_id if self.beat.line is not None else ""
            others = [who for who in self.known.present if who not in front]
            seen = [speaker] if speaker in others else others if len(others) == 1 else []
        elif len(seen) == 1 and len(self.known.present) == 2:
            front = [who for who in self.known.present if who not in seen]
        self.people = [*seen, *front]

    def _settle_insert(self) -> None:
        """An insert is of what the note names, of what its beat names, or of the only thing."""
        own = self.beat.action.props if self.beat.action is not None else ()
        only = self.known.things if len(self.known.things) == 1 else ()
        if not self.prop and not self.misses_subject:
            self.prop = next(iter((*own, *only)), "")
        if self.prop:
            self.said["size"] = Size.INSERT
        elif not self.misses_subject:
            self.misses_subject = True
            self._tell(
                self.asked,
                "an insert of what?" + _listed(" there are ", self.known.things, ", "),
                "插入镜头拍什么？" + _listed("这场戏里有：", self.known.things, "、"),
            )

    def _tell(self, part: str, text: str, zh: str) -> None:
        self.told.append((f"`{part}`: {text}", f"“{part}”：{zh}"))


_WHAT_IS_READ = "a note says sizes, names, moves, angles, a lens (`85mm`) and seconds (`4s`)"
_WHAT_IS_READ_ZH = "可写景别、人名、运动、角度、焦距（“85毫米”）和秒数（“4秒”）"


def _listed(lead: str, names: Sequence[str], between: str) -> str:
    return lead + between.join(names) if names else ""


def _word_of(value: Size | Angle | Move | Role | float) -> str:
    return f"{value:g}" if isinstance(value, float) else value.value.replace("_", " ")


def _may_be_name(text: str) -> bool:
    """Names stand in capitals, or have two to four Han characters."""
    return text.isupper() if text.isascii() else 2 <= len(text) <= 4
