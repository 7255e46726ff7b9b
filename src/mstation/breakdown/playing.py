"""What a paragraph of action needs: its things, what is read on them, and how long it lasts."""

from __future__ import annotations

import re

from mstation.breakdown.introductions import capital_runs
from mstation.breakdown.names import NOUNS, is_chinese
from mstation.breakdown.roster import Roster
from mstation.screenplay.chinese.words import caption_of
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Element, Emphasis

_PLAYING = lexicon("mstation.breakdown", "playing")
_SECONDS: dict[str, float] = _PLAYING["seconds"]
_PROPS: dict[str, list[str]] = _PLAYING["props"]
_NOT_THINGS = frozenset(_PROPS["not_things"])
_THINGS_EN = frozenset((*_PROPS["readable_en"], *_PROPS["handled_en"]))
_READABLE_EN = frozenset(_PROPS["readable_en"])
_HANDS_EN = frozenset(_PROPS["hands_en"])
_READING_EN = frozenset(_PLAYING["reading"]["en"])
_SPOKEN_EN = frozenset(_PLAYING["reading"]["spoken_en"])
_DETERMINERS = frozenset(_PROPS["determiners_en"])


def _any_of(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_ZH_THINGS = [*_PROPS["readable_zh"], *_PROPS["handled_zh"]]
_LONG_ZH = _any_of([word for word in _ZH_THINGS if len(word) > 1])
_SHORT_ZH = "".join(word for word in _ZH_THINGS if len(word) == 1)
# one character is a thing only after a measure word, a verb of the hand, or 的 着 了
_THING_ZH = re.compile(
    rf"{_LONG_ZH}|(?<=[封本支把张根条束叠只个部份块盒瓶拿握读拆捧举掏攥捏那这的着了出起过开给下一])"
    rf"[{_SHORT_ZH}](?![任念心号息仰店架房包城馆用箱市费机子面囊])"
)
_HANDS_ZH = re.compile(_any_of(_PROPS["hands_zh"]))
_READING_ZH = re.compile(_any_of(_PLAYING["reading"]["zh"]))
_SPOKEN_ZH = tuple(_PLAYING["reading"]["spoken_zh"])
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile(r"[“\"「『]([^“”\"「」『』]{1,300})[”\"」』]|《([^《》]{1,60})》")
_READS_CAPITALS = re.compile(
    r"\b(?:reads?|reading|says|saying|marked|labell?ed|titled|printed)\b[:,]?\s+"
    r"((?:[A-Z0-9][A-Z0-9'’&!?.,-]*\s?){1,12})"
)
_WRITTEN_ZH = re.compile(
    r"(?:写着|写道|写有|印着|刻着|显示着?|弹出|标题是?|上书)\s*[:：]\s*([^。\n]{1,80})"
)
_INSERT = re.compile(
    r"\s*(?:INSERT|CLOSE ON|ANGLE ON)\b\s*[-–—:]*\s*(?:THE |A |AN )?"
    r"([A-Z][A-Z '’-]{1,30})(?=$|[.:\n-])"
)
_TIE_BEFORE, _TIE_BEFORE_ZH = 60, 24


def props_of(element: Element, roster: Roster, listed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the things of a paragraph: in capitals, in the props list, handled or read."""
    text = element.text
    found: list[tuple[int, str]] = [
        (text.find(thing), thing) for thing in listed if thing and thing in text
    ]
    found += _things_in_capitals(text, roster)
    if is_chinese(text):
        if _HANDS_ZH.search(text) or _READING_ZH.search(text):
            found += [(match.start(), match[0]) for match in _THING_ZH.finditer(text)]
    else:
        found += _handled_things(text)
    things: dict[str, str] = {}
    for _, thing in sorted(found):
        things.setdefault(thing.casefold(), thing)
    return tuple(things.values())


def _things_in_capitals(text: str, roster: Roster) -> list[tuple[int, str]]:
    insert = _INSERT.match(text)
    if insert is not None:
        return [(insert.start(1), insert[1].strip(" .:"))]
    if text == text.upper():
        return []
    found = []
    for start, _, run in capital_runs(text):
        words = run.rstrip(".").split()
        while words and words[-1] in _NOT_THINGS:
            words.pop()
        while words and words[0] in _NOT_THINGS:
            start += len(words[0]) + 1
            words.pop(0)
        name = " ".join(words)
        if not 0 < len(words) <= 4 or len(name) < 3 or roster.person(name) is not None:
            continue
        if words[-1] in NOUNS or any(roster.person(word) is not None for word in words):
            continue
        if _is_thing(text[max(0, start - 40) : start], words):
            found.append((start, name))
    return found


def _is_thing(before: str, words: list[str]) -> bool:
    """The LETTER and a PORSCHE are things; what RINGS or EXPLODES is a verb."""
    last = words[-1].lower()
    if last in _THINGS_EN or last.removesuffix("s") in _THINGS_EN:
        return True
    words_before = before.replace(",", " ").split()
    if words_before and words_before[-1].lower().strip('("“') in _DETERMINERS:
        return True
    if len(words) == 1 and last.endswith(("s", "ed", "ing")):
        return False
    return any(word.lower() in _DETERMINERS for word in words_before[-4:])


def _handled_things(text: str) -> list[tuple[int, str]]:
    words = list(_WORD.finditer(text))
    lower = [word[0].lower() for word in words]
    if not any(word in _HANDS_EN for word in lower):
        return []
    return [
        (word.start(), word[0])
        for word, low in zip(words, lower, strict=True)
        if low in _THINGS_EN and low not in ("will", "watch", "light", "ring", "record", "page")
    ]


def words_read(element: Element) -> str:
    """Return what can be read on a letter, a sign or a screen in this paragraph."""
    text = element.text
    caption = caption_of(text)
    if caption:
        return caption
    pieces = [(at, piece) for at, piece in _quotations(text) if _is_tied(text, at)]
    for pattern in (_WRITTEN_ZH,) if is_chinese(text) else (_READS_CAPITALS,):
        for match in pattern.finditer(text):
            if not any(match.start() <= at < match.end(1) + 2 for at, _ in pieces):
                pieces.append((match.start(1), match[1].strip(' ,.“”"「」『』')))
    if not pieces:
        pieces = _italics(element)
    return "\n".join(piece for _, piece in sorted(pieces) if piece)


def is_about_reading(text: str) -> bool:
    """Whether a paragraph shows something that is read: what stands centred below is on it."""
    if is_chinese(text):
        return _READING_ZH.search(text) is not None or any(w in text for w in _PROPS["readable_zh"])
    words = {word.lower() for word in _WORD.findall(text)}
    return bool(words & _READING_EN) or bool(words & _READABLE_EN)


def _quotations(text: str) -> list[tuple[int, str]]:
    return [(match.start(), (match[1] or match[2]).strip()) for match in _QUOTED.finditer(text)]


def _is_tied(text: str, at: int) -> bool:
    """A word of reading, or a thing that is read, stands before the quotation, no voice between."""
    if is_chinese(text):
        before = text[max(0, at - _TIE_BEFORE_ZH) : at].rstrip("：:，, ")
        if before.endswith(_SPOKEN_ZH):
            return False
        tied = before + (text[at:][:80] if text[at] == "《" else "")
        return is_about_reading(tied)
    words = [word.lower() for word in _WORD.findall(text[max(0, at - _TIE_BEFORE) : at])]
    if any(word in _SPOKEN_EN for word in words[-2:]):
        return False
    return any(word in _READING_EN or word in _READABLE_EN for word in words)


def _italics(element: Element) -> list[tuple[int, str]]:
    runs = [run for run in element.runs if Emphasis.ITALIC in run.emphasis]
    if not runs or not is_about_reading(element.text):
        return []
    return [(run.start, element.text[run.start : run.end].strip()) for run in runs]


def reading_seconds(writing: str) -> float:
    """Return how long a writing must stand to be read."""
    if not writing:
        return 0.0
    han = len(_HAN.findall(writing))
    words = len(_WORD.findall(_HAN.sub(" ", writing)))
    seconds = han * _SECONDS["read_character_zh"] + words * _SECONDS["read_word"]
    return min(_SECONDS["longest_reading"], seconds + _SECONDS["read_lead_in"])


_DOUBLED = frozenset("bdgmnprt")


def _forms(verb: str) -> list[str]:
    """Return how a verb is written in action lines: walk, walks, walking, walked."""
    stem = verb[:-1] if verb.endswith("e") else verb
    doubled = verb + verb[-1] if verb[-1] in _DOUBLED and verb[-2] in "aeiou" else stem
    ending = "es" if verb.endswith(("s", "sh", "ch", "x")) else "s"
    third = verb[:-1] + "ies" if verb.endswith("y") and verb[-2] not in "aeiou" else verb + ending
    return [verb, third, doubled + "ing", doubled + "ed", stem + "ing", stem + "ed"]


_VERBS_EN: dict[str, float] = {
    form: float(seconds)
    for seconds, verbs in _PLAYING["verbs"]["en"].items()
    for verb in verbs
    for form in _forms(verb)
}
_VERBS_ZH: dict[str, float] = {
    verb: float(seconds) for seconds, verbs in _PLAYING["verbs"]["zh"].items() for verb in verbs
}
_VERB_ZH = re.compile(_any_of(list(_VERBS_ZH)))
_LONGEST_ACTION_S = 30.0


def action_seconds(text: str, writing: str) -> float:
    """Return how long a paragraph plays: its verbs, or its words, and the reading in it."""
    for piece in writing.split("\n") if writing else ():
        text = text.replace(piece, " ", 1)
    han = len(_HAN.findall(text))
    words = [word.lower() for word in _WORD.findall(_HAN.sub(" ", text) if han else text)]
    if writing:
        words = [word for word in words if word not in ("read", "reads", "reading")]
    told = _SECONDS["lead_in"] + len(words) * _SECONDS["word"] + han * _SECONDS["character_zh"]
    played = sum(_VERBS_EN.get(word, 0.0) for word in words)
    if han:
        played += sum(_VERBS_ZH[match[0]] for match in _VERB_ZH.finditer(text))
    played *= _pace(text, words)
    longest = max(told, _LONGEST_ACTION_S)
    return round(max(1.0, told, min(played, longest)) + reading_seconds(writing), 3)


def _pace(text: str, words: list[str]) -> float:
    factor = 1.0
    known = set(words)
    for pace in _PLAYING["modifiers"].values():
        if known.intersection(pace["en"]) or any(word in text for word in pace["zh"]):
            factor *= pace["factor"]
    return factor


_SPEECH = _PLAYING["speech"]
_COMMA, _STOP = re.compile(r"[,;:—–]|--"), re.compile(r"[.!?…]+(?=\s|$|[\"”'’])")
_COMMA_ZH, _STOP_ZH = re.compile(r"[，、；：]"), re.compile(r"[。！？…]+")


def speech_seconds(text: str, manner: str) -> float:
    """Return how long a line is expected to be spoken, with its pauses and the turn after it."""
    has_han = not text.isascii()
    han = len(_HAN.findall(text)) if has_han else 0
    words = len(_WORD.findall(_HAN.sub(" ", text) if han else text))
    seconds = words * 60 / _SPEECH["words_a_minute"] + han / _SPEECH["characters_a_second"]
    seconds += len(_COMMA.findall(text)) * _SPEECH["comma_s"]
    seconds += len(_STOP.findall(text)) * _SPEECH["stop_s"]
    if has_han:
        seconds += len(_COMMA_ZH.findall(text)) * _SPEECH["comma_zh_s"]
        seconds += len(_STOP_ZH.findall(text)) * _SPEECH["stop_zh_s"]
    lower = manner.lower()
    for pace in ("slow", "fast") if manner else ():
        if any(word in lower for word in _SPEECH[pace]["words"]):
            seconds /= _SPEECH[pace]["factor"]
    return float(seconds + _SPEECH["turn_gap_s"])
