/* Adds sorting and a text filter to tables that have all their rows on the page.
 *
 * The sorting and the filter are in the address, so that a link shows the same rows.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const LEAST = 8;

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

  function sorting(table, key) {
    const heads = Array.from(table.tHead.rows[0].cells);
    const body = table.tBodies[0];

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
    }

    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pir-sort";
      button.textContent = head.textContent;
      head.textContent = "";
      head.setAttribute("aria-sort", "none");
      head.appendChild(button);
      button.addEventListener("click", () => {
        const first = /pir-(number|date)/.test(head.className) ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const way = head.getAttribute("aria-sort") === first ? other : first;
        sort(column, way);
        remember("sort" + key, column + "-" + way);
      });
    });
    const asked = /^(\d+)-(ascending|descending)$/.exec(new URLSearchParams(location.search).get("sort" + key) || "");
    if (asked && heads[asked[1]]) sort(Number(asked[1]), asked[2]);
  }

  function filtering(list, table, key) {
    const rows = Array.from(table.tBodies[0].rows);
    const tools = document.createElement("div");
    const field = document.createElement("input");
    const count = document.createElement("span");
    tools.className = "pir-tools";
    field.type = "search";
    field.placeholder = "Filter these rows";
    field.setAttribute("aria-label", "Filter these rows");
    count.setAttribute("role", "status");
    tools.append(field, count);
    list.insertBefore(tools, table);

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
      if (table.tBodies[0].rows.length >= LEAST) filtering(list, table, key);
      sorting(table, key);
    });
  }

  pir.onEachPage(mount);
})();
