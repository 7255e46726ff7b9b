"""Who is named in a paragraph of action, in order, and who is only spoken of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mstation.breakdown.names import NOUNS, is_chinese, words_of
from mstation.breakdown.roster import Person, Roster
from mstation.screenplay.lexicon import lexicon

_ABSENT = lexicon("mstation.breakdown", "people")["absent"]
_AFTER_ZH = tuple(_ABSENT["zh_after"])
_BEFORE_EN = tuple(_ABSENT["en_before"])
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*|#\d+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named in a text; not seen where only a thing of theirs is."""

    person: Person
    at: int
    is_seen: bool


@dataclass(slots=True)
class NameFinder:
    """Finds the names of a roster in text: by first word, or by first Han character."""

    by_word: dict[str, list[tuple[tuple[str, ...], Person]]] = field(default_factory=dict)
    by_character: dict[str, list[tuple[str, Person]]] = field(default_factory=dict)
    # a paragraph is asked for by its beats, its pronouns and its elements
    asked: dict[str, tuple[Mention, ...]] = field(default_factory=dict)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return every mention in order of place."""
        if text not in self.asked:
            self.asked[text] = tuple(self._find(text))
        return self.asked[text]

    def _find(self, text: str) -> list[Mention]:
        found = list(self._in_words(text)) if self.by_word else []
        if self.by_character and not text.isascii():
            found += self._in_characters(text)
            found.sort(key=lambda mention: mention.at)
        return found

    def _in_words(self, text: str) -> list[Mention]:
        words = list(_WORD.finditer(text))
        keys = [_plain(word[0]) for word in words]
        found: list[Mention] = []
        skip_to = 0
        for index, key in enumerate(keys):
            if index < skip_to:
                continue
            for name, person in self.by_word.get(key, ()):
                end = index + len(name)
                if tuple(keys[index:end]) != name or not _is_written_as_name(
                    text, words, index, end
                ):
                    continue
                before = text[max(0, words[index].start() - 16) : words[index].start()]
                is_owner = words[end - 1][0].lower().endswith(("'s", "’s"))
                is_absent = before.lower().rstrip().endswith(_BEFORE_EN)
                found.append(Mention(person, words[index].start(), not (is_owner or is_absent)))
                skip_to = end
                break
        return found

    def _in_characters(self, text: str) -> list[Mention]:
        found: list[Mention] = []
        at = 0
        while at < len(text):
            for name, person in self.by_character.get(text[at], ()):
                if text.startswith(name, at):
                    end = at + len(name)
                    found.append(Mention(person, at, not text.startswith(_AFTER_ZH, end)))
                    at = end - 1
                    break
            at += 1
        return found


def name_finder(roster: Roster) -> NameFinder:
    """Return what finds the people of a roster in action lines."""
    finder = NameFinder()
    whole: set[tuple[str, ...]] = set()
    for person in roster.people:
        for key in person.keys:
            if is_chinese(key):
                if len(key) > 1 or key in "甲乙丙丁":
                    finder.by_character.setdefault(key[0], []).append((key, person))
            else:
                name = tuple(map(_plain, words_of(key)))
                if len(key) > 1 and name:
                    whole.add(name)
                    finder.by_word.setdefault(name[0], []).append((name, person))
    _add_parts_of_names(finder, roster, whole)
    for names in finder.by_word.values():
        names.sort(key=lambda pair: -len(pair[0]))
    for chinese in finder.by_character.values():
        chinese.sort(key=lambda pair: -len(pair[0]))
    return finder


def _add_parts_of_names(finder: NameFinder, roster: Roster, whole: set[tuple[str, ...]]) -> None:
    """`Mara` alone is MARA VOSS where nobody else may be meant."""
    owners: dict[str, list[Person]] = {}
    for person in roster.people:
        parts = {
            part
            for key in person.keys
            if not is_chinese(key)
            for part in (words_of(key)[:1] + words_of(key)[-1:] if " " in key else ())
        }
        for part in sorted(parts):
            owners.setdefault(part, []).append(person)
    for part, people in owners.items():
        is_name = len(part) > 2 and part.isalpha() and part not in NOUNS
        if is_name and len(people) == 1 and (part,) not in whole:
            finder.by_word.setdefault(part, []).append(((part,), people[0]))


def _plain(word: str) -> str:
    upper = word.upper().replace("’", "'")
    return upper.removesuffix("'S").rstrip(".")


def _is_written_as_name(text: str, words: list[re.Match[str]], index: int, end: int) -> bool:
    """A name has its capital; the waiter, after `the`, may do without."""
    if all(word[0][0].isupper() or not word[0][0].isalpha() for word in words[index:end]):
        return True
    is_noun = end == index + 1 and _plain(words[index][0]) in NOUNS
    return is_noun and index > 0 and words[index - 1][0].lower() == "the"
