/* The buttons above a timeline: show one phase of it, in the drawing as wide as the page and alone in the rows below. */
(() => {
  "use strict";
  const pir = window.pir;

  function number(element, name) {
    return parseFloat(element.getAttribute(name));
  }

  // what a drawing was before it was changed: x and width in percent of its whole
  function drawn(svg) {
    const marks = svg.querySelectorAll("[class*=pir-chart__phase] rect, .pir-chart__wait rect, .pir-chart__base line");
    return Array.from(marks, (mark) => {
      const line = mark.localName === "line";
      const start = number(mark, line ? "x1" : "x");
      const width = line ? number(mark, "x2") - start : number(mark, "width");
      return { mark, line, start, width };
    });
  }

  function place(one, from, wide) {
    const start = Math.max(0, ((one.start - from) / wide) * 100);
    const end = Math.min(100, ((one.start + one.width - from) / wide) * 100);
    one.mark.style.display = end < start || (!one.line && end === start) ? "none" : "";
    one.mark.setAttribute(one.line ? "x1" : "x", start.toFixed(2) + "%");
    one.mark.setAttribute(one.line ? "x2" : "width", (one.line ? end : Math.max(0, end - start)).toFixed(2) + "%");
  }

  function label(svg, x, anchor, text) {
    const scale = svg.querySelector('.pir-chart__muted[font-size="11"]');
    const element = scale.querySelector("text").cloneNode();
    element.setAttribute("x", x);
    element.setAttribute("text-anchor", anchor);
    element.style.display = "";
    element.dataset.zoomed = "yes";
    element.textContent = text;
    scale.append(element);
  }

  function clock(row) {
    return row.cells[1].textContent.match(/\d\d:\d\d/)[0];
  }

  function mount(zoom) {
    const section = zoom.closest(".pir-timeline");
    const svg = section.querySelector("svg");
    const buttons = Array.from(zoom.querySelectorAll("button"));
    // each but the first shows one phase that has rows; the table of the figures has the times of all, in order
    const phases = Array.from(
      section.querySelectorAll(".pir-moments > tbody[data-phase]"),
      (rows) => rows.dataset.phase,
    );
    const times = section.querySelectorAll(".pir-figure__data tbody > tr");
    const marks = drawn(svg);
    const bars = marks.filter((one) => /phase/.test(one.mark.parentNode.getAttribute("class")));
    bars.sort((a, b) => number(a.mark, "y") - number(b.mark, "y"));

    function show(button) {
      const phase = phases[buttons.indexOf(button) - 1];
      const bar = phase && bars[phase - 1];
      buttons.forEach((one) => {
        one.setAttribute("aria-pressed", String(one === button));
      });
      marks.forEach((one) => place(one, bar ? bar.start : 0, bar ? bar.width : 100));
      svg.querySelectorAll("[data-zoomed]").forEach((one) => one.remove());
      svg.querySelectorAll('.pir-chart__grid, .pir-chart__muted[font-size="11"] > text').forEach((one) => {
        one.style.display = bar ? "none" : "";
      });
      if (bar) {
        label(svg, "0", "start", clock(times[phase - 1]));
        label(svg, "100%", "end", clock(times[phase]));
      }
      section.querySelectorAll(".pir-moments > tbody").forEach((rows) => {
        rows.hidden = Boolean(phase) && rows.dataset.phase !== phase;
      });
    }

    zoom.setAttribute("role", "group");
    zoom.setAttribute("aria-label", "Show one part of the timeline");
    buttons.forEach((one, at) => one.setAttribute("aria-pressed", String(at === 0)));
    zoom.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) show(button);
    });
    // paper has the whole
    window.addEventListener("beforeprint", () => show(buttons[0]));
  }

  pir.onEachPage(() => {
    document.querySelectorAll(".pir-zoom").forEach((zoom) => {
      if (zoom.dataset.mounted) return;
      zoom.dataset.mounted = "yes";
      mount(zoom);
    });
  });
})();
