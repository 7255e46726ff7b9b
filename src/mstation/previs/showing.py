"""The process apart that shows a model from outside: limits itself, then reads it and draws it.

Usage: python -P -m mstation.previs.showing PATH OUT SECONDS MEGABYTES OUT_MEGABYTES
Standard input says in JSON whose it is (`owner`, `number`) and its `media_type`. Into the folder
OUT come `turntable.mp4`, `watermarked.jpg` and `thumbnail.jpg`; one line of JSON comes out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mstation.media.kinds import Derived, Limits
from mstation.media.worker import answer, limit

_THUMBNAIL = 3  # times smaller than the picture
_MOST_BYTES = 1024**3
_USD = "model/vnd.usd"


def main(arguments: list[str]) -> None:
    """Show one model."""
    path, out, *numbers = arguments
    limits = Limits(*(int(number) for number in numbers))
    limit(limits)
    wanted = json.load(sys.stdin)
    answer(lambda: show(Path(path), wanted, Path(out)), limits.megabytes)


def show(path: Path, wanted: dict[str, Any], out: Path) -> Derived:
    """Write what is seen of a model; `details` say how many triangles it has.

    Raises:
        InvalidInput: when the file is damaged, names other files, or is too much.
        Unsupported: when it is packed in a way that is not read.
    """
    from mstation.media.marks import Mark
    from mstation.media.previews import write_marked
    from mstation.previs.turntable import FRAMES, HEIGHT, RATE, WIDTH, poster_of, write_turntable

    mark = Mark(wanted["owner"], wanted["number"])
    model = _read(path, wanted["media_type"], out)
    poster = poster_of(model)
    write_marked(poster, mark, out / "watermarked.jpg")
    small = poster[::_THUMBNAIL, ::_THUMBNAIL].copy()
    write_marked(small, mark, out / "thumbnail.jpg")
    write_turntable(model, mark, out / "turntable.mp4")
    details = {"width": WIDTH, "height": HEIGHT, "frames": FRAMES, "rate": str(RATE)}
    return Derived("video/mp4", {**details, "triangles": model.triangles})


def _read(path: Path, media_type: str, out: Path) -> Any:
    from mstation.errors import InvalidInput

    if path.stat().st_size > _MOST_BYTES:
        raise InvalidInput(
            f"the model is larger than {_MOST_BYTES >> 30} GiB; send a lighter one",
            zh=f"模型超过 {_MOST_BYTES >> 30} GiB，请精简后上传",
        )
    if media_type == _USD:
        from mstation.previs.usd_reading import read_usd

        named = out / "model.usd"  # what it is called says how it is read
        named.symlink_to(path.resolve())
        return read_usd(named)
    from mstation.previs.gltf_reading import read_glb

    return read_glb(path.read_bytes())


if __name__ == "__main__":
    main(sys.argv[1:])
