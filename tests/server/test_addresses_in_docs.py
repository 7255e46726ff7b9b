"""Addresses that the pages name are there, under the method that they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.name for path in ROOT.glob("docs/*.md"))
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_NAMED = re.compile(rf"`(?:({'|'.join(METHODS)})\s+)?((?:/api|…|/people)/[^`\s?<]+)")


def _written(page: str) -> set[tuple[str, str]]:
    """Return each address of a page with its method; without one: the empty string."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return {(method, path.rstrip("/.,;)")) for method, path in _NAMED.findall(text)}


def _fits(written: str, path: str) -> bool:
    """Return whether an address as pages write it is one of the description.

    `…/cut`, `/people/ID`: its end; `/api/house/…`: what begins so.
    """
    wanted, there = written.removeprefix("…").split("/")[1:], path.split("/")[1:]
    if not written.startswith("/api/"):
        there = there[-len(wanted) :]
    if wanted[-1] == "…":
        wanted, there = wanted[:-1], there[: len(wanted) - 1]
    return len(wanted) == len(there) and all(map(_is_of, wanted, there))


def _is_of(one: str, part: str) -> bool:
    """Return whether a part of an address is that of the description, or a value in its place."""
    return re.fullmatch(re.sub(r"\\{\w+\\}", r"[^/]+", re.escape(part)), one) is not None


@pytest.mark.parametrize("page", PAGES)
def test_addresses_that_a_page_names_are_there(app: FastAPI, page: str) -> None:
    paths = {**app.openapi()["paths"], app.openapi_url: {"get": {}}}
    missing = [
        f"{method} {written}".strip()
        for method, written in _written(page)
        if not any(
            _fits(written, path) and (not method or method.lower() in told)
            for path, told in paths.items()
        )
    ]
    assert missing == []
