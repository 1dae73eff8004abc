"""Reading the synonyms of the organisation: words of the same meaning for the search, from a YAML file."""

from __future__ import annotations

from mkdocs_pir.kb import frontmatter, reading
from mkdocs_pir.kb.problem import Problem, ProblemError
from mkdocs_pir.kb.settings import Settings


def read_synonyms(settings: Settings) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """The synonyms of each word, from the file that the option `synonyms` names; empty without that option.

    A line of the file is, for example, `k8s: [kubernetes]`.
    """
    if not settings.synonyms:
        return {}, []
    name = settings.synonyms
    try:
        raw = reading.read_named(settings.root / name, frontmatter.MAX_BYTES + 1)
        data, positions = frontmatter.load_yaml(frontmatter.decode(raw, name), name)
    except OSError as error:
        return {}, [
            Problem.of(
                "PIR602",
                settings.config_file.name,
                (0, 0),
                f"the synonyms file {name} cannot be read: {error.strerror}",
                "correct the option 'synonyms', or remove it",
            )
        ]
    except ProblemError as error:
        return {}, list(error.problems)
    problems = []
    synonyms: dict[str, tuple[str, ...]] = {}
    for word, others in data.items():
        if isinstance(others, list) and all(isinstance(o, str) for o in others):
            synonyms[word] = tuple(str(o) for o in others)
        else:
            problems.append(
                Problem.of(
                    "PIR602",
                    name,
                    positions.value((word,)),
                    f"the synonyms of '{word}' are not a list",
                    "write them in brackets, such as [kubernetes, cluster]",
                )
            )
    return synonyms, problems
