"""Steps from takes to passes, and from a shot's passes to what is told of them."""

from __future__ import annotations

import json

from mstation import document
from mstation.graph.step import Inputs, Outputs
from mstation.previs.passes import PASSES, Order
from mstation.previs.passes.manifest import SCHEMA, Passes, PassFile, conventions_of
from mstation.shots import shot as shots
from mstation.stage import layout as layouts
from mstation.timebase import FrameRate


def one(inputs: Inputs) -> Outputs:
    """Return one pass of one shot: its files by name, and its facts."""
    params = inputs.params
    layout = document.read(inputs.blobs["layout"].read(), layouts.Layout, layouts.SCHEMA)
    take = shots.read_take(inputs.blobs["take"].read())
    wanted = {name: params[name] for name in ("exr", "norm") if name in params}
    rate = FrameRate.parse(params["rate"])
    order = Order(inputs.scratch, params["width"], params["height"], rate, **wanted)
    delivery = PASSES[params["pass"]](layout, take, order)
    return {
        "facts": json.dumps(delivery.facts, ensure_ascii=False, sort_keys=True).encode(),
        **{f"file/{name}": path for name, path in delivery.files.items()},
    }


def told(inputs: Inputs) -> Outputs:
    """Return `passes.json` of one shot, whose files come as `file/<pass>/<name>`."""
    params = inputs.params
    files: dict[str, list[PassFile]] = {}
    for name, blob in sorted(inputs.group("file").items()):
        kind, _, path = name.partition("/")
        files.setdefault(kind, []).append(PassFile(path, blob.digest, blob.path.stat().st_size))
    facts = {name: json.loads(blob.read()) for name, blob in inputs.group("facts").items()}
    passes = Passes(
        label=params["label"],
        shot_id=params["shot"],
        fps=params["rate"],
        width=params["width"],
        height=params["height"],
        first_frame=0,
        end_frame=params["frames"],
        files=files,
        facts={name: each for name, each in sorted(facts.items()) if each},
        conventions=conventions_of(files),
    )
    return {"passes": document.write(passes, SCHEMA, indent=1)}
