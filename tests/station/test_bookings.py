"""Nobody has what another has: one booking of a time wins, the others learn when it is free."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mstation.errors import Conflict, InvalidInput, MStationError, NotFound
from mstation.station.change import STATION, find
from mstation.station.events import events_after
from mstation.station.intervals import Interval, most_at_once
from mstation.station.space.blackouts import add_blackout, take_in_calendar
from mstation.station.space.bookings import (
    Booking,
    BookingSlot,
    BookingState,
    booking_slots,
    slots_in,
    slots_of,
)
from mstation.station.space.facilities import edit_facility, edit_resource
from mstation.station.space.free_times import free_times, next_free
from mstation.station.space.opening import Hours
from mstation.station.space.reserving import Wanted, book, cancel, confirm, lapse_options
from mstation.station.station import Station
from mstation.station.sweeping import sweep
from tests.station.market import Market
from tests.station.places import DAY, HOUR, MONDAY, Lot, at, open_lot


@pytest.fixture
def lot(station: Station, market: Market) -> Lot:
    return open_lot(station, market)


def _book(
    station: Station, market: Market, *wanted: Wanted, is_option: bool = False, who: str = "buyer"
) -> Booking:
    with station.change(STATION) as change:
        booker = getattr(market, who)
        return book(change, booker, wanted, title="Night train", is_option=is_option)


def test_of_two_hundred_who_book_one_room_exactly_one_wins(
    station: Station, market: Market, lot: Lot
) -> None:
    def ask(number: int) -> str:
        try:
            start = number % 3  # all of them meet
            return _book(station, market, at(9 + start, 8, of=lot.stage)).id
        except Conflict as error:
            return str(error)

    with ThreadPoolExecutor(24) as pool:
        told = list(pool.map(ask, range(200)))
    lost = [each for each in told if "free next" in each]
    assert (len(lost), len(told)) == (199, 200)
    with station.reading() as connection:
        window = Interval(MONDAY, MONDAY + 3 * DAY)
        assert len(slots_in(connection, lot.stage.id, window, BookingState.CONFIRMED)) == 1


def test_who_comes_late_learns_when_it_is_free_next_set_up_and_strike_included(
    station: Station, market: Market, lot: Lot
) -> None:
    _book(station, market, at(9, 8, of=lot.stage))
    with pytest.raises(Conflict) as refused:
        _book(station, market, at(16, 4, of=lot.stage))
    free = MONDAY + 19 * HOUR  # struck until 18, set up from 18
    told = f"{free:%Y-%m-%dT%H:%MZ}"
    assert told in str(refused.value)
    assert told in refused.value.told("zh")
    wanted = Wanted(lot.stage.id, free, free + 4 * HOUR)
    assert _book(station, market, wanted).state is BookingState.CONFIRMED


def test_a_bundle_is_booked_whole_or_not_at_all(station: Station, market: Market, lot: Lot) -> None:
    _book(station, market, at(9, 8, of=lot.wall))
    with pytest.raises(Conflict):
        _book(station, market, at(9, 8, of=lot.stage), at(9, 8, of=lot.wall))
    with station.reading() as connection:
        window = Interval(MONDAY, MONDAY + DAY)
        assert slots_in(connection, lot.stage.id, window, BookingState.CONFIRMED) == []


def test_the_database_itself_refuses_what_is_booked_twice(
    station: Station, market: Market, lot: Lot
) -> None:
    booking = _book(station, market, at(9, 2, of=lot.desks, quantity=3))
    with station.reading() as connection:
        slot = slots_of(connection, booking.id)[0]
    second = replace(slot, id="second", quantity=2)
    with (
        pytest.raises(Conflict, match="booked by somebody else"),
        station.change(STATION) as change,
    ):
        change.add(second)
    with station.change(STATION) as change:  # where one ends, another begins
        change.add(replace(second, held_from=slot.held_to, held_to=slot.held_to + HOUR,
                           starts_at=slot.held_to, ends_at=slot.held_to + HOUR))  # fmt: skip
        waiting = change.add(replace(second, id="waiting", state=BookingState.OPTION))
    with pytest.raises(Conflict), station.change(STATION) as change:
        change.edit(waiting, state=BookingState.CONFIRMED)
    with pytest.raises(Conflict, match="more are booked"), station.change(STATION) as change:
        edit_resource(change, lot.desks, capacity=2)


def test_a_first_option_goes_before_a_second_which_moves_up(
    station: Station, market: Market, lot: Lot
) -> None:
    first = _book(station, market, at(9, 8, of=lot.stage), is_option=True)
    second = _book(station, market, at(12, 8, of=lot.stage), is_option=True, who="freelancer")
    assert (first.rank, second.rank) == (1, 2)
    with pytest.raises(Conflict, match="optioned until"):
        _book(station, market, at(9, 8, of=lot.stage))
    with pytest.raises(Conflict, match="before yours"), station.change(STATION) as change:
        confirm(change, second)
    with station.change(STATION) as change:
        cancel(change, first)
    with station.reading() as connection:
        moved_up = find(connection, Booking, second.id)
        log = events_after(connection, 0, party_id=market.freelancer.id)
    assert moved_up.rank == 1
    assert log[-1].after == {"rank": 1, "revision": 2}  # and is told so
    with station.change(STATION) as change:
        assert confirm(change, moved_up).state is BookingState.CONFIRMED


def test_who_confirms_takes_the_time_and_the_second_is_told_that_it_is_lost(
    station: Station, market: Market, lot: Lot
) -> None:
    first = _book(station, market, at(9, 8, of=lot.stage), is_option=True)
    second = _book(
        station, market, at(9, 8, of=lot.stage), at(9, 8, of=lot.wall), is_option=True,
        who="freelancer",
    )  # fmt: skip
    third = _book(station, market, at(9, 8, of=lot.wall), is_option=True)
    assert third.rank == 2
    with station.change(STATION) as change:
        confirm(change, first)
    with station.reading() as connection:
        assert find(connection, Booking, second.id).state is BookingState.LOST
        assert {each.state for each in slots_of(connection, second.id)} == {BookingState.LOST}
        assert find(connection, Booking, third.id).rank == 1  # the bundle's wall is free again


def test_an_option_that_nobody_confirms_lapses(station: Station, market: Market, lot: Lot) -> None:
    first = _book(station, market, at(9, 8, of=lot.stage), is_option=True)
    second = _book(station, market, at(9, 8, of=lot.stage), is_option=True)
    with station.change(STATION) as change:
        change.edit(first, expires_at=change.at - HOUR)
    sweep(station)
    with station.change(STATION) as change:
        assert lapse_options(change) == 0  # it was told
    with station.reading() as connection:
        assert find(connection, Booking, first.id).state is BookingState.LAPSED
        assert find(connection, Booking, second.id).rank == 1


def test_cancelling_costs_what_the_tiers_say_and_frees_the_time(
    station: Station, market: Market, lot: Lot
) -> None:
    booking = _book(station, market, at(0, 10, of=lot.stage))
    assert booking.total == 700_00
    with station.change(STATION) as change:
        early = cancel(change, booking)
    assert (early.state, early.cancelling_fee) == (BookingState.CANCELLED, 0)
    again = _book(station, market, at(0, 10, of=lot.stage))
    with station.change(STATION) as change:
        change.at = MONDAY - 2 * DAY
        late = cancel(change, again)
    assert late.cancelling_fee == 350_00
    called_off = _book(station, market, at(0, 10, of=lot.stage))
    with station.change(STATION) as change:
        change.at = MONDAY
        assert cancel(change, called_off, by_owner=True).cancelling_fee == 0
    with pytest.raises(Conflict), station.change(STATION) as change:
        cancel(change, late)


def test_blackouts_and_closed_hours_are_kept_clear(
    station: Station, market: Market, lot: Lot
) -> None:
    with station.change(STATION) as change:
        # Monday by the clocks of Shanghai: 08:00 to 20:00 is 00:00 to 12:00 UTC
        edit_facility(change, lot.facility, opening=(Hours(0, 480, 1200), Hours(1, 480, 1200)))
        add_blackout(change, lot.facility, Interval(MONDAY + 4 * HOUR, MONDAY + 6 * HOUR))
    with pytest.raises(InvalidInput, match="closed"):
        _book(station, market, at(13, 2, of=lot.stage))
    with pytest.raises(Conflict, match="not to be had"):
        _book(station, market, at(2, 2, of=lot.stage))  # struck until 5
    _book(station, market, at(7, 1, of=lot.stage))
    with pytest.raises(Conflict, match="cancel that first"), station.change(STATION) as change:
        add_blackout(change, lot.facility, Interval(MONDAY, MONDAY + DAY))
    with station.reading() as connection:
        facility = find(connection, type(lot.facility), lot.facility.id)
        window = Interval(MONDAY, MONDAY + DAY)
        free = free_times(connection, facility, lot.stage, window)
        assert free == (
            Interval(MONDAY, MONDAY + 3 * HOUR),
            Interval(MONDAY + 10 * HOUR, MONDAY + 12 * HOUR),
        )
        wanted = Interval(MONDAY + 4 * HOUR, MONDAY + 8 * HOUR)
        overnight = Interval(MONDAY + 24 * HOUR, MONDAY + 28 * HOUR)
        assert next_free(connection, facility, lot.stage, wanted) == overnight


def test_a_calendar_is_taken_in_again_in_place_of_what_it_said(
    station: Station, market: Market, lot: Lot
) -> None:
    def calendar(hour: int) -> bytes:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1",
                 f"DTSTART:{MONDAY:%Y%m%d}T{hour:02}0000", "DURATION:PT2H", "SUMMARY:Rigging",
                 "RRULE:FREQ=DAILY;COUNT=3", "END:VEVENT", "END:VCALENDAR"]  # fmt: skip
        return "\r\n".join(lines).encode()

    for hour in (8, 16):
        with station.change(STATION) as change:
            made = take_in_calendar(
                change, lot.facility, calendar(hour), source="rigging", resource=lot.wall
            )
            assert len(made) == 3
    _book(station, market, at(0, 2, of=lot.wall))  # at eight by the place's own clocks
    with pytest.raises(Conflict):
        _book(station, market, at(8, 2, of=lot.wall))
    with pytest.raises(Conflict), station.change(STATION) as change:
        take_in_calendar(change, lot.facility, calendar(8), source="rigging", resource=lot.wall)


def test_what_is_not_listed_is_not_there_for_others(
    station: Station, market: Market, lot: Lot
) -> None:
    with station.change(STATION) as change:
        edit_facility(change, lot.facility, is_listed=False)
    with pytest.raises(NotFound):
        _book(station, market, at(9, 1, of=lot.stage))
    assert _book(station, market, at(9, 1, of=lot.stage), who="seller").total == 100_00


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    asks=st.lists(
        st.tuples(
            st.integers(0, 20), st.integers(1, 6), st.integers(1, 4),
            st.sampled_from(("book", "option", "confirm", "cancel", "lapse")),
        ),
        max_size=14,
    )
)  # fmt: skip
def test_whatever_is_asked_no_more_are_booked_than_there_are(
    station: Station, market: Market, lot: Lot, asks: list[tuple[int, int, int, str]]
) -> None:
    made: list[Booking] = []
    for start, length, quantity, what in asks:
        try:
            with station.change(STATION) as change:
                if what in ("book", "option"):
                    wanted = [at(start, length, of=lot.desks, quantity=quantity)]
                    is_option = what == "option"
                    made.append(book(change, market.buyer, wanted, title="x", is_option=is_option))
                elif made:
                    booking = find(change.connection, Booking, made[start % len(made)].id)
                    if what == "lapse":
                        change.at += timedelta(days=4)
                        lapse_options(change)
                    else:
                        (confirm if what == "confirm" else cancel)(change, booking)
        except MStationError:
            continue
    with station.reading() as connection:
        slots = slots_in(
            connection, lot.desks.id, Interval(MONDAY - DAY, MONDAY + 3 * DAY),
            BookingState.CONFIRMED,
        )  # fmt: skip
        assert most_at_once((slot.held, slot.quantity) for slot in slots) <= lot.desks.capacity
        for booking in made:
            told = find(connection, Booking, booking.id)
            states = {slot.state for slot in slots_of(connection, booking.id)}
            assert states == {told.state}
    with station.change(STATION) as change:
        for row in change.connection.execute(booking_slots.select()).mappings():
            change.remove(find(change.connection, BookingSlot, row["id"]))
