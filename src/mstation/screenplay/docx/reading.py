"""A Word document to a script: by its styles, else by its indents, else by its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from mstation.errors import InvalidInput
from mstation.screenplay.chinese.speech import find_speech
from mstation.screenplay.decode import decode
from mstation.screenplay.docx.body import read_body
from mstation.screenplay.docx.package import Package, open_package, refuse
from mstation.screenplay.draft import with_ids
from mstation.screenplay.reading import language_of, read_text
from mstation.screenplay.script import ElementKind, Language, Script, TitleField
from mstation.screenplay.typed import (
    Columns,
    Paragraph,
    cover_of,
    elements_of,
    leading_cover,
    learn_columns,
    text_of,
    with_kinds,
)

MAX_CHARACTERS = 4_000_000
MAX_PARAGRAPHS = 200_000
_TELLING = frozenset(
    (ElementKind.SCENE_HEADING, ElementKind.CHARACTER, ElementKind.DIALOGUE, ElementKind.ACTION)
)
_FEWEST_STYLED = 3  # paragraphs


def read(data: bytes, *, path: str, language: Literal["auto", "en", "zh"] = "auto") -> Script:
    """Return the script that a Word document holds; or a Highland document, which is a zip too.

    Raises:
        InvalidInput: when the document is damaged, empty, or unpacks to too much.
        Unsupported: when the zip is the file of another program.
    """
    package = open_package(data, path=path)
    if not package.main:
        bundled = package.text_of_highland()
        if bundled is None:
            raise refuse(package)
        return read_text(decode(bundled, path=path), language=language)
    paragraphs = _within_limit(package)
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    spoken: Language = language_of(text) if language == "auto" else language
    cover, paragraphs = leading_cover(paragraphs)
    return _script(cover_of(cover, spoken), paragraphs, spoken)


def _within_limit(package: Package) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    left = MAX_CHARACTERS
    for paragraph in read_body(package):
        left -= len(paragraph.text) + 1
        if left < 0 or len(paragraphs) == MAX_PARAGRAPHS:
            raise InvalidInput(
                f"the document holds more than {MAX_CHARACTERS} characters or {MAX_PARAGRAPHS} "
                "paragraphs; give one screenplay",
                path=package.path,
                zh=f"文档超过 {MAX_CHARACTERS} 字或 {MAX_PARAGRAPHS} 段；请只给一部剧本",
            )
        paragraphs.append(paragraph)
    if not any(paragraph.text for paragraph in paragraphs):
        raise InvalidInput(
            "the document has no text; write the screenplay into it first",
            path=package.path,
            zh="文档里没有文字；请先写入剧本",
        )
    return paragraphs


def _script(
    title_page: tuple[TitleField, ...], paragraphs: list[Paragraph], language: Language
) -> Script:
    if _is_styled(paragraphs):
        columns: Columns | None = Columns(action=0.0, dialogue=float("inf"))
    else:
        paragraphs = [_unstyled(paragraph) for paragraph in paragraphs]
        columns = learn_columns(paragraphs, language=language)
    if columns is None:
        script = read_text(text_of(paragraphs, language=language), language=language)
        return replace(script, title_page=title_page + script.title_page)
    elements = elements_of(with_kinds(paragraphs, columns))
    return Script(language=language, title_page=title_page, elements=with_ids(elements))


def _is_styled(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether the document's styles say what its paragraphs are, and its words agree."""
    telling = [paragraph for paragraph in paragraphs if paragraph.kind in _TELLING]
    kinds = {paragraph.kind for paragraph in telling}
    if len(telling) < min(_FEWEST_STYLED, len(paragraphs)) or len(kinds) < min(2, len(telling)):
        return False
    if ElementKind.CHARACTER in kinds:
        return True
    # 林晚：你好 in one style: its words are a Chinese script's, whatever the style is called
    said = [p for p in telling if p.kind in (ElementKind.DIALOGUE, ElementKind.ACTION)]
    return sum(find_speech(p.text) is not None for p in said) <= 0.1 * len(said)


def _unstyled(paragraph: Paragraph) -> Paragraph:
    """Forget what a lone style said, but for what no style need say."""
    keeps = paragraph.kind is ElementKind.PAGE_BREAK or bool(paragraph.scene_number)
    return paragraph if keeps else replace(paragraph, kind=None)
