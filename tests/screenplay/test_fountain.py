import time

import pytest

from mstation.errors import InvalidInput
from mstation.screenplay import fountain, read
from mstation.screenplay.script import Element, Emphasis, Mark, Run, Script
from mstation.screenplay.script import ElementKind as Kind


def script(text: str) -> Script:
    return read(text.encode(), path="x.fountain")


def shape(text: str) -> list[tuple[str, str]]:
    return [(element.kind.value, element.text) for element in script(text).elements]


def only(text: str) -> Element:
    (element,) = script(text).elements
    return element


@pytest.mark.parametrize(
    "line",
    [
        "INT. HOUSE - DAY",
        "EXT HOUSE DAY",
        "EST. HOUSE",
        "INT./EXT. CAR",
        "INT/EXT CAR",
        "I/E CAR",
        "int. house - day",
        "INT - HOUSE - DAY",
        "INT。 医院-天",
        "**INT. HOUSE - DAY**",
        ".内景 医院 - 夜",
        ".KITCHEN",
    ],
)
def test_a_heading_is_read_in_any_form(line: str) -> None:
    assert only(f"{line}\n").kind is Kind.SCENE_HEADING


@pytest.mark.parametrize(
    "line", ["... not a heading", ". NOT", "Interior", "intense", "ESTABLISHING", "INTERIOR HOUSE"]
)
def test_what_only_looks_like_a_heading_is_action(line: str) -> None:
    assert only(line).kind is Kind.ACTION


def test_a_scene_number_stands_apart() -> None:
    heading = only("INT. HOUSE - DAY - FLASHBACK (1944) #110A#")
    assert (heading.text, heading.scene_number) == ("INT. HOUSE - DAY - FLASHBACK (1944)", "110A")


def test_title_page_values_may_run_over_lines() -> None:
    read_script = script("Title:\n    _**BRICK & STEEL**_\n\tRETIRED\nAuthor：X\n\nFADE IN:\n\nHi.")
    assert read_script.title == "BRICK & STEEL RETIRED"
    assert [field.key for field in read_script.title_page] == ["Title", "Author"]
    assert [element.kind for element in read_script.elements] == [Kind.TRANSITION, Kind.ACTION]


def test_fade_in_opens_no_title_page() -> None:
    assert script("FADE IN:\n\nHi.").title_page == ()


@pytest.mark.parametrize(
    ("line", "name", "extensions"),
    [
        ("MOM (O. S.)", "MOM", ("O. S.",)),
        ("HANS (on the radio)", "HANS", ("on the radio",)),
        ("STEEL (V.O.) (CONT’D)", "STEEL", ("V.O.", "CONT’D")),
        ("R2D2", "R2D2", ()),
        ("ÉLODIE", "ÉLODIE", ()),
        ("МАША", "МАША", ()),
        ("@McCABE (v.o.)", "McCABE", ("v.o.",)),
        ("@林晚（画外音）", "林晚", ("画外音",)),
        ("\tGUY  ", "GUY", ()),
    ],
)
def test_a_cue_has_a_name_and_extensions(line: str, name: str, extensions: tuple[str, ...]) -> None:
    cue, speech = script(f"{line}\nHello.").elements
    assert (cue.kind, cue.text, cue.extensions) == (Kind.CHARACTER, name, extensions)
    assert speech.kind is Kind.DIALOGUE


@pytest.mark.parametrize(
    "line", ["23", "Han", "23 (O.S.)", "AND ^ (Dual)", "CUT TO THE CHASE, bob"]
)
def test_what_is_no_cue_is_action(line: str) -> None:
    assert only(f"{line}\nHello.").kind is Kind.ACTION


def test_a_name_with_nothing_below_is_action() -> None:
    assert shape("BOB\n\nHi.") == [("action", "BOB"), ("action", "Hi.")]


