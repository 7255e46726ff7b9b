"""`mstation fetch`: the files of each shot's latest version, from a station into a folder.

What a station says is hostile until it is safe: names lead nowhere but into the folder, and content
is what its digest says or is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mstation import document
from mstation.cli.deliver import task_type_named
from mstation.cli.station import our_words, project_named, signed_in
from mstation.cli.words import words
from mstation.client import Client, Damaged, Refused, Row, digest_of
from mstation.deliverables import words_joined
from mstation.errors import InvalidInput, NotFound
from mstation.publish import cannot_write, write_whole
from mstation.safe_names import safe_name, safe_names

if TYPE_CHECKING:
    from mstation.cli.station_app import What

LIST = "fetched.json"
SCHEMA = "mstation.fetched/1"
SOME_MISSING = 3  # exit code, as of what is not there


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What the command was asked for."""

    project: str
    shots: tuple[str, ...]
    out: Path
    task_type: str | None
    what: What


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """A file in the folder, and what it is on the station."""

    path: str  # from the folder, with `/`
    name: str  # as the station has it
    digest: str


@dataclass(frozen=True, slots=True)
class FetchedVersion:
    """A version whose files are in the folder."""

    folder: str  # from the folder, with `/`
    shot: str
    entity_id: str
    version_id: str
    number: int
    type_id: str | None
    review: str
    frames: int | None
    head_frames: int  # of them before the shot's first
    files: tuple[FetchedFile, ...]


@dataclass(frozen=True, slots=True)
class Fetched:
    """`fetched.json`: what in the folder came from where."""

    address: str
    project_id: str
    project: str
    versions: tuple[FetchedVersion, ...]


@dataclass(slots=True)
class Counts:
    """What was done."""

    fetched: int = 0
    kept: int = 0
    missing: int = 0


def fetch_and_tell(request: FetchRequest) -> int:
    """Bring the folder to the versions that are wanted; return 3 when a file is not to be had.

    Raises:
        NotFound: when there is no such project, kind of work or shot.
        InvalidInput: when the folder holds files of another project.
        StoreFailed: when the folder cannot be written.
    """
    client = signed_in()
    counts = Counts()
    with our_words():
        project = project_named(client, request.project)
        before = _before(request.out, client.address, project)
        wanted = list(_wanted(client, project, request))
        if not wanted:
            typer.echo(words()["nothing_to_fetch"])
            return 0
        kept = {each.version_id: each for each in before.versions}
        try:
            for shot, folder, version in wanted:
                place = _place(folder, version, kept.values())
                kept[version["id"]] = _fetch(client, request.out, shot, place, version, counts)
        except OSError as error:
            raise cannot_write(request.out, error) from error
        finally:
            listed = replace(before, project=project["name"], versions=tuple(kept.values()))
            write_whole(request.out / LIST, document.write(listed, SCHEMA, indent=1))
    fields = {"folder": request.out, "versions": len(wanted)}
    typer.echo(words()["fetched"].format(**fields, fetched=counts.fetched, kept=counts.kept))
    return SOME_MISSING if counts.missing else 0


def _before(out: Path, address: str, project: Row) -> Fetched:
    """Return what earlier runs fetched into the folder."""
    path = out / LIST
    nothing = Fetched(address, project["id"], project["name"], ())
    if not path.exists():
        return nothing
    found = document.read(path.read_bytes(), Fetched, SCHEMA)
    if found.project_id != project["id"]:
        raise InvalidInput(
            f"holds files of another project, {found.project}; choose another folder",
            path=str(out),
            zh=f"目录中是另一项目（{found.project}）的文件；请换一个目录",
        )
    return found


def _wanted(client: Client, project: Row, request: FetchRequest) -> Iterator[tuple[Row, str, Row]]:
    """Give each shot that has such a version: the shot, its folder's name and the version."""
    board = client.board(project["id"])
    folders = safe_names([shot["label"] for shot in board], (LIST,))
    chosen = shots_named(board, request.shots)
    type_id = task_type_named(client, project, request.task_type)["id"] if request.task_type else ""
    newest = _newest(client, project["id"], type_id, request.what, chosen)
    for shot, folder in zip(board, folders, strict=True):
        if shot["id"] in newest:
            yield shot, folder, newest[shot["id"]]


