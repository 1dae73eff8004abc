/* Fields with the id of another record, which is also found by words of its title.
 *
 * Whoever leaves the field, presses Enter or saves gets the one record that has the words; of several one is chosen from
 * a short list; where there is none the field says so and leads to beginning it.
 */
(() => {
  "use strict";
  const { element, plainField, words, MAKERS } = window.pirFields;

  const MOST_OFFERED = 8;
  const begun = "BroadcastChannel" in window ? new BroadcastChannel("pir-begun") : null;
  let pickers = [];
  let number = 0;

  function recordField(described, path, value, changed, tools) {
    number += 1;
    const list = element("datalist", { id: `records${number}` });
    const label = element("span", { class: "edit-named" });
    const found = element("div", { class: "edit-found", role: "status" });
    const key = `${Date.now()}-${number}`; // by which the page that begins a missing record tells of it
    const known = new Map();
    let asked = null;
    let settled = value || "";
    let visits = 0; // how often the field was entered

    function name() {
      label.textContent = known.get(typed()) || "";
    }
    function typed() {
      return control.value.trim();
    }
    function remember(records) {
      records.forEach((record) => known.set(record.id, record.label));
    }
    async function suggest() {
      const now = typed();
      if (now === asked) return;
      asked = now;
      const answer = await tools.find(described.kinds, now);
      if (!answer || asked !== now) return;
      remember(answer.records);
      list.replaceChildren(
        ...answer.records.map((record) => element("option", { value: record.id, label: record.label || record.id })),
      );
      name();
    }
    function choose(id) {
      settled = id;
      found.replaceChildren();
      if (control.value === id) return;
      control.value = id;
      name();
      changed();
    }
    function offer(records) {
      const more = records.length > MOST_OFFERED ? "Several records have these words; these are some." : "Which one?";
      const rows = records.slice(0, MOST_OFFERED).map((record) =>
        element(
          "li",
          {},
          element(
            "button",
            {
              type: "button",
              class: "edit-link",
              onclick: () => {
                choose(record.id);
                control.focus();
              },
            },
            `${record.id}: ${record.label}`,
          ),
        ),
      );
      found.replaceChildren(element("p", {}, more), element("ul", { class: "edit-list" }, ...rows));
    }
    function missing(now, kinds) {
      const what = described.kinds.length ? described.kinds.map(words).join(" or ") : "record";
      const links = kinds.map((kind) => {
        const asking = new URLSearchParams({ begin: kind.kind, title: now, asked: key });
        return element(
          "a",
          { class: "edit-button", href: `?${asking}`, target: "_blank" },
          `Begin this ${kind.label} … (new tab)`,
        );
      });
      found.replaceChildren(element("p", {}, `No ${what} has the id or the words “${now}”. `), ...links);
    }
    /* Take the record that was meant, or say what is missing. */
    async function settle() {
      const now = typed();
      const visit = visits;
      if (now === settled) return;
      settled = now;
      found.replaceChildren();
      if (!now || known.has(now)) return;
      const answer = await tools.find(described.kinds, now);
      // whoever came back to the field is not interrupted; leaving it asks again
      if (!answer || typed() !== now || visits !== visit) {
        settled = null;
        return;
      }
      remember(answer.records);
      const same = now.toLowerCase();
      const exact =
        answer.records.find((record) => record.id.toLowerCase() === same) ||
        onlyOne(answer.records.filter((record) => record.label.toLowerCase() === same)) ||
        onlyOne(answer.records);
      if (exact) choose(exact.id);
      else if (answer.records.length) offer(answer.records);
      else missing(now, answer.begin);
    }
    let settling = Promise.resolve();
    function settleOnce() {
      settling = settling.then(settle);
      return settling;
    }
    const control = element("input", {
      type: "text",
      list: list.id,
      autocomplete: "off",
      placeholder: `id or words of the title${described.example ? `, such as ${described.example}` : ""}`,
      onfocus: () => {
        visits += 1;
        suggest();
      },
      oninput: () => {
        name();
        changed();
        suggest();
      },
      onblur: settleOnce,
      onkeydown: (event) => {
        if (event.key === "Enter") settleOnce();
      },
    });
    control.value = value || "";
    const made = plainField(described, path, control, () => typed() || undefined);
    control.after(label, list, found);
    if (value) {
      suggest().then(() => {
        // a draft may name a record that is still to be begun
        if (asked === value && !known.has(value) && list.childElementCount === 0) {
          settled = "";
          settleOnce();
        }
      });
    }
    pickers.push({ control, settle: settleOnce, key, choose });
    return { ...made, isKnown: () => known.has(typed()), isOpen: () => found.querySelector("button") !== null };
  }

  function onlyOne(records) {
    return records.length === 1 ? records[0] : undefined;
  }

  /* What was typed into the fields becomes the ids that were meant, before it is sent. */
  async function settleAll() {
    pickers = pickers.filter((picker) => picker.control.isConnected);
    await Promise.all(pickers.map((picker) => picker.settle()));
  }

  /* Tell the page that missed a record that it was begun here. */
  function tellBegun(key, id) {
    // a channel reaches pages of this origin alone; it takes no target
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    if (begun) begun.postMessage({ key, id });
  }

  if (begun) {
    begun.addEventListener("message", ({ data }) => {
      const picker = pickers.find((one) => one.key === data.key && one.control.isConnected);
      if (picker) picker.choose(data.id);
    });
  }

  MAKERS.record = recordField;
  window.pirPickers = { settle: settleAll, tellBegun };
})();
