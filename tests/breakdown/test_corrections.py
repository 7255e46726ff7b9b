import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.breakdown import break_down
from mstation.breakdown.corrections import NONE, Correction, Corrections, doubts, read
from mstation.breakdown.element import Category, FoundBy, SceneElement
from mstation.errors import InvalidInput
from mstation.screenplay import read as read_script
from mstation.screenplay.script import Script

SCRIPT = """INT. BOOTH - NIGHT #1#

MARA (34) waits. [[prop: the old lantern]] [[wardrobe: red coat]]

MARA
Now.

EXT. STREET - NIGHT #2A#

[[prop: old lantern]]

BENNO (60) waits.
"""


def script(text: str = SCRIPT) -> Script:
    return read_script(text.encode(), path="x")


def row(scene: str, name: str, category: str, more: str = "") -> str:
    return f'[[element]]\nscene = "{scene}"\nname = "{name}"\ncategory = "{category}"\n{more}\n'


def corrected(*rows: str, text: str = SCRIPT) -> list[dict[str, SceneElement]]:
    film = break_down(script(text), read("\n".join(rows).encode(), path="film.toml"))
    return [
        {f"{e.category.value}/{e.name}": e for e in sheet.elements if e.found_by in SURE}
        for sheet in film.sheets
    ]


SURE = (FoundBy.PERSON, FoundBy.TAG, FoundBy.LIST)


def test_no_file_and_an_empty_file_correct_nothing() -> None:
    assert read(b"", path="film.toml") == NONE
    assert break_down(script(), NONE) == break_down(script())


def test_rows_are_read_in_both_languages_with_their_lines() -> None:
    data = '# 更正\n[[element]]\nscene = 12\nname = "灯笼"\ncategory = "道具"\nholder = "林晚"\n\n'
    data += row("*", "lantern", "none")
    assert read(data.encode(), path="film.toml") == Corrections(
        (
            Correction("12", "灯笼", Category.PROPS, "林晚", 2),
            Correction("*", "lantern", None, "", 8),
        )
    )


def test_a_persons_word_moves_a_thing_to_its_category() -> None:
    first, second = corrected(row("1", "old lanterns", "set_dressing"))
    assert set(first) == {"set_dressing/old lantern", "wardrobe/red coat"}
    moved = first["set_dressing/old lantern"]
    assert (moved.found_by, moved.line, moved.text) == (FoundBy.PERSON, 3, "the old lantern")
    assert set(second) == {"props/old lantern"}


def test_a_persons_word_adds_a_thing_that_nobody_found() -> None:
    first, second = corrected(row("2a", "Fog Machine", "special_equipment", 'holder = "Benno"'))
    added = second["special_equipment/fog machine"]
    assert (added.found_by, added.line) == (FoundBy.PERSON, 0)
    benno = next(c for c in break_down(script()).cast if c.name == "BENNO")
    assert added.holder_id == benno.id
    assert "special_equipment/fog machine" not in first


def test_a_persons_word_takes_a_thing_away_here_or_everywhere() -> None:
    first, second = corrected(row("1", "old lantern", "none"))
    assert set(first) == {"wardrobe/red coat"}
    assert set(second) == {"props/old lantern"}
    assert [list(each) for each in corrected(row("*", "old lantern", "none"))] == [
        ["wardrobe/red coat"],
        [],
    ]


def test_everywhere_means_where_it_is_found() -> None:
    assert [set(each) for each in corrected(row("*", "red coat", "props"))] == [
        {"props/old lantern", "props/red coat"},
        {"props/old lantern"},
    ]


def test_a_row_for_one_scene_wins_over_a_row_for_all() -> None:
    rows = (row("1", "old lantern", "props"), row("*", "old lantern", "none"))
    assert [set(each) for each in corrected(*rows)] == [
        {"props/old lantern", "wardrobe/red coat"},
        set(),
    ]


def test_a_chinese_scene_is_meant_however_its_number_is_written() -> None:
    text = "第十二场 内 客厅 日\n道具：灯笼\n△林晚（30岁）走来。"
    for number in ("12", "第十二场", "十二"):
        (only,) = corrected(row(number, "那盏灯笼", "陈设"), text=text)
        assert set(only) == {"set_dressing/灯笼"}


@pytest.mark.parametrize(
    ("data", "message", "zh"),
    [
        (b"[[element]\n", r"film.toml, line 1: not TOML", "第 1 行"),
        (b"x = " + b"[" * 100_000, "film.toml: not TOML", "TOML"),
        (b"x = " + b"9" * 5000, "not TOML", "TOML"),
        (b"\xff\xfe", "film.toml, line 1: not UTF-8", "UTF-8"),
        (b"#" * 1_000_001, "too many", "过大"),
        (b"[elements]\n", "no table `elements` is known; did you mean `element`", "element"),
        (b"[titles]\n", r"no table `titles` is known; known: element, voice", "不认识|没有这个表"),
        (b"[element]\n", r"write \[\[element\]\]", r"\[\[element\]\]"),
        (b"element = 3\n", r"write \[\[element\]\]", r"\[\[element\]\]"),
        (
            b'[[element]]\nscene = "1"\nnam = "x"\n',
            r"line 1: .*no key `nam` is known; did you mean `name`",
            "name",
        ),
        (
            row("1", "x", "prps").encode(),
            r"line 1: .*no category `prps` is known; did you mean `props`",
            "props",
        ),
        (b'\n\n[[element]]\nscene = "1"\ncategory = "props"\n', "line 3: .*`name` must be", "name"),
        (b'[[element]]\nscene = true\nname = "x"\ncategory = "props"', "`scene` must be", "scene"),
        (b'[[element]]\nscene = "1"\nname = " "\ncategory = "props"', "`name` must be", "name"),
        (row("1", "x", "none", 'holder = "MARA"').encode(), "keep one", "只留一个"),
    ],
    ids=range(15),
)
def test_what_cannot_be_used_is_refused_with_a_remedy(data: bytes, message: str, zh: str) -> None:
    with pytest.raises(InvalidInput, match=message) as refused:
        read(data, path="film.toml")
    with pytest.raises(InvalidInput, match=zh):
        raise InvalidInput(refused.value.told("zh"))
    assert refused.value.told("zh") != str(refused.value)


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read(data, path="film.toml")
    except InvalidInput:
        return
    assert read(data, path="film.toml") == read(data, path="film.toml")


def test_rows_that_do_not_fit_the_film_are_said_with_the_nearest_name() -> None:
    rows = (
        row("2B", "lamp", "props"),
        row("1", "old lantren", "none"),
        row("*", "red cote", "props"),
        row("1", "red coat", "wardrobe", 'holder = "MARRA"'),
        row("1", "red coat", "wardrobe", 'holder = "mara"'),
    )
    told = doubts(read("".join(rows).encode(), path="film.toml"), break_down(script()))
    assert [(note.line, note.severity) for note in told] == [
        (line, "warning") for line in (1, 6, 11, 16)
    ]
    wanted = (
        "no scene `2B`; did you mean `2A`",
        "did you mean `old lantern`",
        "did you mean `red coat`",
        "no such character `MARRA`; did you mean `MARA`",
    )
    for note, words in zip(told, wanted, strict=True):
        assert words in note.text
        assert note.told("zh") not in ("", note.text)
