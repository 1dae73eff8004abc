/* Reaches the marks of a chart by keyboard: a chart is one stop, and arrows lead to the nearest mark on that side.
 *
 * Without it each mark is a stop, but for the cells of a map, whose figures are in the table below it.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const ASIDE = 4; // a mark straight ahead is nearer than one beside it

  function middle(mark) {
    const box = mark.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  function nearest(marks, from, [right, down]) {
    const [x, y] = middle(from);
    let found = null;
    let least = Infinity;
    marks.forEach((mark) => {
      const [left, top] = middle(mark);
      const ahead = (left - x) * right + (top - y) * down;
      const aside = Math.abs((left - x) * down) + Math.abs((top - y) * right);
      if (ahead > 1 && ahead + ASIDE * aside < least) {
        found = mark;
        least = ahead + ASIDE * aside;
      }
    });
    return found;
  }

  function place(mark) {
    const shape = mark.firstElementChild;
    return [Number(shape.getAttribute("y")), parseFloat(shape.getAttribute("x"))];
  }

  // cells are in the page by their shade: the first to reach is the one at the top
  function inOrder(chart) {
    const marks = Array.from(chart.querySelectorAll("a"), (mark) => ({ mark, at: place(mark) }));
    marks.sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
    return marks.map((one) => one.mark);
  }

  function mount() {
    document.querySelectorAll("svg.pir-chart").forEach((chart) => {
      const marks = inOrder(chart);
      if (!marks.length || chart.dataset.mounted) return;
      chart.dataset.mounted = "yes";
      const stop = (at) => {
        marks.forEach((mark) => mark.setAttribute("tabindex", mark === at ? "0" : "-1"));
      };
      stop(marks[0]);
      chart.addEventListener("focusin", (event) => stop(event.target.closest("a") || marks[0]));
      chart.addEventListener("keydown", (event) => {
        const from = event.target.closest("a");
        const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
        if (!from || !plain || !WAYS[event.key]) return;
        event.preventDefault();
        const next = nearest(marks, from, WAYS[event.key]);
        if (next) next.focus();
      });
    });
  }

  pir.onEachPage(mount);
})();
