"""Prints what a film's sound costs: clean, and with one line changed.

    .venv/bin/python benchmarks/sound_build.py
    .venv/bin/python benchmarks/sound_build.py --script examples/the-tea-on-platform-three.fountain

No picture is rendered. What is measured: seconds by the clock of the whole build of sound (staging
and shots too, which say when lines are spoken), processor seconds of all its processes, and the
seconds of the steps that are sound themselves. The mix is proved by a meter that is not ours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from mstation.engines.local import LocalEngine
from mstation.film import FilmSettings
from mstation.graph.build import Build
from mstation.graph.store import Store
from mstation.pipeline import hear_film
from mstation.sound.loudness import measure

ROOT = Path(__file__).resolve().parents[1]
SOUND = ("speak", "dialogue", "effects", "spotting", "score plan", "score", "midi", "mix",
         "sound report")  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", type=Path, default=ROOT / "examples/the-last-reel.fountain")
    parser.add_argument("--loudness", default="web")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    source = arguments.script.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        for what, text in (("clean", source), ("one line changed", one_line_changed(source))):
            print(f"{what}: {build(arguments, text, Path(folder))}")


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


def build(arguments: argparse.Namespace, source: bytes, folder: Path) -> str:
    """Return a line about building the sound into a folder's store."""
    store = Store(folder)
    engine = LocalEngine(store, arguments.jobs)
    graph = Build(store, engine)
    settings = FilmSettings(arguments.script.name, loudness=arguments.loudness)
    before, started = _processor_s(), time.perf_counter()
    try:
        sound = asyncio.run(hear_film(graph, source, settings))
        clock_s, processor_s = time.perf_counter() - started, _processor_s() - before
    finally:
        engine.close(kill=False)
    steps: Counter[str] = Counter()
    for made in graph.made:
        if made.was_made and made.step in SOUND:
            steps[made.step] += made.seconds
    said = json.loads(graph.read(sound.files["sound.json"]))
    running_s = settings.rate.seconds(said["scenes"][-1]["end_frame"])
    other = measure(store.blob(sound.mix).path)
    total_s = sum(steps.values())
    each = ", ".join(f"{name} {seconds:.1f}" for name, seconds in steps.most_common())
    speech = said["speech"]
    return (
        f"{running_s:.0f} s of film; {clock_s:.1f} s by the clock "
        f"({running_s / clock_s:.1f}× as fast as it plays), {processor_s:.1f} processor seconds; "
        f"steps of sound {total_s:.1f} s ({each}); "
        f"{other.integrated_lufs} LUFS, {other.true_peak_dbtp} dBTP; "
        f"unclear seconds {len(speech['unclear'])} of {speech['seconds']}"
    )


def _processor_s() -> float:
    """Return the processor seconds of this process and of all that work for it now."""
    own = psutil.Process()
    used = [each.cpu_times() for each in (own, *own.children(recursive=True))]
    return sum(each.user + each.system for each in used)


if __name__ == "__main__":
    main()
