"""Fonts and sounds that ship as registry packages: listed in `assets.toml`, fetched by set-up.

`python -m mstation.assets` brings the missing ones, with the npm of the machine or of the
environment, and checks every file against its digest.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mstation.errors import InvalidInput, MStationError, NotFound
from mstation.graph.keys import digest_of, file_digest


@dataclass(frozen=True, slots=True)
class AssetFile:
    """One file: where it is in its package, and what it must be."""

    member: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Asset:
    """A font or soundfont with its licence."""

    kind: str
    name: str
    package: str
    licence: str
    commerce: str
    use: tuple[str, ...]  # "film", "paper": screenplays and reports
    files: Mapping[str, AssetFile]  # path under share/mstation → file

    @property
    def is_present(self) -> bool:
        """Whether set-up has brought every file of it, as it is listed now."""
        return all(file_digest(folder() / path) == file.sha256 for path, file in self.files.items())


def folder() -> Path:
    """Return where assets live in this environment."""
    return Path(sysconfig.get_path("data")) / "share" / "mstation"


def assets(use: str = "") -> tuple[Asset, ...]:
    """Return every asset that the station uses, or those of one use."""
    table = tomllib.loads((Path(__file__).parent / "assets.toml").read_text())
    return tuple(
        Asset(
            **{
                **row,
                "use": tuple(row["use"]),
                "files": {path: AssetFile(**file) for path, file in row["files"].items()},
            }
        )
        for row in table["asset"]
        if not use or use in row["use"]
    )


def fetch(asset: Asset) -> None:
    """Bring one asset's files into this environment.

    Raises:
        NotFound: when there is no npm, or the registry does not answer.
        InvalidInput: when a file is not the one that was listed.
    """
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        raise NotFound(
            "npm is needed once to fetch fonts and sounds; run `make setup`",
            zh="首次获取字体和音色需要 npm；请运行 `make setup`",
        )
    with tempfile.TemporaryDirectory() as scratch:
        command = [npm, "pack", "--silent", asset.package]
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        packed = sorted(Path(scratch).glob("*.tgz"))
        if done.returncode or not packed:
            reason = done.stderr.strip().splitlines()[-1:] or ["no answer"]
            raise NotFound(
                f"cannot fetch {asset.name} ({asset.package}): {reason[0]}",
                zh=f"无法获取 {asset.name}（{asset.package}）：{reason[0]}",
            )
        with tarfile.open(packed[0]) as package:
            for path, file in asset.files.items():
                _extract(package, file, folder() / path)


def _extract(package: tarfile.TarFile, file: AssetFile, target: Path) -> None:
    source = package.extractfile(file.member) if file.member in package.getnames() else None
    data = source.read() if source else b""
    if digest_of(data) != file.sha256:
        raise InvalidInput(
            f"{target.name} is not the file that assets.toml lists; not installed",
            zh=f"{target.name} 与 assets.toml 中登记的文件不符，未安装",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(target)


def main() -> int:
    """Fetch what is missing, say so, and return an exit code."""
    for asset in assets():
        if asset.is_present:
            continue
        sys.stdout.write(f"fetching {asset.kind} {asset.name} ({asset.licence})\n")
        sys.stdout.flush()
        try:
            fetch(asset)
        except MStationError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
