"""The step from takes to frames where a GPU draws them."""

from __future__ import annotations

from mstation.graph.step import Inputs, Outputs
from mstation.making.pictures import segment
from mstation.previs.gpu import render_take


def render(inputs: Inputs) -> Outputs:
    """Return one shot as an encoded segment.

    Raises:
        Unsupported: this machine has no EGL with OpenGL 4.3.
    """
    return segment(inputs, render_take)
