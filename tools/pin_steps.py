"""Counts a step's version up where its source changed, and pins the new source.

Run after a change that is meant to change what a step gives: `make pin`. The versions stand in
`src/mstation/steps.py`, the pins in `tests/step_sources.json`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from mstation.graph.sources import source_digest
from mstation.steps import STEPS

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "tests" / "step_sources.json"
PAGE = ROOT / "src" / "mstation" / "steps.py"


def main() -> None:
    """Bring versions and pins up to date, and say which changed."""
    pins = json.loads(PINS.read_text()) if PINS.exists() else {}
    page = PAGE.read_text(encoding="utf-8")
    for step in STEPS:
        digest, version = source_digest(step), step.version
        pinned = pins.get(step.name)
        if pinned and pinned["source"] != digest and pinned["version"] == version:
            version += 1
            pattern = rf'(Step\(\s*"{re.escape(step.name)}",\s*){step.version}\b'
            page, count = re.subn(pattern, rf"\g<1>{version}", page)
            assert count == 1, f"cannot find the version of step `{step.name}`"
            print(f"{step.name}: version {step.version} is now {version}")
        pins[step.name] = {"version": version, "source": digest}
    names = {step.name for step in STEPS}
    kept = {name: pin for name, pin in sorted(pins.items()) if name in names}
    PINS.write_text(json.dumps(kept, indent=1) + "\n")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
