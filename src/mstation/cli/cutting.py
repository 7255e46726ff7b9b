"""`mstation conform`, `turnover` and `review`: the cut in, the cut out, and what may play in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

import typer

from mstation.cli.deliver import task_type_named
from mstation.cli.fetch import bring, is_there, shots_named
from mstation.cli.station import our_words, project_named, signed_in
from mstation.cli.words import words
from mstation.client import Client, Refused, Row
from mstation.errors import InvalidInput, NotFound, refusal_zh
from mstation.publish import cannot_write, write_whole
from mstation.safe_names import safe_name, safe_names
from mstation.timebase import START_TIMECODE, FrameRate, timecode

MEDIA = "media"  # folder of a turnover
REFERENCE = "reference.mp4"
_DOCUMENTS = ("otio", "edl", "fcpxml")


@dataclass(frozen=True, slots=True)
class Run:
    """Where the film is to be shown, where somebody said so; whole days of UTC, both included."""

    medium: str = ""
    territories: tuple[str, ...] = ()
    first_day: datetime | None = None
    last_day: datetime | None = None

    def query(self) -> list[tuple[str, str]]:
        """Return it as the station asks for it; what is not said is left out, for it to refuse."""
        told = [("medium", self.medium)] if self.medium else []
        told += [("territory", each) for each in self.territories]
        if self.first_day is not None:
            told.append(("starts_at", f"{self.first_day:%Y-%m-%dT00:00:00Z}"))
        if self.last_day is not None:
            told.append(("ends_at", f"{self.last_day + timedelta(days=1):%Y-%m-%dT00:00:00Z}"))
        return told


@dataclass(frozen=True, slots=True)
class TurnoverRequest:
    """What a turnover was asked for."""

    project: str
    out: Path
    handles: int
    media: bool  # whether the media that play come too
    run: Run


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What a review says of which version."""

    project: str
    shot: str
    task_type: str | None
    number: int | None  # None: the newest
    review: str  # approved, retake, pending
    note: str


def conform_and_tell(path: Path, project: str, rate: str | None, *, yes: bool) -> None:
    """Show what an editor's cut does to the one that plays, ask, and take it in.

    Raises:
        NotFound: when there is no such file or project.
        InvalidInput: when the file is no cut, or runs at another rate.
        Conflict: when the project changed while the person was thinking.
    """
    client = signed_in()
    with our_words():
        row = project_named(client, project)
        body = _document(client, row["id"], path) | ({"rate": rate} if rate else {})
        where = f"/api/projects/{quote(row['id'])}/cuts"
        plan = client.ask("POST", f"{where}/plan", body)
        _tell_edit(plan)
        if not yes:
            typer.confirm(words()["take_it_in"], abort=True)
        cut = client.add(where, body | {"plan": plan["digest"]})
    typer.echo(words()["taken_in"].format(number=cut["number"], project=row["name"]))


def turnover_and_tell(request: TurnoverRequest) -> None:
    """Write the playing cut's documents, what is wanted back, its media and the movie of it.

    Raises:
        NotFound: when there is no such project, or no cut plays in it.
        StoreFailed: when the folder cannot be written.
    """
    client, say = signed_in(), words()
    with our_words():
        project = project_named(client, request.project)
        cut = f"/api/projects/{quote(project['id'])}/cut"
        playing = client.ask("GET", cut)
        uncleared = _uses(client, project, request)
        _save_documents(client, cut, safe_name(project["name"]), request)
        try:
            for version_id, folder in _media(client, cut, playing) if request.media else ():
                _bring(client, version_id, request.out / MEDIA / folder)
            has_reference = _bring_movie(client, cut, request.out / REFERENCE)
        except OSError as error:
            raise cannot_write(request.out, error) from error
    if not has_reference:
        typer.echo(say["no_reference"], err=True)
    empty = [each["clip"]["label"] for each in playing["clips"] if each["version_id"] is None]
    if empty:
        typer.echo(say["nothing_plays"].format(shots=say["between"].join(empty)), err=True)
    for each in uncleared:
        typer.echo(each[say["tongue"]], err=True)
    shots = len(playing["clips"])
    typer.echo(say["turned_over"].format(folder=request.out, shots=shots, handles=request.handles))


def review_and_tell(request: ReviewRequest) -> None:
    """Say how the review of a shot's version went, with a note where there is one.

    Raises:
        NotFound: when there is no such project, shot, kind of work or version.
        Conflict: when somebody else reviewed it meanwhile.
    """
    client = signed_in()
    with our_words():
        project = project_named(client, request.project)
        (shot,) = shots_named(client.board(project["id"]), (request.shot,))
        kind = request.task_type
        type_id = task_type_named(client, project, kind)["id"] if kind else ""
        version = _version(client, project, shot, type_id, request)
        if request.note:
            client.note("versions", version["id"], request.note)
        where = f"/api/versions/{quote(version['id'])}"
        client.change(where, version["revision"], {"review": request.review})
    say = words()
    lines = {"approved": say["approved"], "retake": say["to_retake"], "pending": say["pending"]}
    line = lines[request.review]
    typer.echo(line.format(shot=request.shot, number=version["number"]))


