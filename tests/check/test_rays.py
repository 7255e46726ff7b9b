"""Rays, distances and insides agree with what is computed the long way round."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from mstation.check.film import Thing
from mstation.check.rays import FAR_M, hits, inside_of, nearest_m, surfaces
from tests.check import film_of


def heap(seed, count=40):
    dice = np.random.default_rng(seed)
    middles = dice.uniform(-2, 2, (count, 1, 3))
    return Thing("heap", middles + dice.uniform(-0.8, 0.8, (count, 3, 3)))


def met_slowly(triangles, start, end):
    """Return the least share of a line at which it meets the front, and the back, of anything."""
    found = {True: FAR_M, False: FAR_M}
    for a, b, c in triangles:
        normal = np.cross(b - a, c - a)
        along = float(normal @ (end - start))
        if abs(along) < 1e-9:
            continue
        share = float(normal @ (a - start)) / along
        place = start + share * (end - start)
        sides = [float(normal @ np.cross(q - p, place - p)) for p, q in ((a, b), (b, c), (c, a))]
        if 0 < share < 1 and min(sides) >= 0:
            found[along < 0] = min(found[along < 0], share)
    return found[True], found[False]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_line_meets_what_it_meets(seed):
    thing, dice = heap(seed), np.random.default_rng(seed + 1)
    starts, ends = dice.uniform(-3, 3, (2, 20, 3))
    met = hits(surfaces((thing,)), starts, ends)
    for line in range(20):
        front, back = met_slowly(thing.triangles, starts[line], ends[line])
        assert np.isclose(met.front[line], front)
        assert np.isclose(met.back[line], back)
        assert (met.thing[line] == 0) == (front < FAR_M)
        assert (met.behind[line] == 0) == (back < FAR_M)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_nearest_triangle_is_as_near_as_its_nearest_point(seed):
    thing, dice = heap(seed, 12), np.random.default_rng(seed + 2)
    points = dice.uniform(-3, 3, (6, 3))
    u, v = np.meshgrid(np.linspace(0, 1, 60), np.linspace(0, 1, 60))
    u, v = u[u + v <= 1], v[np.add(*np.meshgrid(np.linspace(0, 1, 60), np.linspace(0, 1, 60))) <= 1]
    a, b, c = (thing.triangles[:, corner, None] for corner in range(3))
    grid = a + u[:, None] * (b - a) + v[:, None] * (c - a)
    slow = np.array([np.linalg.norm(grid - point, axis=-1).min() for point in points])
    fast = nearest_m(surfaces((thing,)), points)
    assert (fast <= slow + 1e-9).all()
    assert (slow - fast < 0.03).all()


@settings(max_examples=50, deadline=None)
@given(
    x=st.floats(-1.5, 1.5), y=st.floats(-0.5, 2.0), z=st.floats(-1.5, 1.5), has_bottom=st.booleans()
)
def test_what_is_inside_of_boxes_that_overlap_or_have_no_bottom_is_told_so(x, y, z, has_bottom):
    one, other = (
        film_of.box("a", (0, 0.5, 0), (1, 1, 1)),
        film_of.box("b", (0.4, 0.5, 0), (1, 1, 1)),
    )
    both = np.concatenate([one.triangles, other.triangles])
    keeps = has_bottom | (both[..., 1].max(axis=1) > 0.01)
    piece = surfaces((Thing("piece", both[keeps]),))
    gaps = [max(abs(x - middle) - 0.5, abs(y - 0.5) - 0.5, abs(z) - 0.5) for middle in (0, 0.4)]
    if not has_bottom and y < 0.4:
        return  # what looks in from below is a matter of degree
    if min(gaps) < -0.05:
        assert inside_of(piece, np.array([[x, y, z]])) == ["piece"]
    elif min(gaps) > 0.05:
        assert inside_of(piece, np.array([[x, y, z]])) == [""]


def test_a_room_that_is_seen_from_inside_holds_nobody_captive():
    room = film_of.box("shell", (0, 1.3, 0), (6, 2.6, 6))
    turned = Thing("shell", room.triangles[:, ::-1])
    assert inside_of(surfaces((turned,)), np.array([[0, 1.5, 0], [0, 1.5, 9]])) == ["", ""]


def test_triangles_without_area_and_things_without_triangles_meet_nothing():
    nothing = Thing("nothing", np.zeros((0, 3, 3)))
    flat = Thing("flat", np.zeros((4, 3, 3)))
    broken = Thing("broken", np.full((2, 3, 3), np.nan))
    for things in ((), (nothing,), (flat, broken)):
        on = surfaces(things)
        assert hits(on, np.zeros((1, 3)), np.ones((1, 3))).front[0] == FAR_M
        assert nearest_m(on, np.zeros((1, 3)))[0] == FAR_M
        assert inside_of(on, np.zeros((1, 3))) == [""]


def test_a_thing_is_called_among_people_by_its_name_without_the_number():
    on = surfaces(tuple(film_of.box(name, (0, 0, 0), (1, 1, 1)) for name in ("table_lamp_2", "2")))
    assert [on.name(index) for index in (0, 1, -1)] == ["table lamp", "2", ""]
