import pytest

from mstation.breakdown import break_down
from mstation.breakdown.corrections import read
from mstation.breakdown.voicing import heard_together, own_voices_of, voice_doubts, wishes_of
from mstation.errors import InvalidInput
from mstation.screenplay import read as read_screenplay

TEXT = """INT. BAR - NIGHT

MARA (41), a bartender, wipes the bar. JOE (70) watches.

MARA
We are closed.

JOE
You are open.

EXT. STREET - NIGHT

MARA
Go home.

ANNA
I am home.
"""


def film_of(text=TEXT):
    return break_down(read_screenplay(text.encode(), path="bar.fountain", language="auto"))


def wishes(text):
    return read(text.encode(), path="film.toml").voices


def ids(film):
    return {who.name: who.id for who in film.cast}


def test_a_row_says_what_a_person_wants_of_a_voice():
    (wish,) = wishes(
        '[[voice]]\ncharacter = "mara"\nlike = "gravelly"\npitch_hz = 180\nspeed = 0.9'
    )
    assert (wish.like, wish.pitch_hz, wish.speed, wish.tilt_db, wish.line) == (
        "gravelly", 180.0, 0.9, None, 1,
    )  # fmt: skip
    film = film_of()
    assert [who for who, _ in wishes_of([wish], film.cast)] == [ids(film)["MARA"]]


def test_where_a_row_stands_does_not_matter_to_the_voice():
    row = '[[voice]]\ncharacter = "MARA"\npitch_hz = 180\n'
    cast = film_of().cast
    assert wishes_of(wishes(row), cast) == wishes_of(wishes("\n\n# a note\n" + row), cast)


PIPER = """[[voice]]
character = "MARA"
speed = 0.9
engine = "piper"
model = "voices/joe.onnx"
licence = "CC0-1.0"
"""


def test_a_brought_voice_is_the_row_s_and_casting_hears_nothing_of_it():
    film = film_of()
    ((who, row),) = own_voices_of(wishes(PIPER), film.cast)
    assert who == ids(film)["MARA"]
    assert (row.engine, row.model, row.licence, row.line) == (
        "piper", "voices/joe.onnx", "CC0-1.0", 1,
    )  # fmt: skip
    plain = '[[voice]]\ncharacter = "MARA"\nspeed = 0.9\n'
    assert wishes_of([row], film.cast) == wishes_of(wishes(plain), film.cast)
    assert own_voices_of(wishes(PIPER + plain), film.cast) == ()


@pytest.mark.parametrize(
    ("row", "message", "zh"),
    [
        ('engine = "pipper"', "did you mean `piper`", "没有这个引擎"),
        ('engine = "piper"', "needs `model`", "需要 `model`"),
        ('engine = "kokoro"\nmodel = "k.onnx"', "needs `styles`", "需要 `styles`"),
        ('model = "k.onnx"', "add engine", "请加上 engine"),
        ('engine = "piper"\nmodel = "/etc/x"', "folder", "文件夹"),
        ('engine = "piper"\nmodel = "../x"', "folder", "文件夹"),
        ('engine = "piper"\nmodel = "C:/x"', "folder", "文件夹"),
        ('engine = "kokoro"\nmodel = "k"\nstyles = "../s"', "folder", "文件夹"),
    ],
)
def test_a_row_whose_files_cannot_be_meant_is_refused_with_its_line(row, message, zh):
    with pytest.raises(InvalidInput, match=message) as told:
        wishes(f'\n[[voice]]\ncharacter = "MARA"\n{row}')
    assert told.value.line == 2
    assert zh in told.value.told("zh")


def test_voices_and_elements_stand_in_one_file():
    data = '[[voice]]\ncharacter = "A"\n[[element]]\nscene = 1\nname = "x"\ncategory = "props"\n'
    both = read(data.encode(), path="film.toml")
    assert both.voices[0].line == 1
    assert both.rows[0].line == 3


def test_a_name_that_is_not_in_the_film_is_doubted_with_the_nearest_that_is():
    (doubt,) = voice_doubts(wishes('\n[[voice]]\ncharacter = "MARIA"\n'), film_of())
    assert doubt.line == 2
    assert "no such character `MARIA`; did you mean `MARA`?" in doubt.text
    assert "没有人物 `MARIA`，是否想写 `MARA`？" in doubt.zh


@pytest.mark.parametrize(
    ("row", "message", "zh"),
    [
        (
            "like = 'x'",
            "`character` must be words",
            "`character` 应为",
        ),
        (
            "character = 'M'\npich_hz = 90",
            "no key `pich_hz`.*did you mean `pitch_hz`",
            "没有这个键",
        ),
        (
            "character = 'M'\npitch_hz = 9000",
            "`pitch_hz` must be a number from 60 to 420",
            "60 到 420",
        ),
        (
            "character = 'M'\npitch_hz = true",
            "`pitch_hz` must be a number",
            "应为",
        ),
        (
            "character = 'M'\nspeed = nan",
            "`speed` must be a number",
            "应为",
        ),
        (
            "character = 'M'\nvariant = 'm33'",
            "no variant `m33`",
            "没有这个音色",
        ),
    ],
    ids=range(6),
)
def test_what_cannot_be_meant_is_refused_with_line_and_remedy(row, message, zh):
    with pytest.raises(InvalidInput, match=message) as refused:
        wishes(f"# voices\n[[voice]]\n{row}\n")
    assert "line 2" in str(refused.value)
    assert zh in refused.value.told("zh")
    assert "第 2 行" in refused.value.told("zh")


def test_those_are_heard_together_who_speak_and_share_a_scene():
    film = film_of()
    name = {who_id: who for who, who_id in ids(film).items()}
    groups = [{name[each] for each in group} for group in heard_together(film)]
    assert sorted(map(sorted, groups)) == [["ANNA", "MARA"], ["JOE", "MARA"]]


def test_other_words_and_other_order_change_nobody_s_company():
    bar, street = TEXT.split("EXT.")
    other = film_of("EXT." + street + "\n" + bar.replace("We are closed.", "Closed!"))
    assert heard_together(other) == heard_together(film_of())
