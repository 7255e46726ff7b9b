"""The job that takes a film's pictures: done twice it does nothing, and nobody's job does more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mstation.errors import Forbidden
from mstation.station.change import STATION, find_where
from mstation.station.files import File
from mstation.station.films import film_folder
from mstation.station.ids import new_id
from mstation.station.jobs import JobState, submit
from mstation.station.organisations import Place
from mstation.station.permissions import Role
from mstation.station.production.cuts import Cut
from mstation.station.production.script import carry_out, plan_of, read_shots
from mstation.station.production.versions import Version
from mstation.station.station import Station
from mstation.work.desk import Desk
from mstation.work.kinds import FilmPublish
from mstation.work.publishing import publish
from tests.server.test_publishing import make_film
from tests.station.crew import Crew


def desk(station: Station, crew: Crew, who: str) -> Desk:
    """Return the desk of a job that somebody asked for in the other company's project."""
    database = station.engine.url.render_as_string(hide_password=False)
    own = (crew.elsewhere.id, "job", crew.people[who].id)
    return Desk(station.data, database, None, *own, 1, 1, lambda progress, step: None)


@pytest.fixture
def film(station: Station, crew: Crew) -> tuple[Path, str]:
    """A film that a job built and whose script was applied: its folder, and the job."""
    with station.change(STATION) as change:
        job = submit(change, crew.elsewhere, kind="film.build", parameters={})
        change.edit(job, state=JobState.DONE)
    folder = film_folder(station.data, crew.elsewhere.id, job.id)
    folder.parent.mkdir(parents=True)
    make_film(folder, a=9, b=5)
    shots = read_shots(json.loads((folder / "shots.json").read_bytes()))
    with station.change(STATION) as change:
        plan = plan_of(change.connection, crew.elsewhere, shots)
        carry_out(change, crew.elsewhere, shots, plan.digest)
    return folder, job.id


def test_done_again_it_makes_nothing_twice(
    station: Station, crew: Crew, film: tuple[Path, str]
) -> None:
    folder, job_id = film
    (folder / ".pieces-job").mkdir()  # of an attempt that was killed
    first = publish(FilmPublish(job_id), desk(station, crew, "stranger"))
    again = publish(FilmPublish(job_id), desk(station, crew, "stranger"))
    assert (first["shots"], first["made"], again["made"]) == (2, 2, 0)
    assert again["cut_id"] == first["cut_id"]
    with station.reading() as connection:
        made = find_where(connection, Version, project_id=crew.elsewhere.id)
        files = find_where(connection, File, project_id=crew.elsewhere.id)
        cuts = find_where(connection, Cut, project_id=crew.elsewhere.id)
    assert [(each.number, each.build, each.account_id) for each in made] == [
        (1, first["build"], crew.people["stranger"].id)
    ] * 2
    assert sorted(file.name for file in files) == ["001-001.mp4", "001-002.mp4", "sound.m4a"]
    assert {station.blobs.size(file.digest) for file in files} == {file.size for file in files}
    assert [cut.plays for cut in cuts] == [True]
    assert not list(folder.glob(".pieces-*"))


def test_whose_rights_are_gone_has_nothing_done(
    station: Station, crew: Crew, film: tuple[Path, str]
) -> None:
    with station.change(STATION) as change:
        own = (crew.elsewhere.organisation_id, crew.elsewhere.id, crew.people["artist"].id)
        change.add(Place(new_id(), 1, *own, Role.ARTIST))
    with pytest.raises(Forbidden):
        publish(FilmPublish(film[1]), desk(station, crew, "artist"))
    with station.reading() as connection:
        assert find_where(connection, Version, project_id=crew.elsewhere.id) == []
