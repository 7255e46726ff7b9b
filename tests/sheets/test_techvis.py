import math
import re
from dataclasses import replace

import numpy as np
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from mstation.screenplay.script import Language
from mstation.sheets.camera import angle_of_view
from mstation.sheets.plan import Outline, Sheet, Window, Words, half_plane
from mstation.sheets.techvis import techvis_pdf, techvis_sheets, techvis_svg
from mstation.sheets.wording import words_of
from mstation.shots.axis import side_of
from mstation.shots.reasons import told
from mstation.shots.shot import Need, Reason, Size
from mstation.stage.performance import JOINTS
from tests.sheets.film import (
    RATE,
    SENSOR,
    Shooting,
    degrees_between,
    film,
    pages_of_pdf,
    words_of_pdf,
)

SVG = "{http://www.w3.org/2000/svg}"
HEAD = JOINTS.index("Head")


def sheets_of(each: Shooting, language: Language = "en") -> tuple[Sheet, ...]:
    shots = each.listed.shots
    return techvis_sheets(
        each.scene, each.layout, shots, each.takes, each.numbers, rate=RATE, language=language
    )


def named(sheet: Sheet, name: str, view: str = "plan") -> Outline:
    items = next(each.items for each in sheet.views if each.name == view)
    return next(item for item in items if isinstance(item, Outline) and item.name == name)


def middle(outline: Outline) -> tuple[float, float]:
    x, y = np.mean(outline.points, axis=0)
    return float(x), float(y)


def test_the_field_of_view_drawn_is_the_lenss() -> None:
    each = film("en").shootings[0]
    for shot, sheet in zip(each.listed.shots, sheets_of(each), strict=True):
        across, upright = angle_of_view(shot.lens_mm, SENSOR)
        eye, left, right = named(sheet, "field of view").points
        assert degrees_between(eye, left, right) == pytest.approx(across, abs=1e-6)
        x, _, z = shot.camera[0].position
        assert eye == pytest.approx((x, z))
        ahead = np.subtract(shot.camera[0].target, shot.camera[0].position)[[0, 2]]
        between = (np.subtract(left, eye) + np.subtract(right, eye)) / 2
        assert np.cross([*ahead, 0], [*between, 0])[2] == pytest.approx(0, abs=1e-6)
        assert float(ahead @ between) > 0
        corners = named(sheet, "field of view, upright", "side").points
        if len(corners) == 3:  # else the floor cuts it
            assert degrees_between(*corners) == pytest.approx(upright, abs=1e-6)


def test_people_stand_where_their_motions_put_them() -> None:
    each = film("en").shootings[0]
    for take, sheet in zip(each.takes, sheets_of(each), strict=True):
        names = {body.character_id: body.name for body in take.sheet.bodies}
        for motion in take.motions:
            there = np.flatnonzero(motion.present)
            heads = motion.world_from_joints()[:, HEAD, :3, 3]
            start = named(sheet, f"{names[motion.character_id]} start")
            assert middle(start) == pytest.approx(heads[there[0]][[0, 2]], abs=1e-4)
            if np.ptp(motion.positions[there][:, [0, 2]], axis=0).max() > 0.3:
                end = named(sheet, f"{names[motion.character_id]} end")
                assert middle(end) == pytest.approx(heads[there[-1]][[0, 2]], abs=1e-4)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "INT. CAFE - DAY\n\nMARA waits. Two customers sit by the wall.\n\nMARA\nWell?\n"),
        (
            "zh",
            "第1场 内 茶馆 日\n\n人物：林晚\n\n△林晚在等。两名客人坐在墙边。\n\n林晚：好了吗？\n",
        ),
    ],
)
def test_the_background_is_a_nameless_ring_that_the_plan_explains(
    language: Language, text: str
) -> None:
    each = film(language, text).shootings[0]
    heads = [
        motion.world_from_joints()[0, HEAD, :3, 3][[0, 2]]
        for motion in each.motions
        if motion.character_id not in each.scene.present
    ]
    assert len(heads) == 2
    for sheet in sheets_of(each, language):
        rings = [
            middle(item)
            for item in sheet.views[0].items
            if isinstance(item, Outline) and item.name == "background"
        ]
        assert np.allclose(sorted(rings), sorted(map(tuple, heads)), atol=0.05)
        written = [
            item.text for item in (*sheet.items, *sheet.views[0].items) if isinstance(item, Words)
        ]
        assert words_of(language)["plan"]["background"] in written
        assert not any("EXTRA" in text for text in written)
    plain = [item.text for item in sheets_of(film(language).shootings[0], language)[0].items
             if isinstance(item, Words)]  # fmt: skip
    assert words_of(language)["plan"]["background"] not in plain


def test_the_walls_have_their_doors_and_the_pieces_their_places() -> None:
    sheet = sheets_of(film("en").shootings[0])[0]
    items = [item for item in sheet.views[0].items if isinstance(item, Outline)]
    south = [item for item in items if item.name == "south"]
    assert len(south) == 2  # beside the door
    assert sum(np.ptp(item.points, axis=0)[0] for item in south) == pytest.approx(7.0 - 0.95)
    table = next(item for item in items if item.name == "table")
    assert middle(table) == pytest.approx((-1.8, -1.2))
    assert np.ptp(table.points, axis=0) == pytest.approx((1.2, 0.8))


