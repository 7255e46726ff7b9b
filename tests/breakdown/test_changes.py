"""A revision is told by what production must do again."""

from mstation.breakdown import break_down
from mstation.breakdown.changes import BuiltShot, Changes, SceneChange, compare, shots_of
from mstation.breakdown.telling import tell_changes
from mstation.screenplay import read
from mstation.screenplay.revisions import keep_ids

OLD = """\
INT. BOOTH - NIGHT

MARA threads the film.

MARA
It jams again.

BENNO
It always jams.

EXT. STREET - NIGHT

Rain. BENNO walks home.

INT. KITCHEN - DAY

LENA pours tea.

LENA
You are late.

EXT. ROOF - DAY

Pigeons.
"""


def _compare(old: str, new: str, shots: tuple[BuiltShot, ...] = ()) -> Changes:
    before = read(old.encode(), path="old.fountain")
    after = keep_ids(read(new.encode(), path="new.fountain"), before)
    return compare(break_down(before), break_down(after), shots)


def _scene(changes: Changes, heading: str) -> SceneChange:
    return next(each for each in changes.scenes if heading in (each.heading or each.heading_before))


def test_an_unchanged_script_changes_nothing() -> None:
    changes = _compare(OLD, OLD)
    assert changes.scenes == ()
    assert changes.people == changes.days == changes.shots == ()
    assert changes.eighths == changes.eighths_before


def test_a_changed_speech_names_its_line_its_speaker_and_nobody_else() -> None:
    changes = _compare(OLD, OLD.replace("It always jams.", "It never jams for me."))
    (scene,) = changes.scenes
    assert scene.kinds == ("changed",)
    (line,) = scene.lines
    assert (line.kind, line.who) == ("edited", "BENNO")
    assert (line.before, line.after) == ("It always jams.", "It never jams for me.")
    assert line.line == 9
    assert changes.people == ("BENNO",)


def test_a_new_scene_is_added_and_the_others_are_renumbered() -> None:
    river = "EXT. RIVER - NIGHT\n\nOTTO swims.\n\nOTTO\nCold.\n\n"
    new = OLD.replace("INT. KITCHEN", f"{river}INT. KITCHEN")
    changes = _compare(OLD, new)
    added = _scene(changes, "RIVER")
    assert added.kinds == ("added",)
    assert (added.number, added.number_before) == ("3", "")
    assert _scene(changes, "KITCHEN").kinds == ("renumbered",)
    assert changes.people_added == ("OTTO",)


def test_a_cut_scene_says_where_it_was_and_whom_it_frees() -> None:
    start, end = OLD.index("INT. KITCHEN"), OLD.index("EXT. ROOF")
    changes = _compare(OLD, OLD[:start] + OLD[end:])
    cut = _scene(changes, "KITCHEN")
    assert cut.kinds == ("cut",)
    assert (cut.number, cut.number_before) == ("", "3")
    assert changes.people_cut == ("LENA",)
    assert changes.eighths < changes.eighths_before


def test_a_moved_scene_is_moved_not_cut_and_added() -> None:
    start, end = OLD.index("EXT. STREET"), OLD.index("INT. KITCHEN")
    changes = _compare(OLD, OLD[:start] + OLD[end:] + "\n" + OLD[start:end])
    assert "moved" in _scene(changes, "STREET").kinds
    assert not any({"added", "cut"} & set(each.kinds) for each in changes.scenes)


def test_a_new_heading_touches_everybody_in_the_scene() -> None:
    changes = _compare(OLD, OLD.replace("INT. BOOTH - NIGHT", "INT. BOOTH - DAY"))
    scene = _scene(changes, "BOOTH")
    assert "heading" in scene.kinds
    assert {"MARA", "BENNO"} <= set(scene.people)


def test_the_shots_of_a_built_film_are_those_that_show_the_change() -> None:
    before = break_down(read(OLD.encode(), path="old.fountain"))
    booth = before.scenes[0]
    shots = tuple(
        BuiltShot(f"001-{index + 1:03d}", booth.id, (beat.id,))
        for index, beat in enumerate(booth.beats)
    )
    edited = _compare(OLD, OLD.replace("It jams again.", "Not again."), shots)
    assert edited.shots == ("001-002",)
    added = _compare(OLD, OLD.replace("EXT. STREET", "MARA\nNever mind.\n\nEXT. STREET"), shots)
    assert added.shots == ("001-003",)
    reset = _compare(OLD, OLD.replace("INT. BOOTH - NIGHT", "INT. BOOTH - DAY"), shots)
    assert reset.shots == ("001-001", "001-002", "001-003")


def test_a_chinese_revision_is_compared_as_well() -> None:
    old = "第1场 内 茶馆 日\n\n林晚：茶凉了。\n\n第2场 外 巷子 夜\n\n△陈默走过。\n"
    changes = _compare(old, old.replace("茶凉了", "茶还是热的"))
    assert [scene.kinds for scene in changes.scenes] == [("changed",)]
    assert changes.people == ("林晚",)


def test_a_shot_list_of_another_shape_holds_no_shots() -> None:
    assert shots_of({}) == ()
    assert shots_of({"clips": [3, {"shot": {"label": "001-001"}}]}) == ()


def test_changes_are_told_in_both_languages() -> None:
    new = OLD.replace("It always jams.", "It never jams.").replace(
        "INT. KITCHEN", "EXT. RIVER - NIGHT\n\nWater.\n\nINT. KITCHEN"
    )
    changes = _compare(OLD, new)
    english = tell_changes(changes, "en", has_film=False)
    assert "line 9, BENNO: “It always jams.” → “It never jams.”" in english
    assert "+ 3  EXT. RIVER - NIGHT  (added)" in english
    assert "= 3–4 become 4–5" in english
    assert "--built" in english
    chinese = tell_changes(changes, "zh", has_film=True)
    assert "第 9 行，BENNO：“It always jams.” → “It never jams.”" in chinese
    assert "--built" not in chinese
    assert tell_changes(_compare(OLD, OLD), "en", has_film=True).startswith("no scene")
