"""The job that renders a cut: what it is told, one waiting at a time, and what is kept of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from mstation.station.change import STATION, find_where
from mstation.station.files import add_file
from mstation.station.jobs import Job, JobState
from mstation.station.production.cuts import Clip, Cut, Origin, add_script_cut
from mstation.station.production.playing import Media, Playing, Why
from mstation.station.production.rendering import RENDER_JOB, parameters_of, screen_again
from mstation.station.production.screenings import Screening, add_screening
from mstation.station.production.script import read_shots
from mstation.station.production.versions import (
    Review,
    Version,
    VersionFile,
    add_version,
    review_version,
)
from mstation.station.station import Station
from mstation.station.verify import missing_blobs
from tests.station.crew import Crew
from tests.station.test_script import FIRST, publish, tracked

PICTURES = tuple(VersionFile(f"s.{n}.exr", f"{n:064}") for n in range(993, 1033))


def cut_of(*clips: Clip) -> Cut:
    at = datetime(2026, 5, 28, tzinfo=UTC)
    return Cut("c", 1, "o", "p", 1, Origin.EDITOR, "Reel", "24", 86400, 0, None, at, clips)


def shown(clip: Clip) -> Playing:
    media = Media(PICTURES, len(PICTURES), True, 993)
    first = clip.first_frame + 8
    return Playing(clip, Why.APPROVED, "v1", 1, None, 8, first, media)


def test_black_between_clips_is_rendered_and_heard() -> None:
    clips = (Clip("a", "001-001", 10, 20, 0, 10), Clip("b", "001-002", 25, 30, 0, 5))
    told = parameters_of(cut_of(*clips), tuple(Playing(each) for each in clips), ("ab" * 32, None))
    assert [(each["name"], each["frames"], each["sound_first"]) for each in told["clips"]] == [
        ("", 10, 0), ("001-001", 10, 10), ("", 5, 20), ("001-002", 5, 25)
    ]  # fmt: skip


def test_a_sequence_is_told_picture_by_picture_as_fast_as_it_is_seen() -> None:
    half = Clip("a", "001-001", 0, 4, 2, 4, "1/2")
    told = parameters_of(cut_of(half), (shown(half),), (None, None))
    numbers = [int(each) for each in told["clips"][0]["digests"]]
    assert numbers == [1003, 1003, 1004, 1004]


def test_two_who_approve_at_once_leave_one_job_that_shows_both(
    station: Station, crew: Crew
) -> None:
    publish(station, crew, FIRST)
    shots, made = tracked(station, crew), list[Version]()
    with station.change(STATION) as change:
        add_script_cut(change, crew.elsewhere, read_shots(FIRST))
        for id_ in ("sh-1", "sh-2"):
            blob = station.blobs.put(id_.encode())
            add_file(change, crew.elsewhere, blob, name="a.mov", media_type="video/quicktime")
            files = (VersionFile("a.mov", blob.digest),)
            made.append(add_version(change, shots[id_], files=files, frames=72))
    both = Barrier(2)

    def approve(version: Version) -> None:
        both.wait()
        with station.change(STATION) as change:
            review_version(change, version, Review.APPROVED)
            screen_again(change, crew.elsewhere)

    with ThreadPoolExecutor(2) as people:
        list(people.map(approve, made))
    with station.reading() as connection:
        (job,) = find_where(connection, Job, project_id=crew.elsewhere.id, kind=RENDER_JOB)
    assert job.state is JobState.WAITING
    told = [each["version_id"] for each in job.parameters["clips"]]
    assert told == [made[0].id, made[1].id, None]


def test_a_screening_whose_movie_is_gone_is_found(station: Station, crew: Crew) -> None:
    publish(station, crew, FIRST)
    with station.change(STATION) as change:
        cut = add_script_cut(change, crew.elsewhere, read_shots(FIRST))
        job = change.add(
            Job("j" * 20, 1, cut.organisation_id, cut.project_id, RENDER_JOB, change.at, change.at)
        )
        movie = station.blobs.put(b"a movie")
        told = {"digest": movie.digest, "size": movie.size, "frames": 144}
        made = add_screening(change, cut_id=cut.id, job_id=job.id, **told)
        assert add_screening(change, cut_id=cut.id, job_id=job.id, **told) == made
    with station.reading() as connection:
        assert not list(missing_blobs(connection, {movie.digest}, [Screening, Cut]))
        (fault,) = missing_blobs(connection, set(), [Screening, Cut])
    assert made.id in fault.where
