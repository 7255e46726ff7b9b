"""What stands on a set has a name in either language."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from mstation.screenplay.lexicon import lexicon
from mstation.stage.piece_names import piece_text


def test_every_kind_of_piece_has_a_chinese_name() -> None:
    kinds = tomllib.loads(files("mstation.stage").joinpath("pieces.toml").read_text("utf-8"))
    assert set(kinds) <= set(lexicon("mstation.stage", "piece_names")["zh"])
    assert piece_text("round_table", "zh") == "圆桌"
    assert piece_text("round_table", "en") == "round table"
    assert piece_text("bench_park", "en") == "park bench"
