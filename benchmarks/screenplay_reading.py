"""Prints how well and how fast Fountain is read, here and by others, and what a feature costs.

    .venv/bin/python benchmarks/screenplay_reading.py            # a table
    .venv/bin/python benchmarks/screenplay_reading.py --verbose  # with every failed feature

The peers come from PyPI and npm at pinned versions, into `.bench/`. Every reader runs in a process
of its own and gets the same text; the runs take turns, so that the machine's noise hits all of
them. Scripts are generated, the same every time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import psutil

from mstation.breakdown import break_down
from mstation.screenplay import read
from peers.conformance import failures, load_probes
from peers.feature import feature
from peers.install import install
from peers.seat import NoAnswer, Seat

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / ".bench"
OURS = "mstation"
FASTEST = "fountain-parser"
CONFORMANT = 40  # probes that a peer must pass to be raced
SIZES = {"150 kB": 150_000, "1.5 MB": 1_500_000}
LIMIT_S = 60.0
WARM_UP_S = 1.0  # compilers at run time have then seen the code
FEATURES: dict[Literal["en", "zh"], int] = {"en": 117_000, "zh": 212_000}  # bytes of 120 pages


@dataclass(frozen=True)
class Pace:
    """How fast a reader is on one script, and how fast ours is in the runs beside it."""

    mb_per_s: float
    ours_mb_per_s: float

    @property
    def ratio(self) -> float:
        """Return how many times as fast ours is."""
        return self.ours_mb_per_s / self.mb_per_s


@dataclass(frozen=True)
class Reading:
    """One reader as measured."""

    name: str
    version: str
    failed: dict[str, str]
    paces: dict[str, Pace | None]  # by size; None where it gave no answer


@dataclass(frozen=True)
class Whole:
    """A whole feature, read and broken down."""

    language: str
    pages: float
    read_s: float
    break_down_s: float
    first_s: float  # both, the first time

    @property
    def total_s(self) -> float:
        """Return what the best run took in all."""
        return self.read_s + self.break_down_s


def main() -> None:
    """Measure and print a table, or JSON with --json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--verbose", action="store_true", help="list the features that fail")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    wholes = [whole(language, size, arguments.rounds) for language, size in FEATURES.items()]
    seats = take_seats()
    try:
        readings = measure(seats, arguments.rounds)
    finally:
        for seat in seats:
            seat.leave()
    if arguments.json:
        told = {"machine": machine(), "readers": readings, "features": wholes}
        print(json.dumps(told, default=asdict, ensure_ascii=False, indent=1))
        return
    print(machine())
    print_readings(readings, verbose=arguments.verbose)
    print_ratios(readings)
    print_wholes(wholes)


def take_seats() -> list[Seat]:
    """Return a seat for every reader, ours first."""
    here = Path(__file__).parent / "peers" / "answer.py"
    ours = Seat(OURS, version("mstation"), [sys.executable, str(here), OURS])
    peers = install(BENCH)
    return [ours, *(Seat(name, number, command) for name, (number, command) in peers.items())]


def measure(seats: list[Seat], rounds: int) -> list[Reading]:
    """Return what every reader passes and how fast it is."""
    probes = load_probes()
    failed = {seat.name: failures(seat, probes) for seat in seats}
    paces: dict[str, dict[str, Pace | None]] = {seat.name: {} for seat in seats}
    ours, *peers = seats
    with tempfile.TemporaryDirectory() as folder:
        for label, size in SIZES.items():
            path = Path(folder) / "feature.fountain"
            path.write_bytes(feature("en", size))
            seconds_of(ours, path, warm_up=True)
            for peer in peers:
                paces[peer.name][label] = pace(ours, peer, path, rounds)
            best = max(found[label].ours_mb_per_s for found in paces.values() if found.get(label))
            paces[OURS][label] = Pace(best, best)
    return [Reading(s.name, s.version, failed[s.name], paces[s.name]) for s in seats]


