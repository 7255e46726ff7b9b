from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from mstation import assets as module
from mstation.assets import Asset, AssetFile, assets, folder
from mstation.errors import InvalidInput
from mstation.graph.keys import digest_of, digest_of_file
from mstation.steps import STEPS

ASSETS = assets()
TTF = b"\x00\x01\x00\x00 a font"


def test_the_table_says_all_of_each_asset() -> None:
    assert {asset.kind for asset in ASSETS} == {"font", "soundfont"}
    for asset in ASSETS:
        assert all((asset.name, asset.licence, asset.commerce in ("yes", "no")))
        name, _, version = asset.package.rpartition("@")
        assert name
        assert version[0].isdigit(), f"{asset.package} is not pinned to a version"
        assert asset.files
        for path, file in asset.files.items():
            assert not Path(path).is_absolute()
            assert ".." not in Path(path).parts
            assert file.member.startswith("package/")
            assert len(bytes.fromhex(file.sha256)) == 32


def test_no_file_is_listed_twice() -> None:
    paths = [path for asset in ASSETS for path in asset.files]
    assert len(paths) == len(set(paths))
    partials = [Path(path).with_suffix("") for path in paths]
    assert len(partials) == len(set(partials)), "two files would share a partial name"


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.name)
def test_each_asset_comes_with_its_licence(asset: Asset) -> None:
    assert any("license" in path.lower() for path in asset.files)


def test_every_shared_file_that_a_step_reads_is_listed() -> None:
    listed = {f"share/mstation/{path}" for asset in ASSETS for path in asset.files}
    read = {name for step in STEPS for name in step.data if name.startswith("share/")}
    assert read
    assert read <= listed


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.name)
def test_installed_files_are_those_listed(asset: Asset) -> None:
    for path, file in asset.files.items():
        assert digest_of_file(folder() / path) == file.sha256, f"{path}: run `make setup`"
    assert asset.is_present


def _package(tmp_path: Path, member: str, data: bytes) -> tarfile.TarFile:
    packed = tmp_path / "package.tgz"
    with tarfile.open(packed, "w:gz") as package:
        info = tarfile.TarInfo(member)
        info.size = len(data)
        package.addfile(info, io.BytesIO(data))
    return tarfile.open(packed)


def test_the_listed_file_is_installed(tmp_path: Path) -> None:
    file = AssetFile("package/a.ttf", digest_of(TTF))
    target = tmp_path / "share" / "fonts" / "A.ttf"
    with _package(tmp_path, "package/a.ttf", TTF) as package:
        module._extract(package, file, target)
    assert target.read_bytes() == TTF
    assert [path.name for path in target.parent.iterdir()] == ["A.ttf"]


@pytest.mark.parametrize(
    ("member", "data"),
    [("package/a.ttf", TTF + b"!"), ("package/other.ttf", TTF), ("package/a.ttf", b"")],
    ids=["changed", "missing", "empty"],
)
def test_any_other_file_is_refused_and_the_earlier_one_stays(
    tmp_path: Path, member: str, data: bytes
) -> None:
    target = tmp_path / "share" / "A.ttf"
    target.parent.mkdir()
    target.write_bytes(b"earlier")
    file = AssetFile("package/a.ttf", digest_of(TTF))
    with (
        _package(tmp_path, member, data) as package,
        pytest.raises(InvalidInput, match=r"A\.ttf is not the file that assets\.toml lists"),
    ):
        module._extract(package, file, target)
    assert target.read_bytes() == b"earlier"
    assert [path.name for path in target.parent.iterdir()] == ["A.ttf"]


def test_an_asset_is_there_when_every_file_is_as_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"a.ttf": AssetFile("package/a.ttf", digest_of(TTF))}
    asset = Asset("font", "A", "a@1", "OFL-1.1", "yes", ("film",), files)
    for name, data in (("none", None), ("another", b"an older font"), ("listed", TTF)):
        place = tmp_path / name
        place.mkdir()
        if data is not None:
            (place / "a.ttf").write_bytes(data)
        monkeypatch.setattr(module, "folder", lambda place=place: place)
        assert asset.is_present == (name == "listed")
