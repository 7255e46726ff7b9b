"""Files that notes and versions name: of the project, and readable by whoever names them.

Who may read a note or a version may read what it names, so nobody may name what is not theirs to
read: they could read it then.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, select

from mstation.errors import InvalidInput
from mstation.station.access import Access
from mstation.station.files import files


def require_files(connection: Connection, access: Access, ids: Collection[str]) -> None:
    """Refuse ids that name no file of the project that the actor may read.

    Raises:
        InvalidInput: when one does not; whether it is there at all is not said.
        Forbidden: when the actor may read no file at all.
    """
    _require(connection, access, files.c.id, ids)


def require_contents(connection: Connection, access: Access, digests: Collection[str]) -> None:
    """Refuse digests that are of no file of the project that the actor may read.

    Raises:
        InvalidInput: when one is not; whether it is there at all is not said.
        Forbidden: when the actor may read no file at all.
    """
    _require(connection, access, files.c.digest, digests)


def _require(
    connection: Connection, access: Access, column: ColumnElement[str], named: Collection[str]
) -> None:
    if not named:
        return
    query = select(column).where(
        files.c.project_id == access.project_id, column.in_(set(named)), access.visible("files")
    )
    held = query.with_for_update(of=files, read=True, key_share=True)  # until this is written
    unknown = sorted(set(named).difference(connection.execute(held).scalars()))
    if unknown:
        told = ", ".join(f"`{each[:20]}`" for each in unknown[:5])
        raise InvalidInput(
            f"no files of this project that you may read: {told}; upload them first",
            zh=f"本项目中没有您可读取的文件：{told}；请先上传",
        )
