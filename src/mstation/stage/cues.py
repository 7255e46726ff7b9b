"""A paragraph of action in, cues out: who does what, to whom, at which thing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from mstation.breakdown.scene import Action
from mstation.screenplay.characters import simplified
from mstation.screenplay.script import Language
from mstation.stage.performance import Body

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』|《[^》]*》|\([^)]*\)|（[^）]*）")
_SENTENCE_END = re.compile(r"[.!?。！？；;…\n]+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’\-]*|[,:—–]|\x01+")
_PAUSES = ",，、：:—–"


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that the text says someone does."""

    act: str  # a row of verbs.toml
    who: tuple[str, ...]
    sentence: int  # which sentence of the paragraph
    whom: str = ""  # the person it is done to or with
    thing: str = ""  # a row of things.toml [pieces]: where or at what
    pace: float = 1.0  # over 1 slow, under 1 fast
    is_running: bool = False
    words: str = ""  # what stands after the verb, where the thing that is handled is named


@dataclass(frozen=True, slots=True)
class Reading:
    """The cues of a paragraph, and who was spoken of last, most recent first."""

    cues: tuple[Cue, ...]
    recent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["name", "verb", "pause", "word"]
    start: int
    end: int
    ids: tuple[str, ...] = ()
    act: str = ""
    is_owner: bool = False  # "Lena's", 林晚的
    is_aside: bool = False  # after a preposition: not who does it


@cache
def verb_table() -> dict[str, Any]:
    """Return `verbs.toml`."""
    return _toml("verbs.toml")


@cache
def thing_table() -> dict[str, Any]:
    """Return `things.toml`."""
    return _toml("things.toml")


def _toml(name: str) -> dict[str, Any]:
    text = files("mstation.stage").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def read_cues(
    action: Action, people: tuple[Body, ...], language: Language, recent: tuple[str, ...] = ()
) -> Reading:
    """Return who does what in a paragraph of action, in order.

    Doubtful words are left out: a verb needs someone on the set who does it.
    """
    text = simplified(_QUOTED.sub(lambda found: " " * len(found.group()), action.text))
    known = [body.character_id for body in people]
    recent = (*recent, *(who for who in action.character_ids if who in known and who not in recent))
    named = _mentions(text, people, language)
    masked = _masked(text, named)
    cues: list[Cue] = []
    doers: tuple[str, ...] = ()
    for number, (start, end) in enumerate(_sentences(masked)):
        spans = [token for token in named if start <= token.start < end]
        tokens, recent = _resolved(
            masked, start, end, spans, language, people=people, recent=recent, doers=doers
        )
        found = _cues_of(masked, start, end, tokens, number, doers, language)
        cues += found
        if found:
            doers = found[-1].who
            recent = (*doers, *(who for who in recent if who not in doers))
    return Reading(tuple(cues), recent)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        if text[start : end.start()].strip():
            yield start, end.start()
        start = end.end()
    if text[start:].strip():
        yield start, len(text)


def _masked(text: str, named: list[_Token]) -> str:
    """Return the text with names blotted out, so that the dot of `Mrs.` ends no sentence."""
    letters = list(text)
    for token in named:
        letters[token.start : token.end] = "\x01" * (token.end - token.start)
    return "".join(letters)


def _mentions(text: str, people: tuple[Body, ...], language: Language) -> list[_Token]:
    """Return where people are named or called by what they are, longest names first."""
    found: list[_Token] = []
    for pattern, who in _patterns(people, language):
        for match in pattern.finditer(text):
            if any(match.start() < t.end and t.start < match.end() for t in found):
                continue
            rest = text[match.end() : match.end() + 2]
            is_owner = rest.startswith(("'s", "’s", "的"))
            found.append(_Token("name", match.start(), match.end(), (who,), is_owner=is_owner))
    return sorted(found, key=lambda token: token.start)


def _patterns(people: tuple[Body, ...], language: Language) -> list[tuple[re.Pattern[str], str]]:
    names: list[tuple[str, str]] = []
    for body in people:
        names += [(name, body.character_id) for name in _names(body)]
    counts = [name for name, _ in names]
    names += _roles(people, language)
    rows = [(name, who) for name, who in names if counts.count(name) < 2]
    rows.sort(key=lambda row: (-len(row[0]), row[0]))
    return [(_pattern(name), who) for name, who in rows]


