"""The `mstation` command: parse arguments, call, print."""

from mstation.cli import station_app
from mstation.cli.app import main

__all__ = ["main", "station_app"]
