"""What stands around the script in an FDX file: layout, settings, revisions, tags."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from mstation.screenplay.fdx.legend import Category
from mstation.screenplay.fdx.spelling import spelled, tag
from mstation.screenplay.fdx.title_page import TitleLine
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language, Mark

_TABLE = lexicon("mstation.screenplay.fdx", "fdx")
_INK, _PAPER = "#000000000000", "#FFFFFFFFFFFF"


def header(language: Language) -> Iterator[str]:
    """Return the header of every page but the first: its number."""
    shows = {"HeaderFirstPage": "No", "HeaderVisible": "Yes", "FooterFirstPage": "No"}
    yield f"  {tag('HeaderAndFooter', **shows, FooterVisible='No', StartingPage='1')}>"
    yield "    <Header>"
    yield f"      {tag('Paragraph', Alignment='Right', LeftIndent='1.25', RightIndent='-1.25')}>"
    yield f"        {tag('DynamicLabel', **_font(language), Type='Page #')}/>"
    yield f"        {tag('Text', **_font(language))}>.</Text>"
    yield "      </Paragraph>"
    yield "    </Header>"
    yield "  </HeaderAndFooter>"


def element_settings(language: Language) -> Iterator[str]:
    """Return how each type of paragraph looks and lies on the page."""
    for row in _TABLE["settings"]:
        styles = [row["style"]] if "style" in row else []
        styles += ["AllCaps"] if row.get("caps", False) else []
        is_outline = "HiddenText" in row.get("style", "")
        yield f"  {tag('ElementSettings', Type=row['type'])}>"
        yield f"    {tag('FontSpec', **_font(language, '+'.join(styles)))}/>"
        lies = tag(
            "ParagraphSpec",
            Alignment=row.get("align", "Left"),
            FirstIndent="0.00",
            Leading="Regular",
            LeftIndent=row["left"],
            RightIndent=row["right"],
            SpaceBefore=str(row.get("before", 0)),
            Spacing="1",
            StartsNewPage="No",
        )
        yield f"    {lies}/>"
        next_type = row.get("next", row["type"])
        paginate = row.get("paginate", row["type"])
        yield f"    {tag('Behavior', PaginateAs=paginate, ReturnKey=next_type)}/>"
        level = str(row.get("level", 0 if is_outline else 1))
        yield f"    {tag('Outline', CanHide='Yes' if is_outline else 'No', Level=level)}/>"
        yield "  </ElementSettings>"


def title_page(lines: Sequence[TitleLine], language: Language, says: str | None) -> Iterator[str]:
    """Return the title page, one paragraph a line."""
    yield f"  {tag('TitlePage', MStation__Says=says)}>"
    yield "    <Content>"
    for line in lines:
        start = tag("Paragraph", Alignment="Center" if line.is_centered else "Left")
        if not line.text:
            yield f"      {start}/>"
            continue
        text = tag("Text", **_font(language, "Underline" if line.is_title else ""))
        yield f"      {start}>"
        yield f"        {text}>{spelled(line.text)}</Text>"
        yield "      </Paragraph>"
    yield "    </Content>"
    yield "  </TitlePage>"


def revisions(colors: Mapping[int, str]) -> Iterator[str]:
    """Return the revisions that the script may wear, in their usual order."""
    yield f"  {tag('Revisions', ActiveSet='1', Location='7.75', RevisionMode='No')}>"
    for id_, color in colors.items():
        ink, page = _TABLE["revisions"].get(color, _TABLE["revisions"]["other"])
        name = color.title() if color in _TABLE["revisions"] else color
        told = {"Color": ink, "FullRevision": "No", "Mark": "*", "PageColor": page, "Style": ""}
        yield f"    {tag('Revision', ID=str(id_), Name=name, **told)}/>"
    yield "  </Revisions>"


def scene_numbers() -> Iterator[str]:
    """Return that scene numbers are shown on both sides of the page."""
    shows = {"ShowNumbersOnLeft": "Yes", "ShowNumbersOnRight": "Yes"}
    yield f"  {tag('SceneNumberOptions', LeftLocation='0.75', RightLocation='7.38', **shows)}/>"


def tag_data(
    tags: Mapping[tuple[Mark, ...], int], definitions: Mapping[Mark, Category]
) -> Iterator[str]:
    """Return the tags: their categories, what each is called, and which numbers are which."""
    ids = {mark: _definition_id(mark) for mark in definitions}
    yield "  <TagData>"
    yield "    <TagCategories>"
    for category in sorted(set(definitions.values()), key=lambda row: (row.number, row.id)):
        told = {"Color": category.color, "Id": category.id, "Name": category.name}
        yield f"      {tag('TagCategory', Number=str(category.number), Style='Bold', **told)}/>"
    yield "    </TagCategories>"
    yield "    <TagDefinitions>"
    for number, (mark, category) in enumerate(definitions.items(), 1):
        told = {"CatId": category.id, "Id": ids[mark], "Label": mark.value}
        yield f"      {tag('TagDefinition', Number=str(number), **told)}/>"
    yield "    </TagDefinitions>"
    yield "    <Tags>"
    for marks, number in tags.items():
        yield f"      {tag('Tag', Number=str(number))}>"
        yield from (f"        <DefId>{ids[mark]}</DefId>" for mark in dict.fromkeys(marks))
        yield "      </Tag>"
    yield "    </Tags>"
    yield "  </TagData>"


def _definition_id(mark: Mark) -> str:
    told = f"{mark.key}\x1f{mark.value}".encode("utf-8", "replace").decode()
    return str(uuid.uuid5(uuid.NAMESPACE_OID, told))


def _font(language: Language, style: str = "") -> dict[str, str]:
    return {
        "AdornmentStyle": "0",
        "Background": _PAPER,
        "Color": _INK,
        "Font": str(_TABLE["fonts"][language]),
        "RevisionID": "0",
        "Size": "12",
        "Style": style,
    }
