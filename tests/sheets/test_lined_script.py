from collections import Counter
from dataclasses import replace

import pytest

from mstation.breakdown.scene import Presence
from mstation.cut.hearing import words_heard
from mstation.screenplay.layout import lay_out_pages
from mstation.screenplay.layout.printed import PrintedPage
from mstation.screenplay.script import ElementKind, Language
from mstation.sheets.coverage import Coverage, coverage_of, letters_in
from mstation.sheets.lined_layout import page_strokes, placed_strokes
from mstation.sheets.lined_script import lined_script
from tests.sheets.film import TestFilm, film, pages_of_pdf, words_of_pdf

SPOKEN = (ElementKind.DIALOGUE, ElementKind.LYRIC)
PLAYED = (*SPOKEN, ElementKind.ACTION)

LONG = """INT. HALL - DAY

MARA (34) waits by the door.

""" + "\n\n".join(
    f"MARA\nThis is the line of number {number}, and it is as long as a line may be before "
    "anybody loses patience with it.\n\nTOM\nYes, it is."
    for number in range(16)
)  # fmt: skip


def covered(
    made: TestFilm, pages: tuple[PrintedPage, ...]
) -> dict[tuple[int, int], list[Coverage]]:
    found: dict[tuple[int, int], list[Coverage]] = {}
    for each in coverage_of(made.reel, made.script, pages):
        for row in each.rows:
            found.setdefault((row.page, row.row), []).append(each)
    return found


@pytest.mark.parametrize(("language", "text"), [("en", ""), ("zh", ""), ("en", LONG)])
def test_every_printed_line_of_action_and_dialogue_is_covered(
    language: Language, text: str
) -> None:
    made = film(language, text)
    pages = lay_out_pages(made.script)
    found = covered(made, pages)
    for number, page in enumerate(pages):
        for line in page.lines:
            if line.kind in PLAYED and letters_in(line.text):
                assert found.get((number, line.row)), line.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_shot_covers_the_printed_words_that_are_heard_in_it(language: Language) -> None:
    made = film(language)
    pages = lay_out_pages(made.script)
    places = {
        id(line): (number, line.row) for number, page in enumerate(pages) for line in page.lines
    }
    found = covered(made, pages)
    for voice in made.reel.voices:
        lines = [
            line for page in pages for line in page.lines
            if line.kind in SPOKEN and line.text.strip()[:6] in voice.text
        ]  # fmt: skip
        for at, (begin, _) in words_heard(voice.text, voice, made.reel.rate):
            frame = voice.film_first_frame + int(begin * 24 / 1000 + 0.02)
            clip = next(
                c for c in made.reel.clips if c.film_first_frame <= frame < c.film_end_frame
            )
            before = letters_in(voice.text[:at])
            for line in lines:
                count = letters_in(line.text)
                if before < count:
                    assert clip in [each.clip for each in found[places[id(line)]]]
                    break
                before -= count


def test_a_line_is_wavy_where_who_speaks_is_not_in_the_picture() -> None:
    made = film("en")
    pages = lay_out_pages(made.script)
    rows = {
        (number, line.row): line.text
        for number, page in enumerate(pages)
        for line in page.lines
        if line.kind in SPOKEN
    }
    said = {
        text: voice for voice in made.reel.voices for text in rows.values() if text in voice.text
    }
    checked = Counter[bool]()
    for each in coverage_of(made.reel, made.script, pages):
        for row in each.rows:
            voice = said.get(rows.get((row.page, row.row), ""))
            if voice:
                seen = voice.character_id in each.clip.shot.subjects
                assert row.is_seen == (seen and voice.presence is Presence.ON)
                checked[row.is_seen] += 1
    assert checked[True] > 1
    assert checked[False] > 1


@pytest.mark.parametrize(("language", "text"), [("en", ""), ("zh", ""), ("en", LONG)])
def test_labels_stand_over_no_word_and_over_no_other_label(language: Language, text: str) -> None:
    made = film(language, text)
    pages = lay_out_pages(made.script)
    strokes = page_strokes(coverage_of(made.reel, made.script, pages), language)
    for number, page in enumerate(pages):
        placed = list(placed_strokes(strokes.get(number, ()), page))
        assert [each.stroke for each in placed] == strokes.get(number, [])
        for index, one in enumerate(placed):
            assert not any(one.box.meets(other.box) for other in placed[index + 1 :])
            assert 0 < one.box.left < one.box.right < page.form.width_pt


@pytest.mark.parametrize(("language", "text"), [("en", ""), ("zh", ""), ("en", LONG)])
def test_the_pages_are_the_scripts_with_every_shots_label(language: Language, text: str) -> None:
    made = film(language, text)
    lined = lined_script(made.reel, made.script)
    shown = words_of_pdf(lined)
    for clip in made.reel.clips:
        assert clip.shot.label in shown
    for element in made.script.elements:
        if element.kind is ElementKind.CHARACTER:
            assert "".join(element.text.split()) in shown
    title = bool(made.script.title_page)
    assert pages_of_pdf(lined) == len(lay_out_pages(made.script)) + title
    assert lined == lined_script(made.reel, made.script)


def test_a_line_goes_on_overleaf_and_says_its_shot_again() -> None:
    made = film("en", LONG)
    pages = lay_out_pages(made.script)
    assert len(pages) > 1
    whole = replace(made.reel.clips[0].shot, end_frame=made.shots.frames)
    reel = replace(made.reel, clips=(replace(made.reel.clips[0], shot=whole),))
    strokes = page_strokes(coverage_of(reel, made.script, pages), "en")
    assert [each.label for page in sorted(strokes) for each in strokes[page]] == [
        "001-001 WS", *["(001-001)"] * (len(pages) - 1),
    ]  # fmt: skip
    assert [(each.begins, each.ends) for each in strokes[0]] == [(True, False)]


def test_a_script_that_was_not_shot_has_no_lines() -> None:
    made = film("en")
    pages = lay_out_pages(made.script)
    assert coverage_of(replace(made.reel, clips=()), made.script, pages) == ()
    assert pages_of_pdf(lined_script(replace(made.reel, clips=()), made.script)) == len(pages) + 1
