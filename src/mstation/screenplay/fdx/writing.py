"""Script to FDX: shown by Final Draft's own means, and what those cannot tell said beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from mstation.screenplay.draft import with_ids
from mstation.screenplay.fdx.frame import (
    element_settings,
    header,
    revisions,
    scene_numbers,
    tag_data,
    title_page,
)
from mstation.screenplay.fdx.notes import BLOCK_LENGTH, BONEYARD, length_of
from mstation.screenplay.fdx.paragraph import Paragraph, element_of, with_notes
from mstation.screenplay.fdx.planning import Block, blocks_of
from mstation.screenplay.fdx.said import (
    NAMESPACE,
    NOT_XML,
    PREFIX,
    Said,
    difference,
    say,
    say_title_page,
)
from mstation.screenplay.fdx.showing import CAPITAL_TYPES, Register, show
from mstation.screenplay.fdx.spelling import spelled, tag
from mstation.screenplay.fdx.title_page import laid_out, said_of
from mstation.screenplay.fdx.wording import Piece
from mstation.screenplay.script import Element, ElementKind, Emphasis, Script

VERSION = "5"  # as Final Draft 12 writes it; 8 to 11 open it as well
_STYLE_NAMES = {
    Emphasis.BOLD: "Bold",
    Emphasis.ITALIC: "Italic",
    Emphasis.UNDERLINE: "Underline",
}
_RUN_ON = (ElementKind.DIALOGUE, ElementKind.LYRIC)
_NOTE_COLORS = {ElementKind.NOTE: "#FFFFFFFF0000", ElementKind.BONEYARD: "#C0C0C0C0C0C0"}


def write(script: Script) -> bytes:
    """Return the FDX file of a script; `read` gives the same script back.

    Characters that XML cannot hold are shown as U+FFFD and come back all the same.
    """
    writer = _Writer(script.elements)
    content = [line for block in writer.blocks for line in writer.write_block(block)]
    namespace = {f"xmlns__{PREFIX}": NAMESPACE, "MStation__Language": script.language}
    root = tag("FinalDraft", DocumentType="Script", Template="No", Version=VERSION, **namespace)
    lines = ['<?xml version="1.0" encoding="UTF-8" standalone="no" ?>', f"{root}>"]
    lines += ["  <Content>", *content, "  </Content>"]
    lines += [*header(script.language), *element_settings(script.language)]
    if script.title_page:
        page = laid_out(script.title_page)
        said = said_of(script.title_page, page)
        says = None if said is None else say_title_page(said)
        lines += title_page(page, script.language, says)
    register = writer.register
    lines += revisions(register.legend.revisions)
    if any(element.scene_number for element in script.elements):
        lines += scene_numbers()
    if register.tags:
        lines += tag_data(register.tags, register.definitions)
    if writer.notes:
        lines += ["  <ScriptNotes>", *writer.notes, "  </ScriptNotes>"]
    lines += [f"  {tag('Outlines', Hidden='Yes')}/>", "</FinalDraft>", ""]
    return "\n".join(lines).encode()


@dataclass(slots=True)
class _Place:
    """Where the block that is being written stands."""

    number: int = 0
    start: int = 0  # in the count of the notes' ranges


@dataclass(slots=True)
class _Writer:
    """Writes one block after another, keeping count for the notes."""

    elements: Sequence[Element]
    register: Register = field(default_factory=Register)
    notes: list[str] = field(default_factory=list)
    note_count: int = 0
    place: _Place = field(default_factory=_Place)
    natural: tuple[Element, ...] = field(init=False)  # with the ids that their words give
    blocks: list[Block] = field(init=False)
    block_count: int = field(init=False)
    before: ElementKind | None = None  # the kind of the paragraph before

    def __post_init__(self) -> None:
        self.natural = with_ids(self.elements)
        plain = frozenset(
            index
            for index, element in enumerate(self.natural)
            if element == self.elements[index]
            and element == Element(element.id, ElementKind.PAGE_BREAK, "", 0)
        )
        self.blocks = list(blocks_of(self.elements, plain))
        self.block_count = sum(bool(block.elements) for block in self.blocks)

    def write_block(self, block: Block) -> list[str]:
        """Return the lines of a block; its notes are kept for the end of the file."""
        for index in block.notes:
            self._stand(index)
        if not block.elements:
            return []
        if block.is_dual:
            lines, length = self._write_dual(block), BLOCK_LENGTH
        else:
            lines, length = self._write_element(block.elements.start, block)
        self.place.number += 1
        self.place.start += length + 1
        return lines

    def _write_dual(self, block: Block) -> list[str]:
        starts = "Yes" if block.starts_page else None
        lines = [
            f"    {tag('Paragraph', StartsNewPage=starts, Type='General')}>",
            "      <DualDialogue>",
        ]
        right = block.elements.start + next(
            offset for offset, index in enumerate(block.elements) if self.elements[index].is_dual
        )
        self.before = None
        for inside, index in enumerate(block.elements):
            plain = Block(range(index, index + 1))
            told, _ = self._write_element(index, plain, inside=inside, is_dual=index == right)
            lines += [f"    {line}" for line in told]
        self.before = None
        return [*lines, "      </DualDialogue>", "    </Paragraph>"]

    def _write_element(
        self, index: int, block: Block, *, inside: int | None = None, is_dual: bool = False
    ) -> tuple[list[str], int]:
        """Return the lines of an element's paragraph, and its length."""
        element = self.elements[index]
        shown = show(element, self.register)
        paragraph = shown.paragraph
        alone = element_of(paragraph, self.register.legend, is_dual=is_dual)
        told = [NOT_XML.sub("\ufffd", note).strip() for note in shown.notes]
        read_back = replace(with_notes(alone, told), id=self.natural[index].id)
        said = difference(element, read_back, beside=paragraph.text)
        is_run_on = alone.kind in _RUN_ON and alone.kind is self.before
        if said is None and (is_run_on or not (alone.text or alone.scene_number)):
            said = Said()
        self.before = alone.kind
        length = length_of(paragraph.text)
        for note in told:
            end = self.place.start + (length if inside is None else BLOCK_LENGTH)
            said_of_note = None if not inside else Said(inside=inside)
            self._note(note, ElementKind.NOTE, self.place.start, end, said_of_note)
        starts = block.starts_page or element.kind is ElementKind.PAGE_BREAK
        properties = list(self._properties(paragraph, block.synopses))
        return _written(paragraph, properties, said=said, starts_page=starts), length

    def _properties(self, paragraph: Paragraph, synopses: range) -> Iterator[str]:
        """Return what a heading carries: its colour, and its synopses as a summary."""
        if not synopses and not paragraph.color:
            return
        start = tag("SceneProperties", Color=paragraph.color or None, Title="")
        if not synopses:
            yield f"      {start}/>"
            return
        yield f"      {start}>"
        yield "        <Summary>"
        for index in synopses:
            element = self.elements[index]
            shown = replace(show(element, self.register).paragraph, type="Summary")
            read_back = element_of(shown, self.register.legend)
            read_back = replace(read_back, id=self.natural[index].id)
            said = difference(element, read_back, beside=shown.text)
            if said is None and not read_back.text:
                said = Said()
            words = replace(shown, type="")
            yield from (f"      {line}" for line in _written(words, [], said=said))
        yield "        </Summary>"
        yield "      </SceneProperties>"

    def _stand(self, index: int) -> None:
        """Keep a note or a boneyard that stands between paragraphs."""
        element = self.elements[index]
        text = NOT_XML.sub("\ufffd", element.text)
        read_back = Element(self.natural[index].id, element.kind, text, 0)
        said = difference(element, read_back, beside=text) or Said()
        said = replace(said, kind=element.kind, before=self.place.number)
        is_last = self.place.number == self.block_count
        start = self.place.start - (is_last and self.place.number > 0)  # no note beyond the end
        self._note(text, element.kind, start, start, said)

    def _note(self, text: str, kind: ElementKind, start: int, end: int, said: Said | None) -> None:
        self.note_count += 1
        opening = tag(
            "ScriptNote",
            Color=_NOTE_COLORS[kind],
            Id=str(self.note_count),
            MStation__Says=None if said is None else say(said),
            Name="",
            Range=f"{start},{end}",
            Type=BONEYARD if kind is ElementKind.BONEYARD else "General",
        )
        self.notes.append(f"    {opening}>")
        for line in text.split("\n"):
            self.notes.append(f"      <Paragraph><Text>{spelled(line)}</Text></Paragraph>")
        self.notes.append("    </ScriptNote>")


