"""Changes in, lines for people out: what a revision does to the film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from mstation.breakdown.changes import Changes, LineChange, SceneChange
from mstation.breakdown.paging import pages_text
from mstation.screenplay.lexicon import lexicon
from mstation.screenplay.script import Language

_SIGNS = {"added": "+", "cut": "-", "moved": ">", "renumbered": "=", "heading": "~", "changed": "~"}
_LONGEST_QUOTE = 72


def tell_changes(changes: Changes, language: Language, *, has_film: bool) -> str:
    """Return what a revision changes, a scene a paragraph, and what it touches at the end."""
    say: dict[str, str] = lexicon("mstation.breakdown", "changes")[language]
    lines: list[str] = []
    for is_run, group in groupby(changes.scenes, key=lambda scene: scene.kinds == ("renumbered",)):
        scenes = list(group)
        if is_run:
            lines += [f"= {_run(run, say)}" for run in _runs(scenes)]
        else:
            for scene in scenes:
                lines += _scene(scene, say)
    if not lines:
        lines.append(say["same"])
    before, after = pages_text(changes.eighths_before), pages_text(changes.eighths)
    lines += ["", say["pages"].format(before=before, after=after)]
    for key in ("people", "people_added", "people_cut", "days", "shots"):
        names: Sequence[str] = getattr(changes, key)
        if names:
            lines.append(f"{say[key]}{say['colon']}{say['comma'].join(names)}")
    if not has_film and changes.scenes:
        lines.append(say["no_film"])
    return "\n".join(lines) + "\n"


def _runs(scenes: Sequence[SceneChange]) -> Iterator[list[SceneChange]]:
    """Part scenes that are only renumbered into runs with one and the same step."""

    def step(scene: SceneChange) -> int | str:
        if scene.number.isdigit() and scene.number_before.isdigit():
            return int(scene.number) - int(scene.number_before)
        return scene.scene_id

    for _, run in groupby(scenes, key=step):
        yield list(run)


def _run(run: Sequence[SceneChange], say: dict[str, str]) -> str:
    first, last = run[0], run[-1]
    if len(run) == 1:
        return f"{first.number}  {first.heading}  ({_was(first, say)})"
    return say["runs"].format(
        first=first.number_before,
        last=last.number_before,
        first_now=first.number,
        last_now=last.number,
    )


def _was(scene: SceneChange, say: dict[str, str]) -> str:
    return say["was"].format(number=scene.number_before)


def _scene(scene: SceneChange, say: dict[str, str]) -> Iterator[str]:
    comma = say["comma"]
    told = [say[kind] for kind in scene.kinds if kind != "renumbered"]
    if scene.number_before not in ("", scene.number) and scene.number:
        told.append(_was(scene, say))
    sign = _SIGNS[scene.kinds[0]]
    heading = scene.heading or scene.heading_before
    yield f"{sign} {scene.number or scene.number_before}  {heading}  ({comma.join(told)})"
    if "heading" in scene.kinds:
        yield f"      {say['was'].format(number=scene.heading_before)}"
    if scene.kinds not in (("added",), ("cut",)):
        for line in scene.lines:
            yield f"      {_line(line, say)}"
    for key in ("people", "days", "shots"):
        names: Sequence[str] = getattr(scene, key)
        if names:
            yield f"      {say[key]}{say['colon']}{comma.join(names)}"


def _line(line: LineChange, say: dict[str, str]) -> str:
    head = say["line"].format(line=line.line, who=line.who or say["action"])
    match line.kind:
        case "edited":
            words = f"{_quote(line.before)} → {_quote(line.after)}"
        case "cut":
            words = f"{say['cut']} {_quote(line.before)}"
        case _:
            words = f"{say[line.kind]} {_quote(line.after)}"
    return f"{head}{say['colon']}{words}"


def _quote(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + '…'}”"
