"""`pir explain`: what a problem code means, with an example that has the problem and one that does not."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click
from msgspec import structs

from mkdocs_pir.cli.context import Context, pass_context
from mkdocs_pir.cli.terminal import console, is_laid_out, styled
from mkdocs_pir.kb import problem_explanations
from mkdocs_pir.kb.problem import CODES, did_you_mean
from mkdocs_pir.kb.problem_explanations import Explanation


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE]…")
@click.option("--list", "listed", is_flag=True, help="Print all codes with their severities and titles.")
@click.option("--json", "in_json", is_flag=True, help="Print JSON.")
@pass_context
def explain(context: Context, codes: tuple[str, ...], listed: bool, in_json: bool) -> None:
    """Explain problem codes, such as PIR104, with a wrong and a right example each.

    Works anywhere, also without a knowledge base. A pipe gets Markdown.
    """
    if listed == bool(codes):
        raise click.UsageError("name a code, such as 'pir explain PIR104', or list all with --list")
    wanted = list(CODES) if listed else list(dict.fromkeys(_code(text) for text in codes))
    pages = context.problems_url()
    if in_json:
        entries = [_as_dict(problem_explanations.explanations()[code], pages) for code in wanted]
        click.echo(json.dumps(entries, indent=2, ensure_ascii=False))
    elif listed:
        for code in wanted:
            severity, title = CODES[code]
            click.echo(f"{code}  {styled(f'{severity:<7}', severity)}  {title}")
    else:
        _show([problem_explanations.explanations()[code] for code in wanted], pages)


def _code(text: str) -> str:
    """The code that the user means, which may be written in small letters or without PIR."""
    code = text.upper() if text.upper().startswith("PIR") else f"PIR{text}"
    if code not in CODES:
        hint = did_you_mean(code, CODES) if any(letter.isdigit() for letter in text) else ""
        raise click.UsageError(f"there is no problem code '{text}'; {hint or 'pir explain --list has all'}")
    return code


def _as_dict(entry: Explanation, pages: str) -> dict[str, str]:
    url = problem_explanations.address(pages, entry.code)
    return {**structs.asdict(entry), **({"url": url} if url else {})}


def _show(entries: Sequence[Explanation], pages: str) -> None:
    """Print entries: laid out on a terminal, else as Markdown."""
    texts = []
    for entry in entries:
        url = problem_explanations.address(pages, entry.code)
        texts.append(entry.as_markdown() + (f"\n<{url}>\n" if url else ""))
    if not is_laid_out():
        click.echo("\n".join(texts), nl=False)
        return
    from rich.markdown import Markdown

    console().print(Markdown("\n".join(texts), code_theme="ansi_dark"))
