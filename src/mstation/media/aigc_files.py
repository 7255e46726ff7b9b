"""The implicit label of GB 45438-2025, written into a file and read back: exactly one, as `AIGC`.

Pictures keep every pixel and movies every packet: only what is said of them changes. JPEG and PNG
hold it in XMP (`TC260:AIGC`), movies and MP3 and FLAC as a tag, WAV in its INFO list.

Sources: TC260-PG-20258A (XMP); ISO 16684-1; PNG 11.3.3.4; ITU-T T.81; Microsoft RIFF, INFO.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

import av
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mstation.errors import InvalidInput, Unsupported
from mstation.media.ai_labels import GENERATED_SOURCES, Label, read_label
from mstation.media.aigc_types import LABELLED, TAGGED
from mstation.media.faults import damaged
from mstation.media.opening import open_media

KEY = "AIGC"
_TC260 = "http://www.tc260.org.cn/ns/AIGC/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_META = "adobe:ns:meta/"
_NAME = f"{{{_TC260}}}{KEY}"
_IPTC_SOURCE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
for _prefix, _space in (("TC260", _TC260), ("rdf", _RDF), ("x", _META)):
    register_namespace(_prefix, _space)
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PNG_XMP = b"XML:com.adobe.xmp"
_MOST_XMP = 65_000  # bytes: what a JPEG's segment holds
_MOST_IMAGE = 512 * 2**20  # bytes
# Under these PNG keywords programs that generate pictures tell what they were asked for.
_GENERATORS = (b"parameters", b"prompt", b"workflow", b"invokeai_metadata", b"sd-metadata")


def write_label(path: Path, media_type: str, out: Path, label: Label) -> None:
    """Write a file anew with a label, in the place of any that it had.

    Raises:
        Unsupported: when files of this type hold no label.
        InvalidInput: when the file is damaged.
    """
    if media_type in TAGGED:
        _write_tagged(path, media_type, out, label)
        return
    match media_type:
        case "image/jpeg":
            out.write_bytes(_labelled_jpeg(_image(path), label))
        case "image/png":
            out.write_bytes(_labelled_png(_image(path), label))
        case "audio/wav":
            _write_wav(path, out, label)
        case _:
            raise no_label(media_type)


def labels_in(path: Path, media_type: str) -> tuple[Label, ...]:
    """Return the labels of a file: one where it is as the standard says, none where it has none.

    Raises:
        InvalidInput: when the file is damaged, or a label is none of the standard's.
    """
    return tuple(read_label(text) for text in _texts(path, media_type))


def is_traced(path: Path, media_type: str) -> bool:
    """Return whether anything but a label tells that a machine made the file."""
    if media_type not in ("image/jpeg", "image/png"):
        return False
    data = _image(path)
    if media_type == "image/png":
        for kind, body in _chunks(data):
            if kind in (b"tEXt", b"iTXt", b"zTXt") and body.split(b"\0")[0] in _GENERATORS:
                return True
    found = (_sources(packet) for packet in _packets(data, media_type))
    return any(source in GENERATED_SOURCES for each in found for source in each)


def no_label(media_type: str) -> Unsupported:
    """Return the error of a file that holds no label."""
    return Unsupported(
        f"{media_type} holds no AIGC label; give JPEG, PNG, WAV, MP3, FLAC, MP4 or MOV",
        zh=f"{media_type} 无法写入 AIGC 标识；请使用 JPEG、PNG、WAV、MP3、FLAC、MP4 或 MOV",
    )


def _texts(path: Path, media_type: str) -> Iterator[str]:
    if media_type in ("image/jpeg", "image/png"):
        for packet in _packets(_image(path), media_type):
            yield from _labels(_parsed(packet))
    elif media_type in LABELLED:
        with open_media(str(path), media_type) as container:
            told: list[dict[str, str]] = [container.metadata]
            told += [stream.metadata for stream in container.streams]
            for tags in told:
                yield from (value for name, value in tags.items() if name.upper() == KEY)


def _image(path: Path) -> bytes:
    if path.stat().st_size > _MOST_IMAGE:
        raise InvalidInput(
            "the picture is larger than 512 MiB; export it smaller",
            zh="图片超过 512 MiB，请缩小后导出",
        )
    return path.read_bytes()


def _packets(data: bytes, media_type: str) -> Iterator[bytes]:
    """Return the XMP packets of a picture."""
    if media_type == "image/jpeg":
        for marker, body in _segments(data)[0]:
            if marker == 0xE1 and body.startswith(_JPEG_XMP):
                yield body[len(_JPEG_XMP) :]
        return
    for kind, body in _chunks(data):
        if _is_xmp(kind, body):
            yield _itxt(body)


def _is_xmp(kind: bytes, body: bytes) -> bool:
    return kind == b"iTXt" and body.startswith(_PNG_XMP + b"\0")


def _itxt(body: bytes) -> bytes:
    """Return the text of an iTXt chunk: after its keyword, flags, language and translation."""
    rest = body[len(_PNG_XMP) + 1 :]
    try:
        text = rest[2:].split(b"\0", 2)[2]
        if rest[0]:
            unpacker = zlib.decompressobj()
            text = unpacker.decompress(text, _MOST_XMP)
            if unpacker.unconsumed_tail:
                raise damaged("image/png")
    except (IndexError, zlib.error) as error:
        raise damaged("image/png") from error
    return text


def _parsed(packet: bytes) -> Element:
    """Return an XMP packet's tree.

    Raises:
        InvalidInput: when it is none.
    """
    try:
        tree: Element = fromstring(packet.strip(b"\0 \r\n\t"))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise InvalidInput(
            "the picture's XMP is damaged; export it again", zh="图片的 XMP 已损坏，请重新导出"
        ) from error
    return tree


def _labels(tree: Element) -> Iterator[str]:
    for each in tree.iter():
        if each.tag == _NAME:
            yield each.text or ""
        if _NAME in each.attrib:
            yield each.attrib[_NAME]


def _sources(packet: bytes) -> Iterator[str]:
    for each in _parsed(packet).iter():
        told = each.text if each.tag == _IPTC_SOURCE else each.get(_IPTC_SOURCE)
        if told:
            yield told.strip().rsplit("/", 1)[-1]


def _labelled_xmp(packets: list[bytes], label: Label) -> bytes:
    """Return the first packet with the label in the place of any other, or a new one.

    Raises:
        InvalidInput: when it is damaged, or too long to stand in one segment.
    """
    tree = _parsed(packets[0]) if packets else Element(f"{{{_META}}}xmpmeta")
    for each in list(tree.iter()):
        each.attrib.pop(_NAME, None)
        for child in [child for child in each if child.tag == _NAME]:
            each.remove(child)
    place = tree if tree.tag == f"{{{_RDF}}}RDF" else tree.find(f"{{{_RDF}}}RDF")
    if place is None:
        place = SubElement(tree, f"{{{_RDF}}}RDF")
    told = {f"{{{_RDF}}}about": "", _NAME: label.written()}
    SubElement(place, f"{{{_RDF}}}Description", told)
    body: bytes = tostring(tree, encoding="utf-8", xml_declaration=False)
    head = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'.encode()
    packet = head + body + b'<?xpacket end="w"?>'
    if len(packet) > _MOST_XMP:
        raise InvalidInput(
            "the picture's XMP is too long for a label beside it; export it without history",
            zh="图片的 XMP 过长，无法再写入标识；请导出时不含编辑历史",
        )
    return packet


def _segments(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """Return the segments before a JPEG's picture, and where that begins.

    Raises:
        InvalidInput: when they are damaged.
    """
    found: list[tuple[int, bytes]] = []
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:
            return found, at
        size = int.from_bytes(data[at + 2 : at + 4])
        if size < 2 or at + 2 + size > len(data):
            break
        found.append((marker, data[at + 4 : at + 2 + size]))
        at += 2 + size
    raise damaged("image/jpeg")


def _labelled_jpeg(data: bytes, label: Label) -> bytes:
    segments, picture = _segments(data)
    xmp = [(0xE1, _JPEG_XMP + _labelled_xmp(list(_packets(data, "image/jpeg")), label))]
    rest = [(marker, body) for marker, body in segments if not body.startswith(_JPEG_XMP)]
    first = next((place for place, (marker, _) in enumerate(rest) if marker not in (0xE0, 0xE1)), 0)
    parts = [*rest[:first], *xmp, *rest[first:]]
    told = (struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body for marker, body in parts)
    return data[:2] + b"".join(told) + data[picture:]


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Return the chunks of a PNG.

    Raises:
        InvalidInput: when they are damaged.
    """
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        if len(body) < size:
            break
        yield kind, body
        at += size + 12
        if kind == b"IEND":
            return
    raise damaged("image/png")


