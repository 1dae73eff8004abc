/* The page of the form: a list of what there is to do, or one record, edited by the steps of the process.
 *
 * The record is as it was opened; `values`, `texts` and `added` hold what differs from it. All of it stays on the page
 * until it is saved, whatever happens to the file meanwhile.
 */
(() => {
  "use strict";
  const { element, make, words, isGuidance } = window.pirFields;
  const { inWordsOf, refusalInWordsOf } = window.pirMessages;

  const PAUSE = 350; // milliseconds after the last key before a check
  const STILL_GUIDANCE = "PIR119"; // what is left of a template
  const MOST_LISTED = 30;
  const main = document.getElementById("main");
  const state = document.getElementById("state");
  const where = document.getElementById("where");
  const saveButton = document.getElementById("save");

  let record = null;
  let step = 0;
  let values = {};
  let texts = {};
  let added = {};
  let shown = new Map();
  let assessment = null;
  let panels = {};
  let waiting = 0;
  let asked = 0;
  let checking = false;
  let saving = false;
  let following = ""; // the step that is left once the process has gone on
  let pressed = false; // whether a button of the mouse is down
  let refused = null; // the answer to a save that would have brought errors

  // ---- talking to the preview ------------------------------------------------------------------------------------

  async function call(name, sent) {
    let answer;
    try {
      answer = await fetch(`api/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(sent),
      });
    } catch {
      throw new Error("The preview does not answer. What you typed is still here; start 'pir serve' again, then save.");
    }
    const read = await answer.json();
    const form = read.form || (read.saved && read.saved.form) || (record && record.form);
    if (!answer.ok) throw new Error(form ? refusalInWordsOf(form, read.error, sent, record.texts) : read.error);
    return form ? inWordsOf(form, read, sent) : read;
  }

  async function find(kinds, typed) {
    try {
      return await call("find", { kinds, words: typed });
    } catch {
      return null;
    }
  }

  function tell(message, isWrong = false) {
    state.textContent = message;
    state.classList.toggle("edit-state--wrong", isWrong);
  }

  // ---- what differs from the file --------------------------------------------------------------------------------

  function canonical(one) {
    if (Array.isArray(one)) return `[${one.map(canonical).join()}]`;
    if (one !== null && typeof one === "object") {
      const keys = Object.keys(one).sort();
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(one[key])}`).join()}}`;
    }
    return JSON.stringify(one) || "";
  }

  function same(a, b) {
    return canonical(a) === canonical(b);
  }

  function take() {
    shown.forEach((field, name) => {
      const read = field.read();
      // what a field shows differently than it is typed in the file is no change
      if (same(read, field.first)) return;
      if (same(read, record.data[name])) delete values[name];
      else values[name] = read;
      field.first = read;
    });
  }

  function value(name) {
    return name in values ? values[name] : record.data[name];
  }

  function isChanged() {
    return Boolean(record) && [values, texts, added].some((changes) => Object.keys(changes).length > 0);
  }

  function given() {
    take();
    const data = { ...record.data };
    Object.entries(values).forEach(([name, one]) => {
      if (one === undefined) delete data[name];
      else data[name] = one;
    });
    return { id: record.id, digest: record.digest, data, texts, added };
  }

  function changed() {
    take();
    tell(isChanged() ? "Not saved" : "");
    saveButton.disabled = !isChanged();
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE);
  }

  /* A day or a time of which only a part is typed: the browser gives no value of it, so that it would be lost. */
  function halfTyped() {
    return Array.from(main.querySelectorAll("#form input")).filter((control) => control.validity.badInput);
  }

  function isHalfTyped() {
    const [control] = halfTyped();
    if (!control) return false;
    const title = control.closest("[data-path]").querySelector("label").firstChild.textContent.trim();
    assess();
    for (let item = control.closest("details"); item; item = item.parentElement.closest("details")) item.open = true;
    control.focus();
    tell(`“${title}” is not complete. Complete it, or empty the field.`, true);
    return true;
  }

  window.addEventListener("beforeunload", (event) => {
    if (record) take();
    if (isChanged() || halfTyped().length) event.preventDefault();
  });

  document.addEventListener("pointerdown", () => (pressed = true), true);
  ["pointerup", "pointercancel"].forEach((name) => document.addEventListener(name, () => (pressed = false), true));

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && record) {
      event.preventDefault();
      save();
    }
  });
  saveButton.addEventListener("click", () => save());

  // ---- checking --------------------------------------------------------------------------------------------------

  async function check() {
    asked += 1;
    const mine = asked;
    // one at a time: of a large knowledge base a check takes a moment
    if (checking) return;
    checking = true;
    try {
      const answer = await call("check", given());
      if (mine !== asked) return;
      assessment = answer;
      if (refused) refused.isNew = false;
      assess();
      follow();
      if (answer.state !== "same" && !panels.conflict.childElementCount) {
        panels.conflict.replaceChildren(
          note(
            answer.state === "deleted"
              ? "The file of this record was deleted. Saving asks whether to write it again."
              : "The file was changed by somebody else since it was opened. Saving shows both.",
          ),
        );
      }
    } catch (error) {
      if (mine === asked) tell(error.message, true);
    } finally {
      checking = false;
      if (mine !== asked) check();
    }
  }

  /* What was left can be judged: a part of a day, and an item that was added. */
  function left(event) {
    const fresh = event.target.closest("[data-new]");
    const isLeft = fresh && event.relatedTarget && !fresh.contains(event.relatedTarget);
    if (isLeft) fresh.removeAttribute("data-new");
    if (event.target.validity && event.target.validity.badInput) saveButton.disabled = false;
    else if (!isLeft) return;
    // what is being pressed must not move away or be made anew below the pointer
    if (pressed) document.addEventListener("pointerup", () => setTimeout(assess), { once: true });
    else assess();
  }

  /* After going on, the step where the process now is. */
  function follow() {
    const at = following && assessment.gate ? stepNow(assessment) : -1;
    const isNext = at >= 0 && assessment.gate.steps[at].id !== following;
    following = "";
    if (!isNext || at === step || isHalfTyped()) return;
    show(at);
    panels.steps[at].focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  function note(text, ...more) {
    return element("div", { class: "edit-note edit-note--wrong", role: "alert" }, element("p", {}, text), ...more);
  }

  function stepOf(problem) {
    const { steps } = record.form;
    if (problem.text !== null) return steps.findIndex((one) => one.sections);
    const name = problem.field.split(".")[0];
    return steps.findIndex((one) => one.fields.includes(name));
  }

  function fieldTitle(problem) {
    if (problem.text !== null) return record.texts[problem.text]?.title || "The report";
    const described = record.form.fields.find((one) => one.name === problem.field.split(".")[0]);
    return described ? described.title : "The record";
  }

  function boxOf(problem) {
    if (problem.text !== null) return main.querySelector(`[data-text="${problem.text}"]`);
    let path = problem.field;
    while (path) {
      const box = Array.from(main.querySelectorAll("[data-path]")).find((one) => one.dataset.path === path);
      if (box) return box;
      path = path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "";
    }
    return null;
  }

  function problemText(problem) {
    const hint = problem.hint ? ` – ${problem.hint}` : "";
    return element(
      "p",
      { class: problem.severity === "error" ? "edit-problem edit-problem--error" : "edit-problem" },
      element("span", { class: "edit-severity" }, problem.severity === "error" ? "Error" : "Check"),
      ` ${problem.message}${hint} `,
      element("span", { class: "edit-code" }, problem.code),
    );
  }

  /* Show what is wrong beside the fields and on the steps, and the two panels at the side. */
  function assess() {
    // an item that was just added is not wrong while it is filled
    const problems = assessment.problems.filter((problem) => {
      const box = boxOf(problem);
      return !(box && box.closest("[data-new]"));
    });
    // its problems stand in it
    if (panels.release) showRelease();
    main.querySelectorAll(".edit-problems").forEach((box) => box.replaceChildren());
    main.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
    const counts = record.form.steps.map(() => 0);
    problems.forEach((problem) => {
      const at = stepOf(problem);
      if (at >= 0 && problem.severity === "error") counts[at] += 1;
      const box = boxOf(problem);
      if (!box) return;
      const control = box.tagName === "FIELDSET" ? null : box.querySelector("input, select, textarea");
      // an empty field shows what is left of the template as its hint
      if (problem.code === STILL_GUIDANCE && control && !control.value) return;
      const list = Array.from(box.children).find((child) => child.classList.contains("edit-problems"));
      list.append(problemText(problem));
      if (control && problem.severity === "error") control.setAttribute("aria-invalid", "true");
      const item = box.closest("details");
      if (item && problem.severity === "error") item.open = true;
    });
    halfTyped().forEach((control) => {
      control.setAttribute("aria-invalid", "true");
      const list = control.closest("[data-path]").querySelector(".edit-problems");
      list.append(element("p", { class: "edit-problem edit-problem--error" }, "This is not complete."));
    });
    panels.steps.forEach((button, at) => {
      button.querySelector(".edit-count").textContent = counts[at] ? `${counts[at]} wrong` : "";
    });
    showProblems(problems);
    showGate(assessment.gate);
    showSeen(assessment.seen);
    if (refused) showRefusal();
  }

  function jump(label, problem) {
    return element("button", { type: "button", class: "edit-link", onclick: () => goTo(problem) }, label);
  }

  function showProblems(problems) {
    const guidance = problems.filter((problem) => problem.code === STILL_GUIDANCE);
    const others = problems.filter((problem) => problem.code !== STILL_GUIDANCE);
    const rows = others.map((problem) =>
      element("li", {}, jump(`${fieldTitle(problem)}: ${problem.message}`, problem)),
    );
    const heading = panels.problems.previousElementSibling;
    heading.textContent = others.length ? `What the check says (${others.length})` : "What the check says";
    const unwritten = element("p", {}, "Still to be written: ");
    guidance.forEach((problem, at) => {
      unwritten.append(at ? ", " : "", jump(fieldTitle(problem), problem));
    });
    panels.problems.replaceChildren(
      rows.length ? element("ul", {}, ...rows) : "",
      guidance.length ? unwritten : "",
      problems.length ? "" : element("p", { class: "pir-note" }, "Nothing is wrong."),
    );
  }

  function goTo(problem) {
    const at = stepOf(problem);
    if (at >= 0 && at !== step) show(at);
    const box = boxOf(problem);
    if (!box) return;
    for (let item = box.closest("details"); item; item = item.parentElement.closest("details")) item.open = true;
    const control = Array.from(box.querySelectorAll("input, select, textarea, button")).find((one) => !one.hidden);
    box.scrollIntoView({ block: "center" });
    if (control) control.focus();
  }

  /* Where a condition is met: a field, or the report. */
  function placeOf(condition) {
    const isField = record.form.fields.some((field) => field.name === condition.field);
    const unwritten = assessment.problems.find((one) => one.text !== null && one.code === STILL_GUIDANCE);
    const text = unwritten ? unwritten.text : Math.min(1, record.texts.length - 1);
    return isField ? { field: condition.field, text: null } : { field: "", text };
  }

  function showGate(gate) {
    if (!panels.gate) return;
    if (!gate) {
      panels.gate.replaceChildren(element("p", { class: "pir-note" }, "Shown once the record has no errors."));
      return;
    }
    const now = gate.steps.find((one) => one.state === "now");
    const rows = (now ? now.conditions : []).map((condition) =>
      element(
        "li",
        { class: condition.met ? "edit-met" : "edit-unmet" },
        element("span", { class: "edit-severity" }, condition.met ? "Met: " : "Open: "),
        condition.met ? condition.text : jump(condition.text, placeOf(condition)),
      ),
    );
    const order = record.form.fields.find((field) => field.name === "status").choices;
    const next = order[order.indexOf(gate.status) + 1];
    const ready = now && !gate.blocked_by.length && !gate.unearned.length && next && next !== "archived";
    panels.gate.replaceChildren(
      element("p", {}, now ? `${now.id} ${now.name}` : words(gate.status), now && now.due ? `, due ${now.due}` : ""),
      rows.length ? element("ul", { class: "edit-conditions" }, ...rows) : "",
      ready
        ? element(
            "button",
            {
              type: "button",
              class: "edit-button",
              onclick: () => {
                take();
                values.status = next;
                show(step);
                changed();
                following = now.id;
                clearTimeout(waiting);
                check();
                tell(`The status is now ${words(next)}. Not saved`);
              },
            },
            `Go on to ${words(next)}`,
          )
        : element("p", { class: "pir-note" }, gate.next ? `Next: ${gate.next}` : ""),
    );
  }

  /* A value as lines of text, for the client's view and for a choice between two versions. */
  function lines(one, indent = "") {
    if (one === undefined || one === null || one === "") return "";
    if (Array.isArray(one)) {
      return one.map((item) => `${indent}• ${lines(item, `${indent}  `).trimStart()}`).join("\n");
    }
    if (typeof one === "object") {
      return Object.entries(one)
        .map(([key, item]) =>
          typeof item === "object" && item !== null
            ? `${indent}${words(key)}:\n${lines(item, `${indent}  `)}`
            : `${indent}${words(key)}: ${item}`,
        )
        .join("\n");
    }
    return String(one);
  }

  /* HTML of the preview, which makes it of elements without attributes. */
  function parsed(html) {
    return Array.from(new DOMParser().parseFromString(html, "text/html").body.childNodes);
  }

  function showSeen(seen) {
    if (!panels.seen) return;
    if (!seen) {
      panels.seen.replaceChildren(element("p", { class: "pir-note" }, "Shown once the record has no errors."));
      return;
    }
    const rows = seen.parts
      .filter((part) => part.shown)
      .map((part) => element("div", {}, element("dt", {}, part.title), element("dd", {}, ...parsed(part.shown))));
    const inside = seen.parts.filter((part) => !part.shown).map((part) => part.title);
    panels.seen.replaceChildren(
      element("p", { class: "pir-note" }, seen.text),
      element("dl", { class: "edit-seen" }, ...rows),
      inside.length ? element("p", { class: "pir-note" }, `Stays inside: ${inside.join(", ")}.`) : "",
    );
  }

  // ---- the form --------------------------------------------------------------------------------------------------

  function showRecord(opened, at) {
    record = opened;
    assessment = opened;
    // a check that is under way is of what was
    asked += 1;
    refused = null;
    values = {};
    texts = {};
    added = {};
    const { form } = record;
    document.title = `Edit ${record.id}`;
    where.textContent = record.id;
    saveButton.hidden = record.read_only;
    saveButton.disabled = true;
    panels = {
      conflict: element("div", { id: "conflict" }),
      steps: [],
      form: element("form", {
        id: "form",
        tabindex: "-1",
        novalidate: true,
        onsubmit: (event) => event.preventDefault(),
        onfocusout: left,
      }),
      problems: element("div"),
      gate: form.kind === "pir" ? element("div") : null,
      seen: form.fields.some((field) => field.name === "release") ? element("div") : null,
    };
    const steps = element("nav", { class: "edit-steps", "aria-label": "Steps" });
    if (form.steps.length > 1) {
      form.steps.forEach((one, number) => {
        const button = element(
          "button",
          { type: "button", class: "edit-step", onclick: () => isHalfTyped() || show(number) },
          element("span", { class: "edit-step-id" }, one.id),
          ` ${one.name} `,
          element("span", { class: "edit-count" }),
        );
        panels.steps.push(button);
        steps.append(button);
      });
    }
    const side = element(
      "aside",
      { class: "edit-side", "aria-label": "Check, next step and view of the client" },
      element("h2", {}, "What the check says"),
      panels.problems,
      ...(panels.gate ? [element("h2", {}, "Where it stands"), panels.gate] : []),
      ...(panels.seen ? [element("h2", {}, "What the client sees"), panels.seen] : []),
    );
    main.replaceChildren(
      element(
        "div",
        { class: "pir-top" },
        element("p", { class: "pir-eyebrow" }, `${words(form.label)} ${record.id}`),
        element(
          "h1",
          {},
          record.data.title && !isGuidance(record.data.title) ? record.data.title : record.data.name || record.id,
        ),
        record.read_only ? note("The file is read-only: what you type here cannot be saved.") : "",
      ),
      panels.conflict,
      form.steps.length > 1 ? steps : "",
      element("div", { class: "edit-columns" }, panels.form, side),
    );
    show(at);
    tell("");
  }

  function show(at) {
    if (shown.size) take();
    step = at;
    shown = new Map();
    panels.release = null;
    const one = record.form.steps[at];
    panels.steps.forEach((button, number) => {
      if (number === at) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    const parts = [];
    if (one.summary) parts.push(element("p", { class: "edit-summary" }, one.summary));
    one.fields.forEach((name) => {
      const described = record.form.fields.find((field) => field.name === name);
      if (name === "audience" && described.fixed) return;
      if (name === "release") {
        panels.release = element("div", { class: "edit-release", "data-path": "release" });
        parts.push(panels.release);
        return;
      }
      const field = make(described, name, value(name), changed, { find, dress });
      field.first = field.read();
      shown.set(name, field);
      parts.push(field.box);
    });
    if (one.sections) parts.push(...sections());
    panels.form.replaceChildren(...parts);
    registerNotes();
    if (assessment) assess();
  }

  function isUnfinished(status) {
    return !status || record.unfinished.includes(status);
  }

  /* What is done with an action most often, at its top: each press fills the fields that belong together. */
  function dress(path, item) {
    if (path !== "actions") return;
    function part(name) {
      return item.field.fields.find((one) => one.box.dataset.path.endsWith(`.${name}`)).control;
    }
    function press(status, filled, next) {
      Object.entries({ status, ...filled }).forEach(([name, one]) => {
        part(name).value = one;
      });
      part("status").dispatchEvent(new Event("input", { bubbles: true }));
      changed();
      part(next).focus();
      tell(`${words(status)}, not saved`);
    }
    const acts = [
      ["Done", isUnfinished, () => press("done", { completed: record.today }, "completed")],
      ["Verified", (status) => status === "done", () => press("verified", { verified: record.today }, "verified")],
      ["Cancelled", isUnfinished, () => press("cancelled", {}, "cancel_reason")],
    ];
    const buttons = acts.map(([label, , onclick]) =>
      element("button", { type: "button", class: "edit-button", onclick }, label),
    );
    function renew() {
      acts.forEach(([, fits], at) => {
        buttons[at].disabled = !fits(part("status").value);
      });
    }
    item.field.box.addEventListener("input", renew);
    item.field.box.before(
      element("div", { class: "edit-acts", role: "group", "aria-label": "Set the status" }, ...buttons),
    );
    renew();
  }

  function registerNotes() {
    Object.entries(record.register || {}).forEach(([id, fields]) => {
      const field = shown.get("actions");
      const item = field && field.items().find((one) => (one.field.read() || {}).id === id);
      if (item) {
        const names = fields.map(words).join(", ");
        item.field.box.prepend(
          element(
            "p",
            { class: "edit-help" },
            `${names}: the register of actions says it, and overrules what is here.`,
          ),
        );
      }
    });
  }

  /* The sections of the report, those that the file has and those that it could have, each with its guidance. */
  function sections() {
    const known = record.form.sections;
    const here = record.texts.map((text, number) => ({ ...text, number, at: number }));
    const titles = new Set(here.map((text) => text.title));
    const missing = known.filter((section) => !titles.has(section.title));
    const all = [...here];
    missing.forEach((section) => {
      const later = new Set(known.slice(known.indexOf(section) + 1).map((one) => one.title));
      const place = all.findIndex((one) => one.title && later.has(one.title));
      all.splice(place < 0 ? all.length : place, 0, { title: section.title, text: "", number: null });
    });
    const boxes = all
      .filter((one) => one.title || one.text)
      .map((one) => {
        const section = known.find((other) => other.title === one.title);
        return sectionBox(one, section);
      });
    return [element("h2", {}, "Report"), ...boxes];
  }

  function sectionBox(one, section) {
    const changes = one.number === null ? added : texts;
    const key = one.number === null ? one.title : one.number;
    return window.pirSections.sectionBox(one, section, changes[key], (text) => {
      const now = one.number === null ? added : texts;
      if (text === one.text) delete now[key];
      else now[key] = text;
      changed();
    });
  }

  // ---- the release -----------------------------------------------------------------------------------------------

  function showRelease() {
    const release = record.data.release;
    const audience = record.data.audience || "internal";
    const isReleased = Boolean(release) && audience !== "internal";
    const role = element("select", { id: "release-role" });
    record.roles.forEach((one) => role.append(element("option", { value: one }, words(one))));
    const choice = element("select", { id: "release-audience" });
    record.audiences.forEach((one) => choice.append(element("option", { value: one.value }, one.label)));
    const unsaved = isChanged();
    const content = [
      element("h2", {}, "Release"),
      element("p", {}, assessment.approval ? assessment.approval.text : ""),
      element("p", { class: "edit-help" }, "Read what the client sees, at the side or below. Then approve it."),
      element("div", { class: "edit-field" }, element("label", { for: "release-role" }, "Approved by"), role),
      element("div", { class: "edit-field" }, element("label", { for: "release-audience" }, "Who may see it"), choice),
      unsaved ? element("p", { class: "edit-help" }, "Save first: only what is saved can be approved.") : "",
      element(
        "button",
        { type: "button", class: "edit-button", disabled: unsaved, onclick: () => approve(choice.value, role.value) },
        isReleased ? "Approve again" : "Approve the release",
      ),
      isReleased
        ? element(
            "button",
            {
              type: "button",
              class: "edit-button",
              disabled: unsaved,
              onclick: (event) => askToWithdraw(event.target),
            },
            "Withdraw",
          )
        : "",
      element("div", { class: "edit-problems" }),
    ];
    const focused = panels.release.contains(document.activeElement);
    if (!focused) panels.release.replaceChildren(...content);
  }

  /* A release that is withdrawn needs another approval, so that it is asked for twice. */
  function askToWithdraw(button) {
    const keep = element(
      "button",
      {
        type: "button",
        class: "edit-button",
        onclick: () => {
          question.replaceWith(button);
          button.focus();
        },
      },
      "Keep it released",
    );
    const question = element(
      "span",
      { role: "alert" },
      " Withdraw the release? To release it again it must be approved again. ",
      element(
        "button",
        { type: "button", class: "edit-button", onclick: () => approve("internal", "") },
        "Yes, withdraw",
      ),
      keep,
    );
    button.replaceWith(question);
    keep.focus();
  }

  async function approve(audience, by) {
    tell("Saving …");
    try {
      const answer = await call("release", { id: record.id, digest: record.digest, audience, by });
      if (answer.saved) {
        showRecord(answer.saved, step);
        tell(audience === "internal" ? "Withdrawn. " : `Released. ${answer.message}`);
      } else settle(answer);
    } catch (error) {
      tell(error.message, true);
    }
  }

  // ---- saving ----------------------------------------------------------------------------------------------------

  async function save(how = "save", more = {}) {
    if (saving || record.read_only) return;
    await window.pirPickers.settle();
    if (isHalfTyped()) return;
    panels.form.querySelectorAll("[data-new]").forEach((row) => row.removeAttribute("data-new"));
    const sent = given();
    if (!isChanged() && how === "save") {
      tell("Nothing to save.");
      return;
    }
    saving = true;
    refused = null;
    tell("Saving …");
    try {
      settle(await call(how, { ...sent, ...more }), sent);
    } catch (error) {
      tell(error.message, true);
      panels.conflict.replaceChildren(note(error.message));
    } finally {
      saving = false;
    }
  }

  function settle(answer, sent) {
    if (answer.saved) {
      const focused = document.activeElement && document.activeElement.closest("[data-path], [data-text]");
      const path = focused && (focused.dataset.path || focused.dataset.text);
      const opened = Array.from(panels.form.querySelectorAll("details[open] > [data-path]"), (box) => box.dataset.path);
      // what was typed while it was being saved is not lost
      const later = given();
      const unchanged =
        !sent || (same(later.data, sent.data) && same(later.texts, sent.texts) && same(later.added, sent.added));
      if (unchanged) {
        shown = new Map();
        showRecord(answer.saved, step);
        opened.forEach((one) => {
          const box = Array.from(panels.form.querySelectorAll("[data-path]")).find(
            (other) => other.dataset.path === one,
          );
          if (box) box.closest("details").open = true;
        });
        const box =
          path &&
          Array.from(panels.form.querySelectorAll("[data-path], [data-text]")).find(
            (one) => (one.dataset.path || one.dataset.text) === path,
          );
        const control = box && box.querySelector("input, select, textarea");
        if (control) control.focus({ preventScroll: true });
        tell(answer.message);
      } else rebase(answer.saved, later, sent);
      return;
    }
    if (answer.refused) {
      refused = { ...answer, isNew: true };
      showRefusal();
      tell("Not saved", true);
      panels.conflict.scrollIntoView({ block: "nearest" });
      check();
      return;
    }
    if (answer.conflict === null) {
      const again = element(
        "button",
        { type: "button", class: "edit-button", onclick: () => save("save-deleted") },
        "Write the file again",
      );
      showConflict(note("The file of this record was deleted. What you typed is still here.", again));
      return;
    }
    if (answer.conflict.unreadable) {
      showConflict(
        note(
          "The file was changed on the disk and cannot be read any more, so nothing was saved. Correct it in a text editor, then save again; what you typed is still here.",
          ...answer.conflict.unreadable.map((problem) => element("p", {}, `Line ${problem.line}: ${problem.message}`)),
          element(
            "details",
            {},
            element("summary", {}, "The file as it is now"),
            element("pre", {}, answer.conflict.content),
          ),
        ),
      );
      return;
    }
    showVersions(answer.conflict);
  }

  function showConflict(content) {
    panels.conflict.replaceChildren(content);
    tell("Not saved", true);
    panels.conflict.scrollIntoView({ block: "nearest" });
  }

  /* The errors that kept a save from happening, those of them that are still there; until they were checked again, all. */
  function showRefusal() {
    const remaining = refused.refused
      .map((problem) => {
        const here = assessment.problems.find((one) => one.code === problem.code && one.message === problem.message);
        return { problem, here, isMended: problem.path === record.path && !here && !refused.isNew };
      })
      .filter((one) => !one.isMended);
    if (!remaining.length) {
      refused = null;
      panels.conflict.replaceChildren();
      tell("The errors are mended. Not saved");
      return;
    }
    const list = element(
      "ul",
      {},
      ...remaining.map(({ problem, here }) =>
        here
          ? element("li", {}, jump(`${fieldTitle(here)}: ${here.message}`, here))
          : element("li", {}, problemText(problem), problem.path === record.path ? "" : problem.path),
      ),
    );
    const nevertheless = refused.final
      ? ""
      : element(
          "button",
          { type: "button", class: "edit-button", onclick: () => save("save", { with_errors: true }) },
          "Save anyway; the errors stay",
        );
    const text = refused.final
      ? "Nothing was saved, because the file could not be read again:"
      : "Nothing was saved yet, because this would bring errors. While a record has errors, no client's edition is published:";
    panels.conflict.replaceChildren(note(text, list, nevertheless));
  }

  /* What was typed after a save began, on top of what was saved. */
  function rebase(saved, later, sent) {
    const mine = {};
    Object.keys({ ...later.data, ...sent.data }).forEach((name) => {
      if (!same(later.data[name], sent.data[name])) mine[name] = later.data[name];
    });
    const mineTexts = byTitle(later, record, sent);
    shown = new Map();
    showRecord(saved, step);
    apply(mine, mineTexts);
  }

  function byTitle(from, opened, except = { texts: {}, added: {} }) {
    const mine = {};
    Object.entries(from.texts).forEach(([number, text]) => {
      if (except.texts[number] !== text) mine[opened.texts[number].title] = text;
    });
    Object.entries(from.added).forEach(([title, text]) => {
      if (except.added[title] !== text) mine[title] = text;
    });
    return mine;
  }

  function apply(mine, mineTexts) {
    values = {};
    Object.entries(mine).forEach(([name, one]) => {
      if (!same(one, record.data[name])) values[name] = one;
    });
    texts = {};
    added = {};
    Object.entries(mineTexts).forEach(([title, text]) => {
      const number = record.texts.findIndex((one) => one.title === title);
      if (number < 0) added[title] = text;
      else if (record.texts[number].text !== text) texts[number] = text;
    });
    shown = new Map();
    show(step);
    changed();
  }

  /* Two versions of the record: fields that only one of them changed are taken over, the others are chosen. */
  function showVersions(theirs) {
    const mine = given();
    const mineTexts = byTitle(mine, record);
    const chosen = {};
    const chosenTexts = {};
    const choices = [];
    const together = [];
    function offer(title, own, other, keep) {
      keep(own);
      const name = `choice${choices.length}`;
      function option(label, one, isFirst) {
        return element(
          "label",
          { class: "edit-version" },
          element("input", { type: "radio", name, checked: isFirst, onchange: () => keep(one) }),
          ` ${label}`,
          element("span", { class: "edit-lines" }, lines(one) || "(nothing)"),
        );
      }
      choices.push(
        element(
          "fieldset",
          { class: "edit-versions" },
          element("legend", {}, title),
          option("Keep mine", own, true),
          option("Take that of the file", other, false),
        ),
      );
    }
    Object.entries(values).forEach(([name, own]) => {
      const described = record.form.fields.find((field) => field.name === name);
      const label = described ? described.title : name;
      if (same(theirs.data[name], record.data[name]) || same(theirs.data[name], own)) chosen[name] = own;
      else if (name in theirs.merged.data) {
        chosen[name] = theirs.merged.data[name];
        together.push(label);
      } else {
        offer(label, own, theirs.data[name], (one) => {
          chosen[name] = one;
        });
      }
    });
    Object.entries(mineTexts).forEach(([title, own]) => {
      const before = record.texts.find((one) => one.title === title);
      const other = theirs.texts.find((one) => one.title === title);
      const theirText = other ? other.text : "";
      const label = title || "Before the first section";
      if (theirText === (before ? before.text : "") || theirText === own) chosenTexts[title] = own;
      else if (title in theirs.merged.texts) {
        chosenTexts[title] = theirs.merged.texts[title];
        together.push(label);
      } else {
        offer(label, own, theirText, (one) => {
          chosenTexts[title] = one;
        });
      }
    });
    const text = choices.length
      ? "Somebody changed the same lines or fields since you opened the record. Nothing was saved. Choose for each:"
      : "Somebody changed this record since you opened it. Nothing was saved yet; your changes can be put on top of theirs.";
    showConflict(
      note(
        text,
        together.length
          ? element("p", {}, `Changed by both of you in different places, and put together: ${together.join(", ")}.`)
          : "",
        ...choices,
        element(
          "button",
          {
            type: "button",
            class: "edit-button",
            onclick: () => {
              shown = new Map();
              showRecord(theirs, step);
              apply(chosen, chosenTexts);
              tell("Both are here now. Look at it, then save.");
            },
          },
          "Go on with both",
        ),
      ),
    );
  }

  // ---- what there is to do ---------------------------------------------------------------------------------------

  function linkTo(id, label, more) {
    return element(
      "li",
      {},
      element(
        "a",
        { href: `?id=${encodeURIComponent(id)}` },
        element("span", { class: "edit-code" }, id),
        ` ${label || ""}`,
      ),
      more ? element("span", { class: "pir-note" }, ` ${more}`) : "",
    );
  }

  function listOf(title, all, empty) {
    const rows = all.slice(0, MOST_LISTED);
    if (all.length > rows.length) {
      rows.push(element("li", { class: "pir-note" }, `and ${all.length - rows.length} more: open them by their id`));
    }
    return [
      element("h2", {}, title),
      rows.length ? element("ul", { class: "edit-list" }, ...rows) : element("p", { class: "pir-note" }, empty),
    ];
  }

  function beginForm(home) {
    const kind = element("select", { id: "begin-kind" });
    home.kinds.forEach((one) => kind.append(element("option", { value: one.kind }, one.label)));
    // a field that misses a record says what is to be begun
    const asking = new URLSearchParams(location.search);
    if (home.kinds.some((one) => one.kind === asking.get("begin"))) kind.value = asking.get("begin");
    const wanted = { title: asking.get("title") || undefined };
    if (wanted.title && kind.value === "cause" && wanted.title.includes("/")) {
      const [family, ...rest] = wanted.title.split("/");
      wanted.family = family;
      wanted.title = words(rest.join(" "));
    }
    const inside = element("div");
    const problem = element("p", { class: "edit-problem edit-problem--error", role: "alert", hidden: true });
    let fields = {};
    function field(name, described) {
      fields[name] = make(
        { name, description: "", choices: [], kinds: [], example: "", ...described },
        `new.${name}`,
        wanted[name],
        () => {},
        { find },
      );
      return fields[name].box;
    }
    function renew() {
      fields = {};
      const boxes = [];
      if (kind.value === "pir") {
        const incidents = home.incidents.map((row) => row.id);
        const select = element(
          "select",
          { id: "begin-incident" },
          element("option", { value: "" }, "none of the register"),
        );
        home.incidents.forEach((row) => {
          const label = [
            row.id,
            row.opened,
            row.client,
            row.service,
            row.severity,
            row.required ? "review required" : "",
          ];
          select.append(element("option", { value: row.id }, label.filter(Boolean).join(" · ")));
        });
        fields.incident = { read: () => select.value || undefined };
        boxes.push(
          element(
            "div",
            { class: "edit-field" },
            element("label", { for: "begin-incident" }, "Incident"),
            element(
              "p",
              { class: "edit-help" },
              incidents.length
                ? "Incidents of the register without a review; what the register says is filled in."
                : "Every incident of the register has a review.",
            ),
            select,
          ),
          field("client", {
            kind: "record",
            kinds: ["client"],
            title: "Client",
            description: "Only needed without an incident.",
          }),
          field("severity", {
            kind: "choice",
            choices: home.severities,
            title: "Severity",
            description: "Only needed where the register does not say it.",
          }),
        );
      }
      if (["lesson", "problem"].includes(kind.value)) {
        boxes.push(
          field("review", {
            kind: "record",
            kinds: ["pir"],
            title: "From the review",
            description: "Its causes, services and symptoms are filled in.",
          }),
        );
      }
      if (kind.value === "cause") {
        boxes.push(
          field("family", {
            kind: "text",
            title: "Family",
            description: "The group of causes, such as change or process.",
          }),
        );
      }
      boxes.push(
        field("title", {
          kind: "text",
          title: ["cause", "service", "client"].includes(kind.value) ? "Name" : "Title",
          description:
            kind.value === "pir" ? "What failed and for whom it mattered, in one line. It can be written later." : "",
        }),
      );
      inside.replaceChildren(...boxes);
    }
    kind.addEventListener("change", renew);
    renew();
    async function beginRecord(event) {
      event.preventDefault();
      await window.pirPickers.settle();
      const read = Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, one.read() || ""]));
      const sent = {
        kind: kind.value,
        title: read.title,
        client: read.client || "",
        severity: read.severity || "",
        family: read.family || "",
        incidents: read.incident ? [read.incident] : [],
        reviews: read.review ? [read.review] : [],
      };
      try {
        const answer = await call("create", sent);
        history.pushState(null, "", `?id=${encodeURIComponent(answer.saved.id)}`);
        if (asking.has("asked")) window.pirPickers.tellBegun(asking.get("asked"), answer.saved.id);
        showRecord(answer.saved, 0);
        tell(`${answer.saved.id} was begun. ${answer.message}`);
        panels.form.focus({ preventScroll: true });
        window.scrollTo(0, 0);
      } catch (error) {
        problem.hidden = false;
        problem.textContent = error.message;
      }
    }
    return element(
      "form",
      { id: "form", onsubmit: beginRecord },
      element("h2", {}, "Begin a record"),
      element("div", { class: "edit-field" }, element("label", { for: "begin-kind" }, "Kind"), kind),
      inside,
      problem,
      element("button", { type: "submit", class: "edit-button edit-button--main" }, "Begin"),
    );
  }

  function openForm() {
    const problem = element("p", { class: "edit-problem edit-problem--error", role: "alert", hidden: true });
    const field = make(
      {
        name: "id",
        kind: "record",
        kinds: [],
        title: "Open a record",
        description: "By its id, or words of its title.",
        choices: [],
        example: "",
      },
      "open",
      undefined,
      () => {},
      { find },
    );
    return element(
      "form",
      {
        onsubmit: async (event) => {
          event.preventDefault();
          problem.hidden = true;
          await window.pirPickers.settle();
          const id = field.read();
          if (!id || field.isOpen()) return;
          try {
            // what no list has may still be an action, or a file that cannot be read
            if (!field.isKnown()) await call("open", { id });
            location.search = `?id=${encodeURIComponent(id)}`;
          } catch (error) {
            problem.hidden = false;
            problem.textContent = error.message;
          }
        },
      },
      field.box,
      problem,
      element("button", { type: "submit", class: "edit-button" }, "Open"),
    );
  }

  function showHome(home) {
    document.title = "Edit records";
    main.replaceChildren(
      element("h1", {}, "Edit records"),
      home.wrong.length
        ? note(
            `${home.wrong.length === 1 ? "A file has" : `${home.wrong.length} files have`} errors: ${home.wrong.slice(0, 5).join(", ")}`,
          )
        : "",
      element(
        "div",
        { class: "edit-columns" },
        element("div", {}, openForm(), beginForm(home)),
        element(
          "div",
          {},
          ...listOf(
            "Reviews under way",
            home.reviews.map((row) => linkTo(row.id, isGuidance(row.title) ? "" : row.title, words(row.status))),
            "No review is under way.",
          ),
          ...listOf(
            "Open actions",
            home.actions.map((row) =>
              linkTo(row.id, row.title, [row.owner, row.due && `due ${row.due}`].filter(Boolean).join(", ")),
            ),
            "No action is open.",
          ),
        ),
      ),
    );
  }

  // ---- beginning -------------------------------------------------------------------------------------------------

  function scheme() {
    // the choice of the reader on the pages of the site, which are in the folder above
    let chosen = null;
    try {
      chosen = JSON.parse(localStorage.getItem(`${new URL("..", location).pathname}.__palette`));
    } catch {
      chosen = null;
    }
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const color = chosen && chosen.color;
    const media = color && color.media === "(prefers-color-scheme)";
    document.body.dataset.mdColorScheme = color && color.scheme && !media ? color.scheme : dark ? "slate" : "default";
  }

  async function begin() {
    scheme();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", scheme);
    document.body.append(
      element(
        "datalist",
        { id: "zones" },
        ...["Z", "+01:00", "+02:00", "-05:00"].map((zone) => element("option", { value: zone })),
      ),
    );
    const id = new URLSearchParams(location.search).get("id");
    try {
      if (!id) {
        showHome(await call("home", {}));
        return;
      }
      const opened = await call("open", { id });
      const wanted = opened.item
        ? opened.form.steps.findIndex((one) => one.fields.includes("actions"))
        : stepNow(opened);
      showRecord(opened, Math.max(0, wanted));
      if (opened.item) openItem(opened.item);
    } catch (error) {
      main.replaceChildren(
        element("h1", {}, "Edit records"),
        note(error.message),
        element("p", {}, element("a", { href: "./" }, "All forms")),
      );
    }
  }

  function stepNow(opened) {
    return opened.gate ? opened.gate.steps.findIndex((one) => one.state === "now") : 0;
  }

  function openItem(id) {
    const items = shown.has("actions") ? shown.get("actions").items() : [];
    const item = items.find((one) => (one.field.read() || {}).id === id);
    if (!item) return;
    item.details.open = true;
    item.details.scrollIntoView({ block: "start" });
    item.details.querySelector("summary").focus();
  }

  window.addEventListener("popstate", () => location.reload());
  begin();
})();
