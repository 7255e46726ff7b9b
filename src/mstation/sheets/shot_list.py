"""Shots and their cameras in, the shot list out: as they are cut, and by setup to be shot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mstation.breakdown.reports.csv_tables import write_csv
from mstation.breakdown.reports.dossier import Paper
from mstation.breakdown.reports.printed_list import Group, PrintedColumn, PrintedPart, print_list
from mstation.breakdown.reports.table import Cell, Column, Kind, Table
from mstation.breakdown.reports.wording import strip_colour
from mstation.breakdown.reports.workbook import write_tables
from mstation.schedule.setups import Setup, list_setups, shooting_order
from mstation.sheets.camera import CameraFacts
from mstation.sheets.numbers import flies_text
from mstation.sheets.reel import Entry, Reel, entries_of
from mstation.sheets.wording import (
    FULL_FRAME,
    Words,
    compass_text,
    length_text,
    lens_text,
    move_text,
    size_text,
    words_of,
)
from mstation.shots.reasons import told
from mstation.timebase import START_TIMECODE, timecode

Cameras = Mapping[str, CameraFacts]

_TEXT_COLUMNS = ("label", "scene", "heading", "setup", "size", "angle")
_ENDS = ("flies", "dialogue", "why", "direction")


@dataclass(frozen=True, slots=True)
class SetupRow:
    """One setup of a scene, in shooting order, and the shots that it serves."""

    name: str  # scene and letter: 12A
    entries: tuple[Entry, ...]
    facts: CameraFacts | None

    @property
    def first(self) -> Entry:
        """The shot that names it."""
        return self.entries[0]


def shot_list_csv(reel: Reel, cameras: Cameras) -> bytes:
    """Return the shot list as CSV, one row a shot in script order."""
    return write_csv(shot_table(reel, cameras))


def shot_list_xlsx(reel: Reel, cameras: Cameras, *, paper: Paper = "a4") -> bytes:
    """Return a workbook: the shots in script order, and the setups in shooting order."""
    words = words_of(reel.language)
    return write_tables(
        [shot_table(reel, cameras), setup_table(reel, cameras)],
        title=reel.title or words["untitled"],
        total=words["columns"]["total"],
        language=reel.language,
        paper=paper,
    )


def shot_list_pdf(reel: Reel, cameras: Cameras, *, paper: Paper = "a4") -> bytes:
    """Return the shot list to print: a scene a group, then the same by setups.

    Raises:
        NotFound: when the fonts are not installed beside this Python.
    """
    words = words_of(reel.language)
    parts = [_printed_shots(reel, cameras), _printed_setups(reel, cameras)]
    return print_list(
        parts,
        title=reel.title or words["untitled"],
        kind=words["shot_list"],
        language=reel.language,
        paper=paper,
    )


def shot_table(reel: Reel, cameras: Cameras) -> Table:
    """Return one row a shot, in script order, in the colours of the scenes' strips."""
    words = words_of(reel.language)
    labels = words["columns"]
    columns = (
        *(Column(labels[key]) for key in _TEXT_COLUMNS),
        Column(labels["lens_mm"], Kind.DECIMAL),
        Column(labels["full_frame_mm"], Kind.DECIMAL),
        *(Column(labels[key]) for key in ("move", "role", "subjects", "prop")),
        Column(labels["duration_s"], Kind.DECIMAL, is_summed=True),
        Column(labels["frames"], Kind.NUMBER, is_summed=True),
        Column(labels["timecode"]),
        Column(labels["height_m"], Kind.DECIMAL),
        Column(labels["distance_m"], Kind.DECIMAL),
        *(Column(labels[key]) for key in _ENDS),
    )
    entries = entries_of(reel)
    setups = {
        entry.clip.shot.id: row.name for row in setup_rows(reel, cameras) for entry in row.entries
    }
    rows = tuple(_shot_row(entry, reel, cameras, setups[entry.clip.shot.id]) for entry in entries)
    tints = tuple(strip_colour(entry.scene) for entry in entries)
    return Table(words["tables"]["shots"], columns, rows, tints)


