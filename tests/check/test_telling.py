"""Every finding has its sentence, in both languages, with its place and what would mend it."""

from __future__ import annotations

import ast
import json
import re
import string
import tomllib
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest

from mstation.check.finding import Fault, Report, Row
from mstation.check.run import CHECKS
from mstation.check.telling import SCHEMA, sentence, tell, to_json

TABLES = {
    path.name.removesuffix(".toml"): tomllib.loads(path.read_text(encoding="utf-8"))
    for path in files("mstation.check").joinpath("words").iterdir()
    if path.name.endswith(".toml")
}
WORDS = {name: table for name, table in TABLES.items() if name != "table"}
TERMS = {"table": {"term": TABLES["table"]["term"]}}
SENTENCES = [
    (name, kind, key, entry)
    for name, table in (WORDS | TERMS).items()
    for kind, entries in table.items()
    for key, entry in entries.items()
]
UNITS = set(TABLES["table"]["units"])

FAULT = Fault(
    "cut_elsewhere", "012", shot="012-003", line="ln-1", frame=90,
    values=(("before", "012-002"), ("after", "012-003"), ("frames", 3), ("way", "late")),
    mends=(("move_cut", (("frame", 93),)), ("join_again", ())),
)  # fmt: skip
ROW = Row("picture", 18, "failed", True, 40, 0.98, "1.00", (FAULT,), (("exact", 39),))
SYNC = Row("sync", 14, "unmeasured", True, 0, 0.0, detail=(("missing", "no_voices"),))
MATCH = Row("pictures_match", 0, "passed", True, 80, 1.0, "100 %", (), (("lowest_db", 36.25),))
REPORT = Report("茶", 3, 41, (ROW, MATCH, SYNC), "25", (("ln-1", "去哪儿？"),))


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(
    ("name", "kind", "key", "entry"), SENTENCES, ids=lambda value: str(value)[:20]
)
def test_every_entry_says_the_same_in_both_languages(
    name: str, kind: str, key: str, entry: dict[str, str]
) -> None:
    assert kind in {"row", "fault", "mend", "detail", "missing", "term"}, name
    assert {"en", "zh"} <= set(entry) <= {"en", "zh", "unit"}, key
    assert _blanks(entry["en"]) == _blanks(entry["zh"])
    assert entry.get("unit", "number") in UNITS


def test_every_check_has_its_words_once() -> None:
    rows = [check for table in WORDS.values() for check in table.get("row", {})]
    assert len(rows) == len(set(rows))
    assert {"files", "picture", "pictures_match", "sync"} <= set(rows)
    assert {check.__name__ for check in CHECKS} <= set(rows)


def test_the_table_says_check_figure_and_verdict_and_each_fault_its_place() -> None:
    told = tell(REPORT, "en")
    lines = told.splitlines()
    assert lines[0] == "茶: 3 scenes, 41 shots"
    assert re.search(r"^Cuts in the picture +40 +0\.98 +1\.00 +FAILED$", told, re.MULTILINE)
    assert re.search(r"^Sync +0 +not measured$", told, re.MULTILINE)
    assert "    the least alike: 36.2 dB" in lines
    assert "    nobody speaks" in lines
    at = lines.index("  012-003  01:00:03:15  “去哪儿？”")
    assert lines[at + 1 : at + 4] == [
        "      the picture changes 3 frames too late for the cut from 012-002 to 012-003",
        "      mend: move the cut to film frame 93",
        "        or: make the film again, which joins the movie from its shots",
    ]
    assert lines[-1] == "Hard rules are broken: Cuts in the picture."


def test_a_table_in_chinese_stands_in_columns_too() -> None:
    told = tell(REPORT, "zh")
    assert "未通过" in told
    assert "比切点晚 3 帧" in told
    lines = told.splitlines()
    rows = [lines[2], *(line for line in lines if line.startswith(("画面切点  ", "声画同步  ")))]
    before_verdict = [row[: row.rindex(" ")] for row in rows]
    assert len(rows) == 3
    assert len({_columns(row) for row in before_verdict}) == 1


