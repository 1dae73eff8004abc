/* The menus above the table of a list: the values of a filter, the columns, and what can be saved.
 *
 * new pir.ListingMenus(listing).draw(menu)   draws one of them, a <details>, for what the list shows now
 */
(() => {
  "use strict";
  const pir = window.pir;
  const { el, button } = pir;

  const FIND = 12; // a filter with more values has a field to find one

  class ListingMenus {
    constructor(listing) {
      this.listing = listing;
    }

    draw(menu) {
      if (!this.listing.found) this.listing.found = this.listing.rows.find(this.listing.state);
      if (menu.dataset.filter) this.drawFilter(menu);
      else if (menu.dataset.menu === "columns") this.drawColumns(menu);
      else this.drawSaving(menu);
    }

    /* The values of a filter. They stay where they are while somebody ticks them; only the numbers change. */
    drawFilter(menu) {
      const key = menu.dataset.filter;
      const at = this.listing.description.filters.findIndex((filter) => filter[0] === key);
      const box = menu.querySelector(".pir-filter__box");
      if (at < 0) return;
      if (!menu.entries) {
        menu.entries = this.listing.description.filters[at][2].map(([value, name]) => {
          const tick = el("input");
          tick.type = "checkbox";
          tick.addEventListener("change", () => this.listing.choose(key, value, tick.checked));
          const count = el("span", "pir-count");
          const label = el("label", "pir-filter__value", [tick, el("span", "pir-filter__text", name), count]);
          return { value, name: name.toLocaleLowerCase(), tick, count, label };
        });
        const parts = menu.entries.map((entry) => entry.label);
        if (parts.length > FIND) {
          const find = el("input", "pir-filter__find");
          find.type = "search";
          find.placeholder = "Find";
          find.setAttribute("aria-label", "Find a value of " + this.listing.description.filters[at][1]);
          find.addEventListener("input", () => {
            menu.wanted = find.value.trim().toLocaleLowerCase();
            this.drawFilter(menu);
          });
          parts.unshift(find);
        }
        box.replaceChildren(...parts);
      }
      const chosen = this.listing.state.chosen[key] || [];
      menu.entries.forEach((entry, place) => {
        const number = this.listing.found.counts[at][place];
        entry.tick.checked = chosen.includes(entry.value);
        entry.count.textContent = number ? pir.grouped(number) : "–";
        entry.label.classList.toggle("pir-filter__value--none", !number);
        entry.label.hidden = Boolean(menu.wanted) && !entry.name.includes(menu.wanted);
      });
    }

    drawColumns(menu) {
      const shown = this.listing.columns().map(([, column]) => column[0]);
      const entries = this.listing.description.columns
        .filter((column) => column[2] !== "title")
        .map(([key, label]) => {
          const tick = el("input");
          tick.type = "checkbox";
          tick.dataset.column = key;
          tick.checked = shown.includes(key);
          tick.addEventListener("change", () => {
            this.listing.state.columns = tick.checked ? shown.concat(key) : shown.filter((one) => one !== key);
            this.listing.show();
          });
          return el("label", "pir-filter__value", [tick, el("span", "pir-filter__text", label)]);
        });
      const focused = document.activeElement && document.activeElement.dataset.column;
      const box = menu.querySelector(".pir-filter__box");
      box.replaceChildren(...entries);
      const again = focused && box.querySelector('[data-column="' + focused + '"]');
      if (again) again.focus();
    }

    /* Downloads of these rows, and views that this browser keeps. */
    drawSaving(menu) {
      const columns = this.listing.columns().map(([, column]) => column[0]);
      const rows = () => this.listing.rows.find(this.listing.state).rows;
      const save = (ending, type, content) =>
        button(ending.toUpperCase(), "pir-listing__button", () => this.save(ending, type, content()));
      const offers = [
        save("csv", "text/csv", () => this.listing.rows.csv(rows(), columns)),
        save("json", "application/json", () => this.listing.rows.json(rows(), columns)),
      ];
      if (this.listing.description.calendar) {
        const full = (path) =>
          location.protocol.startsWith("http") ? new URL(this.listing.root + path, location.href).href : "";
        const calendar = button("Calendar", "pir-listing__button", () =>
          this.save("ics", "text/calendar", this.listing.rows.calendar(rows(), full)),
        );
        offers.push(calendar);
      }
      offers.push(button("Print", "pir-listing__button", () => window.print()));
      const link = button("Copy link", "pir-listing__button", () => {
        const hash = pir.listingHash(this.listing.state);
        pir.copyText(location.href.replace(/#.*/, "") + (hash ? "#" + hash : "")).then((done) => {
          link.textContent = done ? "Copied" : "Not copied";
        });
      });
      const name = el("input", "pir-filter__find");
      name.placeholder = "Name of this view";
      name.setAttribute("aria-label", "Name of this view");
      const keep = el("form", "pir-listing__keep", [name, el("button", "pir-listing__button", "Keep")]);
      keep.addEventListener("submit", (event) => {
        event.preventDefault();
        if (!name.value.trim()) return;
        const views = this.kept();
        views[name.value.trim()] = pir.listingHash(this.listing.state);
        this.keep(views);
        this.drawSaving(menu);
      });
      const views = Object.entries(this.kept()).map(([text, hash]) => {
        const view = el("a", "", text);
        view.href = "#" + hash;
        view.addEventListener("click", () => {
          menu.open = false;
        });
        const forget = button("×", "pir-listing__forget", () => {
          const others = this.kept();
          delete others[text];
          this.keep(others);
          this.drawSaving(menu);
        });
        forget.setAttribute("aria-label", "Forget " + text);
        return el("div", "pir-listing__view", [view, forget]);
      });
      menu
        .querySelector(".pir-filter__box")
        .replaceChildren(
          el("p", "pir-listing__saving", ["Save these rows as ", ...offers]),
          el("p", "pir-listing__saving", ["Send somebody this view: ", link]),
          el("p", "pir-listing__saving", "Keep this view in this browser:"),
          keep,
          ...views,
        );
    }

    save(ending, type, content) {
      const link = el("a");
      link.href = URL.createObjectURL(new Blob([content], { type: type + ";charset=utf-8" }));
      link.download = this.listing.description.title.toLowerCase().replace(/[^a-z0-9]+/g, "-") + "." + ending;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }

    place() {
      return "pir-views " + location.pathname;
    }

    kept() {
      try {
        return JSON.parse(localStorage.getItem(this.place())) || {};
      } catch {
        return {};
      }
    }

    keep(views) {
      try {
        localStorage.setItem(this.place(), JSON.stringify(views));
      } catch {
        this.listing.count.textContent = "This browser stores nothing for this page.";
      }
    }
  }

  pir.ListingMenus = ListingMenus;
})();
