import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation import document
from mstation.errors import InvalidInput
from mstation.voices.speech import CASTING_SCHEMA, Casting, Voice

VOICES = st.builds(
    Voice,
    character_id=st.text(max_size=9),
    engine=st.sampled_from(["hibari", "espeak"]),
    pitch_scale=st.integers(0, 10**7).map(lambda n: n / 10**6),
)


@given(st.lists(VOICES, max_size=4))
def test_what_is_written_is_read(voices: list[Voice]) -> None:
    casting = Casting(tuple(voices))
    data = document.write(casting, CASTING_SCHEMA)
    assert document.read(data, Casting, CASTING_SCHEMA) == casting


def test_a_document_is_golden() -> None:
    data = document.write(Casting((Voice("ch-1", "hibari", pitch_scale=0.1 + 0.2),)), "x/1")
    assert data == (
        b'{"schema":"x/1","voices":[{"breath":0.0,"character_id":"ch-1","engine":"hibari",'
        b'"formant_scale":1.0,"pitch_range":1.0,"pitch_scale":0.3,"roughness":0.0,"speed":1.0,'
        b'"tilt_db":0.0,"variant":""}]}\n'
    )


@pytest.mark.parametrize("data", [b"", b"[]", b'{"schema": "x/2"}', b'{"schema": "x/1"}', b"\xff"])
def test_another_document_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        document.read(data, Casting, "x/1")
