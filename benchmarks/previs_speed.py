"""Prints how fast the previs is drawn: by us, by peers on the same geometry, and by x264 alone.

    .venv/bin/python -m benchmarks.previs_speed
    .venv/bin/python -m benchmarks.previs_speed --whole-film --out previs.json
    .venv/bin/python -m benchmarks.previs_speed --blender-python .bench/bpy/bin/python

Every nth shot of the film, cut off after some frames, is given to every contender, one right after
the other, in two processes at once. Frames a second are those of both processes, with a shot's
start (its set, the picture that a locked camera keeps) counted once and its other frames in
proportion to its length, as in the film. Ratios are the median over shots of two contenders'
seconds for the same shot. On a busy machine read the column of processor seconds. All of it, with
the film built from clean, is meant to last under five minutes on two idle cores.

x264 alone is timed twice on the frames of the film: with our settings, which look not ahead and
make no B-frames, and with the preset veryfast as it comes, CRF 20, on two threads.

`bare moderngl` draws the same triangles with one sun and MSAA 4 and nothing else; `our moderngl` is
the renderer `gpu`, the whole look, its edges smoothed as the numba renderer does it. Both run on
Mesa's llvmpipe unless EGL gives a GPU.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
from benchmarks.film_build import machine, make
from benchmarks.previs_runs import (
    PRESET,
    Contender,
    Timing,
    by_gpu,
    ours,
    ours_whole,
    preset_segment,
    run,
)
from benchmarks.previs_stages import stages
from benchmarks.previs_takes import Filmed, every_nth, takes_of

from mstation.h264 import X264
from mstation.previs.meter import metered
from mstation.previs.posing import pose
from mstation.previs.render import set_up

ROOT = Path(__file__).resolve().parents[1]
WORKBENCH = Path(__file__).parent / "peers" / "workbench.py"
PROCESSES = 2
SIZES = {"720p": (1280, 720), "1080p": (1920, 1080)}
MEMORY_FRAMES = 48  # and four times as many
COMPARED, WORKBENCH_FRAMES = 4, 3
NOT_MEASURED = "not measured"

_shots: list[Filmed] = []  # what the processes share: they are forked once it is filled
_contenders: list[Contender] = []


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    of_processor: str = ""  # the same by processor seconds
    bar: str = ""


def main() -> None:
    """Measure and print a table; write it and every timing as JSON on --out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", type=Path, default=ROOT / "examples/the-last-reel.fountain")
    parser.add_argument("--shots", type=int, default=12, help="sample at least so many")
    parser.add_argument("--frames", type=int, default=12, help="of each of them")
    parser.add_argument("--blender-python", type=Path, help="a Python that imports bpy")
    parser.add_argument("--whole-film", action="store_true", help="also build the film from clean")
    parser.add_argument("--out", type=Path, help="a JSON file")
    arguments = parser.parse_args()
    film = takes_of(arguments.script, *SIZES["720p"])
    sample = every_nth(film, arguments.shots)
    short = [shot.first(arguments.frames) for shot in sample]
    settings = {
        "film": arguments.script.name,
        "shots": f"{len(sample)} of {len(film)}, {sum(s.is_locked for s in sample)} locked",
        "frames": f"{arguments.frames} of each",
        "look": "default: sun and lamps, shadows, openness, ink, edges smoothed, bodies skinned",
        "x264, our settings": ", ".join(f"{name} {value}" for name, value in X264.items()),
        "x264, preset as it comes": ", ".join(f"{name} {value}" for name, value in PRESET.items()),
        "processes": str(PROCESSES),
        "machine": machine(),
    }
    for name, value in settings.items():
        print(f"{name}: {value}", flush=True)
    timings = measure(short)
    rows = [*speeds(sample, timings), *same_in_one_process(short, timings)]
    rows += [*memory(film), *workbench(short[len(short) // 2], arguments.blender_python)]
    if arguments.whole_film:
        rows += whole_film(arguments.script)
    table = stages(short[::2], *SIZES["720p"])
    for line in (*told(rows), *told_stages(table)):
        print(line)
    if arguments.out:
        document = {"settings": settings, "rows": [asdict(row) for row in rows], "stages_ms": table}
        document["timings"] = [asdict(timing) for timing in timings]
        arguments.out.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def contenders() -> list[Contender]:
    """Return all who render or encode the sample on this machine."""
    found = []
    for size, (width, height) in SIZES.items():
        found += [
            Contender(f"film {size}", width, height, ours, True),
            Contender(f"no reuse {size}", width, height, ours_whole, True),
            Contender(f"x264 {size}", width, height, None, True),
            Contender(f"preset {size}", width, height, None, True, segment=preset_segment),
            Contender(f"drawn {size}", width, height, ours_whole, False),
        ]
    if find_spec("moderngl"):
        from benchmarks.peers import bare_gl

        found.append(
            Contender("bare moderngl, MSAA 4", *SIZES["720p"], bare_gl.frames, False, most=8)
        )
        found.append(Contender("our moderngl, whole look", *SIZES["720p"], by_gpu, False, most=2))
    return found


def measure(shots: Sequence[Filmed]) -> list[Timing]:
    """Return what every contender takes for every shot."""
    os.environ["LP_NUM_THREADS"] = "0"  # llvmpipe draws in the process that asks, as ours does
    _shots[:], _contenders[:] = shots, contenders()
    context = get_context("fork")
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        list(pool.map(_warm, range(PROCESSES)))
        return [timing for each in pool.map(_all_in_turn, range(len(shots))) for timing in each]


def _warm(_: int) -> None:
    """Load the loops, so that no contender is timed meanwhile."""
    for contender in _contenders:
        run(contender, _shots[0].first(2))


def _all_in_turn(index: int) -> list[Timing]:
    turned = _contenders[index % len(_contenders) :] + _contenders[: index % len(_contenders)]
    timings = []
    for contender in turned:
        gc.collect()
        timings.append(run(contender, _shots[index]))
    return timings


def speeds(sample: Sequence[Filmed], timings: Sequence[Timing]) -> Iterator[Row]:
    """Yield frames a second and how contenders compare."""
    lengths = {shot.label: shot.frames for shot in sample}
    talks = [shot.label for shot in sample if shot.is_locked_dialogue]

    def fps(contender: str, what: str, bar: str = "") -> Row:
        own = [timing for timing in timings if timing.contender == contender]
        frames = sum(lengths[timing.shot] for timing in own)
        both = []
        for of_processor in (False, True):
            taken = [
                timing.seconds(lengths[timing.shot], of_processor=of_processor) for timing in own
            ]
            both.append(f"{PROCESSES * frames / sum(taken):.1f}")
        return Row(what, *both, bar)

    def ratio(slow: str, fast: str, what: str, bar: str, labels: Iterable[str] = lengths) -> Row:
        seconds = {(timing.contender, timing.shot): timing for timing in timings}
        both = [
            median(
                seconds[slow, label].seconds(lengths[label], of_processor=p)
                / seconds[fast, label].seconds(lengths[label], of_processor=p)
                for label in labels
            )
            for p in (False, True)
        ]
        return Row(what, *(f"{each:.2f}" for each in both), bar)

    for size, bar in (("720p", "≥ 48"), ("1080p", "≥ 22")):
        yield fps(f"no reuse {size}", f"{size}, drawn whole and encoded, frames/s", bar)
        film_bar = "≥ 60" if size == "720p" else ""
        yield fps(f"film {size}", f"{size}, as in the film and encoded, frames/s", film_bar)
        yield fps(f"drawn {size}", f"{size}, drawn whole, not encoded, frames/s")
        for encoder, settings in (("x264", "our settings"), ("preset", "veryfast as it comes")):
            name = f"{encoder} {size}"
            yield fps(name, f"{size}, x264 alone, {settings}, frames/s")
            drawn, filmed = f"{size}, drawn whole", f"{size}, as in the film"
            yield ratio(f"no reuse {size}", name, f"{drawn} / x264, {settings}", "≤ 2.5")
            yield ratio(f"film {size}", name, f"{filmed} / x264, {settings}", "≤ 2.5")
    if talks:
        what = f"locked dialogue ({len(talks)} shots), no reuse / reuse, 720p"
        yield ratio("no reuse 720p", "film 720p", what, "≥ 1.5", talks)
    for peer in dict.fromkeys(timing.contender for timing in timings):
        if "moderngl" in peer:
            bar = "≥ 1.8" if "bare" in peer else ""
            yield fps(peer, f"{peer}, 720p, not encoded, frames/s")
            yield ratio(peer, "drawn 720p", "  drawn whole by numba: times as fast", bar)


def same_in_one_process(shots: Sequence[Filmed], timings: Sequence[Timing]) -> Iterator[Row]:
    """Yield whether shots made here are those made in two processes."""
    digests = {timing.shot: timing.digest for timing in timings if timing.contender == "film 720p"}
    again = [run(Contender("again", *SIZES["720p"], ours, True), shot) for shot in shots[:COMPARED]]
    same = all(digests[timing.shot] == timing.digest for timing in again)
    yield Row("one process and two give the same bytes", str(same), "", "True")


def memory(film: Sequence[Filmed]) -> Iterator[Row]:
    """Yield the memory of rendering a take, and of one four times as long."""
    longest = max(film, key=lambda shot: shot.frames)
    context = get_context("fork")
    peaks = []
    for frames in (min(MEMORY_FRAMES, longest.frames // 4), min(4 * MEMORY_FRAMES, longest.frames)):
        _shots[:] = [longest.first(frames)]
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            peaks.append(pool.submit(_peak_mb).result())
    yield Row("peak memory of a take, MB", f"{peaks[0]:.0f}")
    yield Row(
        "  of one four times as long, in proportion", f"{peaks[1] / peaks[0]:.3f}", "", "≤ 1.1"
    )


def _peak_mb() -> float:
    run(Contender("memory", *SIZES["720p"], ours, True), _shots[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def workbench(shot: Filmed, python: Path | None) -> Iterator[Row]:
    """Yield what Blender's Workbench reaches on a shot's geometry."""
    what = "Blender Workbench, FXAA, no shadows, 720p, frames/s"
    if python is None:
        yield Row(what, NOT_MEASURED)
        return
    take = shot.take
    picture = metered(set_up(shot.layout, take, *SIZES["720p"]), take)
    pose(picture, 0)
    with tempfile.TemporaryDirectory() as folder:
        scene = Path(folder) / "scene.npz"
        np.savez(
            scene,
            points=picture.points,
            triangles=picture.surfaces.triangles,
            colours=picture.surfaces.colours,
            world_from_camera=take.world_from_camera[: WORKBENCH_FRAMES + 1],
            focal_length_mm=take.focal_length_mm[: WORKBENCH_FRAMES + 1],
            sensor_width_mm=take.sheet.sensor.width_mm,
            size=SIZES["720p"],
        )
        command = [str(python), str(WORKBENCH), str(scene), str(Path(folder) / "picture.png")]
        environment = {k: v for k, v in os.environ.items() if k != "LP_NUM_THREADS"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        yield Row(what, NOT_MEASURED)
        return
    seconds: list[float] = json.loads(done.stdout.strip().splitlines()[-1])
    yield Row(what, f"{1 / median(seconds[1:]):.2f}")


def whole_film(script: Path) -> Iterator[Row]:
    """Yield what the whole command takes, of the film's running time."""
    with tempfile.TemporaryDirectory() as folder:
        built = make(script, Path(folder) / "film", "1280x720")
    running_s = built.report["totals"]["running_s"]
    yield Row("the whole film from clean / its running time", f"{built.seconds / running_s:.2f}",
              "", "≤ 0.7")  # fmt: skip


def told(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a Markdown table."""
    yield ""
    yield "| what | by the clock | by processor seconds | bar |"
    yield "|---|---|---|---|"
    for row in rows:
        yield f"| {row.what} | {row.value} | {row.of_processor} | {row.bar} |"


def told_stages(table: dict[str, float]) -> Iterator[str]:
    """Yield where the milliseconds go, as a Markdown table."""
    yield ""
    yield "| stage, film at 720p, one process | ms a frame |"
    yield "|---|---|"
    for stage, spent_ms in table.items():
        yield f"| {stage} | {spent_ms:.2f} |"


if __name__ == "__main__":
    main()
