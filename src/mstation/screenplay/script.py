"""The nouns of a screenplay: a script is a title page and elements in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

SCHEMA = "mstation.script/1"

Language = Literal["en", "zh"]


class ElementKind(StrEnum):
    """What a piece of the page is, in Fountain's terms and those of Chinese scripts."""

    SCENE_HEADING = "scene_heading"
    ACTION = "action"
    CHARACTER = "character"  # the cue above a speech; a dialogue block follows
    PARENTHETICAL = "parenthetical"
    DIALOGUE = "dialogue"
    LYRIC = "lyric"
    TRANSITION = "transition"
    CENTERED = "centered"
    SECTION = "section"
    SYNOPSIS = "synopsis"
    NOTE = "note"  # [[a note on lines of its own]]; notes inside text stay in `Element.notes`
    BONEYARD = "boneyard"
    PAGE_BREAK = "page_break"
    CAST_LIST = "cast_list"  # 人物：甲、乙
    PROPS_LIST = "props_list"  # 道具：…
    EPISODE = "episode"  # 第一集：…


class Emphasis(StrEnum):
    """How a run of text is written."""

    ITALIC = "italic"
    BOLD = "bold"
    UNDERLINE = "underline"


@dataclass(frozen=True, slots=True)
class Run:
    """A styled stretch of an element's plain text, half-open in characters."""

    start: int
    end: int
    emphasis: tuple[Emphasis, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """What production noted on a piece of the page: `[[prop: lantern]]`, `[[revision: blue]]`.

    The key is one of `marks.toml`, or `tag` and a category's name as its writer called it.
    """

    key: str
    value: str
    line: int = field(default=0, compare=False)  # where it is known apart from its element's


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the page.

    `text` is plain: no marks of the format, no notes, line breaks kept. `line` counts from 1.
    Where it stood in its file, and whether its kind was forced there, make no other element.
    """

    id: str
    kind: ElementKind
    text: str
    line: int = field(compare=False)
    forced: bool = field(default=False, compare=False)
    scene_number: str = ""  # scene headings: as written between #…# or 第N场
    extensions: tuple[str, ...] = ()  # characters: V.O., O.S., CONT'D, 画外音 … as written
    is_dual: bool = False  # characters: the right-hand speech of a dual pair
    depth: int = 0  # sections: 1 to 6
    runs: tuple[Run, ...] = ()
    notes: tuple[str, ...] = ()  # [[notes]] that stood inside this element
    marks: tuple[Mark, ...] = ()  # [[marks]] that stood inside this element


@dataclass(frozen=True, slots=True)
class TitleField:
    """One key of the title page and its lines, e.g. `Title`, (`The Last Reel`,)."""

    key: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingNote:
    """A line that could be read in more than one way, and how it was read."""

    line: int
    severity: Literal["info", "warning"]
    text: str
    zh: str = ""

    def told(self, language: Language) -> str:
        """Return the note in the person's language; in English where there is no other."""
        return self.zh if language == "zh" and self.zh else self.text


@dataclass(frozen=True, slots=True)
class Script:
    """A screenplay as read: nothing of the page is lost."""

    language: Language
    title_page: tuple[TitleField, ...]
    elements: tuple[Element, ...]
    notes: tuple[ReadingNote, ...] = field(default=(), compare=False)

    @property
    def title(self) -> str:
        """The film's title on one line, or an empty string."""
        for entry in self.title_page:
            if entry.key.lower() in ("title", "标题", "片名", "剧名"):
                return " ".join(entry.lines).strip()
        return ""
