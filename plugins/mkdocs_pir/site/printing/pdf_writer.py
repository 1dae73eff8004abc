"""Makes a tagged PDF of an HTML text with WeasyPrint, without loading anything from disk or network."""

from __future__ import annotations

import contextlib
import io
import logging
import mimetypes
import os
import warnings
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any
from xml.etree.ElementTree import register_namespace

from mkdocs_pir.site.environment_variables import variable

VARIANT = "pdf/ua-1"
"""The standard for accessible PDF: tags, title, language. Source: ISO 14289-1."""

SCHEME = "pir:"
"""The scheme of addresses of the edition's files in the HTML: `pir:files/assets/logo.svg`."""

METADATA = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
"""The XML namespaces in the metadata of a PDF, by their usual prefixes. Source: ISO 16684-1 (XMP)."""


class PdfUnavailable(Exception):
    """PDF cannot be made on this machine: `what` is missing, and a `hint` how to install it."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what}. {hint[0].upper()}{hint[1:]}")
        self.what = what
        self.hint = hint


def weasyprint_module() -> ModuleType:
    """The module weasyprint, loaded with the system libraries it needs. Raises PdfUnavailable if one is missing."""
    # it prints a page of advice before it fails for a missing library
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                import weasyprint
        except ImportError:
            raise PdfUnavailable(
                "making PDF needs WeasyPrint, which is not installed", "run: pip install 'mkdocs-pir[pdf]'"
            ) from None
        except OSError as error:
            library = str(error).partition("'")[2].partition("'")[0] or "Pango"
            raise PdfUnavailable(
                f"making PDF needs the system's library {library}, which is not installed",
                "on Debian or Ubuntu run: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 "
                "fonts-liberation; elsewhere install Pango",
            ) from None
    module: ModuleType = weasyprint
    return module


def write_pdf(text: str, files: Mapping[str, bytes]) -> bytes:
    """The PDF of an HTML text. `files` are the files that it can show, by path. The same input gives the same bytes.

    Raises PdfUnavailable.
    """
    library = weasyprint_module()
    # the prefixes of its metadata are of the whole process, and a BPMN file gives "dc" another meaning
    for prefix, space in METADATA.items():
        register_namespace(prefix, space)
    with _fixed_font_dates():
        html = library.HTML(string=text, url_fetcher=_fetcher(files))
        pdf: bytes = html.write_pdf(pdf_variant=VARIANT, pdf_identifier=True)
    return pdf


def _fetcher(files: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Files(URLFetcher):  # type: ignore[misc]
        """Answers with the edition's files; no other address is loaded, neither from disk nor from the network."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            path = url.removeprefix(SCHEME)
            if path == url or path not in files:
                raise ValueError("not a file of this edition")
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return URLFetcherResponse(url, files[path], {"Content-Type": kind})

    return Files()


@contextlib.contextmanager
def _fixed_font_dates() -> Iterator[None]:
    """Fix the time stamp that font subsets contain, which would otherwise be the time of the run."""
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    name = "SOURCE_DATE_EPOCH"
    with variable(name, os.environ.get(name) or "0"):
        yield
