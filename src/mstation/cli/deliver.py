"""`mstation deliver`: movies and sequences to a project: which shot each is for, asked, then sent.

Nothing is sent before everything is known of all of it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import typer

from mstation.cli.kept_uploads import KeptUploads
from mstation.cli.station import our_words, project_named, signed_in
from mstation.cli.words import interface_language, words
from mstation.client import Client, Row, digest_of
from mstation.deliverables import (
    Deliverable,
    find_deliverables,
    find_named,
    spans,
    words_joined,
)
from mstation.errors import InvalidInput, MStationError, NotFound, refusal_zh
from mstation.laying import lay
from mstation.media import Probe, probe
from mstation.timebase import FrameRate

MOST_FILES = 10_000  # of a version
_AT_ONCE = 4  # files on their way: those of a sequence are small, and the line is long
_MOST_SIGNS = 200  # of a file's name
_SHOWN = 10  # faults of one kind, before the rest is counted


@dataclass(frozen=True, slots=True)
class DeliverRequest:
    """What the command was asked for."""

    files: Sequence[Path]
    project: str
    task_type: str | None
    shot: str | None
    comment: str
    handles: int | None
    yes: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """One version to be: of which shot, and where it lies on it."""

    deliverable: Deliverable
    shot: Row
    task_id: str | None  # None: of the shot as a whole
    frames: int
    head_frames: int
    by: str  # who says so: number, timecode, length, person
    rate: FrameRate | None  # its own
    there: int | None = None  # the version that has these very files


@dataclass(frozen=True, slots=True)
class Film:
    """What the plan needs to know of a project."""

    project: Row
    shots: dict[str, Row]  # by id
    by_words: dict[str, list[str]]  # ids, by what labels are known by
    task_type: Row | None


def deliver_and_tell(request: DeliverRequest) -> None:
    """Show which version each file is to be of which shot, ask, send all and make the versions.

    Raises:
        NotFound: when there is no such file, project, kind of work or shot.
        InvalidInput: when of any file it cannot be told what it is for; nothing is sent then.
    """
    found = find_deliverables(request.files)
    client = signed_in()
    with our_words(), _reading():
        film = _film(client, request)
        plan = [_checked(client, film, each) for each in _planned(found, film, request)]
        _tell_plan(plan, film)
        wanted = [each for each in plan if each.there is None]
        if not wanted:
            typer.echo(words()["nothing_to_deliver"])
            return
        if not request.yes:
            typer.confirm(words()["deliver_them"], abort=True)
        _send(client, film, wanted, request.comment)
    typer.echo(words()["delivered"].format(count=len(wanted), project=film.project["name"]))


@contextmanager
def _reading() -> Iterator[None]:
    """Turn what the system says of files that cannot be read into an error of ours."""
    try:
        yield
    except OSError as error:
        raise InvalidInput(
            f"cannot be read: {error.strerror or error}",
            path=str(error.filename or "file"),
            zh=f"无法读取：{refusal_zh(error)}",
        ) from error


def _film(client: Client, request: DeliverRequest) -> Film:
    project = project_named(client, request.project)
    shots = {row["id"]: row for row in client.board(project["id"]) if not row["omitted"]}
    by_words: dict[str, list[str]] = {}
    for id_, row in shots.items():
        if joined := words_joined(row["label"]):
            by_words.setdefault(joined, []).append(id_)
    task_type = request.task_type and task_type_named(client, project, request.task_type)
    return Film(project, shots, by_words, task_type or None)


def task_type_named(client: Client, project: Row, wanted: str) -> Row:
    """Return the kind of work on shots with this name, or the only one that begins so.

    Raises:
        NotFound: when there is none, or more than one.
    """
    path = f"/api/projects/{project['id']}/task-types"
    types: list[Row] = [row for row in client.ask("GET", path) if row["of"] == "shot"]
    asked = wanted.casefold()
    found = [row for row in types if asked in (row["name"].casefold(), row["id"])]
    found = found or [row for row in types if row["name"].casefold().startswith(asked)]
    if len(found) != 1:
        names = ", ".join(row["name"] for row in types)
        raise NotFound(
            f"no one kind of work on shots is called `{wanted}`; there are: {names}",
            zh=f"没有唯一名为 `{wanted}` 的镜头任务类型；现有：{names}",
        )
    return found[0]


def _planned(found: list[Deliverable], film: Film, request: DeliverRequest) -> list[Delivery]:
    """Return what each becomes.

    Raises:
        InvalidInput: when of one it cannot be told; all such are told before.
    """
    plan: list[Delivery] = []
    faults: list[tuple[Deliverable, MStationError]] = []
    for each in found:
        try:
            plan.append(_delivery(each, film, request))
        except MStationError as fault:
            faults.append((each, fault))
    if faults:
        _refuse(faults)
    return plan


def _refuse(faults: list[tuple[Deliverable, MStationError]]) -> NoReturn:
    language = interface_language()
    for each, fault in faults:
        typer.echo(f"{each.name}: {fault.told(language)}", err=True)
    raise InvalidInput(
        f"nothing was sent: of {len(faults)} it must be said first what they are for, or how "
        "they lie",
        zh=f"尚未发送任何文件：其中 {len(faults)} 项需先说明所属镜头或位置",
    )


def _delivery(each: Deliverable, film: Film, request: DeliverRequest) -> Delivery:
    shot = _shot_of(each, film, request.shot)
    _require_whole(each)
    rate = FrameRate.parse(film.project["rate"])
    told = probe(each.paths[0], rate=rate if each.numbers else None)
    frames = len(each.numbers) or told.frames
    if not frames:
        raise InvalidInput("it has no pictures", zh="其中没有画面")
    head, by = _laid(each, told, frames, shot, request.handles, rate)
    type_id = film.task_type and film.task_type["id"]
    tasks = (task["id"] for task in shot["tasks"] if task["type_id"] == type_id)
    own = None if each.numbers else told.rate
    return Delivery(each, shot, next(tasks, None), frames, head, by, own)


def _shot_of(each: Deliverable, film: Film, said: str | None) -> Row:
    if said is not None:
        found = [said] if said in film.shots else film.by_words.get(words_joined(said), [])
    else:
        found = find_named(each.stem, film.by_words)
    if len(found) == 1:
        return film.shots[found[0]]
    if not found:
        named = said or each.stem
        raise NotFound(
            f"no shot of the film is called so (`{named}`); name it with --shot",
            zh=f"片中没有这样命名的镜头（`{named}`）；请用 --shot 指定",
        )
    labels = ", ".join(film.shots[id_]["label"] for id_ in found)
    raise InvalidInput(
        f"it could be of {labels}; name the shot with --shot",
        zh=f"可能属于 {labels}；请用 --shot 指定镜头",
    )


def _require_whole(each: Deliverable) -> None:
    """Refuse a sequence with holes, names that a station takes not, and too many files."""
    for path in each.paths:
        if len(path.name) > _MOST_SIGNS or not path.name.isprintable():
            raise InvalidInput(
                f"the name of {path.name!r} is too long, or has signs that cannot be shown",
                zh=f"{path.name!r} 的名称过长，或含有无法显示的字符",
            )
    if each.missing:
        raise InvalidInput(
            f"frames are missing: {spans(each.missing)}", zh=f"缺少以下帧：{spans(each.missing)}"
        )
    if empty := [path.name for path in each.paths if not path.stat().st_size]:
        told = ", ".join(empty[:_SHOWN])
        raise InvalidInput(f"empty: {told}", zh=f"以下文件是空的：{told}")
    if len(each.paths) > MOST_FILES:
        raise InvalidInput(
            f"it has {len(each.paths)} files, and a version {MOST_FILES} at most; send a movie",
            zh=f"共有 {len(each.paths)} 个文件，而一个版本最多 {MOST_FILES} 个；请改交视频文件",
        )


def _laid(
    each: Deliverable, told: Probe, frames: int, shot: Row, handles: int | None, rate: FrameRate
) -> tuple[int, str]:
    """Return how many frames lie before the shot's first, and who says so."""
    if handles is not None:
        if handles >= frames:
            raise InvalidInput(
                f"it has only {frames} frames, and {handles} of them before the shot",
                zh=f"只有 {frames} 帧，其中 {handles} 帧在镜头之前",
            )
        return handles, "person"
    laid = lay(
        frames,
        shot["frames"],
        first_number=each.numbers[0] if each.numbers else None,
        start_timecode=told.start_timecode,
        rate=told.rate or rate,
    )
    return laid.head_frames, laid.by


