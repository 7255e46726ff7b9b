"""The worker that a server keeps: told where by its first line, stopped by the end of all lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from mstation.work.worker import work


def main() -> None:
    """Work until the server is gone."""
    lifeline = sys.stdin.buffer
    told = json.loads(lifeline.readline())
    work(
        Path(told["data"]),
        told["database"],
        told["hands"],
        store=told["store"],
        lifeline=lifeline,
    )


if __name__ == "__main__":
    main()
