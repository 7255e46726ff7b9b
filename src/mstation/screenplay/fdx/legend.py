"""What the numbers in an FDX file stand for: its tags, its revisions, its types in capitals."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from itertools import islice

from mstation.screenplay.fdx.markup import Node
from mstation.screenplay.fdx.said import NOT_XML
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.marks import REVISION_COLORS, final_draft_category, key_of_final_draft
from mstation.screenplay.script import Mark

_TABLE = lexicon("mstation.screenplay.fdx", "fdx")
_CATEGORIES: dict[str, dict[str, str | int]] = _TABLE["tag_categories"]
_IDS = {str(row["name"]).casefold(): id_ for id_, row in reversed(_CATEGORIES.items())}
MOST_AT_ONCE = 10  # tags on the same words, and meanings of one tag
_PLAIN = ("#000000000000", 99)  # the colour and number of a category that is not in the table


@dataclass(slots=True)
class Legend:
    """The tags by number, the colours of revised pages by number, the types in capitals."""

    tags: dict[int, tuple[Mark, ...]] = field(default_factory=dict)
    revisions: dict[int, str] = field(default_factory=dict)
    capital_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Category:
    """A category of tags."""

    id: str
    name: str
    number: int
    color: str


def read_legend(root: Node) -> Legend:
    """Return what the numbers in a file's paragraphs stand for."""
    return Legend(_tags(root), _revisions(root), _capital_types(root))


def number_of(text: str) -> int:
    """Return a number of FDX, or 0 where there is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def category_of(mark: Mark) -> Category | None:
    """Return the category of tags that a mark belongs to, or None where it is no tag."""
    name = final_draft_category(mark.key)
    if not name or NOT_XML.search(name) or key_of_final_draft(name) != mark.key:
        return None
    id_ = _IDS.get(name.casefold())
    if id_ is None:
        return Category(str(uuid.uuid5(uuid.NAMESPACE_OID, name)), name, _PLAIN[1], _PLAIN[0])
    row = _CATEGORIES[id_]
    return Category(id_, name, int(row["number"]), str(row["color"]))


def _tags(root: Node) -> dict[int, tuple[Mark, ...]]:
    """Return the marks of each tag: its number leads to definitions, those to categories."""
    data = root.find("TagData")
    if data is None:
        return {}
    keys = {
        node.get("Id"): key_of_final_draft(_category_name(node))
        for node in _rows(data, "TagCategories", "TagCategory")
    }
    marks = {
        node.get("Id"): Mark(keys[node.get("CatId")], node.get("Label").strip())
        for node in _rows(data, "TagDefinitions", "TagDefinition")
        if node.get("CatId") in keys and node.get("Label").strip()
    }
    return {
        number_of(node.get("Number")): tuple(
            marks[child.text.strip()]
            for child in islice(node.all("DefId"), MOST_AT_ONCE)
            if child.text.strip() in marks
        )
        for node in _rows(data, "Tags", "Tag")
    }


def _category_name(node: Node) -> str:
    """Return what a category is called; its id tells better than a name that was translated."""
    row = _CATEGORIES.get(node.get("Id").casefold())
    return node.get("Name") if row is None else str(row["name"])


def _rows(data: Node, table: str, row: str) -> list[Node]:
    return [node for part in data.all(table) for node in part.all(row)]


def _revisions(root: Node) -> dict[int, str]:
    revisions = dict(enumerate(REVISION_COLORS))
    del revisions[0]
    for node in _rows(root, "Revisions", "Revision"):
        name = " ".join(node.get("Name").split())
        if name:
            is_color = name.casefold() in REVISION_COLORS
            revisions[number_of(node.get("ID"))] = name.casefold() if is_color else name
    return revisions


def _capital_types(root: Node) -> frozenset[str]:
    fonts = (
        (node.get("Type"), font)
        for node in root.all("ElementSettings")
        for font in node.all("FontSpec")
    )
    return frozenset(
        type_.casefold() for type_, font in fonts if "AllCaps" in font.get("Style").split("+")
    )
