"""Pages of a scene in, elements out: what its capitals and words show that it needs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mstation.breakdown.element import Category, SceneElement
from mstation.breakdown.elements.common_nouns import may_be_like, may_be_make, may_be_same
from mstation.breakdown.elements.finds import Find
from mstation.breakdown.elements.holding import holder_of
from mstation.breakdown.elements.naming import element_id, element_name
from mstation.breakdown.elements.things_en import english_finds, heading_vehicles
from mstation.breakdown.elements.things_zh import chinese_finds, is_extra, listed_extras
from mstation.breakdown.mentions import Mention, NameFinder, name_finder
from mstation.breakdown.names import NOUNS, is_chinese, name_key, presence_of
from mstation.breakdown.paging import ScenePages
from mstation.breakdown.roster import Person, Roster
from mstation.breakdown.scene import Presence
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Element, ElementKind, Language

_SHOWN = frozenset((ElementKind.ACTION, ElementKind.PARENTHETICAL, ElementKind.CENTERED))
_LISTS: dict[str, list[str]] = lexicon("mstation.breakdown.elements", "lexicon/holding")["lists"]
_LIST_OF = {label: Category(category) for category, labels in _LISTS.items() for label in labels}
_LABEL = re.compile(r"^\s*([\u3400-\u9fff]{2,5})\s*[:：]\s*(.+)$", re.DOTALL)
_THINGS = frozenset(Category) - {Category.SOUND, Category.MUSIC, Category.STUNTS}
_LISTED = re.compile(r"[、,，;；。\s]+")


def find_elements(
    page: ScenePages, roster: Roster, number: str, *, names: NameFinder | None = None
) -> tuple[SceneElement, ...]:
    """Return what a scene's capitals and words show that it needs, in order of the page.

    `names` finds the people of the roster; made here where the caller has none.
    """
    speakers = roster.speakers()
    voices = frozenset(key for person in roster.people if person.cues for key in person.keys)
    reader = _Reader(names if names is not None else name_finder(roster), speakers, voices)
    reader.read_heading(page.heading)
    label: Category | None = None
    is_seen = True
    for element in page.elements:
        if element.kind is ElementKind.CHARACTER:
            label = _LIST_OF.get(element.text.strip())
            is_seen = presence_of(element.text, element.extensions) is Presence.ON
        elif element.kind is ElementKind.CAST_LIST:
            reader.read_cast(element)
        elif element.kind is ElementKind.DIALOGUE and label is not None:
            reader.read_list(element, element.text, label)
        elif element.kind is ElementKind.ACTION or (is_seen and element.kind in _SHOWN):
            reader.read_action(element)
    return reader.listed()


@dataclass(slots=True)
class _Reader:
    """Gathers a scene's elements in order of the page, each once."""

    names: NameFinder
    speakers: frozenset[str]  # ids
    voices: frozenset[str]  # the names of the speakers, as they are compared
    found: dict[str, SceneElement] = field(default_factory=dict)  # by id
    by_head: dict[str, list[str]] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)  # ids of what nobody has touched yet
    handled: set[str] = field(default_factory=set)  # ids of dressing that somebody has taken up

    def listed(self) -> tuple[SceneElement, ...]:
        """Return what is found: what only stands there is dressing, what is taken up a prop."""
        for ids, category in (
            (self.standing, Category.SET_DRESSING),
            (self.handled, Category.PROPS),
        ):
            for key in ids:
                thing = self.found[key]
                key_now = element_id(category, thing.name)
                self.found[key] = replace(thing, id=key_now, category=category)
        return tuple({thing.id: thing for thing in self.found.values()}.values())

    def read_heading(self, heading: Element) -> None:
        """A scene in a car needs the car."""
        if is_chinese(heading.text):
            finds = [
                find
                for find in chinese_finds(heading.text, [])
                if find.category is Category.VEHICLES
            ]
        else:
            finds = heading_vehicles(heading.text)
        for find in finds:
            self._add(heading, find, [])

    def read_cast(self, element: Element) -> None:
        """A list of the cast counts the extras: 村民数名, 群众若干."""
        for find in listed_extras(element.text):
            mentions = self.names.mentions(element.text[find.start : find.end])
            if not any(mention.person.id in self.speakers for mention in mentions):
                self._add(element, find, [])

    def read_list(self, element: Element, text: str, category: Category) -> None:
        """服装：灰布军装、绑腿 lists what is needed, each thing by its name."""
        at = element.text.index(text)
        for part in _LISTED.split(text):
            start = element.text.index(part, at)
            at = start + len(part)
            if part:
                self._add(element, Find(category, start, at), [])

    def read_action(self, element: Element) -> None:
        """A paragraph or a wryly shows things by its words."""
        listed = _LABEL.match(element.text)
        if listed is not None and listed[1] in _LIST_OF:
            self.read_list(element, listed[2], _LIST_OF[listed[1]])
            return
        mentions = self.names.mentions(element.text)
        cast = [
            (mention.at, mention.at + _length(mention, element.text))
            for mention in mentions
            if mention.person.id in self.speakers or not _is_extra(mention.person)
        ]
        read = chinese_finds if is_chinese(element.text) else english_finds
        for find in read(element.text, cast):
            if element.kind is ElementKind.PARENTHETICAL and find.category is Category.SOUND:
                continue
            if find.category is Category.BACKGROUND and self._speaks(element, find):
                continue
            self._add(element, find, mentions)

    def _speaks(self, element: Element, find: Find) -> bool:
        """Whether an extra is somebody with lines: `a ski patroller`, later PATROLLER."""
        name = element.text[find.start : find.end].upper()
        return name in self.voices or name.split()[-1] in self.voices

    def _add(self, element: Element, find: Find, mentions: Sequence[Mention]) -> None:
        written = element.text[find.start : find.end]
        language: Language = "zh" if is_chinese(written) else "en"
        name = find.name or element_name(written, language)
        holder = holder_of(element.text, find, mentions)
        known = self._known(find.category, name) or self._meant_again(find, name)
        if known is None:
            key = element_id(find.category, name)
            line = element.line + element.text.count("\n", 0, find.start)
            self.by_head.setdefault(_head(name), []).append(key)
            if find.is_standing:
                self.standing.add(key)
            self.found[key] = SceneElement(
                key, find.category, name, written, line, find.found_by, holder or ""
            )
            return
        self.standing.discard(known.id)
        is_taken_up = find.is_held and find.category is Category.PROPS
        if is_taken_up and known.category is Category.SET_DRESSING:
            self.handled.add(known.id)
        if holder is not None and holder != known.holder_id:
            self.found[known.id] = replace(known, holder_id=holder)

    def _known(self, category: Category, name: str) -> SceneElement | None:
        """Return the same thing, found before: `the hat` is the straw hat of a line ago."""
        for key in self.by_head.get(_head(name), ()):
            known = self.found[key]
            if known.name == name or _is_short_for(name, known.name):
                is_thing = category in _THINGS and known.category in _THINGS
                if category is known.category or is_thing:
                    return known
        return None

    def _meant_again(self, find: Find, name: str) -> SceneElement | None:
        """Return what another name of its kind means: the bird is the hen of a line ago."""
        head = _head(name)
        for known in reversed(self.found.values()):
            if known.category is find.category is Category.VEHICLES:
                is_make = find.is_again and may_be_make(head, _head(known.name))
                is_make = is_make or (find.is_again and may_be_like(head, _head(known.name)))
                if is_make or known.name.startswith(f"{name} "):
                    return known
            if known.category is find.category and known.name.startswith(f"{name}-"):
                return known  # the walkie is the walkie-talkie
            is_thing = known.category in _THINGS and find.category in _THINGS
            if find.is_again and is_thing and may_be_same(head, _head(known.name)):
                return known
        return None


def _head(name: str) -> str:
    """Return what the short name of a thing shares with its long one."""
    if is_chinese(name):
        return (name.removesuffix("子") or name)[-1]
    return name.split()[-1] if name.split() else name


def _is_short_for(name: str, known: str) -> bool:
    if is_chinese(name):
        return known.removesuffix("子").endswith(name.removesuffix("子") or name)
    return known.endswith(f" {name}")


def _is_extra(person: Person) -> bool:
    """Whether a name is only what somebody is: WAITER, ARCHERS."""
    key = person.keys[0]
    if is_chinese(key):
        return is_extra(key)
    last = key.split()[-1]
    return last in NOUNS or last.removesuffix("S") in NOUNS


def _length(mention: Mention, text: str) -> int:
    """Return how long the name is as it is written here."""
    rest = name_key(text[mention.at : mention.at + 40])
    sizes = [len(key) for key in mention.person.keys if rest.startswith(key)]
    if sizes:
        return max(sizes)
    word = re.match(r"[^\W_]+(?:['’.-][^\W_]+)*|.", text[mention.at :])
    return len(word[0]) if word is not None else 1
