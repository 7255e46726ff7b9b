import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.errors import InvalidInput, NotFound
from mstation.schedule import uss
from mstation.schedule.board import Banner, BannerKind, Board, BoardDay
from mstation.schedule.plan import plan_of
from mstation.schedule.production import Production
from tests.schedule.plans import COSTS, MONDAY, long_plan, small_plan, strip, strips


def root_of(plan):
    return json.loads(uss.write(plan))["universalScheduleStandard"]


def back(plan):
    return uss.board_of(uss.read(uss.write(plan), path="a.uss"), plan.strips, path="a.uss")


def test_a_board_that_goes_out_comes_back_as_it_was():
    for plan in (small_plan(), small_plan("zh"), small_plan(is_dated=False), long_plan()):
        assert back(plan) == (plan.board, ())


@st.composite
def plans(draw):
    count = draw(st.integers(1, 8))
    shot = [strip(str(number)) for number in range(count)]
    banners = tuple(
        Banner(f"b{n}", draw(st.text(min_size=1, max_size=9)),
               draw(st.sampled_from(BannerKind)), draw(st.integers(0, 90)))
        for n in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    items = draw(st.permutations([*(one.id for one in shot), *(one.id for one in banners)]))
    days, rest = [], list(items)
    while rest and draw(st.booleans()):
        size = draw(st.integers(0, len(rest)))
        days.append(
            BoardDay(
                tuple(rest[:size]),
                draw(st.sampled_from(["main", "second", "三组"])),
                draw(st.sampled_from([None, MONDAY, date(2027, 4, 2)])),
                draw(st.booleans()),
                draw(st.text(max_size=9)),
            )
        )
        rest = rest[size:]
    ids = {one.id for one in shot}
    board = Board(
        draw(st.text(min_size=1, max_size=9)),
        tuple(days),
        tuple(item for item in rest if item in ids),
        banners,
        tuple(one.id for one in shot if draw(st.booleans())),
    )
    return plan_of(strips(*shot), board, Production("USD", COSTS, first_day=MONDAY))


@given(plans())
@settings(max_examples=60, deadline=None)
def test_every_board_comes_back(plan):
    board, doubts = back(plan)
    assert doubts == ()
    assert board.days == plan.board.days
    assert board.boneyard == plan.board.boneyard
    assert set(board.banners) == set(plan.board.banners)
    assert set(board.locked) == set(plan.board.locked)


def test_the_file_says_what_a_scheduler_looks_for():
    root = root_of(small_plan())
    assert (root["ussVersion"], root["project"]) == ("1.0.0", "The Last Reel")
    assert [board["name"] for board in root["stripboards"][0]["boards"]] == [
        "stripboard", "second", "boneyard",
    ]  # fmt: skip
    first = root["breakdowns"][0]
    assert (first["scene"], first["pages"], first["duration"]) == ("1", 1.375, 150 * 60_000)
    ucids = {each["id"]: each["ucid"] for each in root["categories"]}
    named = {each["id"]: (ucids[each["category"]], each["name"]) for each in root["elements"]}
    assert {named[each] for each in first["elements"]} == {
        (0, "PROJECTION BOOTH"), (1, "INT"), (2, "DAY"), (3, "D1"), (6, "The Rex Cinema"),
        (100, "MARA"), (104, "film can"),
    }  # fmt: skip
    mara = next(each for each in root["elements"] if each["name"] == "MARA")
    assert (mara["elementId"], mara["isHold"], mara["isDrop"]) == ("1", True, False)
    assert {event["name"] for event in mara["events"]} == {"fitting", "rehearsal"}
    (calendar,) = root["calendars"]
    assert calendar["daysOff"] == [0, 6]
    assert {"type": "start", "name": None, "date": "2027-03-01T12:00:00.000Z"}.items() <= calendar[
        "events"
    ][0].items()
    assert "2027-03-05T12:00:00.000Z" in [event["date"] for event in calendar["events"]]


def test_every_breakdown_stands_on_one_board_and_every_id_is_its_own():
    for plan in (small_plan(), long_plan()):
        root = root_of(plan)
        ids = [each["id"] for each in root["breakdowns"]]
        placed = []
        for board in root["stripboards"][0]["boards"]:
            for item in board["breakdownIds"]:
                placed += item if isinstance(item, list) else [item]
        assert sorted(placed) == sorted(ids)
        elements = {each["id"] for each in root["elements"]}
        assert all(set(each["elements"]) <= elements for each in root["breakdowns"])
        known = [*ids, *elements, *(each["id"] for each in root["categories"])]
        assert len(known) == len(set(known))


def test_without_a_date_no_calendar_event_is_told():
    assert root_of(small_plan(is_dated=False))["calendars"][0]["events"] == []


def test_the_same_plan_gives_the_same_bytes():
    assert uss.write(long_plan()) == uss.write(long_plan())


def foreign(scenes, boards, **root):
    """A file as another scheduler writes it."""
    breakdowns = [
        {"id": f"x{place}", "type": "scene", "scene": number, "elements": [], "pages": 0.5}
        for place, number in enumerate(scenes)
    ]
    told = {"breakdowns": breakdowns, "categories": [], "elements": [], "calendars": [],
            "stripboards": [{"id": "s", "name": "Blue", "boards": boards}], **root}  # fmt: skip
    return json.dumps({"universalScheduleStandard": told}).encode()


def ordered(data, *numbers):
    film = strips(*(strip(number) for number in numbers))
    board, doubts = uss.board_of(uss.read(data, path="x.uss"), film, path="x.uss")
    days = [[item.removeprefix("sc-") for item in day.items] for day in board.days]
    boneyard = [item.removeprefix("sc-") for item in board.boneyard]
    return days, boneyard, [doubt.text for doubt in doubts], [doubt.zh for doubt in doubts]


def test_a_board_made_elsewhere_orders_our_strips():
    data = foreign(["3", "12a", "1"], [{"name": "Stripboard", "breakdownIds": [["x1"], ["x0"]]},
                                       {"name": "boneyard", "breakdownIds": ["x2"]}])  # fmt: skip
    assert ordered(data, "1", "3", "12A") == ([["12A"], ["3"]], ["1"], [], [])


def test_what_does_not_fit_is_a_doubt_and_nothing_is_lost():
    data = foreign(
        ["9", "1"], [{"name": "stripboard", "breakdownIds": [["x0", "x1", "x1", "gone"]]}]
    )
    days, boneyard, doubts, doubts_zh = ordered(data, "1", "2")
    assert (days, boneyard) == ([["1"]], ["2"])
    assert [doubt.split(": ")[1] for doubt in doubts] == [
        "scene `9` of the schedule is not in the film",
        "scene `1` stands on the board more than once; the first place counts, not day 1",
        "a board names a breakdown `gone` that the schedule does not have",
        "scene 2 is not in the schedule; it is in the boneyard",
    ]
    assert all(doubts_zh)


def test_a_sheet_of_several_scenes_is_all_of_them_and_a_whole_scene_all_of_its_parts():
    data = foreign(["1, 2", "7"], [{"name": "stripboard", "breakdownIds": [["x1", "x0"]]}])
    parts = [replace(strip("7"), id=f"sc-7#{n}", number=f"7 pt {n}") for n in (1, 2)]
    film = strips(strip("1"), strip("2"), *parts)
    board, doubts = uss.board_of(uss.read(data, path="x"), film, path="x")
    assert board.days[0].items == ("sc-7#1", "sc-7#2", "sc-1", "sc-2")
    assert doubts == ()


def test_days_of_the_first_version_are_strips_between():
    ids = ["x0", "d", "x1", "x2"]
    data = json.loads(foreign(["1", "2", "3"], [{"name": "stripboard", "breakdownIds": ids}]))
    data["universalScheduleStandard"]["breakdowns"].append({"id": "d", "type": "day"})
    assert ordered(json.dumps(data).encode(), "1", "2", "3")[0] == [["1"], ["2", "3"]]


def test_a_board_without_day_breaks_says_so():
    data = foreign(["1", "2"], [{"name": "stripboard", "breakdownIds": ["x1", "x0"]}])
    days, _, doubts, _ = ordered(data, "1", "2")
    assert days == [["2", "1"]]
    assert "no day breaks" in doubts[0]


def test_facts_of_a_scene_are_read_in_both_versions():
    read = uss.read(uss.write(small_plan()), path="a.uss")
    first = next(iter(read.scenes.values()))
    assert (first.interior, first.set_name, first.light) == ("INT", "PROJECTION BOOTH", "DAY")
    assert (first.eighths, first.minutes, first.cast) == (11, 150, ("MARA",))
    assert read.first_day == MONDAY
    old = {
        "categories": [{"id": "c", "catId": 0, "elements": ["e"], "name": "Set"}],
        "elements": [{"id": "e", "name": "BRIDGE"}],
        "breakdowns": [{"id": "b", "type": "scene", "scene": "4", "elements": ["e"],
                        "pages": 0.125, "time": 60_000}],
    }  # fmt: skip
    (scene,) = uss.read(foreign([], [], **old), path="a").scenes.values()
    assert (scene.set_name, scene.eighths, scene.minutes) == ("BRIDGE", 1, 1)


def test_a_breakdown_without_a_board_cannot_order_anything():
    data = foreign(["1"], [], stripboards=[])
    with pytest.raises(NotFound, match="export its stripboard") as told:
        uss.board_of(uss.read(data, path="a"), strips(strip("1")), path="a")
    assert "大表" in told.value.zh
    data = foreign(["1"], [])
    with pytest.raises(NotFound, match="no board `Red`; it has: Blue"):
        uss.board_of(uss.read(data, path="a"), strips(strip("1")), path="a", name="Red")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"universalScheduleStandard": 3}',
        b"[" * 200_000,
        b'{"universalScheduleStandard": {"breakdowns": {}}}',
        b'{"universalScheduleStandard": {"breakdowns": [1]}}',
        b'{"universalScheduleStandard": {"breakdowns": [{"id": []}]}}',
        b'{"universalScheduleStandard": {"stripboards": [{"boards": [{"breakdownIds": [3]}]}]}}',
        b'{"universalScheduleStandard": {"stripboards": [{"boards": [{"breakdownIds": [[[]]]}]}]}}',
        b'{"universalScheduleStandard": {"calendars": [{"events": "x"}]}}',
    ],
)
def test_what_is_no_schedule_is_refused_in_both_languages(data):
    with pytest.raises(InvalidInput) as told:
        uss.read(data, path="bad.uss")
    assert str(told.value).startswith("bad.uss: ")
    assert told.value.zh.startswith("bad.uss：")


