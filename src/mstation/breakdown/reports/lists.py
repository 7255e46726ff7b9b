"""The lists that every department asks for: scenes, cast, elements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mstation.breakdown.element import Category, FoundBy, SceneElement
from mstation.breakdown.reports.dossier import CATEGORIES, Dossier, Part, ScenePaper, by_name
from mstation.breakdown.reports.table import Cell, Column, Kind, Table
from mstation.breakdown.reports.wording import category_colour, day_text, strip_colour
from mstation.breakdown.scene import Character


@dataclass(slots=True)
class Returning:
    """One thing and every scene that needs it."""

    category: Category
    name: str
    order: int  # of its first scene
    seen: list[tuple[ScenePaper, SceneElement]] = field(default_factory=list)


def scene_list(dossier: Dossier) -> Table:
    """Return one row a scene, in the script's order, in the colours of the strips."""
    words, labels = dossier.words, dossier.words["columns"]
    rows = [
        (
            paper.scene.number,
            words["interiors"][paper.scene.interior.value],
            paper.scene.place,
            words["times"][paper.scene.time.value],
            day_text(paper.sheet.script_day),
            paper.sheet.page,
            paper.eighths,
            paper.sheet.seconds_low,
            paper.sheet.seconds_high,
            paper.synopsis,
            cast_numbers(paper.parts),
            words["comma"].join(part.person.name for part in paper.parts if not part.is_voice),
            words["comma"].join(part.person.name for part in paper.parts if part.is_voice),
            words["comma"].join(item.name for item in paper.elements(Category.BACKGROUND)),
            paper.scene.heading,
        )
        for paper in dossier.papers
    ]
    columns = (
        Column(labels["scene"]),
        Column(labels["interior"]),
        Column(labels["set"]),
        Column(labels["time"]),
        Column(labels["script_day"]),
        Column(labels["script_page"], Kind.NUMBER),
        *length_columns(dossier, is_summed=True),
        *(
            Column(labels[key])
            for key in ("synopsis", "cast_numbers", "cast", "voices", "background", "heading")
        ),
    )
    tints = tuple(strip_colour(paper.scene) for paper in dossier.papers)
    return Table(words["tables"]["scenes"], columns, tuple(rows), tints)


def cast_list(dossier: Dossier) -> Table:
    """Return one row a character, by number."""
    labels = dossier.words["columns"]
    columns = (
        Column(labels["number"], Kind.NUMBER),
        Column(labels["name"]),
        Column(labels["lines"], Kind.NUMBER),
        Column(labels["words"], Kind.NUMBER),
        Column(labels["scenes"], Kind.NUMBER),
        Column(labels["pages"], Kind.PAGES, csv_label=labels["eighths"]),
        Column(labels["first_scene"]),
        Column(labels["last_scene"]),
        Column(labels["days"], Kind.NUMBER),
        Column(labels["scene_numbers"]),
        Column(labels["sex"]),
        Column(labels["age"], Kind.NUMBER),
        Column(labels["aliases"]),
        Column(labels["description"]),
    )
    playing: dict[str, list[ScenePaper]] = {person.id: [] for person in dossier.cast}
    for paper in dossier.papers:
        for part in paper.parts:
            playing[part.person.id].append(paper)
    rows = tuple(_cast_row(person, playing[person.id], dossier) for person in dossier.cast)
    title = dossier.words["tables"]["cast"]
    return Table(title, columns, rows, colour=category_colour("cast"))


def _cast_row(
    person: Character, papers: Sequence[ScenePaper], dossier: Dossier
) -> tuple[Cell, ...]:
    words = dossier.words
    numbers = [paper.scene.number for paper in papers]
    return (
        person.number if person.number > 0 else None,
        person.name,
        person.lines,
        person.words,
        len(papers),
        sum(paper.eighths for paper in papers),
        numbers[0] if numbers else None,
        numbers[-1] if numbers else None,
        len({paper.sheet.script_day for paper in papers}),
        ", ".join(numbers),
        words["sexes"][person.sex],
        None if person.is_age_guess else person.age,
        words["comma"].join(person.aliases),
        person.description,
    )


def element_list(dossier: Dossier) -> Table:
    """Return one row a thing, by category and name, with every scene and line of it."""
    words, labels = dossier.words, dossier.words["columns"]
    columns = (
        Column(labels["category"]),
        Column(labels["name"]),
        Column(labels["count"], Kind.NUMBER),
        Column(labels["scene_numbers"]),
        Column(labels["script_lines"]),
        Column(labels["found_by"]),
        Column(labels["holder"]),
        Column(labels["text"]),
    )
    things = returning_things(dossier)
    rows = tuple(
        (
            words["categories"][thing.category.value],
            thing.name,
            len(thing.seen),
            ", ".join(paper.scene.number for paper, _ in thing.seen),
            ", ".join(str(element.line) for _, element in thing.seen if element.line > 0),
            found_text(dossier, (element.found_by for _, element in thing.seen)),
            words["comma"].join(_holders(dossier, thing)),
            thing.seen[0][1].text,
        )
        for thing in things
    )
    swatches = tuple(category_colour(thing.category.value) for thing in things)
    return Table(words["tables"]["elements"], columns, rows, swatches=swatches)


def returning_things(dossier: Dossier) -> list[Returning]:
    """Return every thing that the scenes need, once, by category and name."""
    things: dict[tuple[Category, str], Returning] = {}
    for order, paper in enumerate(dossier.papers):
        for element in paper.sheet.elements:
            key = (element.category, element.id)
            thing = things.setdefault(key, Returning(element.category, element.name, order))
            thing.seen.append((paper, element))
    return sorted(
        things.values(),
        key=lambda thing: (CATEGORIES.index(thing.category), by_name(thing.name), thing.order),
    )


def found_text(dossier: Dossier, found: Iterable[FoundBy]) -> str:
    """Return who found a thing, the surest first."""
    who = set(found)
    names = dossier.words["found"]
    return str(dossier.words["comma"]).join(names[one.value] for one in FoundBy if one in who)


def cast_numbers(parts: Iterable[Part]) -> str:
    """Return the numbers of a scene's cast as a strip carries them: `1, 2, 5`."""
    return ", ".join(part.number for part in parts if part.number)


def length_columns(dossier: Dossier, *, is_summed: bool = False) -> tuple[Column, Column, Column]:
    """Return the columns of a length: pages, and the shortest and longest time."""
    labels = dossier.words["columns"]
    is_adjusted = dossier.measure == "adjusted"
    pages = dossier.words["pages_adjusted"] if is_adjusted else labels["pages"]
    return (
        Column(pages, Kind.PAGES, labels["eighths"], is_summed),
        Column(labels["shortest"], Kind.SECONDS, labels["shortest_s"], is_summed),
        Column(labels["longest"], Kind.SECONDS, labels["longest_s"], is_summed),
    )


def _holders(dossier: Dossier, thing: Returning) -> list[str]:
    ids = dict.fromkeys(element.holder_id for _, element in thing.seen)
    return [dossier.names[one] for one in ids if one in dossier.names]
