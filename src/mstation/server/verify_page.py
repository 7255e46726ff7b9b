"""The public page of a licence: one HTML page in both languages, without scripts, to be printed."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from mstation.station.exchange.certificate_words import day_of, rows_of
from mstation.station.exchange.certificates import Standing
from mstation.station.exchange.verification import Held

_STYLE = """
body { margin: 0; background: #f3f5f7; color: #1d2733;
  font: 16px/1.55 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
main { max-width: 44rem; margin: 4vh auto; background: #fff; padding: 2.2rem 2.4rem; }
h1 { margin: 0; font-size: 1.1rem; font-weight: 600; color: #5b6875; }
.number { margin: .2rem 0 1.4rem; font: 600 1.5rem ui-monospace, monospace;
  overflow-wrap: anywhere; }
.state { padding: .9rem 1.1rem; border-left: .4rem solid; font-size: 1.15rem; font-weight: 600; }
.good { color: #14623a; background: #e7f5ec; }
.wait { color: #7a4b00; background: #fdf3dd; }
.bad { color: #8d1d1d; background: #fdeaea; }
dl { display: grid; grid-template-columns: 15rem 1fr; margin: 1.6rem 0 0; }
dt, dd { margin: 0; padding: .5rem 0; border-bottom: 1px solid #e2e7ec; overflow-wrap: anywhere; }
dt { color: #5b6875; }
.digest { font: .82rem/1.5 ui-monospace, monospace; }
footer { margin-top: 1.6rem; color: #5b6875; font-size: .88rem; }
@media (max-width: 34rem) { main { margin: 0; padding: 1.4rem; } dl { display: block; }
  dt { border: 0; padding-bottom: 0; } }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
PAGE_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
}

_STATES = {  # class, English, Chinese
    Standing.ACTIVE: ("good", "This licence is active.", "本许可有效。"),
    Standing.NOT_YET: ("wait", "This licence is not in force yet.", "本许可尚未生效。"),
    Standing.EXPIRED: ("bad", "This licence has expired.", "本许可已到期。"),
    Standing.PENDING: ("wait", "This licence is reserved, not paid.", "本许可已预留，尚未付款。"),
    Standing.SUSPENDED: (
        "bad", "This licence is suspended: nothing may be used under it.",
        "本许可已中止，暂不得据此使用。",
    ),
    Standing.REVOKED: ("bad", "This licence was revoked.", "本许可已被撤销。"),
    Standing.VOID: ("bad", "This licence never came into force.", "本许可从未生效。"),
}  # fmt: skip


def page_of_number(held: Held) -> str:
    """Return the page of a licence."""
    kind, english, chinese = _STATES[held.standing]
    digests = (
        ("Work, SHA-256", "作品摘要", held.facts["digest"]),
        ("Policy, SHA-256", "许可条款摘要", held.facts["policy_digest"]),
    )
    rows = "".join(_row(*each) for each in rows_of(held.facts))
    rows += "".join(_row(*each, is_digest=True) for each in digests)
    body = (
        f'<p class="state {kind}">{english}<br><span lang="zh">{chinese}</span></p>'
        f"<dl>{rows}</dl>"
        f"<footer>As of {escape(day_of(held.at))}. The paper certificate is checked by "
        "<code>POST /api/verify</code>.<br>"
        f'<span lang="zh">核验时间：{escape(day_of(held.at))}。</span></footer>'
    )
    return _page(held.number, body)


def page_of_nothing(number: str) -> str:
    """Return the page of a number that no licence has."""
    body = (
        '<p class="state bad">No licence has this number. Compare it with the certificate.<br>'
        '<span lang="zh">没有此编号的许可，请与证书上的编号核对。</span></p>'
    )
    return _page(number[:40], body)


def _row(english: str, chinese: str, value: str, *, is_digest: bool = False) -> str:
    kind = ' class="digest"' if is_digest else ""
    label = f'{english} <span lang="zh">{chinese}</span>'
    return f"<dt>{label}</dt><dd{kind}>{escape(value)}</dd>"


def _page(number: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>Licence {escape(number)}</title><style>{_STYLE}</style></head><body><main>"
        '<h1>Licence <span lang="zh">授权核验</span></h1>'
        f'<p class="number">{escape(number)}</p>{body}</main></body></html>'
    )
