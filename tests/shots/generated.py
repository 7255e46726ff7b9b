"""Scenes that nobody wrote: one to six people somewhere, who talk, move, come and go.

Every scene comes from a `Random`: a seeded one gives the same scene for ever, hypothesis's own
gives scenes that shrink. Sets are the stage's own plans, by their own names in either language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st

from mstation.breakdown.playing import action_seconds
from mstation.breakdown.playtime import play_time
from mstation.breakdown.portrait import Sex
from mstation.breakdown.scene import (
    Action,
    Beat,
    Breakdown,
    Character,
    Interior,
    Line,
    Mood,
    Presence,
    Scene,
    TimeOfDay,
)
from mstation.identity import opaque_id, seed_of
from mstation.screenplay.script import Language
from mstation.stage.bodies import dress
from mstation.stage.performance import Body
from mstation.stage.set_plans import set_plans

PICTURES = ((1280, 720), (1280, 536), (720, 1280))
_HEADCOUNTS = (1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6)
_AGES = (8, 15, 24, 33, 34, 41, 47, 55, 68)
_LINE_SHARE = 0.72
_EIGHTH_S = 7.5


@dataclass(frozen=True, slots=True)
class Generated:
    """A scene that was made up, its people, and the shape of its picture."""

    seed: int
    scene: Scene
    cast: tuple[Character, ...]
    bodies: tuple[Body, ...]
    width: int
    height: int

    @property
    def breakdown(self) -> Breakdown:
        """The scene as a film of its own."""
        scene = self.scene
        return Breakdown("", scene.language, (scene,), self.cast, scene.eighths, scene.est_seconds)


def generated_scene(seed: int, *, language: Language | None = None) -> Generated:
    """Return the scene of a seed, always the same."""
    return made_up(Random(seed_of("generated scene", str(seed))), seed, language=language)


def scenes() -> st.SearchStrategy[Generated]:
    """Return scenes as hypothesis draws them."""
    return st.randoms(use_true_random=False).map(made_up)


def made_up(random: Random, seed: int = -1, *, language: Language | None = None) -> Generated:
    """Return a scene out of a stream of chances."""
    languages: tuple[Language, ...] = ("en", "zh") if language is None else (language,)
    spoken = random.choice(languages)
    writer = _Writer(random, spoken, f"{seed}", str(max(seed, 0)), _words()[spoken])
    writer.gather(random.choice(_HEADCOUNTS))
    writer.write(random.randint(4, 18))
    cast = tuple(writer.cast)
    width, height = random.choice(PICTURES)
    return Generated(seed, writer.scene(), cast, _bodies(random, cast), width, height)


def script_of(scenes: Sequence[Generated]) -> str:
    """Return scenes as a screenplay in Fountain."""
    lines = ["Title: Made Up", ""]
    for made in scenes:
        names = {person.id: person.name for person in made.cast}
        lines += ["", made.scene.heading, ""]
        for beat in made.scene.beats:
            if beat.action is not None:
                lines += [beat.action.text, ""]
            elif beat.line is not None:
                said = beat.line
                manner = [f"({said.manner})"] if said.manner else []
                lines += [names[said.character_id] + _EXTENSIONS[said.presence], *manner,
                          said.text, ""]  # fmt: skip
    return "\n".join(lines) + "\n"


_EXTENSIONS = {
    Presence.ON: "",
    Presence.OFF_SCREEN: " (O.S.)",
    Presence.VOICE_OVER: " (V.O.)",
    Presence.PHONE: " (ON PHONE)",
}


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _bodies(random: Random, cast: tuple[Character, ...]) -> tuple[Body, ...]:
    """Return the cast's bodies, taller or smaller, slighter or heavier than usual."""
    return tuple(
        replace(
            body,
            stature_m=round(body.stature_m * random.uniform(0.93, 1.07), 3),
            build=round(random.uniform(0.85, 1.18), 2),
        )
        for body in dress(cast)
    )


