"""The `mstation` command's arguments of what many share: the station, and the way to one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from mstation.cli.app import Debug, FilmFolder, app, telling

Data = Annotated[Path, typer.Option(help="Folder of the station's data. 数据目录")]
Database = Annotated[
    str | None,
    typer.Option(help="postgresql+psycopg://USER@HOST/NAME for teams. 团队所用数据库"),
]
Store = Annotated[
    str | None,
    typer.Option(help="s3://BUCKET/PREFIX for files, instead of the folder. 文件存储"),
]


class Verdict(StrEnum):
    """What a review says of a version."""

    APPROVED = "approved"
    RETAKE = "retake"
    PENDING = "pending"


class What(StrEnum):
    """Which version of each shot is fetched: the newest, of all or of these."""

    LATEST = "latest"
    APPROVED = "approved"
    PUBLISHED = "published"


@app.command()
def serve(
    data: Data = Path("station"),
    port: Annotated[int, typer.Option(help="Port to listen on. 端口", min=0, max=65535)] = 8600,
    host: Annotated[str, typer.Option(help="Address to listen on. 监听地址")] = "127.0.0.1",
    database: Database = None,
    workers: Annotated[
        int, typer.Option(help="Jobs at a time; 0: none here. 同时执行的任务数", min=0, max=64)
    ] = 1,
    config: Annotated[
        Path | None, typer.Option(help="Settings; station.toml in the data folder. 设置文件")
    ] = None,
    store: Store = None,
    processes: Annotated[
        int, typer.Option(help="Server processes, with PostgreSQL. 服务进程数", min=1, max=64)
    ] = 1,
    debug: Debug = False,
) -> None:
    """Serve the station: a film's production, shared. The first visitor makes the first account.

    启动协同平台；首位访问者创建首个账号。
    """
    from mstation.cli.serve import serve_and_tell
    from mstation.server.run import Serving

    with telling(debug):
        serve_and_tell(host, port, Serving(data, database, store, workers, config, processes))


@app.command()
def work(
    data: Data = Path("station"),
    database: Database = None,
    store: Store = None,
    processes: Annotated[
        int, typer.Option(help="Jobs at a time. 同时执行的任务数", min=1, max=64)
    ] = 1,
    debug: Debug = False,
) -> None:
    """Do a station's jobs, such as building films, until stopped.

    执行协同平台的任务（如生成影片），直到停止。
    """
    from mstation.cli.work import work_and_tell

    with telling(debug):
        work_and_tell(data, database, store, processes=processes)


@app.command()
def login(
    address: Annotated[str, typer.Argument(help="http://HOST:PORT of the station. 平台地址")],
    email: Annotated[str, typer.Option(prompt=True, help="Your address there. 邮箱")],
    password: Annotated[
        str,
        typer.Option(
            prompt=True, hide_input=True, envvar="MSTATION_PASSWORD", help="Asked for. 密码"
        ),
    ],
    debug: Debug = False,
) -> None:
    """Sign in to a station; the commands below then know who you are.

    登录协同平台。
    """
    from mstation.cli.station import login_and_tell

    with telling(debug):
        login_and_tell(address, email, password)


@app.command()
def status(
    project: Annotated[
        str | None, typer.Argument(help="A project's name or id. 项目名称或编号")
    ] = None,
    debug: Debug = False,
) -> None:
    """List your projects, or tell how far one is.

    列出项目，或查看某个项目的进度。
    """
    from mstation.cli.station import status_and_tell

    with telling(debug):
        status_and_tell(project)


@app.command()
def publish(
    folder: FilmFolder,
    project: Annotated[str, typer.Argument(help="A project's name or id. 项目名称或编号")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. 不再询问")] = False,
    no_pictures: Annotated[
        bool, typer.Option("--no-pictures", help="Only the list of shots. 只发布镜头表")
    ] = False,
    no_notes: Annotated[
        bool,
        typer.Option("--no-notes", help="Write no notes to people it touches. 不以批注通知"),
    ] = False,
    debug: Debug = False,
) -> None:
    """Publish a film to a project: its shots, pictures, sound and cut; told first, then done.

    把影片发布到项目（镜头、画面、声音与剪辑）：先列出变化，再执行。
    """
    from mstation.cli.publish import PublishRequest, publish_and_tell

    with telling(debug):
        publish_and_tell(
            PublishRequest(folder, project, yes, not no_pictures, tell_people=not no_notes)
        )


@app.command()
def deliver(
    files: Annotated[
        list[Path], typer.Argument(help="Movies, frames, folders, NAME.####.exr. 文件或序列")
    ],
    project: Annotated[str, typer.Option(help="A project's name or id. 项目名称或编号")],
    task_type: Annotated[
        str | None, typer.Option("--type", help="Kind of work, such as comp. 任务类型")
    ] = None,
    shot: Annotated[
        str | None, typer.Option(help="The shot, where names do not say. 所属镜头")
    ] = None,
    comment: Annotated[str, typer.Option(help="What is new. 说明")] = "",
    handles: Annotated[
        int | None, typer.Option(help="Frames before the shot. 镜头前的帧数", min=0)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. 不再询问")] = False,
    debug: Debug = False,
) -> None:
    """Deliver movies and image sequences as versions of shots: told first, then sent.

    交付视频与图像序列，作为镜头的新版本：先列出计划，再发送。
    """
    from mstation.cli.deliver import DeliverRequest, deliver_and_tell

    with telling(debug):
        deliver_and_tell(DeliverRequest(files, project, task_type, shot, comment, handles, yes))


@app.command()
def fetch(
    project: Annotated[str, typer.Argument(help="A project's name or id. 项目名称或编号")],
    shots: Annotated[
        list[str] | None, typer.Argument(help="Labels; all shots if not given. 镜头号")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files. 输出目录")] = Path("fetched"),
    task_type: Annotated[
        str | None, typer.Option("--type", help="Kind of work, such as comp. 任务类型")
    ] = None,
    what: Annotated[
        What, typer.Option(help="Which version of each shot. 取哪个版本")
    ] = What.LATEST,
    debug: Debug = False,
) -> None:
    """Fetch the files of shots' latest versions; what is there whole is not fetched again.

    取回各镜头最新版本的文件；本地已完整的不再下载。
    """
    from mstation.cli.fetch import FetchRequest, fetch_and_tell

    with telling(debug):
        code = fetch_and_tell(FetchRequest(project, tuple(shots or ()), out, task_type, what))
    if code:
        raise typer.Exit(code)


@app.command()
def conform(
    file: Annotated[Path, typer.Argument(help="OTIO, EDL or FCPXML. 剪辑文件")],
    project: Annotated[str, typer.Argument(help="A project's name or id. 项目名称或编号")],
    rate: Annotated[str | None, typer.Option(help="Frames a second, of an EDL. EDL 的帧率")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask. 不再询问")] = False,
    debug: Debug = False,
) -> None:
    """Take in an editor's cut: what becomes of every clip is told first.

    套底：采用剪辑师的剪辑，先列出每个片段的变化。
    """
    from mstation.cli.cutting import conform_and_tell

    with telling(debug):
        conform_and_tell(file, project, rate, yes=yes)


@app.command()
def turnover(
    project: Annotated[str, typer.Argument(help="A project's name or id. 项目名称或编号")],
    out: Annotated[Path, typer.Option(help="Folder for it. 输出目录")] = Path("turnover"),
    handles: Annotated[
        int, typer.Option(help="Frames before and after. 前后余量帧数", min=0, max=1000)
    ] = 8,
    no_media: Annotated[
        bool, typer.Option("--no-media", help="Documents alone. 只要文件，不取素材")
    ] = False,
    medium: Annotated[
        str, typer.Option(help="Show where licences do not cover it: theatrical, svod. 放映媒介")
    ] = "",
    territory: Annotated[
        list[str] | None, typer.Option(help="Countries or regions of it: NL, 150. 放映地域")
    ] = None,
    first_day: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day. 首日")
    ] = None,
    last_day: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day. 末日")
    ] = None,
    debug: Debug = False,
) -> None:
    """Turn the cut over to a post house: documents, what is wanted back, media, the movie.

    向后期公司交接：剪辑文件、所需素材清单、现有素材与参考影片。
    """
    from mstation.cli.cutting import Run, TurnoverRequest, turnover_and_tell

    with telling(debug):
        run = Run(medium, tuple(territory or ()), first_day, last_day)
        turnover_and_tell(TurnoverRequest(project, out, handles, not no_media, run))


@app.command()
def review(
    project: Annotated[str, typer.Argument(help="A project's name or id. 项目名称或编号")],
    shot: Annotated[str, typer.Argument(help="The shot's label. 镜头号")],
    verdict: Annotated[Verdict, typer.Argument(help="What is said of it. 结论")],
    task_type: Annotated[
        str | None, typer.Option("--type", help="Kind of work, such as comp. 任务类型")
    ] = None,
    version: Annotated[
        int | None, typer.Option(help="Its number; the newest if not given. 版本号", min=1)
    ] = None,
    note: Annotated[str, typer.Option(help="Why. 批注")] = "",
    debug: Debug = False,
) -> None:
    """Review a version of a shot: what is approved plays in the cut.

    审核镜头版本：通过后进入剪辑。
    """
    from mstation.cli.cutting import ReviewRequest, review_and_tell

    with telling(debug):
        review_and_tell(ReviewRequest(project, shot, task_type, version, verdict, note))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, NAME.zip. 备份文件")],
    data: Data = Path("station"),
    database: Database = None,
    store: Store = None,
    without_files: Annotated[
        bool,
        typer.Option("--without-files", help="Leave the content out. 不含内容文件"),
    ] = False,
    debug: Debug = False,
) -> None:
    """Write a station to a file, while it runs.

    把平台备份为一个文件，无需停机。
    """
    from mstation.cli.backup import backup_and_tell

    with telling(debug):
        backup_and_tell(file, data, database, store, with_files=not without_files)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote. 备份文件")],
    data: Data = Path("station"),
    database: Database = None,
    store: Store = None,
    debug: Debug = False,
) -> None:
    """Fill an empty station from a file, on either database.

    从备份恢复到新的空平台。
    """
    from mstation.cli.backup import restore_and_tell

    with telling(debug):
        restore_and_tell(file, data, database, store)


@app.command()
def verify(
    data: Data = Path("station"),
    database: Database = None,
    store: Store = None,
    debug: Debug = False,
) -> None:
    """Look whether a station's rows, events and content are all there.

    检查平台数据是否完整。
    """
    from mstation.cli.backup import verify_and_tell

    with telling(debug):
        code = verify_and_tell(data, database, store)
    if code:
        raise typer.Exit(code)


@app.command()
def house(
    organisation: Annotated[str, typer.Argument(help="Its name or id. 组织名称或 id")],
    data: Data = Path("station"),
    database: Database = None,
    store: Store = None,
    country: Annotated[
        str, typer.Option(help="Two letters of ISO 3166-1. 国家代码", metavar="CN")
    ] = "CN",
    fee: Annotated[str, typer.Option(help="Share of each sale. 每笔交易的费率")] = "0%",
    debug: Debug = False,
) -> None:
    """Say which organisation keeps this station's exchange, and what it takes of a sale.

    指定本站的交易中心及其费率。
    """
    from mstation.cli.house import open_house_and_tell

    with telling(debug):
        open_house_and_tell(organisation, data, database, store, country=country, fee=fee)


@app.command()
def sweep(
    data: Data = Path("station"),
    database: Database = None,
    store: Store = None,
    older_than: Annotated[
        int, typer.Option(help="Days; what is younger stays. 保留最近几天的内容", min=1)
    ] = 7,
    builds: Annotated[
        int, typer.Option(help="Films of each script that stay. 每个剧本保留的影片数", min=0)
    ] = 3,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell how much. 只统计，不删除")
    ] = False,
    debug: Debug = False,
) -> None:
    """Forget what a station needs no more, while it runs.

    清理平台不再需要的内容，无需停机。
    """
    from mstation.cli.sweep import sweep_and_tell

    with telling(debug):
        sweep_and_tell(
            data, database, store, older_than_days=older_than, builds=builds, is_told_only=dry_run
        )
