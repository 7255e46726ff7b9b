"""A document's styles and lists: what a paragraph of each style is and how it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from mstation.screenplay.docx.package import Package, local
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import ElementKind, Emphasis
from mstation.screenplay.typed import Align

_NAMES = lexicon("mstation.screenplay.typed", "words")["styles"]
_KINDS = {name: ElementKind(kind) for kind, names in _NAMES.items() for name in names}
_LONGEST_FIRST = tuple(sorted(_KINDS, key=len, reverse=True))
_LEAST_PREFIX = 4  # letters; a shorter name must be the whole of a style's
_FURTHEST = 2_000.0  # points; what stands further in stands nowhere on a page
_MOST_TABS = 64
_DEEPEST = 16  # styles upon styles; Word itself allows 11
_SIGNS = re.compile(r"[\W\d_]+")
_OFF = ("0", "false", "off", "none")
_ALIGNS: dict[str, Align] = {"center": "center", "right": "right", "end": "right"}
_MARKS = {"b": Emphasis.BOLD, "i": Emphasis.ITALIC, "u": Emphasis.UNDERLINE}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a paragraph stands and how its letters are set; None where a style leaves it open."""

    left: float | None = None
    first: float | None = None
    align: Align | None = None
    tabs: tuple[float, ...] = ()
    list_id: str | None = None
    list_level: int | None = None
    emphasis: Mapping[Emphasis, bool] = field(default_factory=dict)
    is_capital: bool | None = None
    is_hidden: bool = False
    breaks_page: bool = False

    def over(self, below: Manner) -> Manner:
        """Return this manner, with what it leaves open taken from another."""
        return Manner(
            left=below.left if self.left is None else self.left,
            first=below.first if self.first is None else self.first,
            align=self.align or below.align,
            tabs=self.tabs or below.tabs,
            list_id=below.list_id if self.list_id is None else self.list_id,
            list_level=below.list_level if self.list_level is None else self.list_level,
            emphasis={**below.emphasis, **self.emphasis},
            is_capital=below.is_capital if self.is_capital is None else self.is_capital,
            is_hidden=self.is_hidden or below.is_hidden,
            breaks_page=self.breaks_page or below.breaks_page,
        )


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or character style with what it inherits."""

    manner: Manner
    kind: ElementKind | None


_PLAIN = Style(Manner(), None)


@dataclass(slots=True)
class Styles:
    """The styles of a document by id."""

    rows: dict[str, tuple[str, str, Manner]] = field(default_factory=dict)  # name, base, own
    usual: str = ""
    known: dict[str, Style] = field(default_factory=dict)

    def style(self, style_id: str) -> Style:
        """Return a style by its id; what is not there is plain."""
        if style_id not in self.known:
            chain = list(self._chain(style_id))
            manner = Manner()
            for _, _, own in chain:
                manner = manner.over(own)
            kinds = (kind_of_style(name) for name, _, _ in chain)
            kind = next((kind for kind in kinds if kind is not None), None)
            self.known[style_id] = Style(manner, kind) if chain else _PLAIN
        return self.known[style_id]

    def _chain(self, style_id: str) -> Iterator[tuple[str, str, Manner]]:
        seen: set[str] = set()
        while style_id in self.rows and style_id not in seen and len(seen) < _DEEPEST:
            seen.add(style_id)
            yield self.rows[style_id]
            style_id = self.rows[style_id][1]


def kind_of_style(name: str) -> ElementKind | None:
    """Return the element that a style's name means, e.g. Scene Heading, 对白."""
    plain = _SIGNS.sub("", name.casefold())
    if plain in _KINDS:
        return _KINDS[plain]
    for known in _LONGEST_FIRST:
        size = len(known) if known.isascii() else 2 * len(known)
        if size >= _LEAST_PREFIX and (plain.startswith(known) or plain.endswith(known)):
            return _KINDS[known] if len(plain) <= len(known) + 12 else None
    return None


def read_styles(package: Package) -> Styles:
    """Return the styles of a document."""
    styles = Styles()
    for item in package.items(package.beside("styles.xml"), "styles"):
        if local(item.tag) != "style":
            continue
        style_id = attribute(item, "styleId")
        name = base = ""
        manner = Manner()
        for child in item:
            match local(child.tag):
                case "name":
                    name = attribute(child, "val")
                case "basedOn":
                    base = attribute(child, "val")
                case "pPr":
                    manner = paragraph_manner(child).over(manner)
                case "rPr":
                    manner = run_manner(child).over(manner)
        styles.rows[style_id] = (name, base, manner)
        if attribute(item, "type") == "paragraph" and is_on(attribute(item, "default") or "0"):
            styles.usual = style_id
    return styles


def attribute(element: Element, name: str) -> str:
    """Return an attribute whatever its namespace, or ''."""
    for key, value in element.attrib.items():
        if local(key) == name:
            return value
    return ""


def is_on(value: str) -> bool:
    """Whether a switch is on: it is where nothing else is said."""
    return value.casefold() not in _OFF


def run_manner(properties: Element) -> Manner:
    """Return how a run's letters are set."""
    emphasis: dict[Emphasis, bool] = {}
    manner = Manner()
    for child in properties:
        name, value = local(child.tag), attribute(child, "val")
        if name in _MARKS:
            emphasis[_MARKS[name]] = is_on(value)
        elif name == "caps":
            manner = replace(manner, is_capital=is_on(value))
        elif name in ("vanish", "webHidden"):
            manner = replace(manner, is_hidden=name == "vanish" and is_on(value))
    return replace(manner, emphasis=emphasis)


def paragraph_manner(properties: Element) -> Manner:
    """Return how a paragraph stands."""
    manner = Manner()
    for child in properties:
        match local(child.tag):
            case "ind":
                manner = replace(manner, left=_left(child), first=_first(child))
            case "jc":
                align = _ALIGNS.get(attribute(child, "val"), "left")
                manner = replace(manner, align=align)
            case "tabs":
                stops = (points(attribute(tab, "pos")) for tab in child)
                manner = replace(
                    manner, tabs=tuple(sorted(s for s in stops if s is not None)[:_MOST_TABS])
                )
            case "numPr":
                values = {local(part.tag): attribute(part, "val") for part in child}
                level = values.get("ilvl", "0")
                manner = replace(
                    manner,
                    list_id=values.get("numId"),
                    list_level=int(level) if level.isascii() and level.isdigit() else 0,
                )
            case "pageBreakBefore":
                manner = replace(manner, breaks_page=is_on(attribute(child, "val")))
    return manner


def _left(indent: Element) -> float | None:
    left = points(attribute(indent, "left") or attribute(indent, "start"))
    characters = points(attribute(indent, "leftChars") or attribute(indent, "startChars"))
    # hundredths of a letter of the usual size, read as if they were twentieths of a point
    return left if not characters else characters * 20 / 100 * 12


def _first(indent: Element) -> float | None:
    first = points(attribute(indent, "firstLine"))
    hanging = points(attribute(indent, "hanging"))
    return first if first is not None else None if hanging is None else -hanging


def points(twips: str) -> float | None:
    """Return a length in points, or None where it is none: twips are twentieths of a point."""
    try:
        value = float(twips) / 20
    except ValueError:
        return None
    return value if abs(value) <= _FURTHEST else None