def pace(ours: Seat, peer: Seat, path: Path, rounds: int) -> Pace | None:
    """Return the best of some rounds of both, which take turns."""
    size_mb = path.stat().st_size / 1e6
    try:
        seconds_of(peer, path, warm_up=True)
        turns = [(seconds_of(ours, path), seconds_of(peer, path)) for _ in range(rounds)]
    except NoAnswer:
        return None
    ours_best, peer_best = (min(column) for column in zip(*turns, strict=True))
    return Pace(size_mb / peer_best, size_mb / ours_best)


def seconds_of(seat: Seat, path: Path, *, warm_up: bool = False) -> float:
    """Return the seconds of one reading; to warm up is to read for a while before."""
    spent = 0.0
    while True:
        seconds: float = seat.ask({"do": "time", "path": str(path)}, limit_s=LIMIT_S)["seconds"]
        spent += seconds
        if not warm_up or spent > WARM_UP_S:
            return seconds


def whole(language: Literal["en", "zh"], size: int, rounds: int) -> Whole:
    """Return what it costs to read a whole feature and to break it down."""
    data = feature(language, size)
    times = []
    eighths = 0
    for _ in range(max(3, rounds)):
        started = time.perf_counter()
        script = read(data, path="feature")
        done = time.perf_counter()
        eighths = break_down(script).eighths
        times.append((done - started, time.perf_counter() - done))
    reading_s, breaking_s = min(times, key=sum)
    return Whole(language, eighths / 8, reading_s, breaking_s, sum(times[0]))


def print_readings(readings: list[Reading], *, verbose: bool) -> None:
    """Print a line a reader."""
    total = len(load_probes())
    print(f"\n  {'reader':<26}{'probes':>8}" + "".join(f"{label:>20}" for label in SIZES))
    for reading in readings:
        cells = "".join(cell(reading.paces[label]) for label in SIZES)
        named = f"{reading.name} {reading.version}"
        print(f"  {named:<26}{total - len(reading.failed):>5}/{total}{cells}")
        if verbose:
            for name, made in reading.failed.items():
                print(f"      {name}\n          {made[:300]}")
    print("  (MB/s, best of the rounds; in brackets ours, in the runs beside theirs, over theirs)")


def cell(found: Pace | None) -> str:
    """Return a speed, and how many times as fast ours is."""
    return f"{found.mb_per_s:>12.2f} ({found.ratio:>5.2f})" if found else f"{'no answer':>20}"


def print_ratios(readings: list[Reading]) -> None:
    """Print what must be reached, and the gap to the fastest of all."""
    ours, *peers = readings
    total = len(load_probes())
    print()
    print_row("probes passed", f"{total - len(ours.failed)} of {total}", f"{total} of {total}")
    for label in SIZES:
        paced = {peer.name: found for peer in peers if (found := peer.paces[label]) is not None}
        raced = [
            (found.ratio, peer.name)
            for peer in peers
            if total - len(peer.failed) >= CONFORMANT and (found := paced.get(peer.name))
        ]
        if raced:
            ratio, name = min(raced)
            what = f"{label}: ours / {name}, the fastest that passes {CONFORMANT}"
            print_row(what, f"{ratio:.2f}", "≥ 2")
        if FASTEST in paced:
            print_row(f"{label}: ours / {FASTEST}", f"{paced[FASTEST].ratio:.2f}", "")


def print_wholes(wholes: list[Whole]) -> None:
    """Print what a whole feature costs."""
    for found in wholes:
        what = f"feature of {found.pages:.0f} pages ({found.language}), read and broken down, s"
        print_row(what, f"{found.total_s:.3f}", "< 0.5")
        print_row("  read", f"{found.read_s:.3f}", "")
        print_row("  broken down", f"{found.break_down_s:.3f}", "")
        print_row("  the first time, both", f"{found.first_s:.3f}", "")


def print_row(name: str, value: str, bar: str) -> None:
    """Print what was measured, and what it must reach."""
    print(f"  {name:<62} {value:>10}   {bar}")


def machine() -> str:
    """Return what the numbers were measured on."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        models = [line for line in lines if line.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    memory = psutil.virtual_memory().total / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
