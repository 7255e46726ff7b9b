from pathlib import Path

import pytest

from mstation import document
from mstation.breakdown.scene import SCENE_SCHEMA
from mstation.graph.step import Blob, Inputs
from mstation.making import sheets
from mstation.making.cast import CAST_SCHEMA
from mstation.making.cut import SCHEMA
from mstation.screenplay import script as scripts
from mstation.screenplay.script import Language
from mstation.shots import shot as shots
from mstation.stage import layout as layouts
from tests.sheets.film import film, grey_segment


def blob(folder: Path, name: str, data: bytes) -> Blob:
    path = folder / name.replace("/", "-")
    path.write_bytes(data)
    return Blob("", path)


def inputs(folder: Path, params: dict[str, object], data: dict[str, bytes]) -> Inputs:
    blobs = {name: blob(folder, name, each) for name, each in data.items()}
    return Inputs(params, blobs, folder, lambda _: None)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_steps_make_every_sheet_of_a_film(language: Language, tmp_path: Path) -> None:
    made = film(language)
    whole = {
        "shots": document.write(made.shots, SCHEMA),
        "cast": document.write(made.cast, CAST_SCHEMA),
        **{
            f"scene/{index:04d}": document.write(scene, SCENE_SCHEMA)
            for index, scene in enumerate(made.reel.scenes)
        },
    }
    cameras = {}
    for index, each in enumerate(made.shootings):
        scene = {
            "scene": document.write(each.scene, SCENE_SCHEMA),
            "layout": document.write(each.layout, layouts.SCHEMA),
            "shots": document.write(each.listed, shots.SCHEMA),
            **{
                f"take/{shot.id}": shots.write_take(take)
                for shot, take in zip(each.listed.shots, each.takes, strict=True)
            },
        }
        drawn = sheets.techvis(inputs(tmp_path, {"rate": "24"}, scene))
        labels = {shot.label for shot in each.listed.shots}
        assert set(drawn) == {"sheets", "cameras", *(f"svg/{label}" for label in labels)}
        cameras[f"cameras/{index:04d}"] = drawn["cameras"]
    listed = sheets.shot_lists(inputs(tmp_path, {}, {**whole, **cameras}))  # type: ignore[dict-item]
    assert listed["table"].count(b"\r\n") == len(made.reel.clips) + 1  # type: ignore[union-attr]
    assert set(listed) == {"table", "workbook", "printed"}
    script = {"script": document.write(made.script, scripts.SCHEMA)}
    assert sheets.lined(inputs(tmp_path, {}, {**whole, **script}))["lined"][:5] == b"%PDF-"  # type: ignore[index]
    board = sheets.storyboard(inputs(tmp_path, {"paper": "letter"}, whole))["board"]
    assert board[:5] == b"%PDF-"  # type: ignore[index]


def test_a_picture_is_clear_of_the_fades_and_a_move_has_two(tmp_path: Path) -> None:
    path = grey_segment(tmp_path / "segment.mp4", 24)
    params = {"fade_in_frames": 0, "fade_out_frames": 0, "moves": False}

    def pictures(**changes: object) -> dict[str, object]:
        given = Inputs({**params, **changes}, {"segment": Blob("", path)}, tmp_path, lambda _: None)
        return dict(sheets.frame(given))

    still, faded = pictures(), pictures(fade_in_frames=12)
    assert set(still) == {"first"}
    assert still["first"] != faded["first"]
    moved = pictures(moves=True)
    assert moved["first"] == still["first"]
    assert moved["end"] != moved["first"]
    assert pictures(moves=True, fade_out_frames=11)["end"] == faded["first"]
    assert pictures(fade_in_frames=99)["first"] == moved["end"]
