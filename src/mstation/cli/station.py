"""`mstation login` and `status`: a person's way to a station from the command line."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer

from mstation.cli.words import interface_language, words
from mstation.client import Client, Damaged, Refused, Unreachable
from mstation.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    MStationError,
    NotFound,
    NotSignedIn,
    StoreFailed,
)
from mstation.publish import write_whole
from mstation.studio import Studio

_KINDS: dict[int, type[MStationError]] = {
    401: NotSignedIn, 403: Forbidden, 404: NotFound, 409: Conflict, 412: Conflict,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A station that somebody is signed in to, as it is kept between commands."""

    address: str
    token: str


def login_and_tell(address: str, email: str, password: str) -> None:
    """Sign in, take a token and keep it where only this person reads it.

    Raises:
        NotSignedIn: when address and password do not belong together.
    """
    try:
        client = Studio(address, language=interface_language())
    except ValueError as error:
        raise InvalidInput(str(error), zh=f"`{address}` 不是有效的平台地址") from error
    with our_words():
        known = Known(client.address, client.sign_in(email, password, name="mstation"))
    path = _kept_at()
    write_whole(path, json.dumps(asdict(known)).encode())
    path.chmod(0o600)
    typer.echo(words()["signed_in"].format(address=known.address, email=email))


def status_and_tell(project: str | None) -> None:
    """Print the projects, or how far one is: shots, and tasks by status."""
    client = signed_in()
    with our_words():
        if project is None:
            for row in client.projects():
                typer.echo(f"{row['id']}  {row['name']}")
            return
        _tell_status(client, project_named(client, project))


def _tell_status(client: Client, project: dict[str, Any]) -> None:
    names = {each["id"]: each["name"] for each in client.statuses(project["id"])}
    board = [shot for shot in client.board(project["id"]) if not shot["omitted"]]
    frames = sum(shot["frames"] or 0 for shot in board)
    typer.echo(
        words()["project_status"].format(name=project["name"], shots=len(board), frames=frames)
    )
    counts = Counter(task["status_id"] for shot in board for task in shot["tasks"])
    for id_, name in names.items():
        if counts[id_]:
            typer.echo(f"  {name}: {counts[id_]}")


def project_named(client: Client, wanted: str) -> dict[str, Any]:
    """Return the project with this id or, when only one has it, this name."""
    found = [row for row in client.projects() if wanted in (row["id"], row["name"])]
    if len(found) != 1:
        raise NotFound(
            f"{len(found)} projects are called `{wanted}`; `mstation status` lists them with ids",
            zh=f"名为 `{wanted}` 的项目有 {len(found)} 个；`mstation status` 可列出项目及编号",
        )
    return found[0]


def _kept_at() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(home) / "mstation" / "station.json"


def signed_in() -> Studio:
    """Return the client of the station that one is signed in to."""
    known = known_station()
    return Studio(known.address, known.token, language=interface_language())


def known_station() -> Known:
    """Return the station that one is signed in to; the environment comes first.

    Raises:
        NotSignedIn: when one is signed in to none.
    """
    address, token = os.environ.get("MSTATION_ADDRESS"), os.environ.get("MSTATION_TOKEN")
    if address and token:
        return Known(address, token)
    try:
        return Known(**json.loads(_kept_at().read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise NotSignedIn(
            "sign in first: mstation login ADDRESS", zh="请先登录：mstation login 平台地址"
        ) from error


@contextmanager
def our_words() -> Iterator[None]:
    """Turn a client's errors into ours: their words are the station's, in our language."""
    try:
        yield
    except Unreachable as error:
        raise StoreFailed(str(error), zh=f"无法连接平台：{error}") from error
    except Damaged as error:
        raise StoreFailed(str(error), zh=f"数据不一致，未予保留：{error}") from error
    except Refused as error:
        kind = StoreFailed if error.status >= 500 else _KINDS.get(error.status, InvalidInput)
        raise kind(str(error), zh=str(error)) from error
