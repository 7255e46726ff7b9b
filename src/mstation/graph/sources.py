"""A step's source as a digest: its function's module and all that it imports of this package.

What does not change a result does not count: comments, layout, docstrings. Data files inside
the imported packages do count.
"""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from mstation.graph.step import Step

_DATA_SUFFIXES = (".toml", ".json", ".bin")


def source_digest(step: Step) -> str:
    """Return the SHA-256 of everything of ours that the step runs."""
    module = step.function.partition(":")[0]
    root = module.partition(".")[0]
    digest = hashlib.sha256(step.function.encode())
    for name in sorted(_closure(module, root)):
        digest.update(name.encode() + _module_digest(name))
    return digest.hexdigest()


def _closure(module: str, root: str) -> set[str]:
    found, open_ = set(), {module}
    while open_:
        name = open_.pop()
        found.add(name)
        parents = {name.rsplit(".", n)[0] for n in range(1, name.count("."))}
        open_ |= (_imports(name, root) | parents) - found
    return found


@cache
def _imports(module: str, root: str) -> frozenset[str]:
    names = set()
    for node in ast.walk(ast.parse(_path(module).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    ours = {name for name in names if name.partition(".")[0] == root and name != root}
    return frozenset(name for name in ours if _is_module(name))


@cache
def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _path(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None, module
    assert spec.origin is not None, module
    return Path(spec.origin)


@cache
def _module_digest(module: str) -> bytes:
    path = _path(module)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    digest = hashlib.sha256(ast.dump(tree).encode())
    if path.name == "__init__.py":
        for data in sorted(path.parent.rglob("*")):
            if data.suffix in _DATA_SUFFIXES:
                digest.update(data.name.encode() + data.read_bytes())
    return digest.digest()


def _drop_docstring(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> None:
    if node.body and isinstance(node.body[0], ast.Expr):
        value = node.body[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            node.body = node.body[1:]