def _written(
    paragraph: Paragraph,
    properties: Sequence[str],
    *,
    said: Said | None,
    starts_page: bool = False,
) -> list[str]:
    """Return the lines of a paragraph."""
    start = tag(
        "Paragraph",
        Alignment="Center" if paragraph.is_centered else None,
        MStation__Says=None if said is None else say(said),
        Number=paragraph.number or None,
        StartsNewPage="Yes" if starts_page else None,
        Type=paragraph.type or None,
    )
    if not paragraph.pieces and not properties:
        return [f"    {start}/>"]
    is_capital = paragraph.type.casefold() in CAPITAL_TYPES
    texts = [_text(piece, is_capital=is_capital) for piece in paragraph.pieces]
    return [f"    {start}>", *properties, *texts, "    </Paragraph>"]


def _text(piece: Piece, *, is_capital: bool) -> str:
    """Return the `<Text>` of a piece; small letters of a type in capitals say they are small."""
    styles = [name for style, name in _STYLE_NAMES.items() if style in piece.styles]
    is_small = is_capital and piece.text != piece.text.upper()
    start = tag(
        "Text",
        RevisionID=str(piece.revision) if piece.revision else None,
        Style="+".join(styles) if styles or is_small else None,
        TagNumber=",".join(map(str, piece.tags)) or None,
    )
    return f"      {start}>{spelled(piece.text)}</Text>"
