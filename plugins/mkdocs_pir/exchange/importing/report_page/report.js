"use strict";

// a row is found by its own words and by those of the headings above it
const headingsOf = (row) => {
  const texts = [];
  for (let group = row.closest("[data-group]"); group; group = group.parentElement.closest("[data-group]")) {
    for (const child of group.children) {
      if (/^H\d$/.test(child.tagName) || "head" in child.dataset) texts.push(child.textContent);
    }
  }
  return texts.join(" ");
};

(() => {
  const box = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const rows = [...document.querySelectorAll("[data-row]")];
  const groups = [...document.querySelectorAll("[data-group]")];

  const words = new Map();

  const filter = () => {
    const wanted = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of rows) {
      if (wanted.length > 0 && !words.has(row)) words.set(row, `${headingsOf(row)} ${row.textContent}`.toLowerCase());
      const fits = wanted.every((word) => words.get(row).includes(word));
      row.toggleAttribute("data-out", !fits);
      if (fits) found += 1;
    }
    for (const group of groups) group.toggleAttribute("data-out", !group.querySelector("[data-row]:not([data-out])"));
    for (const details of document.querySelectorAll("details:has([data-row])")) {
      const fits = details.querySelector("[data-row]:not([data-out])") !== null;
      details.toggleAttribute("data-out", !fits);
      details.open = wanted.length > 0 && fits;
    }
    shown.textContent =
      wanted.length > 0 ? `${found.toLocaleString("en")} of ${rows.length.toLocaleString("en")} lines` : "";
  };

  let waiting = 0;
  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  box.closest("[hidden]").hidden = false;

  // what is ticked stays ticked in this browser, where it may keep anything
  const kept = `pir import ${document.title}`;
  let done = [];
  try {
    done = JSON.parse(localStorage.getItem(kept) ?? "[]");
  } catch {
    // a browser that keeps nothing, or something else under this name
  }
  for (const tick of document.querySelectorAll("[data-key]")) {
    tick.closest("[hidden]").hidden = false;
    tick.checked = Array.isArray(done) && done.includes(tick.dataset.key);
    tick.addEventListener("change", () => {
      const ticked = [...document.querySelectorAll("[data-key]:checked")].map((one) => one.dataset.key);
      try {
        localStorage.setItem(kept, JSON.stringify(ticked));
      } catch {
        // the ticks then last as long as the page is open
      }
    });
  }
})();
