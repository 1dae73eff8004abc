"""Seeded faults: the modules of the projection with one check weakened at a time."""

from __future__ import annotations

import ast
import copy
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import mkdocs_pir.editions as package

FOLDER = Path(package.__path__[0])


@dataclass(frozen=True)
class Mutant:
    """A module with one fault; `what` says which, as a person would."""

    module: str
    line: int
    what: str
    tree: ast.Module

    def load(self) -> types.ModuleType:
        """The faulty module, executed under its own name but not installed."""
        name = f"mkdocs_pir.editions.{self.module}"
        loaded = types.ModuleType(name)
        loaded.__dict__["__file__"] = str(FOLDER / f"{self.module}.py")
        exec(compile(self.tree, f"{name} (mutant)", "exec"), loaded.__dict__)
        return loaded


def mutants(module: str) -> Iterator[Mutant]:
    """Every fault of a module: conditions forced or negated, operands and filters dropped, cleaning left out."""
    tree = ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))
    for index, node in enumerate(ast.walk(tree)):
        for number, (what, _) in enumerate(_faults(node)):
            changed = copy.deepcopy(tree)
            place = next(n for i, n in enumerate(ast.walk(changed)) if i == index)
            replacement = list(_faults(place))[number][1]
            _replace(changed, place, replacement)
            ast.fix_missing_locations(changed)
            yield Mutant(module, getattr(node, "lineno", 0), f"{what}: {ast.unparse(node)[:90]}", changed)


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
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and _cleans(node.func):
        yield "left out", node.args[0]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "frozenset" and node.args:
        items = node.args[0]
        if isinstance(items, ast.Set) and len(items.elts) < 5:
            wider = ast.Set([*items.elts, ast.Constant("internal"), ast.Constant(None)])
            yield "wider", ast.Call(node.func, [wider], [])


def _cleans(called: ast.expr) -> bool:
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name in ("clean", "cut_internal", "_drop_unused_definitions", "_clean_svg")


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
