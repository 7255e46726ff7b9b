from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from mstation.stage.performance import Garment, HairStyle, Shape
from tests.previs.bodies import a_body
from tests.previs.golden_images import assert_golden
from tests.previs.posing import SIT, Standing, photograph

SIZE = (320, 180)
TOPS = ((0.48, 0.05, 0.03), (0.02, 0.06, 0.13), (0.74, 0.39, 0.03), (0.03, 0.15, 0.09))


def somebody(index: int, **changes: object) -> Standing:
    is_woman = changes.get("garment") in ("dress", "skirt") or index % 2 == 1
    body = a_body(
        character_id=f"ch-{index}",
        sex="female" if is_woman else "male",
        stature_m=1.66 if is_woman else 1.78,
        top=TOPS[index % 4],
    )

    return Standing(replace(body, **changes), at=(0.62 * index, 0.0), yaw_deg=160.0)


def test_golden_garments(tmp_path: Path) -> None:
    people = [somebody(i, garment=worn) for i, worn in enumerate(get_args(Garment))]
    assert_golden(
        "people-garments", photograph(people, (1.86, 1.1, 6), (1.86, 0.9, 0), 30, SIZE), tmp_path
    )


def test_golden_garments_seated(tmp_path: Path) -> None:

    people = [
        replace(somebody(i, garment=worn), pose=SIT, yaw_deg=140.0)
        for i, worn in enumerate(get_args(Garment))
    ]
    assert_golden(
        "people-seated", photograph(people, (1.86, 1.1, 6), (1.86, 0.75, 0), 30, SIZE), tmp_path
    )


def test_golden_hair(tmp_path: Path) -> None:

    people = [
        replace(somebody(i, hair_style=style, stature_m=1.7, age=60), at=(0.42 * i, 0.0))
        for i, style in enumerate(get_args(HairStyle))
    ]
    assert_golden(
        "people-hair", photograph(people, (1.68, 1.6, 4), (1.68, 1.5, 0), 25, SIZE), tmp_path
    )


def test_golden_ages(tmp_path: Path) -> None:
    grown = ((4, 1.03), (9, 1.33), (15, 1.62), (30, 1.72), (55, 1.7), (82, 1.64))
    people = [
        somebody(i, age=age, stature_m=stature, garment="shirt", hair_style="short")
        for i, (age, stature) in enumerate(grown)
    ]
    assert_golden(
        "people-ages", photograph(people, (1.55, 1.1, 6), (1.55, 0.9, 0), 34, SIZE), tmp_path
    )


@pytest.mark.parametrize("sex", ["female", "male"])
def test_golden_face(sex: str, tmp_path: Path) -> None:
    body = a_body(character_id="ch-face", sex=sex, age=32)
    shapes = {Shape.SMILE: 0.6, Shape.MOUTH_OPEN: 0.25}
    picture = photograph(
        [Standing(body, yaw_deg=160.0, shapes=shapes)], (0, 1.68, 1.2), (0, 1.64, 0), 60, SIZE
    )
    assert_golden(f"people-face-{sex}", picture, tmp_path)


def test_golden_mannequin(tmp_path: Path) -> None:
    people = [Standing(a_body(), yaw_deg=160.0, style="mannequin")]
    assert_golden(
        "people-mannequin", photograph(people, (0, 1.1, 4), (0, 0.9, 0), 26, SIZE), tmp_path
    )
