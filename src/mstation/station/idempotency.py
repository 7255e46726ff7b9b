"""A key with a request: the same request again gives the same answer and does nothing twice."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)

from mstation.errors import Conflict
from mstation.station.database import is_sqlite
from mstation.station.schema import Id, Moment, metadata, now

KEPT = timedelta(days=7)
MOST_SIGNS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said to a request."""

    status: int
    body: bytes
    revision: int


answers = Table(
    "answers",
    metadata,
    Column("actor_id", Id, primary_key=True),
    Column("key", String(MOST_SIGNS), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)


def answered(connection: Connection, actor_id: str, key: str, request: str) -> Answer | None:
    """Return what was said to this request before; None: it was never made.

    The same request at the same time waits here until the first one ends.
    request: a digest of method, path and body.

    Raises:
        Conflict: when the key came with another request.
    """
    if not is_sqlite(connection):  # there, whoever writes is alone anyway
        told = hashlib.sha256(f"{actor_id} {key}".encode()).digest()
        number = int.from_bytes(told[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
    mine = (answers.c.actor_id == actor_id) & (answers.c.key == key)
    row = connection.execute(select(answers).where(mine)).mappings().first()
    if row is None:
        return None
    if row["request"] != request:
        raise Conflict(
            "this Idempotency-Key came with another request before; use a new one",
            zh="此 Idempotency-Key 已用于另一个请求，请换一个",
        )
    return Answer(row["status"], row["body"], row["revision"])


def remember(connection: Connection, actor_id: str, key: str, request: str, answer: Answer) -> None:
    """Keep an answer, in the transaction that did what was asked."""
    at = now()
    connection.execute(delete(answers).where(answers.c.at < at - KEPT))
    row = {
        "actor_id": actor_id, "key": key, "request": request,
        "status": answer.status, "body": answer.body, "revision": answer.revision, "at": at,
    }  # fmt: skip
    connection.execute(insert(answers).values(row))