def test_a_speech_keeps_parentheticals_lyrics_and_two_space_lines() -> None:
    text = "BOB\n(slowly)\nOne.\n  \nTwo.\n    (loud\n  and long)\n~la la\n~lu lu\nThree."
    assert shape(text) == [
        ("character", "BOB"),
        ("parenthetical", "slowly"),
        ("dialogue", "One.\n\nTwo."),
        ("parenthetical", "loud and long"),
        ("lyric", "la la\nlu lu"),
        ("dialogue", "Three."),
    ]


def test_the_right_hand_of_a_dual_speech_is_marked() -> None:
    cues = [e for e in script("A B\nYes.\n\nEVE ^\nNo.").elements if e.kind is Kind.CHARACTER]
    assert [cue.is_dual for cue in cues] == [False, True]
    assert cues[1].text == "EVE"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CUT TO:", [("transition", "CUT TO:")]),
        ("    GO TO:", [("transition", "GO TO:")]),
        ("CUT TO: ", [("action", "CUT TO:")]),
        ("boop TO:", [("action", "boop TO:")]),
        ("FADE TO BLACK.", [("transition", "FADE TO BLACK.")]),
        ("> Burn to White.", [("transition", "Burn to White.")]),
        ("> THE END <", [("centered", "THE END")]),
        (">No space<", [("centered", "No space")]),
        ("~la", [("lyric", "la")]),
        ("====", [("page_break", "")]),
        ("= So", [("synopsis", "So")]),
        ("#Act", [("section", "Act")]),
        ("!INT. ACTION", [("action", "INT. ACTION")]),
    ],
)
def test_marked_lines(text: str, expected: list[tuple[str, str]]) -> None:
    assert shape(text) == expected


def test_sections_have_depth() -> None:
    assert [e.depth for e in script("# A\n### B\n###### C").elements] == [1, 3, 6]


def test_action_keeps_breaks_indents_and_double_blank_lines() -> None:
    text = "One\ntwo\n\n\n\n\tThree\n   four"
    assert shape(text) == [("action", "One\ntwo"), ("action", "\n\n    Three\n   four")]


def test_a_boneyard_goes_and_leaves_nothing_behind() -> None:
    text = "CUT TO:\n/*\nINT. GARAGE - DAY\n\nGone.\n*/\nEXT. HOUSE - DAY\n\nAn /* inner */ end."
    assert shape(text) == [
        ("transition", "CUT TO:"),
        ("boneyard", "INT. GARAGE - DAY\n\nGone."),
        ("scene_heading", "EXT. HOUSE - DAY"),
        ("action", "An end."),
        ("boneyard", "inner"),
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [("a /* b /* c */ d */ e", "a e"), ("a /* b /* c */ d", "a d"), ("a */ b", "a */ b")],
)
def test_boneyards_nest_or_close_at_the_nearest(text: str, left: str) -> None:
    assert script(text).elements[0].text == left


def test_an_unclosed_boneyard_is_text_and_noted() -> None:
    read_script = script("a\n\nb /* c")
    assert read_script.elements[-1].text == "b /* c"
    assert [note.line for note in read_script.notes] == [3]


def test_notes_leave_the_text_and_stay_with_it() -> None:
    speech = script("BOB\nHi[[why?]] there [[over\n  \nlines]] you.").elements[-1]
    assert speech.text == "Hi there you."
    assert speech.notes == ("why?", "over\n\nlines")


def test_a_note_on_its_own_is_an_element() -> None:
    assert shape("A.\n\n[[n\nm]]\n\nB.") == [("action", "A."), ("note", "n\nm"), ("action", "B.")]


def test_a_note_does_not_reach_over_a_blank_line() -> None:
    assert shape("Not [[a\n\nnote]] x") == [("action", "Not [[a"), ("action", "note]] x")]


