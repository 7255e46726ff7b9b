"""Content credentials (C2PA): signed into a file or beside it, read back, and believed or not.

A file that cannot hold its credentials (EXR, MXF, USD, .blend) gets them as a sidecar: the bytes
that `sign` returns, to be kept beside it. Nothing here ever asks the network.

Sources: C2PA 2.2; CAWG Training and Data Mining 1.1; IPTC NewsCodes, digitalsourcetype.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from mstation.errors import InvalidInput
from mstation.media.aigc_types import EMBEDS
from mstation.media.faults import damaged

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
LICENCE = "org.mstation.licence"
TRAINING = "cawg.training-mining"
_BESIDE = "application/octet-stream"  # under which all other files are hashed as they are
_NAMED = {"application/zip": "zip"}  # what c2pa-rs calls otherwise
_SETTINGS: dict[str, Any] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
    "builder": {"thumbnail": {"enabled": False}},
}
_NO_CREDENTIALS = ("ManifestNotFound", "JumbfNotFound")
_MOST_TOLD = 20  # reasons, ingredients


class Trust(StrEnum):
    """What a file's credentials are worth."""

    TRUSTED = "trusted"  # intact, by a signer who is believed
    VALID = "valid"  # intact, by a signer whom nobody here knows
    INVALID = "invalid"  # the file or its credentials were changed
    NONE = "none"  # it has no credentials


