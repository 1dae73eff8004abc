/* A text that is one table, such as a timeline, edited cell by cell.
 *
 * The text stays in its text field; each change of a cell is written there. Rows that were not touched stay as they are
 * typed in the file.
 */
(() => {
  "use strict";
  const { element, isGuidance } = window.pirFields;

  const ROW = /^\|.*\|$/;
  const RULE = /^\|[\s:|-]+\|$/;

  function cells(line) {
    return line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
  }

  function written(row) {
    return `| ${row.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ").trim()).join(" | ")} |`;
  }

  /* The heading and the rows of a text that is a table and nothing else; otherwise null. */
  function read(text) {
    const lines = text.trim().split("\n");
    if (lines.length < 2 || !lines.every((line) => ROW.test(line)) || !RULE.test(lines[1])) return null;
    const heads = cells(lines[0]);
    const rows = lines.slice(2).map((line) => ({ line, cells: cells(line) }));
    return rows.every((row) => row.cells.length <= heads.length) ? { lines: lines.slice(0, 2), heads, rows } : null;
  }

  /* The table of a text field, and a button that leads to the text and back; null for a text that is no table. */
  function tableOf(area, title) {
    const first = read(area.value);
    if (!first) return null;
    const { heads, lines } = first;
    const body = element("div");
    const names = heads.map((head) => element("span", {}, head));
    const heading = element("div", { class: "edit-table-row edit-table-heads", "aria-hidden": "true" }, ...names);
    const group = element(
      "div",
      { class: "edit-table", role: "group", "aria-label": `${title}, row by row` },
      heading,
      body,
    );
    let rows = [];

    function write() {
      area.value = [...lines, ...rows.map((row) => row.line)].join("\n");
      area.dispatchEvent(new Event("input", { bubbles: true }));
      order();
    }
    function order() {
      rows.forEach((row, at) => {
        row.fields.forEach((field, column) => {
          field.setAttribute("aria-label", `Row ${at + 1}: ${heads[column]}`);
        });
        row.remove.setAttribute("aria-label", `Remove row ${at + 1}`);
        row.below.setAttribute("aria-label", `Add a row below row ${at + 1}`);
      });
    }
    function add(given, at) {
      // what is left of the template is a hint in each cell until one of them is filled
      const isHint = isGuidance(given.cells[0] || "");
      const row = { line: given.line };
      row.fields = heads.map((head, column) => {
        const cell = given.cells[column] || "";
        const field = element("textarea", {
          rows: 1,
          onpaste: (event) => pasted(event, row, column),
          placeholder: isHint ? cell.replace("TODO:", "").trim() : head,
          oninput: () => {
            const now = row.fields.map((one) => one.value);
            // what is as it was stays as it is typed in the file
            row.line = now.every((one, place) => one === row.first[place]) ? given.line : written(now);
            write();
          },
        });
        field.value = isHint ? "" : cell;
        return field;
      });
      row.first = row.fields.map((field) => field.value);
      row.below = element("button", { type: "button", class: "edit-button" }, "+");
      row.remove = element("button", { type: "button", class: "edit-button" }, "×");
      row.box = element(
        "div",
        { class: "edit-table-row" },
        ...row.fields,
        element("div", { class: "edit-table-buttons" }, row.below, row.remove),
      );
      row.below.addEventListener("click", () => fresh(rows.indexOf(row) + 1));
      row.remove.addEventListener("click", () => {
        const place = rows.indexOf(row);
        rows = rows.filter((other) => other !== row);
        row.box.remove();
        write();
        if (rows.length) rows[Math.min(place, rows.length - 1)].remove.focus();
        else more.focus();
      });
      body.insertBefore(row.box, rows[at] ? rows[at].box : null);
      rows.splice(at, 0, row);
      return row;
    }
    /* A cell has one line; several that are pasted can be a row each. */
    function pasted(event, row, column) {
      const pastedLines = event.clipboardData
        .getData("text/plain")
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(Boolean);
      if (pastedLines.length < 2) return;
      const before = row.fields[column].value;
      const split = element(
        "button",
        {
          type: "button",
          class: "edit-button",
          onclick: () => {
            told.replaceChildren();
            const place = rows.indexOf(row);
            if (place < 0) return;
            row.fields[column].value = before ? `${before} ${pastedLines[0]}` : pastedLines[0];
            row.line = written(row.fields.map((field) => field.value));
            pastedLines.slice(1).forEach((line, further) => {
              const filled = heads.map((head, at) => (at === column ? line : ""));
              add({ line: written(filled), cells: filled }, place + 1 + further);
            });
            write();
            row.fields[column].focus();
          },
        },
        "One row a line",
      );
      told.replaceChildren(element("p", {}, "The lines of a cell run together. ", split));
    }
    function fresh(at) {
      const row = add({ line: written(heads.map(() => "")), cells: [] }, at);
      write();
      row.fields[0].focus();
    }
    const more = element(
      "button",
      { type: "button", class: "edit-button", onclick: () => fresh(rows.length) },
      "Add a row",
    );
    const told = element("div", { class: "edit-found", role: "status" });
    group.append(told, more);
    function renew() {
      const now = read(area.value);
      if (!now) return false;
      rows = [];
      body.replaceChildren();
      now.rows.forEach((row) => add(row, rows.length));
      order();
      return true;
    }
    const toggle = element(
      "button",
      {
        type: "button",
        class: "edit-link",
        onclick: () => {
          const toText = area.hidden;
          if (!toText && !renew()) {
            toggle.textContent = "This is no table any more";
            return;
          }
          area.hidden = !toText;
          group.hidden = toText;
          toggle.textContent = toText ? "Edit as a table" : "Edit as text";
        },
      },
      "Edit as text",
    );
    area.hidden = true;
    renew();
    return [group, toggle];
  }

  window.pirTables = { tableOf };
})();
