"""The `mstation` command's arguments of what many share: the station, and the way to one."""

from __future__ import annotations

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
    debug: Debug = False,
) -> None:
    """Publish a film's shots to a project: told first, then done.

    把影片的镜头发布到项目：先列出变化，再执行。
    """
    from mstation.cli.station import publish_and_tell

    with telling(debug):
        publish_and_tell(folder, project, yes=yes)


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
