from pathlib import Path

import pytest

from tests.check.exported import Written, write


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written]:
    """A small film's folder, and what was written into it; tests copy it before they change it."""
    folder = tmp_path_factory.mktemp("exported") / "film"
    return folder, write(folder)
