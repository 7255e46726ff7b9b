"""A cut becomes a movie: the right frames, the right sound, and nothing is encoded twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from pydantic import TypeAdapter

from mstation.errors import InvalidInput
from mstation.h264 import X264
from mstation.station.change import STATION, find_where
from mstation.station.files import add_file
from mstation.station.ids import new_id
from mstation.station.jobs import Job, JobState, submit
from mstation.station.organisations import Project
from mstation.station.production.cuts import Cut, Origin
from mstation.station.production.screenings import Screening
from mstation.station.schema import now
from mstation.station.station import Station, open_station
from mstation.timebase import FrameRate
from mstation.work.kinds import CutRender, RenderedClip, kind_of, read_parameters
from mstation.work.rendering import RENDERING, render
from tests.media.making import HEIGHT, WIDTH, numbered, numbers_in, write_exr, write_movie
from tests.station.crew import Crew, hire
from tests.work import worker
from tests.work.desks import desk_of
from tests.work.test_workers import wait_for

PLAIN = FrameRate(24)
FILM, DROP = FrameRate(24_000, 1001), FrameRate(30_000, 1001)
PRORES = {"codec": "prores_ks", "pixels": "yuv422p10le", "options": {"profile": "hq"}}
DNXHR = {"codec": "dnxhd", "pixels": "yuv422p", "options": {"profile": "dnxhr_hq"}}


@dataclass(frozen=True)
class Studio:
    """A station with a crew, and the media of its film."""

    station: Station
    crew: Crew
    folder: Path

    def media(self, name: str, **how: Any) -> str:
        """Return the digest of a movie of numbered pictures that the project has."""
        return self.keep(write_movie(self.folder / name, **how).read_bytes(), name)

    def keep(self, data: bytes, name: str = "a file", project: Project | None = None) -> str:
        with self.station.change(STATION) as change:
            blob = self.station.blobs.put(data)
            where = project or self.crew.project
            add_file(change, where, blob, name=name, media_type="video/quicktime")
        return blob.digest

    def exrs(self, numbers: range) -> tuple[str, ...]:
        """Return the digests of the pictures of a sequence."""
        paths = [self.folder / f"shot.{number}.exr" for number in numbers]
        for path, number in zip(paths, numbers, strict=True):
            write_exr(path, (numbered(number) / 255.0).astype(np.float32))
        return tuple(self.keep(path.read_bytes(), path.name) for path in paths)

    def ask(self, *clips: RenderedClip, rate: FrameRate = PLAIN, sound: str | None = None) -> Job:
        """Ask for a cut of these clips."""
        project = self.crew.project
        cut = Cut(
            new_id(), 1, project.organisation_id, project.id, self._cuts() + 1, Origin.EDITOR,
            "cut", str(rate), 0, sum(clip.frames for clip in clips), None, now(),
        )  # fmt: skip
        told = asdict(CutRender(cut.id, str(rate), clips, sound, WIDTH, HEIGHT))
        told = read_parameters(kind_of("cut.render"), told)
        with self.station.change(STATION) as change:
            change.add(cut)
            return submit(change, project, kind="cut.render", parameters=told, tries=3)

    def _cuts(self) -> int:
        with self.station.reading() as connection:
            return len(find_where(connection, Cut, project_id=self.crew.project.id))

    def render(self, *clips: RenderedClip, **how: Any) -> dict[str, Any]:
        """Render a cut of these clips here and now."""
        job = self.ask(*clips, **how)
        parameters = read(job)
        return render(parameters, desk_of(self.station, self.crew, job_id=job.id))

    def movie(self, result: dict[str, Any]) -> Path:
        """Return the rendered movie as a file."""
        with self.station.blobs.file(result["digest"]) as path:
            return path


def read(job: Job) -> CutRender:
    """Return a job's parameters as its process reads them."""
    return TypeAdapter(CutRender).validate_python(job.parameters)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    (tmp_path / "data").mkdir()
    station = open_station(f"sqlite:///{tmp_path}/station.db", folder=tmp_path / "data")
    yield Studio(station, hire(station), tmp_path)
    station.close()


def clip(
    name: str, digest: str | None, first: int, frames: int, *, sound: int | None = None, **more: Any
) -> RenderedClip:
    return RenderedClip(name, digest, first, frames, sound, **more)


