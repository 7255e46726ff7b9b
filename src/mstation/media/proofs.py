"""What a file proves of itself: its credentials and labels in; and labels out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mstation.errors import InvalidInput, Unsupported
from mstation.media.ai_labels import Label
from mstation.media.kinds import Derived, Limits

PROOF, LABEL = "proof", "label"  # kinds of work for the process apart
PROOF_LIMITS = Limits(120, 2048, 16)
LABEL_LIMITS = Limits(3600, 3072, 65_536)
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Proof:
    """What a file's credentials and labels say.

    trust: `trusted`, `valid`, `invalid` or `none`; reasons, signer, source_types, training,
    licence, ingredients: as `credentials.Found`. label_fault: why its label is none of the
    standard's.
    """

    trust: str
    reasons: tuple[str, ...] = ()
    signer: str = ""
    organisation: str = ""
    title: str = ""
    source_types: tuple[str, ...] = ()
    training: str = ""
    licence: dict[str, str] = field(default_factory=dict)
    ingredients: tuple[tuple[str, str], ...] = ()
    labels: tuple[Label, ...] = ()
    label_fault: str = ""
    is_traced: bool = False


def prove_file(path: Path, media_type: str, anchors: str, sidecar: bytes | None) -> Derived:
    """Return as details what `read_proof` reads.

    Raises:
        InvalidInput: when the file is damaged.
    """
    from mstation.media.aigc_files import is_traced, labels_in  # these load the codecs
    from mstation.media.credentials import verify

    found = verify(path, media_type, anchors, sidecar)
    told: dict[str, Any] = {**asdict(found), "labels": [], "label_fault": ""}
    try:
        labels = labels_in(path, media_type)
        told["labels"] = [asdict(each) for each in labels[:_MOST_LABELS]]
    except Unsupported:
        pass  # nothing of this kind holds labels
    except InvalidInput as error:
        told["label_fault"] = str(error)
    told["is_traced"] = _is_traced(is_traced, path, media_type)
    return Derived("application/json", told)


def _is_traced(asked: Any, path: Path, media_type: str) -> bool:
    try:
        return bool(asked(path, media_type))
    except InvalidInput:
        return False  # the fault is told of the label already


def label_file(
    path: Path, media_type: str, out: Path, told: dict[str, Any], *, is_marked: bool
) -> Derived:
    """Write the mark, if one is wanted, then the label; say what was encoded again.

    Raises:
        InvalidInput: when the file is damaged.
        Unsupported: when files of this type hold no label, or no mark.
    """
    from mstation.media.aigc_files import write_label
    from mstation.media.aigc_marks import write_mark

    label, source, details = Label(**told), path, {"encoded": list[str]()}
    marked = out.with_name(f"{out.name}.marked")
    if is_marked:
        details = write_mark(path, media_type, marked)
        source = marked
    try:
        write_label(source, media_type, out, label)
    finally:
        marked.unlink(missing_ok=True)
    return Derived(media_type, details)


def read_proof(details: dict[str, Any]) -> Proof:
    """Return what `prove_file` said."""
    from pydantic import TypeAdapter  # not for the process apart: it only writes

    proof: Proof = TypeAdapter(Proof).validate_python(details)
    return proof
