"""Zip bytes to the few parts of a Word document that hold its words, within limits.

Nothing else in the file is unpacked, whatever it says of itself.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from mstation.errors import InvalidInput, Unsupported
from mstation.screenplay.lexicon import lexicon

MAX_BYTES = 64 * 1024 * 1024
MAX_MEMBERS = 10_000
MAX_PART_BYTES = 24 * 1024 * 1024
MAX_RATIO = 250  # a part of over a megabyte that shrank more than so holds no prose
MAX_TAGS = 6_000_000  # a screenplay of 120 pages has 50,000 to 200,000
MAX_BLOCK = 400_000  # elements and attributes of one paragraph or table
MAX_NAMES = 2_000  # that elements and attributes have; Word knows some hundreds
MAX_DEPTH = 200
_PROGRAMS = lexicon("mstation.screenplay.docx", "programs")["program"]
_MAIN = ("document.main+xml", "template.main+xml")
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError),
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Package:
    """An opened zip file and what to call it in an error."""

    archive: zipfile.ZipFile
    path: str
    main: str  # the name of the part with the document; '' where it is no Word document

    def text_of_highland(self) -> bytes | None:
        """Return the Fountain text of a Highland document or a TextBundle, or None."""
        for name in sorted(self.archive.namelist()):
            folder, _, file = name.rpartition("/")
            is_bundle = folder.endswith(".textbundle") or folder == ""
            if is_bundle and file in ("text.md", "text.fountain", "text.txt", "text.markdown"):
                return self.unpacked(name)
        return None

    def beside(self, name: str) -> str:
        """Return the name of a part that lies beside the document, e.g. styles.xml."""
        return posixpath.join(posixpath.dirname(self.main), name)

    def items(self, name: str, within: str) -> Iterator[Element]:
        """Return the children of a part's element, each forgotten when the next is read."""
        if name not in self.archive.namelist():
            return
        data = self.unpacked(name)
        if data.count(b"<") > MAX_TAGS:
            raise _too_large(self.path)
        try:
            yield from _children(data, within, self.path)
        except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
            raise InvalidInput(
                f"the Word document is damaged: `{name}` is not the XML that it should be; "
                "open it in Word and save it again",
                path=self.path,
                zh=f"Word 文档已损坏：`{name}` 不是合格的 XML；请在 Word 中打开并重新保存",
            ) from error

    def unpacked(self, name: str) -> bytes:
        """Return a part's bytes, unless they are more than a screenplay's would be."""
        try:
            info = self.archive.getinfo(name)
            with self.archive.open(info) as member:
                data = member.read(MAX_PART_BYTES + 1)
        except _UNREADABLE as error:
            raise _damaged(self.path) from error
        is_bomb = len(data) > 1 << 20 and len(data) > MAX_RATIO * max(1, info.compress_size)
        if len(data) > MAX_PART_BYTES or is_bomb:
            raise _too_large(self.path)
        return data


def open_package(data: bytes, *, path: str) -> Package:
    """Return the package that zip bytes are.

    Raises:
        InvalidInput: when the zip is damaged, too large, or names the same part twice.
        Unsupported: when it is the file of another program.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(path)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _UNREADABLE as error:
        raise _damaged(path) from error
    names = archive.namelist()
    if len(names) > MAX_MEMBERS:
        raise _too_large(path)
    if len(set(names)) < len(names):
        raise _damaged(path)
    package = Package(archive, path, "")
    main = _main_part(package)
    return Package(archive, path, main)


def refuse(package: Package) -> Unsupported:
    """Return the error that says what a zip file is and how to export from its program."""
    names = package.archive.namelist()
    mimetype = ""
    if "mimetype" in names:
        mimetype = package.unpacked("mimetype")[:100].decode("ascii", "replace").strip()
    for row in _PROGRAMS:
        is_named = any(name.endswith(tuple(row["ends"])) for name in names)
        if row.get("is_whole", False) and len(names) > 3:
            is_named = False
        is_told = bool(mimetype) and row.get("mimetype") == mimetype
        if is_told or (is_named and "mimetype" not in row):
            return Unsupported(
                f"this is {row['name']}; {row['advice']}",
                path=package.path,
                zh=f"这是 {row['zh']}；{row['advice_zh']}",
            )
    return Unsupported(
        "this is a ZIP file, but no Word document; unpack it and give the screenplay inside",
        path=package.path,
        zh="这是 ZIP 压缩包，不是 Word 文档；请先解压，再提供其中的剧本",
    )


def _main_part(package: Package) -> str:
    for item in package.items("[Content_Types].xml", "Types"):
        kind, name = item.get("ContentType", ""), item.get("PartName", "").lstrip("/")
        is_word = "word" in kind and kind.endswith(_MAIN)
        if is_word and name in package.archive.namelist():
            return name
    return ""


def local(tag: Any) -> str:
    """Return a tag's name without its namespace: strict and usual documents differ in it."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _children(data: bytes, within: str, path: str) -> Iterator[Element]:
    """Yield the children of the first element of a name, and let go of each after its use."""
    holder: Element | None = None
    depth = holder_depth = size = 0
    names: set[str] = set()
    for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            depth += 1
            size += 1 + len(element.attrib)
            names.add(element.tag)
            names.update(element.attrib)
            if depth > MAX_DEPTH or size > MAX_BLOCK or len(names) > MAX_NAMES:
                raise _too_large(path)
            if holder is None and local(element.tag) == within:
                holder, holder_depth = element, depth
            continue
        if holder is not None and depth == holder_depth + 1:
            yield element
            holder.clear()
            size = 0
        elif depth == holder_depth:
            return
        depth -= 1


def _damaged(path: str) -> InvalidInput:
    return InvalidInput(
        "the file is damaged: its ZIP container cannot be read; save it again and try once more",
        path=path,
        zh="文件已损坏，无法读取其 ZIP 容器；请重新保存后再试",
    )


def _too_large(path: str) -> InvalidInput:
    return InvalidInput(
        "the document unpacks to more than any screenplay holds; give one screenplay, "
        "or save it as plain text",
        path=path,
        zh="文档解压后的内容远超一部剧本；请只给一部剧本，或另存为纯文本",
    )
