"""What the rushes show, and that the search learns from it."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from mstation.shots.choose import lay_out
from mstation.shots.chosen import Chosen
from mstation.shots.crossing import crossed
from mstation.shots.eyelines import looks_of
from mstation.shots.framing import Cameras
from mstation.shots.moves import Moved
from mstation.shots.offer import Offer, offer_of, planned
from mstation.shots.retakes import retaken
from mstation.shots.rushes import rush_of, seen_in, settled_of, shows
from mstation.shots.setup import Setup
from mstation.shots.shot import CameraKey, Move, Role, Size
from mstation.shots.styles import styles
from mstation.shots.taken import CLEARANCE, HARD, SIZE, VISIBILITY
from tests.shots.plays import Person, Play, conversation, facing_pair, room, triangle
from tests.shots.test_rules import RATE, WIDE, random_play


def offered(play: Play) -> Offer:
    scene, layout, performance, motions = play.staged()
    plan, ground = planned(scene, layout, performance, motions, WIDE, RATE, styles()["classical"])
    return offer_of(plan, ground)


def board_of(offer: Offer) -> Chosen:
    horizon_s = tuple(1.3 * segment.style.longest_s for segment in offer.film.segments)
    board = lay_out(offer.film, offer.setups, offer.orders, horizon_s)
    return Chosen(offer.scene, offer.performance, offer.setups, board, [])


def single(offer: Offer, size: Size) -> tuple[Setup, int, CameraKey]:
    """Return a sound single of a size, its row, and its camera."""
    film = offer.film
    row = next(r for r, s in enumerate(offer.setups) if s.family == "single" and s.size is size
               and not film.taken.broken[r])  # fmt: skip
    cameras = film.taken.cameras
    x, y, z = cameras.position[row]
    tx, ty, tz = cameras.target[row]
    key = CameraKey(0, (x, y, z), (tx, ty, tz), float(cameras.lens_mm[row]))
    return offer.setups[row], row, key


def watched(offer: Offer, size: Size, camera: CameraKey) -> tuple[int, float]:
    setup, row, _ = single(offer, size)
    film = offer.film
    moved = Moved(Move.STATIC, (camera,))
    rush = rush_of(setup, int(film.taken.step[row]), moved, setup.frame, setup.frame + 48)
    seen = seen_in(rush, film, settled_of(film.ground.figures, RATE))
    return seen.broken, seen.cost


def aside(key: CameraKey, metres: float) -> CameraKey:
    """Return a camera that looks past its subject by so many metres."""
    away = np.array(key.target) - np.array(key.position)
    right = np.array([-away[2], 0.0, away[0]]) / np.hypot(away[0], away[2])
    x, y, z = np.array(key.target) + metres * right
    return replace(key, target=(float(x), float(y), float(z)))


@pytest.fixture(scope="module")
def talk() -> Offer:
    return offered(conversation(facing_pair(), lines=8))


def test_a_sound_single_has_nothing_wrong_with_it(talk: Offer) -> None:
    assert watched(talk, Size.MCU, single(talk, Size.MCU)[2]) == (0, 0.0)


def test_a_face_against_the_edge_it_looks_to_lacks_room(talk: Offer) -> None:
    _, _, key = single(talk, Size.MCU)
    costs = [watched(talk, Size.MCU, aside(key, metres))[1] for metres in (0.22, -0.22)]
    assert max(costs) >= 15.0


def test_a_camera_that_looks_elsewhere_has_lost_its_person(talk: Offer) -> None:
    broken, _ = watched(talk, Size.MCU, aside(single(talk, Size.MCU)[2], 3.0))
    assert broken & VISIBILITY


def test_a_camera_that_leaves_its_person_for_a_while_costs_by_the_while(talk: Offer) -> None:
    setup, row, key = single(talk, Size.MCU)
    off = aside(key, 3.0)
    costs = []
    for back in (14, 38):
        keys = (key, replace(off, frame=8), replace(off, frame=back),
                replace(key, frame=back + 7))  # fmt: skip
        step = int(talk.film.taken.step[row])
        rush = rush_of(setup, step, Moved(Move.PAN, keys), setup.frame, setup.frame + 48)
        seen = seen_in(rush, talk.film, settled_of(talk.film.ground.figures, RATE))
        assert not seen.broken
        costs.append(seen.cost)
    assert 5.0 < costs[0] < costs[1] - 5.0


def test_a_lower_edge_off_its_landmark_costs(talk: Offer) -> None:
    _, _, key = single(talk, Size.MCU)
    x, y, z = key.target
    low = replace(key, target=(x, y - 0.12, z))
    broken, cost = watched(talk, Size.MCU, low)
    assert cost >= 15.0 or broken & SIZE


def test_a_camera_in_somebodys_arm_is_too_near(talk: Offer) -> None:
    setup, _, key = single(talk, Size.MCU)
    x, y, z = talk.film.ground.figures.heads[setup.partner, setup.frame] + [0.1, 0.0, 0.1]
    broken, _ = watched(talk, Size.MCU, replace(key, position=(float(x), float(y), float(z))))
    assert broken & CLEARANCE


def test_a_speaker_seen_from_behind_costs_by_the_second() -> None:
    offer = offered(conversation(facing_pair(), lines=8))
    film = offer.film
    spoken = film.exchanges[0]
    figures = film.ground.figures
    face = figures.facing[spoken.speaker, spoken.first_frame]
    eyes = figures.eyes[spoken.speaker, spoken.first_frame]
    costs = []
    beside = np.array([face[2], 0.0, -face[0]])
    for way in (1.0, -1.0):
        x, y, z = eyes + 1.2 * way * face + 1.6 * beside
        key = CameraKey(0, (float(x), float(y), float(z)),
                        (float(eyes[0]), float(eyes[1]), float(eyes[2])), 50.0)  # fmt: skip
        setup = Setup(0, spoken.first_frame, "group", Role.MASTER, Size.MS, 1,
                      group=(spoken.speaker,))  # fmt: skip
        rush = rush_of(setup, 4, Moved(Move.STATIC, (key,)), spoken.first_frame,
                       spoken.end_frame)  # fmt: skip
        costs.append(seen_in(rush, film, settled_of(figures, RATE)).cost)
        assert shows(rush, (spoken.speaker,), spoken.first_frame, spoken.end_frame, film.ground)
    front, behind = costs
    assert behind >= front + 3.0 * RATE.seconds(spoken.end_frame - spoken.first_frame) * 0.8


def test_two_who_face_each_other_look_at_each_other_and_opposite_ways() -> None:
    offer = offered(conversation(facing_pair(), lines=6))
    figures, frame = offer.film.ground.figures, np.array([40, 40])
    middle = figures.eyes[:, 40].mean(axis=0)
    line = figures.eyes[1, 40] - figures.eyes[0, 40]
    stand = middle + 2.0 * np.array([line[2], 0.0, -line[0]])
    cameras = Cameras(np.array([stand, stand]), figures.eyes[:, 40], np.array([50.0, 50.0]))
    looks = looks_of(cameras, np.array([0, 1]), frame, figures)
    assert looks.at[0, 1]
    assert looks.at[1, 0]
    assert looks.way[0, 1] * looks.way[1, 0] == -1
    assert looks.off_deg[0] == pytest.approx(looks.off_deg[1], abs=6.0)


def test_who_looks_at_the_floor_looks_at_nobody() -> None:
    play = Play([Person("ann", [(0, 0.0, 0.0, 0.0)]), Person("bob", [(0, 0.0, -1.2, np.pi)])])
    offer = offered(play.do("ann", "stand", 4))
    figures = offer.film.ground.figures
    down = replace(figures, gazes=np.zeros_like(figures.gazes))
    cameras = Cameras(np.array([[1.5, 1.5, 0.0]]), np.array([[0.0, 1.5, 0.0]]), np.array([50.0]))
    assert not looks_of(cameras, np.array([0]), np.array([10]), down).at.any()


@pytest.mark.parametrize("seed", [3, 11, 29])
def test_looking_again_never_makes_a_scene_worse(seed: int) -> None:
    chosen = board_of(offered(random_play(Random(seed))))
    first, again = retaken(chosen, looks=1), retaken(chosen)
    assert again.cost <= first.cost + 1e-6


def test_looking_again_mends_what_the_first_choice_did_not_see() -> None:
    boards = [board_of(offered(random_play(Random(seed)))) for seed in range(40, 48)]
    once, often = (sum(retaken(board, looks=looks).cost for board in boards) for looks in (1, 24))
    assert often < 0.8 * once


def test_the_board_is_left_as_it_was() -> None:
    chosen = board_of(offered(conversation(triangle(), lines=6)))
    fixed, broken = chosen.board.fixed.copy(), chosen.board.runs.broken.copy()
    retaken(chosen)
    assert np.array_equal(fixed, chosen.board.fixed, equal_nan=True)
    assert np.array_equal(broken, chosen.board.runs.broken)


def test_a_run_of_shots_that_keeps_its_line_is_found_to_cross_none() -> None:
    best = retaken(board_of(offered(conversation(facing_pair(), lines=10))))
    board, choices = best.chosen.board, best.chosen.choices
    assert not any(choice.broken & HARD for choice in choices)
    assert crossed(board, choices) == []


def test_a_shot_from_the_other_world_is_found_to_cross() -> None:
    best = retaken(board_of(offered(conversation(facing_pair(), lines=10))))
    board, choices = best.chosen.board, best.chosen.choices
    rows = board.film.rows
    for number, choice in enumerate(choices[1:], start=1):
        others = [row for row in board.by_point[choice.first_segment]
                  if rows.world[row] != rows.world[choice.row] and rows.principal[row] >= 0
                  and rows.partner[row] >= 0]  # fmt: skip
        if others and crossed(board, [*choices[:number], replace(choice, row=int(others[0]))]):
            return
    pytest.fail("no shot from the other side was found to cross")


def passed_by(z: float) -> list[int]:
    """Return what each point of view of Ann's breaks while Cy walks over the room at a depth."""
    cy = Person("cy", [(0, -2.0, z, -math.pi / 2), (96, 2.0, z, -math.pi / 2)])
    people = [Person("ann", [(0, 0.0, 0.0, 0.0)]), cy]
    offer = offered(Play(people, layout=room(9.0, 9.0)).do("ann", "look", 4).say("ann", 3))
    views = [row for row, s in enumerate(offer.setups) if s.family == "pov" and s.frame < 48]
    assert views
    runs = board_of(offer).board.runs
    return [int(runs.broken[row, 0]) & CLEARANCE for row in views]


def test_nobody_is_too_near_to_a_point_of_view_but_who_passes_before_its_eyes() -> None:
    assert set(passed_by(3.0)) == {0}
    assert set(passed_by(-0.25)) == {CLEARANCE}
