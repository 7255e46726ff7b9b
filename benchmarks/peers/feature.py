"""A screenplay of any length, the same every time, in the proportions of a feature."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
_TITLE_EN = (
    "Title: The Last Reel\nCredit: Written by\nAuthor: Ida Marsh\nContact:\n    Mill Lane\n\n"
)
_TITLE_ZH = "片名：最后一本胶片\n编剧：林渡\n\n"


def feature(language: Literal["en", "zh"], size: int) -> bytes:
    """Return a script of at least this many bytes that ends with its last scene."""
    writer = _Writer(_WORDS[language])
    scenes = writer.english() if language == "en" else writer.chinese()
    pieces = [(_TITLE_EN if language == "en" else _TITLE_ZH).encode()]
    written = 0
    while written < size:
        piece = next(scenes).encode()
        pieces.append(piece)
        written += len(piece)
    return b"".join(pieces)


class _Writer:
    """Writes scene after scene out of a list of words."""

    def __init__(self, words: dict[str, list[str]]) -> None:
        self.words = words
        self.dice = random.Random(20120120)

    def _pick(self, name: str) -> str:
        return self.dice.choice(self.words[name])

    def _chance(self, part: float) -> bool:
        return self.dice.random() < part

    def _filled(self, pattern: str) -> str:
        return pattern.format(
            way=self._pick("ways"),
            thing=self._pick("things"),
            does=self._pick("does"),
            person=self._pick("people").title(),
        )

    def english(self) -> Iterator[str]:
        """Scenes in Fountain, with all that a working draft has."""
        number = 0
        while True:
            blocks: list[str] = []
            if number % 12 == 0:
                blocks += [f"# {self._pick('sections')}", f"= {self._sentence()}"]
            number += 1
            blocks.append(self._heading(number))
            cast = self.dice.sample(self.words["people"], self.dice.randint(2, 4))
            for _ in range(self.dice.randint(3, 9)):
                blocks.append(self._action())
                blocks += [self._speech(cast) for _ in range(self.dice.choice((0, 1, 2, 2, 3)))]
            if self._chance(0.03):
                blocks.append(f"[[{self._pick('notes')}]]")
            if self._chance(0.2):
                blocks.append(self._pick("cuts"))
            yield "\n\n".join(blocks) + "\n\n"

    def _heading(self, number: int) -> str:
        inside = self.dice.choice(("INT.", "INT.", "INT.", "EXT.", "EXT.", "INT./EXT."))
        numbered = f" #{number}#" if self._chance(0.5) else ""
        return f"{inside} {self._pick('places')} - {self._pick('times')}{numbered}"

    def _sentence(self) -> str:
        name = self._pick("people").title()
        return self._filled(f"{name} {{does}} {{thing}} {{way}}.")

    def _action(self) -> str:
        sentences = [
            self._pick("sights") if self._chance(0.3) else self._sentence()
            for _ in range(self.dice.choice((1, 1, 2, 2, 3, 5)))
        ]
        if self._chance(0.04):
            sentences[0] = f"*{sentences[0]}*"
        if self._chance(0.03):
            sentences[-1] = f"_{sentences[-1][:-1]}_ **NOW**."
        if self._chance(0.02):
            sentences[-1] += f" [[{self._pick('notes')}]]"
        return ("\n" if self._chance(0.1) else " ").join(sentences)

    def _speech(self, cast: list[str]) -> str:
        speech = self._one_speech(self.dice.choice(cast))
        if not self._chance(0.02):
            return speech
        return f"{speech}\n\n{self._one_speech(self.dice.choice(cast), dual=True)}"

    def _one_speech(self, name: str, *, dual: bool = False) -> str:
        cue = f"{name} ({self._pick('extensions')})" if self._chance(0.12) else name
        lines = [f"{cue} ^" if dual else cue]
        if self._chance(0.12):
            lines.append(f"({self._pick('manners')})")
        lines.append(self._spoken(" "))
        if self._chance(0.05):
            lines += ["(beat)", self._spoken(" ")]
        if self._chance(0.01):
            lines.append(f"~{self._pick('songs')}")
        return "\n".join(lines)

    def _spoken(self, between: str) -> str:
        count = self.dice.choice((1, 1, 1, 2, 2, 3))
        text = between.join(self._filled(self._pick("speech")) for _ in range(count))
        if self._chance(0.03):
            first, _, rest = text.partition(" ")
            return f"*{first}* {rest}".rstrip()
        return text

    def chinese(self) -> Iterator[str]:
        """Scenes as Chinese scripts are written."""
        number = 0
        while True:
            number += 1
            cast = self.dice.sample(self.words["people"], self.dice.randint(2, 4))
            fields = " ".join(self._pick(name) for name in ("insides", "places", "times"))
            blocks = [
                f"第{number}场 {fields}",
                f"人物：{'、'.join(cast)}",
            ]
            for _ in range(self.dice.randint(3, 9)):
                blocks.append(self._acted(cast))
                blocks += [self._said(cast) for _ in range(self.dice.choice((0, 1, 2, 2, 3)))]
            if self._chance(0.2):
                blocks.append(self._pick("cuts"))
            yield "\n".join(blocks) + "\n\n"

    def _acted(self, cast: list[str]) -> str:
        sentences = [
            self._pick("sights")
            if self._chance(0.3)
            else self._filled(f"{self.dice.choice(cast)}{{way}}{{does}}{{thing}}。")
            for _ in range(self.dice.choice((1, 1, 2, 2, 3, 5)))
        ]
        return "△" + "".join(sentences)

    def _said(self, cast: list[str]) -> str:
        manner = f"（{self._pick('manners')}）" if self._chance(0.15) else ""
        voice = "OS" if self._chance(0.05) else ""
        return f"{self.dice.choice(cast)}{manner}{voice}：{self._spoken('')}"
