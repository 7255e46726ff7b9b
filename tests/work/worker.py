"""A worker of its own process that does jobs of marks beside those of the station."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from mstation.work.kinds import KINDS
from mstation.work.worker import work
from tests.work.marks import MARKS

ROOT = Path(__file__).parents[2]


def start(database: str, folder: Path, *, hands: int, lease_s: float) -> subprocess.Popen[bytes]:
    """Start a worker that ends when its stdin closes."""
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.work.worker",
            str(folder),
            database,
            str(hands),
            str(lease_s),
        ],
        stdin=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places)},
    )


def main() -> None:
    """Work until stdin closes."""
    folder, database, hands, lease_s = sys.argv[1:]
    work(
        Path(folder), database, int(hands),
        kinds={**KINDS, **MARKS}, lease_s=float(lease_s), lifeline=sys.stdin.buffer,
    )  # fmt: skip


if __name__ == "__main__":
    main()
