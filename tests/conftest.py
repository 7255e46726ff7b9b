from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

# The same examples each time, so that a change is judged by what it changed. `make explore` draws
# new ones, and more of them.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

if TYPE_CHECKING:
    from tests.station.databases import Databases, NewDatabase

LAMP = "Title: A Lamp\n\nINT. KITCHEN - DAY\n\nMARA (34) sits.\n\nMARA\nNow.\n"


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """What makes empty databases, by their kind; a kind's server runs from its first to the end."""
    from tests.station.databases import new_databases  # who tests a stage needs no station

    made: dict[str, NewDatabase] = {}
    with ExitStack() as stack:

        def of_kind(kind: str) -> NewDatabase:
            if kind not in made:
                folder = tmp_path_factory.mktemp(kind)
                made[kind] = stack.enter_context(new_databases(kind, folder))
            return made[kind]

        yield of_kind


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
        [*command, "--fps", "1", "--jobs", "1", "--quiet"],
        cwd=folder,
        env={**os.environ, "MSTATION_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder / "film"
