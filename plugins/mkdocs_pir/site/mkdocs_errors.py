"""What MkDocs and other plugins stop for, told as problems; and MkDocs' own messages kept off the terminal."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb

from jinja2 import TemplateError
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, PluginError

from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.problem_formats import as_text


class BuildStopped(ProblemError, PluginError):
    """Problems that end a build. MkDocs prints them, without a traceback, and ends."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        PluginError.__init__(self, as_text(self.problems))

    def __str__(self) -> str:
        return self.message


@contextmanager
def mkdocs_errors_as_problems(config_file: Path, loaded: Sequence[MkDocsConfig]) -> Iterator[None]:
    """Raise as problems what MkDocs, or another plugin of what was `loaded`, stops for."""
    with _logged_errors() as said:
        try:
            yield
        except ProblemError:
            raise
        except (ConfigurationError, Abort, PluginError, TemplateError) as error:
            # MkDocs ends with an exception of its own, which says nothing of ours
            if isinstance(error.__context__, ProblemError):
                raise error.__context__ from None
            raise ProblemError([_stop_problem(config_file, error, said)]) from None
        except Exception as error:
            if (name := next(filter(None, (_failed_plugin(config, error) for config in loaded)), None)) is None:
                raise
            what = f"the plugin '{name}' failed: {type(error).__name__}: {error}"
            hint = "it does not work with what pir publishes; take it out of mkdocs.yml"
            raise ProblemError([Problem.of("PIR605", config_file.name, (0, 0), what, hint)]) from None


def _stop_problem(config_file: Path, error: Exception, said: list[str]) -> Problem:
    """What made MkDocs stop: what it logged, where its exception only says that it did."""
    # MkDocs puts the stack of an extension that fails into what it says
    told = (re.sub(r'\s*\n\s*File "(?s:.*)\n', " ", message) for message in said)
    why = "; ".join(" ".join(message.split()) for message in told) or str(error)
    return Problem.of("PIR605", config_file.name, (0, 0), f"MkDocs stopped: {why}", "run mkdocs build for the details")


def _failed_plugin(config: MkDocsConfig, error: Exception) -> str | None:
    """The plugin, other than this one, in whose code an error arose."""
    frames = {frame.f_globals.get("__name__") for frame, _ in walk_tb(error.__traceback__)}
    modules = ((name.removeprefix("material/"), type(plugin).__module__) for name, plugin in config.plugins.items())
    return next((name for name, module in modules if module in frames and not module.startswith("mkdocs_pir.")), None)


@contextmanager
def quiet_mkdocs() -> Iterator[None]:
    """Keep MkDocs' own progress off the terminal; its errors come back as exceptions, with what it logged."""
    logger = logging.getLogger("mkdocs")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def _logged_errors() -> Iterator[list[str]]:
    """The errors that MkDocs logs meanwhile."""
    logger = logging.getLogger("mkdocs")
    listener = _ErrorHandler()
    logger.addHandler(listener)
    try:
        yield listener.said
    finally:
        logger.removeHandler(listener)


class _ErrorHandler(logging.Handler):
    """Keeps the errors that are logged."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
