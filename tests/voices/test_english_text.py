import pytest
from hypothesis import given
from hypothesis import strategies as st

from mstation.voices.english import _groups, _is_word
from mstation.voices.english_text import as_said, sound_of
from mstation.voices.speak import speak
from mstation.voices.speech import Voice

WOMAN = Voice("ch-woman", "hibari", "f2", 1.0, 1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Call 555-0199.", "Call five five five, oh one nine nine."),
        ("(212) 555-0143", "two one two, five five five, oh one four three"),
        ("+1 212-555-0143", "one, two one two, five five five, oh one four three"),
        ("mara@example.org", "mara at example dot org"),
        ("www.example.org/reel", "W W W dot example dot org slash reel"),
        ("https://example.org", "example dot org"),
        ("Open 24/7 since 9/11.", "Open twenty-four seven since nine eleven."),
        ("2 1/2 hours", "2 and a half hours"),
        ("3 3/4 miles", "3 and three quarters miles"),
        ("2½ cups", "2 and a half cups"),
        ("He is 6'2\".", "He is 6 foot 2 ."),
        ("Room 101", "Room 1 oh 1"),
        ("Room 237, now", "Room 2 37, now"),
        ("Flight 800", "Flight 800"),
        ("237 people", "237 people"),
        ("Agent 007", "Agent double oh seven"),
        ("a 35mm film", "a 35 millimeter film"),
        ("1920x1080", "1920 by 1080"),
        ("see p. 12", "see page 12"),
        ("salt & pepper", "salt and pepper"),
        ("He said no.", "He said no ."),
        ('"no."', '"no ."'),
        ("No. 5", "No. 5"),
        ("Look at the Sun.", "Look at the Sun ."),
        ("pages 10-15.", "pages 10-15 ."),
        ("w-w-what?", "wuh wuh what?"),
        ("B-but th-that", "buh but thuh that"),
        ("I-I know", "I-I know"),
        ("D-Day", "D Day"),
        ("IT WAS ME.", "it was me."),
        ("Do it NOW!", "Do it now!"),
        ("GIVE US THAT!", "give us that!"),
        ("the US", "the US"),
        ("the IT guy", "the IT guy"),
        ("THE FBI IS HERE", "the FBI is here"),
        ("NASA and the CIA", "NASA and the CIA"),
        ("DON'T GO!", "don't go!"),
        ("I met MARSHWICK.", "I met Marshwick."),
        ("the U.S.A.", "the U.S.A."),
        ("Say “hello”，then go。", 'Say "hello", then go.'),
    ],
)
def test_a_sentence_is_written_out_where_its_reader_would_mistake_it(text, said):
    assert as_said(text, _is_word).text == said


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("He said no.", "nˈO"),
        ("GO!", "ɡˌO"),
        ("I KNOW THEM.", "ðˌɛm"),
        ("It was 1999.", "nˌIntˈin nˈIndi nˈIn"),
        ("It was in 2005.", "tˈu θˈWzᵊnd fˈIv"),
        ("I paid $5.50.", "fˈIv dˈɑləɹz ænd fˈɪfti sˈɛnts"),
        ("May 4, 2026", "fˈɔɹθ"),
        ("At 8:30 pm.", "ˈAt θˈɜɹTi"),
        ("Henry VIII", "ði ˈAθ"),
        ("World War II", "tˈu"),
        ("The FBI", "ˌɛfbˌiˈI"),
        ("NASA", "nˈæsə"),
        ("Dr. Smith", "dˈɑktəɹ"),
        ("on Main St.", "stɹˈit"),
        ("near St. Paul", "sˈAnt"),
        ("J.K. Rowling", "ʤˌAkˈA"),
        ("We are #5", "nˈʌmbəɹ fˈIv"),
        ("50% off", "fˈɪfti pəɹsˈɛnt"),
        ("at -5°C", "mˈInəs fˈIv dəɡɹˈiz sˈɛlsiəs"),
        ("at 60 mph", "mˈIlz pɜɹ ˈWəɹ"),
        ("3.14", "θɹˈi pYnt wˈʌn fˈɔɹ"),
        ("1/2.", "wˈʌn hˈæf"),
        ("the 21st", "twˈɛnti fˈɜɹst"),
        ("the 1980s", "nˌIntˈin ˈATiz"),
        ("pages 10-15.", "tˈɛn tə fˌɪftˈin"),
        ("Room 237", "tˈu θˈɜɹTi sˈɛvən"),
        ("Shh!", "ʃʃ"),
    ],
)
def test_the_reader_says_what_people_say(text, sounds):
    assert sounds in " ".join(group.sounds for group in _groups(text))


@pytest.mark.parametrize(
    "text",
    [
        "Call (212) 555-0143 or 555-0199 now.",
        "It's 2 1/2 miles to Room 101, open 24/7.",
        "w-w-what? GIVE ME THAT!",
        "On May 4, 2026 at 8:30 pm, mara@example.org paid $5.50.",
        "Henry VIII, World War II and Dr. J.K. Smith.",
        "He is 6'2\" & 20kg, no.",
    ],
)
def test_words_heard_are_the_words_written_each_with_its_time(text):
    _, speech = speak(text, "", WOMAN, seed=1)
    heard = [word.text for word in speech.words]
    assert heard == [word.strip("().,!?") for word in text.replace('"', "").split()]
    assert all(word.end_s > word.start_s for word in speech.words)


@pytest.mark.parametrize("word", ["Shh!", "shhhh", "tsk", "Psst,", "pfft", "Brrr", "grrr"])
def test_sounds_that_are_no_words_are_not_spelled(word):
    assert sound_of(word)


@pytest.mark.parametrize("word", ["she", "ask", "past", "bar", "grow", ""])
def test_words_are_no_mere_sounds(word):
    assert sound_of(word) == ""


_SCRAPS = st.text("0123456789.,:/-%$°#@+½'\" aAbBwhIT’，。", max_size=30)


@given(_SCRAPS | st.text(max_size=40))
def test_no_text_is_too_odd_to_read_and_every_letter_has_its_place(text):
    said = as_said(text, _is_word)
    assert len(said.text) == len(said.places)
    assert list(said.places) == sorted(said.places)
    assert all(0 <= place < max(len(text), 1) for place in said.places)


@given(_SCRAPS)
def test_every_written_word_is_said_at_most_once(text):
    groups = _groups(text)
    said = [word for group in groups for word in group.text.split()]
    assert len(said) <= len(text.split())
