"""Steps for the tests of graph and engines: small, and they say how often they ran."""

import os
import time
from pathlib import Path

from mstation.errors import InvalidInput
from mstation.graph.step import Inputs, Outputs, Step

MODULE = "tests.graph.arithmetic"
ADD = Step("add", 1, f"{MODULE}:add")
PARITY = Step("parity", 1, f"{MODULE}:parity")
FAIL = Step("fail", 1, f"{MODULE}:fail")
REFUSE = Step("refuse", 1, f"{MODULE}:refuse")
SLOW = Step("slow", 1, f"{MODULE}:slow")
DIE = Step("die", 1, f"{MODULE}:die")


def add(inputs: Inputs) -> Outputs:
    total = sum(int(blob.read()) for blob in inputs.blobs.values()) + inputs.params.get("plus", 0)
    inputs.tick(1)
    return {"sum": str(total).encode()}


def parity(inputs: Inputs) -> Outputs:
    path = inputs.scratch / "parity"
    path.write_text(str(int(inputs.blobs["number"].read()) % 2))
    return {"parity": path}


def fail(inputs: Inputs) -> Outputs:
    raise RuntimeError("the lamp blew")


def refuse(inputs: Inputs) -> Outputs:
    raise InvalidInput("no scene", path="a.fountain", line=3)


def slow(inputs: Inputs) -> Outputs:
    Path(inputs.params["started"]).touch()
    time.sleep(inputs.params["seconds"])
    return {"done": b"done"}


def die(inputs: Inputs) -> Outputs:
    os._exit(9)
