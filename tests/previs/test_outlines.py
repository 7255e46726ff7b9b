from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mstation.previs.mesh import join
from mstation.previs.outlines import _hashed, edges_of
from mstation.previs.primitives import ball, box, panel

RED = (0.5, 0.1, 0.1)
OWNER = 6


@given(
    arrays.arrays(np.int64, st.tuples(st.integers(1, 30), st.just(3)), elements=st.integers(-2, 2))
)
def test_rows_have_one_number_where_they_are_alike_and_only_there(rows):
    numbers = _hashed(rows)
    alike = (rows[:, None] == rows[None]).all(axis=2)
    np.testing.assert_array_equal(numbers[:, None] == numbers[None], alike)


def test_the_two_triangles_of_a_panel_are_one_surface_side_by_side():
    mesh = panel([(0, 0, 0), (1, 0, 0), (1, 1, 0), (0, 1, 0)], RED)
    edges = edges_of([mesh], mesh.parts)
    assert len(np.unique(edges.surfaces)) == 1
    assert 1 in edges.beside[0]
    assert 0 in edges.beside[1]


def test_things_alike_of_two_players_are_two_surfaces_that_tell_their_owners():
    one = ball((0, 0, 0), 0.5, RED)
    meshes = [box((0, 0, 0), (1, 1, 1), RED), one, one]
    parts = np.concatenate(
        [replace(m, parts=m.parts + 100 * i).parts for i, m in enumerate(meshes)]
    )
    edges = edges_of(meshes, parts)
    ends = np.cumsum([len(mesh.triangles) for mesh in meshes])
    own = np.split(edges.surfaces, ends[:-1])
    for first in range(3):
        assert not np.isin(own[first], np.concatenate([*own[:first], *own[first + 1 :]])).any()
        assert set(own[first] & OWNER) == {2 * first}


def test_faces_lie_beside_those_of_their_own_mesh_as_in_the_meshes_joined():
    meshes = [box((0, 0, 0), (1, 1, 1), RED), ball((2, 0, 0), 0.5, RED)]
    joined = join(meshes)
    np.testing.assert_array_equal(
        edges_of(meshes, joined.parts).beside, edges_of([joined], joined.parts).beside
    )
