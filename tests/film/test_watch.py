"""A film that is made again whenever its screenplay changes."""

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.film.making import MSTATION

LAMP = """INT. ROOM - DAY

MARA (34) sits.

MARA
Light the lamp.
"""
_PATIENCE_S = 240


def until(there: Callable[[], Any]) -> Any:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        if found := there():
            return found
        time.sleep(0.2)
    raise AssertionError("it never came")


def test_a_changed_line_is_made_and_a_broken_file_is_told_and_mended(tmp_path: Path) -> None:
    script, out, told = tmp_path / "lamp.fountain", tmp_path / "film", tmp_path / "told"
    script.write_text(LAMP)
    command = [str(MSTATION), "make", str(script), "--out", str(out), "--watch", "--quiet",
               "--size", "192x108", "--fps", "8", "--jobs", "1"]  # fmt: skip
    with told.open("wb") as errors:
        # a test run in the background passes on that it ignores interrupts
        watching = subprocess.Popen(command, stderr=errors, preexec_fn=_hears_interrupts)
    try:

        def texts() -> str:
            path = out / "subtitles.srt"
            return path.read_text() if (out / "report.json").exists() else ""

        until(lambda: "Light the lamp" in texts())
        script.write_text(LAMP.replace("lamp.", "fire."))
        until(lambda: "Light the fire" in texts())
        report = until(lambda: _report(out, "fire"))
        assert any(step["state"] == "reused" for step in report["steps"])
        (tmp_path / "film.toml").write_text("[broken")
        until(lambda: "film.toml" in told.read_text())
        assert "Light the fire" in texts()
        (tmp_path / "film.toml").write_text("")
        script.write_text(LAMP.replace("lamp.", "stove."))
        until(lambda: "Light the stove" in texts())
        assert watching.poll() is None
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 0
    finally:
        watching.kill()
        watching.wait()


def _hears_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _report(out: Path, word: str) -> dict[str, Any] | None:
    """Return the report, once it tells of the film that says a word."""
    report: dict[str, Any] = json.loads((out / "report.json").read_bytes())
    spoken = json.dumps(report["lines"])
    return report if word in spoken or report["totals"]["reused"] else None
