"""Whole scripts, in the normal form that readers give, to be written in a format and read back.

A script here is one that a reader could have made: lines end in no space, words stand in every
element that needs them, a speech is a name and what is said, runs hold no line break and begin
and end with a character that is seen, notes that are marks are marks, ids are those of the words.
Words are of both languages, and some of them mean something in one format or another.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from mstation.screenplay.draft import with_ids
from mstation.screenplay.emphasis import normal_runs
from mstation.screenplay.marks import CATEGORIES, mark_of
from mstation.screenplay.script import (
    Element,
    ElementKind,
    Emphasis,
    Language,
    Mark,
    Run,
    Script,
    TitleField,
)

Kind = ElementKind
Draw = st.DrawFn

_WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        "She", "waits", "by", "the", "door.", "MARA", "Benno", "a LANTERN", "Don't", "go!", "(30s)",
        "it’s", "“closed”", "O.S.", "ÉLODIE", "Маша", "—", "3", "No. 7", "the end", "R2D2", "TO:",
        "INT. HOUSE - DAY", "CUT TO:", "FADE OUT.", "a/b", "x < y", "5 * 3", "snake_case", "林晚",
    ),
    "zh": (
        "林晚", "走进来。", "夜", "内", "外景", "她说", "：", "，", "灯笼", "（低声）", "“你好”",
        "第3场", "第二集：重逢", "人物：林晚、老周", "道具：信", "△", "《片名》", "特写：手",
        "切至：", "客厅 日 内", "老周：走！", "MARA", "OS", "3", "……", "1-1 日 内 客厅", "@林晚",
        "INT. 医院 - 夜",
    ),
}  # fmt: skip
_SIGNS = (
    "*", "**", "***", "_", "__", "____", "*it*", "[[", "]]", "[[note]]", "/*", "*/", "#", "#1#",
    "(", ")", "（", "^", "@", "!", "~", ">", "<", ".", "...", "=", "===", "\\", "\\*", "&", "<b>",
    ":", "Title: X", "$", "é", "\u3000", "\u00a0", "𠀀", "😀", "ß", "ǅ", "ﬁ",
)  # fmt: skip
_NAMES: dict[Language, tuple[str, ...]] = {
    "en": ("MARA", "BENNO", "McCABE", "R2D2", "23", "OLD MAN #2", "ÉLODIE", "Bob", "MARA & BENNO"),
    "zh": ("林晚", "老周", "穿红衣服的女人", "旁白", "甲、乙", "Amy", "MARA"),
}
_EXTENSIONS: dict[Language, tuple[str, ...]] = {
    "en": ("V.O.", "O.S.", "CONT'D", "on the radio", "v.o."),
    "zh": ("画外音", "OS", "V.O.", "电话里"),
}
_KEYS: dict[Language, tuple[str, ...]] = {
    "en": ("Title", "Credit", "Author", "Source", "Draft date", "Contact", "Studio", "Notes"),
    "zh": ("标题", "编剧", "导演", "日期", "联系方式", "出品", "备注"),
}
_OPENING: dict[Language, str] = {"en": "Title", "zh": "标题"}
_PLACES: dict[Language, tuple[str, ...]] = {
    "en": ("INT. HOUSE - DAY", "EXT. STREET - NIGHT", "int. hall", "I/E CAR", "INT. 医院 - 夜"),
    "zh": ("内 客厅 日", "夜 外 街道", "内景 教室 傍晚", "INT. 医院 - 夜", "日 内 办公室", "闪回"),
}
_TRANSITIONS: dict[Language, tuple[str, ...]] = {
    "en": ("CUT TO:", "FADE OUT.", "FADE IN:", "Burn to White.", "SMASH CUT TO:"),
    "zh": ("切至：", "淡入", "画面切换到：街道", "闪回", "黑场。"),
}
_CASTS = ("人物：林晚、老周（60岁）", "人物：甲", "出场人物：祖母、祖父", "角色：A、B")
_PROPS = ("道具：信", "道具：灯笼、伞", "主要道具：一把旧钥匙")
_EPISODES = ("第3集：重逢", "第一集", "第12集 雪夜")
_NUMBERS = ("1", "12A", "I-1-A", "110.", "3-2", "一", "A12")
_STYLES = tuple(
    tuple(style for bit, style in enumerate(Emphasis) if choice >> bit & 1)
    for choice in range(1, 8)
)
_UNSTYLED = (Kind.PAGE_BREAK, Kind.NOTE, Kind.BONEYARD)
_SPOKEN = (Kind.CHARACTER, Kind.PARENTHETICAL, Kind.DIALOGUE)
_PARTS = frozenset(
    ("title_page", "scene_number", "extensions", "is_dual", "runs", "notes", "marks")
) | frozenset(kind.value for kind in Kind if kind not in _SPOKEN)


@st.composite
def scripts(
    draw: Draw, *, language: Language | None = None, without: Collection[str] = ()
) -> Script:
    """Scripts of one language or of both, with some of the other's words in them.

    `without` names what the format cannot hold: kinds of elements (`boneyard`) and parts of them
    (`title_page`, `scene_number`, `extensions`, `is_dual`, `runs`, `notes`, `marks`).
    """
    assert set(without) <= _PARTS, without
    spoken: Language = language or draw(st.sampled_from(("en", "zh")))
    blocks = draw(st.lists(_blocks(spoken), min_size=1, max_size=12))
    elements = _joined(_leaving_out(e, without) for b in blocks for e in b if e.kind not in without)
    elements = [draw(_dressed(e, spoken, without)) for e in elements]
    title_page = () if "title_page" in without else draw(_title_pages(spoken))
    return Script(language=spoken, title_page=title_page, elements=with_ids(elements))


@cache
def one_line(language: Language) -> st.SearchStrategy[str]:
    """Words on one line, at least one of them; no space at either end."""
    words = st.sampled_from((*_WORDS["en"], *_WORDS[language], *_WORDS[language], *_SIGNS))
    of_words = st.lists(words, min_size=1, max_size=6).map(" ".join)
    glued = st.lists(words, min_size=1, max_size=3).map("".join)
    seen = st.characters(
        exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn"), exclude_characters="\ufeff"
    )
    anything = st.text(seen, min_size=1, max_size=8)
    return st.one_of(of_words, of_words, glued, anything).map(str.strip).filter(bool)


@cache
def many_lines(language: Language) -> st.SearchStrategy[str]:
    """One to four lines of words."""
    return st.lists(one_line(language), min_size=1, max_size=4).map("\n".join)


def _element(kind: Kind, text: str, **parts: object) -> Element:
    return replace(Element(id="", kind=kind, text=text, line=1), **parts)


@cache
def _blocks(language: Language) -> st.SearchStrategy[list[Element]]:
    """What stands together between blank lines."""
    line, lines = one_line(language), many_lines(language)
    single = {
        Kind.TRANSITION: st.one_of(st.sampled_from(_TRANSITIONS[language]), line),
        Kind.CENTERED: line,
        Kind.SYNOPSIS: line,
        Kind.LYRIC: lines,
        Kind.NOTE: _notes(language),
        Kind.BONEYARD: st.lists(lines, min_size=1, max_size=2).map("\n\n".join),
        Kind.PAGE_BREAK: st.just(""),
        Kind.CAST_LIST: st.sampled_from(_CASTS),
        Kind.PROPS_LIST: st.sampled_from(_PROPS),
        Kind.EPISODE: st.sampled_from(_EPISODES),
    }
    alone = [
        words.map(lambda text, kind=kind: [_element(kind, text)]) for kind, words in single.items()
    ]
    sections = st.builds(
        lambda text, depth: [_element(Kind.SECTION, text, depth=depth)], line, st.integers(1, 6)
    )
    often = [_headings(language)] * 4 + [_actions(language)] * 5 + [_speeches(language)] * 6
    return st.sampled_from((*often, sections, *alone)).flatmap(lambda block: block)


@cache
def _headings(language: Language) -> st.SearchStrategy[list[Element]]:
    return st.builds(
        lambda text, number: [_element(Kind.SCENE_HEADING, text, scene_number=number)],
        st.one_of(st.sampled_from(_PLACES[language]), one_line(language)),
        st.one_of(st.just(""), st.sampled_from(_NUMBERS)),
    )


@cache
def _actions(language: Language) -> st.SearchStrategy[list[Element]]:
    indent = st.sampled_from(("", "", "", "    ", "  ", "\u3000\u3000"))
    line = st.builds(str.__add__, indent, one_line(language))
    paragraph = st.lists(line, min_size=1, max_size=3).map("\n".join)
    parted = st.builds(str.__add__, st.sampled_from(("", "", "\n", "\n\n")), paragraph)
    return st.builds(
        lambda first, more: [_element(Kind.ACTION, text) for text in (first, *more)],
        paragraph,
        st.lists(parted, max_size=2),
    )


@cache
@st.composite
def _speeches(draw: Draw, language: Language) -> list[Element]:
    """A name and what is said under it; now and then another who speaks at the same time."""
    speech = draw(_speech(language))
    if draw(st.integers(0, 3)) == 0:
        cue, *said = draw(_speech(language))
        speech += [replace(cue, is_dual=True), *said]
    return speech


@cache
def _speech(language: Language) -> st.SearchStrategy[list[Element]]:
    cue = st.builds(
        lambda name, extensions: _element(Kind.CHARACTER, name, extensions=tuple(extensions)),
        st.one_of(st.sampled_from(_NAMES[language]), one_line(language)),
        st.lists(st.sampled_from(_EXTENSIONS[language]), max_size=2),
    )
    lines = many_lines(language)
    words = st.one_of(lines, lines, st.lists(lines, min_size=2, max_size=2).map("\n\n".join))
    pieces = st.one_of(
        words.map(lambda text: _element(Kind.DIALOGUE, text)),
        one_line(language).map(lambda text: _element(Kind.PARENTHETICAL, text)),
        lines.map(lambda text: _element(Kind.LYRIC, text)),
    )
    return st.builds(lambda cue, said: [cue, *said], cue, st.lists(pieces, min_size=1, max_size=4))


def _leaving_out(element: Element, without: Collection[str]) -> Element:
    plain: dict[str, object] = {"scene_number": "", "extensions": (), "is_dual": False}
    return replace(element, **{part: plain[part] for part in plain if part in without})


def _joined(elements: Iterable[Element]) -> list[Element]:
    """Words said or sung one after the other are one element; nobody speaks without a name."""
    joined: list[Element] = []
    for element in elements:
        before = joined[-1] if joined else None
        if element.kind in (Kind.DIALOGUE, Kind.LYRIC) and before and before.kind is element.kind:
            joined[-1] = replace(before, text=f"{before.text}\n{element.text}")
        elif element.kind is Kind.CHARACTER and before and before.kind is Kind.CHARACTER:
            joined[-1] = element
        else:
            joined.append(element)
    if joined and joined[-1].kind is Kind.CHARACTER:
        joined.append(_element(Kind.DIALOGUE, "…"))
    return joined


@st.composite
def _dressed(draw: Draw, element: Element, language: Language, without: Collection[str]) -> Element:
    """The element with what stands on its words and beside them, for one in three."""
    if draw(st.integers(0, 2)) or element.kind in (Kind.NOTE, Kind.BONEYARD):
        return element
    parts: dict[str, object] = {}
    notes, marks = _beside(language)
    if "runs" not in without and element.kind not in _UNSTYLED:
        parts["runs"] = draw(_runs(element.text))
    if "notes" not in without:
        parts["notes"] = draw(notes)
    if "marks" not in without:
        parts["marks"] = draw(marks)
    return replace(element, **parts)


@cache
def _beside(
    language: Language,
) -> tuple[st.SearchStrategy[tuple[str, ...]], st.SearchStrategy[tuple[Mark, ...]]]:
    notes, marks = _notes(language), _marks(language)
    return st.lists(notes, max_size=2).map(tuple), st.lists(marks, max_size=2).map(tuple)


@cache
def _notes(language: Language) -> st.SearchStrategy[str]:
    paragraphs = st.lists(many_lines(language), min_size=1, max_size=2).map("\n\n".join)
    return paragraphs.filter(lambda text: mark_of(text) is None)


@cache
def _marks(language: Language) -> st.SearchStrategy[Mark]:
    keys = st.sampled_from((*CATEGORIES, "revision", "color", "shot", "tag Greenery", "tag 绿植"))
    return st.builds(Mark, keys, one_line(language))


@st.composite
def _runs(draw: Draw, text: str) -> tuple[Run, ...]:
    """Stretches of styled text: no style begins or ends with a space or reaches over a line."""
    places = st.integers(0, len(text))
    drawn = draw(st.lists(st.tuples(places, places, st.sampled_from(_STYLES)), max_size=3))
    return normal_runs(text, [Run(min(a, b), max(a, b), styles) for a, b, styles in drawn])


@cache
@st.composite
def _title_pages(draw: Draw, language: Language) -> tuple[TitleField, ...]:
    keys = draw(st.lists(st.sampled_from(_KEYS[language]), max_size=4, unique=True))
    if not keys:
        return ()
    first = _OPENING[language]
    lines = st.lists(one_line(language), min_size=1, max_size=3).map(tuple)
    return tuple(TitleField(key, draw(lines)) for key in (first, *(k for k in keys if k != first)))
