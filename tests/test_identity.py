from hypothesis import given
from hypothesis import strategies as st

from mstation.identity import opaque_id, prim_names, seed_of


def test_an_id_and_a_seed_are_pinned() -> None:
    assert opaque_id("sc", ["INT. BOOTH - NIGHT", "0"]) == "sc-2y24abznvs"
    assert seed_of("a", "b") == 17315457580335015581


def test_prim_names_keep_chinese_and_mend_the_rest() -> None:
    names = ["MARA", "MRS. VOSS", "林晚", "MRS VOSS", "2ND GUARD", "", "MARA"]
    assert prim_names(names) == (
        "MARA", "MRS__VOSS", "林晚", "MRS_VOSS", "_2ND_GUARD", "_", "MARA_2",
    )  # fmt: skip


@given(st.lists(st.text(max_size=8), max_size=12))
def test_prim_names_are_identifiers_and_all_different(names: list[str]) -> None:
    found = prim_names(names)
    assert len(set(found)) == len(names)
    assert all(name.isidentifier() for name in found)
