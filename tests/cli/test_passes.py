"""What `--passes`, `--shots`, `--exr` and `--norm` ask for."""

import pytest

from mstation.cli.passes import read_passes
from mstation.errors import InvalidInput
from mstation.passes import PASS_OPTIONS, PassSettings


def test_nothing_is_made_unless_it_is_asked_for() -> None:
    assert read_passes("", "", "ends", "shot") == PassSettings()
    assert PassSettings().of("001-001") == ()


def test_all_is_every_pass() -> None:
    assert read_passes("all", "", "ends", "shot").names == tuple(PASS_OPTIONS)


@pytest.mark.parametrize("text", ["pose,depth", "depth, pose,", "depth，pose", "pose、depth、pose"])
def test_passes_are_named_with_commas_of_either_language(text: str) -> None:
    assert read_passes(text, "", "every", "frame") == PassSettings(
        ("depth", "pose"), (), "every", "frame"
    )


def test_only_the_shots_that_are_named_get_passes() -> None:
    wanted = read_passes("pose", "002-001,001-003", "12", "shot")
    assert wanted.shots == ("001-003", "002-001")
    assert wanted.of("001-003") == ("pose",)
    assert wanted.of("001-002") == ()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("deep", "", "ends", "shot"), "there is no `deep`"),
        (("all", "", "0", "shot"), "--exr is ends, every, or a number"),
        (("all", "", "-3", "shot"), "--exr is"),
        (("all", "", "²", "shot"), "--exr is"),
        (("all", "", "ends", "film"), "--norm is shot or frame"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked: tuple[str, str, str, str], words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_passes(*asked)
    assert words in str(caught.value)
    assert caught.value.zh