def _names(body: Body) -> list[str]:
    """Return what a person may be called: every name, and its telling parts."""
    names: list[str] = []
    for name in (body.name, *body.aliases):
        names += _parts_of(simplified(name.strip()))
    return list(dict.fromkeys(names))


def _parts_of(name: str) -> list[str]:
    if not name.isascii():
        given = [name[1:]] if len(name) == 3 and name[1:] not in ("师傅", "老师", "先生") else []
        return [name, *given]
    titles = verb_table()["words"]["titles"]
    parts = [part for part in re.split(r"[\s.]+", name) if len(part) > 1]
    telling = [part.lower() for part in parts if part.lower() not in titles]
    return [name.lower(), *telling]


def _roles(people: tuple[Body, ...], language: Language) -> list[tuple[str, str]]:
    words = verb_table()["words"]
    rows: list[tuple[str, str]] = []
    for role, sex, is_young in (
        ("girl", "female", True), ("boy", "male", True),
        ("woman", "female", False), ("man", "male", False),
    ):  # fmt: skip
        fits = [b for b in people if b.sex == sex and (b.age < 19) == is_young]
        if len(fits) == 1:
            rows += [(name, fits[0].character_id) for name in words[f"{language}_{role}"]]
    return rows


def _pattern(name: str) -> re.Pattern[str]:
    if not name.isascii():
        return re.compile(re.escape(name))
    loose = re.escape(name).replace(r"\ ", r"\s+").replace(r"\.", r"\.?")
    if name.startswith("the "):
        return re.compile(rf"\b{loose}\b", re.IGNORECASE)
    # A name is written with a capital, or as a role after `the`: "the waiter".
    return re.compile(rf"(?:(?<=\bthe )|(?=[A-Z]))(?i:\b{loose}\b)")


def _resolved(
    text: str,
    start: int,
    end: int,
    spans: list[_Token],
    language: Language,
    *,
    people: tuple[Body, ...],
    recent: tuple[str, ...],
    doers: tuple[str, ...],
) -> tuple[list[_Token], tuple[str, ...]]:
    """Return the tokens of a sentence with pronouns resolved, and who is recent after it."""
    raw = _english(text, start, end) if language == "en" else _chinese(text, start, end)
    by_start = {token.start: token for token in spans}
    tokens: list[_Token] = []
    words = verb_table()["words"]
    for token in raw:
        if text[token.start] == "\x01" and token.start in by_start:
            tokens.append(by_start[token.start])
            who = by_start[token.start].ids
            recent = (*who, *(other for other in recent if other not in who))
            continue
        word = text[token.start : token.end].lower()
        ids = _pronoun(word, words, language, people, recent, doers)
        if ids:
            is_owner = text[token.end : token.end + 1] == "的"
            if word == "her" and re.match(r" [a-z]", text[token.end : token.end + 2]):
                continue  # "her glasses" names nobody
            tokens.append(_Token("name", token.start, token.end, ids, is_owner=is_owner))
        else:
            tokens.append(token)
    return tokens, recent


def _pronoun(
    word: str,
    words: dict[str, Any],
    language: Language,
    people: tuple[Body, ...],
    recent: tuple[str, ...],
    doers: tuple[str, ...],
) -> tuple[str, ...]:
    if word in words[f"{language}_they"]:
        return doers if len(doers) > 1 else tuple(body.character_id for body in people)
    for pronoun, sex in (("he", "male"), ("she", "female")):
        if word in words[f"{language}_{pronoun}"]:
            sexes = {body.character_id: body.sex for body in people}
            order = [who for who in doers if sexes.get(who) in (sex, "unknown")]
            order += [who for who in recent if sexes.get(who) == sex]
            order += [who for who in recent if sexes.get(who) == "unknown"]
            return tuple(order[:1])
    return ()