@pytest.mark.parametrize("rate", [PLAIN, FILM, DROP], ids=str)
def test_every_clip_shows_its_own_frames_at_the_rate_of_the_cut(
    studio: Studio, rate: FrameRate
) -> None:
    own = {"rate": rate.fraction, "frames": 30}
    code = "01:00:00;00" if rate.is_drop_frame else "00:59:59:16"
    long = studio.media("long.mp4", **own, options={"bf": "2"})
    pro = studio.media("pro.mov", **own, **PRORES, timecode=code)
    dnx = studio.media("dnx.mov", **{**own, "rate": FrameRate(25).fraction}, **DNXHR)
    exr = studio.exrs(range(993, 1001))
    result = studio.render(
        clip("001-001", long, 9, 10),
        clip("001-002", pro, 8, 12),
        clip("001-003", None, 4, 4, digests=exr[4:]),
        clip("001-004", dnx, 3, 5),
        clip("001-005", pro, 20, 4, speed="-1"),
        rate=rate,
    )
    exr_seen = [number % 256 for number in range(997, 1001)]
    seen = [*range(9, 19), *range(8, 20), *exr_seen, *range(3, 8), 20, 19, 18, 17]
    movie = studio.movie(result)
    assert numbers_in(movie) == seen
    assert (result["frames"], result["made"], result["kept"]) == (len(seen), 5, 0)
    assert result["other_rates"] == {"001-004": "25"}
    with av.open(str(movie)) as container:
        stream = container.streams.video[0]
        stamps = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert stamps == [number / rate.fraction for number in range(len(seen))]


def test_only_what_changed_is_encoded_and_the_bytes_are_the_same_again(
    studio: Studio, tmp_path: Path
) -> None:
    movie = studio.media("a.mp4", frames=30)
    clips = [clip("001-001", movie, 0, 8), clip("第二镜", None, 0, 6), clip("003", movie, 9, 7)]
    first = studio.render(*clips)
    again = studio.render(*clips)
    assert (first["made"], first["kept"]) == (3, 0)
    assert (again["made"], again["kept"]) == (0, 3)
    assert first["digest"] == again["digest"]
    clips[2] = clip("003", movie, 10, 7)
    changed = studio.render(*reversed(clips))
    assert (changed["made"], changed["kept"]) == (1, 2)
    assert numbers_in(studio.movie(changed))[:7] == list(range(10, 17))
    (tmp_path / "elsewhere").mkdir()
    other = open_station(f"sqlite:///{tmp_path}/other.db", folder=tmp_path / "elsewhere")
    there = Studio(other, hire(other), tmp_path)
    there.keep((tmp_path / "a.mp4").read_bytes())
    assert there.render(*reversed(clips))["digest"] == changed["digest"]
    other.close()


def test_segments_that_are_encoded_as_ours_are_joined_without_encoding(studio: Studio) -> None:
    options = {
        **X264,
        "crf": "30",
        "x264-params": "keyint=48:min-keyint=48:scenecut=0:open-gop=0:stitchable=1",
    }
    told = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"}
    ours = studio.media("a.mp4", frames=60, options={**options, **told, "color_range": "tv"})
    pro = studio.media("pro.mov", frames=12, **PRORES)
    result = studio.render(clip("1", ours, 0, 20), clip("2", pro, 1, 4), clip("3", ours, 48, 9))
    assert (result["made"], result["copied"]) == (3, 2)
    seen = [*range(20), *range(1, 5), *range(48, 57)]
    assert numbers_in(studio.movie(result)) == seen


def test_what_cannot_be_shown_is_named_and_all_else_is_kept_for_the_next_time(
    studio: Studio,
) -> None:
    movie = studio.media("a.mov", frames=12, **PRORES)
    broken = studio.keep((studio.folder / "a.mov").read_bytes()[:-3000])
    good, short = clip("001-001", movie, 0, 6), clip("001-002", movie, 8, 6)
    with pytest.raises(InvalidInput) as told:
        studio.render(good, short, clip("第三镜", broken, 0, 6))
    assert "clip 001-002: it has 12 frames, and frames 8 to 13 of it are wanted" in str(told.value)
    assert "clip 第三镜: the file cannot be read" in str(told.value)
    assert "镜头 第三镜：无法按" in told.value.told("zh")
    assert studio.render(good)["kept"] == 1
    with pytest.raises(InvalidInput, match="clip 5: 3 pictures for 4 frames"):
        studio.render(clip("5", None, 0, 4, digests=(movie,) * 3))
    with pytest.raises(InvalidInput, match="the sound of the film: "):
        studio.render(good, sound=broken)


