"""What stands in each box of a breakdown sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mstation.breakdown.element import ContinuityNote, SceneElement
from mstation.breakdown.reports.dossier import CATEGORIES, Dossier, Part, ScenePaper
from mstation.breakdown.reports.typeface import CUT
from mstation.breakdown.reports.wording import SIGNS

_LONGEST_NAME = 30  # characters, beside a thing

# The form, read by rows of three.
FORM = (
    ("cast", "background", "stunts"),
    ("props", "set_dressing", "wardrobe"),
    ("makeup", "vehicles", "animals"),
    ("special_effects", "visual_effects", "special_equipment"),
    ("sound", "music", "miscellaneous"),
    ("carried", "continuity", "notes"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a box: the sign before it, its words, what stands small behind it."""

    sign: str
    text: str
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a sheet."""

    key: str
    title: str
    entries: tuple[Entry, ...]


def boxes_of(dossier: Dossier, paper: ScenePaper) -> dict[str, Box]:
    """Return every box of a scene's sheet by key, the empty ones too."""
    titles = dossier.words["categories"]
    entries: dict[str, list[Entry]] = {
        "cast": [_part(dossier, part) for part in paper.parts],
        "carried": _carried(dossier, paper),
        "continuity": [
            _contradiction(dossier, note)
            for note in dossier.continuity
            if note.scene == paper.scene.number
        ],
        "notes": [],
    }
    for category in CATEGORIES:
        found = paper.elements(category)
        entries[category.value] = [_element(dossier, element) for element in found]
    return {key: Box(key, titles[key], tuple(entries[key])) for key in _every(FORM)}


def _every(rows: Iterable[Iterable[str]]) -> list[str]:
    return [key for row in rows for key in row]


def _part(dossier: Dossier, part: Part) -> Entry:
    aside = dossier.words["voice"] if part.is_voice else ""
    return Entry(part.number, part.person.name, aside)


def _element(dossier: Dossier, element: SceneElement) -> Entry:
    holder = _name(dossier, element.holder_id)
    text = f"{element.name} – {holder}" if holder else element.name
    return Entry(SIGNS[element.found_by], text, str(element.line) if element.line > 0 else "")


def _carried(dossier: Dossier, paper: ScenePaper) -> list[Entry]:
    words = dossier.words
    return [
        Entry(
            "",
            f"{_name(dossier, item.character_id)}{words['colon']}{item.name}",
            words["since"].format(scene=item.since_scene),
        )
        for item in sorted(paper.sheet.carried, key=lambda item: CATEGORIES.index(item.category))
    ]


def _contradiction(dossier: Dossier, note: ContinuityNote) -> Entry:
    text = dossier.words[f"note_{note.kind}"].format(
        who=_name(dossier, note.character_id),
        name=note.name,
        earlier=note.earlier_scene,
        before=_name(dossier, note.before) or note.before,
    )
    return Entry("※", text, str(note.line) if note.line > 0 else "")


def _name(dossier: Dossier, person_id: str) -> str:
    """Return a name as it stands beside a thing; in the cast's box it stands whole."""
    name = dossier.names.get(person_id, "")
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME].rstrip()}{CUT}"
