/* What scrolls sideways can be reached by keyboard, so that arrows move it: code, and tables wider than the screen.
 *
 * The theme does so for code only where a mouse is, and takes it back elsewhere.
 */
(() => {
  "use strict";
  const pir = window.pir;

  function reach(element) {
    const wide = element.scrollWidth > element.clientWidth && getComputedStyle(element).overflowX !== "visible";
    if (wide === element.hasAttribute("tabindex")) return;
    if (wide) element.setAttribute("tabindex", "0");
    else element.removeAttribute("tabindex");
  }

  pir.onEachPage(() => {
    const sizes = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));
    const changes = new MutationObserver((records) => records.forEach((record) => reach(record.target)));
    document.querySelectorAll(".md-typeset pre > code, .md-typeset .pir-list").forEach((element) => {
      sizes.observe(element);
      changes.observe(element, { attributeFilter: ["tabindex"] });
    });
  });
})();