def _shot_row(entry: Entry, reel: Reel, cameras: Cameras, setup: str) -> tuple[Cell, ...]:
    words, shot, scene = words_of(reel.language), entry.clip.shot, entry.scene
    facts = cameras.get(shot.id)
    return (
        shot.label,
        scene.number,
        scene.heading,
        setup,
        size_text(shot.size, words),
        words["angles"][shot.angle.value],
        shot.lens_mm,
        shot.lens_mm * FULL_FRAME,
        move_text(shot, words),
        words["roles"][shot.role.value],
        words["comma"].join(entry.subjects),
        shot.prop,
        reel.rate.seconds(shot.frames),
        shot.frames,
        _timecode(entry, reel),
        facts.height_m if facts else shot.camera[0].position[1],
        facts.distance_m if facts else None,
        flies_text(facts.flies, reel.language) if facts and facts.flies else "",
        _dialogue(entry, reel),
        told(shot.why, reel.language),
        shot.direction,
    )


def setup_rows(reel: Reel, cameras: Cameras) -> tuple[SetupRow, ...]:
    """Return every setup of the film: scenes in script order, each as a crew shoots it."""
    rows: list[SetupRow] = []
    for _, group in groupby(entries_of(reel), key=lambda entry: entry.scene.id):
        scene = {entry.clip.shot.id: entry for entry in group}
        for setup in shooting_order(list_setups([entry.clip.shot for entry in scene.values()])):
            rows.append(_setup_row(setup, scene, cameras))
    return tuple(rows)


def _setup_row(setup: Setup, scene: Mapping[str, Entry], cameras: Cameras) -> SetupRow:
    entries = tuple(scene[shot.id] for shot in setup.shots)
    name = f"{entries[0].scene.number}{setup.letter}"
    return SetupRow(name, entries, cameras.get(setup.first.id))


def setup_table(reel: Reel, cameras: Cameras) -> Table:
    """Return one row a setup, in shooting order."""
    words = words_of(reel.language)
    labels = words["columns"]
    columns = (
        Column(labels["order"], Kind.NUMBER),
        *(Column(labels[key]) for key in ("setup", "scene", "heading", "size", "angle")),
        Column(labels["lens_mm"], Kind.DECIMAL),
        *(Column(labels[key]) for key in ("move", "facing")),
        Column(labels["height_m"], Kind.DECIMAL),
        Column(labels["distance_m"], Kind.DECIMAL),
        Column(labels["label"]),
        Column(labels["shots"], Kind.NUMBER, is_summed=True),
        Column(labels["duration_s"], Kind.DECIMAL, is_summed=True),
        *(Column(labels[key]) for key in ("subjects", "flies", "dialogue")),
    )
    listed = setup_rows(reel, cameras)
    rows = tuple(_setup_cells(number, row, reel) for number, row in enumerate(listed, start=1))
    tints = tuple(strip_colour(row.first.scene) for row in listed)
    return Table(words["tables"]["setups"], columns, rows, tints)


def _setup_cells(number: int, row: SetupRow, reel: Reel) -> tuple[Cell, ...]:
    words, shot, facts = words_of(reel.language), row.first.clip.shot, row.facts
    return (
        number,
        row.name,
        row.first.scene.number,
        row.first.scene.heading,
        words["comma"].join(_sizes(row, words)),
        words["angles"][shot.angle.value],
        shot.lens_mm,
        move_text(shot, words),
        compass_text(facts.pan_deg, reel.language) if facts else "",
        facts.height_m if facts else shot.camera[0].position[1],
        facts.distance_m if facts else None,
        words["comma"].join(entry.clip.shot.label for entry in row.entries),
        len(row.entries),
        reel.rate.seconds(_frames(row.entries)),
        words["comma"].join(_people(row)),
        flies_text(facts.flies, reel.language) if facts and facts.flies else "",
        words["bar"].join(filter(None, (_dialogue(entry, reel) for entry in row.entries))),
    )


def _printed_shots(reel: Reel, cameras: Cameras) -> PrintedPart:
    words = words_of(reel.language)
    labels = words["columns"]
    keys = (("label", 44), ("setup", 30), ("scale", 92), ("lens_mm", 46), ("move", 54),
            ("subjects", 92), ("length", 56), ("timecode", 56), ("height_distance", 66),
            ("said_or_done", 0), ("direction", 76))  # fmt: skip
    columns = tuple(PrintedColumn(labels[key], float(width)) for key, width in keys)
    setups = {
        entry.clip.shot.id: row.name for row in setup_rows(reel, cameras) for entry in row.entries
    }
    groups = []
    for _, group in groupby(entries_of(reel), key=lambda entry: entry.scene.id):
        entries = list(group)
        rows = tuple(_printed_shot(entry, reel, cameras, setups) for entry in entries)
        groups.append(_group(entries, rows, reel))
    return PrintedPart(words["tables"]["shots"], columns, tuple(groups))