def test_a_row_that_breaks_no_hard_rule_only_misses_its_bar() -> None:
    report = Report("茶", 1, 9, (replace(ROW, check="headroom", is_hard=False),))
    assert report.is_sound
    for language, word in (("en", "missed"), ("zh", "未达标")):
        assert tell(report, language).splitlines()[4].endswith(f"  {word}")


@pytest.mark.parametrize(
    ("check", "kind", "values", "told"),
    [
        ("jumps", "jump", {"name": "周师傅", "before": "002-003", "deg": 9.0, "steps": 1.0},
         "与 002-003 同拍周师傅，机位只转了 9.0°，景别只差 1.0 级：跳切"),
        ("dragnet", "over_voice", {"one": "林晚", "other": "MARA"},
         "从林晚切到 MARA，切在话音之中"),
        ("clear_figures", "figure_hidden", {"by": "tea_table", "who": "小马"},
         "tea table 遮挡小马的头部超过半个镜头"),
        ("clear_cameras", "camera_inside", {"thing": "shell"}, "摄影机在房间墙体里面（穿模）"),
        ("actions_covered", "action_unseen", {"text": "她 笑。", "names": "林晚, 小马"},
         "演到“她 笑。”时，画面里没有林晚、小马"),
        ("files", "label_differs", {"label": "axis", "timeline": "–", "stage": "林晚, 小马"},
         "轴线在时间线中为空，在场景文件中为林晚、小马"),
        ("establishing", "not_wide", {"place": "客厅 南", "size": "CU"},
         "客厅 南初次出现，首镜头景别却只到特写"),
    ],
)  # fmt: skip
def test_chinese_has_spaces_only_beside_other_letters(
    check: str, kind: str, values: dict[str, str | float], told: str
) -> None:
    row = replace(SYNC, check=check)
    assert sentence(row, "fault", kind, tuple(values.items()), "zh") == told


def test_values_are_called_by_their_words_in_english_too() -> None:
    row = replace(SYNC, check="files")
    values = (("label", "axis"), ("timeline", "–"), ("stage", "ANN, BOB"))
    assert sentence(row, "fault", "label_differs", values, "en") == (
        "the line of interest is nothing in the timeline and ANN, BOB on the stage"
    )


