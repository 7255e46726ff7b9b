from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.schedule.board import Banner, Board, BoardDay
from mstation.schedule.checking import check_board
from mstation.schedule.editing import (
    add_banner,
    add_day,
    drop_day,
    lock_day,
    lock_strip,
    merge_days,
    move,
    move_day,
    pin_day,
    remove_banner,
    restore,
    split_day,
    to_boneyard,
    unlock_day,
    unlock_strip,
)
from tests.schedule.generated import FIRST, production, strip, strips_of

BOARD = Board(
    "a",
    (BoardDay(("s1", "s2")), BoardDay(("s3",)), BoardDay(("s4", "s5"), unit="second"),
     BoardDay(("s6",))),
    boneyard=("s7",),
)  # fmt: skip
STRIPS = [f"s{number}" for number in range(1, 8)]


def strips_on(board: Board) -> Counter[str]:
    banners = {banner.id for banner in board.banners}
    items = [item for day in board.days for item in day.items] + list(board.boneyard)
    return Counter(item for item in items if item not in banners)


def test_a_strip_moves_to_a_place_of_a_day() -> None:
    assert move(BOARD, "s3", 0, 1).days[0].items == ("s1", "s3", "s2")
    assert move(BOARD, "s1", 0).days[0].items == ("s2", "s1")
    assert move(BOARD, "s3", 0).days[1].items == ()


def test_a_day_moves_among_the_days_of_its_unit() -> None:
    moved = move_day(BOARD, 3, 0)
    assert [day.items for day in moved.days][:3] == [("s6",), ("s1", "s2"), ("s3",)]
    pinned = pin_day(BOARD, 0, FIRST)
    assert move_day(pinned, 0, 3).days[3].day is None


def test_a_day_splits_and_merges_back() -> None:
    split = split_day(BOARD, 0, 1)
    assert [day.items for day in split.days[:2]] == [("s1",), ("s2",)]
    assert merge_days(split, 0) == BOARD
    assert merge_days(BOARD, 1).days[1].items == ("s3", "s6")  # the next of its unit


def test_the_boneyard_takes_and_gives() -> None:
    out = to_boneyard(BOARD, "s1")
    assert (out.days[0].items, out.boneyard) == (("s2",), ("s7", "s1"))
    assert restore(out, "s1", 0, 0).days == BOARD.days
    assert to_boneyard(BOARD, "s7") == BOARD


def test_banners_come_and_go() -> None:
    with_one = add_banner(BOARD, Banner("b1", "lunch with the mayor", minutes=60), 0, 1)
    assert with_one.days[0].items == ("s1", "b1", "s2")
    assert move(with_one, "b1", 1).days[1].items == ("s3", "b1")
    assert remove_banner(with_one, "b1") == BOARD


def test_an_empty_day_is_added_and_dropped() -> None:
    added = add_day(BOARD, 1, "main")
    assert drop_day(added, 1) == BOARD


def test_a_locked_day_keeps_its_date_when_days_come_before_it() -> None:
    locked = lock_day(BOARD, 1, production())
    assert locked.days[1].day == date(2027, 3, 2)
    strips = strips_of(*(strip(int(each[1:])) for each in STRIPS))
    longer = add_day(locked, 0, "main")
    found = check_board(strips, longer, production(), given=locked)
    assert "date" in {fault.kind.value for fault in found if fault.is_hard}  # no room before it


@pytest.mark.parametrize(
    "edit",
    [
        lambda board: move(board, "s3", 0),
        lambda board: move(board, "s1", 1),
        lambda board: to_boneyard(board, "s1"),
        lambda board: restore(board, "s7", 0),
        lambda board: split_day(board, 0, 1),
        lambda board: merge_days(board, 0),
        lambda board: move_day(board, 0, 1),
        lambda board: pin_day(board, 0, FIRST),
        lambda board: add_banner(board, Banner("b1", "no"), 0),
    ],
)
def test_a_locked_day_refuses_every_edit_until_it_is_unlocked(
    edit: Callable[[Board], Board],
) -> None:
    locked = lock_day(BOARD, 0, production())
    with pytest.raises(InvalidInput, match="day 1 is locked") as refused:
        edit(locked)
    assert "第 1 天已锁定" in refused.value.told("zh")
    assert edit(unlock_day(locked, 0)) != locked