def _document(client: Client, project_id: str, path: Path) -> Row:
    """Return an editor's document as the station takes it; what is no UTF-8 goes as a file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFound(
            f"cannot read {path}: {error.strerror}", zh=f"无法读取 {path}：{refusal_zh(error)}"
        ) from error
    try:
        return {"text": data.decode(), "name": path.name}
    except UnicodeDecodeError:
        return {"file_id": client.upload(path, project_id)["id"]}


def _tell_edit(plan: Row) -> None:
    """Print every clip that changes, and whose work that touches."""
    say = words()
    fates = {
        "kept": say["fate_kept"], "moved": say["fate_moved"], "trimmed": say["fate_trimmed"],
        "retimed": say["fate_retimed"], "dissolved": say["fate_dissolved"],
        "repeated": say["fate_repeated"], "missing": say["fate_missing"],
        "new": say["fate_new"], "ambiguous": say["fate_ambiguous"],
    }  # fmt: skip
    rate = FrameRate.parse(plan["rate"])
    for clip in plan["clips"]:
        if clip["fates"] == ["kept"]:
            continue
        first = clip["record_first_frame"]
        at = "--:--:--:--" if first is None else timecode(first, rate, start=START_TIMECODE)
        line = (
            f"{at}  {clip['label']}  {say['between'].join(fates.get(f, f) for f in clip['fates'])}"
        )
        if "trimmed" in clip["fates"]:
            trims = {"head": -clip["head_trim_frames"], "tail": -clip["tail_trim_frames"]}
            line += "  " + say["trimmed_by"].format(**trims)
        lacking = clip["lacking_head_frames"] + clip["lacking_tail_frames"]
        if lacking > 0:
            line += "  " + say["lacks_frames"].format(frames=lacking)
        if clip["candidates"]:
            line += "  " + " / ".join(clip["candidates"])
        typer.echo(line)
    told = (f"{fates.get(fate, fate)} {n}" for fate, n in plan["counts"].items() if n)
    frames = {"before": plan["frames_before"], "after": plan["frames"]}
    typer.echo(say["edit_counts"].format(counts=say["between"].join(told), **frames))
    if plan["people_ids"]:
        tasks = {"tasks": len(plan["tasks"]), "people": len(plan["people_ids"])}
        typer.echo(say["edit_touches"].format(**tasks))


def _save_documents(client: Client, cut: str, name: str, request: TurnoverRequest) -> None:
    """Write the cut as each kind of document, and the list of what is wanted back."""
    handles = [("handles", str(request.handles)), *request.run.query()]
    named = [*handles, ("media", MEDIA)] if request.media else handles
    for kind in _DOCUMENTS:
        _save(client, f"{cut}/{kind}?{urlencode(named)}", request.out / f"{name}.{kind}")
    wanted = urlencode([*handles, ("versions", "wanted"), ("format", "csv")])
    _save(client, f"{cut}/pulls?{wanted}", request.out / "wanted.csv")


def _uses(client: Client, project: Row, request: TurnoverRequest) -> list[Row]:
    """Return what is not cleared where the film is to be shown, and write it as a list."""
    run = request.run.query()
    if not run:
        return []
    where = f"/api/projects/{quote(project['id'])}/uses/findings?{urlencode(run)}"
    found: list[Row] = client.ask("GET", where)
    _save(client, f"{where}&format=csv", request.out / "uses.csv")
    return found


def _bring_movie(client: Client, cut: str, target: Path) -> bool:
    """Bring the cut as it was rendered last; return whether it was."""
    where = f"{cut}/movie"
    try:
        with client.answered("HEAD", where) as answer:
            digest, size = answer.headers["ETag"].strip('"'), int(answer.headers["Content-Length"])
    except Refused as error:
        if error.status != 404:
            raise
        return False
    if not is_there(target, digest):
        client.take(where, digest, size, target)
    return True


def _media(client: Client, cut: str, playing: Row) -> Iterator[tuple[str, str]]:
    """Give the version of each source and its folder, as the documents have it."""
    pulls = client.ask("GET", f"{cut}/pulls?versions=playing&handles=0")
    folders = {pull["name"]: pull["file"].rpartition("/")[0] for pull in pulls}
    seen: set[str] = set()
    for clip in playing["clips"]:
        label = clip["clip"]["label"]
        if clip["version_id"] is None or label in seen:
            continue
        seen.add(label)
        folder = folders.get(label, "")
        yield clip["version_id"], safe_name(folder) if folder else ""


def _bring(client: Client, version_id: str, folder: Path) -> None:
    """Bring a version's files into the folder; what is there whole stays."""
    version = client.ask("GET", f"/api/versions/{quote(version_id)}")
    folder.mkdir(parents=True, exist_ok=True)
    names = safe_names([file["name"] for file in version["files"]])
    for file, name in zip(version["files"], names, strict=True):
        bring(client, version["project_id"], file["digest"], folder / name)


def _save(client: Client, path: str, target: Path) -> None:
    """Write what the station answers to a file: whole, or as it was."""
    with client.answered("GET", path) as answer:
        write_whole(target, answer.read())


def _version(
    client: Client, project: Row, shot_id: str, type_id: str, request: ReviewRequest
) -> Row:
    rows = client.versions(project["id"], entity_id=shot_id, type_id=type_id)
    wanted = [row for row in rows if request.number in (None, row["number"])]
    if not wanted:
        raise NotFound(f"{request.shot} has no such version", zh=f"{request.shot} 没有这个版本")
    if request.number is not None and len(wanted) > 1:
        raise InvalidInput(
            f"{request.shot} has {len(wanted)} versions {request.number}, of different kinds of "
            "work; say which with --type",
            zh=f"{request.shot} 有 {len(wanted)} 个版本 {request.number}（工种不同）；"
            "请用 --type 指明",
        )
    return max(wanted, key=lambda row: row["made_at"])
