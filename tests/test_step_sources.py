import json
from pathlib import Path

import pytest

from mstation.graph.sources import source_digest
from mstation.graph.step import Step
from mstation.steps import STEPS

PINS = json.loads((Path(__file__).parent / "step_sources.json").read_text())


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_a_steps_source_is_the_one_pinned_under_its_version(step: Step) -> None:
    pin = PINS[step.name]
    assert step.version == pin["version"]
    assert source_digest(step) == pin["source"], (
        f"the source of step `{step.name}` changed under version {step.version}: run `make pin`"
    )


def test_no_pin_is_left_of_a_step_that_is_gone() -> None:
    assert set(PINS) == {step.name for step in STEPS}
