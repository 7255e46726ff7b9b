"""What people do and can do: roles by department, skills by kind, in English and Chinese."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mstation.errors import InvalidInput, Tongue


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the vocabulary: its code never changes, its labels are what people read.

    of: a role's department, a skill's kind; empty for these themselves.
    isco: unit group of ISCO-08; omc: title of MovieLabs' ontology; empty: none, or none known.
    """

    code: str
    en: str
    zh: str
    of: str = ""
    isco: str = ""
    omc: str = ""

    def label(self, tongue: Tongue) -> str:
        """Return it as people read it."""
        return self.zh if tongue == "zh" else self.en


@cache
def departments() -> dict[str, Term]:
    """Return the departments of a film, by code."""
    return _heads("roles.toml", "departments")


@cache
def roles() -> dict[str, Term]:
    """Return what people are in a film, by code."""
    return _terms("roles.toml", "roles")


@cache
def skill_kinds() -> dict[str, Term]:
    """Return the kinds of skills, by code."""
    return _heads("skills.toml", "kinds")


@cache
def skills() -> dict[str, Term]:
    """Return what people can do, and with what, by code."""
    return _terms("skills.toml", "skills")


def role_named(written: str) -> Term:
    """Return the role of a code or a label, however it is written.

    Raises:
        InvalidInput: when there is none.
    """
    return _named(roles(), written, "role", "工种")


def skill_named(written: str) -> Term:
    """Return the skill of a code or a label, however it is written.

    Raises:
        InvalidInput: when there is none.
    """
    return _named(skills(), written, "skill", "技能")


def terms_with(terms: dict[str, Term], words: str) -> tuple[Term, ...]:
    """Return the terms with all of some words in code or labels, in the vocabulary's order."""
    wanted = words.casefold().split()
    return tuple(each for each in terms.values() if all(word in _text(each) for word in wanted))


def _text(term: Term) -> str:
    return f"{term.code} {term.en} {term.zh}".casefold()


def _named(terms: dict[str, Term], written: str, what: str, what_zh: str) -> Term:
    folded = written.strip().casefold()
    for term in terms.values():
        if folded in (term.code, term.en.casefold(), term.zh.casefold()):
            return term
    near = terms_with(terms, folded)[:1] if folded else ()
    meant, meant_zh = "", ""
    for each in near:
        meant, meant_zh = f"; did you mean `{each.code}`?", f"，是否指「{each.zh}」？"
    raise InvalidInput(
        f"there is no {what} `{written[:40]}` in the vocabulary{meant}",
        zh=f"词表中没有{what_zh}「{written[:40]}」{meant_zh}",
    )


@cache
def _file(name: str) -> dict[str, Any]:
    text = files("mstation.station.talent").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)


def _heads(name: str, part: str) -> dict[str, Term]:
    return {code: Term(code, **told) for code, told in _file(name)[part].items()}


def _terms(name: str, part: str) -> dict[str, Term]:
    return {
        code: Term(code, of=of, **told)
        for of, terms in _file(name)[part].items()
        for code, told in terms.items()
    }