@given(
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
    st.tuples(st.floats(-3, 3), st.floats(-3, 3)),
    st.tuples(st.floats(-4, 4), st.floats(-4, 4)),
)
def test_the_side_shaded_is_the_one_that_the_axis_says(
    a: tuple[float, float], b: tuple[float, float], camera: tuple[float, float]
) -> None:
    points = [np.array([x, 1.5, z]) for x, z in (a, b, camera)]
    angle = side_of(*points)
    off = abs(math.sin(angle)) * math.dist(a, camera)
    if math.dist(a, b) < 0.1 or off < 0.05:
        return
    window = Window((-5.0, -5.0), (5.0, 5.0))
    shaded = half_plane(window, a, b, 1 if angle > 0 else -1)
    ways = np.roll(shaded, -1, axis=0) - np.array(shaded)
    turns = ways[:, 0] * (camera[1] - np.array(shaded)[:, 1]) - ways[:, 1] * (
        camera[0] - np.array(shaded)[:, 0]
    )
    assert (turns > -1e-9).all() or (turns < 1e-9).all()  # the camera is within


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_svg_is_xml_that_shows_plan_side_and_numbers(language: Language) -> None:
    for each in film(language).shootings:
        for shot, sheet in zip(each.listed.shots, sheets_of(each, language), strict=True):
            root = ElementTree.fromstring(techvis_svg(sheet))
            groups = {group.get("id") for group in root.iter(f"{SVG}g")}
            assert {"plan", "side"} <= groups
            texts = [text.text for text in root.iter(f"{SVG}text")]
            assert shot.label in texts
            width = float(root.get("width").removesuffix("mm"))
            assert width == pytest.approx(sheet.width_pt * 25.4 / 72, abs=1e-3)


def test_a_plan_in_svg_counts_in_metres_at_its_scale() -> None:
    sheet = sheets_of(film("en").shootings[0])[0]
    root = ElementTree.fromstring(techvis_svg(sheet))
    group = next(each for each in root.iter(f"{SVG}g") if each.get("id") == "plan")
    scale = float(re.search(r"scale\(([\d.]+)\)", group.get("transform"))[1])  # type: ignore[index]
    assert scale * 0.0254 / 72 == pytest.approx(1 / sheet.views[0].scale, rel=1e-4)
    view = next(
        each for each in group if any(t.text == "field of view" for t in each.iter(f"{SVG}title"))
    )
    points = [tuple(map(float, pair.split(","))) for pair in view.get("points").split()]
    assert np.allclose(points, named(sheet, "field of view").points, atol=1e-4)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_svg_and_pdf_say_the_same(language: Language) -> None:
    each = film(language).shootings[0]
    sheets = sheets_of(each, language)
    printed = techvis_pdf(each.scene, sheets, language=language)
    assert pages_of_pdf(printed) == -(-len(sheets) // 2)
    shown = words_of_pdf(printed)
    for sheet in sheets:
        root = ElementTree.fromstring(techvis_svg(sheet))
        for text in root.iter(f"{SVG}text"):
            if text.get("transform") is None:  # turned words come out letter by letter
                assert "".join((text.text or "").split()) in shown


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sheet_says_why_in_its_own_language(language: Language) -> None:
    each = film(language).shootings[0]
    for shot, sheet in zip(each.listed.shots, sheets_of(each, language), strict=True):
        shown = "".join(item.text for item in sheet.items if isinstance(item, Words))
        assert "".join(told(shot.why, language).split()) in "".join(shown.split())


def test_the_same_scene_gives_the_same_bytes() -> None:
    each = film("en").shootings[1]
    one, other = sheets_of(each), sheets_of(each)
    assert [techvis_svg(sheet) for sheet in one] == [techvis_svg(sheet) for sheet in other]
    assert techvis_pdf(each.scene, one, language="en") == techvis_pdf(
        each.scene, other, language="en", paper="a4"
    )
    assert pages_of_pdf(techvis_pdf(each.scene, (), language="en", paper="letter")) == 1


def test_no_name_breaks_a_plan() -> None:
    each = film("en").shootings[0]
    hostile = "</text><script>&🎬\x00" + "很长的名字" * 40
    takes = tuple(
        replace(
            take,
            sheet=replace(
                take.sheet,
                bodies=tuple(replace(body, name=hostile) for body in take.sheet.bodies),
            ),
        )
        for take in each.takes
    )
    scene = replace(each.scene, heading=hostile, number=hostile)
    why = Reason(Need.SINGLE, Size.CU, (hostile,), hostile)
    shots = tuple(replace(shot, why=why, direction=hostile) for shot in each.listed.shots)
    sheets = techvis_sheets(
        scene, each.layout, shots, takes, each.numbers, rate=RATE, language="zh"
    )
    for sheet in sheets:
        root = ElementTree.fromstring(techvis_svg(sheet))
        assert root.find(f".//{SVG}script") is None
    assert pages_of_pdf(techvis_pdf(scene, sheets, language="zh")) == -(-len(sheets) // 2)


def test_no_name_on_a_plan_stands_over_another() -> None:
    for language in ("en", "zh"):
        for each in film(language).shootings:
            for sheet in sheets_of(each, language):
                view = sheet.views[0]
                words = [item for item in view.items if isinstance(item, Words)]
                boxes = [box_of(item, view.points_a_metre) for item in words]
                for index, one in enumerate(boxes):
                    assert not any(meets(one, other) for other in boxes[index + 1 :])


def box_of(words: Words, metre: float) -> tuple[float, float, float, float]:
    from mstation.breakdown.reports.typeface import width_of

    half = width_of(words.text, words.size_pt) / metre / 2
    x, y = words.at
    return x - half, y - words.size_pt * 0.75 / metre, x + half, y


def meets(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]
