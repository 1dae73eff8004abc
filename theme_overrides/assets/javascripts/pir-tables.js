/* Adds sorting and a text filter to tables that have all their rows on the page, in the box that the page keeps free
 * for them. On a phone, where rows are cards without a head, a menu sorts.
 *
 * The sorting and the filter are in the address, so that a link shows the same rows.
 */
(() => {
  "use strict";
  const pir = window.pir;

  function text(cell) {
    if (!cell) return "";
    return cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent.trim();
  }

  function compare(a, b) {
    if (a === b) return 0;
    // cells without a value stay at the end in both directions
    if (a === "" || b === "") return a === "" ? 1 : -1;
    const x = Number(a);
    const y = Number(b);
    return isNaN(x) || isNaN(y) ? a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" }) : x - y;
  }

  function remember(key, value) {
    const address = new URL(location.href);
    if (value) address.searchParams.set(key, value);
    else address.searchParams.delete(key);
    history.replaceState(history.state, "", address);
  }

  function sorting(tools, table, key) {
    const heads = Array.from(table.tHead.rows[0].cells);
    const body = table.tBodies[0];

    const menu = document.createElement("select");
    const turn = document.createElement("button");
    menu.setAttribute("aria-label", "Sort by");
    turn.type = "button";
    turn.className = "pir-listing__button";
    turn.textContent = "↑↓";
    turn.setAttribute("aria-label", "Sort the other way round");
    menu.append(new Option("Default order", ""), ...heads.map((head, column) => new Option(head.textContent, column)));
    const label = pir.el("label", "pir-tools__sort", ["Sort ", menu, turn]);
    tools.append(label);

    function sort(column, way) {
      const rows = Array.from(body.rows).map((row, index) => ({
        row,
        index,
        value: text(row.cells[column]),
      }));
      rows.sort((a, b) => {
        const order = compare(a.value, b.value);
        const known = a.value !== "" && b.value !== "";
        return (known && way === "descending" ? -order : order) || a.index - b.index;
      });
      rows.forEach((one) => {
        body.appendChild(one.row);
      });
      heads.forEach((head, index) => {
        head.setAttribute("aria-sort", index === column ? way : "none");
      });
      menu.value = column;
    }

    /* The first choice of a column sorts numbers and days from the largest, others from A; the next the other way. */
    function choose(column) {
      const head = heads[column];
      const first = /pir-(number|date)/.test(head.className) ? "descending" : "ascending";
      const other = first === "ascending" ? "descending" : "ascending";
      const way = head.getAttribute("aria-sort") === first ? other : first;
      sort(column, way);
      remember("sort" + key, column + "-" + way);
    }

    menu.addEventListener("change", () => {
      if (menu.value) choose(Number(menu.value));
    });
    turn.addEventListener("click", () => {
      choose(Number(menu.value || 0));
    });

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pir-sort";
      button.textContent = head.textContent;
      head.textContent = "";
      head.setAttribute("aria-sort", "none");
      head.appendChild(button);
      button.addEventListener("click", () => choose(column));
    });
    const asked = /^(\d+)-(ascending|descending)$/.exec(new URLSearchParams(location.search).get("sort" + key) || "");
    if (asked && heads[asked[1]]) sort(Number(asked[1]), asked[2]);
  }

  function filtering(tools, table, key) {
    const rows = Array.from(table.tBodies[0].rows);
    const field = document.createElement("input");
    const count = document.createElement("span");
    field.type = "search";
    field.placeholder = "Filter these rows";
    field.setAttribute("aria-label", "Filter these rows");
    count.setAttribute("role", "status");
    tools.append(field, count);

    function filter() {
      const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row) => {
        const content = row.textContent.toLocaleLowerCase();
        row.hidden = !words.every((word) => content.includes(word));
        if (!row.hidden) shown += 1;
      });
      count.textContent = !words.length
        ? ""
        : shown
          ? shown + " of " + rows.length + " rows"
          : "No row has these words";
      remember("rows" + key, field.value.trim());
    }

    field.addEventListener("input", filter);
    field.value = new URLSearchParams(location.search).get("rows" + key) || "";
    if (field.value) filter();
  }

  function mount() {
    document.querySelectorAll("[data-pir-tools]").forEach((list, number) => {
      const table = list.querySelector("table");
      if (list.dataset.mounted || !table || !table.tHead || table.tBodies[0].rows.length < 2) return;
      list.dataset.mounted = "yes";
      const key = number ? String(number + 1) : "";
      const tools = list.querySelector(".pir-tools");
      if (tools.classList.contains("pir-tools--filter")) filtering(tools, table, key);
      sorting(tools, table, key);
    });
  }

  pir.onEachPage(mount);
})();