def _checked(client: Client, film: Film, each: Delivery) -> Delivery:
    """Return what is to be delivered, with the version that it is already, if any."""
    names = sorted(path.name for path in each.deliverable.paths)
    type_id = film.task_type["id"] if film.task_type and each.task_id else None
    kept = client.versions(film.project["id"], entity_id=each.shot["id"], type_id=type_id or "")
    for version in kept:
        files = {file["name"]: file["digest"] for file in version["files"]}
        if version["type_id"] == type_id and sorted(files) == names and _are_same(each, files):
            return replace(each, there=version["number"])
    return each


def _are_same(each: Delivery, digests: dict[str, str]) -> bool:
    for path in each.deliverable.paths:
        with path.open("rb") as file:
            if digest_of(file) != digests[path.name]:
                return False
    return True


def _tell_plan(plan: list[Delivery], film: Film) -> None:
    say = words()
    reasons = {
        "number": say["by_number"], "timecode": say["by_timecode"], "length": say["by_length"],
        "person": say["by_person"],
    }  # fmt: skip
    rate = FrameRate.parse(film.project["rate"])
    for each in plan:
        work = film.task_type["name"] if film.task_type and each.task_id else say["whole_shot"]
        fields = {
            "name": each.deliverable.name, "shot": each.shot["label"], "work": work,
            "frames": each.frames, "head": each.head_frames, "reason": reasons[each.by],
        }  # fmt: skip
        typer.echo(say["delivery"].format(**fields))
        short = (each.shot["frames"] or 0) - (each.frames - each.head_frames)
        if each.there is not None:
            typer.echo("  " + say["there_already"].format(number=each.there))
        if film.task_type and each.task_id is None:
            typer.echo("  " + say["no_such_task"].format(work=film.task_type["name"]))
        if short > 0:
            typer.echo("  " + say["too_short"].format(frames=short))
        if each.rate is not None and each.rate != rate:
            typer.echo("  " + say["other_rate"].format(own=each.rate, rate=rate))