def _cues_of(
    text: str,
    start: int,
    end: int,
    tokens: list[_Token],
    number: int,
    doers: tuple[str, ...],
    language: Language,
) -> list[Cue]:
    """Return the cues of one sentence: names before a verb do it, names after it are met."""
    verbs = [token for token in tokens if token.kind == "verb"]
    starts_with_verb = bool(tokens) and tokens[0].kind == "verb"
    subject = doers if language == "zh" or starts_with_verb else ()
    pending: list[str] = []
    cues: list[Cue] = []
    is_after_verb = False
    last: _Token | None = None
    phrase = start  # where the words since the last verb, name or pause begin
    pace = _pace(text[start:end])
    for token in tokens:
        match token.kind:
            case "pause" if is_after_verb:
                pending, is_after_verb = [], False
            case "name" if is_after_verb and cues:
                if not cues[-1].whom and token.ids[0] not in cues[-1].who:
                    cues[-1] = _met(cues[-1], token.ids[0])
            case "name" if not (token.is_aside or token.is_owner):
                pending += [who for who in token.ids if who not in pending]
            case "verb":
                subject = tuple(pending) or subject
                is_seen = is_after_verb and last is not None and last.kind == "name"
                who = last.ids if is_seen and last is not None else subject
                if who:
                    thing = _thing_near(text, token, verbs, start, end, language)
                    runs = _runs(text[token.start : token.end])
                    words = text[token.end : _next_verb(token, verbs, end)]
                    if not words.strip("\x01 ,."):
                        words = text[phrase : token.start]  # a gun in his hand
                    cues.append(
                        Cue(token.act, who, number, "", thing, pace, runs, words.strip("\x01 "))
                    )
                pending, is_after_verb = [], True
        last = token
        phrase = phrase if token.kind == "word" else token.end
    return cues


def _met(cue: Cue, whom: str) -> Cue:
    return replace(cue, whom=whom)


def _runs(verb: str) -> bool:
    """Return whether a verb of going is one of running."""
    runs = verb_table()["words"]["runs"]
    first = verb.lower().split()[0]
    return any(first.startswith(word) if word.isascii() else word in verb for word in runs)


def _pace(sentence: str) -> float:
    words = verb_table()["words"]
    lowered = sentence.lower()
    if any(word in lowered for word in words["slow"]):
        return 1.5
    return 0.8 if any(word in lowered for word in words["fast"]) else 1.0


def _thing_near(
    text: str, verb: _Token, verbs: list[_Token], start: int, end: int, language: Language
) -> str:
    """Return the thing named after a verb and before the next, else in the words before it."""
    found = thing_in(text[verb.end : _next_verb(verb, verbs, end)], language)
    if found:
        return found
    earlier = [other.end for other in verbs if other.end <= verb.start]
    return thing_in(text[max([start, *earlier]) : verb.start], language)


def _next_verb(verb: _Token, verbs: list[_Token], end: int) -> int:
    return min([end, *(other.start for other in verbs if other.start > verb.start)])


def thing_in(words: str, language: Language) -> str:
    """Return the piece that words name first (the longest name where they start together)."""
    best: tuple[int, int, str] | None = None
    lowered = words.lower()
    for row, names in thing_table()["pieces"].items():
        for name in names:
            if name.isascii() != (language == "en"):
                continue
            if name.isascii():
                match = re.search(rf"\b{re.escape(name)}s?\b", lowered)
                at = match.start() if match else -1
            else:
                at = lowered.find(name)
            if at >= 0 and (best is None or (at, -len(name)) < best[:2]):
                best = (at, -len(name), row)
    return best[2] if best else ""


def _english(text: str, start: int, end: int) -> list[_Token]:
    words = verb_table()["words"]
    found = [(m.group().lower(), m.start() + start, m.end() + start)
             for m in _WORD.finditer(text[start:end])]  # fmt: skip
    tokens: list[_Token] = []
    index = 0
    while index < len(found):
        word, at, stop = found[index]
        if word in _PAUSES or word in words["en_clause"]:
            tokens.append(_Token("pause", at, stop))
        elif word[0] == "\x01":
            tokens.append(_Token("word", at, stop))
        else:
            match = _english_verb([item[0] for item in found[index : index + 7]])
            if match and _is_done(word, [item[0] for item in found[:index]]):
                act, length = match
                tokens.append(_Token("verb", at, found[index + length - 1][2], act=act))
                index += length
                continue
            tokens.append(_Token("word", at, stop))
        index += 1
    return tokens


