import ast
import errno
import os
import pickle
from pathlib import Path

import pytest

import mstation
from mstation.errors import (
    InvalidInput,
    MStationError,
    NotFound,
    StepFailed,
    StoreFailed,
    Unsupported,
    refusal_zh,
)

ERRORS = [
    MStationError("no", zh="不行"),
    InvalidInput("no", zh="不行"),
    InvalidInput("no", path="a.fountain", zh="不行"),
    InvalidInput("no", path="a.fountain", line=3, zh="不行"),
    InvalidInput("no", path="a.fountain", line=3),
    Unsupported("no", path="a.wav", zh="不行"),
    NotFound("no", zh="不行"),
    StoreFailed("no", zh="不行"),
    StepFailed("render 1", "k", "Traceback\nKeyError: 'x'\n"),
    StepFailed("render 1", "k", ""),
    StepFailed("a worker", "", "killed", zh="不行"),
]
SOURCES = sorted(Path(mstation.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("error", ERRORS, ids=repr)
def test_an_error_crosses_a_process_boundary_whole(error: MStationError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert back.told("en") == str(back) == str(error) == error.told("en")
    assert back.told("zh") == error.told("zh")
    assert vars(back) == vars(error)


def test_an_error_without_chinese_is_told_in_english() -> None:
    assert NotFound("no font").told("zh") == "no font"
    assert InvalidInput("no", path="a.fountain", line=3).told("zh") == "a.fountain, line 3: no"


def test_the_place_stands_before_both_messages() -> None:
    there = InvalidInput("no", path="a.fountain", line=3, zh="不行")
    assert there.told("en") == "a.fountain, line 3: no"
    assert there.told("zh") == "a.fountain，第 3 行：不行"
    assert InvalidInput("no", path="a.fountain", zh="不行").told("zh") == "a.fountain：不行"
    assert InvalidInput("no", zh="不行").told("zh") == "不行"


def test_a_failed_step_is_told_in_both_languages() -> None:
    failed = StepFailed("render 1", "k", "Traceback\nKeyError: 'x'\n")
    english = "step `render 1` failed: KeyError: 'x' (run again with --debug for the whole log)"
    assert failed.told("en") == english
    assert failed.told("zh").startswith("步骤 `render 1` 出错：KeyError: 'x'（加上 --debug")
    assert "没有日志" in StepFailed("render 1", "k", " \n").told("zh")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "磁盘已满，请腾出空间"),
        (PermissionError(errno.EACCES, "Permission denied"), "权限不足"),
        (RuntimeError("Generic error: No space left (os error 28)"), "磁盘已满，请腾出空间"),
        (OSError(9999, "odd"), "odd"),
        (OSError("odd"), "odd"),
        (OSError(), "OSError"),
        (RuntimeError("odd\nand more"), "odd"),
    ],
    ids=repr,
)
def test_a_refusal_of_the_system_is_told_in_chinese_where_it_is_known(
    error: Exception, reason: str
) -> None:
    assert refusal_zh(error) == reason


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_error_that_is_raised_has_its_chinese(path: Path) -> None:
    kinds = {kind.__name__ for kind in (InvalidInput, Unsupported, NotFound, StoreFailed)}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
            given = {keyword.arg for keyword in node.keywords}
            assert "zh" in given, f"{path}:{node.lineno} says it in English only"
