"""Turns errors of MkDocs and of other plugins into problems, and keeps MkDocs' messages off the terminal."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from traceback import walk_tb

import mkdocs
from jinja2 import TemplateError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, PluginError

from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.problem_formats import as_text
from mkdocs_pir.site.frame_providers import without_theme


class BuildStopped(ProblemError, PluginError):
    """Problems that end a build. MkDocs prints them without a traceback and exits.

    `folders` are those that their paths may be relative to; they are printed relative to the current folder.
    """

    def __init__(self, problems: Iterable[Problem], folders: Sequence[Path] = ()) -> None:
        self.problems = tuple(problems)
        PluginError.__init__(self, as_text([_from_here(problem, folders) for problem in self.problems]))

    def __str__(self) -> str:
        return self.message


def _from_here(problem: Problem, folders: Sequence[Path]) -> Problem:
    file = next((folder / problem.path for folder in folders if (folder / problem.path).exists()), None)
    if file is None:
        return problem
    try:
        return replace(problem, path=Path(os.path.relpath(file)).as_posix())
    except ValueError:
        # on another drive
        return problem


@contextmanager
def mkdocs_errors_as_problems(config_file: Path, loaded: Sequence[MkDocsConfig]) -> Iterator[None]:
    """Raise a ProblemError for any error of MkDocs, or of another plugin in the `loaded` configurations."""
    with _logged_errors() as logged:
        try:
            yield
        except ProblemError:
            raise
        except (ConfigurationError, Abort, PluginError, TemplateError) as error:
            # MkDocs raises an exception of its own, which does not contain ours
            if isinstance(error.__context__, ProblemError):
                raise error.__context__ from None
            raise ProblemError([_stop_problem(config_file, error, logged)]) from None
        except Exception as error:
            if (name := next(filter(None, (_failed_plugin(config, error) for config in loaded)), None)) is None:
                raise
            what = f"the plugin '{name}' failed: {type(error).__name__}: {error}"
            hint = "it does not work with what pir publishes; take it out of mkdocs.yml"
            raise ProblemError([Problem.of("PIR605", config_file.name, (0, 0), what, hint)]) from None


def _stop_problem(config_file: Path, error: Exception, logged: list[str]) -> Problem:
    """The problem that made MkDocs stop, with what it logged, since its exception often gives no reason."""
    # MkDocs logs the traceback of an extension that fails
    messages = (re.sub(r'\s*\n\s*File "(?s:.*)\n', " ", message) for message in logged)
    why = "; ".join(" ".join(message.split()) for message in messages) or str(error)
    return Problem.of("PIR605", config_file.name, (0, 0), f"MkDocs stopped: {why}", "run mkdocs build for the details")


def _failed_plugin(config: MkDocsConfig, error: Exception) -> str | None:
    """The name of the plugin, other than this one, whose code raised an error; None if there is none."""
    frames = {frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__)}
    modules = ((without_theme(name), type(plugin).__module__) for name, plugin in config.plugins.items())
    return next((name for name, module in modules if module in frames and not module.startswith("mkdocs_pir.")), None)


@contextmanager
def quiet_mkdocs() -> Iterator[None]:
    """Keep MkDocs' progress messages off the terminal."""
    logger = logging.getLogger(mkdocs.__name__)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _logged_errors() -> Iterator[list[str]]:
    """Collect the errors that MkDocs logs during the block."""
    logger = logging.getLogger(mkdocs.__name__)
    handler = _ErrorHandler()
    logger.addHandler(handler)
    try:
        yield handler.messages
    finally:
        logger.removeHandler(handler)


class _ErrorHandler(logging.Handler):
    """Collects the messages of logged errors."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
