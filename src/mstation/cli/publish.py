"""`mstation publish`: a film to a project: what it changes, asked; then shots, pictures and cut.

A run that was cut off or killed is made whole by another: what is there is not sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from mstation.cli.station import our_words, project_named, signed_in
from mstation.cli.words import words
from mstation.client import Row
from mstation.film_shots import (
    CutFilm,
    Picture,
    Seen,
    cut_film,
    last_seen,
    new_pictures,
    read_shot_list,
)
from mstation.studio import Studio

_MB = 1_000_000
_SOUND = "sound.m4a"


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """The command's arguments as given."""

    folder: Path
    project: str
    yes: bool = False
    pictures: bool = True
    tell_people: bool = True


@dataclass(frozen=True, slots=True)
class Sending:
    """What of a film the station has not: pictures, and whether its sound and cut are new."""

    film: CutFilm
    pictures: tuple[Picture, ...]
    has_new_cut: bool

    @property
    def megabytes(self) -> float:
        """How much the pictures are."""
        return sum(each.size for each in self.pictures) / _MB


def publish_and_tell(request: PublishRequest) -> None:
    """Show what a film changes in a project, ask, and do it.

    Raises:
        NotFound: when the folder holds no film, or the station no such project.
        InvalidInput: when the film's movie is not the one that its shot list tells of.
        Conflict: when the project changed while the person was thinking.
    """
    shots = read_shot_list(request.folder)
    client = signed_in()
    with our_words(), TemporaryDirectory(prefix="mstation-") as pieces:
        project = project_named(client, request.project)
        plan = client.plan_script(project["id"], shots)
        sending = None
        if request.pictures:
            film = cut_film(request.folder, shots, Path(pieces))
            sending = _sending(client, project["id"], plan, film)
        has_steps = _tell_plan(plan)
        if not (_tell_sending(sending) or has_steps):
            typer.echo(words()["nothing_to_publish"])
            return
        if not request.yes:
            typer.confirm(words()["publish_it"], abort=True)
        if has_steps:
            client.apply_script(project["id"], shots, plan, tell_people=request.tell_people)
            plan = client.plan_script(project["id"], shots)  # it names the shots that were made
        if sending is not None:
            _send(client, project["id"], plan, sending)
            _send_cut(client, project["id"], shots, sending.film)
    typer.echo(words()["published"].format(project=project["name"]))


def _sending(client: Studio, project_id: str, plan: Row, film: CutFilm) -> Sending:
    seen = last_seen(
        Seen(row["entity_id"], row["number"], row["files"][0]["digest"])
        for row in _whole_versions(client, project_id)
        if row["build"] and row["files"]
    )
    new = set(new_pictures(film.digests, _tracked(plan), seen))
    pictures = tuple(each for each in film.pictures if each.script_id in new)
    builds = [
        row["build"]
        for row in client.rows(f"/api/projects/{project_id}/cuts")
        if row["origin"] == "script"
    ]
    return Sending(film, pictures, builds[-1:] != [film.build])


def _send(client: Studio, project_id: str, plan: Row, sending: Sending) -> None:
    """Send the pictures, and make a version of its shot of each as soon as it is there."""
    tracked, numbers = _tracked(plan), _last_numbers(_whole_versions(client, project_id))
    told, count = words(), len(sending.pictures)
    for number, each in enumerate(sending.pictures, 1):
        entity_id = tracked[each.script_id]
        file = client.upload(each.path, project_id, name=each.name)
        client.add_picture(
            entity_id, file, build=sending.film.build, frames=each.frames,
            after=numbers.get(entity_id, 0),
        )  # fmt: skip
        typer.echo(told["picture_sent"].format(label=each.label, number=number, count=count))
    if count:
        facts = {"shots": len(sending.film.pictures), "megabytes": sending.megabytes}
        typer.echo(told["pictures_sent"].format(count=count, **facts))


def _send_cut(client: Studio, project_id: str, shots: Row, film: CutFilm) -> None:
    heard = None
    if film.sound is not None:
        heard = client.upload(film.sound.path, project_id, name=_SOUND)["id"]
    client.add_cut(project_id, shots, build=film.build, sound_file_id=heard)


def _whole_versions(client: Studio, project_id: str) -> Iterable[Row]:
    """Give the versions of entities as a whole: pictures of builds are among them."""
    return (row for row in client.versions(project_id) if row["type_id"] is None)


def _last_numbers(versions: Iterable[Row]) -> dict[str, int]:
    last: dict[str, int] = {}
    for row in versions:
        last[row["entity_id"]] = max(row["number"], last.get(row["entity_id"], 0))
    return last


def _tracked(plan: Row) -> dict[str, str]:
    """Return which tracked shot each shot of the script is, as far as there is one."""
    shots = (step for step in plan["steps"] if step["kind"] == "shot" and step["entity_id"])
    return {step["script_id"]: step["entity_id"] for step in shots}


def _tell_sending(sending: Sending | None) -> bool:
    """Print what is to be sent; return whether there is anything."""
    if sending is None:
        return False
    told = words()
    if sending.pictures:
        facts = {"shots": len(sending.film.pictures), "megabytes": sending.megabytes}
        typer.echo(told["pictures_to_send"].format(count=len(sending.pictures), **facts))
    if sending.has_new_cut:
        typer.echo(told["new_cut"])
    return bool(sending.pictures) or sending.has_new_cut


def _tell_plan(plan: Row) -> bool:
    """Print every step of a plan that changes something; return whether there is any."""
    told = words()
    fates = {
        "added": told["fate_added"],
        "changed": told["fate_changed"],
        "omitted": told["fate_omitted"],
    }
    steps = [step for step in plan["steps"] if step["fate"] != "kept"]
    for step in steps:
        before = step["label_before"]
        was = f" ← {before}" if before and before != step["label"] else ""
        facts = [_frames(step)]
        if step["open_tasks"]:
            facts.append(told["open_tasks"].format(count=step["open_tasks"]))
        line = "  ".join([fates[step["fate"]], f"{step['label']}{was}", *filter(None, facts)])
        typer.echo(line)
    if plan["people"]:
        people = (f"{each['name']} ({each['open_tasks']})" for each in plan["people"])
        typer.echo(told["people_touched"].format(people=told["between"].join(people)))
    return bool(steps)


def _frames(step: Row) -> str:
    before, after = step["frames_before"], step["frames"]
    if step["fate"] != "changed" or before == after:
        return ""
    return words()["frames_changed"].format(before=before, after=after)
