from hypothesis import given
from hypothesis import strategies as st

from mstation.errors import InvalidInput
from mstation.screenplay import read
from mstation.screenplay.revisions import keep_ids
from mstation.screenplay.script import Script
from tests.screenplay.scraps import scripts

BEFORE = """INT. BOOTH - NIGHT

Mara threads the projector.

MARA
No.

BENNO
I came as soon as I could.

MARA
No.

EXT. STREET - NIGHT

Rain falls on the empty street.
"""


def script(text: str) -> Script:
    return read(text.encode(), path="x")


def ids(of: Script) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in of.elements:
        found.setdefault(element.text, []).append(element.id)
    return found


def test_an_inserted_line_changes_no_other_id() -> None:
    before = script(BEFORE)
    after = keep_ids(script(BEFORE.replace("MARA\nNo.", "MARA\nYes.\n\nMARA\nNo.", 1)), before)
    assert ids(after)["No."] == ids(before)["No."]
    assert ids(after)["Yes."][0] not in {element.id for element in before.elements}


def test_an_edited_line_keeps_its_id() -> None:
    before = script(BEFORE)
    after = keep_ids(script(BEFORE.replace("soon as I could", "fast as I could")), before)
    assert ids(after)["I came as fast as I could."] == ids(before)["I came as soon as I could."]


def test_an_edited_chinese_line_keeps_its_id() -> None:
    before = script("第1场 内 客厅 日\n林晚：我昨天晚上没有回家。\n老周：嗯。")
    after = keep_ids(script("第1场 内 客厅 日\n林晚：我昨天晚上回家了。\n老周：嗯。"), before)
    assert [e.id for e in after.elements] == [e.id for e in before.elements]


def test_a_moved_scene_keeps_its_ids() -> None:
    first, second = BEFORE.split("EXT.")
    before = script(BEFORE)
    after = keep_ids(script("EXT." + second + "\n" + first), before)
    assert {e.id for e in after.elements} == {e.id for e in before.elements}
    assert ids(after)["EXT. STREET - NIGHT"] == ids(before)["EXT. STREET - NIGHT"]


def test_an_id_once_given_away_is_not_given_to_another() -> None:
    first = script("Mara walks home in the rain.")
    edited = keep_ids(script("Mara walks home in the snow."), first)
    both = keep_ids(script("Mara walks home in the snow.\n\nMara walks home in the rain."), edited)
    assert len({element.id for element in both.elements}) == 2


@given(scripts(), scripts())
def test_every_revision_has_its_words_and_single_ids(one: str, other: str) -> None:
    try:
        before, after = script(one), script(other)
    except InvalidInput:
        return
    kept = keep_ids(after, before)
    assert keep_ids(before, before) == before
    assert keep_ids(kept, kept) == kept
    assert [(e.kind, e.text) for e in kept.elements] == [(e.kind, e.text) for e in after.elements]
    assert len({e.id for e in kept.elements}) == len(kept.elements)
    equal = {(e.kind, e.text) for e in before.elements} & {(e.kind, e.text) for e in kept.elements}
    old = {e.id for e in before.elements}
    for key in equal:
        assert any(e.id in old for e in kept.elements if (e.kind, e.text) == key)


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 29))
def test_taking_one_line_out_keeps_all_others(words: list[int], out: int) -> None:
    paragraphs = [f"Paragraph {index} says {word}." for index, word in enumerate(words)]
    if len(paragraphs) < 2:
        return
    out %= len(paragraphs)
    before = script("\n\n".join(paragraphs))
    after = keep_ids(script("\n\n".join(paragraphs[:out] + paragraphs[out + 1 :])), before)
    expected = [e.id for index, e in enumerate(before.elements) if index != out]
    assert [e.id for e in after.elements] == expected


def test_a_speech_under_the_same_cue_is_the_same_speech_whatever_it_says() -> None:
    old = script("INT. BOOTH - NIGHT\n\nMARA\nIt still burns.\n\nBENNO\nGood.\n")
    new = keep_ids(script("INT. BOOTH - NIGHT\n\nMARA\nOut.\n\nBENNO\nGood.\n"), old)
    assert [each.id for each in new.elements] == [each.id for each in old.elements]
