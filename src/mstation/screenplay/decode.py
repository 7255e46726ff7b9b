"""Bytes to text: a script file in any encoding that writers use, or a sentence on what it is.

Source: the WHATWG Encoding Standard for how GB18030 and Big5 pair their bytes.
"""

from __future__ import annotations

import codecs
import re

from mstation.errors import InvalidInput

MAX_BYTES = 8 * 1024 * 1024

# What to do about it, English and Chinese.
_SAVE_AS_TEXT = ("save the screenplay as DOCX or plain text", "请把剧本另存为 DOCX 或纯文本")
_GIVE_TEXT = ("give the screenplay as text", "请提供文本格式的剧本")
_UNPACK = ("unpack it first", "请先解压")

_MAGIC = (
    (b"\xd0\xcf\x11\xe0", "an old Word (DOC) file", "Word 97–2003（DOC）文件", _SAVE_AS_TEXT),
    (b"{\\rtf", "an RTF file", "RTF 文件", _SAVE_AS_TEXT),
    (b"\x89PNG", "a PNG picture", "PNG 图片", _GIVE_TEXT),
    (b"\xff\xd8\xff", "a JPEG picture", "JPEG 图片", _GIVE_TEXT),
    (b"GIF8", "a GIF picture", "GIF 图片", _GIVE_TEXT),
    (b"RIFF", "a WAV, AVI or WebP file", "WAV、AVI 或 WebP 文件", _GIVE_TEXT),
    (b"OggS", "an Ogg file", "Ogg 文件", _GIVE_TEXT),
    (b"ID3", "an MP3 file", "MP3 文件", _GIVE_TEXT),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM movie", "Matroska 或 WebM 视频", _GIVE_TEXT),
    (b"\x1f\x8b", "a gzip archive", "gzip 压缩包", _UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", "7-Zip 压缩包", _UNPACK),
    (b"Rar!", "a RAR archive", "RAR 压缩包", _UNPACK),
    (b"\x7fELF", "a program", "ELF 可执行程序", _GIVE_TEXT),
    (b"SQLite format 3", "a SQLite database", "SQLite 数据库", _GIVE_TEXT),
)
_UTF_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAVE_AS_UTF8 = "save it as UTF-8 and try again"
_SAVE_AS_UTF8_ZH = "请另存为 UTF-8 再试"
_FINAL_DRAFT = re.compile(rb"\s*(?:<\?xml|<FinalDraft)")
_LINE_BREAK_SIGNS = "\r\x0b\x0c\x85\u2028\u2029"
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_CONTROL_BYTES = bytes((*range(9), *range(14, 32), 127))
_LINE_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# The commonest characters of running Chinese; a wrong decoding hardly ever hits them.
_COMMON_SIMPLIFIED = frozenset(
    "的一是不了人我在有他这中大来上个国到说们为子和你地出道也时年得就那要下以会"
)
_COMMON_TRADITIONAL = frozenset(
    "的一是不了人我在有他這中大來上個國到說們為子和你地出道也時年得就那要下以會"
)


def decode(data: bytes, *, path: str) -> str:
    r"""Return the text of a script file with every line break as `\n`.

    Takes UTF-8 and UTF-16 (with or without a byte order mark), GB18030 and Big5.

    Raises:
        InvalidInput: when the file is too large, no text, or in another encoding.
    """
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"the file has {len(data) / 1e6:.1f} MB and the limit is 8 MB; "
            "give one screenplay as plain text",
            path=path,
            zh=f"文件有 {len(data) / 1e6:.1f} MB，上限是 8 MB；请只给一部剧本的纯文本",
        )
    _refuse_known_formats(data, path)
    text = _text_of(data, path)
    if any(line_break in text for line_break in _LINE_BREAK_SIGNS):
        text = _LINE_BREAKS.sub("\n", text)
    text = text.replace("\ufeff", "").rstrip("\x1a")
    may_hold_control = len(data.translate(None, _CONTROL_BYTES)) < len(data)
    control = _CONTROL.search(text) if may_hold_control else None
    if control is not None:
        raise InvalidInput(
            f"the file is not text (it holds the control character U+{ord(control[0]):04X}); "
            "give the screenplay as plain text",
            path=path,
            line=text.count("\n", 0, control.start()) + 1,
            zh=f"文件不是文本（含有控制字符 U+{ord(control[0]):04X}）；请提供纯文本剧本",
        )
    return text


