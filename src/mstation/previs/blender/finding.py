"""Which Blender there is, and how something is done in it, in a process of its own.

Blender is GPL and heavy: it is never imported here, and what passes between it and us is files.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mstation.errors import NotFound, StepFailed

NAMED_BY = "MSTATION_BLENDER"
_ROOT = Path(__file__).resolve().parents[3]
# Last on the path, so that Blender's own numpy comes before ours.
_LAUNCH = (
    "import importlib, sys; "
    f"sys.path.append({str(_ROOT)!r}); "
    "words = sys.argv[sys.argv.index('--') + 1 :]; "
    "importlib.import_module(words[0]).main(words[1:])"
)


@dataclass(frozen=True, slots=True)
class Blender:
    """A Blender program, or a Python in which `import bpy` works."""

    program: str
    is_python: bool

    def run(self, module: str, *words: str) -> str:
        """Run the `main` of one of our modules inside Blender and return what it said.

        Raises:
            StepFailed: it did not come to its end.
        """
        way = ["-c", _LAUNCH] if self.is_python else [
            "--background", "--factory-startup", "--python-exit-code", "1",
            "--python-expr", _LAUNCH,
        ]  # fmt: skip
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            [self.program, *way, "--", f"mstation.previs.blender.{module}", *words],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if done.returncode:
            log = f"{done.stdout}\n{done.stderr}".strip()
            raise StepFailed("blender", module, log or f"it ended with {done.returncode}")
        return done.stdout


def find_blender() -> Blender:
    """Return the Blender that is named by the environment, installed as `bpy`, or on the path.

    Raises:
        NotFound: there is none.
    """
    if named := os.environ.get(NAMED_BY):
        if not Path(named).is_file():
            raise NotFound(
                f"{NAMED_BY} names {named}, and there is no such file",
                zh=f"{NAMED_BY} 指定的 {named} 不存在",
            )
        return Blender(named, is_python=Path(named).name.lower().startswith("python"))
    if importlib.util.find_spec("bpy") is not None:
        return Blender(sys.executable, is_python=True)
    if program := shutil.which("blender"):
        return Blender(program, is_python=False)
    raise NotFound(
        "this needs Blender 5.0 or newer, and there is none. On Python 3.13 "
        f"`pip install mstation[blender]`; else install Blender, or let {NAMED_BY} name a Blender "
        "program or a Python that has bpy",
        zh="需要 Blender 5.0 或更新版本，但没有找到：Python 3.13 请运行 "
        "`pip install mstation[blender]`；"
        f"否则请安装 Blender，或用环境变量 {NAMED_BY} 指定 Blender 程序（或装有 bpy 的 Python）",
    )