def shots_named(board: list[Row], named: tuple[str, ...]) -> set[str]:
    """Return the ids of the shots that are named, by label or id; of all where none is."""
    if not named:
        return {shot["id"] for shot in board if not shot["omitted"]}
    chosen: set[str] = set()
    for name in named:
        exact = {shot["id"] for shot in board if name in (shot["id"], shot["label"])}
        joined = words_joined(name)
        alike = {shot["id"] for shot in board if joined and words_joined(shot["label"]) == joined}
        found = exact or alike
        if len(found) != 1:
            raise NotFound(
                f"{len(found)} shots are called `{name}`",
                zh=f"名为 `{name}` 的镜头有 {len(found)} 个",
            )
        chosen |= found
    return chosen


def _newest(
    client: Client, project_id: str, type_id: str, what: What, chosen: set[str]
) -> dict[str, Row]:
    """Return the newest version that is wanted of each shot, by the shot's id."""
    if what == "published":
        rows = _published(client, project_id, type_id)
    else:
        review = "approved" if what == "approved" else ""
        alone = next(iter(chosen)) if len(chosen) == 1 else ""
        rows = client.versions(project_id, entity_id=alone, type_id=type_id, review=review)
    newest: dict[str, Row] = {}
    for row in rows:
        before = newest.get(row["entity_id"])
        is_newer = before is None or _age(row) >= _age(before)
        if row["entity_id"] in chosen and row["files"] and is_newer:
            newest[row["entity_id"]] = row
    return newest


def _age(version: Row) -> tuple[str, int]:
    return version.get("published_at") or version["made_at"], version["number"]


def _published(client: Client, project_id: str, type_id: str) -> Iterator[Row]:
    """Give versions as they were published, with when."""
    versions = {row["id"]: row for row in client.versions(project_id, type_id=type_id)}
    for publish in client.rows(f"/api/projects/{project_id}/publishes"):
        if version := versions.get(publish["version_id"]):
            yield {**version, "published_at": publish["published_at"]}


def _place(folder: str, version: Row, others: Iterable[FetchedVersion]) -> str:
    """Return where a version's files go; versions of two kinds of work may have one number."""
    others = list(others)
    for other in others:
        if other.version_id == version["id"]:
            return other.folder
    number = f"v{int(version['number']):03}"
    taken = {other.folder.casefold() for other in others}
    place, again = f"{folder}/{number}", 1
    while place.casefold() in taken:
        again += 1
        place = f"{folder}/{number} ({again})"
    return place


def _fetch(
    client: Client, out: Path, shot: Row, place: str, version: Row, counts: Counts
) -> FetchedVersion:
    """Bring one version's files, those that are to be had."""
    say = words()
    safe = "/".join(safe_name(part) for part in place.split("/"))  # also of an older list
    folder = out / safe
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    names = safe_names([file["name"] for file in version["files"]])
    for file, name in zip(version["files"], names, strict=True):
        path, told = folder / name, f"{safe}/{name}"
        digest = str(file["digest"])
        was_there = path.is_file()
        try:
            is_new = bring(client, version["project_id"], digest, path)
        except (Refused, Damaged) as error:
            status = error.status if isinstance(error, Refused) else 500
            if status != 404 and status < 500:
                raise
            line = say["not_there"] if status == 404 else say["damaged_there"]
            counts.missing += 1
            fields = {"shot": shot["label"], "number": version["number"], "name": file["name"]}
            typer.echo(line.format(**fields), err=True)
            continue
        if is_new:
            counts.fetched += 1
            line = say["fetched_again"] if was_there else say["fetched_file"]
            typer.echo(line.format(path=told))
        else:
            counts.kept += 1
        files.append(FetchedFile(told, file["name"], digest))
    facts = (version["entity_id"], version["id"], version["number"], version["type_id"])
    how = (version["review"], version["frames"], version.get("head_frames", 0))
    return FetchedVersion(safe, shot["label"], *facts, *how, tuple(files))


def bring(client: Client, project_id: str, digest: str, path: Path) -> bool:
    """Bring a project's content to a path; return whether it was not there whole."""
    if is_there(path, digest):
        return False
    client.download(project_id, digest, path)
    return True


def is_there(path: Path, digest: str) -> bool:
    """Return whether a file with that SHA-256 stands at a path."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return digest_of(file) == digest
