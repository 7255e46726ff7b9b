"""What `--size` and `--aspect` ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.cli.picture import (
    ASPECTS,
    read_figures,
    read_look,
    read_picture,
)
from mstation.errors import InvalidInput


@pytest.mark.parametrize(
    ("size", "aspect", "picture"),
    [
        (None, None, (1280, 720)),
        ("640x360", None, (640, 360)),
        (None, "16:9", (1280, 720)),
        (None, "2.39", (1280, 536)),
        (None, "2.39:1", (1280, 536)),
        (None, "1.85", (1280, 692)),
        (None, "4:3", (960, 720)),
        (None, "9:16", (720, 1280)),
        (None, "9：16", (720, 1280)),
        ("2048x858", "2.39", (2048, 858)),
        ("1998x1080", "1.85", (1998, 1080)),
        ("540x960", "9:16", (540, 960)),
    ],
)
def test_a_picture_is_of_the_shape_that_is_asked_for(
    size: str | None, aspect: str | None, picture: tuple[int, int]
) -> None:
    assert read_picture(size, aspect) == picture


@pytest.mark.parametrize(
    ("size", "aspect", "words"),
    [
        ("1280x720", "2.39", "--size 1280x720 is not --aspect 2.39; give one of them, or --size "
         "1280x536"),
        ("720x1280", "16:9", "give one of them, or --size 720x404"),
        (None, "2", "--aspect is one of 2.39, 1.85, 16:9, 4:3, 9:16, not `2`"),
        (None, "", "--aspect is one of"),
        ("12", None, "--size is WIDTHxHEIGHT"),
        ("641x360", None, "sides must be even"),
        ("0x0", "16:9", "sides must be even"),
    ],
)  # fmt: skip
def test_a_picture_that_cannot_be_meant_is_refused(
    size: str | None, aspect: str | None, words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_picture(size, aspect)
    assert words in str(caught.value)
    assert caught.value.zh


@given(st.integers(32, 3840).map(lambda n: 2 * n), st.sampled_from(list(ASPECTS)))
def test_the_size_that_a_refusal_names_is_taken(width: int, aspect: str) -> None:
    try:
        picture = read_picture(f"{width}x{width}", aspect)
    except InvalidInput as error:
        picture = read_picture(str(error).rpartition(" ")[2], aspect)
    assert abs(picture[0] / picture[1] / ASPECTS[aspect] - 1) < 0.02
    assert min(picture) >= 64


@pytest.mark.parametrize(
    ("word", "style"),
    [("toon", "toon"), ("Clay", "clay"), ("storyboard", "pencil"), ("分镜", "pencil")],
)
def test_a_look_has_a_name_in_either_language(word: str, style: str) -> None:
    assert read_look(word) == style


def test_a_look_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(InvalidInput, match="--look is one of toon, clay, pencil") as told:
        read_look("oil")
    assert "卡通" in told.value.zh
    with pytest.raises(InvalidInput, match="--figures is one of people, mannequin, not `robots`"):
        read_figures("robots")
