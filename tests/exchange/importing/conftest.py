"""What the tests of imports share."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.empty_knowledge_base import EmptyBase


@pytest.fixture
def base(tmp_path: Path) -> EmptyBase:
    return EmptyBase(tmp_path)
