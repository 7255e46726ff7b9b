"""What a new script did to shots, told on their tasks to the people who have these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mstation.errors import Tongue
from mstation.station.change import Change, find_where
from mstation.station.organisations import Project, role_in_project
from mstation.station.production.entities import Entity
from mstation.station.production.notes import add_note
from mstation.station.production.tasks import Task

_WORDS: dict[Tongue, dict[str, str]] = {
    "en": {
        "omitted": "The script has this {kind} no more; it is omitted.",
        "back": "The script has this {kind} again.",
        "anew": "The script has this {kind} written anew.",
        "frames": "The script changed this {kind}: {before} → {after} frames.",
    },
    "zh": {
        "omitted": "剧本中已没有这{kind}，已标为删除。",
        "back": "剧本中又有了这{kind}。",
        "anew": "剧本重写了这{kind}。",
        "frames": "剧本改动了这{kind}：{before} → {after} 帧。",
    },
}
_KINDS: dict[Tongue, dict[str, str]] = {
    "en": {"scene": "scene", "shot": "shot"},
    "zh": {"scene": "场戏", "shot": "个镜头"},
}


@dataclass(frozen=True, slots=True)
class Touched:
    """A tracked scene or shot before the script changed it, and after."""

    before: Entity
    after: Entity


def tell_people(
    change: Change, project: Project, touched: Iterable[Touched], language: Tongue
) -> int:
    """Write a note on each task that somebody has on what was changed; return how many.

    What only moved in the film, or got another label, is no other work: nothing is said of it.
    People who left the project are not mentioned.
    """
    here: dict[str, bool] = {}
    notes = 0
    for each in touched:
        text = _said(each, language)
        if not text:
            continue
        for task in find_where(change.connection, Task, entity_id=each.after.id):
            people = tuple(who for who in task.assignee_ids if _is_here(change, project, who, here))
            if people:
                add_note(change, project, task, text=text, mention_ids=people)
                notes += 1
    return notes


def _said(touched: Touched, language: Tongue) -> str:
    """Return what became of one; nothing where the work on it is as before."""
    before, after = touched.before, touched.after
    if after.omitted:
        keys = [] if before.omitted else ["omitted"]
    else:
        told = {
            "back": before.omitted,
            "anew": before.script_id != after.script_id,
            "frames": before.frames != after.frames,
        }
        keys = [key for key, is_so in told.items() if is_so]
    words, kind = _WORDS[language], _KINDS[language][after.kind]
    between = " " if language == "en" else ""
    return between.join(
        words[key].format(kind=kind, before=before.frames, after=after.frames) for key in keys
    )


def _is_here(change: Change, project: Project, account_id: str, here: dict[str, bool]) -> bool:
    if account_id not in here:
        role = role_in_project(change.connection, project, account_id)
        here[account_id] = role is not None
    return here[account_id]
