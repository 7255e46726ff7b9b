"""What the Blender example uses of `bpy`, without Blender: for the station's half of it."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace


class _Settings(SimpleNamespace):
    """Settings that, as Blender's, nobody adds to."""

    def __setattr__(self, name: str, value: object) -> None:
        getattr(self, name)
        super().__setattr__(name, value)


def _kept() -> dict[str, object]:
    render = context.scene.render
    return {
        **{name: getattr(render, name) for name in ("engine", "filepath")},
        "file_format": render.image_settings.file_format,
        "media_type": render.image_settings.media_type,
        "codec": render.ffmpeg.codec,
    }


def _render(*, animation: bool) -> set[str]:
    assert animation
    told = _kept()
    assert (told["file_format"], told["media_type"]) == ("FFMPEG", "VIDEO")
    Path(str(told["filepath"])).write_bytes(f"a movie by {told['engine']}".encode())
    return {"FINISHED"}


context = SimpleNamespace(
    scene=SimpleNamespace(
        frame_start=993,
        frame_end=1056,
        render=_Settings(
            engine="CYCLES",
            filepath="//renders/",
            use_file_extension=True,
            image_settings=_Settings(file_format="OPEN_EXR", media_type="IMAGE"),
            ffmpeg=_Settings(format="MKV", codec="FFV1", constant_rate_factor="NONE"),
        ),
    )
)
data = SimpleNamespace(filepath=os.environ["STUB_BLEND"], is_dirty="STUB_DIRTY" in os.environ)
app = SimpleNamespace(version_string="5.0.1", background=False)
ops = SimpleNamespace(render=SimpleNamespace(render=_render))
