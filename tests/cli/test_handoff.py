"""What `--final` and `mstation export` refuse, and what they say of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from mstation.cli.export import export_and_tell
from mstation.cli.final import read_final
from mstation.engines.local import LocalEngine
from mstation.errors import InvalidInput, NotFound, Unsupported
from mstation.graph.build import Build
from mstation.graph.store import Store
from mstation.handoff import Finals, FinalWish, make_finals
from mstation.previs.blender.finding import NAMED_BY

TAKES = [("001-001", "layout", "take"), ("001-002", "layout", "other")]


@pytest.fixture
def blender(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Blender that is there, and is not run."""
    program = tmp_path / "blender"
    program.touch()
    monkeypatch.setenv(NAMED_BY, str(program))


@pytest.mark.usefixtures("blender")
def test_a_wish_is_read_as_it_is_written() -> None:
    assert read_final("", "", "first", 64) == FinalWish()
    wish = read_final("cycles", "001-002, 001-003，002-001、002-002", "all", 8)
    assert wish == FinalWish("cycles", ("001-002", "001-003", "002-001", "002-002"), "all", 8)


@pytest.mark.usefixtures("blender")
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("eevee", "", "first", 64), "--final"),
        (("cycles", "", "second", 64), "--frames"),
        (("cycles", "", "first", 0), "--samples"),
    ],
)
def test_a_wish_that_cannot_be_meant_is_refused(
    words: tuple[str, str, str, int], named: str
) -> None:
    with pytest.raises(InvalidInput, match=named) as raised:
        read_final(*words)
    assert named in raised.value.told("zh")
    assert raised.value.told("zh") != str(raised.value)


def test_without_blender_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAMED_BY, str(tmp_path / "none"))
    with pytest.raises(NotFound, match="none"):
        read_final("cycles", "", "first", 64)


def test_a_shot_that_the_film_does_not_have_is_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    engine = LocalEngine(store, 1)
    build = Build(store, engine)
    try:
        wish = FinalWish("cycles", ("001-009",))
        with pytest.raises(InvalidInput, match="001-009") as raised:
            asyncio.run(make_finals(build, wish, {}, TAKES))
        assert "001-001" in raised.value.told("zh")
        assert asyncio.run(make_finals(build, FinalWish(), {}, TAKES)) == Finals({}, [])
        assert build.made == []
    finally:
        engine.close(kill=True)


def test_only_a_blend_is_exported(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match=r"\.blend") as raised:
        export_and_tell(tmp_path, tmp_path / "film.fbx", scene="", quiet=True)
    assert "Blender" in raised.value.told("zh") or ".blend" in raised.value.told("zh")


def test_a_folder_without_a_film_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"film\.usda") as raised:
        export_and_tell(tmp_path, tmp_path / "film.blend", scene="", quiet=True)
    assert "film.usda" in raised.value.told("zh")
    assert not (tmp_path / "film.blend").exists()


@pytest.mark.usefixtures("blender")
def test_a_scene_that_the_film_does_not_have_is_named(lamp_film: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="--scene") as raised:
        export_and_tell(lamp_film, tmp_path / "film.blend", scene="009", quiet=True)
    assert "001" in raised.value.told("zh")
