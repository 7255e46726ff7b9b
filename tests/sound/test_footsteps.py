from dataclasses import replace

import numpy as np
import pytest

from mstation.sound.doors import crossings, doors
from mstation.sound.foley import foley
from mstation.sound.footsteps import contacts, footstep, footsteps, shoes_of, surfaces_of
from mstation.sound.noises import LONGEST_S, noise, noise_table
from mstation.stage.channels import Measures
from mstation.stage.gait import stride
from mstation.stage.performance import Act, Performance, Presence, Prop
from mstation.stage.stances import Stance
from tests.sound.places import layout
from tests.stage.moving import BODIES, HERE, played, playing
from tests.stage.staged import KID, RATE, TOM, room

WAY = ((0.0, 0.0), (0.0, -5.0))
BODY = BODIES[TOM.id]
SURFACES = ["wood", "stone", "gravel", "grass", "snow", "carpet", "metal"]


def walker(**more):
    return played(playing(HERE, Stance(0, -5, 0), WAY, **more), seconds=6.0)


def onset(sound):
    """The first sample at which a sound is a fifth as loud as it gets."""
    return int(np.argmax(np.abs(sound) > 0.2 * np.abs(sound).max()))


def centroid(sound):
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float((power * np.fft.rfftfreq(len(sound), 1 / 48_000)).sum() / power.sum())


@pytest.mark.parametrize("is_running", [False, True])
def test_a_step_is_heard_within_a_frame_of_the_foot_coming_down(is_running):
    planned = stride(WAY, 0.0, 0.0, Measures(BODY), is_running=is_running)
    falls_s = np.array([fall.end_s for fall in planned.footfalls])
    steps = list(footsteps(walker(is_running=is_running), BODY, ("wood",), RATE))
    heard_s = [(each.first_sample + onset(each.make())) / 48_000 for each in steps]
    assert len(steps) == len(falls_s)
    assert np.abs(np.array(heard_s) - falls_s).max() < 1 / 24


def test_each_step_lies_where_the_foot_does():
    zs = [contact.place[2] for contact in contacts(walker(), RATE)]
    assert np.diff(zs).max() < 0.01
    assert zs[-1] == pytest.approx(-5.0, abs=0.3)


def test_who_stands_or_is_away_takes_no_step():
    assert contacts(played(playing(HERE), seconds=3.0), RATE) == ()
    gone = walker()
    assert contacts(replace(gone, present=np.zeros(len(gone.present), bool)), RATE) == ()


def test_a_runner_strikes_harder_and_more_often():
    walks, runs = contacts(walker(), RATE), contacts(walker(is_running=True), RATE)
    assert max(c.force for c in runs) > max(c.force for c in walks)
    assert np.diff([c.frame for c in runs]).mean() < np.diff([c.frame for c in walks]).mean()


def test_one_frame_or_none_is_no_reason_to_fail():
    assert contacts(walker().cut(0, 1), RATE) == ()
    assert contacts(walker().cut(0, 2), RATE) == ()


def test_no_two_steps_are_alike_and_the_same_step_always_is():
    first, other = (footstep(("wood",), "leather", 0.8, BODY, seed) for seed in (1, 2))
    assert not np.allclose(first, other)
    assert np.array_equal(first, footstep(("wood",), "leather", 0.8, BODY, 1))


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("shoe", ["boots", "leather", "heels", "soft"])
def test_a_step_is_clean_and_quieter_than_words(surface, shoe):
    sound = footstep((surface,), shoe, 1.0, BODY, 5)
    assert sound[0] == 0.0
    assert abs(float(sound[-1])) < 1e-4
    assert 10 ** (-50 / 20) < np.abs(sound).max() < 10 ** (-15 / 20)
    assert abs(float(sound.mean())) < 0.005 * np.abs(sound).max()


def test_grounds_sound_as_bright_as_they_are():
    bright = {name: centroid(footstep((name,), "leather", 0.8, BODY, 3)) for name in SURFACES}
    assert bright["carpet"] < bright["wood"] < bright["gravel"]
    assert bright["snow"] > bright["carpet"]


def test_metal_rings_longer_than_stone():
    def late(name):
        sound = footstep((name,), "leather", 0.8, BODY, 3)
        return (sound[9600:] ** 2).sum() / (sound**2).sum()

    assert late("metal") > 3 * late("stone")


def test_a_child_treads_more_softly_than_a_man():
    man, child = (
        np.abs(footstep(("wood",), shoes_of(body), 0.8, body, 4)).max()
        for body in (BODY, BODIES[KID.id])
    )
    assert child < man


def test_floors_are_known_by_sets_and_by_words_of_both_languages():
    assert surfaces_of(layout("forest", is_interior=False), "forest") == ("leaves",)
    assert surfaces_of(room(), "ROOM") == ("wood",)
    assert surfaces_of(room(), "消防梯") == surfaces_of(room(), "FIRE ESCAPE") == ("metal",)
    assert surfaces_of(replace(room(), is_wet=True), "STREET")[1:] == ("wet",)


def test_a_door_is_heard_when_somebody_goes_through_it():
    set_ = room()
    [opening] = [opening for wall in set_.walls for opening in wall.openings]
    [wall] = [wall for wall in set_.walls if wall.openings]
    x = wall.start[0] + opening.start_m + opening.width_m / 2
    motion = played(playing(Stance(x, 4.6, 0), Stance(x, 1.0, 0), ((x, 4.6), (x, 1.0))))
    [crossing] = crossings([motion], [], set_)
    frame = int(np.argmax(motion.positions[:, 2] < 3.0))
    assert crossing.frame == pytest.approx(frame, abs=1)
    heard = list(doors([motion], [], set_, RATE))
    first, swing, shut = (each.first_sample / 48_000 for each in heard)
    assert first < swing < crossing.frame / 24 < shut
    assert onset(heard[2].make()) < 2400


def test_who_stays_inside_opens_no_door():
    presence = Presence(TOM.id, 0, 100)
    assert crossings([walker()], [presence], room()) == ()


def acting(*acts, props=()):
    return Performance("sc-1", 96, (BODY,), (Presence(TOM.id, 0, 96),), (), acts, props)


def test_what_is_put_down_is_heard_when_it_leaves_the_hand():
    size, place = (0.1, 0.1, 0.1), (0.0, 0.8, 0.0)
    held = Prop("cup", "cup", place, 0.0, size, "", "", TOM.id, 0, 40)
    down = replace(held, holder_id="", first_frame=40, end_frame=96)
    [heard] = foley(acting(props=(held, down)), [walker()], RATE)
    assert heard.first_sample == RATE.sample_of_frame(40)


def test_typing_is_heard_unevenly_while_it_lasts():
    motion = played(playing(HERE), seconds=4.0)
    heard = list(foley(acting(Act(TOM.id, "type", 12, 84, "bt")), [motion], RATE))
    times = np.array([each.first_sample for each in heard]) / 48_000
    assert len(times) > 8
    assert 0.5 <= times.min() < times.max() <= 3.5
    assert np.diff(times).std() > 0.03


@pytest.mark.parametrize("name", noise_table())
def test_each_noise_is_clean_short_and_at_its_level(name):
    sound = noise(name, np.random.default_rng(1))
    window = np.convolve(sound.astype(float) ** 2, np.ones(2400) / 2400, mode="valid")
    level = 10 * np.log10(window.max())
    assert level == pytest.approx(noise_table()[name]["level_db"], abs=1.5)
    assert len(sound) <= LONGEST_S * 48_000
    assert sound[0] == 0.0
    assert np.abs(sound).max() < 0.5
