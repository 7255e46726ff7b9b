"""The `mstation` command's arguments and exit codes."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from mstation.cli.words import interface_language
from mstation.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    MStationError,
    NotFound,
    NotSignedIn,
    StepFailed,
    StoreFailed,
)

EXIT_CODES = {
    InvalidInput: 2, NotFound: 3, StoreFailed: 4, StepFailed: 5, Conflict: 6, NotSignedIn: 7,
    Forbidden: 7,
}  # fmt: skip

Screenplay = Annotated[Path, typer.Argument(help="The screenplay. 剧本文件")]
FilmFolder = Annotated[Path, typer.Argument(help="Folder of the film. 影片目录")]
FilmNotes = Annotated[
    Path | None,
    typer.Option("--film", help="What people correct; film.toml beside the script. 人工更正"),
]
ProductionFile = Annotated[
    Path | None,
    typer.Option(
        "--production",
        help="Who is free, what it costs; production.toml beside the script. 制片资料",
    ),
]
BoardFile = Annotated[
    Path | None,
    typer.Option("--board", help="Strips where people put them; board.json in the folder. 顺场板"),
]
Lang = Annotated[str, typer.Option(help="auto, en or zh. 剧本语言")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors. 安静")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON. 输出 JSON")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks. 显示回溯")]

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="M-Station: a film is a build. 一条命令，从剧本到影片。",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mstation {metadata.version('mstation')}")
        raise typer.Exit


@app.callback()
def _station(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """M-Station."""


@app.command()
def make(
    script: Screenplay,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the film; films/NAME if not given. 输出目录")
    ] = None,
    size: Annotated[
        str | None, typer.Option(help="Picture size; 1280x720 if nothing is given. 画面尺寸")
    ] = None,
    aspect: Annotated[str | None, typer.Option(help="2.39, 1.85, 16:9, 4:3 or 9:16. 画幅")] = None,
    fps: Annotated[str, typer.Option(help="24, 25, 23.976, 24000/1001 … 帧率")] = "24",
    lang: Lang = "auto",
    seed: Annotated[int, typer.Option(help="Another seed, another chance. 随机种子")] = 0,
    jobs: Annotated[
        int | None, typer.Option(help="Processes; all cores if not given. 进程数")
    ] = None,
    style: Annotated[
        str, typer.Option(help="classical, tense, single-take, handheld … 拍摄风格")
    ] = "",
    renderer: Annotated[
        str, typer.Option(help="numba, or gpu: what draws the pictures. 渲染器")
    ] = "numba",
    look: Annotated[
        str, typer.Option(help="toon, clay, pencil (or storyboard): how it is drawn. 画面风格")
    ] = "toon",
    figures: Annotated[str, typer.Option(help="people or mannequin. 人物造型")] = "people",
    slate: Annotated[
        bool, typer.Option("--slate", help="Burn in scene, shot, lens and timecode. 烧入场记信息")
    ] = False,
    depth_of_field: Annotated[
        bool,
        typer.Option(
            "--depth-of-field/--deep-focus",
            help="Long lenses blur what is out of focus, or nothing is. 景深或全景清晰",
        ),
    ] = True,
    loudness: Annotated[
        str, typer.Option(help="web, ebu-r128 or streaming: how loud the film is. 响度标准")
    ] = "web",
    film: FilmNotes = None,
    direction: Annotated[
        Path | None,
        typer.Option(help="How shots are to be; direction.toml beside the script. 导演指示"),
    ] = None,
    subtitles: Annotated[
        str,
        typer.Option(help="files; track or burn: a second movie with them. 字幕文件、字幕轨或烧入"),
    ] = "files",
    translation: Annotated[
        Path | None, typer.Option(help="The film's lines with their translation, CSV. 台词译文")
    ] = None,
    voices: Annotated[
        Path | None,
        typer.Option(help="Folder of recorded lines; voices in the film's folder. 录音目录"),
    ] = None,
    production: ProductionFile = None,
    board: BoardFile = None,
    passes: Annotated[
        str, typer.Option(help="all, or some of depth,normals,ids,lines,pose … 通道")
    ] = "",
    shots: Annotated[
        str, typer.Option(help="001-002,… for --passes and --final; all if not given. 镜头号")
    ] = "",
    exr: Annotated[str, typer.Option(help="Frames with EXR: ends, every, or 12. EXR 帧")] = "ends",
    norm: Annotated[str, typer.Option(help="Depth by shot or by frame. 深度归一")] = "shot",
    final: Annotated[
        str, typer.Option(help="cycles: chosen shots by Blender. 用 Blender 渲染所选镜头")
    ] = "",
    frames: Annotated[
        str, typer.Option(help="first or all, of each shot of --final. 首帧或全部帧")
    ] = "first",
    samples: Annotated[int, typer.Option(help="Light paths a pixel for --final. 采样数")] = 64,
    watch: Annotated[
        bool, typer.Option("--watch", help="Make it again whenever a file changes. 文件一改就重做")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make a film from a screenplay.

    把剧本做成影片。
    """
    from mstation.cli.final import read_final
    from mstation.cli.make import FilmRequest, make_and_tell
    from mstation.cli.renderer import read_renderer
    from mstation.cli.watch import make_and_watch

    with telling(debug):
        request = FilmRequest(
            script,
            out,
            size,
            fps,
            lang,
            seed,
            _cores() if jobs is None else jobs,
            quiet,
            as_json,
            film,
            aspect,
            style,
            direction,
            passes=passes,
            shots=shots,
            exr=exr,
            norm=norm,
            final=read_final(final, shots, frames, samples),
            renderer=read_renderer(renderer),
            look=look,
            figures=figures,
            slate=slate,
            depth_of_field=depth_of_field,
            loudness=loudness,
            subtitles=subtitles,
            translation=translation,
            voices=voices,
            production=production,
            board=board,
        )
        if watch:
            make_and_watch(request, lambda error: _tell(error, debug=debug))
        else:
            make_and_tell(request)