def test_media_of_other_projects_are_not_there(studio: Studio) -> None:
    data = write_movie(studio.folder / "a.mp4").read_bytes()
    theirs = studio.keep(data, project=studio.crew.elsewhere)
    with pytest.raises(InvalidInput, match="clip 007: the project has no file"):
        studio.render(clip("007", theirs, 0, 2))


@pytest.mark.parametrize("rate", [PLAIN, DROP], ids=str)
def test_the_film_is_heard_where_its_pictures_are(studio: Studio, rate: FrameRate) -> None:
    frames = (0, 30, 47, 80)
    mix = studio.keep(_clicks(studio.folder / "mix.wav", frames, 100, rate).read_bytes())
    result = studio.render(
        clip("1", None, 0, 10, sound=80),
        clip("2", None, 0, 17, sound=30),
        clip("3", None, 0, 9, sound=47),
        clip("4", None, 0, 8),
        clip("5", None, 0, 9, sound=0),
        rate=rate,
        sound=mix,
    )
    with av.open(str(studio.movie(result))) as container:
        heard = np.concatenate([each.to_ndarray() for each in container.decode(audio=0)], 1)[0]
    assert abs(len(heard) - rate.sample_of_frame(53)) < 1024
    starts = [rate.sample_of_frame(frame) for frame in (0, 10, 27, 44)]
    for start in starts:
        low = max(0, start - 400)
        assert abs(low + int(np.abs(heard[low : start + 400]).argmax()) - start) <= 1
    silent = heard[rate.sample_of_frame(36) + 2048 : starts[-1] - 2048]
    assert np.abs(silent).max() < 1e-3


def _clicks(path: Path, frames: tuple[int, ...], total: int, rate: FrameRate) -> Path:
    sound = np.zeros((1, 2 * rate.sample_of_frame(total)), np.float32)
    for frame in frames:
        sound[0, 2 * rate.sample_of_frame(frame) : 2 * rate.sample_of_frame(frame) + 2] = 0.9
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=48_000, layout="stereo")
        whole = av.AudioFrame.from_ndarray(sound, "flt", "stereo")
        whole.sample_rate, whole.pts = 48_000, 0
        container.mux(stream.encode(whole))
        container.mux(stream.encode(None))
    return path


def test_a_screening_tells_of_it_once(studio: Studio) -> None:
    told: list[tuple[float, str]] = []
    job = studio.ask(clip("001-001", None, 0, 3, entity_id=studio.crew.shots[0].id))
    results = [
        render(read(job), desk_of(studio.station, studio.crew, job_id=job.id, told=told))
        for _ in range(2)
    ]
    with studio.station.reading() as connection:
        (screening,) = find_where(connection, Screening, job_id=job.id)
    assert {result["digest"] for result in results} == {screening.digest}
    assert (screening.frames, screening.clips[0].name) == (3, "001-001")
    assert [step for _, step in told][:3] == ["001-001", "sound", "movie"]
    progress = [part for part, _ in told[:3]]
    assert progress == sorted(progress)


def test_a_killed_rendering_is_done_again_and_goes_on_with_what_is_there(
    studio: Studio,
) -> None:
    station, data = studio.station, studio.folder / "data"
    movie = studio.media("a.mp4", frames=200, options={"bf": "2"})
    clips = [clip(f"00{n}", movie, 10 * n, 10 + n) for n in range(6)]
    job = studio.ask(*clips)
    store = data / "store" / "records"
    first = worker.start(_address(station), data, hands=1, lease_s=3)
    wait_for(lambda: store.is_dir() and any(store.rglob("*.json")))
    first.kill()
    first.communicate()
    second = worker.start(_address(station), data, hands=1, lease_s=3)
    try:
        wait_for(lambda: _now(station, job).state is JobState.DONE)
    finally:
        second.communicate(timeout=30)
    done = _now(station, job)
    assert done.attempt >= 2
    assert done.result is not None
    assert done.result["kept"] >= 1
    seen = [number for n in range(6) for number in range(10 * n, 11 * n + 10)]
    assert numbers_in(studio.movie(done.result)) == seen
    assert list((data / RENDERING).iterdir()) == []
    with station.reading() as connection:
        assert len(find_where(connection, Screening, job_id=job.id)) == 1


def _address(station: Station) -> str:
    return station.engine.url.render_as_string(hide_password=False)


def _now(station: Station, job: Job) -> Job:
    with station.reading() as connection:
        (found,) = find_where(connection, Job, id=job.id)
    return found
