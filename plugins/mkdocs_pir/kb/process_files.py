"""Reading the process library: `kb/process/*.yml`, checked against the schema, and its references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mkdocs_pir.kb import frontmatter, reading, schema
from mkdocs_pir.kb.frontmatter import Mark, Positions
from mkdocs_pir.kb.problem import Problem, ProblemError, did_you_mean
from mkdocs_pir.kb.process import LATER, PLACEHOLDER, Module, decode
from mkdocs_pir.kb.review_conditions import CONDITIONS

FOLDER = "process"
GOVERNING = "03g"
"""The module of the package that applies if no module of a knowledge base defines the statuses of reviews."""

LAST = ("closed", "archived")
"""The statuses of reviews that belong to no step."""

At = tuple[str | int, ...]
Report = Callable[[str, At, str, str], None]


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """One file of the library. `module` is None if it has errors; `path` is relative to the knowledge base."""

    path: str
    module: Module | None
    data: Mapping[str, Any] = field(repr=False)
    positions: Positions = field(repr=False)

    def at(self, *path: str | int) -> Mark:
        return self.positions.value(path)


@cache
def default() -> Module:
    """The module 03g that comes with the package, for knowledge bases without one."""
    name = f"{GOVERNING}.yml"
    package = Path(str(resources.files("mkdocs_pir")))
    inside = package / FOLDER / name
    file = inside if inside.is_file() else package.parents[1] / "kb" / FOLDER / name
    module_file, problems = _read(f"{FOLDER}/{name}", file.read_bytes())
    if module_file.module is None:
        raise ProblemError(problems)
    return module_file.module


def read_modules(folder: Path) -> tuple[tuple[ModuleFile, ...], list[Problem]]:
    """Every module of a knowledge base, in order of file name, and their problems."""
    files: list[ModuleFile] = []
    problems: list[Problem] = []
    for path in sorted([*(folder / FOLDER).glob("*.yml"), *(folder / FOLDER).glob("*.yaml")]):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            continue  # reported with the other files of the folder
        try:
            file, mistakes = _read(name, reading.read(folder, name, frontmatter.MAX_BYTES + 1))
        except ProblemError as error:
            problems += error.problems
        except OSError as error:
            problems.append(
                Problem.of(
                    "PIR001", name, (0, 0), f"the file cannot be read: {error.strerror}", "check its permissions"
                )
            )
        else:
            files.append(file)
            problems += mistakes
    problems += _together(files)
    return tuple(files), problems


def governing(files: Iterable[ModuleFile]) -> Module:
    """The module that defines the statuses of reviews: the first that does, or else that of the package."""
    return next((f.module for f in files if f.module is not None and f.module.governs), default())


def _read(name: str, raw: bytes) -> tuple[ModuleFile, list[Problem]]:
    data, positions = frontmatter.load_yaml(frontmatter.decode(raw, name), name)
    typed, problems = schema.check("process", data, positions, name)
    if any(p.severity == "error" for p in problems):
        return ModuleFile(name, None, typed, positions), problems
    module = decode(typed)

    def report(code: str, at: At, message: str, hint: str) -> None:
        problems.append(Problem.of(code, name, positions.value(at), message, hint))

    for check in (_names, _references, _rules, _steps, _hand_offs, _skips):
        check(module, report)
    _texts(typed, module, report)
    if Path(name).stem != module.module:
        report(
            "PIR804",
            ("module",),
            f"the module is '{module.module}', but the name of the file is '{Path(name).name}'",
            f"rename the file to {module.module}.yml, or write 'module: {Path(name).stem}'",
        )
    sound = not problems
    if sound:
        # a misspelt name is one mistake, and should not also be reported as unused
        _unused(module, report)
    return ModuleFile(name, module if sound else None, typed, positions), problems


def _names(module: Module, report: Report) -> None:
    """Report ids that are used twice for things of one kind."""
    tasks: list[tuple[At, str]] = [
        (("steps", i, "tasks", j, "id"), t.id) for i, s in enumerate(module.steps) for j, t in enumerate(s.tasks)
    ]
    lists: list[tuple[str, list[tuple[At, str]]]] = [
        (kind, [((kind, n, "id"), one.id) for n, one in enumerate(getattr(module, kind))])
        for kind in ("roles", "systems", "documents", "neighbours", "steps", "tools")
    ]
    for kind, ids in [*lists, ("tasks", tasks)]:
        seen: set[str] = set()
        for at, id_ in ids:
            if id_ in seen:
                report("PIR802", at, f"'{id_}' is used twice in {kind}", "give one of them another id")
            seen.add(id_)


def _check_declared(report: Report, at: At, kind: str, id_: str, declared: Iterable[str]) -> None:
    declared = list(declared)
    if id_ not in declared:
        hint = did_you_mean(id_, declared) or (f"choose from {', '.join(declared)}" if declared else "there are none")
        report("PIR801", at, f"there is no {kind} '{id_}'", hint)


def _references(module: Module, report: Report) -> None:
    """Report roles, systems and documents that a task names but the module does not declare."""
    declared = {kind: [one.id for one in getattr(module, kind)] for kind in ("roles", "systems", "documents")}
    for i, step in enumerate(module.steps):
        for j, task in enumerate(step.tasks):
            at: At = ("steps", i, "tasks", j)
            _check_declared(report, (*at, "role"), "role", task.role, declared["roles"])
            if task.accountable:
                _check_declared(report, (*at, "accountable"), "role", task.accountable, declared["roles"])
            references = (
                ("consulted", "roles", task.consulted),
                ("informed", "roles", task.informed),
                ("systems", "systems", task.systems),
                ("documents", "documents", task.documents),
            )
            for name, kind, ids in references:
                for k, id_ in enumerate(ids):
                    _check_declared(report, (*at, name, k), kind.removesuffix("s"), id_, declared[kind])
    for n, tool in enumerate(module.tools):
        _check_declared(report, ("tools", n, "id"), "document", tool.id, declared["documents"])
        _check_declared(report, ("tools", n, "step"), "step", tool.step, [s.id for s in module.steps])


def _texts(data: Mapping[str, Any], module: Module, report: Report) -> None:
    """Report placeholders in texts for which there is no name to fill in."""
    declared = {
        "role": [r.id for r in module.roles],
        "system": [s.id for s in module.systems],
        "document": [d.id for d in module.documents],
    }
    kinds = ["organisation", *declared, *sorted(LATER)]
    for at, text in schema.texts(data):
        for match in PLACEHOLDER.finditer(text):
            kind = match["kind"]
            if kind in declared:
                _check_declared(report, at, kind, match["id"] or "", declared[kind])
            elif kind not in kinds or (kind in LATER and at[:1] != ("tools",)):
                hint = did_you_mean(kind, kinds) or f"choose from {', '.join(f'{{{k}}}' for k in kinds)}"
                report("PIR801", at, f"there is no name to fill in for {match[0]} here", hint)


def _rules(module: Module, report: Report) -> None:
    """Report conditions that do not exist, and conditions in a module that does not define the statuses of reviews."""
    bound: list[tuple[At, str]] = [
        ((key, n), rule) for key in ("entry", "exit") for n, rule in enumerate(getattr(module, key))
    ]
    for i, step in enumerate(module.steps):
        for key in ("entry", "leaves_when"):
            bound += [(("steps", i, key, n), rule) for n, rule in enumerate(getattr(step, key))]
    for at, rule in bound:
        _check_declared(report, at, "condition", rule, CONDITIONS)
    if bound and not module.governs:
        report(
            "PIR803",
            bound[0][0],
            "the module has conditions, but no statuses of reviews to which they could apply",
            "give the steps their 'statuses', or remove the conditions",
        )


def _steps(module: Module, report: Report) -> None:
    """Report steps whose id does not belong to the module, and statuses of reviews that are missing, double or out of order."""
    for i, step in enumerate(module.steps):
        if step.id.rpartition(".")[0] != module.module:
            report(
                "PIR804",
                ("steps", i, "id"),
                f"the id of the step '{step.id}' does not begin with that of the module '{module.module}'",
                f"write {module.module}.{i + 1:02}",
            )
        if step.due.of and step.due.days is not None:
            report(
                "PIR803", ("steps", i, "due"), "the step has both 'days' and 'of' as its due date", "keep one of them"
            )
    if not module.governs:
        return
    order = [s for s in schema.load("pir")["properties"]["status"]["enum"] if s not in LAST]
    statuses = [
        (("steps", i, "statuses", n), status)
        for i, step in enumerate(module.steps)
        for n, status in enumerate(step.statuses)
    ]
    seen: list[str] = []
    for at, status in statuses:
        if status in seen:
            report("PIR803", at, f"the status '{status}' belongs to two steps", "leave it in one of them")
        elif seen and order.index(status) < order.index(seen[-1]):
            report(
                "PIR803",
                at,
                f"the status '{status}' comes before '{seen[-1]}' in the life of a review",
                f"the order is {', '.join(order)}",
            )
        else:
            seen.append(status)
    for i, step in enumerate(module.steps):
        if not step.statuses:
            report(
                "PIR803",
                ("steps", i),
                f"the step '{step.id}' has no statuses, so no review could be in it",
                "add 'statuses'",
            )
    missing = [s for s in order if s not in {status for _, status in statuses}]
    if missing and len(seen) == len(statuses):
        report(
            "PIR803",
            ("steps",),
            f"no step has the status {', '.join(map(repr, missing))}",
            "a review with this status would be in no step",
        )


def _hand_offs(module: Module, report: Report) -> None:
    tasks = [task.id for _, _, task in module.tasks]
    neighbours = [n.id for n in module.neighbours]
    for n, hand in enumerate(module.hand_offs):
        _check_declared(report, ("hand_offs", n, "task"), "task", hand.task, tasks)
        if bool(hand.to) == bool(hand.source):
            report(
                "PIR803",
                ("hand_offs", n),
                "a hand-off needs either 'to' or 'from'",
                "keep one of them",
            )
        else:
            key = "to" if hand.to else "from"
            _check_declared(report, ("hand_offs", n, key), "neighbouring module", hand.other, neighbours)


def _skips(module: Module, report: Report) -> None:
    """Report shortcuts that do not lead to a later task of the same step."""
    for i, step in enumerate(module.steps):
        ids = [task.id for task in step.tasks]
        for j, task in enumerate(step.tasks):
            if task.skip is not None:
                later = [*ids[j + 2 :], "end"]
                _check_declared(report, ("steps", i, "tasks", j, "skip", "to"), "later task", task.skip.to, later)


def _unused(module: Module, report: Report) -> None:
    """Report roles, systems and documents that no task uses."""
    used = {"roles": set[str](), "systems": set[str](), "documents": set[str]()}
    for _, _, task in module.tasks:
        used["roles"] |= {task.role, task.accountable, *task.consulted, *task.informed}
        used["systems"] |= set(task.systems)
        used["documents"] |= set(task.documents)
    used["documents"] |= {tool.id for tool in module.tools}
    for kind, ids in used.items():
        for n, one in enumerate(getattr(module, kind)):
            if one.id not in ids:
                report(
                    "PIR805",
                    (kind, n, "id"),
                    f"no task uses the {kind.removesuffix('s')} '{one.id}'",
                    "use it in a task, or remove it",
                )


def _together(files: list[ModuleFile]) -> Iterator[Problem]:
    """Problems of two modules with the same id, and of two that define the statuses of reviews."""
    first: dict[str, str] = {}
    governing_path = ""
    for file in files:
        if file.module is None:
            continue
        earlier = first.setdefault(file.module.module, file.path)
        if earlier != file.path:
            yield Problem.of(
                "PIR802",
                file.path,
                file.at("module"),
                f"the module '{file.module.module}' is already in {earlier}",
                "keep one of them",
            )
        if file.module.governs:
            if governing_path:
                yield Problem.of(
                    "PIR803",
                    file.path,
                    file.at("steps"),
                    f"the statuses of reviews are already defined in {governing_path}",
                    "only one module can define them",
                )
            governing_path = governing_path or file.path
