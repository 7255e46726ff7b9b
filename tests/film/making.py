"""Small films for the tests: two scripts, a command, and what it left."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

MSTATION = Path(sys.executable).with_name("mstation")
STORE = ".mstation"
FPS = 8  # a third of the pictures of 24: what a film is made of is the same, and so is its sound

ENGLISH = """Title: Two Scenes

FADE IN:

INT. KITCHEN - NIGHT

MARA (34) sits at the table. TOM (40s) enters.

MARA
You are late again.

TOM
(quietly)
The bridge was closed. I walked.

Mara picks up a LETTER. She reads the letter: "Come home."

MARA
Then sit down. It is getting cold.

EXT. STREET - DAY

Mara walks along the street.

MARA
Somebody has to say it.

FADE OUT.
"""

CHINESE = """标题：两场戏

1. 内景 厨房 夜
人物：小雨、老陈

△小雨（28岁）坐在桌边。老陈（60岁）走进来。

小雨：你又迟到了。
老陈（低声）：桥封了，我走回来的。

2. 外景 街道 日
人物：小雨

△小雨沿着街走。

小雨：总得有人说。
"""


def making(script: Path, out: Path) -> list[str]:
    """Return the command that builds a small film; what is added to it stands above it."""
    command = [str(MSTATION), "make", str(script), "--out", str(out)]
    return [*command, "--size", "192x108", "--fps", str(FPS)]


def make(script: Path, out: Path, *arguments: str, jobs: int = 1) -> dict[str, Any]:
    """Build a film and return its report; each process more would load every library again."""
    done = subprocess.run(
        [*making(script, out), "--jobs", str(jobs), "--json", *arguments],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    assert report == json.loads((out / "report.json").read_bytes())
    return report


def start(script: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a build and return its process."""
    return subprocess.Popen([*making(script, out), "--quiet"], env=os.environ)


def steps(report: dict[str, Any], state: str) -> set[str]:
    """Return the steps in a state, as `render 001-002`."""
    return {f"{s['step']} {s['label']}".strip() for s in report["steps"] if s["state"] == state}


def digests(out: Path) -> dict[str, str]:
    """Return the digest of every file of the film but the report, which holds seconds."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and STORE not in path.parts and path.name != "report.json"
    }
