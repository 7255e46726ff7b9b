"""The `mstation` command's arguments of the exchange: proofs, licences, people, work, rooms."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mstation.cli.app import AsJson, Debug, app, telling

_DAYS = ["%Y-%m-%d"]
_TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%d"]

Party = Annotated[
    str | None, typer.Option(help="In whose name, where you act for several. 交易主体")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask. 不再询问")]
FirstDay = Annotated[datetime | None, typer.Option("--from", formats=_DAYS, help="First day. 首日")]
LastDay = Annotated[datetime | None, typer.Option("--to", formats=_DAYS, help="Last day. 末日")]
Quantity = Annotated[int, typer.Option(help="How many of it. 数量", min=1)]


class Side(StrEnum):
    """Whose licences are listed: those one has, or gave."""

    LICENSEE = "licensee"
    SELLER = "seller"


@app.command()
def prove(
    file: Annotated[Path, typer.Argument(help="Media, or a licence's certificate. 文件")],
    trust: Annotated[
        Path | None, typer.Option(help="Certificates that are believed, PEM. 受信证书")
    ] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Prove offline who signed a file, what it says of its source, and that it is intact.

    离线核验文件：签名者、来源声明、AI 标识与完整性。
    """
    from mstation.cli.prove import prove_and_tell

    with telling(debug):
        code = prove_and_tell(file, trust, as_json=as_json)
    if code:
        raise typer.Exit(code)


@app.command()
def assets(
    words: Annotated[str, typer.Argument(help="English or Chinese. 关键词")] = "",
    kind: Annotated[str, typer.Option(help="image, video, audio, model … 类别")] = "",
    template: Annotated[str, typer.Option(help="rf_standard, rights_managed … 授权方式")] = "",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find images, music, models and scans that can be licensed.

    查找可授权的素材。
    """
    from mstation.cli.trading import assets_and_tell

    with telling(debug):
        assets_and_tell(words, kind, template, as_json=as_json)


@app.command()
def quote(
    asset: Annotated[str, typer.Argument(help="Its id. 素材编号")],
    template: Annotated[str, typer.Option(help="Which offer, of several. 授权方式")] = "",
    territory: Annotated[
        list[str] | None, typer.Option(help="Countries or regions: NL, 150. 授权地域")
    ] = None,
    medium: Annotated[
        list[str] | None, typer.Option(help="theatrical, svod, exhibition … 媒介")
    ] = None,
    first_day: FirstDay = None,
    last_day: LastDay = None,
    exclusive: Annotated[bool, typer.Option("--exclusive", help="To nobody else. 独占")] = False,
    seats: Annotated[int | None, typer.Option(help="How many people. 席位数", min=1)] = None,
    print_run: Annotated[int | None, typer.Option(help="Copies. 印数", min=1)] = None,
    film: Annotated[str, typer.Option(help="For one film alone. 仅用于某片")] = "",
    party: Party = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Ask what a licence costs, and why.

    询价：授权费用及其构成。
    """
    from mstation.cli.trading import QuoteRequest, quote_and_tell

    where = (tuple(territory or ()), tuple(medium or ()), first_day, last_day)
    request = QuoteRequest(asset, template, *where, exclusive, seats, print_run, film, party)
    with telling(debug):
        quote_and_tell(request, as_json=as_json)


@app.command()
def order(
    quotes: Annotated[list[str], typer.Argument(help="Ids of quotes. 报价编号")],
    party: Party = None,
    yes: Yes = False,
    debug: Debug = False,
) -> None:
    """Order what was quoted; how to pay is told.

    按报价下单，并给出付款方式。
    """
    from mstation.cli.trading import order_and_tell

    with telling(debug):
        order_and_tell(quotes, party, yes=yes)


@app.command()
def pay(
    payment: Annotated[str, typer.Argument(help="Its id, as `order` tells it. 付款编号")],
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Pay without money, as the house. 沙盒付款")
    ] = False,
    debug: Debug = False,
) -> None:
    """Tell how something is paid, and whether it is; or pay it in the sandbox.

    查看付款方式与状态，或在沙盒中付款。
    """
    from mstation.cli.trading import pay_and_tell

    with telling(debug):
        pay_and_tell(payment, sandbox=sandbox)


