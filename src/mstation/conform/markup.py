"""An XML document in, its elements out, each with its line; nothing in it can hurt its reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from mstation.conform.faults import broken

MOST_TAGS = 1_000_000
MOST_ATTRIBUTES = 4_000_000  # counted by their `=`
MOST_DEPTH = 64


@dataclass(slots=True)
class Element:
    """One element of a document."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)

    def get(self, attribute: str) -> str:
        """Return an attribute, or an empty text where there is none."""
        return self.attributes.get(attribute, "")

    def find(self, name: str) -> Element | None:
        """Return the first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator[Element]:
        """Return all elements of that name below this one, in order."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)


class _Grower:
    def __init__(self, document: str) -> None:
        self.document = document
        self.root: Element | None = None
        self.open: list[Element] = []
        self.expat: Any = None

    @property
    def line(self) -> int:
        return int(self.expat.CurrentLineNumber)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name.rpartition("}")[2], attributes, self.line)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)
        if len(self.open) > MOST_DEPTH:
            raise broken(
                self.document,
                f"elements lie more than {MOST_DEPTH} deep",
                f"元素嵌套超过 {MOST_DEPTH} 层",
                line=element.line,
            )

    def data(self, words: str) -> None:
        """Words between elements say nothing of a cut."""

    def end(self, name: str) -> None:
        self.open.pop()

    def close(self) -> None:
        """The parser asks for the tree; `parse` takes it from `root`."""


def parse(data: bytes, document: str) -> Element:
    """Return the root of an XML document.

    A document type may be named, as FCPXML does; entities may not be declared, and nothing outside
    the document is read.

    Raises:
        InvalidInput: it is broken, or made to hurt its reader.
    """
    if data.count(b"<") > 2 * MOST_TAGS or data.count(b"=") > MOST_ATTRIBUTES:
        raise broken(document, "it has more elements than any cut", "元素数量超过任何剪辑")
    grower = _Grower(document)
    parser = DefusedXMLParser(target=grower, forbid_dtd=False)
    grower.expat = parser.parser
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        line, column = error.position
        what = str(error).partition(": line")[0]
        raise broken(
            document,
            f"the XML is broken at column {column + 1} ({what})",
            f"第 {column + 1} 列的 XML 有错（{what}）",
            line=line,
        ) from error
    except DefusedXmlException as error:
        raise broken(
            document,
            "it declares entities, which no cut needs and which may hide harm",
            "其中声明了实体，剪辑表用不到，且可能有害",
            line=grower.line,
        ) from error
    except (LookupError, ValueError) as error:
        raise broken(document, "its encoding is not known", "编码无法识别", line=1) from error
    assert grower.root is not None, "the parser refuses a document without an element"
    return grower.root
