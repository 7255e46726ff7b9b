"""The faults of a row, by kind and shot; every one of them must have words in both languages."""

from __future__ import annotations

from mstation.check.finding import Row
from mstation.check.telling import sentence, title_of


def found(row: Row) -> list[tuple[str, str]]:
    """Return kind and shot of each fault, after each was told in English and in Chinese."""
    for fault in row.faults:
        _is_told(row, "fault", fault.kind, fault.values)
        for kind, values in fault.mends:
            _is_told(row, "mend", kind, values)
    for name, value in row.detail:
        if name == "missing":
            _is_told(row, "missing", str(value), ())
    assert title_of(row, "en") != title_of(row, "zh")
    return [(fault.kind, fault.shot) for fault in row.faults]


def _is_told(row: Row, table: str, kind: str, values: tuple[tuple[str, object], ...]) -> None:
    english, chinese = (sentence(row, table, kind, values, tongue) for tongue in ("en", "zh"))
    assert not english.startswith(f"{kind} ("), f"no words for the {table} {kind}"
    assert english != chinese
    assert "{" not in english + chinese