def _is_done(word: str, earlier: list[str]) -> bool:
    """Return whether a verb's form is a verb here, and one that is done."""
    words = verb_table()["words"]
    before = earlier[-1] if earlier else ""
    if word in words["en_after_a_word"]:
        return True  # in his hand
    if before == "to":
        return len(earlier) > 1 and earlier[-2] in words["en_begins_to"]
    is_bare = not word.endswith(("s", "ed", "ing"))
    if is_bare and len(earlier) > 1 and earlier[-2] in words["en_articles"]:
        return False  # a strange look
    return before not in words["en_not_a_verb_after"]


def _english_verb(words: list[str]) -> tuple[str, int] | None:
    """Return the act of the longest verb that these words begin with, and its words."""
    for rest, act in _english_forms().get(words[0], ()):
        if _reads(words[1 : 1 + len(rest)], rest):
            return act, 1 + len(rest)
        is_particle = len(rest) == 1 and rest[0] in verb_table()["words"]["en_particles"]
        if is_particle and rest[0] in words[2:5] and _splits(words[0]):
            return act, 1
    return None


def _reads(words: list[str], phrase: tuple[str, ...]) -> bool:
    """Return whether words are a phrase; its last word may be in the plural."""
    return len(words) == len(phrase) and all(
        word == wanted or (index == len(phrase) - 1 and word == wanted + "s")
        for index, (word, wanted) in enumerate(zip(words, phrase, strict=True))
    )


@cache
def _splits(form: str) -> bool:
    splitting = verb_table()["words"]["en_split"]
    return any(form in _forms(verb) for verb in splitting)


@cache
def _english_forms() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Return, for every first word of a verb, what may follow it and what it means."""
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for act, row in verb_table()["acts"].items():
        for phrase in row["en"]:
            first, *rest = phrase.split()
            for form in _forms(first):
                table.setdefault(form, []).append((tuple(rest), act))
    for rows in table.values():
        rows.sort(key=lambda row: -len(row[0]))
    return table


def _forms(verb: str) -> list[str]:
    """Return a verb's forms: walk walks walking walked."""
    forms = [verb, *verb_table()["odd_forms"].get(verb, ())]
    if re.search(r"(s|sh|ch|x|z|o)$", verb):
        forms.append(verb + "es")
    elif re.search(r"[^aeiou]y$", verb):
        forms += [verb[:-1] + "ies", verb[:-1] + "ied"]
    else:
        forms.append(verb + "s")
    stem = verb
    if re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", verb):
        stem = verb + verb[-1]
    elif re.search(r"[^eo]e$", verb):
        stem = verb[:-1]
    return [*forms, stem + "ing", stem + "ed"]


def _chinese(text: str, start: int, end: int) -> list[_Token]:
    words = verb_table()["words"]
    lexicon = _chinese_words()
    pronouns = sorted(
        (w for key in ("zh_they", "zh_he", "zh_she") for w in words[key]), key=lambda w: -len(w)
    )
    tokens: list[_Token] = []
    at = start
    while at < end:
        if text[at] == "\x01":
            stop = at
            while stop < end and text[stop] == "\x01":
                stop += 1
            tokens.append(_Token("word", at, stop))
            at = stop
            continue
        pronoun = next((w for w in pronouns if text.startswith(w, at)), "")
        word, act = next(((w, a) for w, a in lexicon if text.startswith(w, at)), ("", ""))
        if text[at] in _PAUSES:
            tokens.append(_Token("pause", at, at + 1))
        elif pronoun:
            tokens.append(_Token("word", at, at + len(pronoun)))
        elif act and not text[start:at].endswith(tuple(words["zh_not_done_after"])):
            tokens.append(_Token("verb", at, at + len(word), act=act))
        at += max(1, len(pronoun or word))
    return tokens


@cache
def _chinese_words() -> list[tuple[str, str]]:
    rows = [(word, act) for act, row in verb_table()["acts"].items() for word in row["zh"]]
    rows += [(word, "") for word in verb_table()["words"]["zh_no_verbs"]]
    return sorted(rows, key=lambda row: -len(row[0]))
