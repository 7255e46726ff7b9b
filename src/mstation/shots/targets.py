"""A board in, the chosen shots out, with the figures that the style wants of a scene.

The search is exact for given prices; here the prices are moved, pass after pass, until mean
length, reactions, sizes and faces are where the style wants them, and the best pass is kept.
Source: the reference sheet of cinematography, section 8 and checks 13, 15, 16 and 20.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from mstation.shots.choose import Board, Choice, Prices, faults_of, search
from mstation.shots.grammar import SIZES
from mstation.shots.styles import Style
from mstation.shots.taken import INSERT_STEP
from mstation.space import Array

_PASSES, _CUT_STEPS = 10, 6
_LEAST_CUT, _MOST_CUT = -9.0, 9.7
_NEAR = 0.10  # of the wanted mean length: near enough
_ENTROPY, _ENTROPY_SHOTS = 1.65, 8
_LEAST_SIZES = 3
_ASIDE_MOST, _FACE_LEAST, _FACE_ENOUGH = 0.15, 0.70, 0.82
_REACTION_BAND, _OVER_BAND = 0.035, 0.06
_CUT, _USUAL = 0.35, {"reaction": 1.0, "face_s": 0.3, "over": 0.9}  # prices that mostly do
_ENOUGH = 0.06  # off by less is well enough: a scene hardly changes for a small edit
_ONE_TAKE = 400.0  # the price of every further shot where the style wants one


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run of shots amounts to."""

    faults: int
    lengthy: float  # log of the mean length over the wanted one
    reactions: float
    aside: float
    entropy: float  # bits
    sizes: int
    shots: int
    face: float  # share of the speech with its speaker's face
    turns: int  # cuts from one speaker to the next
    over: float  # share of those that fall over a voice
    is_talk: bool  # somebody listens while another speaks


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """A run of shots, the prices that it is the cheapest for, and how far it is off the style."""

    prices: Prices
    choices: list[Choice]
    off: float


def aimed(board: Board, before: Aim | None = None) -> Aim:
    """Return the run of shots that comes nearest to what the style of each stretch wants.

    `before` is what the board was searched for before: its prices come first, and what is as
    near as it was is near enough.
    """
    segments = board.film.segments
    prices = Prices(np.full(len(segments), _CUT), np.zeros(len(SIZES)), **_USUAL)
    enough = _ENOUGH
    if before is not None:
        prices, enough = before.prices, max(_ENOUGH, before.off + _ENOUGH)
        choices = search(board, prices)
        off = _off(measured(board, choices), segments[0].style)
        if off <= enough:
            return Aim(prices, choices, off)
    if all(segment.style.takes == "single" for segment in segments):
        prices = replace(prices, cut=np.full(len(segments), _ONE_TAKE))
        return Aim(prices, search(board, prices), 0.0)
    best: Aim | None = None
    step = 1.0
    for _ in range(_PASSES):
        prices, choices = _paced(board, prices)
        found = measured(board, choices)
        off = _off(found, segments[0].style)
        if best is None or off < best.off - 1e-9:
            best = Aim(prices, choices, off)
        moved = _moved(prices, found, board, choices, step)
        if moved is None or off <= enough:
            break
        prices, step = moved, 0.87 * step
    assert best is not None
    return best


def _paced(board: Board, prices: Prices) -> tuple[Prices, list[Choice]]:
    """Return the price of a cut, stretch of style by stretch, that gives its mean length."""
    segments = board.film.segments
    styles = list(dict.fromkeys(segment.style for segment in segments))
    choices: list[Choice] = []
    for style in styles:
        own = np.array([segment.style == style for segment in segments])
        if style.takes == "single":
            prices = replace(prices, cut=np.where(own, _ONE_TAKE, prices.cut))
            choices = search(board, prices)
            continue
        low, high = _LEAST_CUT, _MOST_CUT
        price = float(prices.cut[own][0])
        best: tuple[float, float, list[Choice]] = (math.inf, price, [])
        for _ in range(_CUT_STEPS):
            tried = replace(prices, cut=np.where(own, price, prices.cut))
            choices = search(board, tried)
            off = _length_off(board, choices, style)
            if abs(off) < best[0] - 1e-9:
                best = (abs(off), price, choices)
            if abs(off) < _NEAR:
                break
            low, high = (price, high) if off < 0 else (low, price)
            price = (low + high) / 2
        prices, choices = replace(prices, cut=np.where(own, best[1], prices.cut)), best[2]
    return prices, choices