def test_odd_numbers_are_nothing():
    told = {"breakdowns": [
        {"id": "a", "type": "scene", "scene": 4, "pages": -1, "duration": 1e300, "elements": None},
        {"id": "b", "type": "scene", "scene": None, "pages": True, "duration": "x"},
    ]}  # fmt: skip
    first, other = uss.read(foreign([], [], **told), path="a").scenes.values()
    assert (first.number, first.eighths, first.minutes) == ("4", None, None)
    assert (other.number, other.eighths, other.minutes) == ("", None, None)


scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False)
json_values = st.recursive(
    scalars | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([
        "id", "type", "scene", "boards", "breakdownIds", "name", "elements", "_days", "place",
        "events", "date", "ucid", "pages",
    ]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(
    st.sampled_from(["breakdowns", "stripboards", "elements", "categories", "calendars", "name"]),
    json_values,
))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_json_is_read_or_refused(root):
    data = json.dumps({"universalScheduleStandard": root}).encode()
    try:
        read = uss.read(data, path="a.uss")
        board, _ = uss.board_of(read, strips(strip("1")), path="a.uss")
    except (InvalidInput, NotFound) as error:
        board, refused = None, error.zh
    else:
        refused = ""
    items = [*board.boneyard, *(item for day in board.days for item in day.items)] if board else []
    assert refused or items.count("sc-1") == 1
