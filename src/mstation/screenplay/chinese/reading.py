"""Chinese plain-text scripts to elements: one line is one thing."""

from __future__ import annotations

import re
from collections import Counter

from mstation.screenplay.chinese.heading import ChineseHeading, bare, find_heading, split_number
from mstation.screenplay.chinese.speech import Speech, find_speech
from mstation.screenplay.chinese.words import LABELS, caption_of, find_transition
from mstation.screenplay.draft import Draft
from mstation.screenplay.heading import starts_as_heading
from mstation.screenplay.numerals import NUMERAL
from mstation.screenplay.page import Page
from mstation.screenplay.script import Element, ElementKind


def _label(names: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(sorted(names, key=len, reverse=True))})\s*[:：]")


_CAST = re.compile(rf"{_label(LABELS['cast']).pattern}|[$＄]\s*[:：]?")
_CAST_SECTION = frozenset((*LABELS["cast_section"], *LABELS["cast"]))
_PROPS = _label(LABELS["props"])
_FIELD = re.compile(
    rf"(?:{'|'.join((*LABELS['place'], *LABELS['time'], *LABELS['interior']))})\s*[:：]\s*(.*)"
)
_EPISODE = re.compile(rf"第\s*{NUMERAL}\s*集(?:[\s:：·—-]+(?P<title>.*))?")
_ONLY_ACT = re.compile(rf"第\s*{NUMERAL}\s*[幕回章](?:[\s:：·—-]+[^。]{{0,24}})?")
_SIGNS = "△▲▶▷►"
_PAGE_BREAK = re.compile(r"={3,}")
_FLASHBACK = re.compile(r"(画面闪回|闪回)\s*[:：]\s*(.+)")
_MAX_FIELD_LINES = 4


def read_chinese(page: Page, start: int) -> list[Element]:
    """Return the elements of a page from line [start] on."""
    reader = _Reader(page, start)
    while reader.at < len(page.lines):
        reader.read_line()
    reader.draft.flush_asides(len(page.lines))
    reader.doubt_run_together_speeches()
    return reader.draft.elements