def _length_off(board: Board, choices: list[Choice], style: Style) -> float:
    """Return the log of the mean length of shots in a style over the length it wants."""
    segments = board.film.segments
    lengths = [_seconds(board, choice) for choice in choices
               if segments[choice.first_segment].style == style]  # fmt: skip
    return math.log(sum(lengths) / len(lengths) / style.asl_s) if lengths else 0.0


def _seconds(board: Board, choice: Choice) -> float:
    segments = board.film.segments
    first = segments[choice.first_segment].first_frame
    return board.film.rate.seconds(segments[choice.end_segment - 1].end_frame - first)


def measured(board: Board, choices: list[Choice]) -> Figures:
    """Return what these shots amount to."""
    runs, segments = board.runs, board.film.segments
    steps = [int(board.film.rows.step[choice.row]) for choice in choices]
    ends = [(choice.row, choice.column) for choice in choices]
    count = len(choices)
    speech = sum(board.film.rate.seconds(one.end_frame - one.first_frame)
                 for one in board.film.exchanges if one.is_shown)  # fmt: skip
    counts = [steps.count(step) for step in set(steps) - {INSERT_STEP}]
    total = max(sum(counts), 1)
    turns = [segments[choice.first_segment].turn for choice in choices[1:]]
    crossed = turns.count("on") + turns.count("over")
    mean = sum(_seconds(board, choice) for choice in choices) / count
    wanted = float(np.mean([segments[choice.first_segment].style.asl_s for choice in choices]))
    return Figures(
        faults=faults_of(choices),
        lengthy=math.log(mean / wanted),
        reactions=sum(bool(runs.reaction[end]) for end in ends) / count,
        aside=steps.count(INSERT_STEP) / count,
        entropy=-sum(c / total * math.log2(c / total) for c in counts),
        sizes=len(counts),
        shots=count,
        face=sum(float(runs.face_s[end]) for end in ends) / speech if speech else 1.0,
        turns=crossed,
        over=turns.count("over") / crossed if crossed else 0.0,
        is_talk=any(one.pair for one in board.film.exchanges),
    )


def _off(found: Figures, style: Style) -> float:
    """Return how far the figures are from what is wanted; nought is all of it."""
    off = 100.0 * found.faults + 4.0 * max(0.0, abs(found.lengthy) - _NEAR)
    if found.shots > _ENTROPY_SHOTS:
        off += 2.0 * max(0.0, _ENTROPY - found.entropy)
    off += 3.0 * max(0.0, _FACE_LEAST - found.face)
    if found.turns:
        off += 2.0 * max(0.0, abs(found.over - style.off_boundary) - _OVER_BAND - 0.5 / found.turns)
    off += 4.0 * max(0.0, found.aside - max(_ASIDE_MOST, 1.0 / found.shots))
    if found.is_talk:
        off += 6.0 * max(0.0, abs(found.reactions - style.reactions) - _band(found))
    return off


def _band(found: Figures) -> float:
    """Return how far the share of reactions may be from what is wanted."""
    return _REACTION_BAND + 0.3 / found.shots


def _moved(
    prices: Prices, found: Figures, board: Board, choices: list[Choice], step: float
) -> Prices | None:
    """Return prices that push each figure the way it should go; none where all are there."""
    style = board.film.segments[0].style
    if _off(found, style) <= _ENOUGH:
        return None
    off = style.reactions - found.reactions if found.is_talk else 0.0
    reaction = prices.reaction + (7.0 * step * off if abs(off) > _band(found) else 0.0)
    aside = max(0.0, prices.aside + 12.0 * step * max(0.0, found.aside - _ASIDE_MOST))
    face = prices.face_s + 2.0 * step * max(0.0, _FACE_LEAST - found.face)
    face = max(0.0, face - 1.5 * step * max(0.0, found.face - _FACE_ENOUGH))
    off_over = style.off_boundary - found.over if found.turns else 0.0
    if abs(off_over) <= _OVER_BAND + 0.5 / max(found.turns, 1):
        off_over = 0.0
    sizes = prices.sizes
    if found.shots > 3 and (
        found.entropy < _ENTROPY or (found.sizes < _LEAST_SIZES and found.shots > 4)
    ):
        sizes = sizes + 2.0 * step * (_shares(board, choices) - 1.0 / 5)
    return replace(prices, reaction=reaction, aside=aside, face_s=face, sizes=sizes,
                   over=prices.over + (4.0 * step * off_over))  # fmt: skip


def _shares(board: Board, choices: list[Choice]) -> Array:
    steps = [int(board.film.rows.step[choice.row]) for choice in choices]
    plain = [step for step in steps if step != INSERT_STEP]
    counts = np.bincount(np.array(plain, dtype=np.intp), minlength=len(SIZES))
    return np.asarray(counts / max(len(plain), 1))
