"""The cut goes out to a post house and comes back by commands alone, against a real station."""

from __future__ import annotations

import csv
import time
from fractions import Fraction
from pathlib import Path

import av
import pytest

from mstation.client import Row
from mstation.station.change import STATION
from mstation.station.parties import PartyKind, named_party
from mstation.station.station import open_station
from mstation.studio import Studio
from tests.media.making import write_movie
from tests.server.running import Running
from tests.server.signed_in import Command, client, command, project, server
from tests.server.test_publishing import make_film
from tests.station.exchange.shop import lantern

__all__ = ["client", "command", "project", "server"]

PRORES = {"codec": "prores_ks", "pixels": "yuv422p10le"}


@pytest.fixture
def published(command: Command, project: Row, tmp_path: Path) -> str:
    """The name of a project whose film of three shots is published, and plays."""
    film = make_film(tmp_path / "film", a=9, b=5, c=7)
    told = command("publish", film, project["name"], "--yes")
    assert told.exit_code == 0, told.output
    return project["name"]


def show_asset(data: Path) -> str:
    """Let somebody show a picture on a running station; its version's id."""
    station = open_station(f"sqlite:///{data / 'station.db'}", folder=data)
    with station.change(STATION) as change:
        owner = named_party(change, kind=PartyKind.PERSON, name="Otto", country="NL")
        version_id = lantern(change, station, owner)[1].id
    station.close()
    return version_id


def playing(client: Studio, project: Row) -> dict[str, Row]:
    told = client.ask("GET", f"/api/projects/{project['id']}/cut")
    return {each["clip"]["label"]: each for each in told["clips"]}


def test_a_turnover_holds_documents_a_list_and_the_media_once(
    command: Command, published: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        told = command("turnover", published, "--out", out, "--handles", 4)
        assert told.exit_code == 0, told.output
        assert "3 clips with handles of 4 frames" in told.output
    assert {path.suffix for path in out.glob(f"{published}.*")} == {".otio", ".edl", ".fcpxml"}
    media = sorted(path.name for path in (out / "media").iterdir())
    assert len(media) == 3
    assert all(f"media/{name}" in (out / f"{published}.otio").read_text() for name in media)
    lines = (out / "wanted.csv").read_text(encoding="utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines))
    assert [int(row["Frames"]) for row in rows] == [17, 13, 15]
    assert {row["In"] for row in rows} == {"00:59:59:20"}


def test_a_turnover_tells_what_is_not_cleared_where_it_is_shown(
    command: Command, published: str, client: Studio, project: Row, server: Running,
    tmp_path: Path,
) -> None:  # fmt: skip
    version_id = show_asset(server.home / "here")
    client.add(f"/api/projects/{project['id']}/uses", {"asset_version_id": version_id})
    out, run = tmp_path / "out", ("--medium", "exhibition", "--territory", "NL")
    told = command("turnover", published, "--out", out, "--no-media", *run)
    assert told.exit_code != 0, "no day was said"
    assert not (out / "uses.csv").exists()
    told = command("turnover", published, "--out", out, "--no-media", *run,
                   "--from", "2027-05-01", "--to", "2027-07-31")  # fmt: skip
    assert told.exit_code == 0, told.output
    said = (
        "the film uses lantern.exr: there is no licence for the exhibition run in NL "
        "from 2027-05-01 to 2027-08-01"
    )
    assert said in told.output
    assert said in (out / "uses.csv").read_text(encoding="utf-8-sig")
    assert said in (out / f"{published}.otio").read_text()


def test_what_is_delivered_and_approved_plays(
    command: Command, published: str, client: Studio, project: Row, tmp_path: Path
) -> None:
    before = playing(client, project)
    movie = tmp_path / "001-002_comp.mov"
    write_movie(movie, **PRORES, frames=13, rate=Fraction(24), timecode="00:59:59:20")
    told = command("deliver", movie, "--project", published, "--yes")
    assert told.exit_code == 0, told.output
    assert playing(client, project) == before, "nobody approved it"
    told = command("review", published, "001-002", "approved", "--note", "Lovely.")
    assert (told.exit_code, "version 2 is approved" in told.output) == (0, True), told.output
    after = playing(client, project)
    assert (after["001-002"]["media"], after["001-002"]["first_frame"]) == (movie.name, 4)
    assert {label: after[label] for label in ("001-001", "001-003")} == {
        label: before[label] for label in ("001-001", "001-003")
    }
    told = command("review", published, "001-002", "retake", "--version", 2)
    assert "goes back for a retake" in told.output
    assert playing(client, project) == before
    told = command("review", published, "001-002", "approved", "--version", 9)
    assert (told.exit_code, "no such version" in told.output) == (3, True), told.output


def test_an_editors_cut_is_told_and_asked_before_it_plays(
    command: Command, published: str, client: Studio, project: Row, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert command("turnover", published, "--out", out, "--no-media").exit_code == 0
    edl = (out / f"{published}.edl").read_text()
    changed = tmp_path / "reel.edl"
    # The first shot ends two frames earlier, the others ripple.
    changed.write_text(
        edl.replace("01:00:00:09 01:00:00:00 01:00:00:09", "01:00:00:07 01:00:00:00 01:00:00:07")
        .replace("01:00:00:09 01:00:00:14", "01:00:00:07 01:00:00:12")
        .replace("01:00:00:14 01:00:00:21", "01:00:00:12 01:00:00:19")
    )
    before = playing(client, project)
    told = command("conform", changed, published, said="n\n")
    assert "001-001  trimmed  head +0, tail -2 frames" in told.output, told.output
    assert "21 → 19 frames" in told.output
    assert playing(client, project) == before
    told = command("conform", changed, published, "--yes")
    assert (told.exit_code, "cut 2 plays" in told.output) == (0, True), told.output
    frames = {label: each["clip"]["end_frame"] for label, each in playing(client, project).items()}
    assert frames == {"001-001": 7, "001-002": 5, "001-003": 7}


def test_what_is_no_cut_is_told_by_its_name(
    command: Command, published: str, tmp_path: Path
) -> None:
    said = tmp_path / "shopping.txt"
    said.write_bytes("买菜：鸡蛋、米\n".encode("gb18030"))
    told = command("conform", said, published)
    assert (told.exit_code, "Traceback" in told.output) != (0, True), told.output
    told = command("conform", tmp_path / "nowhere.edl", published)
    assert (told.exit_code, "cannot read" in told.output) == (3, True), told.output


def test_the_cut_as_it_was_rendered_comes_with_a_turnover_once(
    command: Command, published: str, client: Studio, project: Row, tmp_path: Path
) -> None:
    until = time.monotonic() + 60
    while not list(client.rows(f"/api/projects/{project['id']}/screenings")):
        assert time.monotonic() < until, "the cut is not rendered"
        time.sleep(0.5)
    out = tmp_path / "out"
    told = command("turnover", published, "--out", out, "--no-media")
    assert (told.exit_code, "rendered yet" in told.output) == (0, False), told.output
    movie = out / "reference.mp4"
    with av.open(movie) as container:
        assert container.streams.video[0].frames == 21
    before = movie.stat()
    assert command("turnover", published, "--out", out, "--no-media").exit_code == 0
    assert (movie.stat().st_ino, movie.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list(out.glob("*.part"))
