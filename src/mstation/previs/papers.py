"""What can be read: sheets, books, signs, screens; size and finish in, solids out."""

from __future__ import annotations

from mstation.previs.finish import (
    BLACK,
    DARK_WOOD,
    GOLD,
    PAPER,
    SCREENLIGHT,
    Builder,
    Finish,
)  # fmt: skip
from mstation.previs.mesh import Mesh, join
from mstation.previs.primitives import (
    box,
    panel,
    tone,
    upright,
)  # fmt: skip
from mstation.stage.layout import Rgb


def _sheet(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a sheet of paper with a fold, no outline along it."""
    if h > d:
        fold = box((0, h / 2 - 0.0005, 0), (w, 0.0012, d + 0.0016), tone(PAPER, 0.88))
    else:
        fold = box((0, 0, 0), (w, h + 0.0012, 0.0012), tone(PAPER, 0.88))
    return [join([box((0, 0, 0), (w, h, d), PAPER), fold])]


def _photo(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    """Return a print with a white border: two people before a hill."""
    wide, tall = (w, h) if h > d else (w, d)
    thick = min(h, d)
    grey = 0.32

    def on_face(x: float, y: float, wide_: float, tall_: float, level: int, colour: Rgb) -> Mesh:
        lift = thick / 2 + 0.0004 * level
        if h > d:
            return panel(upright(x - wide_ / 2, x + wide_ / 2, y, y + tall_, -lift), colour)
        z = y - tall / 2
        up = thick + 0.0004 * level
        return panel(
            [
                (x + wide_ / 2, up, z),
                (x - wide_ / 2, up, z),
                (x - wide_ / 2, up, z + tall_),
                (x + wide_ / 2, up, z + tall_),
            ],
            colour,
        )

    sepia = (grey * 1.1, grey * 0.95, grey * 0.75)
    meshes = [
        box((0, 0, 0), (w, h, d), (0.8, 0.78, 0.72)),
        on_face(0, tall * 0.08, wide * 0.86, tall * 0.84, 1, sepia),
        on_face(0, tall * 0.08, wide * 0.86, tall * 0.26, 2, tone(sepia, 0.6)),
    ]
    for x, high in ((-0.13, 0.5), (0.12, 0.42)):
        meshes.append(
            on_face(x * wide, tall * 0.08, wide * 0.16, tall * high * 0.72, 3, tone(sepia, 0.3))
        )
        meshes.append(
            on_face(
                x * wide, tall * (0.1 + high * 0.72), wide * 0.09, tall * 0.16, 4, tone(sepia, 1.5)
            )
        )
    return meshes


def _book(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    cover = finish.cloth()
    if h > d:
        return [
            box((0, 0, 0), (w, h, d), cover),
            box((-0.004, 0.006, 0), (w, h - 0.012, d * 0.7), PAPER),
            box((0, h * 0.6, -d / 2), (w * 0.6, h * 0.14, 0.002), GOLD),
        ]
    edge = h * 0.14
    return [
        box((0, 0, 0), (w, edge, d), cover),
        box((-0.003, edge, 0), (w - 0.006, h - 2 * edge, d - 0.01), PAPER),
        box((0, h - edge, 0), (w, edge, d), cover),
        box((w / 2 - edge / 2, 0, 0), (edge, h, d), tone(cover, 0.7)),
    ]


def _newspaper(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    grey = (0.55, 0.53, 0.48)
    meshes = [box((0, 0, 0), (w, h, d), grey)]
    ink = (0.2, 0.2, 0.2)
    for column in range(4):
        for row in range(3):
            x = w / 2 - w * (column + 0.5) / 4
            if h > d:
                meshes.append(
                    box((x, h * (0.06 + 0.18 * row), 0), (w * 0.2, h * 0.14, d + 0.001), ink)
                )
            else:
                meshes.append(
                    box(
                        (x, 0, -d / 2 + d * (0.13 + 0.18 * row)),
                        (w * 0.2, h + 0.0005, d * 0.14),
                        ink,
                    )
                )
    return meshes


def _phone(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    glow = 0.9
    if h > d:
        face = upright(-w * 0.45, w * 0.45, h * 0.06, h * 0.94, -d / 2 - 0.0008)
    else:
        face = [
            [w * 0.45, h + 0.0008, -d * 0.44],
            [-w * 0.45, h + 0.0008, -d * 0.44],
            [-w * 0.45, h + 0.0008, d * 0.44],
            [w * 0.45, h + 0.0008, d * 0.44],
        ]
    return [box((0, 0, 0), (w, h, d), BLACK), panel(face, SCREENLIGHT, glow=glow)]


def _sign(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    ground = (0.5, 0.46, 0.38)
    if h <= d:
        return [box((0, 0, 0), (w, h, d), ground)]
    return [
        box((0, 0, 0), (w, h, d), DARK_WOOD),
        box((0, h * 0.06, 0), (w - h * 0.12, h * 0.88, d + 0.004), ground),
    ]


def _screen(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    rim = min(0.02, 0.06 * w)
    if h <= d:
        return _phone(w, h, d, finish)
    return [
        box((0, 0, 0), (w, h, d), BLACK),
        panel(
            upright(-w / 2 + rim, w / 2 - rim, rim, h - rim, -d / 2 - 0.001),
            SCREENLIGHT,
            glow=0.85,
        ),
    ]


def _ticket(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    card = (0.62, 0.4, 0.24)
    if h > d:
        return [
            box((0, 0, 0), (w, h, d), card),
            box((0, h * 0.1, 0), (w * 0.9, h * 0.8, d + 0.0006), tone(card, 1.25)),
        ]
    return [
        box((0, 0, 0), (w, h, d), card),
        box((0, 0, 0), (w * 0.9, h + 0.0005, d * 0.86), tone(card, 1.25)),
    ]


def _map(w: float, h: float, d: float, finish: Finish) -> list[Mesh]:
    meshes = _sheet(w, h, d, finish)
    lands = (
        (-0.2, 0.2, 0.4, 0.34, (0.4, 0.48, 0.25)),
        (0.22, 0.5, 0.4, 0.3, (0.5, 0.4, 0.2)),
        (0.1, 0.08, 0.5, 0.2, (0.3, 0.45, 0.55)),
    )
    for x, y, wide, tall, colour in lands:
        if h > d:
            meshes.append(box((x * w, y * h, 0), (wide * w, tall * h, d + 0.0008), colour))
        else:
            meshes.append(
                box((x * w, 0, (y + tall / 2 - 0.5) * d), (wide * w, h + 0.0008, tall * d), colour)
            )
    return meshes


BUILDERS: dict[str, Builder] = {
    "letter": _sheet,
    "note": _sheet,
    "photo": _photo,
    "book": _book,
    "newspaper": _newspaper,
    "phone": _phone,
    "sign": _sign,
    "screen": _screen,
    "ticket": _ticket,
    "map": _map,
}
