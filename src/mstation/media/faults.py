"""What is said of a media file that cannot be used."""

from __future__ import annotations

from mstation.errors import InvalidInput, Unsupported


def damaged(what: str) -> InvalidInput:
    """Return the error of a file that is not what its beginning promises."""
    return InvalidInput(
        f"the file cannot be read as {what}: it is damaged or cut off; export it and send it again",
        zh=f"无法按 {what} 读取：文件已损坏或不完整；请重新导出并上传",
    )


def no_pictures(what: str) -> Unsupported:
    """Return the error of a file in which there is nothing to see."""
    return Unsupported(
        f"{what} holds no pictures; give a movie, an image or an image sequence",
        zh=f"{what} 中没有画面；请提供影片、图片或图片序列",
    )


def no_sound(what: str) -> Unsupported:
    """Return the error of a file in which there is nothing to hear."""
    return Unsupported(
        f"{what} holds no sound; give a movie with sound, or a WAV file",
        zh=f"{what} 中没有声音；请提供有声影片或 WAV 文件",
    )


def no_media(what: str) -> Unsupported:
    """Return the error of a file that is no media file that we open."""
    return Unsupported(
        f"{what} is no media file that can be opened here; give MOV, MP4, MXF, MKV, WAV, EXR, "
        "DPX, TIFF, PNG or JPEG",
        zh=f"{what} 不是可打开的媒体文件；请提供 MOV、MP4、MXF、MKV、WAV、EXR、DPX、TIFF、"
        "PNG 或 JPEG",
    )


def too_large(width: int, height: int, most: int) -> InvalidInput:
    """Return the error of a picture of more pixels than anything that is shown."""
    return InvalidInput(
        f"the picture has {width} × {height} pixels, more than {most // 1_000_000} million; "
        "export it smaller",
        zh=f"图片为 {width} × {height} 像素，超过 {most // 1_000_000} 百万像素；请缩小后导出",
    )
