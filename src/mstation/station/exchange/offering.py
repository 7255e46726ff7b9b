"""An asset on its way to everybody: offered by its owner, looked at by the house."""

from __future__ import annotations

from mstation.errors import Conflict, InvalidInput
from mstation.station.change import Change
from mstation.station.exchange.assets import Asset, AssetState, is_verified
from mstation.station.exchange.cases import open_cases, require_free
from mstation.station.wording import prose


def offer_asset(change: Change, asset: Asset) -> Asset:
    """Let an asset be seen by everybody: at once where its owner is verified, else by the house.

    What is like something of another party goes to the house whoever offers it.

    Raises:
        Conflict: when it has no previews yet, is offered already, or was found to be another's.
    """
    if asset.state not in (AssetState.DRAFT, AssetState.WITHDRAWN):
        raise Conflict(f"the asset is {asset.state} already", zh=f"素材已处于 {asset.state} 状态")
    if asset.version_id is None:
        raise Conflict(
            "the asset has no version with previews; bring its content, and wait for them",
            zh="素材尚无已生成预览的版本；请先上传内容并等待预览生成",
        )
    waits = bool(open_cases(change.connection, asset.version_id))
    if not waits:
        require_free(change.connection, asset.version_id)
    goes_live = is_verified(change, asset) and not waits
    state = AssetState.LIVE if goes_live else AssetState.REVIEW
    return change.edit(asset, state=state, finding=None)


def judge_asset(change: Change, asset: Asset, *, approves: bool, finding: str = "") -> Asset:
    """Say as the house whether an asset may be seen by everybody; what may not says why.

    Raises:
        Conflict: when it does not wait for the house, or is to go live while it is like
            something of another party.
        InvalidInput: when it is sent back without a word.
    """
    if asset.state is not AssetState.REVIEW:
        raise Conflict(
            f"the asset is {asset.state}; only what is in review is judged",
            zh=f"素材处于 {asset.state} 状态，仅审核中的素材可作结论",
        )
    told = prose(finding, "finding", "审核意见")
    if not approves and not told:
        raise InvalidInput("say why the asset is sent back", zh="退回素材须说明理由")
    if approves and asset.version_id is not None:
        require_free(change.connection, asset.version_id)
    state = AssetState.LIVE if approves else AssetState.DRAFT
    return change.edit(asset, state=state, finding=told or None)
