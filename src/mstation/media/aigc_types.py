"""Which files hold credentials or the AIGC label, and how: known without a codec."""

from __future__ import annotations

TAGGED = {  # by libav's name of the format
    "video/mp4": "mp4", "video/quicktime": "mov", "audio/mp4": "ipod", "audio/mpeg": "mp3",
    "audio/flac": "flac",
}  # fmt: skip
# What holds its own credentials. Source: c2pa-rs 0.91, tried by the tests one by one. It would
# put an ID3 tag before a FLAC file, which players refuse.
EMBEDS = frozenset({
    "image/jpeg", "image/png", "image/tiff", "image/webp", "audio/wav", "audio/mpeg",
    "video/mp4", "video/quicktime", "application/pdf", "application/zip",
})  # fmt: skip
LABELLED = frozenset({"image/jpeg", "image/png", "audio/wav", *TAGGED})
PROVING = EMBEDS | LABELLED