def _labelled_png(data: bytes, label: Label) -> bytes:
    packet = _labelled_xmp(list(_packets(data, "image/png")), label)
    rest = [(kind, body) for kind, body in _chunks(data) if not _is_xmp(kind, body)]
    xmp = (b"iTXt", _PNG_XMP + b"\0\0\0\0\0" + packet)
    parts = [*rest[:1], xmp, *rest[1:]]
    told = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return data[:8] + b"".join(told)


def _write_wav(path: Path, out: Path, label: Label) -> None:
    """Write a WAV file's chunks with the label in a list of its own behind them."""
    text = label.written().encode() + b"\0"
    entry = KEY.encode() + struct.pack("<I", len(text)) + text + b"\0" * (len(text) % 2)
    with path.open("rb") as source, out.open("w+b") as target:
        start = source.read(12)
        if start[:4] != b"RIFF" or start[8:] != b"WAVE":
            raise no_label("a WAV file of more than 4 GiB (RF64)")
        target.write(start)
        has_data = False
        while len(head := source.read(8)) == 8:
            size = int.from_bytes(head[4:], "little")
            if head[:4] == b"LIST" and size <= _MOST_XMP:
                body = source.read(size + size % 2)
                if len(body) < size:
                    raise damaged("audio/wav")
                head, body = _without_label(body[:size])
                target.write(head + body)
                continue
            has_data = has_data or head[:4] == b"data"
            target.write(head)
            _copy(source, target, size + size % 2)
        if not has_data:
            raise damaged("audio/wav")
        told = b"INFO" + entry
        target.write(b"LIST" + struct.pack("<I", len(told)) + told)
        size = target.tell() - 8
        if size >= 2**32:
            raise no_label("a WAV file of more than 4 GiB (RF64)")
        target.seek(4)
        target.write(struct.pack("<I", size))


