"""Who runs a station says which organisation keeps its exchange."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mstation.cli.app import app
from mstation.cli.station_app import house
from mstation.station.change import STATION, Change
from mstation.station.ids import new_id
from mstation.station.organisations import Organisation
from mstation.station.parties import the_house
from mstation.station.station import open_station

assert house  # the command is the app's when this is loaded


@pytest.fixture
def data(tmp_path: Path) -> Path:
    station = open_station(f"sqlite:///{tmp_path / 'station.db'}", folder=tmp_path)
    with station.change(STATION) as change:
        for name in ("The Film Park", "Twins", "Twins"):
            change.add(Organisation(new_id(), 1, name))
    station.close()
    return tmp_path


def _run(data: Path, *told: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["house", *told, "--data", str(data)], env={"LANG": "C.UTF-8"})
    return done.exit_code, done.output


def test_an_organisation_becomes_the_house_and_its_share_may_change(data: Path) -> None:
    assert _run(data, "The Film Park", "--fee", "7.5%") == (
        0, "The Film Park keeps the exchange; it takes 7.50 % of a sale\n",
    )  # fmt: skip
    assert _run(data, "The Film Park", "--fee", "3%")[0] == 0
    station = open_station(f"sqlite:///{data / 'station.db'}", folder=data)
    with station.change(STATION) as change:
        assert _fee(change) == 300
    station.close()


@pytest.mark.parametrize(
    "told", [("Nobody",), ("Twins",), ("The Film Park", "--fee", "120%"),
             ("The Film Park", "--fee", "x"), ("The Film Park", "--country", "china")],
)  # fmt: skip
def test_what_is_told_wrong_is_refused_in_a_line(data: Path, told: tuple[str, ...]) -> None:
    code, output = _run(data, *told)
    assert code != 0
    assert "Traceback" not in output


def _fee(change: Change) -> int:
    return the_house(change.connection).fee_bp