class Relationship(StrEnum):
    """How a file went into another."""

    PARENT = "parentOf"
    COMPONENT = "componentOf"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A file that went into the signed one, with its sidecar, if it has one."""

    relationship: Relationship
    title: str
    path: Path
    media_type: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of a file, under a signature.

    source_type: IPTC's word for where it comes from, as `trainedAlgorithmicMedia`; "": unknown.
    training: whether it may be used to train models: `allowed`, `notAllowed`, `constrained`.
    licence: what of a licence may be known: its `policy` and the policy's `digest`.
    """

    title: str
    source_type: str = ""
    tools: tuple[str, ...] = ()
    training: str = "notAllowed"
    licence: Mapping[str, str] = field(default_factory=dict)
    ingredients: tuple[Ingredient, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a file's credentials say, and what they are worth.

    reasons: the specification's words for what is wrong, as `assertion.dataHash.mismatch`.
    """

    trust: Trust
    reasons: tuple[str, ...] = ()
    signer: str = ""
    organisation: str = ""
    title: str = ""
    source_types: tuple[str, ...] = ()  # without IPTC's address
    training: str = ""
    licence: Mapping[str, str] = field(default_factory=dict)
    ingredients: tuple[tuple[str, str], ...] = ()  # relationship, title


def sign(
    path: Path,
    out: Path,
    media_type: str,
    claim: Claim,
    *,
    chain: str,
    key: Callable[[bytes], bytes],
) -> bytes | None:
    """Write a file with its credentials; return them where the file cannot hold them.

    chain: the signer's certificates in PEM, its own first and the root left out or last.
    key: signs bytes as ES256: r and s, 32 bytes each.

    Raises:
        InvalidInput: when the file is not what it says, or an ingredient cannot be read.
    """
    import c2pa  # a large library: whoever only asks for a file's label needs none of it

    claim = _with_origin(claim, path, media_type)
    embeds = media_type in EMBEDS
    context = c2pa.Context.from_dict(_SETTINGS)
    try:
        with (
            c2pa.Builder(_manifest(claim), context=context) as builder,
            c2pa.Signer.from_callback(key, c2pa.C2paSigningAlg.ES256, chain, None) as signer,
            path.open("rb") as source,
            out.open("w+b") as target,
        ):
            for place, each in enumerate(claim.ingredients):
                _add(builder, place, each)
            if not embeds:
                builder.set_no_embed()
            manifest: bytes = builder.sign(signer, _format_of(media_type), source, target)
    except c2pa.C2paError as error:
        out.unlink(missing_ok=True)
        raise damaged(media_type) from error
    if embeds:
        return None
    out.unlink()  # the file itself is as it was
    return manifest


def verify(path: Path, media_type: str, anchors: str, sidecar: bytes | None = None) -> Found:
    """Return what a file's credentials say and are worth.

    anchors: the certificates, in PEM, on which a believed signer's hangs; "": nobody is believed.

    Raises:
        InvalidInput: when the file cannot be read as what it begins like.
    """
    import c2pa  # a large library: whoever only asks for a file's label needs none of it

    settings = {**_SETTINGS, "trust": {"user_anchors": anchors}} if anchors else _SETTINGS
    told = _format_of(media_type)
    if sidecar is None and told == _BESIDE:
        return Found(Trust.NONE)
    try:
        with path.open("rb") as file, c2pa.Context.from_dict(settings) as context:
            reader = (
                c2pa.Reader(told, file, context=context)
                if sidecar is None
                else c2pa.Reader(told, file, sidecar, context=context)
            )
            with reader:
                return _found(json.loads(reader.json()))
    except c2pa.C2paError as error:
        words = str(error)
        if words.startswith(_NO_CREDENTIALS):
            return Found(Trust.NONE)
        if _is_of_credentials(words):
            return Found(Trust.INVALID, (words.split(":")[0][:80],))
        raise damaged(media_type) from error


def source_type_of(address: str) -> str:
    """Return IPTC's word for a source from its address."""
    return address.removeprefix(IPTC).removeprefix(IPTC.replace("http:", "https:"))[:80]


def _format_of(media_type: str) -> str:
    """Return how c2pa-rs calls a media type; files as they are, where it knows none."""
    return _NAMED.get(media_type, media_type) if media_type in EMBEDS else _BESIDE


def _is_of_credentials(words: str) -> bool:
    """Return whether the credentials broke, not the file around them."""
    return not words.startswith(("Other: asset could not be parsed", "NotSupported", "Io"))


def _with_origin(claim: Claim, path: Path, media_type: str) -> Claim:
    """Return a claim that says where the file comes from; unknown: from the file as it came."""
    is_known = any(each.relationship is Relationship.PARENT for each in claim.ingredients)
    if claim.source_type or is_known:
        return claim
    itself = Ingredient(Relationship.PARENT, claim.title, path, media_type)
    return replace(claim, ingredients=(itself, *claim.ingredients))


def _manifest(claim: Claim) -> str:
    assertions: list[dict[str, Any]] = [
        {"label": "c2pa.actions.v2", "data": {"actions": _actions(claim)}},
        {"label": TRAINING, "data": {"entries": _entries(claim.training)}},
    ]
    if claim.licence:
        assertions.append({"label": LICENCE, "data": dict(claim.licence)})
    return json.dumps({
        "claim_generator_info": [{"name": "M-Station"}],
        "title": claim.title,
        "assertions": assertions,
    })  # fmt: skip


def _actions(claim: Claim) -> list[dict[str, Any]]:
    """Return what was done: made from nothing, or opened from a parent; then what was put in."""
    source = {"digitalSourceType": IPTC + claim.source_type} if claim.source_type else {}
    agent = {"softwareAgent": {"name": ", ".join(claim.tools)}} if claim.tools else {}
    actions: list[dict[str, Any]] = []
    for place, each in enumerate(claim.ingredients):
        verb = "c2pa.opened" if each.relationship is Relationship.PARENT else "c2pa.placed"
        actions.append({"action": verb, "parameters": {"ingredientIds": [_label(place)]}})
    if any(each["action"] == "c2pa.opened" for each in actions):
        actions.sort(key=lambda each: each["action"] != "c2pa.opened")  # the parent comes first
        return [*actions, {"action": "c2pa.edited", **source, **agent}] if source else actions
    return [{"action": "c2pa.created", **source, **agent}, *actions]


def _entries(training: str) -> dict[str, Any]:
    names = ("ai_training", "ai_generative_training", "data_mining", "ai_inference")
    return {f"cawg.{name}": {"use": training} for name in names}


def _label(place: int) -> str:
    return f"ingredient{place}"


def _add(builder: Any, place: int, ingredient: Ingredient) -> None:
    import c2pa

    told = {
        "title": ingredient.title,
        "relationship": ingredient.relationship,
        "label": _label(place),
        "format": ingredient.media_type,
    }
    read_as = _format_of(ingredient.media_type)
    with ingredient.path.open("rb") as file:
        try:
            builder.add_ingredient_from_stream(json.dumps(told), read_as, file)
        except c2pa.C2paError as error:
            raise InvalidInput(
                f"the ingredient `{ingredient.title[:80]}` cannot be read: "
                "it is damaged or not what it says",
                zh=f"素材“{ingredient.title[:80]}”无法读取：已损坏或与其类型不符",
            ) from error


def _found(told: Mapping[str, Any]) -> Found:
    manifest = told["manifests"][told["active_manifest"]]
    reasons = tuple(dict.fromkeys(each["code"] for each in told.get("validation_status", ())))
    trust = Trust(told["validation_state"].lower())
    signature = manifest.get("signature_info") or {}
    said = {each["label"]: each["data"] for each in manifest.get("assertions", ())}
    return Found(
        trust,
        reasons[:_MOST_TOLD],
        str(signature.get("common_name") or "")[:200],
        str(signature.get("issuer") or "")[:200],
        str(manifest.get("title") or "")[:200],
        _source_types(said),
        _training(said),
        _licence(said),
        _ingredients(manifest.get("ingredients", ())),
    )


def _source_types(said: Mapping[str, Any]) -> tuple[str, ...]:
    found = (
        source_type_of(str(action["digitalSourceType"]))
        for label in ("c2pa.actions.v2", "c2pa.actions")
        for action in said.get(label, {}).get("actions", ())
        if action.get("digitalSourceType")
    )
    return tuple(dict.fromkeys(found))[:_MOST_TOLD]


def _training(said: Mapping[str, Any]) -> str:
    entries = said.get(TRAINING, {}).get("entries", {})
    return str(entries.get("cawg.ai_training", {}).get("use", ""))[:40]


def _licence(said: Mapping[str, Any]) -> dict[str, str]:
    told = said.get(LICENCE, {})
    return {str(name)[:40]: str(value)[:200] for name, value in list(told.items())[:_MOST_TOLD]}


def _ingredients(told: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(each.get("relationship", ""))[:40], str(each.get("title", ""))[:200])
        for each in told[:_MOST_TOLD]
    )
