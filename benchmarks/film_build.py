"""Prints what a film build costs: clean, unchanged, one line changed, one process and two.

    make bench                                   # or: .venv/bin/python benchmarks/film_build.py
    .venv/bin/python benchmarks/film_build.py --script examples/the-tea-on-platform-three.fountain

Everything is measured from outside, on whole `mstation make` commands: wall seconds, and the
peak memory of the process tree (sum of proportional set sizes where the system tells them).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
MSTATION = Path(sys.executable).with_name("mstation")
UNLIKE = {"report.json"}  # it holds seconds


@dataclass(frozen=True)
class Run:
    """One `mstation make` as measured."""

    seconds: float
    peak_mb: float
    report: dict

    @property
    def made(self) -> list[str]:
        """Return the steps that were made."""
        return [
            f"{s['step']} {s['label']}".strip()
            for s in self.report["steps"]
            if s["state"] == "made"
        ]


def main() -> None:
    """Measure and print a table, and the numbers as JSON with --json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--script", type=Path, default=ROOT / "examples/the-last-reel.fountain")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(arguments.script, arguments.size, Path(folder))
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return
    print(f"{machine()}\n{arguments.script.name}, {arguments.size}, 24 frames a second")
    for name, value, bar in rows:
        print(f"  {name:<58} {value:>12}   {bar}")


def measure(script: Path, size: str, folder: Path) -> list[tuple[str, str, str]]:
    """Return rows of (what, value, what it must reach)."""
    source = script.read_text(encoding="utf-8")
    clean = make(script, folder / "clean", size)
    running = clean.report["totals"]["running_s"]
    unchanged = make(script, folder / "clean", size)
    single = make(script, folder / "single", size, "--jobs", "1")
    shutil.copytree(folder / "clean", folder / "changed")
    changed_script, line = change_one_line(source, folder / script.name)
    before = digests(folder / "changed")
    changed = make(changed_script, folder / "changed", size)
    after = digests(folder / "changed")
    double = folder / script.name.replace(".", "-double.")
    double.write_text(source + "\n\n" + body_of(source), encoding="utf-8")
    longer = make(double, folder / "double", size)
    same = digests(folder / "clean") == digests(folder / "single")
    kept = [name for name in before if after.get(name) == before[name]]
    rendered = [name for name in changed.made if name.startswith("render ")]
    shots = clean.report["totals"]["shots"]
    return [
        ("running time of the film, s", f"{running:.1f}", ""),
        ("clean build, s", f"{clean.seconds:.1f}", ""),
        ("clean build / running time", f"{clean.seconds / running:.2f}", "≤ 1"),
        ("clean build, one process, s", f"{single.seconds:.1f}", ""),
        ("nothing changed: steps made", f"{len(unchanged.made)}", "0"),
        ("nothing changed, s", f"{unchanged.seconds:.2f}", "< 1.5"),
        (f"one line changed (line {line}): steps made", f"{len(changed.made)}", ""),
        ("  of them shots rendered, of all shots", f"{len(rendered)} of {shots}", ""),
        ("  files byte-identical, of all files", f"{len(kept)} of {len(before)}", ""),
        ("  s / clean s", f"{changed.seconds / clean.seconds:.3f}", "< 0.25"),
        ("--jobs 1 and all cores give identical files", str(same), "True"),
        ("peak memory of the process tree, MB", f"{clean.peak_mb:.0f}", "< 3000"),
        ("  the same for a film twice as long", f"{longer.peak_mb:.0f}", "about the same"),
    ]


def make(script: Path, out: Path, size: str, *more: str) -> Run:
    """Run one build and return what it took."""
    command = [
        str(MSTATION),
        "make",
        str(script),
        "--out",
        str(out),
        "--size",
        size,
        "--quiet",
        *more,
    ]
    started = time.perf_counter()
    process = subprocess.Popen(command)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, tree_mb(process.pid))
        time.sleep(0.05 if peak == 0 else 0.2)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(process.returncode)
    return Run(seconds, peak, json.loads((out / "report.json").read_bytes()))


def tree_mb(pid: int) -> float:
    """Return the memory of a process and all its children now."""
    total = 0
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for process in family:
        try:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
        except psutil.Error:
            continue
    return total / 1e6


def digests(out: Path) -> dict[str, str]:
    """Return the digest of every file that a build wrote, but the report."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".mstation" not in path.parts and path.name not in UNLIKE
    }


def change_one_line(source: str, target: Path) -> tuple[Path, int]:
    """Write the script with some words added to a speech in the middle of it."""
    lines = source.splitlines()
    chinese = any("\u4e00" <= ch <= "\u9fff" for ch in source)
    speeches = [i for i, line in enumerate(lines) if is_speech(lines, i, chinese=chinese)]
    index = speeches[len(speeches) // 2]
    lines[index] += "真的是这样。" if chinese else " And that is the truth."
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target, index + 1


def is_speech(lines: list[str], index: int, *, chinese: bool) -> bool:
    """Return whether a line of the examples is spoken."""
    line = lines[index]
    if chinese:
        name, colon, _ = line.partition("：")
        return bool(colon) and 0 < len(name) < 12 and not line.startswith("△") and index > 6
    return index > 0 and lines[index - 1].isupper() and bool(line) and not line.startswith("(")


def body_of(source: str) -> str:
    """Return a script without its title page."""
    return source.partition("\n\n")[2]


def machine() -> str:
    """Return what the numbers were measured on."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [
            line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        name = models[0].partition(":")[2].strip() if models else name
    memory = psutil.virtual_memory().total / 2**30
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
