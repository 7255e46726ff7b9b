"""Awards: a person chooses a bid; a solver may propose who gets which of several packages, and why.

A proposal awards nothing. The same packages, bids and limits give the same proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import Change, find, find_where, hold
from mstation.station.parties import WHOLE_BP
from mstation.station.wording import prose
from mstation.station.work_orders.bids import Bid, BidState
from mstation.station.work_orders.contracts import Contract, Planned, agree
from mstation.station.work_orders.packages import PackageState, WorkPackage, work_packages
from mstation.station.work_orders.staffing import staff

_MOST_REASON = 1000
_SEED, _SECONDS, _WORKERS = 1, 10.0, 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a proposal keeps to.

    budget: of all together, in minor units.
    capacity_frames: how many frames a party can take, by its id.
    most_packages: how many one party may get; least_parties: over how many they are spread.
    least_share_bp, most_share_bp: of all frames, what who gets anything gets, in basis points.
    """

    budget: int | None = None
    capacity_frames: Mapping[str, int] | None = None
    most_packages: int | None = None
    least_parties: int = 1
    least_share_bp: int = 0
    most_share_bp: int = WHOLE_BP


@dataclass(frozen=True, slots=True)
class Proposed:
    """One package's bid, and why this one, in both languages."""

    package_id: str
    bid_id: str
    party_id: str
    amount: int
    reason: str
    reason_zh: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who should get what, by price alone under the limits; `amount` in minor units."""

    awards: tuple[Proposed, ...]
    amount: int
    cheapest: int  # what the cheapest bids alone would cost, without limits


def award(
    change: Change,
    package: WorkPackage,
    bid: Bid,
    plan: Sequence[Planned] = (),
    *,
    reason: str = "",
) -> Contract:
    """Award a package to a bid, and make its contract; whoever placed the bid may begin.

    plan: the milestones; left out: one, of everything.

    Raises:
        Conflict: when its bids are not opened, it is awarded already, this is none of them, or the
            milestones do not add up to it.
        InvalidInput: when a milestone is for nothing of the package.
    """
    hold(change.connection, work_packages, package.id)
    package = find(change.connection, WorkPackage, package.id)
    if package.state is not PackageState.OPENED:
        raise Conflict(f"the package is {package.state}", zh=f"任务包状态为 {package.state}")
    if bid.package_id != package.id or bid.state is not BidState.OPENED or bid.amount is None:
        raise Conflict("that is no opened bid on this package", zh="该投标不属于此任务包或未开标")
    labels = tuple(item.label for item in package.items)
    plan = plan or (Planned(package.title, bid.amount, labels, package.due_on),)
    words = prose(reason, "reason", "理由", most=_MOST_REASON)
    contract = agree(change, package, bid, plan, reason=words)
    for other in find_where(change.connection, Bid, package_id=package.id, state=BidState.OPENED):
        change.edit(other, state=BidState.WON if other.id == bid.id else BidState.LOST)
    change.edit(package, state=PackageState.AWARDED)
    people = () if bid.account_id is None else (bid.account_id,)
    return staff(change, contract, people)


def propose(
    packages: Sequence[WorkPackage], opened: Mapping[str, Sequence[Bid]], limits: Limits
) -> Proposal:
    """Return the cheapest way to award every package within the limits.

    opened: the opened bids of each package, by its id.

    Raises:
        Conflict: when a package has no bid, or the limits leave no way.
        InvalidInput: when their currencies differ.
    """
    if len({package.currency for package in packages}) > 1:
        raise InvalidInput(
            "packages in several currencies are proposed apart", zh="不同货币的任务包请分别计算"
        )
    choices = [
        (package, bid)
        for package in sorted(packages, key=lambda each: each.id)
        for bid in sorted(opened.get(package.id, ()), key=lambda each: (each.amount or 0, each.id))
        if bid.state is BidState.OPENED and bid.amount is not None
    ]
    for package in packages:
        if not any(each.id == package.id for each, _ in choices):
            raise Conflict(f"`{package.title}` has no bid", zh=f"`{package.title}` 没有投标")
    chosen = _solve(choices, limits)
    least = _cheapest(choices)
    awards = tuple(_proposed(package, bid, choices) for package, bid in chosen)
    return Proposal(awards, sum(each.amount for each in awards), sum(least.values()))


def _solve(
    choices: Sequence[tuple[WorkPackage, Bid]], limits: Limits
) -> list[tuple[WorkPackage, Bid]]:
    from ortools.sat.python import cp_model  # takes long to load, for what is seldom asked

    model = cp_model.CpModel()
    takes = [model.new_bool_var(f"{package.id}/{bid.id}") for package, bid in choices]
    _keep_to(model, takes, choices, limits)
    amounts = [bid.amount or 0 for _, bid in choices]
    cost = sum(take * amount for take, amount in zip(takes, amounts, strict=True))
    if limits.budget is not None:
        model.add(cost <= limits.budget)
    solver = cp_model.CpSolver()
    solver.parameters.random_seed = _SEED
    solver.parameters.num_workers = _WORKERS
    solver.parameters.max_deterministic_time = _SECONDS
    model.minimize(cost)
    _require_solved(solver.solve(model) == cp_model.OPTIMAL)
    model.add(cost <= solver.value(cost))
    model.minimize(sum(take * place for place, take in enumerate(takes)))  # of alike, the first
    _require_solved(solver.solve(model) == cp_model.OPTIMAL)
    return [each for take, each in zip(takes, choices, strict=True) if solver.boolean_value(take)]


def _keep_to(
    model: Any, takes: Sequence[Any], choices: Sequence[tuple[WorkPackage, Bid]], limits: Limits
) -> None:
    """Let each package go to one bid, and no party have more or less than the limits say."""
    frames = [package.frames for package, _ in choices]
    whole = sum({package.id: package.frames for package, _ in choices}.values())
    for package_id in sorted({package.id for package, _ in choices}):
        own = [
            t for t, (package, _) in zip(takes, choices, strict=True) if package.id == package_id
        ]
        model.add_exactly_one(own)
    works = []
    for party_id in sorted({bid.party_id for _, bid in choices}):
        places = [place for place, (_, bid) in enumerate(choices) if bid.party_id == party_id]
        own = [takes[place] for place in places]
        load = sum(takes[place] * frames[place] for place in places)
        does = model.new_bool_var(f"works/{party_id}")
        model.add_max_equality(does, own)
        works.append(does)
        if limits.most_packages is not None:
            model.add(sum(own) <= limits.most_packages)
        if party_id in (limits.capacity_frames or {}):
            model.add(load <= (limits.capacity_frames or {})[party_id])
        model.add(load * WHOLE_BP <= limits.most_share_bp * whole)
        model.add(load * WHOLE_BP >= limits.least_share_bp * whole * does)
    model.add(sum(works) >= limits.least_parties)


def _require_solved(is_solved: bool) -> None:
    if not is_solved:
        raise Conflict(
            "no way to award all packages keeps to these limits; raise the budget or a capacity",
            zh="在这些限制下无法授予全部任务包；请提高预算或产能上限",
        )


def _cheapest(choices: Sequence[tuple[WorkPackage, Bid]]) -> dict[str, int]:
    least: dict[str, int] = {}
    for package, bid in choices:
        least[package.id] = min(least.get(package.id, bid.amount or 0), bid.amount or 0)
    return least


def _proposed(
    package: WorkPackage, bid: Bid, choices: Sequence[tuple[WorkPackage, Bid]]
) -> Proposed:
    amount = bid.amount or 0
    rivals = [each.amount or 0 for other, each in choices if other.id == package.id]
    cheaper = sum(each < amount for each in rivals)
    if cheaper:
        en = f"{cheaper} of {len(rivals)} bids are cheaper, but the limits rule them out together"
        zh = f"{len(rivals)} 个投标中有 {cheaper} 个更低，但与其余分配合计超出限制"
    else:
        en, zh = f"the lowest of {len(rivals)} bids", f"{len(rivals)} 个投标中最低"
    return Proposed(package.id, bid.id, bid.party_id, amount, en, zh)