@pytest.mark.parametrize(
    ("marked", "plain", "styles"),
    [
        ("*it*", "it", [(0, 2, "i")]),
        ("**b** _u_", "b u", [(0, 1, "b"), (2, 3, "u")]),
        ("***x***", "x", [(0, 1, "ib")]),
        ("_a *b* c_", "a b c", [(0, 2, "u"), (2, 3, "iu"), (3, 5, "u")]),
        ("**\\*9\\***", "*9*", [(0, 3, "b")]),
        ("*69 and *23, x", "*69 and *23, x", []),
        ("*69\\*", "*69*", []),
        ("a_b_c", "a_b_c", []),
        ("*no\nline*", "*no\nline*", []),
    ],
)
def test_emphasis(marked: str, plain: str, styles: list[tuple[int, int, str]]) -> None:
    element = only(f"He said {marked}")
    letters = {Emphasis.ITALIC: "i", Emphasis.BOLD: "b", Emphasis.UNDERLINE: "u"}
    runs = [(r.start - 8, r.end - 8, "".join(letters[e] for e in r.emphasis)) for r in element.runs]
    assert (element.text, runs) == (f"He said {plain}", styles)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_numbers_hold_with_any_line_break(newline: str) -> None:
    text = newline.join(["\ufeffINT. A - DAY", "", "/* x", "", "y */", "", "[[n", "m]]", "Hi."])
    assert script(text).elements[-1].line == 9


def test_a_heading_without_a_blank_line_above_is_read_and_noted() -> None:
    read_script = script("He goes.\nINT. HOUSE - DAY\n\nIn.")
    assert [e.kind for e in read_script.elements][1] is Kind.SCENE_HEADING
    assert [note.line for note in read_script.notes] == [2]


def test_a_chinese_film_in_fountain_is_read_as_fountain() -> None:
    text = (
        "Title：电影\n\n淡入：\n\nINT。 医院-天\n\n约翰（20）来了。\n\n"
        "约翰\n（低声）\n这是什么？\n\n淡出。"
    )
    assert script(text).language == "zh"
    assert shape(text) == [
        ("transition", "淡入："),
        ("scene_heading", "INT。 医院-天"),
        ("action", "约翰（20）来了。"),
        ("character", "约翰"),
        ("parenthetical", "低声"),
        ("dialogue", "这是什么？"),
        ("transition", "淡出。"),
    ]


def test_marks_stand_beside_words_and_are_no_notes() -> None:
    action = only("A [[prop: lantern]] and [[why?]] a [[tag Greenery: fern]] [[道具：灯笼]].")
    assert action.text == "A and a ."
    assert action.notes == ("why?",)
    assert action.marks == (
        Mark("props", "lantern"),
        Mark("tag Greenery", "fern"),
        Mark("props", "灯笼"),
    )


def test_a_mark_on_lines_of_its_own_is_a_note_as_written() -> None:
    assert shape("A.\n\n[[prop: lantern]]\n\nB.")[1] == ("note", "prop: lantern")


def test_a_guarded_mark_is_a_note() -> None:
    assert only("A [[\\prop: lantern]] b").notes == ("prop: lantern",)


@pytest.mark.parametrize("name", ["dialogue", "cast list", "props list", "episode"])
def test_a_note_names_what_fountain_has_no_sign_for(name: str) -> None:
    assert shape(f"!Words\n!more [[element: {name}]]") == [(name.replace(" ", "_"), "Words\nmore")]


def test_a_wholly_styled_name_keeps_its_style() -> None:
    cue = script("**MARA (V.O.)**\nYes.\n\n_BENNO_ (O.S.)\nNo.").elements
    assert [(e.text, e.extensions) for e in cue[::2]] == [
        ("MARA", ("V.O.",)),
        ("BENNO", ("O.S.",)),
    ]
    assert cue[2].runs == (Run(0, 5, (Emphasis.UNDERLINE,)),)


def test_a_forced_name_needs_no_words_below() -> None:
    assert shape("@MARA\n\nShe goes.") == [("character", "MARA"), ("action", "She goes.")]


