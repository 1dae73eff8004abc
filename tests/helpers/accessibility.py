"""What keeps somebody from using a page, as axe finds it."""

from __future__ import annotations

from typing import Any

# without media there is nothing to load before the rules are tried, which would fetch all style sheets again
_OPTIONS = {"resultTypes": ["violations"], "preload": False}


def barriers(page: Any) -> list[str]:
    """The serious and critical violations on a page in a browser, each with the first elements that have it."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{violation['id']}: {'; '.join(node['html'][:160] for node in violation['nodes'][:3])}"
        for violation in Axe().run(page, options=_OPTIONS).response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
