"""A film is a build: nothing twice, nothing half, the same bytes."""

import os
import shlex
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.film.making import ENGLISH, STORE, digests, make, making, start, steps

pytestmark = pytest.mark.xdist_group("film")


def _copy(film: Path, tmp_path: Path) -> Path:
    out = tmp_path / "film"
    shutil.copytree(film, out)
    return out


def test_an_unchanged_script_makes_no_step(script: Path, film: Path, tmp_path: Path) -> None:
    out = _copy(film, tmp_path)
    report = make(script, out)
    assert report["totals"]["made"] == 0
    assert digests(out) == digests(film)


def test_one_process_gives_the_same_bytes_as_two(script: Path, film: Path, tmp_path: Path) -> None:
    make(script, tmp_path / "single", jobs=1)
    assert digests(tmp_path / "single") == digests(film)


def test_a_changed_line_remakes_only_what_depends_on_it(film: Path, tmp_path: Path) -> None:
    out = _copy(film, tmp_path)
    changed = tmp_path / "two-scenes.fountain"
    changed.write_text(ENGLISH.replace("getting cold.", "getting cold, Tom."), encoding="utf-8")
    before = digests(out)
    report = make(changed, out)
    made, after = steps(report, "made"), digests(out)
    spoken = {step for step in made if step.startswith("speak")}
    assert spoken == {"speak 1, line 19"}
    assert not {step for step in made if step.split()[0] in ("set", "cast")}
    assert not {step for step in made if step.startswith(("render 002", "stage 2", "shots 2"))}
    rendered = {step for step in made if step.startswith("render")}
    assert 0 < len(rendered) < len(steps(report, "reused") | made)
    assert after["scenes/002.usdc"] == before["scenes/002.usdc"]
    assert after["film.mp4"] != before["film.mp4"]
    assert all(s["why"] for s in report["steps"] if s["state"] == "made")


def test_ids_of_scenes_and_lines_outlive_an_edit(film: Path, tmp_path: Path) -> None:
    out = _copy(film, tmp_path)
    before = (out / "breakdown.json").read_text(encoding="utf-8")
    changed = tmp_path / "two-scenes.fountain"
    text = "INT. HALL - DAY\n\nNobody.\n\n" + ENGLISH.split("FADE IN:\n\n")[1]
    changed.write_text(text.replace("late again", "so very late"), encoding="utf-8")
    make(changed, out)
    after = (out / "breakdown.json").read_text(encoding="utf-8")
    ids = {word for word in before.split('"') if word.startswith(("sc-", "bt-", "ln-", "ch-"))}
    assert ids
    assert {each for each in ids if each not in after} == set()


def test_a_killed_build_goes_on_where_it_stopped(script: Path, film: Path, tmp_path: Path) -> None:
    out = tmp_path / "film"
    process = start(script, out)
    deadline = time.monotonic() + 120
    while len(list((out / STORE / "records").glob("*/*.json"))) < 12:
        assert time.monotonic() < deadline, "the build made nothing in two minutes"
        assert process.poll() is None, "the build ended before it could be killed"
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    report = make(script, out)
    assert report["totals"]["reused"] >= 12
    assert report["totals"]["made"] > 0
    assert digests(out) == digests(film)


def test_a_damaged_blob_is_made_again(script: Path, film: Path, tmp_path: Path) -> None:
    out = _copy(film, tmp_path)
    blobs = sorted((out / STORE / "blobs").glob("*/*"), key=os.path.getsize)
    os.truncate(blobs[-1], 100)
    make(script, out)
    assert digests(out) == digests(film)


_PAGE_KIB = 4  # a file in memory takes whole pages


@pytest.mark.skipif(shutil.which("unshare") is None, reason="no unshare to mount a small disk")
def test_a_full_disk_leaves_the_earlier_film(script: Path, film: Path, tmp_path: Path) -> None:
    pages = sum(-(-path.stat().st_size // _PAGE_KIB // 1024) for path in film.rglob("*"))
    disk = tmp_path / "disk"
    disk.mkdir()
    changed = tmp_path / "changed.fountain"
    changed.write_text(ENGLISH.replace("KITCHEN", "OFFICE"), encoding="utf-8")
    commands = (
        f"mount -t tmpfs -o size={pages * _PAGE_KIB + 600}k tmpfs {disk} || exit 77",
        f"cp -r {film} {disk}/film",
        shlex.join(making(changed, disk / "film")),
        "code=$?",
        f"cp -r {disk}/film {tmp_path}/after",
        "exit $code",
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", "\n".join(commands)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode in (1, 77):
        pytest.skip("may not mount a small disk here")
    assert done.returncode == 4, done.stderr
    assert "the disk is full" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert digests(tmp_path / "after") == digests(film)
