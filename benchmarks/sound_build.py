"""Prints what a film's sound costs: clean, and with one line changed.

    .venv/bin/python -m benchmarks.sound_build
    .venv/bin/python -m benchmarks.sound_build --script examples/the-tea-on-platform-three.fountain

No picture is rendered. One process builds the film clean and then, its workers still there as in a
station, with one line changed; another process, which knows nothing of the first, makes the same
change. Told are the clock from where the build was asked for (from the process's own start where
it builds for the first time), how much of that some step of the sound was under way, processor
seconds of all processes, the seconds of the sound's steps, and what the stems take besides: four
WAVs for the film's folder. Staging and shots are in the whole: they say when lines are spoken.
Beside it stand peers, on the same sound in the same run: ffmpeg's meter beside ours, symusic's
player beside ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import psutil
from symusic import BuiltInSF3, Score, Synthesizer
from tests.sound.ffmpeg_meter import measure

from mstation.engines.local import LocalEngine
from mstation.film import FilmSettings
from mstation.film_mix import make_stems
from mstation.film_sound import Sound
from mstation.graph.build import Build
from mstation.graph.step import Record, Task
from mstation.graph.store import Store
from mstation.pipeline import hear_film
from mstation.sound.metering import Meter, integrated
from mstation.sound.play import find_soundfont, play
from mstation.sound.wavefile import join, open_wav

ROOT = Path(__file__).resolve().parents[1]
SOUND = ("speak", "dialogue", "ambience", "effects", "spotting", "score plan", "score", "midi",
         "sheet music", "mix plan", "mix section", "mix", "sound report")  # fmt: skip


class Watched:
    """An engine that remembers when steps of the sound were under way."""

    def __init__(self, engine: LocalEngine) -> None:
        self.spans: list[tuple[float, float]] = []
        self._engine = engine

    def submit(self, task: Task) -> Future[Record]:
        """Have it made, and look when it begins and ends."""
        started, future = time.perf_counter(), self._engine.submit(task)
        if task.step.name in SOUND:
            future.add_done_callback(lambda _: self.spans.append((started, time.perf_counter())))
        return future

    def seconds(self) -> float:
        """Return in how many seconds at least one was."""
        total, until = 0.0, 0.0
        for start, end in sorted(self.spans):
            total, until = total + max(0.0, end - max(start, until)), max(until, end)
        return total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", type=Path, default=ROOT / "examples/the-last-reel.fountain")
    parser.add_argument("--loudness", default="web")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--into", type=Path, help="build into this folder's store, tell JSON")
    parser.add_argument("--then", type=Path, help="and this script after it, the store copied")
    arguments = parser.parse_args()
    if arguments.into:
        print(json.dumps(built(arguments)))
        return
    source = arguments.script.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        store, changed = Path(folder, "store"), Path(folder, "changed", arguments.script.name)
        changed.parent.mkdir()
        changed.write_bytes(one_line_changed(source))
        clean, warm = in_a_process(arguments, store, arguments.script, "--then", changed)
        (cold,) = in_a_process(arguments, copy_of(store), changed)
        print(f"clean: {told(clean)}")
        print(f"one line changed, in the same process: {told(warm)}")
        print(f"one line changed, in another process: {told(cold)}")
        for line in peers(Store(copy_of(store)), cold):
            print(line)


def copy_of(store: Path) -> Path:
    """Return where a copy of a store is kept."""
    return store.with_name("copy")


def one_line_changed(source: bytes) -> bytes:
    """Return a Fountain screenplay with the last word of its first line of dialogue said twice."""
    lines = source.decode().split("\n")
    for index in range(1, len(lines) - 1):
        name = lines[index].strip()
        is_cue = name and (name.startswith("@") or name.isupper()) and not lines[index - 1].strip()
        said = lines[index + 1].strip()
        if is_cue and said and not said.startswith("(") and not name.endswith(("TO:", ".")):
            lines[index + 1] = f"{said} {said.split()[-1]}"
            return "\n".join(lines).encode()
    raise SystemExit("the screenplay has no line of dialogue")


def in_a_process(
    arguments: argparse.Namespace, store: Path, script: Path, *more: str | Path
) -> list[dict[str, Any]]:
    """Return what builds of a process that knows nothing of earlier ones tell of themselves."""
    given = ["--script", script, "--loudness", arguments.loudness, "--jobs", arguments.jobs]
    command = [sys.executable, "-m", "benchmarks.sound_build", "--into", store, *given, *more]
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, cwd=ROOT)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def built(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Build the sound into a folder's store, once or twice, and return what each took."""
    store = Store(arguments.into)
    engine = LocalEngine(store, arguments.jobs)
    started = psutil.Process().create_time()
    try:
        found = [built_once(store, engine, arguments, arguments.script, started)]
        if arguments.then:
            shutil.copytree(arguments.into, copy_of(arguments.into))
            found.append(built_once(store, engine, arguments, arguments.then, time.time()))
    finally:
        engine.close(kill=False)
    return found


