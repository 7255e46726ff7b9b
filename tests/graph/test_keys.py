import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.graph.keys import canonical, key_of, key_parts, why_changed
from mstation.graph.step import Step

STEP = Step("render", 3, "tests.graph.arithmetic:add")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(-1e6, 1e6),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def test_a_key_is_pinned() -> None:
    parts = key_parts(STEP, {"width": 1280, "gain": 0.5}, {"take": "ab" * 32})
    assert key_of(parts) == "39f2ab4ac060fba234ebad89d0c4dfc1a456331ef854ee347f089ce750f4665e"


@given(st.dictionaries(st.text(), JSON, max_size=4))
def test_the_order_of_parameters_does_not_matter(params: dict[str, object]) -> None:
    turned = dict(reversed(list(params.items())))
    assert key_of(key_parts(STEP, params, {})) == key_of(key_parts(STEP, turned, {}))


def test_floats_nearer_than_the_quantum_are_the_same_work() -> None:
    assert canonical(0.1 + 0.2, 1e-6) == canonical(0.3, 1e-6)
    assert canonical(0.300002, 1e-6) != canonical(0.3, 1e-6)


def test_an_integer_is_not_a_float() -> None:
    assert canonical(1, 1e-6) != canonical(1.0, 1e-6)


@pytest.mark.parametrize("value", [{1, 2}, b"bytes", object()])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="a key cannot hold"):
        canonical(value, 1e-6)


def test_every_part_changes_the_key_and_says_so() -> None:
    base = key_parts(STEP, {"fps": "24"}, {"take": "a"})
    others = [
        (key_parts(Step("render", 4, STEP.function), {"fps": "24"}, {"take": "a"}), "version"),
        (key_parts(STEP, {"fps": "25"}, {"take": "a"}), "parameter changed: fps"),
        (key_parts(STEP, {"fps": "24"}, {"take": "b"}), "input changed: take"),
        (
            key_parts(Step("render", 3, STEP.function, ("numpy",)), {"fps": "24"}, {"take": "a"}),
            "library changed: numpy",
        ),
        (
            key_parts(
                Step("render", 3, STEP.function, (), ("mstation/assets.toml",)),
                {"fps": "24"},
                {"take": "a"},
            ),
            "data file changed: assets.toml",
        ),
    ]
    for parts, reason in others:
        assert key_of(parts) != key_of(base)
        assert reason in why_changed(base, parts)
