"""Jobs and leases: who gets which job, who may say how it ended, and what is told of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from mstation.errors import Conflict, InvalidInput, Stale
from mstation.station import leases
from mstation.station.change import STATION, find
from mstation.station.database import writing
from mstation.station.events import events_after, last_number
from mstation.station.jobs import (
    Attempt,
    AttemptState,
    Job,
    JobState,
    attempts_of,
    cancel,
    clock,
    retry,
    submit,
)
from mstation.station.leases import Failure, wait_s
from mstation.station.station import Station
from tests.station.crew import Crew

KIND = "marks"


def ask(station: Station, crew: Crew, **wishes: Any) -> Job:
    with station.change(STATION) as change:
        return submit(change, crew.project, kind=KIND, parameters={}, **{"tries": 3, **wishes})


def take(station: Station, *, lease_s: float = 60) -> tuple[Job, Attempt]:
    taken = try_to_take(station, lease_s=lease_s)
    assert taken is not None
    return taken


def try_to_take(station: Station, *, lease_s: float = 60) -> tuple[Job, Attempt] | None:
    with station.change(STATION) as change:
        return leases.claim(change, worker="here 1", kinds=(KIND,), lease_s=lease_s)


def now_is(station: Station, job: Job) -> Job:
    with station.reading() as connection:
        return find(connection, Job, job.id)


def finish(station: Station, attempt: Attempt) -> Job:
    with station.change(STATION) as change:
        return leases.finish(change, attempt, {"folder": "films"})


def fail(station: Station, attempt: Attempt, *, again: bool = True) -> Job:
    with station.change(STATION) as change:
        return leases.fail(change, attempt, Failure("it\0 broke", "坏了", "log"), again=again)


def test_the_most_urgent_goes_first_then_the_oldest(station: Station, crew: Crew) -> None:
    asked = [ask(station, crew, priority=priority) for priority in (0, 5, 0, 9, 5)]
    order = [take(station)[0].id for _ in asked]
    assert order == [asked[place].id for place in (3, 1, 4, 0, 2)]
    assert try_to_take(station) is None


def test_a_job_waits_for_those_before_it(station: Station, crew: Crew) -> None:
    first, second = ask(station, crew), ask(station, crew)
    last = ask(station, crew, after_ids=(first.id, second.id), priority=9)
    one, other = take(station), take(station)
    assert try_to_take(station) is None
    finish(station, one[1])
    assert try_to_take(station) is None
    fail(station, other[1], again=False)
    assert try_to_take(station) is None
    with station.change(STATION) as change:
        retry(change, second.id)
    finish(station, take(station)[1])
    assert take(station)[0].id == last.id


def test_what_is_to_wait_for_nothing_possible_is_refused(station: Station, crew: Crew) -> None:
    before = ask(station, crew)
    with station.change(STATION) as change:
        cancel(change, before.id)
    with pytest.raises(Conflict, match="cancelled"):
        ask(station, crew, after_ids=(before.id,))
    with station.change(STATION) as change:
        foreign = submit(change, crew.elsewhere, kind=KIND, parameters={})
    with pytest.raises(InvalidInput, match="another project"):
        ask(station, crew, after_ids=(foreign.id,))


def test_no_two_workers_get_the_same_job(station: Station, crew: Crew) -> None:
    asked = {ask(station, crew).id for _ in range(12)}

    def take_some(_worker: int) -> list[str]:
        some = []
        for _ in range(12):
            taken = try_to_take(station)
            some += [taken[0].id] if taken else []
        return some

    with ThreadPoolExecutor(4) as pool:
        got = [id_ for some in pool.map(take_some, range(4)) for id_ in some]
    assert sorted(got) == sorted(asked)


def test_who_lost_the_lease_is_refused(station: Station, crew: Crew) -> None:
    job = ask(station, crew)
    _, lost = take(station, lease_s=-1)
    again, held = take(station)
    assert (again.id, again.attempt, held.number) == (job.id, 2, 2)
    for end in (finish, fail):
        with pytest.raises(Stale, match="lost its lease"):
            end(station, lost)
    with writing(station.engine) as connection:
        assert not leases.renew(connection, lost, lease_s=60)
    assert finish(station, held).state is JobState.DONE
    with pytest.raises(Stale):
        finish(station, held)
    with station.reading() as connection:
        states = [each.state for each in attempts_of(connection, job)]
    assert states == [AttemptState.LOST, AttemptState.DONE]


def test_a_renewed_lease_is_kept_and_fills_no_feed(station: Station, crew: Crew) -> None:
    ask(station, crew)
    job, attempt = take(station, lease_s=-1)
    with station.reading() as connection:
        before = last_number(connection)
    for _ in range(20):
        with writing(station.engine) as connection:
            assert leases.renew(connection, attempt, lease_s=60)
    assert try_to_take(station) is None
    with station.change(STATION) as change:
        leases.report(change, attempt, progress=0.5, step="render 001-001")
    with station.reading() as connection:
        (event,) = events_after(connection, before)
        assert leases.is_wanted(connection, attempt)
    assert event.after == {"progress": 0.5, "step": "render 001-001", "revision": job.revision + 1}


def test_parameters_are_told_to_no_feed(station: Station, crew: Crew) -> None:
    with station.change(STATION) as change:
        job = submit(change, crew.project, kind=KIND, parameters={"script": "EXT. SECRET - DAY"})
    with station.reading() as connection:
        told = [each for each in events_after(connection, 0, most=1000) if each.noun_id == job.id]
    assert [each.after["parameters"] for each in told if each.after] == ["…"]


def test_what_failed_waits_longer_each_time_and_then_has_failed(
    station: Station, crew: Crew
) -> None:
    job = ask(station, crew, tries=3)
    for tried in (1, 2):
        before = _clock(station)
        job = fail(station, take(station)[1])
        assert (job.state, job.error, job.error_zh) == (JobState.WAITING, "it broke", "坏了")
        waits = (job.ready_at - before).total_seconds()
        assert wait_s(tried) <= waits < wait_s(tried) + 5
        assert try_to_take(station) is None
        with station.change(STATION) as change:
            job = change.edit(job, ready_at=before)
    assert wait_s(2) == 2 * wait_s(1)
    job = fail(station, take(station)[1])
    assert (job.state, job.tries_left, job.attempt) == (JobState.FAILED, 0, 3)
    with station.change(STATION) as change:
        retry(change, job.id)
    assert take(station)[1].number == 4


def _clock(station: Station) -> Any:
    with station.reading() as connection:
        return clock(connection)


def test_what_cannot_be_mended_by_trying_is_not_tried_again(station: Station, crew: Crew) -> None:
    ask(station, crew)
    assert fail(station, take(station)[1], again=False).state is JobState.FAILED


def test_a_job_that_kills_its_workers_has_failed_at_last(station: Station, crew: Crew) -> None:
    job = ask(station, crew, tries=2)
    for _ in range(2):
        take(station, lease_s=-1)
    assert try_to_take(station) is None
    assert now_is(station, job).state is JobState.FAILED
    assert "lost 2 times" in now_is(station, job).error


def test_cancelling_stops_those_that_wait_for_it(station: Station, crew: Crew) -> None:
    first = ask(station, crew)
    second = ask(station, crew, after_ids=(first.id,))
    third = ask(station, crew, after_ids=(second.id, first.id))
    other = ask(station, crew)
    _, attempt = take(station)
    with station.change(STATION) as change:
        assert cancel(change, first.id).state is JobState.CANCELLING
    assert [now_is(station, each).state for each in (second, third, other)] == [
        JobState.CANCELLED, JobState.CANCELLED, JobState.WAITING,
    ]  # fmt: skip
    with station.reading() as connection:
        assert not leases.is_wanted(connection, attempt)
    with station.change(STATION) as change:
        leases.end_cancelled(change, attempt)
    assert now_is(station, first).state is JobState.CANCELLED


def test_what_was_to_stop_does_not_begin_again(station: Station, crew: Crew) -> None:
    ways = {
        "lost": lambda change, attempt: None,
        "released": leases.release,
        "failed": lambda change, attempt: leases.fail(change, attempt, Failure(""), again=True),
    }
    for way, end in ways.items():
        job = ask(station, crew)
        _, attempt = take(station, lease_s=-1)
        with station.change(STATION) as change:
            cancel(change, job.id)
            end(change, attempt)
        assert try_to_take(station) is None, way
        assert now_is(station, job).state is JobState.CANCELLED, way


def test_only_what_ended_badly_is_tried_again(station: Station, crew: Crew) -> None:
    job = ask(station, crew)
    _refuse_retry(station, job)
    _, attempt = take(station)
    _refuse_retry(station, job)
    finish(station, attempt)
    _refuse_retry(station, job)
    with station.change(STATION) as change:
        assert cancel(change, job.id).state is JobState.DONE


def _refuse_retry(station: Station, job: Job) -> None:
    with pytest.raises(Conflict, match="only what failed"), station.change(STATION) as change:
        retry(change, job.id)


def test_a_job_given_back_is_taken_at_once(station: Station, crew: Crew) -> None:
    ask(station, crew)
    _, attempt = take(station)
    with station.change(STATION) as change:
        leases.release(change, attempt)
    job, again = take(station)
    assert again.number == 2
    assert again.leased_until > job.made_at + timedelta(seconds=30)
