"""Numbers that the world gives to films, works, people and firms: read, checked, written one way.

What has a check digit is checked without asking anybody; of the others the form is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mstation.errors import InvalidInput

MOST_SIGNS = 200


class Scheme(StrEnum):
    """Who gave a number, and to what."""

    EIDR = "eidr"  # films and their versions
    ISAN = "isan"  # audiovisual works
    ISWC = "iswc"  # music as written
    ISRC = "isrc"  # recordings
    ISNI = "isni"  # public names of people and firms
    ORCID = "orcid"  # researchers
    IMDB = "imdb"
    DOUBAN = "douban"
    WIKIDATA = "wikidata"
    EAN = "ean"  # goods
    USCC = "uscc"  # firms in China
    DOI = "doi"
    ISCC = "iscc"  # content


@dataclass(frozen=True, slots=True)
class _Form:
    """How numbers of a scheme look, an example, and how one is checked and written."""

    pattern: re.Pattern[str]
    example: str
    written: Callable[[re.Match[str]], str | None]  # None: the check digit is wrong


def number_of(scheme: Scheme, told: str) -> str:
    """Return a number as it is written, from what somebody told: with or without signs between.

    Raises:
        InvalidInput: when it has not the form of the scheme, or its check digit is wrong.
    """
    form = _FORMS[scheme]
    found = form.pattern.fullmatch(told.strip()) if len(told) <= MOST_SIGNS else None
    if found is None:
        raise InvalidInput(
            f"`{told[:40]}` is no {scheme.upper()}: one looks like {form.example}",
            zh=f"`{told[:40]}` 不是 {scheme.upper()}：格式如 {form.example}",
        )
    made = form.written(found)
    if made is None:
        raise InvalidInput(
            f"`{told[:40]}` is no {scheme.upper()}: its check digit is wrong; compare every digit",
            zh=f"`{told[:40]}` 不是有效的 {scheme.upper()}：校验位不符，请逐位核对",
        )
    return made


_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# Source: GB 32100-2015: the signs, without I, O, S, V, Z; weights are powers of 3 modulo 31.
_USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def mod_37_36(text: str) -> str:
    """Return the check sign of digits and letters. Source: ISO 7064, MOD 37,36."""
    product = 36
    for sign in text:
        total = (product + _ALPHANUMERIC.index(sign)) % 36 or 36
        product = total * 2 % 37
    return _ALPHANUMERIC[(37 - product) % 36]


def mod_11_2(digits: str) -> str:
    """Return the check sign of digits: a digit or X. Source: ISO 7064, MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 11
    check = (12 - total) % 11
    return "X" if check == 10 else str(check)


def mod_10(digits: str) -> str:
    """Return the check digit of a GTIN. Source: GS1 General Specifications, 7.9."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _bare(text: str) -> str:
    return re.sub(r"[\s.-]", "", text).upper()


def _fours(text: str) -> str:
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _eidr(found: re.Match[str]) -> str | None:
    told = _bare(found[1])
    return f"10.5240/{_fours(told[:20])}-{told[20]}" if mod_37_36(told[:20]) == told[20] else None


def _isan(found: re.Match[str]) -> str | None:
    told = _bare(found[1])
    work, check = told[:16], told[16]
    if mod_37_36(work) != check:
        return None
    made = f"{_fours(work)}-{check}"
    if len(told) == 17:
        return made
    version, last = told[17:25], told[25]
    return f"{made}-{_fours(version)}-{last}" if mod_37_36(work + version) == last else None


def _iswc(found: re.Match[str]) -> str | None:
    digits = _bare(found[1])
    total = 1 + sum(place * int(digit) for place, digit in enumerate(digits[:9], 1))
    if -total % 10 != int(digits[9]):
        return None
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9]}"


def _sixteen(found: re.Match[str]) -> str | None:
    told = _bare(found[1])
    return told if mod_11_2(told[:15]) == told[15] else None


def _isni(found: re.Match[str]) -> str | None:
    told = _sixteen(found)
    return None if told is None else _fours(told).replace("-", " ")


def _orcid(found: re.Match[str]) -> str | None:
    told = _sixteen(found)
    return None if told is None else _fours(told)


def _ean(found: re.Match[str]) -> str | None:
    return found[1] if mod_10(found[1][:-1]) == found[1][-1] else None


def _uscc(found: re.Match[str]) -> str | None:
    code = found[1].upper()
    told = sum(_USCC_SIGNS.index(sign) * 3**place for place, sign in enumerate(code[:17]))
    return code if _USCC_SIGNS.index(code[17]) == -told % 31 else None


def _upper(found: re.Match[str]) -> str:
    return _bare(found[1])


def _as_told(found: re.Match[str]) -> str:
    return found[1]


def _form(pattern: str, example: str, written: Callable[[re.Match[str]], str | None]) -> _Form:
    return _Form(re.compile(pattern, re.ASCII | re.IGNORECASE), example, written)


_HEX4 = r"[0-9A-F]{4}"
# Sources: EIDR ID Format 1.7; ISO 15706-1 and -2; ISO 15707; ISO 3901; ISO 27729; ORCID, Structure
# of the ORCID Identifier; ISO 26324; ISO 24138.
_FORMS: dict[Scheme, _Form] = {
    Scheme.EIDR: _form(
        rf"(?:https://doi\.org/)?10\.5240/((?:{_HEX4}-?){{5}}[0-9A-Z])",
        "10.5240/7791-8534-2C23-9030-8610-5", _eidr,
    ),
    Scheme.ISAN: _form(
        rf"(?:ISAN\s*)?((?:{_HEX4}-?){{4}}[0-9A-Z](?:-?(?:{_HEX4}-?){{2}}[0-9A-Z])?)",
        "0000-0000-D07A-0090-Q", _isan,
    ),
    Scheme.ISWC: _form(
        r"(?:ISWC\s*)?T-?([0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9])", "T-034.524.680-1", _iswc
    ),
    Scheme.ISRC: _form(
        r"(?:ISRC\s*)?([A-Z]{2}-?[A-Z0-9]{3}-?[0-9]{2}-?[0-9]{5})", "AA-6Q7-20-00047", _upper
    ),
    Scheme.ISNI: _form(
        r"(?:ISNI\s*)?((?:[0-9]{4}[ -]?){3}[0-9]{3}[0-9X])", "0000 0001 2150 090X", _isni
    ),
    Scheme.ORCID: _form(
        r"(?:https://orcid\.org/)?((?:[0-9]{4}-?){3}[0-9]{3}[0-9X])", "0000-0002-1825-0097", _orcid
    ),
    Scheme.IMDB: _form(
        r"((?-i:tt|nm|co)[0-9]{7,10})", "tt0133093", _as_told
    ),
    Scheme.DOUBAN: _form(r"([1-9][0-9]{4,11})", "1291843", _as_told),
    Scheme.WIKIDATA: _form(r"(Q[1-9][0-9]{0,11})", "Q83495", _upper),
    Scheme.EAN: _form(r"([0-9]{13}|[0-9]{8})", "4006381333931", _ean),
    Scheme.USCC: _form(rf"([{_USCC_SIGNS}]{{18}})", "91350100M000100Y43", _uscc),
    Scheme.DOI: _form(
        r"(?:https://doi\.org/|doi:)?(10\.[0-9]{4,9}/[!-~]{1,150})", "10.1000/182", _as_told
    ),
    Scheme.ISCC: _form(
        r"(ISCC:[A-Z2-7]{10,72})", "ISCC:KACYPXW445FTYNJ3CYSXHAFJMA2HU", _upper
    ),
}  # fmt: skip