class _Reader:
    """Stands at a line and reads it; looks ahead only where a heading runs over lines."""

    def __init__(self, page: Page, start: int) -> None:
        self.page = page
        self.lines = page.lines
        self.at = start
        self.draft = Draft(page)
        self.is_in_cast = False  # 人物：with the names on the lines below
        self.seen_heading = False
        self.speakers: Counter[str] = Counter()

    def read_line(self) -> None:
        text = self.lines[self.at].strip()
        if not text:
            self.is_in_cast = self.is_in_cast and not self.seen_heading
            self.at += 1
            return
        if self._structure(text) or self._list(text) or self._played(text):
            return
        self._one(ElementKind.ACTION, text)

    def _one(
        self, kind: ElementKind, text: str, *, number: str = "", depth: int = 0, lines: int = 1
    ) -> bool:
        self.draft.add(kind, text, self.at, self.at + lines, scene_number=number, depth=depth)
        self.at += lines
        return True

    def _structure(self, text: str) -> bool:
        """Read what parts the script: page breaks, episodes, acts, headings, transitions."""
        if text[0] in _SIGNS:
            return False
        if _PAGE_BREAK.fullmatch(text):
            return self._one(ElementKind.PAGE_BREAK, "")
        inner = bare(text) if len(text) < 200 else text
        episode = _EPISODE.fullmatch(inner) if inner[:1] == "第" else None
        if episode is not None and find_heading(text) is None:
            self.is_in_cast = False
            return self._one(ElementKind.EPISODE, inner)
        heading, end = find_heading(text), self.at + 1
        if heading is None or not heading.fields.place:
            heading, end = self._heading_over_lines(text) or (heading, end)
        if heading is not None:
            self._heading(heading, end)
            return True
        return self._english_heading(text) or self._turn(text, inner)

    def _english_heading(self, text: str) -> bool:
        if not starts_as_heading(text) or text != text.upper():
            return False
        self.seen_heading, self.is_in_cast = True, False
        return self._one(ElementKind.SCENE_HEADING, text)

    def _turn(self, text: str, inner: str) -> bool:
        """Read transitions, acts and Markdown's sections."""
        if find_transition(text):
            return self._one(ElementKind.TRANSITION, text.strip("【】[]（）()* "))
        if inner[:1] == "第" and _ONLY_ACT.fullmatch(inner):
            return self._one(ElementKind.SECTION, inner, depth=1)
        if text[0] == "#" and inner:
            if inner in _CAST_SECTION:
                self.is_in_cast = True
            depth = len(text) - len(text.lstrip("#"))
            return self._one(ElementKind.SECTION, inner, depth=min(6, depth))
        return False

    def _heading(self, heading: ChineseHeading, end: int) -> None:
        line = self.at
        self._one(ElementKind.SCENE_HEADING, heading.text, number=heading.number, lines=end - line)
        if heading.cast:
            self.draft.add(ElementKind.CAST_LIST, heading.cast, line, line + 1)
        self.seen_heading = True
        self.is_in_cast = False

    def _heading_over_lines(self, text: str) -> tuple[ChineseHeading, int] | None:
        """Read `2-1`, then `地点：日 内 办公室` and the like on lines of their own."""
        if len(text) > 40:
            return None
        inner = bare(text)
        number, rest, strength = split_number(inner)
        opening = _FIELD.fullmatch(inner)
        if (strength == "none" or rest) and opening is None:
            return None
        fields = [opening[1]] if opening is not None else []
        end = self.at + 1
        for index in range(self.at + 1, min(self.at + 1 + 2 * _MAX_FIELD_LINES, len(self.lines))):
            line = bare(self.lines[index]) if self.lines[index].strip() else ""
            field = _FIELD.fullmatch(line)
            if field is None and (line or len(fields) == _MAX_FIELD_LINES):
                break
            if field is not None:
                fields.append(field[1])
                end = index + 1
        found = find_heading("第1场 " + " ".join(fields)) if fields else None
        if found is None or (
            opening is not None and not (found.fields.place and found.fields.time)
        ):
            return None
        return ChineseHeading(number, found.text, found.fields, "strong", found.cast), end

    def _list(self, text: str) -> bool:
        """Read cast and props lists, captions, and the people listed under 人物."""
        cast = _CAST.match(text)
        if cast is not None:
            self.is_in_cast = not text[cast.end() :].strip()
            return self._one(ElementKind.CAST_LIST, text)
        if bare(text) in _CAST_SECTION:
            self.is_in_cast = True
            return self._one(ElementKind.CAST_LIST, text)
        if _PROPS.match(text):
            return self._one(ElementKind.PROPS_LIST, text)
        if self.is_in_cast and text[0] not in _SIGNS and len(text) < 400:
            return self._one(ElementKind.CAST_LIST, text)
        return False

    def _played(self, text: str) -> bool:
        """Read what is seen and heard: △ actions, captions, speeches."""
        if text[0] in _SIGNS:
            return self._marked_action(text.lstrip(_SIGNS + " 　"))
        if caption_of(text):
            return self._one(ElementKind.ACTION, text)
        flashback = _FLASHBACK.fullmatch(text)
        if flashback is not None:
            return self._flashback(flashback)
        speech = find_speech(text.strip("*"))
        if speech is None or (not speech.text and not self._has_words_below()):
            return False
        self._speech(speech)
        return True

    def _marked_action(self, text: str) -> bool:
        if not text:
            self.at += 1
            return True
        flashback = _FLASHBACK.fullmatch(text)
        if flashback is not None:
            return self._flashback(flashback)
        is_turn = find_transition(text)
        return self._one(ElementKind.TRANSITION if is_turn else ElementKind.ACTION, text)

    def _flashback(self, match: re.Match[str]) -> bool:
        line = self.at
        self._one(ElementKind.TRANSITION, match[1])
        self.draft.add(ElementKind.ACTION, match[2].strip(), line, line + 1)
        return True

    def _has_words_below(self) -> bool:
        below = self.lines[self.at + 1].strip() if self.at + 1 < len(self.lines) else ""
        return bool(below) and below[0] not in _SIGNS and find_heading(below) is None

    def _speech(self, speech: Speech) -> None:
        first, end = self.at, self.at + 1
        words = speech.text
        if not words:
            end += 1
            words = self.lines[first + 1].strip()
        self.speakers[speech.name] += 1
        add = self.draft.add
        add(ElementKind.CHARACTER, speech.name, first, first + 1, extensions=speech.extensions)
        if speech.manner:
            add(ElementKind.PARENTHETICAL, speech.manner, first, first)
        for kind, piece in speech.pieces(words):
            add(kind, piece, end - 1, end - 1)
        self.at = end

    def doubt_run_together_speeches(self) -> None:
        """Note lines where a known name and a colon follow a full stop."""
        for element in self.draft.elements:
            if element.kind is not ElementKind.DIALOGUE:
                continue
            for match in _RUN_ON.finditer(element.text):
                if match[1].strip() in self.speakers:
                    self.page.doubt(
                        element.line,
                        f"`{match[1].strip()}：` stands inside this speech; if another person "
                        "speaks here, begin a new line",
                    )
                    break


_RUN_ON = re.compile(r"[。！？!?…”」\s]([^。！？!?…”」\s：:]{1,12})[：:]")
