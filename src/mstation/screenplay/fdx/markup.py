"""Bytes to markup: the tree of an XML file that cannot hurt, every node with its line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from mstation.errors import InvalidInput

MAX_BYTES = 32 * 1024 * 1024
MAX_TAGS = 400_000  # start tags and end tags; a long feature has some 50,000
MAX_ATTRIBUTES = 1_500_000  # counted by their `=`; a long feature has some 100,000
MAX_BREAKS = 400_000  # line breaks and characters written as numbers; a feature has some 20,000
MAX_DEPTH = 64  # Final Draft itself goes 8 deep

_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_WIDE_STARTS = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0": "utf-16-le",
    b"\0<": "utf-16-be",
}
# the parser knows these itself; the bytes go to it as they are
_NATIVE = frozenset(("utf-8", "ascii", "iso8859-1"))
_SAVE_AGAIN = "save the script again in the program that wrote it"
_SAVE_AGAIN_ZH = "请用原来的软件重新存一次剧本"


@dataclass(slots=True)
class Node:
    """One element of the markup; attributes of a namespace are called `{namespace}name`."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Node] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # the text directly inside, in pieces

    @property
    def text(self) -> str:
        """The text directly inside this node."""
        return "".join(self.words)

    def get(self, attribute: str) -> str:
        """Return an attribute, or an empty string where there is none."""
        return self.attributes.get(attribute, "")

    def find(self, name: str) -> Node | None:
        """Return the first child of that name."""
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator[Node]:
        """Return the children of that name, in order."""
        return (child for child in self.children if child.name == name)


def parse(data: bytes, *, path: str) -> Node:
    """Return the root of an XML file.

    Raises:
        InvalidInput: when the file is too large, broken, or made to hurt its reader.
    """
    _check_size(data, path)
    text, encoding = _readable(data, path)
    grower = _Grower(path)
    parser = DefusedXMLParser(target=grower, encoding=encoding, forbid_dtd=True)
    grower.expat = parser.parser
    try:
        parser.feed(text)
        parser.close()
    except ParseError as error:
        _refuse_broken(error, path)
    except DefusedXmlException as error:
        raise InvalidInput(
            "the file declares a document type or entities, which no screenplay needs and which "
            f"may hide harm; {_SAVE_AGAIN}",
            path=path,
            line=grower.line,
            zh=f"文件声明了文档类型或实体，剧本用不到，且可能有害；{_SAVE_AGAIN_ZH}",
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that only the parser saw
        raise _not_so_encoded("another encoding", "另一种编码", path) from error
    assert grower.root is not None, "the parser refuses a file without an element"
    return grower.root


class _Grower:
    """Grows the tree as the parser meets starts, words and ends."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.root: Node | None = None
        self.open: list[Node] = []
        self.expat: Any = None

    @property
    def line(self) -> int:
        return int(self.expat.CurrentLineNumber)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        node = Node(name.rpartition("}")[2], attributes, self.line)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        if len(self.open) > MAX_DEPTH:
            raise InvalidInput(
                f"elements are nested more than {MAX_DEPTH} deep, as in no screenplay; "
                f"{_SAVE_AGAIN}",
                path=self.path,
                line=node.line,
                zh=f"元素嵌套超过 {MAX_DEPTH} 层，剧本不会如此；{_SAVE_AGAIN_ZH}",
            )

    def data(self, words: str) -> None:
        self.open[-1].words.append(words)

    def end(self, name: str) -> None:
        self.open.pop()

    def close(self) -> None:
        """The parser asks for the tree; `parse` takes it from `root`."""


def _check_size(data: bytes, path: str) -> None:
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"the file has {len(data) / 1e6:.1f} MB and the limit is {MAX_BYTES >> 20} MB; "
            "take the pictures out of the script",
            path=path,
            zh=f"文件有 {len(data) / 1e6:.1f} MB，上限是 {MAX_BYTES >> 20} MB；请去掉剧本里的图片",
        )
    is_overfull = data.count(b"<") > MAX_TAGS or data.count(b"=") > MAX_ATTRIBUTES
    if is_overfull or data.count(b"\n") + data.count(b"&#") > MAX_BREAKS:
        raise InvalidInput(
            "the file holds more elements, attributes or lines than any screenplay; "
            "give one screenplay",
            path=path,
            zh="文件的元素、属性或行数比任何剧本都多；请只给一部剧本",
        )


def _readable(data: bytes, path: str) -> tuple[bytes | str, str | None]:
    """Return what the parser takes, and the encoding to tell it where the file's is not so."""
    wide = next((name for start, name in _WIDE_STARTS.items() if data.startswith(start)), None)
    declared = _DECLARED.match(data[:400].removeprefix(codecs.BOM_UTF8))
    named = wide or (declared[1].decode() if declared else "utf-8")
    try:
        encoding = codecs.lookup(named).name
        if wide is None and encoding in _NATIVE:
            return data, None
        if wide is None and encoding.startswith("utf-16"):
            return data, "utf-8"  # declared so, but its bytes are not: rewritten by some tool
        return data.decode(encoding), None
    except (LookupError, UnicodeError) as error:
        raise _not_so_encoded(f"`{named}`", f" `{named}`", path) from error


def _not_so_encoded(named: str, named_zh: str, path: str) -> InvalidInput:
    return InvalidInput(
        f"the file says its text is {named}, and it is not; save it as UTF-8",
        path=path,
        line=1,
        zh=f"文件声明的编码是{named_zh}，但内容不符；请另存为 UTF-8",
    )


def _refuse_broken(error: ParseError, path: str) -> NoReturn:
    line, column = error.position
    what = str(error).partition(": line")[0]
    raise InvalidInput(
        f"the XML is broken at column {column + 1} ({what}); {_SAVE_AGAIN}",
        path=path,
        line=line,
        zh=f"第 {column + 1} 列的 XML 有错（{what}）；{_SAVE_AGAIN_ZH}",
    ) from error
