"""A film's request is kept to be made again: by `mstation score`, from any folder."""

from dataclasses import fields
from pathlib import Path

from mstation.cli.make import FilmRequest


def test_every_file_that_was_named_is_found_again_from_another_folder() -> None:
    told = {
        each.name: Path(each.name) if "Path" in str(each.type) else "x"
        for each in fields(FilmRequest)
    }
    kept = FilmRequest(**told).lasting
    paths = {name for name, value in told.items() if isinstance(value, Path)}
    assert {"script", "film", "direction", "translation", "voices"} <= paths
    assert all(getattr(kept, name) == Path.cwd() / name for name in paths)
    assert kept.style == "x"
