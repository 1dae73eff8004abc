"""The charts of the demonstration in a real browser: labels that neither touch nor are cut beside free space."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.page_types import largest_pages

pytestmark = pytest.mark.browser

MEASURED = """() => [...document.querySelectorAll('svg.pir-chart')].flatMap(svg => {
  const frame = svg.getBoundingClientRect(), name = svg.querySelector('title').textContent
  const texts = [...svg.querySelectorAll('text')].filter(t => t.getClientRects().length)
    .map(t => [[...t.childNodes].filter(n => n.nodeName !== 'title').map(n => n.textContent).join(''),
               t.getBoundingClientRect(), t])
  const marks = [...svg.querySelectorAll('rect, line')].filter(r => !r.closest('.pir-chart__hover, .pir-chart__lane'))
    .map(r => r.getBoundingClientRect())
  const free = (text, box) => {
    // how far the shortened text could go on, before another text, a mark or the edge
    const upright = box.height > box.width
    const ahead = [...texts.filter(([, , t]) => t !== text).map(([, b]) => b), ...marks]
    if (upright) return 0
    const side = getComputedStyle(text).textAnchor === 'end' ? -1 : 1
    const same = ahead.filter(b => b.top < box.bottom - 2 && b.bottom > box.top + 2)
    const ends = side > 0
      ? [frame.right, ...same.map(b => b.left)].filter(x => x >= box.right - 1).map(x => x - box.right)
      : [frame.left, ...same.map(b => b.right)].filter(x => x <= box.left + 1).map(x => box.left - x)
    return Math.min(...ends)
  }
  return texts.flatMap(([words, box, text], i) => [
    ...(parseFloat(getComputedStyle(text).fontSize) < 11 ? [`${name}: "${words}" is small`] : []),
    ...(box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1
      ? [`${name}: "${words}" runs over the edge`] : []),
    ...(words.endsWith('…') && !text.querySelector('title') ? [`${name}: "${words}" has not its whole name`] : []),
    ...(words.endsWith('…') && free(text, box) > 150 ? [`${name}: "${words}" is cut beside free space`] : []),
    ...texts.slice(i + 1).filter(([, other]) =>
        Math.min(box.right, other.right) - Math.max(box.left, other.left) > 1 &&
        Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top) > 4)
      .map(([other]) => `${name}: "${words}" and "${other}" collide`)])
})"""


@pytest.mark.slow
@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("width", [390, 1280])
def test_labels_of_charts_are_whole_and_apart(browser, demo_sites: Path, width: int, every: int) -> None:
    site = demo_sites / "internal"
    with_charts = [
        path.relative_to(site).as_posix()
        for path in sorted(site.rglob("*.html"))
        if "<svg class=pir-chart " in path.read_text("utf-8")
    ]
    page = browser.new_page(viewport={"width": width, "height": 800})
    wrong = []
    for path in sorted({*largest_pages(site, with_charts).values(), *with_charts[::every]}):
        page.goto((site / path).as_uri(), wait_until="domcontentloaded")
        wrong += [f"{path}: {words}" for words in page.evaluate(MEASURED)]
    page.close()
    assert len(with_charts) > 50
    assert wrong == []