@app.command()
def export(
    folder: FilmFolder,
    target: Annotated[Path, typer.Argument(help="NAME.blend, NAME.csv. 目标文件")],
    scene: Annotated[str, typer.Option(help="One scene alone, such as 012. 只导出一场")] = "",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write a finished film for another program: Blender; its lines for a translator.

    把成片导出给其他软件：Blender；或导出台词供翻译。
    """
    from mstation.cli.export import export_and_tell

    with telling(debug):
        export_and_tell(folder, target, scene=scene, quiet=quiet)


@app.command()
def convert(
    script: Screenplay,
    target: Annotated[Path, typer.Argument(help="NAME.fountain, .fdx or .pdf. 目标文件")],
    lock: Annotated[
        Path | None,
        typer.Option(help="The revision whose scene numbers stay. 场号以此版本为准"),
    ] = None,
    lang: Lang = "auto",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write a screenplay in another format: Fountain, FDX or PDF.

    把剧本转成另一种格式。
    """
    from mstation.cli.convert import convert_and_tell

    with telling(debug):
        convert_and_tell(script, target, lock=lock, lang=lang, quiet=quiet)


@app.command()
def breakdown(
    script: Screenplay,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the reports; breakdowns/NAME if not given. 输出目录"),
    ] = None,
    report_lang: Annotated[
        str, typer.Option(help="en or zh; auto is the screenplay's. 报表语言")
    ] = "auto",
    eighths: Annotated[
        str, typer.Option(help="standard (6 lines) or adjusted (7). 八分之一页的算法")
    ] = "standard",
    film: FilmNotes = None,
    lang: Lang = "auto",
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write breakdown sheets, scene, cast and element lists.

    写出场景拆解表、场景表、演员表和元素清单。
    """
    from mstation.cli.paper import BreakdownRequest, break_down_and_tell

    request = BreakdownRequest(script, out, report_lang, eighths, film, lang, quiet, as_json)
    with telling(debug):
        break_down_and_tell(request)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The older revision. 旧剧本")],
    new: Annotated[Path, typer.Argument(help="The newer revision. 新剧本")],
    built: Annotated[
        Path | None,
        typer.Option(help="Folder of the older one's film, to name shots. 旧剧本的影片目录"),
    ] = None,
    lock: Annotated[
        bool, typer.Option("--lock", help="The older numbers are locked. 旧场号已锁定")
    ] = False,
    lang: Lang = "auto",
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Tell what a revision changes: scenes, people, days, shots.

    比较两个版本：场景、人物、剧本日、镜头的变化。
    """
    from mstation.cli.paper import DiffRequest, compare_and_tell

    with telling(debug):
        compare_and_tell(DiffRequest(old, new, built, lock, lang, as_json))


@app.command()
def score(
    folder: FilmFolder,
    cue: Annotated[str | None, typer.Argument(help="One cue, 1M2 or its id. 音乐段落号")] = None,
    mood: Annotated[
        str | None, typer.Option(help="calm, tense, sad, warm, wonder or action. 情绪")
    ] = None,
    strength: Annotated[float | None, typer.Option(help="Of the mood, 0 to 1. 情绪的强度")] = None,
    tempo: Annotated[float | None, typer.Option(help="Quarters a minute. 每分钟拍数")] = None,
    off: Annotated[
        bool | None, typer.Option("--off/--on", help="No music here, or again. 不用或恢复音乐")
    ] = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read a film's score: where music is and why; or rewrite one cue of it.

    读影片的配乐：哪里有音乐、为什么；或只改写其中一段。
    """
    from mstation.cli.score import ScoreRequest, score_and_tell

    with telling(debug):
        request = ScoreRequest(folder, cue, mood, strength, tempo, off, quiet, _cores())
        score_and_tell(request)


@app.command()
def plan(
    script: Screenplay,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the film; films/NAME if not given. 输出目录")
    ] = None,
    production: ProductionFile = None,
    board: BoardFile = None,
    film: FilmNotes = None,
    direction: Annotated[
        Path | None,
        typer.Option(help="How shots are to be; direction.toml beside the script. 导演指示"),
    ] = None,
    style: Annotated[
        str, typer.Option(help="classical, tense, single-take, handheld … 拍摄风格")
    ] = "",
    spent: Annotated[
        Path | None, typer.Option(help="What was spent so far, CSV. 已支出流水")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="A board whose budget is compared. 对比的顺场板")
    ] = None,
    mend: Annotated[
        bool, typer.Option("--mend", help="Change the board where it breaks a rule. 允许改板")
    ] = False,
    moves: Annotated[
        int, typer.Option(help="How long it searches, in moves; 0 is by size. 搜索步数")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Another seed, another chance. 随机种子")] = 0,
    lang: Lang = "auto",
    jobs: Annotated[
        int | None, typer.Option(help="Processes; all cores if not given. 进程数")
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Plan the shooting: stripboard, days, call sheets, budget; from a script alone, or more.

    排出拍摄计划：顺场板、拍摄日、通告单、预算；只要一个剧本，资料越全越准。
    """
    from mstation.cli.make import FilmRequest
    from mstation.cli.plan import PlanRequest, plan_and_tell

    with telling(debug):
        asked = FilmRequest(
            script, out, None, "24", lang, seed, _cores() if jobs is None else jobs, quiet, as_json,
            film, style=style, direction=direction, production=production, board=board,
        )  # fmt: skip
        plan_and_tell(PlanRequest(asked, spent, against, mend, moves))


@app.command()
def board(
    folder: FilmFolder,
    action: Annotated[
        str,
        typer.Argument(
            help="show, move, out, lock, unlock, split, merge, note, pin, call, reset. 操作"
        ),
    ] = "show",
    what: Annotated[
        str, typer.Argument(help="A scene's number; a note; a time. 场号、文字或时刻")
    ] = "",
    day: Annotated[int | None, typer.Option(help="Which day, from 1. 第几天")] = None,
    at: Annotated[int | None, typer.Option(help="Place within the day, from 1. 当天第几项")] = None,
    date: Annotated[str, typer.Option(help="For pin: 2027-03-01; nothing lets go. 日期")] = "",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Read a film's stripboard; or move, lock, split and merge by hand, and see what it breaks.

    看影片的顺场板；或手动移动、锁定、拆分、合并，并立即看到违反了什么。
    """
    from mstation.cli.board import BoardRequest, board_and_tell

    with telling(debug):
        board_and_tell(BoardRequest(folder, action, what, day, at, date, quiet, _cores()))


@app.command()
def check(
    folder: FilmFolder,
    as_json: AsJson = False,
    lang: Annotated[
        str | None, typer.Option(help="Language of the table: en or zh. 表格语言")
    ] = None,
    debug: Debug = False,
) -> None:
    """Check a finished film against the grammar: lines, cuts, sizes, sync.

    检查成片是否合乎镜头语法：轴线、剪接、景别、声画同步等。
    """
    from mstation.cli.check import check_and_tell

    with telling(debug):
        code = check_and_tell(folder, lang=lang, as_json=as_json)
    raise typer.Exit(code)


@app.command()
def talent(
    files: Annotated[
        list[Path], typer.Argument(help="Instances of the talent scheduling problem. 算例文件")
    ],
    seed: Annotated[int, typer.Option(help="Another seed, another chance. 随机种子", min=0)] = 0,
    moves: Annotated[
        int, typer.Option(help="Of annealing, where the best is not soon proved. 退火步数", min=1)
    ] = 1_000_000,
    states: Annotated[
        int, typer.Option(help="Kept at once by a search, 32 bytes each. 搜索状态数", min=1)
    ] = 4_000_000,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Order scenes so that the cast is paid least for waiting: cost, and whether it is proved.

    安排场次顺序，使演员等待的费用最低：给出费用，并说明是否已证明最优。
    """
    from mstation.cli.talent import TalentRequest, solve_and_tell

    with telling(debug):
        solve_and_tell(TalentRequest(tuple(files), seed, moves, states), as_json=as_json)


@app.command()
def look(
    subject: Annotated[
        str, typer.Argument(help="set, person, or a screenplay. set、person 或剧本")
    ],
    words: Annotated[
        str | None, typer.Argument(help='"kitchen", "MARA, 34, red coat". 要看的布景或人物')
    ] = None,
    place: Annotated[
        str | None, typer.Option("--set", help="A set of the screenplay. 剧本中的布景")
    ] = None,
    person: Annotated[str | None, typer.Option(help="Someone of the cast. 剧本中的人物")] = None,
    time: Annotated[str | None, typer.Option(help="dawn, day, dusk or night. 时间")] = None,
    out: Annotated[
        Path | None, typer.Option(help="NAME.png, or NAME.mp4 for a turntable. 输出文件")
    ] = None,
    turntable: Annotated[
        bool, typer.Option("--turntable", help="A film all around, 5 s. 转台视频，5 秒")
    ] = False,
    size: Annotated[
        str | None, typer.Option(help="1280x720 for sets, 720x1280 for people. 画面尺寸")
    ] = None,
    lang: Lang = "auto",
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Look at one set or one person: a still, or a turntable.

    看一个布景或一个人物：静帧，或转台视频。
    """
    from mstation.cli.look import LookRequest, look_and_tell

    request = LookRequest(subject, words, place, person, time, out, turntable, size, lang, quiet)
    with telling(debug):
        look_and_tell(request)


@contextmanager
def telling(debug: bool) -> Iterator[None]:
    """Turn an error of ours into one line and an exit code."""
    try:
        yield
    except MStationError as error:
        raise typer.Exit(_tell(error, debug=debug)) from None


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _tell(error: MStationError, *, debug: bool) -> int:
    """Print one line about an error, or its whole story, and return the exit code."""
    if debug:
        traceback.print_exception(error)
        if isinstance(error, StepFailed):
            typer.echo(error.log, err=True)
    typer.echo(f"mstation: {error.told(interface_language())}", err=True)
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)


def main() -> None:
    """Run the command."""
    sys.exit(app())
