"""Reference media for the invited: a picture of each, with who it was shown to written over it."""

from __future__ import annotations

import io

from sqlalchemy import Connection

from mstation.errors import NotFound
from mstation.media.kinds import Kind
from mstation.station.blobs import read
from mstation.station.change import find
from mstation.station.derived import derive
from mstation.station.files import File
from mstation.station.parties import Party
from mstation.station.station import Station
from mstation.station.work_orders.packages import WorkPackage
from mstation.station.work_orders.tenders import PackageGrant, grant_of, require_whole

_QUALITY = 85  # of the JPEG


def reference_for(
    connection: Connection, package: WorkPackage, party: Party, file_id: str
) -> tuple[File, PackageGrant]:
    """Return a reference file that an invited party may see, and its invitation.

    Raises:
        NotFound: when the package is not offered to it, it was not invited, or there is none such.
        Forbidden: when it must accept the terms first.
    """
    require_whole(connection, package, party.id)
    grant = grant_of(connection, package, party.id)
    if grant is None or file_id not in package.reference_ids:
        raise NotFound(f"there is no reference `{file_id[:40]}`", zh=f"没有参考 `{file_id[:40]}`")
    return find(connection, File, file_id), grant


def marked_picture(station: Station, file: File, party: Party, grant: PackageGrant) -> bytes:
    """Return a picture of a file as JPEG, marked with the party and its invitation's id.

    Raises:
        InvalidInput: when the file cannot be opened.
        Unsupported: when there is no picture in it.
    """
    import numpy as np  # pictures are seldom asked for, and these take long to load
    from PIL import Image

    from mstation.media.marks import Mark, marked

    kept = derive(station, file.digest, Kind.THUMBNAIL)
    with Image.open(io.BytesIO(read(station.blobs, kept.digest))) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    out = io.BytesIO()
    shown = marked(pixels, Mark(party.name, grant.id))
    Image.fromarray(shown).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
