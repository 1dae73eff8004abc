/* Search results as elements: a hit of pir.open(…).search(…), for the page and for the boxes.
 *
 * pir.result(hit, base, labels)       a result of the page: {item, link, update(hit)}
 * pir.suggestion(hit, labels)             the short form shown below a box
 * pir.filterNames                     the names of the filters, by their keys, in the order in which they are shown
 * pir.labelOf(value, labels)          a value in words
 */
(() => {
  "use strict";
  const pir = window.pir;
  const el = pir.el;

  const FIELDS = {
    id: "Id",
    symptoms: "Symptom",
    lead: "Summary",
    tried: "Tried",
    causes: "Cause",
    services: "Service",
    tags: "Tag",
    body: "In the text",
    replaces: "Replaces",
  };
  const ADVICE = { workaround: "Workaround", recommendation: "Recommendation", definition: "Definition" };
  const FILTERS = {
    kind: "Kind",
    service: "Service",
    client: "Client",
    severity: "Severity",
    cause: "Cause family",
    status: "Status",
    year: "Year",
  };
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "pir-magnifier");
    svg.setAttribute("aria-hidden", "true");
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    shape.setAttribute("d", path);
    svg.append(shape);
    return svg;
  }

  /* The label of a value; without one the value itself, with a capital if it is an identifier such as `in-progress`. */
  function labelOf(text, labels) {
    if (labels && labels[text]) return labels[text];
    return /^[a-z][a-z-]*$/.test(text) ? text[0].toUpperCase() + text.slice(1).replace(/-/g, " ") : text;
  }

  function date(text) {
    const match = /^(\d{4})-(\d\d)-(\d\d)/.exec(text || "");
    const month = match && MONTHS[Number(match[2]) - 1];
    if (!month) return null;
    const time = el("time", "", Number(match[3]) + " " + month + " " + match[1]);
    time.dateTime = text;
    time.title = text.replace("T", " ");
    return time;
  }

  function marked(text, marks) {
    const fragment = document.createDocumentFragment();
    let at = 0;
    (marks || []).forEach((mark) => {
      fragment.append(text.slice(at, mark[0]), el("mark", "pir-mark", text.slice(mark[0], mark[1])));
      at = mark[1];
    });
    fragment.append(text.slice(at));
    return fragment;
  }

  /* A text of a record in which the parts in backticks are code, since people copy commands from here; `words` are marked. */
  function withCode(text, words = []) {
    const pieces = words.length
      ? new RegExp("(?<![\\p{L}\\p{N}])(" + words.join("|") + ")(?![\\p{L}\\p{N}])", "u")
      : null;
    const within = (piece) =>
      pieces ? piece.split(pieces).map((one, at) => (at % 2 ? el("mark", "pir-mark", one) : one)) : [piece];
    return text.split(/`([^`\n]+)`/).flatMap((piece, at) => (at % 2 ? el("code", "", within(piece)) : within(piece)));
  }

  /* The words of a workaround that match, the longest first, for a pattern. */
  function matchingWords(hit) {
    const match = part(hit, "workaround");
    const words = match ? match.marks.map(([start, end]) => match.snippet.slice(start, end)) : [];
    return [...new Set(words)]
      .sort((one, other) => other.length - one.length)
      .map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  }

  function part(hit, field) {
    return hit.why.find((one) => one.field === field);
  }

  function titleOf(hit) {
    const match = part(hit, "title");
    return match ? marked(match.snippet, match.marks) : hit.title;
  }

  /* A chip as on the pages (`chip` of fragments/components.html); its word and look are those of the index. */
  function chip(one) {
    if (!one) return null;
    return el("span", "pir-chip pir-chip--" + one.look, one.text);
  }

  function kind(hit, labels) {
    return chip({ text: labelOf(hit.kind, labels), look: "quiet" });
  }

  /* The advice of a result: the workaround, else the recommendation, or a cause's definition, with its source record. */
  function advice(hit) {
    const name = Object.keys(ADVICE).find((one) => hit.card[one]);
    if (!name) return null;
    const source = hit.card[name + "_of"];
    const label = source ? ADVICE[name] + " of " + source : ADVICE[name];
    const day = hit.card.workaround_replaced_by && date(hit.card.date);
    return {
      label: hit.card.workaround_replaced_by
        ? "Older " + label[0].toLowerCase() + label.slice(1) + (day ? ", " + day.textContent : "")
        : label,
      text: String(hit.card[name]),
      look: hit.card.workaround_replaced_by ? "pir-result__todo pir-result__todo--older" : "pir-result__todo",
    };
  }

  /* What took the place of a record, or of its workaround. */
  function newer(one, text, base) {
    if (!one) return null;
    const link = el("a", "pir-result__newer", one.id + " " + one.title);
    link.href = base + one.url;
    return el("p", "pir-result__superseded", [text, link]);
  }

  function reasons(hit) {
    return hit.why
      .filter((one) => one.field !== "title" && one.field !== "workaround") // its workaround is shown whole
      .map((one) => {
        const name = FIELDS[one.field] || labelOf(one.field);
        return el("p", "pir-result__why", [el("span", "pir-result__field", name), " ", marked(one.snippet, one.marks)]);
      });
  }

  function facts(hit, labels) {
    const actions = Number(hit.card.open_actions) || 0;
    const services = (hit.card.services || []).map((name) => labelOf(name, labels)).join(", ");
    const day = date(hit.card.date);
    const place = hit.card.page || hit.id.replace(/^(\.\.\/)+/, ""); // other pages of a site have a path as their id
    const all = [
      place && el("span", "", place),
      hit.kind === "problem" && day ? el("span", "", ["opened ", day]) : day,
      services && el("span", "", services),
      chip(hit.chips.status),
      actions && el("span", "", actions === 1 ? "1 open action" : actions + " open actions"),
    ];
    return all.filter(Boolean);
  }

  pir.result = (hit, base, labels) => {
    const link = el("a", "pir-result__link", titleOf(hit));
    link.href = base + hit.url;
    const todo = advice(hit);
    const steps = (one) => [el("strong", "", todo.label), " ", ...withCode(todo.text, matchingWords(one))];
    const todoBox = todo && el("p", todo.look, steps(hit));
    const why = el("div", "pir-result__reasons", reasons(hit));
    const item = el("li", "pir-result", [
      el("div", "pir-result__head", [kind(hit, labels), el("h2", "pir-result__title", link), chip(hit.chips.severity)]),
      newer(hit.card.superseded_by, "Superseded by ", base),
      newer(hit.card.workaround_replaced_by, "The workaround to use now is that of ", base),
      todoBox,
      why,
      el("p", "pir-result__facts", facts(hit, labels)),
    ]);
    return {
      item,
      link,
      update(other) {
        why.replaceChildren(...reasons(other));
        if (todoBox) todoBox.replaceChildren(...steps(other));
      },
    };
  };

  pir.suggestion = (hit, labels) => {
    const todo = advice(hit);
    const first = hit.why.find((one) => one.field !== "title");
    // a part of a site page names the page
    const label = todo ? todo.label : hit.card.page;
    const text = todo ? withCode(todo.text) : first && [marked(first.snippet, first.marks)];
    const second =
      (label || text) &&
      el(
        "span",
        "pir-suggestion__text",
        [label && el("strong", "", label + (text ? ": " : ""))].concat(text || []).filter(Boolean),
      );
    return el("a", "pir-suggestion", [
      el("span", "pir-suggestion__head", [
        kind(hit, labels),
        el("span", "pir-suggestion__title", titleOf(hit)),
        chip(hit.chips.severity),
        hit.card.superseded_by && chip(hit.chips.status),
      ]),
      second,
    ]);
  };

  pir.magnifier = () =>
    icon(
      "M9.5 3a6.5 6.5 0 0 1 5.15 10.46l5.44 5.45-1.41 1.41-5.45-5.44A6.5 6.5 0 1 1 9.5 3m0 2a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9z",
    );
  pir.filterNames = FILTERS;
  pir.labelOf = labelOf;
})();