def test_blank_lines_of_two_spaces_keep_a_speech_open() -> None:
    assert shape("BOB\nOne.\n  \n  \nTwo.\n\nHe goes.") == [
        ("character", "BOB"),
        ("dialogue", "One.\n\n\nTwo."),
        ("action", "He goes."),
    ]


def test_a_dual_speech_is_one_over_a_note_between() -> None:
    cues = script("EVE\nYes.\n\n[[n]]\n\nBOB ^\nNo.").elements
    assert [e.is_dual for e in cues if e.kind is Kind.CHARACTER] == [False, True]


def test_english_and_chinese_scenes_stand_in_one_script() -> None:
    text = (
        "INT. BOOTH - NIGHT\n\nMARA\nHello?\n\n第3集：重逢\n\n第2场 内 客厅 夜\n"
        "人物：林晚、老周\n道具：信\n△林晚坐下。\n林晚（画外音，低声）：走。（起身）快走！\n"
        "老周：好。\n\nEXT. STREET - DAY #3#\n\n@老周\n（低声）\n来了。\n\nMARA\nGo.\n"
    )
    read_script = script(text)
    assert [(e.kind.value, e.text) for e in read_script.elements] == [
        ("scene_heading", "INT. BOOTH - NIGHT"),
        ("character", "MARA"),
        ("dialogue", "Hello?"),
        ("episode", "第3集：重逢"),
        ("scene_heading", "内 客厅 夜"),
        ("cast_list", "人物：林晚、老周"),
        ("props_list", "道具：信"),
        ("action", "林晚坐下。"),
        ("character", "林晚"),
        ("parenthetical", "低声"),
        ("dialogue", "走。"),
        ("parenthetical", "起身"),
        ("dialogue", "快走！"),
        ("character", "老周"),
        ("dialogue", "好。"),
        ("scene_heading", "EXT. STREET - DAY"),
        ("character", "老周"),
        ("parenthetical", "低声"),
        ("dialogue", "来了。"),
        ("character", "MARA"),
        ("dialogue", "Go."),
    ]
    assert [e.scene_number for e in read_script.elements if e.kind is Kind.SCENE_HEADING] == [
        "", "2", "3",
    ]  # fmt: skip
    assert read_script.elements[8].extensions == ("画外音",)
    assert read_script.notes == ()


@pytest.mark.parametrize(
    "line",
    ["他走到屋内。外面下着雨。", "屏幕上显示：无信号", "1. 打开门", "内心深处的不安", "特写：手"],
)
def test_chinese_prose_in_fountain_is_action(line: str) -> None:
    assert shape(f"INT. 医院 - 夜\n\n{line}\n")[1:] == [("action", line)]


def test_a_note_on_a_doubtful_line_is_told_in_both_languages() -> None:
    (note,) = script("He goes.\nINT. HOUSE - DAY\n\nIn.").notes
    assert note.told("en") != note.told("zh")


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"x\.fountain"):
        fountain.read(b"\x89PNG\r\n", path="x.fountain")


HOSTILE = (
    *("[[", "[[ ", "/*", "*/", "*a", "**a ", "_a ", "a__", "\\", "\\*", "[\\", "]\\]", "/\\*"),
    *("(", "(\n", "BOB\n(", "@a (", "@a (b) ", "^", "BOB\n  \n", "BOB\nx\n  \n", "[[a\n\n"),
    *(
        "=\n",
        "INT. #",
        "I\nINT. A\n\n",
        "人物：\n\n",
        "林晚：（",
        "约翰\n（\n",
        "/*\n\n*/\n",
        "[[x]]\n\n",
    ),
)


def seconds(unit: str, size: int) -> float:
    data = (unit * (size // len(unit.encode()))).encode() + b"\nx"
    start = time.process_time()
    fountain.write(fountain.read(data, path="x"))
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_is_read_and_written_in_linear_time(unit: str) -> None:
    small, large = seconds(unit, 20_000), seconds(unit, 80_000)
    assert large < 9 * (small + 0.05)
