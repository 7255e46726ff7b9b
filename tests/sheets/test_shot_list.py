import csv
import io
from dataclasses import replace

import openpyxl
import pytest

from mstation.screenplay.script import Language
from mstation.sheets.reel import entries_of
from mstation.sheets.shot_list import shot_list_csv, shot_list_pdf, shot_list_xlsx
from mstation.sheets.wording import words_of
from mstation.shots.reasons import told
from tests.sheets.film import film, words_of_pdf


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_has_a_row_a_shot_in_script_order(language: Language) -> None:
    made = film(language)
    data = shot_list_csv(made.reel, made.cameras)
    assert data.startswith(b"\xef\xbb\xbf")
    labels, rows = words_of(language)["columns"], rows_of(data)
    assert [row[labels["label"]] for row in rows] == [c.shot.label for c in made.reel.clips]
    for row, entry in zip(rows, entries_of(made.reel), strict=True):
        shot, facts = entry.clip.shot, made.cameras[entry.clip.shot.id]
        assert row[labels["scene"]] == entry.scene.number
        assert row[labels["heading"]] == entry.scene.heading
        assert row[labels["frames"]] == str(shot.frames)
        assert float(row[labels["full_frame_mm"]]) == pytest.approx(shot.lens_mm * 1.4464, abs=0.02)
        assert float(row[labels["height_m"]]) == pytest.approx(facts.height_m, abs=0.006)
        assert float(row[labels["distance_m"]]) == pytest.approx(facts.distance_m, abs=0.006)
        assert all(each.text in row[labels["dialogue"]] for each in entry.heard)
        assert row[labels["direction"]] == shot.direction
        assert row[labels["why"]] == told(shot.why, language) != ""
    assert rows[0][labels["timecode"]] == "01:00:00:00"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_workbook_has_every_shot_in_one_setup(language: Language) -> None:
    made = film(language)
    data = shot_list_xlsx(made.reel, made.cameras)
    book = openpyxl.load_workbook(io.BytesIO(data))
    words = words_of(language)
    assert book.sheetnames == [words["tables"]["shots"], words["tables"]["setups"]]
    setups = book[words["tables"]["setups"]]
    header = [cell.value for cell in setups[1]]
    label, letter = (header.index(words["columns"][key]) for key in ("label", "setup"))
    rows = [row for row in setups.iter_rows(min_row=2, values_only=True) if row[label]]
    shots = [each for row in rows for each in row[label].split(words["comma"])]
    assert sorted(shots) == sorted(clip.shot.label for clip in made.reel.clips)
    assert len({row[letter] for row in rows}) == len(rows)
    listed = book[words["tables"]["shots"]]
    frames = [cell.value for cell in listed[1]].index(words["columns"]["frames"]) + 1
    counts = [listed.cell(row, frames).value for row in range(2, len(made.reel.clips) + 2)]
    assert counts == [clip.shot.frames for clip in made.reel.clips]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_printed_list_says_every_shot_twice(language: Language) -> None:
    made = film(language)
    shown = words_of_pdf(shot_list_pdf(made.reel, made.cameras, paper="letter"))
    assert all(shown.count(clip.shot.label) >= 2 for clip in made.reel.clips)
    for scene in made.reel.scenes:
        assert "".join(scene.heading.split()) in shown


def test_the_same_shots_give_the_same_bytes() -> None:
    made = film("en")
    for write in (shot_list_csv, shot_list_xlsx, shot_list_pdf):
        assert write(made.reel, made.cameras) == write(made.reel, made.cameras)


def test_a_cell_is_never_a_formula_and_no_text_breaks_a_list() -> None:
    made = film("en")
    hostile = "=HYPERLINK(1)\x00🎬" + "很长的台词，" * 60
    clips = tuple(
        replace(clip, shot=replace(clip.shot, direction=hostile, prop=hostile))
        for clip in made.reel.clips
    )
    voices = tuple(replace(voice, character=hostile) for voice in made.reel.voices)
    reel = replace(made.reel, clips=clips, voices=voices, title=hostile)
    cells = [cell for row in rows_of(shot_list_csv(reel, {})) for cell in row.values()]
    assert not any(cell.startswith("=") for cell in cells)
    assert shot_list_xlsx(reel, {})
    assert all(clip.shot.label in words_of_pdf(shot_list_pdf(reel, {})) for clip in clips)


def test_a_film_without_shots_has_an_empty_list() -> None:
    reel = replace(film("en").reel, clips=())
    assert rows_of(shot_list_csv(reel, {})) == []
    assert shot_list_xlsx(reel, {})
    assert "SHOTLIST" in words_of_pdf(shot_list_pdf(reel, {}))
