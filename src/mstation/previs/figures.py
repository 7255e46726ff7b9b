"""A body in, its figure out: a person of skin, hair and cloth that bends with its joints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mstation.previs.face import face_of
from mstation.previs.garments import clothes_patches
from mstation.previs.hair import hair_patches
from mstation.previs.head import head_patches
from mstation.previs.mesh import SkinnedMesh
from mstation.previs.tailoring import measures_of, sewn
from mstation.previs.trunk import trunk_of
from mstation.stage.performance import Body


def figure_mesh(body: Body, offsets: NDArray[np.float32]) -> SkinnedMesh:
    """Return the figure of a body in its rest pose, ready to be bent by joints (22, 3 offsets).

    It speaks, blinks and frowns by its four morphs; ink ids are those of `tailoring.Ink`.
    """
    measures = measures_of(body, offsets)
    face = face_of(measures)
    patches = [
        *head_patches(measures, face),
        *hair_patches(measures, face),
        *clothes_patches(measures, trunk_of(measures)),
    ]
    return sewn(patches, measures.rest)