def _columns(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def test_what_is_sound_is_said_to_be() -> None:
    sound = Report("", 1, 1, (MATCH, SYNC))
    assert sound.is_sound
    assert tell(sound, "en").startswith("Untitled")
    assert tell(sound, "en").endswith("No hard rule is broken.\n")
    assert tell(sound, "zh").endswith("没有违反硬性规则。\n")


def test_a_long_row_of_faults_is_cut_short_for_people_and_whole_for_programs() -> None:
    row = Row("picture", 18, "failed", True, 50, 0.0, "1.00", (FAULT,) * 50)
    report = Report("Film", 1, 51, (row,))
    assert "… and 38 more" in tell(report, "en")
    assert len(_document(report)["rows"][0]["faults"]) == 50


def _document(report: Report) -> dict[str, Any]:
    return dict(json.loads(to_json(report)))


def test_the_document_holds_every_sentence_in_both_languages() -> None:
    document = _document(REPORT)
    assert document["schema"] == SCHEMA == "mstation.check/1"
    assert document["is_sound"] is False
    row = document["rows"][0]
    assert row["title"] == {"en": "Cuts in the picture", "zh": "画面切点"}
    assert row["detail"] == [{"name": "exact", "value": 39}]
    (fault,) = row["faults"]
    assert (fault["timecode"], fault["said"]) == ("01:00:03:15", "去哪儿？")
    assert fault["values"] == {"before": "012-002", "after": "012-003", "frames": 3, "way": "late"}
    assert fault["mends"][0]["text"]["zh"] == "把切点移到影片第 93 帧"
    assert to_json(REPORT) == to_json(REPORT)


def test_a_kind_without_words_is_told_by_its_name() -> None:
    fault = Fault("new_kind", "001", values=(("metres", 2.5),))
    told = tell(
        Report("Film", 1, 1, (Row("sync", 14, "failed", True, 1, 2.0, "", (fault,)),)), "en"
    )
    assert "new_kind (metres=2.5)" in told
    assert "scene 001" in told


MODULES = {
    path.name: ast.parse(path.read_text(encoding="utf-8"))
    for path in files("mstation.check").iterdir()
    if path.name.endswith(".py")
}
FAULT_MAKERS = {"fault_at": 2, "_fault": 2, "Fault": 0, "fault": 0}  # at which place the kind is


def _constants(tree: ast.AST) -> set[str]:
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _assigned(function: ast.AST, name: str) -> set[str]:
    """Return the constants that a name of a function may be given."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    found |= _constants(node.value)
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, value in zip(target.elts, node.value.elts, strict=True):
                        if isinstance(one, ast.Name) and one.id == name:
                            found |= _constants(value)
    return found


def _calls() -> list[tuple[str, ast.FunctionDef, ast.Call, str]]:
    """Return every call by name in the checker, with its module and function."""
    found = []
    for module, tree in MODULES.items():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call):
                        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                        found.append((module, function, node, name))
    return found


def _words_for(table: str, kind: str) -> list[set[str]]:
    """Return the blanks of every sentence for a kind."""
    return [_blanks(words[table][kind]["en"]) for words in WORDS.values()
            if kind in words.get(table, {})]  # fmt: skip


def test_every_fault_that_the_code_can_emit_has_words_whose_blanks_it_fills() -> None:
    told = set()
    for module, function, call, name in _calls():
        at = FAULT_MAKERS.get(name)
        if at is None or function.name in ("fault_at", "fault"):
            continue
        if name == "_fault" and module == "reading.py":
            at = 0
        named = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
        kind = named[0] if named else call.args[at] if len(call.args) > at else None
        if kind is None or (name == "_fault" and isinstance(kind, ast.Name)):
            continue
        kinds = _assigned(function, kind.id) if isinstance(kind, ast.Name) else _constants(kind)
        filled = _constants(function) | {
            keyword.arg for each in ast.walk(function) if isinstance(each, ast.Call)
            for keyword in each.keywords if keyword.arg
        } | {"who"}  # fmt: skip
        for one in kinds:
            known = _words_for("fault", one)
            assert known, f"{module}: no words for the fault {one}"
            assert any(blanks <= filled for blanks in known), f"{module}: {one} lacks {known}"
            told.add(one)
    assert len(told) > 40


def test_every_mend_and_every_reason_that_the_code_can_emit_has_words() -> None:
    mends = missing = 0
    for module, _, call, name in _calls():
        if name == "mend" and isinstance(call.args[0], ast.Constant):
            kind, given = call.args[0].value, {keyword.arg for keyword in call.keywords}
            known = _words_for("mend", kind)
            assert any(blanks <= given for blanks in known), f"{module}: the mend {kind}: {known}"
            mends += 1
        if name in ("figures", "share_of"):
            for word in [arg.value for arg in call.args if isinstance(arg, ast.Constant)]:
                if isinstance(word, str) and word.startswith("no_"):
                    assert _words_for("missing", word), f"{module}: {word}"
                    missing += 1
    assert mends > 20
    assert missing > 15


def test_no_words_are_kept_for_what_nothing_emits() -> None:
    said = set().union(*map(_constants, MODULES.values())) | {
        keyword.arg for _, _, call, _ in _calls() for keyword in call.keywords if keyword.arg
    }
    for name, table in WORDS.items():
        for kind in ("fault", "mend", "detail", "missing"):
            assert set(table.get(kind, {})) <= said, (name, kind)