def _refuse_known_formats(data: bytes, path: str) -> None:
    for magic, what, what_zh, (advice, advice_zh) in _MAGIC:
        if data.startswith(magic):
            raise InvalidInput(
                f"this is {what}; {advice}", path=path, zh=f"这是 {what_zh}；{advice_zh}"
            )
    if data[4:8] == b"ftyp":
        raise InvalidInput(
            "this is an MP4 movie; give the screenplay as text",
            path=path,
            zh="这是 MP4 视频；请提供文本格式的剧本",
        )
    if _FINAL_DRAFT.match(data[:512].removeprefix(codecs.BOM_UTF8)):
        raise InvalidInput(
            "this is an XML file, but no script of Final Draft; export the screenplay as FDX or "
            "Fountain",
            path=path,
            zh="这是 XML 文件，但不是 Final Draft 剧本；请把剧本导出为 FDX 或 Fountain",
        )


def _text_of(data: bytes, path: str) -> str:
    for bom, encoding in _UTF_BOMS:
        if data.startswith(bom):
            return _strictly(data[len(bom) :], encoding, path)
    if b"\0" in data:
        return _utf16_without_bom(data, path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _chinese_of(data, path, line=data.count(b"\n", 0, error.start) + 1)


def _strictly(data: bytes, encoding: str, path: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"the file starts as {encoding.upper()} but byte {error.start} does not fit; "
            f"{_SAVE_AS_UTF8}",
            path=path,
            zh=f"文件开头标明是 {encoding.upper()}，但第 {error.start} 字节不符；"
            f"{_SAVE_AS_UTF8_ZH}",
        ) from error


def _utf16_without_bom(data: bytes, path: str) -> str:
    """Every ASCII character of UTF-16 has its zero byte on one side, always the same."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    text = data.decode(encoding, errors="replace") if len(data) % 2 == 0 else "\0"
    # plain ASCII with a stray zero byte would decode as well, into nonsense
    is_wide = max(even, odd) >= 0.2 * len(data) or not data.isascii()
    is_text = min(even, odd) == 0 and is_wide and "\ufffd" not in text
    if not is_text or _CONTROL.search(text):
        raise InvalidInput(
            "the file is not text (it holds zero bytes); give the screenplay as plain text",
            path=path,
            zh="文件不是文本（含有零字节）；请提供纯文本剧本",
        )
    return text


def _chinese_of(data: bytes, path: str, *, line: int) -> str:
    gb = _decoded_or_none(data, "gb18030")
    big5 = _decoded_or_none(data, "big5")
    gb_share = 0.0 if gb is None else _share(gb, _COMMON_SIMPLIFIED | _COMMON_TRADITIONAL)
    big5_share = 0.0 if big5 is None else _share(big5, _COMMON_TRADITIONAL)
    if big5 is not None and big5_share >= 0.05 and big5_share > 3 * gb_share:
        return big5
    if gb is not None and (gb_share >= 0.02 or _is_paired(data)):
        return gb
    raise InvalidInput(
        f"the bytes of this line are neither UTF-8, UTF-16, GB18030 nor Big5; {_SAVE_AS_UTF8}",
        path=path,
        line=line,
        zh=f"这一行的字节不合 UTF-8、UTF-16、GB18030、Big5 中的任何一种；{_SAVE_AS_UTF8_ZH}",
    )


def _decoded_or_none(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _share(text: str, common: frozenset[str]) -> float:
    """How much of the text beyond ASCII is made of the commonest characters."""
    beyond = [character for character in text if character > "\x7f"]
    return sum(character in common for character in beyond) / max(1, len(beyond))


def _is_paired(data: bytes) -> bool:
    """High bytes come in pairs, as in GB 2312; in Latin encodings they mostly stand alone."""
    runs = [len(run) for run in re.findall(rb"[\xa1-\xfe]+", data)]
    return bool(runs) and sum(size % 2 == 0 for size in runs) >= 0.9 * len(runs)
