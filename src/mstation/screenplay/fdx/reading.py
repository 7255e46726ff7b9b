"""FDX to script: paragraphs become elements, notes find their places.

Source: exports of Final Draft 10 to 13 and of Fade In; FDX has no published schema.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from mstation.errors import InvalidInput
from mstation.screenplay.draft import new_id, with_ids
from mstation.screenplay.fdx.legend import MOST_AT_ONCE, Legend, number_of, read_legend
from mstation.screenplay.fdx.markup import Node, parse
from mstation.screenplay.fdx.notes import (
    BLOCK_LENGTH,
    BLOCKS,
    ScriptNote,
    length_of,
    note_of,
    paragraph_at,
    read_notes,
)
from mstation.screenplay.fdx.paragraph import (
    KINDS,
    Paragraph,
    element_of,
    joined,
    kind_of,
    with_notes,
)
from mstation.screenplay.fdx.said import LANGUAGE, SAYS, Said, corrected, hear
from mstation.screenplay.fdx.title_page import read_title_page
from mstation.screenplay.fdx.wording import Piece
from mstation.screenplay.reading import language_of
from mstation.screenplay.script import Element, ElementKind, Emphasis, ReadingNote, Script

MAX_NOTES = 500
_STYLES = {style.value: style for style in Emphasis}
_NUMBERS = re.compile(r"\d{1,9}")
_RUN_ON = frozenset((ElementKind.DIALOGUE, ElementKind.LYRIC))
_SPEECH = frozenset((ElementKind.CHARACTER, ElementKind.PARENTHETICAL, ElementKind.DIALOGUE))


def read(data: bytes, *, path: str, language: Literal["auto", "en", "zh"] = "auto") -> Script:
    """Return the script that an FDX file holds.

    Raises:
        InvalidInput: when the file is no FDX of a script, broken, too large or hostile.
    """
    root = parse(data, path=path)
    content = _content_of(root, path)
    reader = _Reader(read_legend(root))
    for node in content.all("Paragraph"):
        reader.read_paragraph(node)
    reader.pin(read_notes(root))
    elements = reader.elements()
    title_page = root.find("TitlePage")
    said = root.get(LANGUAGE)
    spoken: Literal["en", "zh"]
    if language != "auto":
        spoken = language
    elif said in ("en", "zh"):
        spoken = "zh" if said == "zh" else "en"
    else:
        spoken = language_of("\n".join(element.text for element in elements))
    return Script(
        language=spoken,
        title_page=() if title_page is None else read_title_page(title_page),
        elements=elements,
        notes=tuple(sorted(reader.doubts, key=lambda note: note.line)),
    )


def _content_of(root: Node, path: str) -> Node:
    if root.name != "FinalDraft":
        raise InvalidInput(
            f"this is an XML file of another kind (`{root.name[:40]}`); "
            "export the screenplay as FDX or Fountain",
            path=path,
            line=root.line,
            zh=f"这是另一种 XML 文件（`{root.name[:40]}`）；请把剧本导出为 FDX 或 Fountain",
        )
    content = root.find("Content")
    if content is None:
        raise InvalidInput(
            "the FDX file has no `<Content>`, so it holds no script; export the script again",
            path=path,
            line=root.line,
            zh="这个 FDX 文件没有 `<Content>`，也就没有剧本；请重新导出剧本",
        )
    return content


@dataclass(slots=True)
class _Entry:
    """An element as its paragraph shows it, and what else is said of it."""

    element: Element
    said: Said | None = None
    beside: str = ""
    more: list[tuple[str, Element]] = field(default_factory=list)  # what goes on with it
    notes: list[str] = field(default_factory=list)

    def told(self) -> Element:
        """Return the element with its notes, as it says it is."""
        element = joined(self.element, self.more) if self.more else self.element
        element = with_notes(element, self.notes) if self.notes else element
        return element if self.said is None else corrected(element, self.said, beside=self.beside)


@dataclass(slots=True)
class _Place:
    """A paragraph of the script: what stands before it, and which entries it has given."""

    start: int  # in the count of the notes' ranges
    first: int  # the entry that it begins with, or that follows it
    owners: list[int] = field(default_factory=list)  # the entries that notes on it belong to


class _Reader:
    """Reads one paragraph after another; notes are pinned when all are read."""

    def __init__(self, legend: Legend) -> None:
        self.legend = legend
        self.entries: list[_Entry] = []
        self.places: list[_Place] = []
        self.standing: dict[int, list[_Entry]] = {}  # notes before an entry
        self.doubts: list[ReadingNote] = []
        self.unknown: set[str] = set()
        self.length = 0
        self.blanks = 0  # empty paragraphs since the last entry

    # paragraphs

    def read_paragraph(self, node: Node) -> None:
        """Read a paragraph of the script with all that it embeds."""
        place = _Place(self.length, len(self.entries))
        self.places.append(place)
        paragraph = self._paragraph(node)
        said = hear(node.get(SAYS))
        starts_page = node.get("StartsNewPage") == "Yes"
        if starts_page and (said is None or said.kind is not ElementKind.PAGE_BREAK):
            self._page_break(node)
        duals = list(node.all("DualDialogue"))
        omitted = node.find("OmittedScene")
        if omitted is not None and not paragraph.pieces:
            paragraph = self._omitted_heading(paragraph)
        if paragraph.pieces or said is not None or not duals:
            self._add(node, paragraph, said, place)
        for dual in duals:
            self._dual(dual, place)
        if omitted is not None:
            self._omitted(omitted)
        embedded = sum(child.name in BLOCKS for child in node.children)
        words = sum(length_of(text.text) for text in node.all("Text"))
        self.length += words + BLOCK_LENGTH * embedded + 1

    def _paragraph(self, node: Node) -> Paragraph:
        type_ = node.get("Type") or "Action"
        if type_.casefold() not in KINDS and type_ not in self.unknown:
            self.unknown.add(type_)
            self._doubt(
                node.line,
                f"paragraphs of type `{type_[:60]}` are read as action",
                zh=f"`{type_[:60]}` 类型的段落读作动作",
            )
        properties = node.find("SceneProperties")
        return Paragraph(
            type=type_,
            pieces=self._pieces(node, is_capital=type_.casefold() in self.legend.capital_types),
            line=node.line,
            number=node.get("Number"),
            color="" if properties is None else properties.get("Color"),
            is_centered=node.get("Alignment") == "Center",
        )

    def _pieces(self, node: Node, *, is_capital: bool) -> tuple[Piece, ...]:
        """Return the words of a paragraph; a style that is given replaces that of the type."""
        pieces = []
        for text in node.all("Text"):
            words, attributes = text.text, text.attributes
            if not words:
                continue
            style = attributes.get("Style")
            names = style.split("+") if style else []
            if "AllCaps" in names or (style is None and is_capital):
                words = words.upper()
            tags = attributes.get("TagNumber")
            pieces.append(
                Piece(
                    words,
                    tuple(_STYLES[name.lower()] for name in names if name.lower() in _STYLES),
                    _numbers(tags) if tags else (),
                    number_of(attributes.get("RevisionID", "")),
                )
            )
        return tuple(pieces)

    def _add(
        self,
        node: Node,
        paragraph: Paragraph,
        said: Said | None,
        place: _Place,
        *,
        is_dual: bool = False,
    ) -> None:
        element = element_of(paragraph, self.legend, is_dual=is_dual)
        entry = _Entry(element, said, paragraph.text)
        entry.notes = [note_of(child).text for child in node.all("ScriptNote")]
        if said is None and not element.text and not element.scene_number:
            self.blanks += 1
            self._stand(len(self.entries), entry.notes, node)
        elif said is None and self._continues(element):
            place.owners.append(len(self.entries) - 1)
            self.entries[-1].notes += entry.notes
        else:
            if said is None and element.kind is ElementKind.ACTION:
                entry.element = self._spaced(element)
            place.owners.append(len(self.entries))
            self._append(entry)
        self._synopses(node)

    def _append(self, entry: _Entry) -> None:
        self.entries.append(entry)
        self.blanks = 0

    def _continues(self, element: Element) -> bool:
        """Dialogue below dialogue goes on with the speech, over an empty line or not."""
        if element.kind not in _RUN_ON or not self.entries:
            return False
        last = self.entries[-1]
        if last.element.kind is not element.kind or last.said is not None:
            return False
        last.more.append(("\n" * (1 + self.blanks), element))
        self.blanks = 0
        return True

    def _spaced(self, element: Element) -> Element:
        """Empty lines between actions are kept, as a page has them."""
        is_below_action = bool(self.entries) and (
            self.entries[-1].element.kind is ElementKind.ACTION
        )
        if not self.blanks or not is_below_action:
            return element
        empty = Element("", ElementKind.ACTION, "", element.line)
        return joined(empty, [("\n" * self.blanks, element)])

    def _page_break(self, node: Node) -> None:
        self._append(_Entry(Element("", ElementKind.PAGE_BREAK, "", node.line)))

    def _synopses(self, node: Node) -> None:
        """Read the title and the summary that a heading carries."""
        properties = node.find("SceneProperties")
        if properties is None:
            return
        title = properties.get("Title").strip()
        if title:
            self._append(_Entry(Element("", ElementKind.SYNOPSIS, title, properties.line)))
        for summary in properties.all("Summary"):
            for child in summary.all("Paragraph"):
                words = self._pieces(child, is_capital=False)
                paragraph = Paragraph("Summary", words, child.line)
                said = hear(child.get(SAYS))
                element = element_of(paragraph, self.legend)
                if element.text or said is not None:
                    self._append(_Entry(element, said, paragraph.text))

    def _dual(self, dual: Node, place: _Place) -> None:
        """Read two speeches side by side: the second cue is the right-hand one."""
        cues = 0
        for node in dual.all("Paragraph"):
            paragraph = self._paragraph(node)
            cues += kind_of(paragraph) is ElementKind.CHARACTER
            self._add(node, paragraph, hear(node.get(SAYS)), place, is_dual=cues == 2)

    def _omitted_heading(self, paragraph: Paragraph) -> Paragraph:
        return Paragraph(
            paragraph.type, (Piece("OMITTED"),), paragraph.line, paragraph.number, paragraph.color
        )

    def _omitted(self, omitted: Node) -> None:
        """Keep the scene that was left out where nobody films it."""
        words: list[str] = []
        before = ElementKind.ACTION
        for node in omitted.all("Paragraph"):
            element = element_of(self._paragraph(node), self.legend)
            if element.text:
                is_spoken = before in _SPEECH and element.kind in _SPEECH - {ElementKind.CHARACTER}
                words += ["\n" if is_spoken else "\n\n", element.text]
                before = element.kind
        if words:
            text = "".join(words).strip()
            self._append(_Entry(Element("", ElementKind.BONEYARD, text, omitted.line)))

    # notes

    def pin(self, notes: Iterable[ScriptNote]) -> None:
        """Put notes on the elements they are about, or between those they stand between."""
        starts = [place.start for place in self.places]
        for note in notes:
            at = paragraph_at(starts, self.length, note)
            if at is None:
                self._doubt(
                    note.line,
                    "this note has no place in the script; it is kept at the end",
                    zh="这条批注在剧本里没有位置；放在末尾",
                )
                at = len(self.places)
            elif note.is_boneyard and note.said is None:
                at += note.start > starts[at]  # it stands after what it was pinned to the end of
            self._pin(note, at)

    def _pin(self, note: ScriptNote, at: int) -> None:
        said = note.said
        is_element = note.is_boneyard or (said is not None and said.kind is not None)
        place = self.places[at] if at < len(self.places) else _Place(0, len(self.entries))
        if place.owners and not is_element:
            inside = (said.inside or 0) if said is not None else 0
            owner = place.owners[min(max(inside, 0), len(place.owners) - 1)]
            self.entries[owner].notes.append(note.text)
        else:
            kind = ElementKind.BONEYARD if note.is_boneyard else ElementKind.NOTE
            element = Element("", kind, note.text, note.line)
            self.standing.setdefault(place.first, []).append(_Entry(element, said, note.text))

    def _stand(self, before: int, notes: list[str], node: Node) -> None:
        for text in notes:
            element = Element("", ElementKind.NOTE, text, node.line)
            self.standing.setdefault(before, []).append(_Entry(element))

    # the script

    def elements(self) -> tuple[Element, ...]:
        """Return the elements in order, with ids."""
        entries: list[_Entry] = []
        for index in range(len(self.entries) + 1):
            entries += self.standing.get(index, ())
            entries += self.entries[index : index + 1]
        return _identified([entry.told() for entry in entries])

    def _doubt(self, line: int, text: str, *, zh: str) -> None:
        if len(self.doubts) < MAX_NOTES:
            self.doubts.append(ReadingNote(line, "warning", text, zh))


def _numbers(attribute: str) -> tuple[int, ...]:
    """Return the numbers of the tags on some words; there is hardly ever more than one."""
    return tuple(map(int, _NUMBERS.findall(attribute[:100])[:MOST_AT_ONCE]))


def _identified(told: Sequence[Element]) -> tuple[Element, ...]:
    """Return the elements with the ids they say they have, or else those of their words."""
    elements = with_ids(told)
    if not any(element.id for element in told):
        return elements
    turns: Counter[tuple[ElementKind, str]] = Counter()
    taken: set[str] = set()
    identified = []
    for said, element in zip(told, elements, strict=True):
        id_ = said.id or element.id
        while id_ in taken:
            turns[element.kind, element.text] += 1
            id_ = new_id(element.kind, element.text, turns[element.kind, element.text])
        taken.add(id_)
        identified.append(replace(element, id=id_))
    return tuple(identified)
