from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.film.making import CHINESE, ENGLISH, make


@pytest.fixture(scope="session")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scripts") / "two-scenes.fountain"
    path.write_text(ENGLISH, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def film(script: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished film that tests read and never write, made by two processes."""
    out = tmp_path_factory.mktemp("film")
    make(script, out, jobs=2)
    return out


@pytest.fixture(scope="session")
def chinese_film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("chinese")
    path = folder / "两场戏.txt"
    path.write_bytes(CHINESE.encode("gb18030"))
    make(path, folder / "out")
    return folder / "out"
