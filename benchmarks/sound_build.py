"""Prints what a film's sound costs: clean, and with one line changed.

    .venv/bin/python -m benchmarks.sound_build
    .venv/bin/python -m benchmarks.sound_build --script examples/the-tea-on-platform-three.fountain

No picture is rendered. Each build is a process of its own, and is measured from that process's
start: seconds by the clock, processor seconds of it and of its workers, the seconds of the steps
that are sound themselves, and how many of them were made. Staging and shots are in the whole: they
say when lines are spoken. Beside it stand peers, on the same sound in the same run: ffmpeg's meter
beside ours, symusic's player beside ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from symusic import BuiltInSF3, Score, Synthesizer
from tests.sound.ffmpeg_meter import measure

from mstation.engines.local import LocalEngine
from mstation.film import FilmSettings
from mstation.graph.build import Build
from mstation.graph.store import Store
from mstation.pipeline import hear_film
from mstation.sound.metering import Meter, integrated
from mstation.sound.play import find_soundfont, play
from mstation.sound.wavefile import open_wav

ROOT = Path(__file__).resolve().parents[1]
SOUND = ("speak", "dialogue", "effects", "spotting", "score plan", "score", "midi", "sheet music",
         "mix", "sound report")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", type=Path, default=ROOT / "examples/the-last-reel.fountain")
    parser.add_argument("--loudness", default="web")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--into", type=Path, help="build once into this folder's store, tell JSON")
    arguments = parser.parse_args()
    if arguments.into:
        print(json.dumps(built(arguments)))
        return
    source = arguments.script.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store")
        script = Path(folder, arguments.script.name)
        for what, text in (("clean", source), ("one line changed", one_line_changed(source))):
            script.write_bytes(text)
            found = in_a_process(arguments, script, store)
            print(f"{what}: {told(found)}")
        for line in peers(Store(store), found):
            print(line)


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


def in_a_process(arguments: argparse.Namespace, script: Path, store: Path) -> dict[str, Any]:
    """Return what a build that knows nothing of earlier ones tells of itself."""
    given = ["--script", script, "--loudness", arguments.loudness, "--jobs", arguments.jobs]
    command = [sys.executable, "-m", "benchmarks.sound_build", "--into", store, *given]
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def built(arguments: argparse.Namespace) -> dict[str, Any]:
    """Build the sound into a folder's store, and return what it took."""
    store = Store(arguments.into)
    engine = LocalEngine(store, arguments.jobs)
    graph = Build(store, engine)
    settings = FilmSettings(arguments.script.name, loudness=arguments.loudness)
    try:
        sound = asyncio.run(hear_film(graph, arguments.script.read_bytes(), settings))
        clock_s = time.time() - psutil.Process().create_time()
        processor_s = _processor_s()
    finally:
        engine.close(kill=False)
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
        "film_s": settings.rate.seconds(said["scenes"][-1]["end_frame"]),
        "steps": {name: [counts[name], total_s] for name, total_s in seconds.most_common()},
        "speech": said["speech"],
        "mix": sound.mix,
        "midi": sound.files["score.mid"],
    }


def told(found: dict[str, Any]) -> str:
    """Return a line about a build."""
    film_s, clock_s, speech = found["film_s"], found["clock_s"], found["speech"]
    each = ", ".join(
        f"{count} {name} {seconds:.1f}" for name, (count, seconds) in found["steps"].items()
    )
    return (
        f"{film_s:.0f} s of film; {clock_s:.1f} s by the clock from the process's start "
        f"({film_s / clock_s:.1f}x as fast as it plays), {found['processor_s']:.1f} processor "
        f"seconds; made: {each}; unclear seconds {len(speech['unclear'])} of {speech['seconds']}; "
        f"longest silence inside a word {1000 * speech['longest_gap_s']:.0f} ms"
    )


def peers(store: Store, found: dict[str, Any]) -> list[str]:
    """Return lines about what others need for the same: processor seconds."""
    path = store.blob(found["mix"]).path
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