def built_once(
    store: Store, engine: LocalEngine, arguments: argparse.Namespace, script: Path, started: float
) -> dict[str, Any]:
    """Build the sound and then its stems, and return what they took."""
    watched, is_first = Watched(engine), not arguments.then or script == arguments.script
    graph = Build(store, watched)
    settings = FilmSettings(script.name, loudness=arguments.loudness)
    used_s = 0.0 if is_first else _processor_s()

    async def run() -> tuple[Sound, float, float]:
        sound = await hear_film(graph, script.read_bytes(), settings)
        clock_s, processor_s = time.time() - started, _processor_s() - used_s
        await make_stems(graph, sound.mix, settings)
        return sound, clock_s, processor_s

    sound, clock_s, processor_s = asyncio.run(run())
    seconds: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for made in graph.made:
        if made.was_made and made.step in SOUND:
            seconds[made.step] += made.seconds
            counts[made.step] += 1
    said = json.loads(graph.read(sound.files["sound.json"]))
    return {
        "clock_s": clock_s,
        "processor_s": processor_s,
        "sound_s": watched.seconds(),
        "stems_s": time.time() - started - clock_s,
        "film_s": settings.rate.seconds(said["scenes"][-1]["end_frame"]),
        "steps": {name: [counts[name], total_s] for name, total_s in seconds.most_common()},
        "speech": said["speech"],
        "mix": sound.mix.sections,
        "midi": sound.files["score.mid"],
    }


def told(found: dict[str, Any]) -> str:
    """Return a line about a build."""
    film_s, clock_s, speech = found["film_s"], found["clock_s"], found["speech"]
    each = ", ".join(
        f"{count} {name} {seconds:.1f}" for name, (count, seconds) in found["steps"].items()
    )
    total_s = sum(seconds for _, seconds in found["steps"].values())
    return (
        f"{film_s:.0f} s of film; {clock_s:.1f} s by the clock "
        f"({film_s / clock_s:.1f}x as fast as it plays), sound under way {found['sound_s']:.1f} s, "
        f"{found['processor_s']:.1f} processor seconds, its steps {total_s:.1f} s: {each}; stems "
        f"{found['stems_s']:.1f} s besides; unclear seconds {len(speech['unclear'])} of "
        f"{speech['seconds']}; longest silence inside a word "
        f"{1000 * speech['longest_gap_s']:.0f} ms"
    )


def peers(store: Store, found: dict[str, Any]) -> list[str]:
    """Return lines about what others need for the same: processor seconds."""
    path = store.root / "mix.wav"
    join([store.blob(digest).path for digest in found["mix"]], path)
    ours, theirs = (_timed(lambda meter=meter: meter(path)) for meter in (_ours, _ffmpeg))
    midi = Score.from_midi(store.read(found["midi"]))
    notes = sum(len(track.notes) for track in midi.tracks)
    played_s = midi.to("second").end()
    rate = FilmSettings("").rate
    frames = rate.frames_ceil(played_s)
    player = Synthesizer(sf_path=str(find_soundfont() or BuiltInSF3.MuseScoreGeneral()),
                         sample_rate=48_000)  # fmt: skip
    symusic_s, _ = _timed(lambda: player.render(midi, stereo=True))
    own_s, _ = _timed(lambda: play(midi, frames=frames, rate=rate, soundfont=find_soundfont()))
    return [
        f"meter, loudness of the mix: ours {ours[0]:.2f} s ({ours[1]:.2f} LUFS), "
        f"ffmpeg's ebur128 {theirs[0]:.2f} s ({theirs[1]:.2f} LUFS)",
        f"player, {notes} notes over {played_s:.0f} s of the score's MIDI file: ours {own_s:.1f} s,"
        f" symusic's {symusic_s:.1f} s (which hears neither velocity's timbre nor a room)",
    ]


def _ours(path: Path) -> float:
    meter = Meter()
    for _, block in open_wav(path).blocks():
        meter.hear(block)
    return integrated(meter.levels().weighted)


def _ffmpeg(path: Path) -> float:
    return measure(path, peaks=False).integrated_lufs


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the processor seconds that something takes the second time, and what it gives."""
    work()
    started = time.process_time()
    found = work()
    return time.process_time() - started, found


def _processor_s() -> float:
    """Return the processor seconds of this process and of all that work for it now."""
    own = psutil.Process()
    used = [each.cpu_times() for each in (own, *own.children(recursive=True))]
    return sum(each.user + each.system for each in used)


if __name__ == "__main__":
    main()
