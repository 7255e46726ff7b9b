"""A file's first bytes in, its media type out: what it is, whatever its name says.

Sources: W3C PNG; ITU-T T.81; SMPTE ST 268 (DPX), ST 377-1 (MXF); ISO/IEC 14496-12 and Apple
QuickTime File Format (boxes); RFC 8794 (EBML), RFC 9639 (FLAC), RFC 3533 (Ogg); Microsoft RIFF;
EBU Tech 3306 (RF64); WHATWG MIME Sniffing (HTML).
"""

from __future__ import annotations

HEAD_BYTES = 4096
UNKNOWN = "application/octet-stream"

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"SDPX", "image/x-dpx"),
    (b"XPDS", "image/x-dpx"),
    (b"\x76\x2f\x31\x01", "image/x-exr"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "application/mxf"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PXR-USDC", "model/vnd.usd"),
    (b"#usda ", "model/vnd.usd"),
    (b"glTF", "model/gltf-binary"),
    (b"BLENDER", "application/x-blender"),
)
_FORMS = {  # RIFF and its kin: four signs, a length, four signs more
    b"WAVE": "audio/wav",
    b"AVI ": "video/x-msvideo",
    b"WEBP": "image/webp",
    b"AIFF": "audio/aiff",
    b"AIFC": "audio/aiff",
}
_QUICKTIME_BOXES = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe", b"<title")
_BLANK = b" \t\r\n"


def media_type_of(head: bytes) -> str:
    """Return the media type of a file that begins with `head`, its first `HEAD_BYTES`."""
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    if head[:4] in (b"RIFF", b"RF64", b"BW64", b"FORM"):
        return _FORMS.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _of_brand(head[8:12])
    if head[4:8] in _QUICKTIME_BOXES:
        return "video/quicktime"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if _is_mpeg_sound(head):
        return "audio/mpeg"
    return _of_text(head)


def _of_brand(brand: bytes) -> str:
    if brand == b"qt  ":
        return "video/quicktime"
    if brand in (b"M4A ", b"M4B "):
        return "audio/mp4"
    if brand in (b"avif", b"heic", b"heix", b"mif1"):
        return "image/avif" if brand == b"avif" else "image/heic"
    return "video/mp4"


def _is_mpeg_sound(head: bytes) -> bool:
    """Return whether a layer III frame stands first: its sync bits and nothing reserved."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    return head[1] & 0x18 != 0x08 and head[2] & 0xF0 != 0xF0 and head[2] & 0x0C != 0x0C


def _of_text(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK).lower()
    if text.startswith(_HTML):
        return "text/html"
    if text.startswith((b"<?xml", b"<svg", b"<!--")):
        return _of_markup(text)
    return "text/plain" if _is_text(head) else UNKNOWN


def _of_markup(text: bytes) -> str:
    if b"<svg" in text:
        return "image/svg+xml"
    return "text/html" if b"<html" in text else "application/xml"


def _is_text(head: bytes) -> bool:
    """Return whether the bytes are UTF-8 without control signs; the last sign may be cut."""
    if not head:
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return all(sign in "\t\r\n\f" or ord(sign) >= 32 for sign in text)
