"""The pages of a scene to its beats: who speaks, who is seen, what is done."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from mstation.breakdown.mentions import NameFinder
from mstation.breakdown.names import (
    may_be_phone,
    name_key,
    presence_of,
    speakers_of,
)
from mstation.breakdown.playing import (
    action_seconds,
    is_about_reading,
    props_of,
    words_read,
)
from mstation.breakdown.portrait import Sex, pronoun_of, pronoun_votes
from mstation.breakdown.roster import Person, Roster, listed_people
from mstation.breakdown.scene import Action, Beat, Line, Presence
from mstation.breakdown.speeches import SPOKEN, read_speech
from mstation.identity import opaque_id
from mstation.screenplay.script import Element, ElementKind

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LISTED = re.compile(r"[、,，;；\s]+")
_STARTS_WITH_PRONOUN = re.compile(r"\s*(?:(?:he|she|his|her)\b|[他她](?!们))", re.IGNORECASE)
_IS_END = re.compile(r"(?:THE )?END\b|FIN\b|剧终|全剧终|完$", re.IGNORECASE)
_IN_SPEECH = frozenset((*SPOKEN, ElementKind.PARENTHETICAL, ElementKind.NOTE, ElementKind.BONEYARD))


def count_words(text: str) -> int:
    """Return the Han characters of a text, or its words where it has none."""
    return len(_HAN.findall(text)) or len(_WORD.findall(text))


def sex_votes(elements: Iterable[Element], finder: NameFinder) -> dict[str, Counter[str]]:
    """Count the pronouns that can only mean one person: alone in a paragraph, or the one before."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    last: str | None = None
    for element in elements:
        if element.kind is not ElementKind.ACTION:
            if element.kind is ElementKind.SCENE_HEADING:
                last = None
            continue
        named = list(dict.fromkeys(m.person.id for m in finder.mentions(element.text)))
        if len(named) == 1:
            at = next(m.at for m in finder.mentions(element.text))
            votes[named[0]].update(pronoun_votes(element.text[at:]))
            last = named[0]
        elif named:
            last = None
        elif last is not None and _STARTS_WITH_PRONOUN.match(element.text):
            votes[last].update(pronoun_votes(element.text))
    return votes


