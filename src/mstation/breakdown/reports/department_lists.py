"""The lists of the workbook beside the three: days, sets, continuity, one a category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mstation.breakdown.element import Category, ContinuityNote
from mstation.breakdown.reports.dossier import CATEGORIES, Dossier, Part, ScenePaper
from mstation.breakdown.reports.lists import cast_numbers, found_text, length_columns
from mstation.breakdown.reports.table import Cell, Column, Kind, Table
from mstation.breakdown.reports.wording import category_colour, day_text, strip_colour


def day_list(dossier: Dossier) -> Table:
    """Return one row a script day: its scenes, and who wears what through it."""
    words, labels = dossier.words, dossier.words["columns"]
    days: dict[str, list[ScenePaper]] = defaultdict(list)
    for paper in dossier.papers:
        days[paper.sheet.script_day].append(paper)
    columns = (
        Column(labels["script_day"]),
        Column(labels["scenes"], Kind.NUMBER, is_summed=True),
        Column(labels["scene_numbers"]),
        *length_columns(dossier, is_summed=True),
        *(Column(labels[key]) for key in ("sets", "cast", "wardrobe", "makeup")),
    )
    rows = tuple(
        (
            day_text(day),
            *_scenes_and_length(papers),
            words["list"].join(dict.fromkeys(paper.scene.place for paper in papers)),
            words["comma"].join(_company(papers)),
            _worn(dossier, papers, Category.WARDROBE),
            _worn(dossier, papers, Category.MAKEUP),
        )
        for day, papers in days.items()
    )
    return Table(words["tables"]["days"], columns, rows)


def set_list(dossier: Dossier) -> Table:
    """Return one row a set, in order of its first scene."""
    words, labels = dossier.words, dossier.words["columns"]
    sets: dict[str, list[ScenePaper]] = defaultdict(list)
    for paper in dossier.papers:
        sets[paper.scene.set_key].append(paper)
    columns = (
        Column(labels["set"]),
        Column(labels["interior"]),
        Column(labels["time"]),
        Column(labels["scenes"], Kind.NUMBER, is_summed=True),
        Column(labels["scene_numbers"]),
        *length_columns(dossier, is_summed=True),
        Column(labels["cast_numbers"]),
        Column(labels["cast"]),
    )
    rows = tuple(
        (
            papers[0].scene.place,
            " ".join(_once(words["interiors"][paper.scene.interior.value] for paper in papers)),
            " ".join(_once(words["times"][paper.scene.time.value] for paper in papers)),
            *_scenes_and_length(papers),
            cast_numbers(_parts(papers)),
            words["comma"].join(part.person.name for part in _parts(papers)),
        )
        for papers in sets.values()
    )
    return Table(words["tables"]["sets"], columns, rows)


def overview(dossier: Dossier) -> Table:
    """Return one row a kind of strip: how much of the film is played in which light."""
    words, labels = dossier.words, dossier.words["columns"]
    strips: dict[str, list[ScenePaper]] = defaultdict(list)
    for paper in dossier.papers:
        place = words["interiors"][paper.scene.interior.value]
        strips[f"{place} {words['times'][paper.scene.time.value]}"].append(paper)
    columns = (
        Column(labels["strip"]),
        Column(labels["scenes"], Kind.NUMBER, is_summed=True),
        Column(labels["scene_numbers"]),
        *length_columns(dossier, is_summed=True),
    )
    rows = tuple((strip, *_scenes_and_length(papers)) for strip, papers in strips.items())
    tints = tuple(strip_colour(papers[0].scene) for papers in strips.values())
    return Table(words["tables"]["overview"], columns, rows, tints)


def category_list(dossier: Dossier, category: Category) -> Table:
    """Return one row a use of a thing of this category, in the scenes' order."""
    words, labels = dossier.words, dossier.words["columns"]
    keys = ("scene", "script_day", "interior", "set", "time", "name", "holder")
    columns = (
        *(Column(labels[key]) for key in keys),
        Column(labels["script_line"], Kind.NUMBER),
        Column(labels["found_by"]),
        Column(labels["text"]),
    )
    rows, tints = [], []
    for paper in dossier.papers:
        for element in paper.elements(category):
            row: tuple[Cell, ...] = (
                *_place_cells(dossier, paper),
                element.name,
                dossier.names.get(element.holder_id, ""),
                element.line if element.line > 0 else None,
                found_text(dossier, (element.found_by,)),
                element.text,
            )
            rows.append(row)
            tints.append(strip_colour(paper.scene))
    title = words["categories"][category.value]
    return Table(title, columns, tuple(rows), tuple(tints), colour=category_colour(category.value))


def continuity_list(dossier: Dossier) -> Table:
    """Return one row a contradiction between two scenes of one script day."""
    words, labels = dossier.words, dossier.words["columns"]
    keys = ("scene", "kind", "cast", "item", "before", "earlier_scene")
    columns = (*(Column(labels[key]) for key in keys), Column(labels["script_line"], Kind.NUMBER))
    rows = tuple(_continuity_row(dossier, note) for note in dossier.continuity)
    return Table(words["tables"]["continuity"], columns, rows)


def used_categories(dossier: Dossier) -> list[Category]:
    """Return the categories that any scene needs something of, in the sheets' order."""
    used = {element.category for paper in dossier.papers for element in paper.sheet.elements}
    return [category for category in CATEGORIES if category in used]


def _continuity_row(dossier: Dossier, note: ContinuityNote) -> tuple[Cell, ...]:
    return (
        note.scene,
        dossier.words["notes"][note.kind],
        dossier.names.get(note.character_id, ""),
        note.name,
        dossier.names.get(note.before, note.before),
        note.earlier_scene,
        note.line if note.line > 0 else None,
    )


def _place_cells(dossier: Dossier, paper: ScenePaper) -> tuple[Cell, ...]:
    words = dossier.words
    return (
        paper.scene.number,
        day_text(paper.sheet.script_day),
        words["interiors"][paper.scene.interior.value],
        paper.scene.place,
        words["times"][paper.scene.time.value],
    )


def _scenes_and_length(papers: Sequence[ScenePaper]) -> tuple[Cell, ...]:
    return (
        len(papers),
        ", ".join(paper.scene.number for paper in papers),
        sum(paper.eighths for paper in papers),
        sum(paper.sheet.seconds_low for paper in papers),
        sum(paper.sheet.seconds_high for paper in papers),
    )


def _parts(papers: Iterable[ScenePaper]) -> list[Part]:
    """Return everybody of several scenes once, by number."""
    parts = {part.person.id: part for paper in papers for part in paper.parts}
    return sorted(parts.values(), key=lambda part: (part.person.number <= 0, part.person.number))


def _company(papers: Iterable[ScenePaper]) -> list[str]:
    return [f"{part.number} {part.person.name}".strip() for part in _parts(papers)]


def _worn(dossier: Dossier, papers: Sequence[ScenePaper], category: Category) -> str:
    """Return what everybody has on through a day: what its scenes say, and what came into it."""
    worn: dict[str, dict[str, None]] = defaultdict(dict)
    for paper in papers:
        for carried in paper.sheet.carried:
            if carried.category is category:
                worn[carried.character_id][carried.name] = None
        for element in paper.sheet.elements:
            if element.category is category:
                worn[element.holder_id][element.name] = None
    words = dossier.words
    told = []
    for person_id, names in worn.items():
        things = words["comma"].join(names)
        who = dossier.names.get(person_id, "")
        told.append(f"{who}{words['colon']}{things}" if who else things)
    return str(words["list"]).join(told)


def _once(texts: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(texts)
