from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown.scene import Character
from mstation.stage.bodies import contrast, dress
from mstation.stage.performance import JOINTS, PARENTS
from mstation.stage.skeleton import head_height, rest_offsets
from tests.stage.staged import KID, LIN, MARA, TOM, ZHOU


def test_a_cast_is_dressed_the_same_every_time():
    assert dress((MARA, TOM, KID)) == dress((MARA, TOM, KID))


def test_bodies_come_in_the_order_of_the_cast():
    assert [body.name for body in dress((KID, TOM, MARA))] == ["PIP", "TOM", "MARA"]


@pytest.mark.parametrize(("people", "least"), [(3, 0.25), (5, 0.15), (8, 0.08)])
def test_tops_are_told_apart_by_every_eye(people, least):
    cast = tuple(replace(MARA, id=f"ch-{n}", name=f"P{n}", words=99 - n) for n in range(people))
    tops = [body.top for body in dress(cast)]
    assert min(contrast(a, b) for i, a in enumerate(tops) for b in tops[:i]) > least


def test_a_described_coat_is_worn():
    lena = Character("ch-l", "LENA", sex="female", age=12, description="in a yellow raincoat")
    body = dress((lena,))[0]
    assert body.garment == "coat"
    assert body.top[0] > 0.5 > body.top[2]


def test_chinese_words_dress_as_english_ones_do():
    en = Character("ch-a", "LEE", description="in a red dress")
    zh = Character("ch-a", "李雷", description="穿着红色连衣裙")
    assert dress((en,))[0].top == dress((zh,))[0].top
    assert dress((en,))[0].garment == dress((zh,))[0].garment == "dress"


def test_old_people_are_grey_and_children_small():
    old, young = (dress((replace(TOM, age=age),))[0] for age in (78, 25))
    assert min(old.hair) > 0.3 > max(young.hair)
    assert dress((KID,))[0].stature_m < 1.35


def test_people_with_chinese_names_have_dark_hair_until_they_grey():
    lin, zhou = dress((LIN, ZHOU))
    assert max(lin.hair) < 0.05
    assert min(zhou.hair) > 0.2


@given(
    st.integers(2, 90),
    st.sampled_from(["female", "male", "unknown"]),
    st.sampled_from(["", "tall and thin", "burly", "瘦小"]),
)
def test_a_skeleton_is_as_tall_as_its_body_and_stands_on_the_floor(age, sex, words):
    body = dress((Character("ch-x", "X", sex=sex, age=age, description=words),))[0]
    rest = np.zeros((len(JOINTS), 3))
    offsets = rest_offsets(body)
    for joint, parent in enumerate(PARENTS):
        rest[joint] = offsets[joint] + (rest[parent] if parent >= 0 else 0)
    assert np.isclose(rest[JOINTS.index("HeadTop"), 1], body.stature_m, atol=1e-4)
    assert np.allclose(rest[[JOINTS.index("LeftToe"), JOINTS.index("RightToe")], 1], 0, atol=1e-5)
    assert rest[JOINTS.index("LeftShoulder"), 0] < 0 < rest[JOINTS.index("RightShoulder"), 0]
    assert rest[JOINTS.index("LeftToe"), 2] < 0


def test_children_have_large_heads():
    kid, grown = dress((KID, TOM))
    assert head_height(kid) / kid.stature_m > 1.2 * head_height(grown) / grown.stature_m


# How protanopes, deuteranopes and tritanopes see linear colours.
# Source: Machado, Oliveira and Fernandes, 2009, severity 1.
_EYES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


@pytest.mark.parametrize("eyes", sorted(_EYES))
@pytest.mark.parametrize("sex", ["female", "male"])
def test_the_first_eight_are_told_apart_by_colour_blind_eyes(eyes, sex):
    cast = tuple(
        replace(MARA, id=f"ch-{n}", name=f"P{n}", words=99 - n, sex=sex, description="")
        for n in range(8)
    )
    bodies = dress(cast)
    seen = [np.clip(np.array(_EYES[eyes]) @ body.top, 0, 1) for body in bodies]
    for i, one in enumerate(bodies):
        for j in range(i):
            other = bodies[j]
            is_other_shape = one.garment != other.garment or one.hair_style != other.hair_style
            is_other_size = abs(one.stature_m / other.stature_m - 1) > 0.05
            lights = [float(np.cbrt(seen[k] @ (0.2126, 0.7152, 0.0722))) for k in (i, j)]
            away = float(np.linalg.norm(np.cbrt(seen[i]) - np.cbrt(seen[j])))
            assert (
                is_other_shape or is_other_size or abs(lights[0] - lights[1]) > 0.1 or away > 0.15
            )


@pytest.mark.parametrize(
    ("words", "garment", "hair"),
    [
        ("in a grey hoodie, ponytail", "hoodie", "ponytail"),
        ("a police uniform and a straw hat", "uniform", "hat"),
        ("short skirt, curly hair", "skirt", "curly"),
        ("穿着警服，卷发", "uniform", "curly"),
        ("半身裙，马尾", "skirt", "ponytail"),
        ("灰色卫衣，草帽", "hoodie", "hat"),
    ],
)
def test_garments_and_hair_are_known_by_their_words(words, garment, hair):
    body = dress((replace(MARA, description=words),))[0]
    assert (body.garment, body.hair_style) == (garment, hair)
