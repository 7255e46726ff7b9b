"""A file and its media type in, an open container out: by one reader, named, and no other file.

Readers are named because some that libav would guess (playlists, lists of files) open whatever
other files and addresses they name.
"""

from __future__ import annotations

from typing import Any

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from mstation.media.faults import damaged, no_media, no_pictures, too_large

MOST_PIXELS = 144_000_000  # of one picture: 16,000 by 9,000

IMAGES = {
    "image/png": "png_pipe",
    "image/jpeg": "jpeg_pipe",
    "image/gif": "gif",
    "image/tiff": "tiff_pipe",
    "image/webp": "webp_pipe",
    "image/x-dpx": "dpx_pipe",
}
_MOVIES = {
    "video/quicktime": "mov",
    "video/mp4": "mov",
    "audio/mp4": "mov",
    "video/x-matroska": "matroska",
    "video/webm": "matroska",
    "video/x-msvideo": "avi",
    "application/mxf": "mxf",
    "audio/wav": "wav",
    "audio/aiff": "aiff",
    "audio/flac": "flac",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
}
_READERS = {**IMAGES, **_MOVIES}


def open_media(path: str, media_type: str) -> InputContainer:
    """Return the open file.

    Raises:
        Unsupported: when it is no media file.
        InvalidInput: when it is not what its beginning promises.
    """
    reader = _READERS.get(media_type)
    if reader is None:
        raise no_media(media_type)
    options = {"protocol_whitelist": "file", "max_pixels": str(MOST_PIXELS)}
    try:
        opened: InputContainer = av.open(
            f"file:{path}", format=reader, options=options, metadata_errors="replace"
        )
    except av.FFmpegError as error:
        raise damaged(media_type) from error
    return opened


def video_of(container: InputContainer, media_type: str) -> VideoStream:
    """Return the stream of pictures, set to refuse what is damaged.

    Raises:
        Unsupported: when there is none.
        InvalidInput: when it is larger than anything that is shown.
    """
    for stream in container.streams.video:
        context: Any = stream.codec_context
        if context is None or not context.width:
            continue
        if context.width * context.height > MOST_PIXELS:
            raise too_large(context.width, context.height, MOST_PIXELS)
        context.options = {"max_pixels": str(MOST_PIXELS)}
        if media_type in IMAGES:  # a movie may have a scratch; half a picture is none
            context.options = {**context.options, "err_detect": "explode"}
        stream.thread_type = "AUTO"
        context.thread_count = 2
        return stream
    raise no_pictures(media_type)


def shown_size(
    frame: VideoFrame, aspect: tuple[int, int], most: tuple[int, int]
) -> tuple[int, int]:
    """Return a picture's width and height in square pixels: even, within `most`, no larger."""
    wide, high = aspect
    width = frame.width * wide / high if wide > high else frame.width
    height = frame.height * high / wide if high > wide else frame.height
    scale = min(1.0, most[0] / width, most[1] / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
