import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples each time, so that a change is judged by what it changed. `make explore` draws
# new ones, and more of them.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

LAMP = "Title: A Lamp\n\nINT. KITCHEN - DAY\n\nMARA (34) sits.\n\nMARA\nNow.\n"


@pytest.fixture(scope="session")
def lamp_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest film there is, made by the command, quietly: one shot, a frame a second.

    The screenplay stands beside its folder as `lamp.fountain`.
    """
    folder = tmp_path_factory.mktemp("lamp")
    (folder / "lamp.fountain").write_text(LAMP, encoding="utf-8")
    mstation = Path(sys.executable).with_name("mstation")
    command = [str(mstation), "make", "lamp.fountain", "--out", "film", "--size", "64x64"]
    done = subprocess.run(
        [*command, "--fps", "1", "--quiet"],
        cwd=folder,
        env={**os.environ, "MSTATION_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder / "film"
