"""The process apart that reads a stranger's PDF: limits itself, then says what its signature is.

Usage: python -P -m mstation.station.exchange.paper_worker PATH SECONDS MEGABYTES OUT_MEGABYTES
Standard input holds the certificates that are believed, in PEM. One line of JSON comes out.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from mstation.errors import InvalidInput
from mstation.media.kinds import Limits
from mstation.media.worker import limit


def main(arguments: list[str]) -> None:
    """Read one file."""
    path, *numbers = arguments
    limit(Limits(*(int(number) for number in numbers)))
    from mstation.station.exchange.chains import chain_in  # only now, under the limits
    from mstation.station.exchange.pades import read_paper

    try:
        roots = chain_in(sys.stdin.buffer.read())
        subject, signed = read_paper(Path(path).read_bytes(), roots)
        said = {"subject": subject, **asdict(signed)}
    except InvalidInput as error:
        said = {"fault": str(error), "zh": error.told("zh")}
    sys.stdout.write(json.dumps(said, default=str))


if __name__ == "__main__":
    main(sys.argv[1:])
