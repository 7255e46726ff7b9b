"""Where the milliseconds of a frame go: the numba renderer's loops, each timed as it is called."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from benchmarks.previs_runs import Contender, ours, run
from benchmarks.previs_takes import Filmed

from mstation.previs import encode, painting, posing, render

STAGES = {
    "set-up of the take": ((render, ("set_up",)),),
    "faces metered": ((render, ("metered",)),),
    "skin and pose": ((posing, ("skin", "face_normals", "light_points", "flatter")),),
    "project": ((painting, ("to_picture",)), (posing, ("to_picture",))),
    "rasterise": ((painting, ("draw",)), (posing, ("draw",))),
    "shadow": ((posing, ("to_light", "draw_shadow", "survey_shadow")),),
    "shade": ((painting, ("sun_on", "shade")),),
    "edges and ink": ((painting, ("finish",)),),
    "what the set keeps": ((painting, ("mark", "survey", "restore_colours", "restore_depth")),),
    "restore": ((render, ("restore_colours", "restore_depth")),),
    "to video planes": ((render, ("to_video",)),),
    "copy to x264": ((encode, ("_video_frame",)),),
}


def stages(
    shots: Sequence[Filmed],
    width: int,
    height: int,
    frames_of: Callable[[Filmed, int, int], Any] = ours,
) -> dict[str, float]:
    """Return milliseconds a frame of each stage, averaged over shots' frames."""
    spent, inside = Counter[str](), [0.0]
    frames, seconds = 0, 0.0
    contender = Contender("stages", width, height, frames_of, True)
    with ExitStack() as stack:
        for stage, module, name in _functions():
            stack.enter_context(_timed(module, name, stage, spent, inside))
        for shot in shots:
            started = time.perf_counter()
            timing = run(contender, shot)
            seconds += time.perf_counter() - started
            frames += timing.frames
    table = {stage: 1000 * spent[stage] / frames for stage in STAGES}
    return {
        **table,
        "x264 and the rest": 1000 * seconds / frames - sum(table.values()),
        "all": 1000 * seconds / frames,
    }


def _functions() -> Iterator[tuple[str, Any, str]]:
    """Yield every function that is timed: its stage, the module that calls it, its name."""
    for stage, places in STAGES.items():
        for module, names in places:
            for name in names:
                yield stage, module, name


@contextmanager
def _timed(
    module: Any, name: str, stage: str, spent: Counter[str], inside: list[float]
) -> Iterator[None]:
    """Add a function's own time to its stage: what it calls that is timed counts there."""
    function = getattr(module, name)

    def timed(*arguments: Any, **keywords: Any) -> Any:
        inside.append(0.0)
        started = time.perf_counter()
        try:
            return function(*arguments, **keywords)
        finally:
            took = time.perf_counter() - started
            spent[stage] += took - inside.pop()
            inside[-1] += took

    with patch.object(module, name, timed):
        yield
