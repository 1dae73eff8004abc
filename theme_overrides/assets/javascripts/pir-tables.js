/* Sorting and filtering of tables that hold all their rows, as an addition: without this script they are simply tables.
 *
 * What is sorted and filtered is kept in the address, so that a link to it shows the same.
 */
(function () {
  "use strict";
  var LEAST = 8;

  function text(cell) {
    if (!cell) return "";
    return cell.dataset.sort !== undefined ? cell.dataset.sort : cell.textContent.trim();
  }

  function compare(a, b) {
    if (a === b) return 0;
    // what is not recorded stays at the end, whichever way is sorted
    if (a === "" || b === "") return a === "" ? 1 : -1;
    var x = Number(a),
      y = Number(b);
    return isNaN(x) || isNaN(y) ? a.localeCompare(b, undefined, { numeric: true, sensitivity: "base" }) : x - y;
  }

  function remember(key, value) {
    var address = new URL(location.href);
    if (value) address.searchParams.set(key, value);
    else address.searchParams.delete(key);
    history.replaceState(history.state, "", address);
  }

  function sorting(table, key) {
    var heads = Array.from(table.tHead.rows[0].cells);
    var body = table.tBodies[0];

    function sort(column, way) {
      var rows = Array.from(body.rows).map(function (row, index) {
        return { row: row, index: index, value: text(row.cells[column]) };
      });
      rows.sort(function (a, b) {
        var order = compare(a.value, b.value);
        var known = a.value !== "" && b.value !== "";
        return (known && way === "descending" ? -order : order) || a.index - b.index;
      });
      rows.forEach(function (one) {
        body.appendChild(one.row);
      });
      heads.forEach(function (head, index) {
        head.setAttribute("aria-sort", index === column ? way : "none");
      });
    }

    heads.forEach(function (head, column) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "pir-sort";
      button.textContent = head.textContent;
      head.textContent = "";
      head.setAttribute("aria-sort", "none");
      head.appendChild(button);
      button.addEventListener("click", function () {
        var first = /pir-(number|date)/.test(head.className) ? "descending" : "ascending";
        var other = first === "ascending" ? "descending" : "ascending";
        var way = head.getAttribute("aria-sort") === first ? other : first;
        sort(column, way);
        remember("sort" + key, column + "-" + way);
      });
    });
    var asked = /^(\d+)-(ascending|descending)$/.exec(new URLSearchParams(location.search).get("sort" + key) || "");
    if (asked && heads[asked[1]]) sort(Number(asked[1]), asked[2]);
  }

  function filtering(list, table, key) {
    var rows = Array.from(table.tBodies[0].rows);
    var tools = document.createElement("div");
    var field = document.createElement("input");
    var told = document.createElement("span");
    tools.className = "pir-tools";
    field.type = "search";
    field.placeholder = "Filter these rows";
    field.setAttribute("aria-label", "Filter these rows");
    told.setAttribute("role", "status");
    tools.append(field, told);
    list.insertBefore(tools, table);

    function filter() {
      var words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      var shown = 0;
      rows.forEach(function (row) {
        var content = row.textContent.toLocaleLowerCase();
        row.hidden = !words.every(function (word) {
          return content.indexOf(word) >= 0;
        });
        if (!row.hidden) shown += 1;
      });
      told.textContent = !words.length ? "" : shown ? shown + " of " + rows.length : "No row has these words";
      remember("rows" + key, field.value.trim());
    }

    field.addEventListener("input", filter);
    field.value = new URLSearchParams(location.search).get("rows" + key) || "";
    if (field.value) filter();
  }

  function mount() {
    document.querySelectorAll("[data-pir-tools]").forEach(function (list, number) {
      var table = list.querySelector("table");
      if (list.dataset.mounted || !table || !table.tHead || table.tBodies[0].rows.length < 2) return;
      list.dataset.mounted = "yes";
      var key = number ? String(number + 1) : "";
      if (table.tBodies[0].rows.length >= LEAST) filtering(list, table, key);
      sorting(table, key);
    });
  }

  function ready() {
    if (window.document$ && window.document$.subscribe) window.document$.subscribe(mount);
    else mount();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
