"""`--loudness`, and what the command says of a film's sound and of its score."""

from __future__ import annotations

import re
from typing import Any

from mstation.cli.options import not_one_of
from mstation.cli.words import interface_language, words

_BELOW_NOUGHT = re.compile(r"(?<![\w.])-(?=\d)")
LOUDNESS = {
    "web": "web", "ebu-r128": "ebu-r128", "streaming": "streaming",
    "网络": "web", "广播": "ebu-r128", "流媒体": "streaming",
}  # fmt: skip


def read_loudness(text: str) -> str:
    """Return the name of the target that a word in either language asks for.

    Raises:
        InvalidInput: no such target.
    """
    plain = text.strip().lower()
    if plain not in LOUDNESS:
        raise not_one_of("--loudness", text, LOUDNESS)
    return LOUDNESS[plain]


def tell_loudness(said: dict[str, Any]) -> list[str]:
    """Return lines about a film's sound: how loud it is, how clear and how whole its speech."""
    say, speech = words(), said["speech"]
    told = _in_prose(say["sound"], **{**said, "told": said["told"][interface_language()]})
    if not speech["seconds"]:
        return [f"{say['loudness']}: {told}"]
    music, effects = speech["least_over_music_db"], speech["least_over_effects_db"]
    clear = (
        _in_prose(say["unclear"], **speech)
        if speech["unclear"]
        else _in_prose(say["speech"], music=music, effects=effects)
    )
    gap_ms = 1000 * speech["longest_gap_s"]
    words_whole = say["broken_words" if speech["broken"] else "unbroken"].format(
        **speech, gap_ms=gap_ms
    )
    return [f"{say['loudness']}: {told}; {clear}; {words_whole}"]


def _in_prose(template: str, **facts: Any) -> str:
    """Return a sentence whose numbers below nought have a true minus."""
    return _BELOW_NOUGHT.sub("−", template.format(**facts))


def tell_score(found: dict[str, Any]) -> list[str]:
    """Return a line about a film's score as an examiner of its notes found it, if there are any."""
    return [words()["score"].format(**found)] if found["notes"] else []
