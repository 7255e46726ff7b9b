"""The passes that `--passes`, `--shots`, `--exr` and `--norm` ask for."""

from __future__ import annotations

from mstation.cli.options import listed
from mstation.errors import InvalidInput
from mstation.passes import PASS_OPTIONS, PassSettings

_ALL = "all"
_EXR, _NORMS = ("ends", "every"), ("shot", "frame")


def read_passes(passes: str, shots: str, exr: str, norm: str) -> PassSettings:
    """Return what is wanted; no passes when none are named.

    Raises:
        InvalidInput: a pass that there is not, or an option that cannot be meant.
    """
    names = _read_names(passes)
    if exr not in _EXR and not (exr.isascii() and exr.isdecimal() and int(exr) > 0):
        raise InvalidInput(
            f"--exr is ends, every, or a number (12: every twelfth frame), not `{exr}`",
            zh=f"--exr 可用 ends、every 或一个数（12 即每 12 帧一张），没有 `{exr}`",
        )
    if norm not in _NORMS:
        raise InvalidInput(
            f"--norm is shot or frame, not `{norm}`",
            zh=f"--norm 只能是 shot 或 frame，没有 `{norm}`",
        )
    wanted = tuple(sorted(set(listed(shots)))) if names else ()
    return PassSettings(names, wanted, exr, norm)


def _read_names(text: str) -> tuple[str, ...]:
    """Return the passes that are named, each once, in the order of the table."""
    named = set(listed(text))
    unknown = sorted(named - {_ALL, *PASS_OPTIONS})
    if unknown:
        raise InvalidInput(
            f"--passes is all, or some of {', '.join(PASS_OPTIONS)}; there is no `{unknown[0]}`",
            zh=f"--passes 可用 all，或 {'、'.join(PASS_OPTIONS)} 中的几项；没有 `{unknown[0]}`",
        )
    return tuple(name for name in PASS_OPTIONS if _ALL in named or name in named)