@app.command()
def licences(
    party: Party = None,
    side: Annotated[Side, typer.Option(help="What one has, or gave. 持有或授出")] = Side.LICENSEE,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List licences: whether they hold, when, where and in which media.

    列出授权：状态、期限、地域与媒介。
    """
    from mstation.cli.trading import licences_and_tell

    with telling(debug):
        licences_and_tell(party, side, as_json=as_json)


@app.command()
def download(
    licence: Annotated[str, typer.Argument(help="Its number or id. 授权编号")],
    out: Annotated[Path, typer.Option(help="Folder for it. 输出目录")] = Path("licensed"),
    certificate: Annotated[
        bool, typer.Option("--certificate", help="Its certificate too. 同时取授权证书")
    ] = False,
    party: Party = None,
    debug: Debug = False,
) -> None:
    """Bring the original that a licence opens; what broke off goes on.

    下载授权素材的原始文件，可断点续传。
    """
    from mstation.cli.trading import download_and_tell

    with telling(debug):
        download_and_tell(licence, out, party, certificate=certificate)


@app.command()
def statement(
    file: Annotated[Path, typer.Argument(help="The file to write, NAME.csv. 对账单文件")],
    first_day: FirstDay = None,
    last_day: LastDay = None,
    party: Party = None,
    debug: Debug = False,
) -> None:
    """Write every entry of your accounts to a CSV file.

    把账目逐笔写入 CSV 文件。
    """
    from mstation.cli.trading import statement_and_tell

    with telling(debug):
        statement_and_tell(file, party, first_day, last_day)


@app.command()
def people(
    words: Annotated[
        str, typer.Argument(help="Name, role, skill; English or Chinese. 关键词")
    ] = "",
    role: Annotated[str, typer.Option(help="Its code, such as gaffer. 职务代码")] = "",
    skill: Annotated[str, typer.Option(help="Its code, or CODE:LEVEL at least. 技能")] = "",
    language: Annotated[str, typer.Option(help="en, zh … 语言")] = "",
    country: Annotated[str, typer.Option(help="NL, CN … 国家")] = "",
    city: Annotated[str, typer.Option(help="As they say it. 城市")] = "",
    first_day: FirstDay = None,
    last_day: LastDay = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Find people by what they do and can do, in the order of their names.

    查找人员，按姓名排序。
    """
    from mstation.cli.hiring import PeopleRequest, people_and_tell

    request = PeopleRequest(words, role, skill, language, country, city, first_day, last_day)
    with telling(debug):
        people_and_tell(request, as_json=as_json)


@app.command()
def packages(party: Party = None, as_json: AsJson = False, debug: Debug = False) -> None:
    """List the work that you may bid on.

    列出可投标的任务包。
    """
    from mstation.cli.hiring import packages_and_tell

    with telling(debug):
        packages_and_tell(party, as_json=as_json)


@app.command()
def bid(
    package: Annotated[str, typer.Argument(help="Its id. 任务包编号")],
    prices: Annotated[
        Path | None, typer.Argument(help="CSV or JSON: a sum an item. 价目文件")
    ] = None,
    each: Annotated[str, typer.Option(help="A sum for every unit, as 1200.00. 单价")] = "",
    done_on: Annotated[
        datetime | None, typer.Option(formats=_DAYS, help="Done by. 完成日期")
    ] = None,
    note: Annotated[str, typer.Option(help="What it assumes. 前提说明")] = "",
    accept_terms: Annotated[
        bool, typer.Option("--accept-terms", help="Accept the package's terms. 接受条款")
    ] = False,
    party: Party = None,
    yes: Yes = False,
    debug: Debug = False,
) -> None:
    """Bid on work, sealed until the deadline: told first, then sent.

    投标（截止前密封）：先列出价目，再提交。
    """
    from mstation.cli.hiring import BidRequest, bid_and_tell

    with telling(debug):
        bid_and_tell(BidRequest(package, prices, each, done_on, note, party, accept_terms, yes))


@app.command()
def bids(
    package: Annotated[str, typer.Argument(help="Its id. 任务包编号")],
    opens: Annotated[bool, typer.Option("--open", help="Open them all. 开标")] = False,
    csv: Annotated[Path | None, typer.Option(help="Write the table to NAME.csv. 比价表")] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Count the bids on your own package; after the deadline open and compare them.

    查看自己任务包的投标数；截止后开标并比价。
    """
    from mstation.cli.hiring import bids_and_tell

    with telling(debug):
        bids_and_tell(package, csv, opens=opens, as_json=as_json)


@app.command()
def free(
    resource: Annotated[
        str | None, typer.Argument(help="Name or id; all that is let if not given. 资源")
    ] = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=_TIMES, help="From when. 开始")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", formats=_TIMES, help="Until when. 结束")
    ] = None,
    minutes: Annotated[int, typer.Option(help="How long it is wanted. 所需分钟数", min=1)] = 60,
    quantity: Quantity = 1,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """List what is let; or tell when one thing is free, by the clocks of the place.

    列出可租的场地与设备，或查看其空闲时间（当地时间）。
    """
    from mstation.cli.booking import Span, free_and_tell, resources_and_tell
    from mstation.cli.options import both_times

    with telling(debug):
        if resource is None:
            resources_and_tell(as_json=as_json)
        else:
            span = Span(*both_times(first, end))
            free_and_tell(resource, span, minutes=minutes, quantity=quantity, as_json=as_json)


@app.command()
def book(
    resource: Annotated[str, typer.Argument(help="Name or id. 资源")],
    first: Annotated[datetime, typer.Option("--from", formats=_TIMES, help="From when. 开始")],
    end: Annotated[datetime, typer.Option("--to", formats=_TIMES, help="Until when. 结束")],
    title: Annotated[str, typer.Option(help="What it is for. 用途")],
    quantity: Quantity = 1,
    option: Annotated[bool, typer.Option("--option", help="Only an option on it. 仅预留")] = False,
    project: Annotated[str | None, typer.Option(help="For which film. 所属项目")] = None,
    party: Party = None,
    yes: Yes = False,
    debug: Debug = False,
) -> None:
    """Book a stage, a suite or a machine: the price is told first.

    预订场地或设备：先报价，再预订。
    """
    from mstation.cli.booking import BookRequest, Span, book_and_tell

    span = Span(first, end)
    with telling(debug):
        book_and_tell(BookRequest(resource, span, title, quantity, option, project, party, yes))