def test_a_locked_strip_stays_on_its_day_and_moves_within_it() -> None:
    locked = lock_strip(BOARD, "s1")
    assert move(locked, "s1", 0, 1).days[0].items == ("s2", "s1")
    for edit in (lambda board: move(board, "s1", 1), lambda board: to_boneyard(board, "s1")):
        with pytest.raises(InvalidInput, match="`s1` is locked to its day"):
            edit(locked)
    assert move(unlock_strip(locked, "s1"), "s1", 1).days[1].items == ("s3", "s1")


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda: move(BOARD, "s99", 0), "no strip or banner `s99`"),
        (lambda: move(BOARD, "s1", 9), "there is no day 10"),
        (lambda: move(BOARD, "s1", -1), "there is no day 0"),
        (lambda: move(BOARD, "s1", 1, 7), "there is no place 8"),
        (lambda: move_day(BOARD, 0, 2), "of unit second"),
        (lambda: split_day(BOARD, 1, 1), "it splits after one"),
        (lambda: merge_days(BOARD, 3), "last of its unit"),
        (lambda: merge_days(BOARD, 2), "last of its unit"),
        (lambda: lock_strip(BOARD, "s7"), "no strip of any day"),
        (lambda: restore(BOARD, "s1", 0), "not in the boneyard"),
        (lambda: add_banner(BOARD, Banner("s1", ""), 0), "another id"),
        (lambda: remove_banner(BOARD, "b9"), "no banner `b9`"),
        (lambda: drop_day(BOARD, 0), "not empty"),
        (lambda: add_day(BOARD, 9, "main"), "there is no day 10"),
        (lambda: lock_day(BOARD, 9, production()), "there is no day 10"),
    ],
)
def test_what_cannot_be_is_told_in_both_languages(edit: Callable[[], Board], said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        edit()
    assert any("一" <= letter <= "鿿" for letter in refused.value.told("zh"))


PLACES = st.integers(-1, 6)
ITEMS = st.sampled_from([*STRIPS, "b1", "b2", "nobody"])
EDITS: dict[str, tuple[Callable[..., Board], tuple[st.SearchStrategy[object], ...]]] = {
    "move": (move, (ITEMS, PLACES, PLACES)),
    "move_day": (move_day, (PLACES, PLACES)),
    "split_day": (split_day, (PLACES, PLACES)),
    "merge_days": (merge_days, (PLACES,)),
    "to_boneyard": (to_boneyard, (ITEMS,)),
    "restore": (restore, (ITEMS, PLACES)),
    "lock_day": (lambda board, place: lock_day(board, place, production()), (PLACES,)),
    "unlock_day": (unlock_day, (PLACES,)),
    "lock_strip": (lock_strip, (ITEMS,)),
    "unlock_strip": (unlock_strip, (ITEMS,)),
    "add_banner": (
        lambda board, item, place: add_banner(board, Banner(item, "…"), place), (ITEMS, PLACES)
    ),
    "remove_banner": (remove_banner, (ITEMS,)),
    "drop_day": (drop_day, (PLACES,)),
}  # fmt: skip
DRAWN = st.one_of(*(
    st.tuples(st.just(name), *arguments) for name, (_, arguments) in EDITS.items()
))  # fmt: skip


@given(st.lists(DRAWN, max_size=25))
def test_whatever_is_edited_every_strip_is_on_the_board_once(
    edits: list[tuple[object, ...]],
) -> None:
    board, locked = BOARD, {}
    for name, *arguments in edits:
        with suppress(InvalidInput):
            board = EDITS[str(name)][0](board, *arguments)
        assert strips_on(board) == Counter(STRIPS)
        held = [day.items for day in board.days if day.is_locked]
        if name not in ("unlock_day", "lock_day"):
            assert held == locked.get("held", held)  # what is locked stays as it is
        locked["held"] = held
        assert all(any(item in day.items for day in board.days) for item in board.locked)


def test_editing_leaves_the_given_board_as_it_was() -> None:
    before = replace(BOARD)
    move(BOARD, "s1", 1)
    merge_days(BOARD, 0)
    assert before == BOARD
