"""What is seen of an asset before a licence: made of real files, each kind its own, each marked."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mstation.errors import InvalidInput
from mstation.media import probe
from mstation.media.sniff import media_type_of
from mstation.previs.gltf_file import GltfFile
from mstation.previs.gltf_mesh import add_materials, add_mesh
from mstation.previs.primitives import box
from mstation.station.change import STATION, find
from mstation.station.exchange.assets import Asset, AssetKind, AssetVersion, add_asset
from mstation.station.exchange.preparing import RenditionKind, bring_version, rendition_of
from mstation.station.parties import Party
from mstation.station.station import Station
from mstation.work.assets import prepare
from mstation.work.kinds import AssetPrepare
from tests.media.making import write_exr, write_movie
from tests.station.market import Market
from tests.work.desks import desk_of


def prepared(
    station: Station, market: Market, kind: AssetKind, path: Path, *, of: Party | None = None
) -> tuple[Asset, AssetVersion]:
    """Bring a file as an asset of its own, and do the job that is asked for."""
    data = path.read_bytes()
    with station.change(STATION) as change:
        asset = add_asset(change, of or market.seller, kind=kind, title=path.name)
        version = bring_version(
            change, asset, station.blobs.put(data), name=path.name, media_type=media_type_of(data)
        )
    prepare(AssetPrepare(version.id), desk_of(station))
    with station.reading() as connection:
        asset = find(connection, Asset, asset.id)
        return asset, find(connection, AssetVersion, version.id)


def preview(station: Station, version: AssetVersion, kind: RenditionKind, to: Path) -> Path:
    """Write a preview to a file."""
    with station.reading() as connection:
        found = rendition_of(connection, version.id, kind)
    with station.blobs.file(found.digest) as path:
        to.write_bytes(path.read_bytes())
    assert media_type_of(to.read_bytes()[:4096]) == found.media_type.replace(
        "audio/mp4", "video/mp4"
    )
    return to


def pixels(path: Path) -> np.typing.NDArray[np.float64]:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), np.float64)


@pytest.mark.parametrize("shade", [4, 128, 250])
def test_a_picture_is_marked_all_over_on_dark_and_on_light(
    station: Station, market: Market, tmp_path: Path, shade: int
) -> None:
    Image.new("RGB", (900, 600), (shade,) * 3).save(tmp_path / "a.png")
    asset, version = prepared(station, market, AssetKind.IMAGE, tmp_path / "a.png")
    assert asset.version_id == version.id
    assert (version.media["width"], version.media["height"]) == (900, 600)
    for kind, size in ((RenditionKind.WATERMARKED, 150), (RenditionKind.THUMBNAIL, 80)):
        seen = pixels(preview(station, version, kind, tmp_path / "p.jpg"))
        for top in range(0, seen.shape[0] - size, size):  # no part of it is without
            for left in range(0, seen.shape[1] - size, size):
                part = seen[top : top + size, left : left + size]
                assert np.abs(part - shade).max() > 40, (kind, top, left)
        assert np.abs(np.median(seen) - shade) < 12  # and it is seen through


def test_a_movie_is_seen_small_and_marked_frame_for_frame(
    station: Station, market: Market, tmp_path: Path
) -> None:
    path = write_movie(tmp_path / "a.mov", frames=10, has_sound=True, size=(1280, 720))
    _, version = prepared(station, market, AssetKind.VIDEO, path)
    assert (version.media["rate"], version.media["frames"]) == ("24", 10)
    shown = probe(preview(station, version, RenditionKind.PROXY, tmp_path / "p.mp4"))
    assert (shown.frames, shown.pictures[0].width) == (10, 960)
    assert len(shown.sounds) == 1
    poster = pixels(preview(station, version, RenditionKind.WATERMARKED, tmp_path / "p.jpg"))
    columns = poster[:, 10:140].mean(2)  # one bar of the picture: of one shade but for the mark
    assert columns.max() - columns.min() > 40


def test_a_sound_is_heard_for_a_minute_with_tones_over_it_and_seen_whole(
    station: Station, market: Market, tmp_path: Path
) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        sound = np.zeros(8000 * 70, "<i2")
        sound[-8000:] = np.resize([16000, -16000], 8000)
        file.writeframes(sound.tobytes())
    _, version = prepared(station, market, AssetKind.AUDIO, tmp_path / "a.wav")
    assert version.media["duration_s"] == 70.0
    heard = probe(preview(station, version, RenditionKind.WATERMARKED, tmp_path / "p.mp4"))
    assert not heard.pictures
    assert heard.sounds[0].samples == pytest.approx(60 * 48000, abs=2048)
    seen = pixels(preview(station, version, RenditionKind.WAVEFORM, tmp_path / "w.png"))
    quiet, loud = seen[100, :1000].mean(0), seen[100, -10:].mean(0)
    assert loud[2] > quiet[2] + 100


def test_an_exr_is_seen_by_the_aces_view(station: Station, market: Market, tmp_path: Path) -> None:
    bright = np.full((64, 96, 3), 16.0, np.float32)
    path = write_exr(tmp_path / "a.exr", bright)
    _, version = prepared(station, market, AssetKind.IMAGE, path)
    seen = pixels(preview(station, version, RenditionKind.WATERMARKED, tmp_path / "p.jpg"))
    assert np.median(seen) > 200


def test_a_script_shows_its_first_page(station: Station, market: Market, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("INT. STATION - NIGHT\n\n内景 火车站 夜\n" * 30, encoding="utf-8")
    _, version = prepared(station, market, AssetKind.SCRIPT, path)
    seen = pixels(preview(station, version, RenditionKind.WATERMARKED, tmp_path / "p.jpg"))
    assert seen.shape == (1100, 850, 3)
    assert seen.min() < 80


def test_a_long_line_is_read_to_its_end(station: Station, market: Market, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("夜晚的放映室里只有胶片转动的声音。" * 20, encoding="utf-8")
    _, version = prepared(station, market, AssetKind.SCRIPT, path)
    seen = pixels(preview(station, version, RenditionKind.WATERMARKED, tmp_path / "p.jpg"))
    written = (seen < 60).all(2)
    rows = np.flatnonzero(written.any(1))
    assert np.count_nonzero(np.diff(rows) > 1) >= 6  # several lines
    assert not written[:, -60:].any()  # and none in the margin


def test_a_model_turns_once_and_stands_for_a_picture(
    station: Station, market: Market, tmp_path: Path
) -> None:
    file = GltfFile()
    add_materials(file)
    mesh = add_mesh(file, "box", box((0, 0, 0), (1, 1, 1), (0.8, 0.1, 0.1)))
    node = file.add("nodes", mesh=mesh)
    file.add("scenes", nodes=[node])
    (tmp_path / "a.glb").write_bytes(file.glb(scene=0))
    _, version = prepared(station, market, AssetKind.MODEL, tmp_path / "a.glb")
    assert version.media["triangles"] == 12
    shown = probe(preview(station, version, RenditionKind.TURNTABLE, tmp_path / "t.mp4"))
    assert (shown.frames, str(shown.rate)) == (72, "24")
    seen = pixels(preview(station, version, RenditionKind.WATERMARKED, tmp_path / "p.jpg"))
    red = seen[..., 0] - seen[..., 1:].max(2)
    assert 0.05 < (red > 60).mean() < 0.6  # the box, in the middle of an empty room
    rows, columns = np.nonzero(red > 60)
    assert abs(rows.mean() / seen.shape[0] - 0.5) < 0.08
    assert abs(columns.mean() / seen.shape[1] - 0.5) < 0.08


def test_what_cannot_be_shown_says_why_and_is_never_offered(
    station: Station, market: Market, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    with pytest.raises(InvalidInput, match="no pictures"):
        prepared(station, market, AssetKind.IMAGE, path)
    with station.reading() as connection:
        assert find_assets(connection) == [None]


def find_assets(connection: object) -> list[str | None]:
    from mstation.station.change import find_where

    return [each.version_id for each in find_where(connection, Asset)]  # type: ignore[arg-type]
