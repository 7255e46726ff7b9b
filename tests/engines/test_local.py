import asyncio
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import psutil
import pytest

from mstation.engines.local import LocalEngine
from mstation.errors import InvalidInput, StepFailed
from mstation.graph.build import Build
from mstation.graph.store import Store
from tests.graph.arithmetic import ADD, DIE, FAIL, PARITY, REFUSE, SLOW


class Works:
    """A store and an engine, and builds over them."""

    def __init__(self, root: Path) -> None:
        self.store = Store(root)
        self.engine = LocalEngine(self.store, 2)

    def build(self, work: Callable[[Build], Awaitable[object]]) -> Build:
        build = Build(self.store, self.engine)

        async def run() -> None:
            await work(build)

        asyncio.run(run())
        build.remember()
        return build


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    works = Works(tmp_path)
    yield works
    works.engine.close(kill=True)


async def _sum_and_parity(build: Build, numbers: list[int]) -> bytes:
    inputs = {str(i): build.put(str(n).encode()) for i, n in enumerate(numbers)}
    total = await build.make(ADD, inputs=inputs)
    parity = await build.make(PARITY, inputs={"number": total["sum"]})
    again = await build.make(ADD, "again", params={"plus": 5}, inputs={"p": parity["parity"]})
    return build.read(again["sum"])


def _states(build: Build) -> list[tuple[str, bool]]:
    return [(made.step, made.was_made) for made in build.made]


def test_nothing_is_made_twice(works: Works) -> None:
    first = works.build(lambda build: _sum_and_parity(build, [1, 2]))
    assert _states(first) == [("add", True), ("parity", True), ("add", True)]
    second = works.build(lambda build: _sum_and_parity(build, [1, 2]))
    assert _states(second) == [("add", False), ("parity", False), ("add", False)]


def test_an_unchanged_output_stops_the_rebuild(works: Works) -> None:
    works.build(lambda build: _sum_and_parity(build, [1, 2]))
    third = works.build(lambda build: _sum_and_parity(build, [1, 4]))
    assert _states(third) == [("add", True), ("parity", True), ("add", False)]
    assert third.made[0].why == "input changed: 1"


def test_a_step_asked_for_twice_at_once_runs_once(works: Works) -> None:
    async def twice(build: Build) -> None:
        number = {"n": build.put(b"4")}
        await asyncio.gather(*(build.make(ADD, inputs=number) for _ in range(5)))

    assert sorted(_states(works.build(twice))) == [("add", False)] * 4 + [("add", True)]
    assert works.engine.ticks == 1


def test_a_broken_step_tells_its_log(works: Works) -> None:
    with pytest.raises(StepFailed, match="the lamp blew") as caught:
        works.build(lambda build: build.make(FAIL))
    assert "Traceback" in caught.value.log


def test_what_the_person_can_mend_passes_through(works: Works) -> None:
    with pytest.raises(InvalidInput, match=r"^a\.fountain, line 3: no scene$"):
        works.build(lambda build: build.make(REFUSE))


def test_a_worker_that_dies_is_noticed(works: Works) -> None:
    with pytest.raises(BrokenProcessPool):
        works.build(lambda build: build.make(DIE))


_KILLED = """
import asyncio, sys
from pathlib import Path
from mstation.engines.local import LocalEngine
from mstation.graph.build import Build
from mstation.graph.store import Store
from tests.graph.arithmetic import ADD, SLOW

async def main(root):
    store = Store(root)
    build = Build(store, LocalEngine(store, 1))
    await build.make(ADD, inputs={"n": build.put(b"4")})
    await build.make(SLOW, params={"started": str(root / "started"), "seconds": 60})

if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
"""


def test_a_killed_build_leaves_whole_blobs_and_no_processes(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    root = tmp_path / "store"
    root.mkdir()
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen([sys.executable, str(script), str(root)], env=environment)
    children: list[psutil.Process] = []
    _wait_for(lambda: (root / "started").exists())
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _wait_for(lambda: not any(_is_running(child) for child in children))

    works = Works(root)
    elsewhere = works.store.scratch / "999999.another-machine"  # which shares the store
    elsewhere.mkdir()
    try:

        async def resume(build: Build) -> None:
            await build.make(ADD, inputs={"n": build.put(b"4")})
            await build.make(SLOW, params={"started": str(root / "again"), "seconds": 0})

        assert _states(works.build(resume)) == [("add", False), ("slow", True)]
        left = {path.name for path in works.store.scratch.iterdir()}
        assert left == {f"{os.getpid()}.{platform.node()}", elsewhere.name}
    finally:
        works.engine.close(kill=True)


def _is_running(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "waited 20 s"
        time.sleep(0.05)
