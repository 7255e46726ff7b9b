"""The plan of a film's shooting: by its own command, and with the film."""

import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.film.making import CHINESE, ENGLISH, MSTATION
from tests.sheets.film import words_of_pdf

PRODUCTION = """
[production]
first_day = 2027-03-01
latitude = 34.05
longitude = -118.24
zone = "America/Los_Angeles"

[[cast]]
character = "Mara"
rate = 1500

[[cast]]
character = "Nobody"

[colours.INT]
night = "#12AB34"
"""


def plan(script: Path, out: Path, *arguments: str, fails: bool = False) -> Any:
    command = [str(MSTATION), "plan", str(script), "--out", str(out), "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert (done.returncode != 0) is fails, done.stderr
    return done.stderr if fails else json.loads(done.stdout)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a script, its production and its plan."""
    folder = tmp_path_factory.mktemp("planned")
    (folder / "two.fountain").write_text(ENGLISH)
    (folder / "production.toml").write_text(PRODUCTION)
    plan(folder / "two.fountain", folder / "film")
    return folder


def test_a_plan_shoots_every_scene_once_and_pays_who_works(planned: Path) -> None:
    files = planned / "film/plan"
    strips = json.loads((files / "strips.json").read_bytes())["strips"]
    board = json.loads((files / "board.json").read_bytes())
    placed = [item for day in board["days"] for item in day["items"]]
    assert sorted(placed) == sorted(strip["id"] for strip in strips)
    assert all(strip["setups"] for strip in strips)  # its hours come from its coverage
    budget = json.loads((files / "budget.json").read_bytes())
    lines = [line for section in budget["sections"] for account in section["accounts"]
             for line in account["lines"]]  # fmt: skip
    mara = next(line for line in lines if line["name"]["en"].endswith("MARA"))
    assert mara["rate"] == 150_000
    cost = json.loads((files / "cost.json").read_bytes())
    assert cost["total"] == sum(line["amount"] for line in cost["lines"])


def test_the_board_has_the_productions_own_colours(planned: Path) -> None:
    with zipfile.ZipFile(planned / "film/plan/schedule.xlsx") as book:
        assert b"12AB34" in book.read("xl/styles.xml")


def test_an_assistant_director_can_print_the_call_sheet(planned: Path) -> None:
    text = words_of_pdf((planned / "film/plan/call-sheets/day-01.pdf").read_bytes())
    assert "MARA" in text
    assert "2027" in text


def test_the_same_plan_is_the_same_bytes_and_nothing_is_made_again(
    planned: Path, tmp_path: Path
) -> None:
    first = {path.name: path.read_bytes() for path in (planned / "film/plan").rglob("*.*")}
    plan(planned / "two.fountain", tmp_path / "other")
    other = {path.name: path.read_bytes() for path in (tmp_path / "other/plan").rglob("*.*")}
    assert first == other


def test_a_board_that_people_made_is_kept(planned: Path) -> None:
    made = json.loads((planned / "film/plan/board.json").read_bytes())
    items = [item for day in made["days"] for item in day["items"]]
    own = {**made, "name": "Mine", "days": [
        {**made["days"][0], "items": [item], "note": f"alone {place}"}
        for place, item in enumerate(reversed(items))
    ]}  # fmt: skip
    (planned / "mine.json").write_text(json.dumps(own))
    told = plan(planned / "two.fountain", planned / "film", "--board", str(planned / "mine.json"))
    kept = json.loads((planned / "film/plan/board.json").read_bytes())
    assert [day["items"] for day in kept["days"]] == [[item] for item in reversed(items)]
    assert told["moved"] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "JSON"), ('{"schema": "mstation.shots/1"}', "mstation.board/1"), ("[1, 2]", "board")],
)
def test_what_is_no_board_is_refused_by_name(planned: Path, text: str, says: str) -> None:
    (planned / "bad.json").write_text(text or "no")
    script, bad = planned / "two.fountain", str(planned / "bad.json")
    assert says in plan(script, planned / "film", "--board", bad, fails=True)


def test_a_chinese_film_is_planned_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "两场.txt").write_text(CHINESE)
    plan(tmp_path / "两场.txt", tmp_path / "film")
    text = words_of_pdf((tmp_path / "film/plan/call-sheets/day-01.pdf").read_bytes())
    assert "通告" in text
    assert json.loads((tmp_path / "film/plan/budget.json").read_bytes())["currency"] == "CNY"


def board(folder: Path, *arguments: str, fails: bool = False) -> str:
    command = [str(MSTATION), "board", str(folder), *arguments]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert (told.returncode != 0) is fails, told.stderr
    return told.stderr if fails else told.stdout


def test_a_strip_is_moved_by_hand_and_stays_and_the_board_can_be_the_planners_again(
    planned: Path,
) -> None:
    film = planned / "film"
    plan(planned / "two.fountain", film)
    before = (film / "plan/board.json").read_bytes()
    board(film, "move", "2", "--day", "1", "--at", "1")
    moved = json.loads((film / "plan/board.json").read_bytes())
    strips = json.loads((film / "plan/strips.json").read_bytes())["strips"]
    numbers = {strip["id"]: strip["number"] for strip in strips}
    assert numbers[moved["days"][0]["items"][0]] == "2"
    assert "2 " in board(film).splitlines()[1]  # the first strip of the first day
    told = plan(planned / "two.fountain", film)  # planning again keeps what people did
    assert json.loads((film / "plan/board.json").read_bytes()) == moved
    assert told["moved"] == []
    board(film, "reset")
    assert (film / "plan/board.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("fly", "2"), "it can: show"),
        (("move", "99", "--day", "1"), "no scene `99`"),
        (("move", "2"), "--day"),
        (("move", "2", "--day", "0"), "no day 0"),
        (("merge", "--day", "40"), "no day 40"),
        (("split", "--day", "1"), "--at"),
        (("pin", "--day", "1", "--date", "soon"), "2027-03-01"),
        (("note", " ", "--day", "1"), "note"),
        (("call", "dawn", "--day", "1"), "05:30"),
    ],
)
def test_an_edit_that_cannot_be_is_told_and_changes_nothing(
    planned: Path, arguments: tuple[str, ...], says: str
) -> None:
    before = (planned / "film/plan/board.json").read_bytes()
    assert says in board(planned / "film", *arguments, fails=True)
    assert (planned / "film/plan/board.json").read_bytes() == before
