"""Two revisions in, what production must know out: scenes, people, days, shots.

Scenes and beats are matched by their ids, so the newer script must have kept those of the older
one (`screenplay.revisions.keep_ids`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from mstation.breakdown.scene import Beat, Breakdown, Scene
from mstation.screenplay.revisions import longest_rising

SCHEMA = "mstation.changes/1"

SceneChangeKind = Literal["added", "cut", "moved", "renumbered", "heading", "changed"]


@dataclass(frozen=True, slots=True)
class LineChange:
    """A speech or a paragraph of action that is new, gone, edited, or somewhere else now."""

    kind: Literal["added", "cut", "edited", "moved"]
    line: int  # of the newer script; of the older one where it was cut
    who: str  # the speaker's name; empty for action
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SceneChange:
    """What happened to one scene between two revisions."""

    scene_id: str
    kinds: tuple[SceneChangeKind, ...]
    number: str  # in the newer revision; empty where it was cut
    number_before: str  # empty where it was added
    heading: str
    heading_before: str
    eighths: int  # now; 0 where it was cut
    eighths_before: int
    days: tuple[str, ...]  # script days it touches
    people: tuple[str, ...]  # names of those whose part in it changed
    lines: tuple[LineChange, ...]
    shots: tuple[str, ...] = ()  # labels of the built film's shots that show what changed


@dataclass(frozen=True, slots=True)
class Changes:
    """What a revision changes; scenes in the newer one's order, cut ones where they stood."""

    scenes: tuple[SceneChange, ...]
    people: tuple[str, ...]  # every name that is touched
    people_added: tuple[str, ...]
    people_cut: tuple[str, ...]
    days: tuple[str, ...]
    shots: tuple[str, ...]
    eighths: int
    eighths_before: int


@dataclass(frozen=True, slots=True)
class BuiltShot:
    """A shot of a film that was built: what it shows of the script."""

    label: str
    scene_id: str
    beats: tuple[str, ...]


def compare(old: Breakdown, new: Breakdown, shots: Iterable[BuiltShot] = ()) -> Changes:
    """Return what changed from one revision to the next; `shots` are those of the older film."""
    reader = _Comparison(old, new, tuple(shots))
    scenes = tuple(reader.scene_changes())
    names_old = [person.name for person in old.cast]
    names_new = [person.name for person in new.cast]
    return Changes(
        scenes=scenes,
        people=_in_order(name for scene in scenes for name in scene.people),
        people_added=tuple(name for name in names_new if name not in names_old),
        people_cut=tuple(name for name in names_old if name not in names_new),
        days=_in_order(day for scene in scenes for day in scene.days),
        shots=_in_order(label for scene in scenes for label in scene.shots),
        eighths=new.eighths,
        eighths_before=old.eighths,
    )


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


