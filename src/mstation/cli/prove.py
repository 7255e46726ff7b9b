"""`mstation prove`: what a file proves by itself, offline; no station is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from mstation import document
from mstation.cli.words import printable, words
from mstation.errors import InvalidInput, NotFound, refusal_zh
from mstation.media.credentials import Trust
from mstation.station.exchange.chains import chain_in
from mstation.station.exchange.proving import MOST_SIDECAR_BYTES, Proved, prove

SCHEMA = "mstation.proof/1"
NOT_INTACT = 1  # the exit code


def prove_and_tell(path: Path, trust: Path | None, *, as_json: bool) -> int:
    """Print what a file proves; return 0 where it is intact, by one of those who are trusted.

    trust: a file of certificates in PEM; None: any signer will do.

    Raises:
        NotFound: when there is no such file.
        InvalidInput: when it is damaged, or the certificates are none.
    """
    anchors = "" if trust is None else _anchors(trust)
    sidecar = path.with_name(f"{path.name}.c2pa")
    try:
        beside = _sidecar(sidecar) if sidecar.is_file() else None
        proved = prove(path, anchors, beside)
    except OSError as error:
        raise _unreadable(path, error) from error
    if as_json:
        sys.stdout.write(document.write(proved, SCHEMA, indent=1).decode())
    else:
        for line in _lines(path, proved):
            typer.echo(printable(line))
    enough = (Trust.TRUSTED,) if anchors else (Trust.TRUSTED, Trust.VALID)
    return 0 if proved.trust in enough else NOT_INTACT


def _anchors(path: Path) -> str:
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not chain_in(pem):
        raise InvalidInput(
            "it holds no certificate in PEM", path=str(path), zh="其中没有 PEM 格式的证书"
        )
    return pem.decode("ascii", "replace")


def _sidecar(path: Path) -> bytes:
    if path.stat().st_size > MOST_SIDECAR_BYTES:
        raise InvalidInput(
            f"it is larger than {MOST_SIDECAR_BYTES >> 20} MiB, which no credentials are",
            path=str(path),
            zh=f"超过 {MOST_SIDECAR_BYTES >> 20} MiB，不是内容凭证",
        )
    return path.read_bytes()


def _unreadable(path: Path, error: OSError) -> NotFound | InvalidInput:
    if isinstance(error, FileNotFoundError):
        return NotFound(
            f"{path}: no such file; check the name", zh=f"{path}：没有这个文件；请检查文件名"
        )
    return InvalidInput(
        f"cannot be read: {error.strerror}", path=str(path), zh=f"无法读取：{refusal_zh(error)}"
    )


def _lines(path: Path, proved: Proved) -> Iterator[str]:
    say = words()
    verdicts = {
        Trust.TRUSTED: say["proof_trusted"],
        Trust.VALID: say["proof_valid"],
        Trust.INVALID: say["proof_invalid"],
        Trust.NONE: say["proof_none"],
    }
    yield f"{path.name}: {verdicts[proved.trust]}"
    if proved.reasons:
        yield say["proof_reasons"].format(reasons=say["between"].join(proved.reasons))
    if proved.signer:
        yield say["proof_signer"].format(signer=proved.signer)
    if proved.number:
        yield say["proof_licence"].format(number=proved.number)
    yield from _facts(proved)
    if proved.source_types:
        yield say["proof_source"].format(sources=say["between"].join(proved.source_types))
    for _, title in proved.ingredients:
        yield say["proof_from"].format(title=title)
    for label in proved.labels:
        fields = {"label": label.label, "producer": label.producer, "number": label.produce_id}
        yield say["proof_label"].format(**fields)
    if proved.label_fault:
        yield say["proof_label_fault"]


def _facts(proved: Proved) -> Iterator[str]:
    """Give the terms that a certificate says."""
    if not proved.facts:
        return
    say, facts = words(), proved.facts
    name = facts["asset_zh"] or facts["asset"] if say["tongue"] == "zh" else facts["asset"]
    yield say["proof_terms"].format(
        asset=name or facts["asset_zh"],
        licensee=facts["licensee"],
        territories=say["between"].join(facts["territories"]),
        media=say["between"].join(facts["media"]),
        first=facts["starts_at"][:10],
        last=(facts["ends_at"] or "…")[:10],
    )
