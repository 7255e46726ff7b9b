"""Workers do each job, also when they are killed, and never two of them the same at a time."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from mstation.station.change import STATION, find_where
from mstation.station.events import events_after
from mstation.station.jobs import (
    ENDED,
    Attempt,
    AttemptState,
    Job,
    JobState,
    attempts_of,
    cancel,
    submit,
)
from mstation.station.schema import noun_of, table_of
from mstation.station.station import Station, open_station
from tests.station.crew import Crew, hire
from tests.work import worker
from tests.work.marks import Mark, read_marks

JOBS, KILLS = 8, 3


def ask(station: Station, crew: Crew, path: Path, **parameters: object) -> Job:
    told = {"path": str(path), **parameters}
    tries = 2 if "end" in parameters else 50
    with station.change(STATION) as change:
        return submit(change, crew.project, kind="marks", parameters=told, tries=tries)


def jobs_now(station: Station) -> dict[str, Job]:
    with station.reading() as connection:
        rows = connection.execute(table_of(Job).select()).mappings().all()
    return {row["id"]: noun_of(Job, dict(row)) for row in rows}


def attempts_at(station: Station, job: Job) -> list[Attempt]:
    with station.reading() as connection:
        return attempts_of(connection, job)


def wait_for(condition: Callable[[], object], within_s: float = 60) -> None:
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.1)


def is_gone(pid: int) -> bool:
    """Return whether a process has ended; its parent may not have noticed yet."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def address_of(station: Station) -> str:
    return station.engine.url.render_as_string(hide_password=False)


@contextmanager
def working(
    station: Station, folder: Path, *, lease_s: float = 30
) -> Iterator[subprocess.Popen[bytes]]:
    process = worker.start(address_of(station), folder, hands=2, lease_s=lease_s)
    try:
        yield process
    finally:
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_jobs_of_killed_workers_run_again_and_none_twice_at_a_time(
    station: Station, crew: Crew, tmp_path: Path
) -> None:
    chance = random.Random(6)
    path = tmp_path / "marks"
    asked = [ask(station, crew, path, hold_s=chance.uniform(0.8, 1.5)) for _ in range(JOBS)]
    crowd = [_hire(station, tmp_path) for _ in range(2)]
    for _ in range(KILLS):
        killed = crowd.pop(0)
        wait_for(partial(_is_busy, station, killed.pid))
        time.sleep(chance.uniform(0, 0.3))
        killed.kill()
        killed.communicate()
        crowd.append(_hire(station, tmp_path))
    wait_for(lambda: _is_all_done(station), 120)
    for process in crowd:
        process.communicate(timeout=30)
    assert {job.state for job in jobs_now(station).values()} == {JobState.DONE}
    _check_ends(station, asked)
    _check_no_overlap(read_marks(path))


def _hire(station: Station, folder: Path) -> subprocess.Popen[bytes]:
    return worker.start(address_of(station), folder, hands=2, lease_s=3)


def _is_busy(station: Station, pid: int) -> bool:
    with station.reading() as connection:
        running = find_where(connection, Attempt, state=AttemptState.RUNNING)
    has_work = any(each.worker.endswith(f" {pid}") for each in running)
    return has_work or _is_all_done(station)


def _is_all_done(station: Station) -> bool:
    return all(job.state in ENDED for job in jobs_now(station).values())


def _check_ends(station: Station, asked: list[Job]) -> None:
    with station.reading() as connection:
        events = events_after(connection, 0, most=100_000)
    ends = Counter(
        each.noun_id for each in events
        if each.noun == "jobs" and each.after and each.after.get("state") in ENDED
    )  # fmt: skip
    assert ends == Counter(job.id for job in asked)
    states = [each.state for job in asked for each in attempts_at(station, job)]
    assert states.count(AttemptState.DONE) == JOBS
    assert AttemptState.LOST in states


def _check_no_overlap(marks: list[Mark]) -> None:
    assert {each.word for each in marks} == {"start", "alive", "end"}
    by_job = itertools.groupby(sorted(marks, key=lambda each: (each.job, each.at)), lambda m: m.job)
    for job, of_job in by_job:
        numbers = [each.attempt for each in of_job]
        assert numbers == sorted(numbers), f"two attempts at {job} worked at a time"


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple[Station, Crew]]:
    """A station on SQLite: what a worker does with processes is the same on every database."""
    station = open_station(f"sqlite:///{tmp_path / 'station.db'}")
    yield station, hire(station)
    station.close()


def test_how_a_process_ends_is_told(alone: tuple[Station, Crew], tmp_path: Path) -> None:
    station, crew = alone
    path = tmp_path / "marks"
    ends = ("well", "wrong input", "broken", "killed", "greedy")
    asked = {end: ask(station, crew, path, end=end) for end in ends}
    with working(station, tmp_path):
        wait_for(lambda: all(job.error or job.result for job in jobs_now(station).values()))
    now = {end: jobs_now(station)[job.id] for end, job in asked.items()}
    states = {end: (job.state, job.tries_left) for end, job in now.items()}
    assert states == {
        "well": (JobState.DONE, 1),
        "wrong input": (JobState.FAILED, 1),
        "broken": (JobState.WAITING, 1),  # to be tried once more
        "killed": (JobState.WAITING, 1),
        "greedy": (JobState.FAILED, 1),
    }
    assert now["well"].result == {"marks": str(path)}
    assert (now["wrong input"].error_zh, now["well"].progress) == ("无法留下这种标记", 1.0)
    assert "the pencil broke" in now["broken"].error
    assert "SIGKILL" in now["killed"].error
    assert "512 MiB" in now["greedy"].error
    assert "RuntimeError" in attempts_at(station, now["broken"])[0].log


def test_cancelling_a_running_job_ends_its_process(
    alone: tuple[Station, Crew], tmp_path: Path
) -> None:
    station, crew = alone
    path = tmp_path / "marks"
    job = ask(station, crew, path, hold_s=600)
    with working(station, tmp_path):
        wait_for(lambda: jobs_now(station)[job.id].progress > 0)
        with station.change(STATION) as change:
            cancel(change, job.id)
        wait_for(lambda: jobs_now(station)[job.id].state is JobState.CANCELLED, 15)
        assert is_gone(read_marks(path)[0].pid)
    assert [each.state for each in attempts_at(station, job)] == [AttemptState.CANCELLED]


def test_a_worker_that_is_stopped_gives_back_what_it_has_in_hand(
    alone: tuple[Station, Crew], tmp_path: Path
) -> None:
    station, crew = alone
    path = tmp_path / "marks"
    job = ask(station, crew, path, hold_s=600)
    with working(station, tmp_path, lease_s=120):
        wait_for(lambda: read_marks(path))
        pid = read_marks(path)[0].pid
        assert os.getpriority(os.PRIO_PROCESS, pid) > os.getpriority(os.PRIO_PROCESS, 0)
    assert is_gone(pid)
    assert jobs_now(station)[job.id].state is JobState.WAITING


def test_the_process_ends_when_its_worker_sleeps_past_the_lease(
    alone: tuple[Station, Crew], tmp_path: Path
) -> None:
    """A worker that is stopped by the system, not gone: its pipe stays open, its lease does not."""
    station, crew = alone
    path = tmp_path / "marks"
    ask(station, crew, path, hold_s=600)
    with working(station, tmp_path, lease_s=2) as process:
        wait_for(lambda: read_marks(path))
        process.send_signal(signal.SIGSTOP)
        wait_for(lambda: is_gone(read_marks(path)[-1].pid), 10)
        process.send_signal(signal.SIGCONT)
