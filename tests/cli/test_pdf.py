"""`pir pdf`: the names of its files, and what it refuses, in one sentence."""

from __future__ import annotations

import builtins
from pathlib import Path

import pytest
from helpers.knowledge_base import REVIEW, pir, write_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize(
    "error", [ImportError("No module named 'weasyprint'"), OSError("cannot load library 'libpango-1.0-0': x")]
)
def test_without_the_library_one_sentence_says_what_to_do(
    base: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def missing(name: str, *arguments: object, **options: object) -> object:
        if name.partition(".")[0] == "weasyprint":
            print("a page of advice")
            raise error
        return real(name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", missing)
    result = pir(base, "pdf", "maps")
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "a page of advice" not in result.output
    assert ("pip install 'mkdocs-pir[pdf]'" if isinstance(error, ImportError) else "libpango-1.0-0") in result.output


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (["report"], "needs the id of a review", 2),
        (["pack"], "needs the id of a client", 2),
        (["maps", "PIR-2025-0001"], "takes no id", 2),
        (["report", "PIR-2025-0010"], "there is no review 'PIR-2025-0010'; did you mean 'PIR-2025-0001'", 2),
        (["report", "LL-0001"], "'LL-0001' is a lesson, not a review", 2),
        (["pack", "harbour-credit"], "did you mean 'harbor-credit'", 2),
        (["report", "PIR-2025-0001", "--edition", "client:quellmark"], "the client may not see it", 1),
        (["maps", "--edition", "client:quellmark"], "no process maps", 1),
        (["handbook", "--edition", "client:quellmark"], "no handbook", 1),
        (["pack", "harbor-credit", "--edition", "client:quellmark"], "the client may not see it", 1),
        (["handbook", "--edition", "client:nobody"], "nobody", 1),
        (["poster"], "'poster' is not one of", 2),
        (["maps", "--paper", "A5"], "'A5' is not one of", 2),
    ],
)
def test_a_wrong_request_gets_one_clear_message(base: Path, arguments: list[str], says: str, code: int) -> None:
    result = pir(base, "pdf", *arguments, "--out", str(base / "no"))
    assert (result.exit_code, says in result.output) == (code, True), result.output
    assert not (base / "no").exists()


@pytest.mark.usefixtures("press")
def test_with_an_error_in_the_records_nothing_is_printed(tmp_path: Path) -> None:
    write_base(tmp_path, {"kb/pirs/2025/PIR-2025-0001.md": REVIEW.replace("status: closed", "status: closd")})
    result = pir(tmp_path, "pdf", "report", "PIR-2025-0001", "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "PIR104" in result.output
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("press")
def test_a_name_says_for_whom_the_file_is(base: Path, tmp_path: Path) -> None:
    for arguments in (["report", "PIR-2025-0001"], ["report", "PIR-2025-0001", "--edition", "client:harbor-credit"]):
        assert pir(base, "pdf", *arguments, "--out", str(tmp_path / "new" / "folder")).exit_code == 0
    assert sorted(f.name for f in (tmp_path / "new" / "folder").iterdir()) == [
        "PIR-2025-0001-harbor-credit-A4.pdf",
        "PIR-2025-0001-internal-A4.pdf",
    ]


@pytest.mark.usefixtures("press")
def test_a_pack_on_letter_paper_is_not_taken_for_the_letter_to_the_client(base: Path, tmp_path: Path) -> None:
    # 'client-letter' is the id of a paper, which stays inside
    result = pir(base, "pdf", "pack", "harbor-credit", "--paper", "Letter", "--out", str(tmp_path / "packs"))
    assert result.exit_code == 0, result.output
    assert [f.name for f in (tmp_path / "packs").iterdir()] == ["pack-harbor-credit-client-Letter.pdf"]


@pytest.mark.usefixtures("press")
def test_a_place_that_cannot_be_written_is_named(base: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = pir(base, "pdf", "report", "PIR-2025-0001", "--out", str(tmp_path / "file" / "report.pdf"))
    assert result.exit_code == 1
    assert "cannot be written" in result.output