class _Comparison:
    """Holds both revisions by id, and the film that was built from the older one."""

    def __init__(self, old: Breakdown, new: Breakdown, shots: tuple[BuiltShot, ...]) -> None:
        self.old, self.new = old, new
        self.old_scenes = {scene.id: scene for scene in old.scenes}
        self.new_scenes = {scene.id: scene for scene in new.scenes}
        self.names = {person.id: person.name for person in (*old.cast, *new.cast)}
        self.days_old = {sheet.scene_id: sheet.script_day for sheet in old.sheets}
        self.days_new = {sheet.scene_id: sheet.script_day for sheet in new.sheets}
        self.shots: dict[str, list[BuiltShot]] = {}
        for shot in shots:
            self.shots.setdefault(shot.scene_id, []).append(shot)
        self.moved = self._moved()

    def scene_changes(self) -> Iterable[SceneChange]:
        """Yield the scenes that changed, a cut one after the kept scene it stood behind."""
        cut_after = self._cut_after()
        for scene in cut_after.get("", ()):
            yield self._cut(scene)
        for scene in self.new.scenes:
            before = self.old_scenes.get(scene.id)
            change = self._added(scene) if before is None else self._kept(before, scene)
            if change is not None:
                yield change
            for gone in cut_after.get(scene.id, ()):
                yield self._cut(gone)

    def _cut_after(self) -> dict[str, list[Scene]]:
        cut: dict[str, list[Scene]] = {}
        last = ""
        for scene in self.old.scenes:
            if scene.id in self.new_scenes:
                last = scene.id
            else:
                cut.setdefault(last, []).append(scene)
        return cut

    def _moved(self) -> frozenset[str]:
        """Return the kept scenes that are not in the longest run of unchanged order."""
        order = {scene.id: index for index, scene in enumerate(self.old.scenes)}
        kept = [scene.id for scene in self.new.scenes if scene.id in order]
        rising = longest_rising([(order[each], at) for at, each in enumerate(kept)])
        stays = {kept[at] for _, at in rising}
        return frozenset(each for each in kept if each not in stays)

    def _added(self, scene: Scene) -> SceneChange:
        lines = tuple(self._line("added", None, beat) for beat in scene.beats)
        return SceneChange(
            scene_id=scene.id,
            kinds=("added",),
            number=scene.number,
            number_before="",
            heading=scene.heading,
            heading_before="",
            eighths=scene.eighths,
            eighths_before=0,
            days=_in_order([self.days_new.get(scene.id, "")]),
            people=self._names(scene),
            lines=lines,
        )

    def _cut(self, scene: Scene) -> SceneChange:
        lines = tuple(self._line("cut", beat, None) for beat in scene.beats)
        return SceneChange(
            scene_id=scene.id,
            kinds=("cut",),
            number="",
            number_before=scene.number,
            heading="",
            heading_before=scene.heading,
            eighths=0,
            eighths_before=scene.eighths,
            days=_in_order([self.days_old.get(scene.id, "")]),
            people=self._names(scene),
            lines=lines,
            shots=tuple(shot.label for shot in self.shots.get(scene.id, ())),
        )

    def _kept(self, old: Scene, new: Scene) -> SceneChange | None:
        lines = self._line_changes(old, new)
        days = self.days_old.get(old.id, ""), self.days_new.get(new.id, "")
        kinds: list[SceneChangeKind] = []
        if new.id in self.moved:
            kinds.append("moved")
        if old.number != new.number:
            kinds.append("renumbered")
        if old.heading != new.heading:
            kinds.append("heading")
        if lines or old.present != new.present or days[0] != days[1]:
            kinds.append("changed")
        if not kinds:
            return None
        return SceneChange(
            scene_id=new.id,
            kinds=tuple(kinds),
            number=new.number,
            number_before=old.number,
            heading=new.heading,
            heading_before=old.heading,
            eighths=new.eighths,
            eighths_before=old.eighths,
            days=_in_order(days) if kinds != ["renumbered"] else (),
            people=self._touched(old, new, lines),
            lines=lines,
            shots=self._shots(old, new),
        )

    def _names(self, scene: Scene) -> tuple[str, ...]:
        heard = (beat.line.character_id for beat in scene.beats if beat.line is not None)
        return _in_order(self.names.get(each, "") for each in (*scene.present, *heard))

    def _touched(self, old: Scene, new: Scene, lines: Sequence[LineChange]) -> tuple[str, ...]:
        """Whoever speaks or is named in what changed, came or went; all when the place moved."""
        if old.heading != new.heading or new.id in self.moved:
            return self._names(new)
        here, there = set(old.present), set(new.present)
        names = [line.who for line in lines]
        for beat in (*old.beats, *new.beats):
            if beat.action is not None and self._is_touched(beat, old, new):
                names += [self.names.get(each, "") for each in beat.action.character_ids]
        names += [
            self.names.get(each, "")
            for each in (*old.present, *new.present)
            if (each in here) != (each in there)
        ]
        return _in_order(names)

    def _is_touched(self, beat: Beat, old: Scene, new: Scene) -> bool:
        mates = [b for scene in (old, new) for b in scene.beats if b.id == beat.id]
        return len(mates) < 2 or _words(mates[0]) != _words(mates[1])

    def _line_changes(self, old: Scene, new: Scene) -> tuple[LineChange, ...]:
        olds = {beat.id: (index, beat) for index, beat in enumerate(old.beats)}
        kept = [beat.id for beat in new.beats if beat.id in olds]
        rising = longest_rising([(olds[each][0], at) for at, each in enumerate(kept)])
        stays = {kept[at] for _, at in rising}
        changes: list[LineChange] = []
        for beat in new.beats:
            if beat.id not in olds:
                changes.append(self._line("added", None, beat))
            elif _words(olds[beat.id][1]) != _words(beat):
                changes.append(self._line("edited", olds[beat.id][1], beat))
            elif beat.id not in stays:
                changes.append(self._line("moved", olds[beat.id][1], beat))
        news = {beat.id for beat in new.beats}
        changes += [self._line("cut", beat, None) for beat in old.beats if beat.id not in news]
        return tuple(changes)

    def _line(
        self,
        kind: Literal["added", "cut", "edited", "moved"],
        old: Beat | None,
        new: Beat | None,
    ) -> LineChange:
        shown = new or old
        assert shown is not None
        who = self.names.get(shown.line.character_id, "") if shown.line is not None else ""
        return LineChange(
            kind=kind,
            line=_source_line(shown),
            who=who,
            before=_text(old),
            after=_text(new),
        )

    def _shots(self, old: Scene, new: Scene) -> tuple[str, ...]:
        """Return the shots that show what changed; a new beat touches the one before it."""
        shots = self.shots.get(old.id, ())
        if old.heading != new.heading:
            return tuple(shot.label for shot in shots)
        words = {beat.id: _words(beat) for beat in old.beats}
        touched: set[str] = set()
        last = old.beats[0].id if old.beats else ""
        for beat in new.beats:
            if words.get(beat.id) == _words(beat):
                last = beat.id
            else:
                touched.add(beat.id if beat.id in words else last)
        touched |= words.keys() - {beat.id for beat in new.beats}
        return tuple(shot.label for shot in shots if touched.intersection(shot.beats))


def _words(beat: Beat) -> tuple[object, ...]:
    if beat.line is not None:
        line = beat.line
        return line.character_id, line.text, line.manner, line.presence, line.is_dual
    assert beat.action is not None
    return (beat.action.text,)


def _text(beat: Beat | None) -> str:
    if beat is None:
        return ""
    if beat.line is not None:
        return beat.line.text
    return beat.action.text if beat.action is not None else ""


def _source_line(beat: Beat) -> int:
    if beat.line is not None:
        return beat.line.source_line
    return beat.action.source_line if beat.action is not None else 0


def shots_of(document: Mapping[str, object]) -> tuple[BuiltShot, ...]:
    """Return the shots that a film's `shots.json` lists; what is none of ours is passed over."""
    clips = document.get("clips")
    found = []
    for clip in clips if isinstance(clips, list) else ():
        shot = clip.get("shot") if isinstance(clip, dict) else None
        if isinstance(shot, dict) and {"label", "scene_id", "beats"} <= shot.keys():
            beats = tuple(str(beat) for beat in shot["beats"])
            found.append(BuiltShot(str(shot["label"]), str(shot["scene_id"]), beats))
    return tuple(found)
