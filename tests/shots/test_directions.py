"""`direction.toml` is read with care, and each row finds its shot."""

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.shots.direction import Direction
from mstation.shots.directions import (
    Directions,
    asked_of,
    doubts,
    doubts_of_names,
    read_directions,
    resolve,
    wish_of,
    write_directions,
)
from mstation.shots.shot import Angle, CameraKey, Move, Role, Shot, Size
from mstation.shots.styles import style_named, styles

FILE = """# what the director wants
style = "紧张"

[shots.sh-aaaaaaaaaa]
size = "close-up"
lens_mm = 85
move = "推"
angle = "low"
duration_s = 4.5
subjects = ["MARA", "Tom"]

[shots."sh-bbbbbbbbbb"]
locked = true
"""
READ = Directions(
    (
        Direction("sh-aaaaaaaaaa", Size.CU, Angle.LOW, Move.PUSH_IN, 85.0, 4.5, ("MARA", "Tom")),
        Direction("sh-bbbbbbbbbb", locked=True),
    ),
    "tense",
    (4, 12),
)
CAST = {"ch-m": ("MARA", "MARA VOSS"), "ch-t": ("TOM",)}


def shot(id_: str = "sh-aaaaaaaaaa", label: str = "001-001", **changes: object) -> Shot:
    key = CameraKey(48, (0.0, 1.5, 3.0), (0.0, 1.5, 0.0), 50.0)
    plain = Shot(
        id=id_, label=label, scene_id="sc-1", role=Role.SINGLE, size=Size.MCU, angle=Angle.EYE,
        move=Move.STATIC, lens_mm=50.0, subjects=("ch-m",), axis=(), side=0, first_frame=48,
        end_frame=96, beats=("bt-1", "bt-2"), lines=(), camera=(key,),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def read(text: str) -> Directions:
    return read_directions(text.encode(), "direction.toml")


def test_a_file_is_read_in_the_words_of_both_languages() -> None:
    directions = read(FILE)
    assert (directions, directions.lines) == (READ, READ.lines)
    assert read("") == Directions()


NAMES = st.text(
    st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20
).filter(lambda text: text == text.strip() != "")  # fmt: skip
ROWS = st.builds(
    Direction,
    NAMES,
    st.none() | st.sampled_from(Size),
    st.none() | st.sampled_from(Angle),
    st.none() | st.sampled_from(Move),
    st.none() | st.floats(4, 1200),
    st.none() | st.floats(0.25, 600),
    st.lists(NAMES, max_size=3).map(tuple),
    st.booleans(),
)
FILES = st.builds(
    Directions,
    st.lists(ROWS, max_size=5, unique_by=lambda row: row.shot_id).map(tuple),
    st.sampled_from(["", *styles()]),
)


@given(FILES)
def test_what_is_written_reads_back_the_same(directions: Directions) -> None:
    assert read_directions(write_directions(directions), "x") == directions


ROW = "[shots.sh-aaaaaaaaaa]\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("\nstyle = ]\n", 2, "not TOML"),
        ("[shot.sh-a]\n", None, "no table `shot` is known; did you mean `shots`?"),
        ("style = 3\n", 1, "`style` must be words in quotation marks"),
        ('\nstyle = "noir"\n', 2, "no style is called `noir`; there are classical"),
        ("shots = 3\n", None, "`shots` holds a table a shot"),
        ("[shots]\nsh-a = 3\n", None, "`shots` holds a table a shot"),
        (ROW + "sise = 3\n", 1, "no key `sise` is known; did you mean `size`?"),
        (ROW + 'size = "huge"\n', 1, "no size `huge` is known"),
        (ROW + 'size = "clse up"\n', 1, "did you mean `close up`?"),
        (ROW + "size = 3\n", 1, "`size` must be words"),
        (ROW + 'move = ""\n', 1, "`move` must be words"),
        (ROW + 'move = "fly"\n', 1, "no move `fly` is known"),
        (ROW + 'lens_mm = "85"\n', 1, "`lens_mm` is a number from 4 to 1200: lens_mm = 85"),
        (ROW + "lens_mm = true\n", 1, "`lens_mm` is a number"),
        (ROW + "lens_mm = nan\n", 1, "`lens_mm` is a number"),
        (ROW + f"lens_mm = 1{400 * '0'}\n", 1, "`lens_mm` is a number"),
        (ROW + "lens_mm = 0\n", 1, "`lens_mm` is a number"),
        (ROW + "duration_s = 9999\n", 1, "`duration_s` is a number from 0.25 to 600"),
        (ROW + "subjects = [3]\n", 1, "`subjects` is a list of names"),
        (ROW + 'subjects = [""]\n', 1, "`subjects` is a list of names"),
        (ROW + 'locked = "yes"\n', 1, "`locked` is true or false"),
        ('[shots." "]\n', 1, "a shot has an id"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_line_and_a_remedy(
    text: str, line: int | None, words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    assert words in str(caught.value)
    assert caught.value.line == line
    assert caught.value.zh.startswith("direction.toml")


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(InvalidInput):
        assert read_directions(data, "x").rows == ()


def test_a_direction_comes_to_the_place_of_its_shot() -> None:
    wish = wish_of(READ.rows[0], shot(), CAST)
    assert (wish.beat_id, wish.shot_id) == ("bt-1", "sh-aaaaaaaaaa")
    assert (wish.first_frame, wish.end_frame) == (48, 96)
    assert (wish.size, wish.angle, wish.move) == (Size.CU, Angle.LOW, Move.PUSH_IN)
    assert (wish.lens_mm, wish.duration_s) == (85.0, 4.5)
    assert wish.subjects == ("ch-m", "ch-t")
    assert wish.role is Role.TWO_SHOT  # it was a single of one
    assert wish.asked == "CU MARA Tom, 85mm, push in, low, 4.5s"


def test_what_a_direction_leaves_open_stays_with_the_designer() -> None:
    wish = wish_of(Direction("sh-aaaaaaaaaa", move=Move.PAN), shot(), CAST)
    assert (wish.size, wish.angle, wish.lens_mm, wish.duration_s) == (None, None, None, None)
    assert (wish.role, wish.subjects, wish.locked) == (Role.SINGLE, ("ch-m",), False)


def test_a_lock_keeps_all_that_the_shot_has() -> None:
    wish = wish_of(Direction("sh-aaaaaaaaaa", locked=True), shot(), CAST)
    assert (wish.size, wish.angle, wish.move) == (Size.MCU, Angle.EYE, Move.STATIC)
    assert (wish.lens_mm, wish.subjects, wish.locked) == (50.0, ("ch-m",), True)


def test_a_lock_gives_way_to_what_is_said_beside_it() -> None:
    wish = wish_of(Direction("sh-aaaaaaaaaa", size=Size.CU, locked=True), shot(), CAST)
    assert (wish.size, wish.lens_mm) == (Size.CU, 50.0)


def test_an_insert_that_is_made_a_face_is_a_single() -> None:
    letter = shot(role=Role.INSERT, size=Size.INSERT, prop="LETTER")
    assert wish_of(Direction(letter.id, move=Move.PUSH_IN), letter, CAST).role is Role.INSERT
    assert wish_of(Direction(letter.id, size=Size.CU), letter, CAST).role is Role.SINGLE


def test_the_nearest_prime_is_shot_and_said() -> None:
    row = Direction("sh-aaaaaaaaaa", lens_mm=80.0)
    assert wish_of(row, shot(), CAST).lens_mm == 85.0
    (note,) = doubts(Directions((row,), lines=(7,)), [shot()])
    assert note.text == (
        "line 7: [shots.sh-aaaaaaaaaa]: 80mm is not in the kit; the nearest prime is 85mm"
    )


def test_a_row_finds_its_shot_and_no_other() -> None:
    rows = (*READ.rows, Direction("sh-cccccccccc"))
    directions = Directions(rows)
    assert resolve(directions, [shot(), shot("sh-cccccccccc", "001-002")]) == READ.rows[:1]
    assert asked_of(rows[-1]) == ""  # a row that says nothing changes nothing


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("sh-aaaaaaaaab", "no shot has this id; did you mean `sh-aaaaaaaaaa`?"),
        ("001-001", "labels move when shots come and go; write [shots.sh-aaaaaaaaaa]"),
        ("天", "no shot has this id; shots.csv lists them"),
    ],
)
def test_a_row_that_finds_no_shot_is_told_what_to_write(written: str, told: str) -> None:
    (note,) = doubts(Directions((Direction(written, Size.CU),), lines=(3,)), [shot()])
    assert note.text.startswith(f"line 3: [shots.{written}]: {told}")
    assert note.zh.startswith(f"第 3 行：[shots.{written}]：")


def test_who_is_not_in_the_scene_is_said_and_not_shot() -> None:
    row = Direction("sh-aaaaaaaaaa", subjects=("MORA", "mara voss"))
    assert wish_of(row, shot(), CAST).subjects == ("ch-m",)
    (note,) = doubts_of_names(row, CAST)
    assert "no `MORA` is seen in this scene; did you mean `MARA`?" in note.text


def test_the_page_tells_every_style_by_words_that_mean_it() -> None:
    page = (Path(__file__).parents[2] / "docs" / "directing.md").read_text(encoding="utf-8")
    section = page.partition("\n## Styles")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \| (`.+`) \|", section, re.MULTILINE)
    assert [name for name, _ in rows] == list(styles())
    for name, words in rows:
        assert {style_named(word).name for word in re.findall("`([^`]+)`", words)} == {name}
