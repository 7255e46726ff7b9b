"""Who is in the film: names from cues, lists and introductions, and the aliases of one person."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from mstation.breakdown.introductions import Introduction, introductions
from mstation.breakdown.names import (
    APART,
    GENDER_TITLES,
    NOUNS,
    TITLES,
    is_chinese,
    is_crowd,
    name_key,
    speakers_of,
    words_of,
)
from mstation.identity import opaque_id
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Element, ElementKind

_PEOPLE = lexicon("mstation.breakdown", "people")
_SURNAMES = frozenset(_PEOPLE["zh"]["surnames"])
_LABEL = re.compile(r"^[^:：]{0,8}[:：]")
_LISTED = re.compile(r"\s*[、,，;；]\s*(?![^(（]*[)）])")
_LISTED_BY_SPACES = re.compile(r"\s+(?![^(（]*[)）])")
_COUNTED = re.compile(r"^[\d一二三四五六七八九十两几数众]+[个名位群]?|若干|等人?$")
_EXTRAS = re.compile(r"(?:数|多|几|\d+)[名人位个]$")  # 渔民数名 are no cast
_CALLED = re.compile(r".*[“「『]([^“”「」『』]+)[”」』]")  # 智械“小满”
_MAX_LISTED_NAME = 8


@dataclass(slots=True)
class Person:
    """Somebody of the film, with every way of writing the name."""

    name: str
    keys: list[str]
    spellings: list[str]
    cues: int = 0
    introductions: list[Introduction] = field(default_factory=list)
    id: str = ""  # from the name that stays, once aliases are merged


@dataclass(slots=True)
class Roster:
    """Everybody, in order of first appearance, and whose each name is."""

    people: list[Person] = field(default_factory=list)
    by_key: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person | None:
        """Return whose name this is."""
        return self.by_key.get(name_key(name))

    def speakers(self) -> frozenset[str]:
        """Return the ids of those who have a cue."""
        return frozenset(person.id for person in self.people if person.cues)


def call_the_roll(elements: Iterable[Element]) -> Roster:
    """Return everybody who speaks, is listed, or is introduced."""
    roster = Roster()
    is_list_open = False
    for element in elements:
        match element.kind:
            case ElementKind.CHARACTER:
                for name in speakers_of(element.text):
                    _add(roster, name, cues=1)
            case ElementKind.CAST_LIST:
                for found in listed_people(element.text, is_list_open):
                    _add(roster, found.name, introduction=found)
            case ElementKind.ACTION:
                for found in introductions(element.text):
                    _add(roster, found.name, introduction=found)
            case _:
                pass
        is_list_open = element.kind is ElementKind.CAST_LIST
    _merge_aliases(roster)
    for person in roster.people:
        person.id = opaque_id("ch", (name_key(person.name) or person.name,))
    return roster


def listed_people(text: str, is_list_open: bool) -> list[Introduction]:
    """Return the people of `人物：甲、乙（32岁）`, or of one line `林晚：女，32岁` under it."""
    label = _LABEL.match(text)
    body = text[label.end() :] if label is not None else text
    own_line = label is not None and is_list_open and label[0][:-1] not in _CAST_LABELS
    if own_line and label is not None:
        name = re.sub(r"[(（].*$", "", label[0][:-1]).strip()
        return [Introduction(name, body.strip())] if _is_listed_name(name) else []
    if label is None and text.strip() in _CAST_LABELS:
        return []
    found = []
    body = body.strip("$＄ 　")
    separator = _LISTED if _LISTED.search(body) else _LISTED_BY_SPACES
    for part in separator.split(body):
        name, _, note = part.replace("（", "(").partition("(")
        name = _CALLED.sub(r"\1", _COUNTED.sub("", name.strip(" 。.")))
        if _is_listed_name(name) and _EXTRAS.search(name) is None:
            found.append(Introduction(name, note.strip(" )）")))
    return found


def _is_listed_name(name: str) -> bool:
    limit = _MAX_LISTED_NAME if is_chinese(name) else 24
    return 0 < len(name) <= limit and bool(name_key(name)) and not is_crowd(name_key(name))


_WORDS = lexicon("mstation.screenplay", "words")["labels"]
_CAST_LABELS = frozenset((*_WORDS["cast"], *_WORDS["cast_section"]))


def _add(
    roster: Roster, name: str, *, cues: int = 0, introduction: Introduction | None = None
) -> None:
    key = name_key(name)
    if not key:
        key = name.strip()
    if not key:
        return
    person = roster.by_key.get(key)
    if person is None:
        person = Person(name=name.strip(), keys=[key], spellings=[name.strip()])
        roster.people.append(person)
        roster.by_key[key] = person
    elif name.strip() not in person.spellings and len(person.spellings) < 8:
        person.spellings.append(name.strip())
    person.cues += cues
    if introduction is not None and len(person.introductions) < 4:
        person.introductions.append(introduction)


def _merge_aliases(roster: Roster) -> None:
    """Make one person of MARA and MARA VOSS, where no second VOSS or MARA is in the way."""
    owners = _owners_of_short_names(roster)
    for person in list(roster.people):
        forms = _short_forms(person.keys[0])
        full = next((owner for form in forms if (owner := owners.get(form)) is not None), None)
        is_heard = person.cues or not is_chinese(person.keys[0])
        if full is not None and full is not person and full in roster.people and is_heard:
            _join(roster, person, full)


def _owners_of_short_names(roster: Roster) -> dict[str, Person | None]:
    """Map first, last and given names to the one person who has them; None where two do."""
    owners: dict[str, Person | None] = {}
    for person in roster.people:
        for short in _short_names(person.keys[0]):
            owners[short] = None if short in owners else person
    return owners


def _short_names(key: str) -> tuple[str, ...]:
    """DR. MARA VOSS is MARA, VOSS, DR. MARA and DR. VOSS; 周建国 is 建国."""
    if is_chinese(key):
        is_full = len(key) == 3 and key[0] in _SURNAMES and key[1] not in "老小阿"
        return (key[1:],) if is_full else ()
    words = words_of(key)
    proper = [word for word in words if word not in TITLES]
    if len(proper) < 2 or not all(map(_is_proper, proper)):
        return ()
    ends = tuple(dict.fromkeys((proper[0], proper[-1])))
    titled = tuple(f"{words[0]} {end}" for end in ends) if words[0] in TITLES else ()
    return ends + titled


def _short_forms(key: str) -> tuple[str, ...]:
    """DR. VOSS may be short for MARA VOSS; MR. VOSS may be her brother."""
    if is_chinese(key):
        return (key,)
    words = words_of(key)
    proper = [word for word in words if word not in TITLES]
    if len(proper) != 1 or not _is_proper(proper[0]):
        return ()
    return (" ".join(words), proper[0])


def _is_proper(word: str) -> bool:
    return (
        len(word) > 1
        and word not in NOUNS
        and word not in APART
        and word not in GENDER_TITLES
        and not word.endswith("'S")
        and not any(character.isdigit() or character in "#&/" for character in word)
    )


def _join(roster: Roster, one: Person, other: Person) -> None:
    """Make one person of two; the name that speaks more, or came first, stays the name."""
    first, second = sorted((one, other), key=roster.people.index)
    if second.cues > first.cues:
        first.name = second.name
    first.keys += second.keys
    first.spellings += [name for name in second.spellings if name not in first.spellings]
    first.cues += second.cues
    first.introductions += second.introductions
    roster.people.remove(second)
    for key in second.keys:
        roster.by_key[key] = first
