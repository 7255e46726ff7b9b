import json
from pathlib import Path

import pytest

from mstation.graph.step import Blob, Inputs
from mstation.making.people import cast
from mstation.making.text import break_down, identify, read

TEXT = """INT. BAR - NIGHT

MARA (41), a bartender, wipes the bar. JOE (70) watches.

MARA
We are closed.

JOE
You are open.
"""


@pytest.fixture
def casting(tmp_path: Path):
    """Run the steps from a screenplay to its casting, each on what the one before gave."""
    count = iter(range(1000))

    def step(function, **inputs: bytes):
        blobs = {}
        for name, data in inputs.items():
            path = tmp_path / str(next(count))
            path.write_bytes(data)
            blobs[name.replace("_", " ")] = Blob(path.name, path)
        params = {"name": "bar.fountain", "language": "auto"}
        return function(Inputs(params, blobs, tmp_path, lambda done: None))

    def made(text: str, notes: str = ""):
        script = step(identify, script=step(read, source=text.encode())["script"])["script"]
        film_notes = {"film_notes": notes.encode()} if notes else {}
        broken = step(break_down, script=script, **film_notes)
        return broken, step(cast, cast=broken["cast"], call=broken["call"])

    return made


def test_other_lines_cast_nobody_anew(casting):
    broken, made = casting(TEXT)
    other, again = casting(TEXT.replace("We are closed.", "Not tonight, Joe. Go home."))
    assert other["breakdown"] != broken["breakdown"]
    assert (other["cast"], other["call"]) == (broken["cast"], broken["call"])
    assert again == made


def test_a_row_of_film_toml_reaches_the_voice_and_leaves_the_cast_as_it_is(casting):
    broken, made = casting(TEXT)
    row = '[[voice]]\ncharacter = "Mara"\npitch_hz = 230\ntilt_db = -2\n'
    wished, again = casting(TEXT, row)
    assert wished["cast"] == broken["cast"]
    assert again["bodies"] == made["bodies"]
    (mara, joe), (before, joe_before) = (
        json.loads(each["casting"])["voices"] for each in (again, made)
    )
    assert mara["pitch_scale"] == pytest.approx(230 / 195, abs=1e-3)
    assert mara["tilt_db"] == -2
    assert mara != before
    assert joe == joe_before


def test_two_whom_a_person_gives_one_voice_are_doubted_by_name(casting):
    rows = "".join(
        f'[[voice]]\ncharacter = "{name}"\npitch_hz = 130\ntilt_db = 0\n'
        for name in ("MARA", "JOE")
    )
    (doubt,) = json.loads(casting(TEXT, rows)[1]["doubts"])
    assert "MARA" in doubt["en"]
    assert "JOE" in doubt["zh"]


def test_a_row_for_nobody_is_a_doubt_and_changes_nothing(casting):
    _, made = casting(TEXT)
    wished, again = casting(TEXT, '[[voice]]\ncharacter = "MARIA"\npitch_hz = 180\n')
    (doubt,) = json.loads(wished["doubts"])
    assert "did you mean `MARA`?" in doubt["en"]
    assert again == made