def _printed_shot(
    entry: Entry, reel: Reel, cameras: Cameras, setups: Mapping[str, str]
) -> tuple[str, ...]:
    words, shot = words_of(reel.language), entry.clip.shot
    scale = words["bar"].join((size_text(shot.size, words), words["angles"][shot.angle.value]))
    who = words["comma"].join([*entry.subjects, *filter(None, [shot.prop])])
    said = _dialogue(entry, reel) or words["bar"].join(entry.actions)
    return (
        shot.label,
        setups[shot.id],
        scale,
        lens_text(shot, words),
        move_text(shot, words),
        who or words["nobody"],
        length_text(shot.frames, reel.rate, words),
        _timecode(entry, reel),
        _height_and_distance(cameras.get(shot.id)),
        said,
        shot.direction,
    )


def _printed_setups(reel: Reel, cameras: Cameras) -> PrintedPart:
    words = words_of(reel.language)
    labels = words["columns"]
    keys = (("setup", 36), ("facing", 40), ("scale", 104), ("lens_mm", 50), ("move", 60),
            ("height_distance", 70), ("subjects", 120), ("label", 0), ("length", 66),
            ("flies", 86))  # fmt: skip
    columns = tuple(PrintedColumn(labels[key], float(width)) for key, width in keys)
    groups = []
    for _, group in groupby(setup_rows(reel, cameras), key=lambda row: row.first.scene.id):
        listed = list(group)
        rows = tuple(_printed_setup(row, reel) for row in listed)
        entries = [entry for row in listed for entry in row.entries]
        groups.append(_group(entries, rows, reel))
    return PrintedPart(words["tables"]["setups"], columns, tuple(groups))


def _printed_setup(row: SetupRow, reel: Reel) -> tuple[str, ...]:
    words, shot = words_of(reel.language), row.first.clip.shot
    facts = row.facts
    angle = words["angles"][shot.angle.value]
    return (
        row.name,
        compass_text(facts.pan_deg, reel.language) if facts else "",
        words["bar"].join((words["comma"].join(_sizes(row, words)), angle)),
        lens_text(shot, words),
        move_text(shot, words),
        _height_and_distance(facts),
        words["comma"].join(_people(row)) or words["nobody"],
        words["comma"].join(entry.clip.shot.label for entry in row.entries),
        length_text(_frames(row.entries), reel.rate, words),
        flies_text(facts.flies, reel.language) if facts and facts.flies else "",
    )


def _group(entries: Sequence[Entry], rows: tuple[tuple[str, ...], ...], reel: Reel) -> Group:
    words, scene = words_of(reel.language), entries[0].scene
    number = words["scene"].format(number=scene.number)
    aside = f"{words['columns']['shots']} {len(entries)}"
    aside += words["bar"] + length_text(_frames(entries), reel.rate, words)
    return Group(number, scene.heading, aside, strip_colour(scene), rows)


def _frames(entries: Sequence[Entry]) -> int:
    return sum(entry.clip.shot.frames for entry in entries)


def _sizes(row: SetupRow, words: Words) -> Iterator[str]:
    yield from dict.fromkeys(size_text(entry.clip.shot.size, words) for entry in row.entries)


def _people(row: SetupRow) -> Iterator[str]:
    yield from dict.fromkeys(
        name for entry in row.entries for name in (*entry.subjects, entry.clip.shot.prop) if name
    )


def _timecode(entry: Entry, reel: Reel) -> str:
    return timecode(entry.clip.film_first_frame, reel.rate, start=START_TIMECODE)


def _height_and_distance(facts: CameraFacts | None) -> str:
    return f"{facts.height_m:.2f} / {facts.distance_m:.2f} m" if facts else ""


def _dialogue(entry: Entry, reel: Reel) -> str:
    words = words_of(reel.language)
    told = (words["said"].format(who=each.speaker, text=each.text) for each in entry.heard)
    return str(words["bar"].join(told))