def _send(client: Client, film: Film, plan: list[Delivery], comment: str) -> None:
    """Send all files, and make the versions when all are there."""
    kept = KeptUploads(client.address, film.project["id"])
    files = [(each, path) for each in plan for path in each.deliverable.paths]
    size = sum(path.stat().st_size for _, path in files)
    sent: dict[int, list[Row]] = {}

    def send(each: Delivery, path: Path) -> Row:
        return kept.upload(client, path, each.task_id)

    label = words()["sending"]
    with (
        ThreadPoolExecutor(_AT_ONCE) as pool,
        typer.progressbar(length=max(1, size), label=label, file=sys.stderr) as bar,
    ):
        rows = pool.map(send, *zip(*files, strict=True))
        try:
            for (each, _), row in zip(files, rows, strict=True):
                sent.setdefault(id(each), []).append(row)
                bar.update(row["size"])
        finally:
            kept.stop()  # also when the person stops it, or one file cannot be sent
    for each in plan:
        version = client.add_version(
            "tasks" if each.task_id else "entities",
            each.task_id or each.shot["id"],
            sent[id(each)],
            comment=comment,
            frames=each.frames,
            head_frames=each.head_frames,
        )
        typer.echo(
            words()["version_made"].format(
                name=each.deliverable.name, shot=each.shot["label"], number=version["number"]
            )
        )