@dataclass(slots=True)
class BeatWriter:
    """Writes the beats of one scene after the other, and remembers who was last seen."""

    roster: Roster
    finder: NameFinder
    sexes: dict[str, Sex]
    speakers: frozenset[str]
    seen_before: tuple[str, ...] = ()  # who was seen in the scene before, last named last
    beats: list[Beat] = field(default_factory=list)
    seen: dict[str, None] = field(default_factory=dict)
    phones: list[int] = field(default_factory=list)  # beats spoken `(on phone)`
    spoken_of: list[str] = field(default_factory=list)
    props: tuple[str, ...] = ()
    is_list_open: bool = False

    def write(self, elements: list[Element]) -> tuple[tuple[Beat, ...], tuple[str, ...]]:
        """Return the beats of a scene, and who is seen in it in order of appearance."""
        self._begin_scene()
        at = 0
        while at < len(elements):
            at = self._element(elements, at)
        self._put_phones_down()
        beats = tuple(self._without_unseen(beat) for beat in self.beats)
        return beats, tuple(self.seen)

    def _begin_scene(self) -> None:
        self.seen_before = tuple(p for p in self.spoken_of if p in self.seen) or self.seen_before
        self.beats, self.seen, self.phones, self.spoken_of = [], {}, [], []
        self.props, self.is_list_open = (), False

    def _element(self, elements: list[Element], at: int) -> int:
        element = elements[at]
        is_list_open, self.is_list_open = self.is_list_open, False
        match element.kind:
            case ElementKind.CHARACTER:
                return self._speech(elements, at)
            case ElementKind.CAST_LIST:
                self._cast_list(element, is_list_open)
                self.is_list_open = True
            case ElementKind.PROPS_LIST:
                body = re.split(r"[:：]", element.text, maxsplit=1)[-1]
                self.props += tuple(p.strip(" 。.") for p in _LISTED.split(body) if p.strip(" 。."))
            case ElementKind.CENTERED | ElementKind.LYRIC:
                self._action(element, reads=element.text)
            case ElementKind.ACTION:
                below = elements[at + 1] if at + 1 < len(elements) else None
                if below is not None and _is_writing_below(element, below):
                    self._action(element, reads=_unindented(below.text))
                    return at + 2
                self._action(element)
            case _:
                pass
        return at + 1

    def _cast_list(self, element: Element, is_list_open: bool) -> None:
        for found in listed_people(element.text, is_list_open):
            person = self.roster.person(found.name)
            if person is not None and presence_of(person.name, ()) is Presence.ON:
                self.seen.setdefault(person.id)

    def _speech(self, elements: list[Element], at: int) -> int:
        cue = elements[at]
        end = at + 1
        while end < len(elements) and elements[end].kind in _IN_SPEECH:
            end += 1
        block = elements[at + 1 : end]
        spoken = [element for element in block if element.kind in SPOKEN]
        speech = read_speech(block)
        text, manners = speech.text, list(speech.manners)
        people = [p for name in speakers_of(cue.text) if (p := self._person(name)) is not None]
        if not people:
            return end
        if not text:
            if manners:
                self._silent_turn(cue, people, manners)
            return end
        extensions = (*cue.extensions, *manners) if _is_only_extension(manners) else cue.extensions
        presence = presence_of(cue.text, extensions)
        for turn, person in enumerate(people):
            parts = (spoken[0].id,) if turn == 0 else (spoken[0].id, person.id)
            line = Line(
                id=opaque_id("ln", parts),
                character_id=person.id,
                text=text,
                manner="; ".join(manners),
                presence=presence,
                is_dual=cue.is_dual or turn > 0,
                source_line=spoken[0].line,
                turns=speech.turns,
            )
            self.beats.append(Beat(id=opaque_id("bt", parts), line=line))
            self._spoke(person, presence, extensions)
        return end

    def _person(self, name: str) -> Person | None:
        return self.roster.by_key.get(name_key(name) or name.strip())

    def _spoke(self, person: Person, presence: Presence, extensions: tuple[str, ...]) -> None:
        if presence is Presence.ON:
            self.seen.setdefault(person.id)
        if presence is Presence.PHONE and may_be_phone(extensions):
            self.phones.append(len(self.beats) - 1)
        self._remember(person.id)

    def _silent_turn(self, cue: Element, people: list[Person], manners: list[str]) -> None:
        """A cue with a parenthetical and no words is played, not spoken."""
        text = f"{cue.text}: {'; '.join(manners)}"
        ids = tuple(person.id for person in people)
        if presence_of(cue.text, cue.extensions) is Presence.ON:
            self.seen.update(dict.fromkeys(ids))
        self._add_action(cue, text, ids, props=(), reads="")

    def _action(self, element: Element, *, reads: str = "") -> None:
        text = element.text.strip("\n").rstrip()
        if not text.strip():
            return
        mentions = self.finder.mentions(element.text)
        named = list(dict.fromkeys(mention.person.id for mention in mentions))
        for mention in mentions:
            person = mention.person
            if mention.is_seen and presence_of(person.name, ()) is Presence.ON:
                self.seen.setdefault(person.id)
        meant = self._meant_by_pronoun(text)
        if meant and meant not in named:
            named.insert(0, meant)
        for person_id in named:
            self._remember(person_id)
        is_card = element.kind is ElementKind.CENTERED
        own = (
            "" if is_card or (reads and element.kind is ElementKind.LYRIC) else words_read(element)
        )
        written = "\n".join(
            filter(None, (own, reads if element.kind is not ElementKind.LYRIC else ""))
        )
        props = () if is_card else props_of(element, self.roster, self.props)
        self._add_action(element, text, tuple(named), props=props, reads=written)

    def _add_action(
        self,
        element: Element,
        text: str,
        named: tuple[str, ...],
        *,
        props: tuple[str, ...],
        reads: str,
    ) -> None:
        action = Action(
            id=opaque_id("ac", (element.id,)),
            text=text,
            character_ids=named,
            props=props,
            reads=reads,
            est_seconds=action_seconds(text, reads),
            source_line=element.line,
        )
        self.beats.append(Beat(id=opaque_id("bt", (element.id,)), action=action))

    def _remember(self, person_id: str) -> None:
        if person_id in self.spoken_of:
            self.spoken_of.remove(person_id)
        self.spoken_of.append(person_id)

    def _meant_by_pronoun(self, text: str) -> str:
        """`She sits.` means the woman who was seen and named last."""
        if not _STARTS_WITH_PRONOUN.match(text):
            return ""
        sex = pronoun_of(text)
        here = [person_id for person_id in self.spoken_of if person_id in self.seen]
        for people in (here, self.seen_before):
            able = [person_id for person_id in people if self.sexes[person_id] == sex]
            if able:
                # an extra who never speaks is meant only where nobody else can be
                meant = next((p for p in reversed(able) if p in self.speakers), able[-1])
                self.seen.setdefault(meant)
                return meant
        return ""

    def _put_phones_down(self) -> None:
        """Who speaks `(on phone)` and is seen in the scene holds the phone here."""
        for index in self.phones:
            line = self.beats[index].line
            if line is not None and line.character_id in self.seen:
                here = replace(line, presence=Presence.ON)
                self.beats[index] = replace(self.beats[index], line=here)

    def _without_unseen(self, beat: Beat) -> Beat:
        """Who is only spoken of in the scene plays no part in its actions."""
        action = beat.action
        if action is None or all(person in self.seen for person in action.character_ids):
            return beat
        present = tuple(person for person in action.character_ids if person in self.seen)
        return replace(beat, action=replace(action, character_ids=present))


def _is_only_extension(manners: list[str]) -> bool:
    return len(manners) == 1 and manners[0].upper().replace(".", "").replace(" ", "") in (
        "VO", "OS", "OC", "画外音", "旁白", "画外",
    )  # fmt: skip


def _is_writing_below(element: Element, below: Element) -> bool:
    """What stands centred, or indented after a colon, below a thing that is read is on it."""
    if not is_about_reading(element.text):
        return False
    if below.kind is ElementKind.CENTERED:
        return not words_read(element) and not _IS_END.match(below.text)
    lines = below.text.strip("\n").split("\n")
    return (
        below.kind is ElementKind.ACTION
        and element.text.rstrip().endswith((":", "："))
        and all(line.startswith("  ") for line in lines if line.strip())
    )


def _unindented(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip("\n").split("\n"))
