"""A reader at its seat: a process that is asked, and replaced when it gives no answer."""

from __future__ import annotations

import json
import select
import subprocess
from dataclasses import dataclass, field
from typing import Any


class NoAnswer(Exception):
    """A reader hung or fell over; the words say which."""


@dataclass
class Seat:
    """One reader, its process started when it is first asked."""

    name: str
    version: str
    command: list[str]
    process: subprocess.Popen[str] | None = field(default=None, init=False)

    def ask(self, question: dict[str, Any], *, limit_s: float) -> dict[str, Any]:
        """Return the answer to a question.

        Raises:
            NoAnswer: when the process ends, or says nothing for `limit_s` seconds.
        """
        if self.process is None:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
        process = self.process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
        except BrokenPipeError as ended:
            self.leave()
            raise NoAnswer("ended before it was asked") from ended
        if not select.select([process.stdout], [], [], limit_s)[0]:
            self.leave()
            raise NoAnswer(f"no answer in {limit_s:.0f} s")
        line = process.stdout.readline()
        if not line:
            self.leave()
            raise NoAnswer("ended with an error")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def leave(self) -> None:
        """End the process; the next question starts another."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