@dataclass
class _Writer:
    """A scene in the making."""

    random: Random
    language: Language
    key: str
    number: str
    words: dict[str, Any]
    cast: list[Character] = field(default_factory=list)
    present: list[str] = field(default_factory=list)  # ids, in order of appearance
    here: list[Character] = field(default_factory=list)
    away: list[Character] = field(default_factory=list)  # who come in later
    beats: list[Beat] = field(default_factory=list)

    def gather(self, count: int) -> None:
        """Choose who is in the scene, and who of them only comes in."""
        for name, sex in self.random.sample(self.words["names"], count):
            self.cast.append(self._person(name, sex))
        late = self.random.choice((0, 0, 0, 1, 1, 2)) if count > 1 else 0
        late = min(late, count - 1)
        self.here, self.away = self.cast[: count - late], self.cast[count - late :]
        self.present = [person.id for person in self.here]

    def _person(self, name: str, sex: Sex) -> Character:
        who = opaque_id("ch", (self.key, name))
        return Character(who, name, sex=sex, age=self.random.choice(_AGES))

    def write(self, count: int) -> None:
        """Write the beats: how they are found, then talk and business, comings and goings."""
        for person in self.here:
            if self.random.random() < 0.55:
                self._act(self.random.choice(self.words["moves"]["open"]), person)
        for index in range(count):
            if self.away and self.random.random() < 2 / (count - index + 1):
                self._enter()
            elif self.here and self.random.random() < _LINE_SHARE:
                self._talk()
            elif self.here:
                self._business()
            if len(self.here) > 1 and index > 3 and self.random.random() < 0.05:
                self._exit()
        while self.away:
            self._enter()
        if self.random.random() < 0.25:
            self._exit()

    def _enter(self) -> None:
        person = self.away.pop(0)
        if self.random.random() < 0.2:
            self._say(person, Presence.OFF_SCREEN)
        self.here.append(person)
        self.present.append(person.id)
        self._act(self.random.choice(self.words["moves"]["enter"]), person)

    def _exit(self) -> None:
        person = self.random.choice(self.here)
        self.here.remove(person)
        self._act(self.random.choice(self.words["moves"]["exit"]), person)

    def _talk(self) -> None:
        if self.random.random() < 0.07:
            self._voice()
            return
        last = next((beat.line.character_id for beat in reversed(self.beats) if beat.line), "")
        others = [person for person in self.here if person.id != last]
        speaker = self.random.choice(others or self.here)
        self._say(speaker, Presence.ON)

    def _voice(self) -> None:
        name, sex = self.random.choice(self.words["voices"])
        known = next((person for person in self.cast if person.name == name), None)
        if known is None:
            known = self._person(name, sex)
            self.cast.append(known)
        self._say(known, self.random.choice((Presence.VOICE_OVER, Presence.PHONE)))

    def _say(self, who: Character, presence: Presence) -> None:
        count = self.random.choice((1, 1, 1, 2, 2, 3, 5))
        text = self.words["joint"].join(self.random.sample(self.words["sentences"], count))
        others = [person for person in self.here if person is not who]
        if others and self.random.random() < 0.2:
            name = self.random.choice(others).name
            text = self.words["address"].format(text=text, name=_called(name, self.language))
        number = str(len(self.beats))
        line = Line(opaque_id("ln", (self.key, number)), who.id, text,
                    self.random.choice(self.words["manners"]), presence)  # fmt: skip
        self.beats.append(Beat(opaque_id("bt", (self.key, number)), line=line))

    def _business(self) -> None:
        rows = [row for row in self.words["actions"] if row["people"] <= len(self.here)]
        row = self.random.choices(rows, [row["weight"] for row in rows])[0]
        people = self.random.sample(self.here, row["people"])
        writing = self.random.choice(self.words["writings"]) if row.get("reads") else ""
        self._act(row["text"], *people, props=tuple(row.get("props", ())), writing=writing)

    def _act(
        self, text: str, *people: Character, props: tuple[str, ...] = (), writing: str = ""
    ) -> None:
        names = {key: person.name for key, person in zip("ab", people, strict=False)}
        text = text.format(**names, writing=writing)
        number = str(len(self.beats))
        action = Action(opaque_id("ac", (self.key, number)), text,
                        tuple(person.id for person in people), props, writing,
                        action_seconds(text, writing))  # fmt: skip
        self.beats.append(Beat(opaque_id("bt", (self.key, number)), action=action))

    def scene(self) -> Scene:
        """Return what was written, somewhere."""
        random, words = self.random, self.words
        plan = random.choice(list(set_plans().values()))
        names = plan.en if self.language == "en" else plan.zh
        place = (names or (plan.name.replace("_", " "),))[0].upper()
        interior = Interior.INT if plan.is_interior else Interior.EXT
        time = random.choice(list(TimeOfDay))
        said = words["times"][time.value]
        seconds = play_time(self.beats).estimate
        return Scene(
            id=opaque_id("sc", (self.key,)),
            number=self.number,
            heading=words["headings"][interior.value].format(place=place, time=said),
            interior=interior,
            place=place,
            set_key=f"{place.lower()} {random.randrange(1000)}",
            time=time,
            time_text=said,
            mood=random.choice(list(Mood)),
            tension=round(random.random(), 2),
            beats=tuple(self.beats),
            present=tuple(self.present),
            eighths=max(1, round(seconds / _EIGHTH_S)),
            est_seconds=seconds,
            language=self.language,
        )


def _called(name: str, language: Language) -> str:
    return name.title() if language == "en" else name
