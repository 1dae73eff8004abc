/* The fields of a form, each made from its description, which comes from the schema of the record.
 *
 * A field has a `value`, undefined while it is empty, and tells of changes with `changed`. Values are texts, lists and
 * mappings, as they are typed in the file. What is shown is set as text, never as HTML.
 */
(() => {
  "use strict";

  const GUIDANCE = "TODO:";
  const DAY = /^\d{4}-\d{2}-\d{2}$/;
  const TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
  let number = 0;

  function element(name, properties = {}, ...children) {
    const made = document.createElement(name);
    Object.entries(properties).forEach(([key, value]) => {
      if (value === undefined || value === null || value === false) return;
      if (key === "class") made.className = value;
      else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value === true ? "" : value);
    });
    children.forEach((child) => {
      if (child !== undefined && child !== null) made.append(child);
    });
    return made;
  }

  function words(name) {
    return name.replaceAll("_", " ").replaceAll("-", " ");
  }

  function isGuidance(value) {
    return typeof value === "string" && value.startsWith(GUIDANCE);
  }

  /* What stands around every field: label, explanation, and the problems beneath it. */
  function frame(described, path, control, isGroup) {
    number += 1;
    const id = `f${number}`;
    const title = described.title || words(described.name || "");
    const notes = [];
    if (described.required) {
      const within = /\.[a-z_]+$/.test(path) && !/\.\d+\.[a-z_]+$/.test(path);
      notes.push(element("span", { class: "edit-mark" }, within ? "needed if anything here is filled" : "required"));
    }
    if (described.seen) notes.push(element("span", { class: "edit-mark edit-mark--client" }, described.seen));
    const help = described.description
      ? element("p", { class: "edit-help", id: `${id}-help` }, described.description)
      : null;
    const problems = element("div", { class: "edit-problems", id: `${id}-problems` });
    let label;
    if (isGroup) {
      label = element("legend", { id: `${id}-label` }, title, " ", ...notes);
    } else {
      label = element("label", { for: id, id: `${id}-label` }, title, " ", ...notes);
      control.id = id;
      control.setAttribute("aria-describedby", [help && help.id, problems.id].filter(Boolean).join(" "));
    }
    const box = element(
      isGroup ? "fieldset" : "div",
      { class: "edit-field", "data-path": path },
      label,
      help,
      // what is wrong with a group as a whole is said before all that is in it
      ...(isGroup ? [problems, control] : [control, problems]),
    );
    return { box, problems, control };
  }

  function plainField(described, path, control, read) {
    const made = frame(described, path, control, false);
    return { ...made, read, focus: () => control.focus() };
  }

  /* One line or several. A text that is left of the template is shown as a hint until something is typed. */
  function textField(described, path, value, changed) {
    const hint = isGuidance(value) ? value : "";
    const long = described.kind === "long-text" || (typeof value === "string" && value.includes("\n"));
    const control = element(long ? "textarea" : "input", {
      type: long ? undefined : described.kind === "address" ? "url" : "text",
      rows: long ? 2 : undefined,
      placeholder: hint ? hint.slice(GUIDANCE.length).trim() : described.example && `such as ${described.example}`,
      readonly: described.fixed,
      inputmode: described.kind === "number" ? "numeric" : undefined,
      autocomplete: "off",
      spellcheck: long ? "true" : undefined,
      oninput: changed,
    });
    control.value = hint ? "" : value || "";
    return plainField(described, path, control, () => control.value || hint || undefined);
  }

  function choiceField(described, path, value, changed) {
    const none = described.fallback ? `${words(described.fallback)} (as it is left out)` : "not chosen";
    const control = element("select", { onchange: changed }, element("option", { value: "" }, none));
    described.choices.forEach((choice) => control.append(element("option", { value: choice }, words(choice))));
    // what the schema does not allow stays until something else is chosen
    if (value && !described.choices.includes(value)) {
      control.append(element("option", { value }, `${value} (not allowed)`));
    }
    control.value = value || "";
    return plainField(described, path, control, () => control.value || undefined);
  }

  function yesNoField(described, path, value, changed) {
    const choices = { true: "yes", false: "no" };
    const control = element("select", { onchange: changed }, element("option", { value: "" }, "not recorded"));
    Object.entries(choices).forEach(([key, label]) => control.append(element("option", { value: key }, label)));
    if (value && !(value in choices)) control.append(element("option", { value }, `${value} (not allowed)`));
    control.value = value || "";
    return plainField(described, path, control, () => control.value || undefined);
  }

  function dayField(described, path, value, changed) {
    const control = element("input", { type: "date", min: "1900-01-01", max: "2199-12-31", oninput: changed });
    control.value = value || "";
    // a day that does not exist is shown as it is typed
    if (value && (!DAY.test(value) || control.value !== value)) {
      return textField({ ...described, kind: "text" }, path, value, changed);
    }
    return plainField(described, path, control, () => control.value || undefined);
  }

  /* A day and a time of day, and beside them the offset from UTC, without which a time says nothing. */
  function timeField(described, path, value, changed) {
    const match = TIME.exec(value || "");
    if (value && !match) return textField({ ...described, kind: "text" }, path, value, changed);
    const stamp = element("input", { type: "datetime-local", step: 1, max: "2199-12-31T23:59", oninput: changed });
    const zone = element("input", {
      type: "text",
      class: "edit-zone",
      size: 6,
      list: "zones",
      autocomplete: "off",
      pattern: "Z|[+\\-][0-9]{2}:[0-9]{2}",
      oninput: changed,
    });
    zone.setAttribute("aria-label", `${described.title}: offset from UTC, Z for UTC itself`);
    zone.value = match ? match[4] : "Z";
    if (match) stamp.value = `${match[1]}T${match[2]}${match[3] || ":00"}`;
    const first = stamp.value;
    const made = plainField(described, path, stamp, () => {
      if (!stamp.value) return undefined;
      // a time that was not touched stays as it is typed
      if (match && stamp.value === first && zone.value === match[4]) return value;
      return `${stamp.value.length === 16 ? `${stamp.value}:00` : stamp.value}${zone.value}`;
    });
    const pair = element("span", { class: "edit-pair" });
    stamp.replaceWith(pair);
    pair.append(stamp, zone);
    return made;
  }

  function groupField(described, path, value, changed, tools) {
    const inside = element("div", { class: "edit-group" });
    const given = value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
    const fields = described.fields.map((part) => {
      const made = make(part, `${path}.${part.name}`, given[part.name], changed, tools);
      inside.append(made.box);
      return [part.name, made];
    });
    const names = new Set(described.fields.map((part) => part.name));
    const others = Object.entries(given).filter(([key]) => !names.has(key));
    const made = frame(described, path, inside, true);
    return {
      ...made,
      fields: fields.map(([, field]) => field),
      focus: () => fields[0][1].focus(),
      read: () => {
        const read = {};
        // fields keep the order that they have in the file
        fields.forEach(([name, field]) => {
          const one = field.read();
          if (one !== undefined) read[name] = one;
        });
        others.forEach(([key, one]) => {
          read[key] = one;
        });
        return Object.keys(read).length ? read : undefined;
      },
    };
  }

  function listField(described, path, value, changed, tools) {
    const rows = element("div", { role: "list" });
    const told = element("div", { class: "edit-found", role: "status" });
    const inside = element("div", {}, rows, told);
    const one = described.item.title || described.title || words(described.name || "");
    const what = one.toLowerCase();
    let items = [];

    function order() {
      items.forEach((item, at) => {
        const name = item.field.name ? item.field.name() : "";
        item.remove.textContent = "Remove";
        item.remove.setAttribute("aria-label", `Remove ${what} ${name || at + 1}`);
        if (item.heading) {
          const { owner, due, status } = item.field.read() || {};
          const facts = [owner, due && `due ${due}`, status && words(status)].filter(Boolean);
          item.heading.textContent = name || `${one} ${at + 1}`;
          item.facts.textContent = facts.length ? ` ${facts.join(" · ")}` : "";
        }
        item.field.move(`${path}.${at}`);
      });
    }
    function add(given) {
      const described_item = { ...described.item, name: "", title: described.item.title || one };
      const field = make(described_item, `${path}.${items.length}`, given, changed, tools);
      field.move = (to) => move(field, to);
      if (described.item.kind === "group") {
        field.name = () => {
          const read = field.read() || {};
          return [read.id, read.title || read.description || read.kind].filter(Boolean).join(" ");
        };
      }
      const remove = element("button", { type: "button", class: "edit-button" });
      const item = { field, remove };
      let row;
      if (described.item.kind === "group") {
        // a list of long items is a list of their names, each opened by itself
        item.heading = element("span");
        item.facts = element("span", { class: "edit-facts" });
        const summary = element("summary", {}, item.heading, item.facts);
        field.box.querySelector("legend").classList.add("edit-hidden");
        item.details = element("details", { class: "edit-item" }, summary, field.box, remove);
        row = element("div", { role: "listitem" }, item.details);
        field.box.addEventListener("input", order);
      } else {
        field.box.querySelector("label").classList.add("edit-hidden");
        const help = field.box.querySelector(".edit-help");
        if (help) help.remove();
        row = element("div", { role: "listitem", class: "edit-row" }, field.box, remove);
      }
      item.row = row;
      remove.addEventListener("click", () => {
        const at = items.indexOf(item);
        items = items.filter((other) => other !== item);
        const gone = item.field.read() === undefined ? null : removed(item);
        if (gone) row.before(gone.line);
        row.remove();
        order();
        changed();
        if (gone) gone.undo.focus();
        else if (items.length) items[Math.min(at, items.length - 1)].remove.focus();
        else more.focus();
      });
      items.push(item);
      rows.append(row);
      if (field.control && field.control.type === "text") {
        field.control.addEventListener("paste", (event) => pasted(event, item));
      }
      if (item.details && tools.dress) tools.dress(path, item);
      return item;
    }
    function sort() {
      const inOrder = Array.from(rows.children);
      items.sort((a, b) => inOrder.indexOf(a.row) - inOrder.indexOf(b.row));
    }
    /* Several lines that are pasted into an item of one line are several items, unless they are one of several lines. */
    function pasted(event, item) {
      const lines = event.clipboardData
        .getData("text/plain")
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(Boolean);
      if (lines.length < 2) return;
      event.preventDefault();
      const { control } = item.field;
      control.setRangeText(lines[0], control.selectionStart, control.selectionEnd, "end");
      const others = lines.slice(1).map((line) => add(line));
      item.row.after(...others.map((other) => other.row));
      const together = element(
        "button",
        {
          type: "button",
          class: "edit-button",
          onclick: () => {
            const all = [item, ...others].filter((other) => items.includes(other));
            const joined = add(all.map((other) => other.field.read() || "").join("\n"));
            all[0].row.before(joined.row);
            all.forEach((other) => other.row.remove());
            items = items.filter((other) => !all.includes(other));
            sort();
            order();
            changed();
            told.replaceChildren();
            joined.field.focus();
          },
        },
        "Keep them together",
      );
      sort();
      order();
      changed();
      const isText = described.item.kind !== "record";
      told.replaceChildren(
        element("p", {}, `${lines.length} lines, one ${singular(what)} each. `, isText ? together : ""),
      );
      control.focus();
    }
    /* The line in the place of an item that was removed, until the record is saved. */
    function removed(item) {
      const name = item.field.name ? item.field.name() : item.field.read();
      const undo = element(
        "button",
        {
          type: "button",
          class: "edit-link",
          onclick: () => {
            line.replaceWith(item.row);
            items.push(item);
            sort();
            order();
            changed();
            (item.details ? item.details.querySelector("summary") : item.remove).focus();
          },
        },
        "Undo",
      );
      const line = element("div", { role: "listitem", class: "edit-removed" }, `Removed: ${name}. `, undo);
      return { line, undo };
    }
    const more = element(
      "button",
      {
        type: "button",
        class: "edit-button",
        onclick: () => {
          const item = add(freshItem(described, items));
          if (item.details) item.row.setAttribute("data-new", "");
          if (item.details) item.details.open = true;
          order();
          changed();
          item.field.focus();
        },
      },
      `Add ${/^[aeiou]/.test(what) ? "an" : "a"} ${singular(what)}`,
    );
    inside.append(more);
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).forEach((given) => add(given));
    order();
    const made = frame(described, path, inside, true);
    return {
      ...made,
      items: () => items,
      focus: () => more.focus(),
      read: () => {
        const read = items.map((item) => item.field.read()).filter((item) => item !== undefined && item !== "");
        return read.length ? read : undefined;
      },
    };
  }

  function singular(what) {
    return what.endsWith("ies") ? `${what.slice(0, -3)}y` : what.replace(/s$/, "");
  }

  /* An action begins as A4 where there are A1 to A3. */
  function freshItem(described, items) {
    const part = (described.item.fields || []).find((field) => field.name === "id");
    if (!part) return undefined;
    const letter = part.example.replace(/\d+$/, "") || "A";
    const taken = items.map((item) => ((item.field.read() || {}).id || "").replace(letter, ""));
    const next = Math.max(0, ...taken.map(Number).filter(Number.isInteger)) + 1;
    const status = (described.item.fields || []).find((field) => field.name === "status");
    // the first status is that of an item that nobody has worked on
    return { id: `${letter}${next}`, ...(status && { status: status.choices[0] }) };
  }

  function move(field, to) {
    const from = field.box.dataset.path;
    if (from === to) return;
    [field.box, ...field.box.querySelectorAll("[data-path]")].forEach((box) => {
      box.dataset.path = to + box.dataset.path.slice(from.length);
    });
  }

  /* How each kind of field is made; the scripts that are loaded later add to them. */
  const MAKERS = {
    text: textField,
    "long-text": textField,
    address: textField,
    number: textField,
    choice: choiceField,
    "yes-no": yesNoField,
    day: dayField,
    time: timeField,
    group: groupField,
    list: listField,
  };

  function make(described, path, value, changed, tools) {
    const fits =
      value === undefined ||
      (described.kind === "list"
        ? Array.isArray(value)
        : described.kind === "group"
          ? typeof value === "object" && value !== null && !Array.isArray(value)
          : typeof value === "string");
    if (fits) return MAKERS[described.kind](described, path, value, changed, tools);
    // a list where a text belongs, or the other way round: it stays as it is
    const control = element("output", {}, `${JSON.stringify(value)} (change it in a text editor)`);
    return plainField({ ...described, required: false }, path, control, () => value);
  }

  window.pirFields = { element, make, plainField, words, isGuidance, GUIDANCE, MAKERS };
})();
