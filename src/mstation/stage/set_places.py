"""A place's words in, the kind of set out: `PROJECTION BOOTH` and `放映室` are one kind.

Longest word first; of several, the last names the thing (`RESTAURANT KITCHEN` is a kitchen),
unless it only follows a preposition (`ROOF OF THE HOSPITAL` is a roof) or is a general word
(`KITCHEN, LENA'S HOUSE` is a kitchen).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mstation.breakdown.scene import Interior
from mstation.screenplay.characters import simplified
from mstation.stage.set_plans import SetPlan, hints

_PLAIN_ROOM, _OPEN_GROUND = "plain_room", "open_ground"
_SEGMENTS = re.compile(r"\s+[-–—]+\s*|\s*[-–—]+\s+|[/,;:·、，；：／()（）\[\]|]+|——")
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[a-zà-öø-ÿ0-9]+(?:'[a-z]+)?|[\u3400-\u9fff]+")
_PREPOSITIONS = frozenset(  # what follows only says where the thing is
    (
        "of",
        "in",
        "at",
        "on",
        "outside",
        "near",
        "behind",
        "by",
        "under",
        "beside",
        "opposite",
        "above",
        "inside",
        "with",
        "from",
        "for",
        "to",
        "overlooking",
        "facing",
        "along",
        "across",
        "before",
        "beneath",
        "below",
        "between",
    )
)


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """The plan that shows a place, and what to tell when it only stands in."""

    plan: SetPlan
    stood_in: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    """A word of a plan found in the place's name; later and more particular is better."""

    plan: SetPlan
    is_like: bool
    is_particular: bool
    is_head: bool
    segment: int
    start: int
    end: int

    @property
    def rank(self) -> tuple[bool, bool, int, int, int]:
        return (self.is_particular, self.is_head, self.segment, self.end, -self.start)


def find_place(place: str, interior: Interior, plans: dict[str, SetPlan]) -> FoundPlace:
    """Return the kind of set that shows a place, the nearest one where none does."""
    matches = _matches(place, plans.values())
    wants_open = interior is Interior.EXT
    fitting = [match for match in matches if match.plan.is_interior != wants_open]
    if interior is Interior.INT_EXT:
        fitting = matches
    if fitting:
        best = max(fitting, key=lambda match: match.rank)
        return FoundPlace(best.plan, _told(place, best.plan) if best.is_like else "")
    if not matches:
        plan = plans[_nearest(place, wants_open=wants_open)]
        return FoundPlace(plan, _told(place, plan))
    found = max(matches, key=lambda match: match.rank)
    best_plan = found.plan
    if wants_open and best_plan.from_outside:
        outside = plans[best_plan.from_outside]
        return FoundPlace(outside, _told(place, outside, is_outside=True))
    return FoundPlace(best_plan, _told(place, best_plan) if found.is_like else "")


def _told(place: str, plan: SetPlan, *, is_outside: bool = False) -> str:
    """Return what a report says of a set that stands in, in the language of the place's name."""
    if _HAN.search(place):
        return f"`{place}`{'外景' if is_outside else ''}：以{plan.shown_as_zh}代替"
    return f"`{place}`{' from outside' if is_outside else ''}: shown as {plan.shown_as}"


def _nearest(place: str, *, wants_open: bool) -> str:
    """Return the kind that comes nearest to a place which none names, by parts of its name."""
    plain = simplified(place.lower())
    beginnings = [match.group() for match in _WORD.finditer(plain)]
    for hint in hints():
        if any(word.startswith(stem) for stem in hint.en for word in beginnings) or any(
            part in plain for part in hint.zh
        ):
            return hint.outside if wants_open else hint.inside
    return _OPEN_GROUND if wants_open else _PLAIN_ROOM


def _matches(place: str, plans: Iterable[SetPlan]) -> list[_Match]:
    """Return every word of every plan in the name, without those inside longer ones."""
    plain = simplified(place.lower().replace("’", "'"))
    segments = [part for part in _SEGMENTS.split(plain) if part.strip()]
    found: list[_Match] = []
    all_plans = tuple(plans)
    for index, segment in enumerate(segments):
        here = [
            match
            for plan in all_plans
            for match in (*_english(segment, plan, index), *_chinese(segment, plan, index))
        ]
        found += [match for match in here if not any(_holds(other, match) for other in here)]
    return found


def _holds(longer: _Match, shorter: _Match) -> bool:
    is_around = longer.start <= shorter.start and longer.end >= shorter.end
    return is_around and longer.end - longer.start > shorter.end - shorter.start


def _english(segment: str, plan: SetPlan, index: int) -> list[_Match]:
    words = [(m.group().removesuffix("'s"), m.start(), m.end()) for m in _WORD.finditer(segment)]
    cut = next((at for at, (word, *_) in enumerate(words) if word in _PREPOSITIONS), len(words))
    found = []
    for names, is_particular in ((plan.en, True), (plan.en_like, True), (plan.en_general, False)):
        is_like = names is plan.en_like
        for name in names:
            wanted = name.split()
            for at in range(len(words) - len(wanted) + 1):
                stretch = words[at : at + len(wanted)]
                if all(
                    _same_word(word, want) for (word, *_), want in zip(stretch, wanted, strict=True)
                ):
                    start, end = stretch[0][1], stretch[-1][2]
                    found.append(_Match(plan, is_like, is_particular, at < cut, index, start, end))
    return found


def _same_word(word: str, wanted: str) -> bool:
    return word in (wanted, wanted + "s", wanted + "es")


def _chinese(segment: str, plan: SetPlan, index: int) -> list[_Match]:
    found = []
    for names, is_particular in ((plan.zh, True), (plan.zh_like, True), (plan.zh_general, False)):
        is_like = names is plan.zh_like
        for name in names:
            start = segment.rfind(name)
            end = start + len(name)
            if start >= 0 and (len(name) > 1 or _ends_word(segment, end)):
                found.append(_Match(plan, is_like, is_particular, True, index, start, end))
    return found


def _ends_word(segment: str, end: int) -> bool:
    """Return whether a Chinese name ends here: 街 counts in 老街 and not in 街坊."""
    return not "\u3400" <= segment[end : end + 1] <= "\u9fff"
