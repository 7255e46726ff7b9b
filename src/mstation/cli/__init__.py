"""The `mstation` command: parse arguments, call, print."""

from mstation.cli.app import main

__all__ = ["main"]
