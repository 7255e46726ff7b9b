"""Films that jobs built: where one lies below the station's folder, and the shots that it lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from mstation.errors import InvalidInput, NotFound
from mstation.film_shots import SHOTS
from mstation.station.change import find, missing
from mstation.station.jobs import Job, JobState

FILMS = "films"
PICTURES = "pictures.json"  # what a job that builds a film writes beside it
BUILD = "film.build"


def film_folder(data: Path, project_id: str, job_id: str) -> Path:
    """Return the folder of what a job built, below the station's."""
    return data / FILMS / project_id / job_id


def built_film(connection: Connection, project_id: str, job_id: str) -> Job:
    """Return the job that built a film of a project.

    Raises:
        NotFound: when the project has no such job.
        InvalidInput: when the job builds no film, or has not built it yet.
    """
    job = find(connection, Job, job_id)
    if job.project_id != project_id:
        raise missing(Job, job_id)
    if job.kind != BUILD or job.state is not JobState.DONE:
        raise InvalidInput(
            f"job `{job.id}` has built no film: it is {job.kind}, {job.state}; name a {BUILD} "
            "that is done",
            zh=f"任务 `{job.id}`（{job.kind}，{job.state}）没有生成影片；"
            f"请指定已完成的 {BUILD} 任务",
        )
    return job


def shots_of_film(data: Path, job: Job) -> Any:
    """Return what the `shots.json` of a built film holds.

    Raises:
        NotFound: when the film is gone from the station's folder.
        InvalidInput: when the file is damaged.
    """
    return _document(data, job, SHOTS)


def pictures_of_film(data: Path, job: Job) -> dict[str, str]:
    """Return the digests of the pictures of a built film, by its shots' ids in the script.

    Raises:
        NotFound: when the film is gone from the station's folder.
        InvalidInput: when the file is damaged.
    """
    digests: dict[str, str] = _document(data, job, PICTURES)
    return digests


def _document(data: Path, job: Job, name: str) -> Any:
    path = film_folder(data, job.project_id or "", job.id) / name
    try:
        return orjson.loads(path.read_bytes())
    except OSError as error:
        raise NotFound(
            f"the film of job `{job.id}` is gone from the station's folder; build it again",
            zh=f"任务 `{job.id}` 生成的影片已不在平台目录中；请重新生成",
        ) from error
    except ValueError as error:
        raise InvalidInput(
            f"{name} of job `{job.id}` is damaged; build the film again",
            zh=f"任务 `{job.id}` 的 {name} 已损坏；请重新生成影片",
        ) from error
