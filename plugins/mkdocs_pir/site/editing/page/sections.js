/* The text of one section of a report: it keeps to its section, can be left out, and keeps the lines of a log. */
(() => {
  "use strict";
  const { element, isGuidance, GUIDANCE } = window.pirFields;

  const FENCE = /^ {0,3}(`{3,}|~{3,})/;
  const TYPED_HEADING = /^ {0,3}#{1,2}(?=[ \t]+\S)/;
  const ANY_HEADING = /^ {0,3}#{1,2}(?=[ \t]|$)/;
  const UNDERLINE = /^ {0,3}(-+|=+)[ \t]*$/;
  const STANDS_ALONE = /^\s*([-*+>#|]|\d+[.)]\s|$)/; // lines that do not run together with the next one
  const LINES_OF_A_LOG = 3;

  /* A text whose headings are all smaller than that of its section, and the titles of those that were not. */
  function kept(text, isFinished) {
    const titles = [];
    let fence = "";
    const lines = [];
    text.split("\n").forEach((line) => {
      const mark = FENCE.exec(line);
      if (mark && (!fence || (mark[1].startsWith(fence) && !line.trim().replaceAll(fence[0], "")))) {
        fence = fence ? "" : mark[1];
      }
      const above = lines.at(-1) || "";
      if (!fence && (isFinished ? ANY_HEADING : TYPED_HEADING).test(line)) {
        titles.push(line.replace(/^[\s#]+/, ""));
        lines.push(line.replace(ANY_HEADING, "###"));
      } else if (!fence && isFinished && UNDERLINE.test(line) && !FENCE.test(above) && !STANDS_ALONE.test(above)) {
        titles.push(above.trim());
        lines[lines.length - 1] = `### ${above.trim()}`;
      } else {
        lines.push(line);
      }
    });
    return { text: lines.join("\n"), titles };
  }

  function runsTogether(text) {
    let row = 0;
    return text.split("\n").some((line) => {
      row = STANDS_ALONE.test(line) ? 0 : row + 1;
      return row >= LINES_OF_A_LOG;
    });
  }

  function asCode(text) {
    const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (match) => match[0].length));
    const fence = "`".repeat(longest + 1);
    return `${fence}\n${text.replace(/\n+$/, "")}\n${fence}`;
  }

  /* `keep` is told the text of the file, or another one; `now` is what was written and is not saved. */
  function sectionBox(one, section, now, keep) {
    const guidance = section ? section.guidance : one.title ? "" : "Text before the first section stays inside.";
    const isEmpty = isGuidance(one.text) && !one.text.includes("\n");
    const id = `section-${one.number === null ? one.title : one.number}`.replaceAll(" ", "-");
    const told = element("div", { class: "edit-found", role: "status" });
    let isOut = now === "" && Boolean(one.text) && Boolean(one.title);

    function typed() {
      keep(isEmpty && !control.value ? one.text : control.value);
    }
    function smaller(isFinished) {
      const { text, titles } = kept(control.value, isFinished);
      if (text === control.value) return;
      const fromEnd = control.value.length - control.selectionStart;
      control.value = text;
      control.setSelectionRange(text.length - fromEnd, text.length - fromEnd);
      told.replaceChildren(
        element(
          "p",
          {},
          `“${titles.join("”, “")}” is now a smaller heading (###), because a larger one would begin another section. What belongs into another section goes into its field.`,
        ),
      );
    }
    function pasted(event) {
      const text = event.clipboardData.getData("text/plain").replaceAll("\r\n", "\n");
      if (!runsTogether(text)) return;
      const before = control.value.slice(0, control.selectionStart);
      const after = control.value.slice(control.selectionEnd);
      const button = element(
        "button",
        {
          type: "button",
          class: "edit-button",
          onclick: () => {
            const isThere = control.value.startsWith(before) && control.value.endsWith(after);
            told.replaceChildren(isThere ? "" : element("p", {}, "The text was changed since; nothing was done."));
            if (!isThere) return;
            const gap = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
            const end = after && !after.startsWith("\n") ? "\n\n" : "";
            control.value = `${before}${gap}${asCode(text)}${end}${after}`;
            typed();
            control.focus();
          },
        },
        "As a block of code",
      );
      // a heading in it is made smaller first, which may say so
      setTimeout(() => {
        told.append(element("p", {}, "On the page these lines run together into one paragraph. ", button));
      });
    }
    const control = element("textarea", {
      id,
      rows: 3,
      placeholder: isEmpty ? one.text.slice(GUIDANCE.length).trim() : undefined,
      "aria-describedby": `${id}-help ${id}-problems`,
      spellcheck: "true",
      onpaste: pasted,
      oninput: (event) => {
        smaller(event.inputType === "insertFromPaste");
        typed();
      },
      onchange: () => {
        smaller(true);
        typed();
      },
    });
    control.value = now === undefined ? (isEmpty ? "" : one.text) : now;

    const writing = element("div", {}, control, ...(window.pirTables.tableOf(control, one.title) || []), told);
    const out = element(
      "button",
      {
        type: "button",
        class: "edit-link",
        onclick: () => {
          isOut = !isOut;
          if (isOut) keep("");
          else typed();
          showOut();
        },
      },
      "",
    );
    function showOut() {
      writing.hidden = isOut;
      out.textContent = isOut ? `“${one.title}” is left out. Put it back` : "Leave this section out";
    }
    if (isOut) control.value = isEmpty ? "" : one.text;
    showOut();
    return element(
      "div",
      { class: "edit-field", "data-text": one.number === null ? undefined : String(one.number) },
      element(
        "label",
        { for: id },
        one.title || "Before the first section",
        " ",
        section && section.client
          ? element("span", { class: "edit-mark edit-mark--client" }, "the client sees it")
          : "",
      ),
      element("p", { class: "edit-help", id: `${id}-help` }, guidance),
      writing,
      // what is not in the file is left out anyway
      one.title && one.number !== null ? out : "",
      element("div", { class: "edit-problems", id: `${id}-problems` }),
    );
  }

  window.pirSections = { sectionBox };
})();
