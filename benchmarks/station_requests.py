"""Prints how many requests a second the station answers, beside Zou with the same production in it.

    .venv/bin/python -m benchmarks.station_requests
    .venv/bin/python -m benchmarks.station_requests --environment .bench/zou --out station.json

Needs PostgreSQL and Redis (on Debian: postgresql, redis-server); Zou is installed into an
environment of its own. Each measure runs in rounds ours - Zou - ours, so that what else the machine
does falls on both: the ratio of a round is that of our two runs' mean to Zou's run, the table's the
median over rounds. Before every timed read each client changes a task's status over another
connection, and all wait for all changes, so that no answer is only a cached one; the change is not
timed.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.film_build import ROOT, machine
from benchmarks.station_clients import NUMBER
from benchmarks.station_peers import PROCESSES, SEQUENCES, SHOTS, TASKS_A_SHOT, Peer, ours, zou

CLIENTS = (1, 4, 8)
BOARD_BYTES, SHOT_P95_MS, MEMORY_SHARE = 150_000, 8.0, 0.5

Asks = Callable[[Peer, Sequence[str], int], dict[str, Any]]  # peer, own tasks, number → Ask


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured."""

    what: str
    ours: Asks
    zou: Asks
    changes_before: bool
    bar: float  # so many times Zou's requests a second


@dataclass(frozen=True, slots=True)
class Run:
    """One measure of one server in one round."""

    what: str
    clients: int
    server: str
    round: int
    a_second: float
    p50_ms: float
    p95_ms: float
    bytes: int
    requests: int