def _without_label(body: bytes) -> tuple[bytes, bytes]:
    """Return a LIST chunk's head and body without labels; both empty where nothing is left."""
    if body[:4] != b"INFO":
        return b"LIST" + struct.pack("<I", len(body)), body + b"\0" * (len(body) % 2)
    kept, at = b"INFO", 4
    while at + 8 <= len(body):
        size = int.from_bytes(body[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if body[at : at + 4].upper() != KEY.encode():
            kept += body[at:end].ljust(end - at, b"\0")
        at = end
    return (b"", b"") if len(kept) == 4 else (b"LIST" + struct.pack("<I", len(kept)), kept)


def _copy(source: Any, target: Any, size: int) -> None:
    while size:
        piece = source.read(min(size, 2**20))
        if not piece:
            raise damaged("audio/wav")
        target.write(piece)
        size -= len(piece)


def _write_tagged(path: Path, media_type: str, out: Path, label: Label) -> None:
    """Write a movie's or a sound's packets as they are, with the label among its tags."""
    options = {"movflags": "+faststart+use_metadata_tags"} if "mp" in media_type else {}
    if media_type == "video/quicktime":
        options = {"movflags": "+faststart+use_metadata_tags"}
    with (
        open_media(str(path), media_type) as source,
        av.open(str(out), "w", format=TAGGED[media_type], options=options) as target,
    ):
        for name, value in source.metadata.items():
            if name.upper() != KEY:
                target.metadata[name] = value
        target.metadata[KEY] = label.written()
        try:
            _copy_packets(source, target)
        except av.FFmpegError as error:
            raise damaged(media_type) from error


def _copy_packets(source: Any, target: Any) -> None:
    """Copy pictures, sound and subtitles; a timecode track is made again from its tag."""
    streams = {}
    for each in source.streams:
        if each.type not in ("video", "audio", "subtitle"):
            continue
        copy = target.add_stream_from_template(each)
        copy.metadata.update(
            (name, value) for name, value in each.metadata.items() if name.upper() != KEY
        )
        streams[each.index] = copy
    for packet in source.demux([source.streams[index] for index in streams]):
        if packet.dts is not None:
            packet.stream = streams[packet.stream.index]
            target.mux(packet)
