"""Who and what a note may name in a scene: people by every name they have, things as written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from mstation.breakdown.scene import Scene
from mstation.shots.note_words import Token, lowered, plain, vocabulary

_NEAR = 0.5  # how alike two names are of which one may be meant: MORA and MARA, 林婉 and 林晚
_LATIN_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]{3,}")


@dataclass(frozen=True, slots=True)
class Subjects:
    """The people of the film and the things of one scene, by how a note may call them."""

    named: Mapping[str, Token]  # by plain words in lower case
    spelled: frozenset[str]  # as the script writes them
    names: Mapping[str, str]  # of people, by id
    present: tuple[str, ...]
    things: tuple[str, ...]

    @classmethod
    def of(cls, scene: Scene, cast: Mapping[str, Sequence[str]]) -> Subjects:
        """Return whom and what the notes of a scene may name; who is there comes first."""
        ids = [*scene.present, *(each for each in cast if each not in scene.present)]
        people = [(name, Token("name", each)) for each in ids for name in cast.get(each, ())]
        things = _things(scene)
        whole = [*people, *((thing, Token("thing", thing)) for thing in things)]
        away = set(ids[len(scene.present) :])
        here = [(name, token) for name, token in whole if token.value not in away]
        named: dict[str, Token] = {}
        for name, token in [*whole, *_short_forms(here)]:
            named.setdefault(lowered(plain(name)), token)
        named.pop("", None)
        return cls(
            named=named,
            spelled=frozenset(plain(name) for name, _ in whole),
            names={each: next(iter(cast.get(each, ())), each) for each in ids},
            present=scene.present,
            things=things,
        )

    def near(self, word: str) -> tuple[str, float]:
        """Return who or what of the scene a word may be a slip of, and how alike they are."""
        here = {
            each: self.names.get(token.value, token.value)
            for each, token in self.named.items()
            if token.kind == "thing" or token.value in self.present
        }
        likest, meant = 0.0, ""
        for each, name in here.items():
            alike = SequenceMatcher(None, lowered(plain(word))[:60], each).ratio()
            if alike > likest:
                likest, meant = alike, name
        return (meant, likest) if likest >= _NEAR else ("", 0.0)

    @property
    def here(self) -> tuple[str, ...]:
        """The names of those who are seen in the scene."""
        return tuple(self.names[each] for each in self.present)


def _things(scene: Scene) -> tuple[str, ...]:
    props = [prop for beat in scene.beats if beat.action is not None for prop in beat.action.props]
    return tuple({lowered(prop): prop for prop in reversed(props)}.values())[::-1]


def _short_forms(whole: Iterable[tuple[str, Token]]) -> list[tuple[str, Token]]:
    """Return the single words that mean one of those names alone, and are no words of ours."""
    forms: dict[str, set[Token]] = {}
    for name, token in whole:
        for word in _LATIN_WORD.findall(plain(name)):
            forms.setdefault(word, set()).add(token)
    return [
        (word, next(iter(tokens)))
        for word, tokens in forms.items()
        if len(tokens) == 1 and lowered(word) not in vocabulary()
    ]
