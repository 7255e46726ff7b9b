"""The title page of an FDX file: lines laid out on a page, read as keys and laid out again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mstation.screenplay.fdx.markup import Node
from mstation.screenplay.fdx.said import NOT_XML, SAYS, SaidTitlePage, hear_title_page
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import TitleField

_WORDS: dict[str, list[str]] = lexicon("mstation.screenplay.fdx", "fdx")["title_page"]
_KEYS = frozenset(lexicon("mstation.screenplay", "words")["title_page"]["keys"])
_ROLES = {
    key: role
    for role in ("title", "credit", "author", "source", "copyright", "draft", "contact")
    for key in _WORDS[role]
}
_NAMED = re.compile(r"([^\s:：][^:：]{0,39})[:：]\s*(\S.*)")
_DATE = re.compile(r"\d{1,4}[-./年]\d{1,2}[-./月]\d{1,4}|\b(?:19|20)\d\d\b")
_CENTERED = frozenset(("title", "credit", "author", "source"))

TITLE_AT = 16  # empty lines above the title
FOOT_AT = 46  # the line that the foot of the page reaches down to
GAP = 3  # empty lines between the title and what follows it


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A line of the title page as it lies there."""

    text: str
    is_centered: bool = False
    is_title: bool = False


def read_title_page(node: Node) -> tuple[TitleField, ...]:
    """Return the keys of a title page and their lines, as far as its layout tells them."""
    content = node.find("Content")
    if content is None:
        return ()
    lines = [line for child in content.all("Paragraph") for line in _lines_of(child)]
    said = hear_title_page(node.get(SAYS))
    if said is not None and said.beside == shown(lines):
        return said.fields
    return fields_of(lines)


def fields_of(lines: Sequence[TitleLine]) -> tuple[TitleField, ...]:
    """Return the keys that a laid out title page shows by where its lines stand and begin."""
    fields: list[TitleField] = []
    has_author = False
    for block in _blocks(line for line in lines if line.is_centered):
        before = fields[-1].key if fields else ""
        fields.append(TitleField(_centered_key(block, before, has_author=has_author), block))
        has_author = has_author or fields[-1].key == "Author"
    foot = list(_blocks(line for line in lines if not line.is_centered))
    for index, block in enumerate(foot):
        fields += _foot_fields(block, is_last=index == len(foot) - 1, has=fields)
    return tuple(fields)


def laid_out(fields: Iterable[TitleField]) -> list[TitleLine]:
    """Return the lines of a title page: the title and its people centred, the rest at the foot."""
    middle: list[TitleLine] = []
    foot: list[TitleLine] = []
    for field in fields:
        role = _ROLES.get(field.key.casefold(), "")
        lines = NOT_XML.sub("\ufffd", "\n".join(field.lines)).split("\n")
        if role in _CENTERED:
            gap = GAP if middle and all(line.is_title for line in middle) else 1
            middle += [TitleLine("", is_centered=True)] * (gap if middle else 0)
            is_title = role == "title" and not middle
            middle += [TitleLine(line, is_centered=True, is_title=is_title) for line in lines]
        else:
            is_plain = role in ("copyright", "draft", "contact") and _tells(lines, role)
            named = lines if is_plain else _named(field.key, lines)
            foot += [TitleLine(""), *(TitleLine(line) for line in named)]
    gap = max(1, FOOT_AT - TITLE_AT - len(middle) - len(foot))
    return [*[TitleLine("")] * TITLE_AT, *middle, *[TitleLine("")] * gap, *foot]


def said_of(fields: tuple[TitleField, ...], lines: Sequence[TitleLine]) -> SaidTitlePage | None:
    """Return what must be said of a title page that its layout alone would not tell."""
    return None if fields_of(lines) == fields else SaidTitlePage(fields, shown(lines))


def shown(lines: Iterable[TitleLine]) -> tuple[str, ...]:
    """Return the words of a title page, without its empty lines."""
    return tuple(line.text for line in lines if line.text)


def _lines_of(node: Node) -> Iterator[TitleLine]:
    is_centered = node.get("Alignment") == "Center"
    text = "".join(
        child.text.upper() if "AllCaps" in child.get("Style").split("+") else child.text
        for child in node.all("Text")
    )
    return (TitleLine(line, is_centered=is_centered) for line in text.split("\n"))


def _blocks(lines: Iterable[TitleLine]) -> Iterator[tuple[str, ...]]:
    """Return the lines that no empty line parts."""
    block: list[str] = []
    for line in lines:
        if line.text.strip():
            block.append(line.text.strip())
        elif block:
            yield tuple(block)
            block = []
    if block:
        yield tuple(block)


def _centered_key(block: tuple[str, ...], before: str, *, has_author: bool) -> str:
    """Return what a block in the middle is, below a field of the key `before`."""
    if not before:
        return "Title"
    start = block[0].casefold().rstrip(":： ")
    if start in _WORDS["credits"]:
        return "Credit"
    if before == "Credit":
        return "Author"
    if start.startswith(tuple(_WORDS["sources"])):
        return "Source"
    return "Notes" if has_author else "Author"


def _foot_fields(
    block: tuple[str, ...], *, is_last: bool, has: Sequence[TitleField]
) -> list[TitleField]:
    """Return the fields of a block at the foot: `Key: value` lines, or what its words tell."""
    named = _NAMED.fullmatch(block[0])
    if named is not None and named[1].casefold() in _KEYS:
        return [TitleField(named[1].strip(), (named[2].strip(), *block[1:]))]
    for role, key in (("copyright", "Copyright"), ("draft", "Draft date"), ("contact", "Contact")):
        if _tells(block, role):
            return [TitleField(key, block)]
    is_contact = is_last and all(field.key != "Contact" for field in has)
    return [TitleField("Contact" if is_contact else "Notes", block)]


def _tells(lines: Sequence[str], role: str) -> bool:
    """Whether a block's words tell that it is the copyright, the draft or whom to ask."""
    words = "\n".join(lines).casefold()
    if role == "draft" and _DATE.search(words) and len(words) < 60:
        return True
    return any(word in words for word in _WORDS[f"{role}s"])


def _named(key: str, lines: Sequence[str]) -> list[str]:
    """Return the lines of a field whose key the page must tell as well."""
    colon = ": " if key.isascii() else "："
    return [NOT_XML.sub("\ufffd", " ".join(key.split())) + colon + lines[0], *lines[1:]]
