"""Finds in, holders out: who wears, holds or carries a thing; nobody where it may be two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mstation.breakdown.element import Category
from mstation.breakdown.elements.finds import Find
from mstation.breakdown.mentions import Mention
from mstation.screenplay.lexicon import lexicon

_HOLDING = lexicon("mstation.breakdown.elements", "lexicon/holding")
_END = re.compile(r"[.!?。！？\n]")
_WORD = re.compile(r"[a-z'’]+|[\u3400-\u9fff]+")
_GIVES_EN, _LETS_GO_EN = frozenset(_HOLDING["gives_en"]), frozenset(_HOLDING["lets_go_en"])
_GETS_EN = frozenset(_HOLDING["gets_en"])
_PRONOUNS_EN, _TO_EN = frozenset(_HOLDING["pronouns_en"]), tuple(_HOLDING["to_en"])
_GIVES_ZH, _LETS_GO_ZH = tuple(_HOLDING["gives_zh"]), tuple(_HOLDING["lets_go_zh"])
_PRONOUNS_ZH = tuple(_HOLDING["pronouns_zh"])
_ON_BODY = (Category.WARDROBE, Category.MAKEUP)
_NEAR, _SENTENCE = 40, 400  # characters


def holder_of(text: str, find: Find, mentions: Sequence[Mention]) -> str | None:
    """Return the id of who has a thing after this place; None where the place does not say."""
    on_body = find.category in _ON_BODY
    if not on_body and not (find.category is Category.PROPS and find.is_held):
        return None
    first = max(0, find.start - _SENTENCE)
    start = max((match.end() for match in _END.finditer(text, first, find.start)), default=first)
    end_match = _END.search(text, find.end, find.end + _SENTENCE)
    end = end_match.start() if end_match is not None else min(len(text), find.end + _SENTENCE)
    before = text[start : find.start].lower()
    after = text[find.end : end].lower()
    if not on_body:
        if _is_given(before, after):
            return _receiver(text, find, mentions, end)
        if _is_let_go(before, after):
            return ""
    here = list(dict.fromkeys(m.person.id for m in mentions if start <= m.at < find.start))
    if len(here) == 1 or (here and on_body):
        return here[-1]
    if not here and _starts_with_pronoun(before, is_owner=on_body):
        earlier = dict.fromkeys(m.person.id for m in mentions if m.at < start)
        return next(iter(earlier)) if len(earlier) == 1 else ""
    return ""


def _is_given(before: str, after: str) -> bool:
    words = _WORD.findall(before)[-5:]
    gets = [word in _GETS_EN for word in words[-3:]]
    return (
        any(word in _GIVES_EN for word in words)
        or (any(gets) and bool(words) and words[-1] not in _GETS_EN)
        or before[-_NEAR:].endswith(_GIVES_ZH)
        or any(verb in before[-8:] or verb in after[:8] for verb in _GIVES_ZH)
    )


def _is_let_go(before: str, after: str) -> bool:
    words = _WORD.findall(before)[-4:]
    return any(word in _LETS_GO_EN for word in words) or any(
        verb in before[-6:] or verb in after[:6] for verb in _LETS_GO_ZH
    )


def _receiver(text: str, find: Find, mentions: Sequence[Mention], end: int) -> str:
    """`hands the key to Mara`, 把钥匙递给林晚; whom a pronoun means stays open."""
    for mention in mentions:
        if find.end <= mention.at < end:
            between = text[find.end : mention.at].lower().rstrip()
            if between.endswith(_TO_EN) or between.endswith(_GIVES_ZH):
                return mention.person.id
    return ""


def _starts_with_pronoun(sentence: str, *, is_owner: bool) -> bool:
    """Whether he does it; `His squire` is somebody else, but his coat is on him."""
    words = _WORD.findall(sentence)
    if words and words[0] in ("his", "her") and not is_owner:
        return False
    return bool(words) and (words[0] in _PRONOUNS_EN or words[0].startswith(_PRONOUNS_ZH))