def main() -> None:
    """Measure and print a table; write it and every run as JSON on --out."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--environment", type=Path, help="folder of Zou's virtual environment")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="a run")
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--out", type=Path, help="a JSON file")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # ends the servers too
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        environment = (arguments.environment or folder / "zou").resolve()
        peers = (
            stack.enter_context(ours(folder)),
            stack.enter_context(zou(folder, environment)),
        )
        measures = _measures()
        runs = list(_runs(peers, measures, arguments))
        memory = {peer.name: {what: peer.memory_mib(what) for what in peer.pids} for peer in peers}
    rows = _rows(runs, measures, memory)
    print(_settings(arguments))
    print(_table(rows))
    if arguments.out:
        told = {"settings": _settings(arguments), "rows": rows, "memory_mib": memory}
        told["runs"] = [asdict(run) for run in runs]
        arguments.out.write_text(json.dumps(told, indent=1), encoding="utf-8")


def _measures() -> tuple[Measure, ...]:
    return (
        Measure("all shots with their tasks", _our_board, _zou_board, True, 10),
        Measure("one shot", _our_shot, _zou_shot, True, 1),
        Measure("comment with change of status", _our_comment, _zou_comment, False, 4),
        Measure("create shot", _our_create, _zou_create, False, 4),
    )


def _our_board(peer: Peer, _tasks: Sequence[str], _number: int) -> dict[str, Any]:
    return _get(peer, [f"/api/projects/{peer.project_id}/board?kind=shot"])


def _zou_board(peer: Peer, _tasks: Sequence[str], _number: int) -> dict[str, Any]:
    return _get(peer, [f"/data/shots/with-tasks?project_id={peer.project_id}"])


def _our_shot(peer: Peer, _tasks: Sequence[str], _number: int) -> dict[str, Any]:
    return _get(peer, [f"/api/entities/{peer.shot_ids[SHOTS // 2]}"])


def _zou_shot(peer: Peer, _tasks: Sequence[str], _number: int) -> dict[str, Any]:
    return _get(peer, [f"/data/shots/{peer.shot_ids[SHOTS // 2]}"])


def _get(peer: Peer, paths: list[str]) -> dict[str, Any]:
    return {"method": "GET", "paths": paths, "headers": peer.headers}


def _our_status(peer: Peer, tasks: Sequence[str], _number: int) -> dict[str, Any]:
    paths = [f"/api/tasks/{task}" for task in tasks]
    return {
        "method": "PATCH", "paths": paths, "headers": peer.headers,
        "bodies": [json.dumps({"status_id": status}) for status in peer.status_ids],
        "tags": {path: peer.tags[path] for path in paths},
    }  # fmt: skip


def _zou_status(peer: Peer, tasks: Sequence[str], _number: int) -> dict[str, Any]:
    return {
        "method": "PUT", "paths": [f"/data/tasks/{task}" for task in tasks],
        "headers": peer.headers,
        "bodies": [json.dumps({"task_status_id": status}) for status in peer.status_ids],
    }  # fmt: skip


def _our_comment(peer: Peer, tasks: Sequence[str], _number: int) -> dict[str, Any]:
    bodies = [
        json.dumps({"status_id": status, "text": "please have a look"})
        for status in peer.status_ids
    ]
    return {
        "method": "POST", "paths": [f"/api/tasks/{task}/notes" for task in tasks],
        "headers": peer.headers, "bodies": bodies, "expect": 201,
    }  # fmt: skip


def _zou_comment(peer: Peer, tasks: Sequence[str], _number: int) -> dict[str, Any]:
    bodies = [
        json.dumps({"task_status_id": status, "comment": "please have a look"})
        for status in peer.status_ids
    ]
    return {
        "method": "POST", "paths": [f"/actions/tasks/{task}/comment" for task in tasks],
        "headers": peer.headers, "bodies": bodies, "expect": 201,
    }  # fmt: skip


def _our_create(peer: Peer, _tasks: Sequence[str], number: int) -> dict[str, Any]:
    body = {"kind": "shot", "label": f"N{NUMBER}", "parent_id": peer.parent_ids[0], "frames": 100}
    return {
        "method": "POST", "paths": [f"/api/projects/{peer.project_id}/entities"],
        "headers": peer.headers, "bodies": [json.dumps(body)], "number": number, "expect": 201,
    }  # fmt: skip


def _zou_create(peer: Peer, _tasks: Sequence[str], number: int) -> dict[str, Any]:
    body = {"name": f"N{NUMBER}", "sequence_id": peer.parent_ids[0], "nb_frames": 100}
    return {
        "method": "POST", "paths": [f"/data/projects/{peer.project_id}/shots"],
        "headers": peer.headers, "bodies": [json.dumps(body)], "number": number, "expect": 201,
    }  # fmt: skip


def _runs(
    peers: tuple[Peer, Peer], measures: Sequence[Measure], arguments: argparse.Namespace
) -> Iterator[Run]:
    """Measure everything: ours, Zou, ours, as often as there are rounds, one measure at a time."""
    our, other = peers
    number = 0
    for measure in measures:
        for clients in arguments.clients:
            for turn in range(arguments.rounds):
                for peer in (our, other, our):
                    number += 1_000_000
                    run = _run(peer, measure, clients, turn, number, arguments.seconds)
                    print(_line(run), file=sys.stderr)
                    yield run


def _run(peer: Peer, measure: Measure, clients: int, turn: int, number: int, seconds: float) -> Run:
    """Let a process of its own ask, and return what it measured."""
    is_ours = peer.name == "ours"
    timed = measure.ours if is_ours else measure.zou
    before = _our_status if is_ours else _zou_status
    # A task is changed by one client only: nobody waits for another's ETag.
    shares = [peer.task_ids[place::clients] for place in range(clients)]
    job = {
        "host": "127.0.0.1", "port": peer.port, "seconds": seconds,
        "clients": [
            {
                "timed": timed(peer, share, number + place * 100_000),
                "before": before(peer, share, 0) if measure.changes_before else None,
            }
            for place, share in enumerate(shares)
        ],
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.station_clients"],
        input=json.dumps(job), text=True, capture_output=True, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr)
    told = json.loads(done.stdout)
    peer.tags.update(told["tags"])
    took = sorted(told["seconds"])
    return Run(
        measure.what, clients, peer.name, turn, round(len(took) / told["busy_s"], 1),
        round(median(took) * 1e3, 2), round(_p95(took) * 1e3, 2), told["bytes"], len(took),
    )  # fmt: skip


def _p95(took: Sequence[float]) -> float:
    return quantiles(took, n=20)[-1] if len(took) > 1 else took[0]


def _rows(
    runs: Sequence[Run], measures: Sequence[Measure], memory: Mapping[str, Mapping[str, float]]
) -> list[dict[str, Any]]:
    """Return the lines of the table."""
    rows = []
    for measure in measures:
        for clients in dict.fromkeys(run.clients for run in runs):
            here = [run for run in runs if run.what == measure.what and run.clients == clients]
            rows.append(_row(measure, clients, here))
    our, other = memory["ours"]["server"], memory["Zou"]["server"]
    rows.append(
        {
            "what": f"memory of the server's processes, MiB ({PROCESSES} and their parent)",
            "ours": our, "Zou": other, "ratio": our / other, "bar": f"<= {MEMORY_SHARE}",
            "reached": our / other <= MEMORY_SHARE,
        }
    )  # fmt: skip
    return rows


def _row(measure: Measure, clients: int, runs: Sequence[Run]) -> dict[str, Any]:
    our = [run for run in runs if run.server == "ours"]
    other = [run for run in runs if run.server == "Zou"]
    ratios = []
    for them in other:
        beside = [run.a_second for run in our if run.round == them.round]
        ratios.append(sum(beside) / len(beside) / them.a_second)
    ratio = median(ratios)
    p95 = median(run.p95_ms for run in our)
    row = {
        "what": measure.what, "clients": clients,
        "ours": median(run.a_second for run in our),
        "Zou": median(run.a_second for run in other),
        "ratio": ratio, "ratio_least": min(ratios), "ratio_most": max(ratios),
        "ours_p95_ms": p95, "Zou_p95_ms": median(run.p95_ms for run in other),
        "ours_bytes": max(run.bytes for run in our), "Zou_bytes": max(run.bytes for run in other),
        "bar": f">= {measure.bar:g}", "reached": ratio >= measure.bar,
    }  # fmt: skip
    if measure.what.startswith("all shots"):
        row["bar"] += f", < {BOARD_BYTES // 1000} kB"
        row["reached"] = row["reached"] and row["ours_bytes"] < BOARD_BYTES
    if measure.what == "one shot":
        row["bar"] += f", p95 < {SHOT_P95_MS:g} ms"
        row["reached"] = row["reached"] and p95 < SHOT_P95_MS
    return row


def _settings(arguments: argparse.Namespace) -> str:
    return (
        f"{machine()}\n{SEQUENCES} sequences, {SHOTS} shots, {SHOTS * TASKS_A_SHOT} tasks; "
        f"{PROCESSES} server processes each; rounds ours - Zou - ours: {arguments.rounds}, "
        f"{arguments.seconds:g} s a run"
    )


def _line(run: Run) -> str:
    return (
        f"{run.what}, {run.clients} clients, {run.server}: {run.a_second:.1f} a second, "
        f"p50 {run.p50_ms:.1f} ms, p95 {run.p95_ms:.1f} ms, {run.bytes} bytes"
    )


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the table as the page of numbers has it."""
    lines = [
        "| what | clients | ours/s | Zou/s | ratio (least - most) | p95 ms, ours - Zou "
        "| bytes, ours - Zou | bar | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        spread = took = size = ""
        if "clients" in row:
            spread = f" ({row['ratio_least']:.2f} - {row['ratio_most']:.2f})"
            took = f"{row['ours_p95_ms']:.1f} - {row['Zou_p95_ms']:.1f}"
            size = f"{row['ours_bytes']:,} - {row['Zou_bytes']:,}"
        cells = (
            row["what"], row.get("clients", ""), f"{row['ours']:.1f}", f"{row['Zou']:.1f}",
            f"{row['ratio']:.2f}{spread}", took, size, row["bar"],
            "reached" if row["reached"] else "**not reached**",
        )  # fmt: skip
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
