"""The step from a film's shots to its strips, and to the terms that people gave."""

from __future__ import annotations

from mstation import document
from mstation.breakdown.scene import SCHEMA as BREAKDOWN_SCHEMA
from mstation.breakdown.scene import Breakdown
from mstation.graph.step import Inputs, Outputs
from mstation.making.directing import told
from mstation.making.planned import TERMS_SCHEMA, Terms
from mstation.schedule import strip as nouns
from mstation.schedule.production_file import Known, location_of_sets
from mstation.schedule.production_file import read as read_production
from mstation.schedule.strips import strips_of
from mstation.shots import shot as shots
from mstation.timebase import FrameRate

FILE = "production.toml"


def strips(inputs: Inputs) -> Outputs:
    """Return a film's strips, the terms that they are scheduled under, and doubts about those."""
    breakdown = document.read(inputs.blobs["breakdown"].read(), Breakdown, BREAKDOWN_SCHEMA)
    said = inputs.blobs["production"].read() if "production" in inputs.blobs else b""
    read = read_production(said, path=FILE, language=breakdown.language, known=_known(breakdown))
    listed = [
        document.read(blob.read(), shots.ShotList, shots.SCHEMA)
        for _, blob in sorted(inputs.group("shots").items())
    ]
    found = strips_of(
        breakdown,
        {each.scene_id: each for each in listed},
        rate=FrameRate.parse(inputs.params["rate"]),
        pace=read.pace,
        locations=location_of_sets(read.production),
        most_minutes=read.production.hours.shooting_minutes,
    )
    return {
        "strips": document.write(found, nouns.SCHEMA, indent=1),
        "terms": document.write(Terms(read.production, read.prices), TERMS_SCHEMA),
        "doubts": told(read.doubts),
    }


def _known(breakdown: Breakdown) -> Known:
    """Return what a production may speak of: everybody by every name."""
    characters = {
        name: person.id for person in breakdown.cast for name in (*person.aliases, person.name)
    }
    sets = {name: scene.set_key for scene in breakdown.scenes for name in
            (scene.set_key, scene.place)}  # fmt: skip
    return Known(characters, sets, [scene.number for scene in breakdown.scenes])
