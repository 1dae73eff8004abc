"""Mutants: the modules of the projection with one check weakened at a time.

Nothing here names a module or function of the projection: the modules are those that `project.py` imports, and a mutant
replaces the sound module wherever it or one of its names is used.
"""

from __future__ import annotations

import ast
import copy
import importlib
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

import mkdocs_pir.editions as package

FOLDER = Path(package.__path__[0])
_PREFIX = f"{package.__name__}."


def modules() -> tuple[str, ...]:
    """The modules of editions that work on a projection: `project` and all it imports there, each before its users."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order and (FOLDER / f"{name}.py").is_file():
            for node in ast.walk(_tree(name)):
                for imported in _imported(node):
                    visit(imported)
            order.append(name)

    visit("project")
    return tuple(order)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module == package.__name__:
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PREFIX):
        yield str(node.module).removeprefix(_PREFIX)


def _tree(module: str) -> ast.Module:
    return ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))


@dataclass(frozen=True)
class Mutant:
    """A module with one fault; `what` says which, as a person would."""

    module: str
    line: int
    what: str
    tree: ast.Module

    @contextmanager
    def installed(self) -> Iterator[types.ModuleType]:
        """Put the faulty module and its names wherever the package uses the sound ones; yields the faulty module."""
        name = f"{_PREFIX}{self.module}"
        sound = importlib.import_module(name)
        faulty = types.ModuleType(name)
        faulty.__dict__["__file__"] = str(FOLDER / f"{self.module}.py")
        exec(compile(self.tree, f"{name} (mutant)", "exec"), faulty.__dict__)
        own = {id(sound): faulty} | {
            id(value): getattr(faulty, key)
            for key, value in vars(sound).items()
            if getattr(value, "__module__", None) == name
        }
        with pytest.MonkeyPatch.context() as patch:
            for user, module in list(sys.modules.items()):
                if user.startswith("mkdocs_pir.") and module is not sound:
                    for key, value in list(vars(module).items()):
                        if id(value) in own:
                            patch.setattr(module, key, own[id(value)])
            yield faulty


def mutants(module: str, every: int = 1) -> Iterator[Mutant]:
    """Faults of a module: conditions forced or negated, operands and filters dropped, cleaning left out.

    With `every` about one of so many. Their words decide which, so that a changed line changes no other choice.
    """
    tree = _tree(module)
    for index, node in enumerate(ast.walk(tree)):
        for number, (fault, _) in enumerate(_faults(node)):
            what = f"{fault}: {ast.unparse(node)}"
            if int.from_bytes(sha256(f"{module} {what}".encode()).digest()) % every:
                continue
            changed = copy.deepcopy(tree)
            place = next(n for i, n in enumerate(ast.walk(changed)) if i == index)
            replacement = list(_faults(place))[number][1]
            _replace(changed, place, replacement)
            ast.fix_missing_locations(changed)
            yield Mutant(module, getattr(node, "lineno", 0), what[:110], changed)


def _faults(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.BoolOp):
        for n in range(len(node.values)):
            rest = node.values[:n] + node.values[n + 1 :]
            left = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield f"without operand {n + 1}", left
    if isinstance(node, ast.Compare) and not isinstance(node.ops[0], ast.Gt | ast.Lt | ast.GtE | ast.LtE):
        yield "negated", ast.UnaryOp(ast.Not(), node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "without not", node.operand
    if isinstance(node, ast.If | ast.IfExp):
        for value in (True, False):
            forced = copy.copy(node)
            forced.test = ast.Constant(value)
            yield f"always {value}", forced
    if isinstance(node, ast.comprehension):
        for n in range(len(node.ifs)):
            if not any(isinstance(part, ast.NamedExpr) for part in ast.walk(node.ifs[n])):
                without = copy.copy(node)
                without.ifs = node.ifs[:n] + node.ifs[n + 1 :]
                yield "without filter", without
    if (
        isinstance(node, ast.Call)
        and node.args
        and _name(node.func) in _functions()
        and not isinstance(node.args[0], ast.Starred)
    ):
        yield "left out", node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "frozenset" and node.args:
        items = node.args[0]
        if isinstance(items, ast.Set) and len(items.elts) < 5:
            wider = ast.Set([*items.elts, ast.Constant("internal"), ast.Constant(None)])
            yield "wider", ast.Call(node.func, [wider], [])


@cache
def _functions() -> frozenset[str]:
    """The functions of the projection: a call of one can be forgotten."""
    return frozenset(
        node.name for module in modules() for node in ast.walk(_tree(module)) if isinstance(node, ast.FunctionDef)
    )


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                return
            if isinstance(value, list):
                for n, item in enumerate(value):
                    if item is old:
                        value[n] = new
                        return
