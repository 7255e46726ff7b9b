"""The `mstation` command: parse arguments, call, print."""

from mstation.cli import exchange_app, station_app
from mstation.cli.app import main

__all__ = ["exchange_app", "main", "station_app"]
