"""The documentation names every command, option and problem code, and its links lead somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from helpers.repository import ROOT

from mkdocs_pir.cli import main
from mkdocs_pir.kb import schema
from mkdocs_pir.kb.body import code_lines
from mkdocs_pir.kb.problem import CODES

DOCS = ROOT / "docs"
_LINK = re.compile(r"!?\[[^\[\]]*\]\(([^()\s]+)\)")


def without_code(text: str) -> str:
    """The page with blocks and spans of code blanked out, every other character in its place."""
    code = code_lines(text)
    lines = (" " * len(line) if n in code else line for n, line in enumerate(text.split("\n")))
    return re.sub(r"(`+)[^`\n]+?\1(?!`)", lambda found: " " * len(found[0]), "\n".join(lines))


def _sections(file: str, mark: str) -> dict[str, str]:
    """The text below each heading of one level, up to the next heading of that level or above."""
    text = (DOCS / file).read_text("utf-8")
    headings = list(re.finditer(rf"^(#{{1,{len(mark)}}}) (.+)$", without_code(text), re.M))
    ends = [*(heading.start() for heading in headings[1:]), len(text)]
    return {h[2].strip(): text[h.end() : end] for h, end in zip(headings, ends, strict=True) if h[1] == mark}


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Every command of the command line with its full name, groups included."""
    stack: list[tuple[str, click.Command]] = [("pir", main)]
    while stack:
        name, command = stack.pop()
        yield name, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            subs = {sub: command.get_command(context, sub) for sub in command.list_commands(context)}
            stack += [(f"{name} {sub}", found) for sub, found in subs.items() if found is not None]


COMMANDS = dict(_commands())


def test_every_command_has_its_section_and_no_section_is_of_another() -> None:
    assert {name for name in COMMANDS if name != "pir"} == set(_sections("cli.md", "##"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_named_under_its_command(name: str) -> None:
    section = _sections("cli.md", "#")["The command line"] if name == "pir" else _sections("cli.md", "##")[name]
    context = click.Context(COMMANDS[name], help_option_names=["-h", "--help"] if name == "pir" else [])
    # what pir takes itself, such as --quiet, may also stand after any command; it is described once
    everywhere = [option.opts for option in main.params] if name != "pir" else []
    for parameter in COMMANDS[name].get_params(context):
        if parameter.opts in everywhere:
            continue
        for word in (
            parameter.opts
            if isinstance(parameter, click.Option)
            else [parameter.metavar or str(parameter.name).upper()]
        ):
            word = re.sub(r"[\[\]….]", "", word)
            assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", section), word


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "pir"])
def test_the_usage_line_names_no_option_that_is_not_there(name: str) -> None:
    usage = _sections("cli.md", "##")[name].split("\n`pir", 1)[1].split("`\n", 1)[0]
    there = {opt for parameter in COMMANDS[name].params for opt in (*parameter.opts, *parameter.secondary_opts)}
    assert set(re.findall(r"--[\w-]+", usage)) <= there


def test_every_plugin_option_is_described() -> None:
    table = (DOCS / "configuration.md").read_text("utf-8")
    rows = {found[1]: found[0] for found in re.finditer(r"^\| `(\w+)` \|.*$", table, re.M)}
    options = json.loads((schema.folder() / "settings.schema.json").read_text("utf-8"))["properties"]
    assert set(rows) == set(options)
    for option, spec in options.items():
        for part in spec.get("properties", {}):
            assert f"`{part}`" in rows[option], f"{option}: {part}"


def test_every_code_has_its_entry_in_order_and_no_entry_is_of_another() -> None:
    assert list(_sections("problems.md", "###")) == [f"{code} {text}" for code, (_, text) in CODES.items()]


@pytest.mark.parametrize("code", CODES)
def test_an_entry_begins_with_the_severity_and_shows_a_wrong_and_a_right_example(code: str) -> None:
    severity, text = CODES[code]
    entry = _sections("problems.md", "###")[f"{code} {text}"]
    assert entry.strip().startswith(f"{severity.capitalize()}. ")
    assert re.findall(r"^\*(Wrong|Right)\*", entry, re.M) == ["Wrong", "Right"]


def _links() -> Iterator[tuple[str, str]]:
    for file in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        for found in _LINK.finditer(without_code(file.read_text("utf-8"))):
            if not re.match(r"[a-z]+:", found[1]):
                yield file.relative_to(ROOT).as_posix(), found[1]


@pytest.mark.parametrize(("file", "link"), sorted(set(_links())))
def test_a_relative_link_leads_to_a_file_and_its_heading(file: str, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (ROOT / file).parent / path if path else ROOT / file
    assert target.exists()
    if anchor:
        titles = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.M)
        assert anchor in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("file", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda file: str(file.name))
def test_no_code_in_a_table_has_a_bar_that_renderers_read_differently(file: Path) -> None:
    assert re.findall(r"^\|.*(`[^`|]*\\\|[^`]*`)", file.read_text("utf-8"), re.M) == []


def _inline_commands() -> Iterator[tuple[str, str]]:
    for file in (ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))):
        for line in re.sub(r"^( *)```.*?^\1```", "", file.read_text("utf-8"), flags=re.M | re.S).split("\n"):
            yield from ((file.name, span) for span in re.findall(r"(?<!`)`(pir [^`]+)`", line))


def _wrong_words(span: str) -> list[str]:
    """The words of a command in a sentence that name no command or no option of it."""
    general = {option for parameter in main.params for option in (*parameter.opts, *parameter.secondary_opts)}
    # an alternative, an optional part and what follows a pipe are written into usage lines
    words = re.sub(r"[\[\](){}…]", " ", span.partition(" | ")[0]).replace("|", " ").split()
    command: click.Command = main
    given = iter(words[1:])
    for word in given:
        if not isinstance(command, click.Group):
            break
        if word in ("-C", "--color"):
            next(given, None)
        elif not word.startswith("-"):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return [] if command.invoke_without_command or not word.islower() else [word]
            command = found
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known = {*options, *general, "-h", "--help"}
    return [word for word in words if re.fullmatch(r"--?[a-z][\w-]*", word) and word not in known]


@pytest.mark.parametrize(("file", "span"), sorted(set(_inline_commands())))
def test_a_command_in_a_sentence_is_one_with_options_that_there_are(file: str, span: str) -> None:
    assert _wrong_words(span) == []


@pytest.mark.parametrize("span", ["pir frobnicate", "pir check --frob", "pir new frob"])
def test_a_command_that_there_is_not_is_noticed(span: str) -> None:
    assert _wrong_words(span) != []
