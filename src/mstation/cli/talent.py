"""`mstation talent`: what the cast costs at least, in which order, and whether that is proved."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer

from mstation.cli.words import interface_language, printable, words
from mstation.errors import InvalidInput, MStationError, NotFound, refusal_zh
from mstation.schedule.talent.instance import Instance
from mstation.schedule.talent.reading import MOST_BYTES, read_instance
from mstation.schedule.talent.solve import Progress, Solution, solve

SCHEMA = "mstation.talent/1"
_CLEAR_LINE = "\r\x1b[K"


@dataclass(frozen=True, slots=True)
class TalentRequest:
    """The command's arguments as given."""

    files: tuple[Path, ...]
    seed: int
    moves: int
    states: int


@dataclass(frozen=True, slots=True)
class _Solved:
    """A file's solution, and how long it took."""

    path: Path
    solution: Solution
    seconds: float


def solve_and_tell(request: TalentRequest, *, as_json: bool) -> None:
    """Solve every file that can be read and print a line each, in their order, or one document.

    Raises:
        NotFound, InvalidInput: a file was none; the others are solved before that is said.
    """
    solved, faults = list[_Solved](), list[MStationError]()
    for path in request.files:
        try:
            instance = read_instance(_bytes_of(path), str(path))
        except MStationError as error:
            faults.append(error)
            continue
        solved.append(_solve(path, instance, request))
        if not as_json:
            typer.echo(printable(_line(solved[-1])))
    if as_json:
        document = {"schema": SCHEMA, "instances": [_row(each) for each in solved]}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=1))
    for fault in faults[:-1]:
        typer.echo(f"mstation: {fault.told(interface_language())}", err=True)
    if faults:
        raise faults[-1]


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes, as far as one that is no instance is told from one."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise NotFound(
            f"{path}: no such file; check the name", zh=f"{path}：没有这个文件；请检查文件名"
        ) from None
    except OSError as error:
        raise InvalidInput(
            f"cannot be read: {error.strerror}", path=str(path), zh=f"无法读取：{refusal_zh(error)}"
        ) from error


def _solve(path: Path, instance: Instance, request: TalentRequest) -> _Solved:
    is_watched = sys.stderr.isatty()
    begun = time.perf_counter()
    solution = solve(
        instance, moves=request.moves, states=request.states, seed=request.seed,
        on_progress=_watcher(instance) if is_watched else None,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    if is_watched:
        sys.stderr.write(_CLEAR_LINE)
        sys.stderr.flush()
    return _Solved(path, solution, seconds)


def _watcher(instance: Instance) -> Callable[[Progress], None]:
    """Return what shows the best so far on one line of the terminal."""
    say = words()

    def show(known: Progress) -> None:
        told = say["talent_so_far"].format(
            name=instance.name,
            cost=_decimal(known.cost, instance.denominator),
            bound=_decimal(known.bound, instance.denominator),
        )
        sys.stderr.write(_CLEAR_LINE + printable(told)[:78])
        sys.stderr.flush()

    return show


def _line(solved: _Solved) -> str:
    solution, say = solved.solution, words()
    told = say["talent_proven"] if solution.is_proven else say["talent_unproven"]
    return told.format(
        name=solution.name,
        cost=_decimal(solution.cost, solution.denominator),
        bound=_decimal(solution.bound, solution.denominator),
        seconds=solved.seconds,
    )


def _row(solved: _Solved) -> dict[str, Any]:
    solution = solved.solution
    costs = {"cost": solution.cost, "hold_cost": solution.hold, "bound": solution.bound}
    return {
        "file": str(solved.path),
        "name": solution.name,
        **{key: _number(value, solution.denominator) for key, value in costs.items()},
        "is_proven": solution.is_proven,
        "seconds": round(solved.seconds, 6),
        "order": list(solution.order),
    }


def _decimal(cost: int, denominator: int) -> str:
    """Return a cost as it is written: exact, as its denominator is a power of ten."""
    told = f"{Decimal(cost).scaleb(1 - len(str(denominator))):f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def _number(cost: int, denominator: int) -> int | float:
    """Return a cost as JSON writes it; fifteen digits are exact as a float too."""
    return cost if denominator == 1 else float(_decimal(cost, denominator))
