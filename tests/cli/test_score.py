"""The score is told as notes in the person's language; a wish that cannot be kept is said."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mstation import document
from mstation.cli.app import app
from mstation.sound import score_plan
from mstation.sound.score import plan_score
from mstation.sound.spot import spot_film
from mstation.sound.spots import SCHEMA, Spotting
from mstation.sound.wishes import CueWish, write_wishes
from tests.sound.scenes import drama


@pytest.fixture
def film(tmp_path: Path) -> tuple[Path, Spotting]:
    """A folder with a film's notes, as a build leaves them."""
    spotting = spot_film("A Film", "24", drama(3), seed=0)
    plan = plan_score(spotting)
    (tmp_path / "spotting.json").write_bytes(document.write(spotting, SCHEMA))
    (tmp_path / "score-plan.json").write_bytes(document.write(plan, score_plan.SCHEMA))
    return tmp_path, spotting


def _said(*arguments: str, language: str = "en") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["score", *arguments], env={"MSTATION_LANG": language})
    return done.exit_code, done.output


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_notes_tell_every_cue_every_silence_and_every_hit(
    film: tuple[Path, Spotting], language: str
) -> None:
    folder, spotting = film
    code, said = _said(str(folder), language=language)
    assert code == 0
    told = [why for cue in spotting.cues for why in cue.spot.why]
    told += [hit.why for cue in spotting.cues for hit in cue.spot.hits]
    told += [silence.why for silence in spotting.silences]
    assert all((why.zh if language == "zh" else why.en) in said for why in told)
    assert all(cue.label in said and cue.spot.id in said for cue in spotting.cues)


def test_one_cue_is_told_alone_by_label_or_id(film: tuple[Path, Spotting]) -> None:
    folder, spotting = film
    first, second = spotting.cues[:2]
    by_label, by_id = _said(str(folder), second.label), _said(str(folder), second.spot.id)
    assert by_label == by_id
    assert second.spot.id in by_label[1]
    assert f"[{first.spot.id}]" not in by_label[1]


@pytest.mark.parametrize(
    ("arguments", "code", "english", "chinese"),
    [
        (("9M9", "--mood", "sad"), 3, "no cue `9M9`", "没有这一段音乐"),
        (("--mood", "sad"), 2, "say which cue", "请指明哪一段"),
        (("1M1", "--mood", "sadd"), 2, "did you mean `sad`", "是否想写 `sad`"),
        (("1M1", "--strength", "7"), 2, "from 0 to 1", "0 到 1"),
        (("1M1", "--tempo", "9000"), 2, "from 30 to 240", "30 到 240"),
        (("1M1", "--off"), 3, "no film was made here", "这里没有做过影片"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    film: tuple[Path, Spotting], arguments: tuple[str, ...], code: int, english: str, chinese: str
) -> None:
    folder, spotting = film
    before = {path.name for path in folder.iterdir()}
    for language, words in (("en", english), ("zh", chinese)):
        found, said = _said(str(folder), *arguments, language=language)
        assert found == code
        assert words in said
        if code == 3 and "9M9" in arguments:
            assert all(cue.label in said for cue in spotting.cues)
    assert {path.name for path in folder.iterdir()} == before


def test_a_cue_that_is_off_is_named_among_those_that_may_come_back(
    film: tuple[Path, Spotting],
) -> None:
    folder, _ = film
    (folder / "score.toml").write_bytes(write_wishes([CueWish("bt-away", is_off=True)]))
    assert "off: bt-away" in _said(str(folder), "9M9", "--on")[1]


def test_a_folder_without_a_film_says_so(tmp_path: Path) -> None:
    code, said = _said(str(tmp_path))
    assert code == 3
    assert "spotting.json" in said
