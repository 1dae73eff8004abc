/* The filters of the search page: check boxes for values, each with the number of its records.
 *
 * new pir.Filters(choose)             `choose(name, value, on)` is called when somebody ticks a value
 *     .toggle, .box                   the button that opens them on a phone, and their container
 *     .show(counts, chosen, labels)   shows them; nothing changes if they are shown already, so that a box that
 *                                     somebody is about to tick does not move
 *     .forget()                       the next .show() draws them again
 */
(() => {
  "use strict";
  const pir = window.pir;
  const el = pir.el;

  const SHOWN = 6; // how many values of a filter are shown before "Show all"

  /* Severities keep the order of the index, years are sorted from the newest, all others by count. */
  function sorted(name, pairs) {
    if (name === "severity") return pairs;
    if (name === "year") return pairs.sort((one, other) => (other[0] < one[0] ? -1 : 1));
    return pairs.sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  }

  class Filters {
    constructor(choose) {
      this.choose = choose;
      this.expanded = {};
      this.shown = "";
      this.toggle = el("button", "pir-button pir-search__toggle", "Filters");
      this.toggle.type = "button";
      this.toggle.setAttribute("aria-expanded", "false");
      this.box = el("div", "pir-search-filters");
      this.box.id = "pir-search-filters";
      this.box.setAttribute("role", "group");
      this.box.setAttribute("aria-label", "Filter the results");
      this.toggle.setAttribute("aria-controls", this.box.id);
    }

    forget() {
      this.shown = "";
    }

    show(counts, chosen, labels) {
      const wanted = JSON.stringify([counts, chosen, this.expanded, labels]);
      if (wanted === this.shown) return;
      this.shown = wanted;
      const focused = this.box.contains(document.activeElement) ? document.activeElement.id : "";
      const groups = Object.keys(pir.filterNames)
        .map((name) => this.group(name, counts, chosen, labels))
        .filter(Boolean);
      this.box.replaceChildren(...groups);
      this.toggle.hidden = !groups.length;
      const again = focused && document.getElementById(focused);
      if (again) again.focus();
    }

    /* One filter with its values; null where there is nothing to choose between. */
    group(name, counts, chosen, labels) {
      const ticked = chosen[name] || [];
      const pairs = (counts[name] || []).slice();
      ticked.forEach((value) => {
        if (!pairs.some((pair) => pair[0] === value)) pairs.push([value, 0]);
      });
      if (pairs.length < 2 && !ticked.length) return null;
      const all = this.expanded[name] || pairs.length <= SHOWN + 1;
      const values = sorted(name, pairs)
        .filter((pair, at) => all || at < SHOWN || ticked.includes(pair[0]))
        .map((pair) => this.value(name, pair, ticked.includes(pair[0]), labels));
      const legend = el("legend", "pir-search-filter__name", pir.filterNames[name]);
      const group = el("fieldset", "pir-search-filter", [legend].concat(values));
      if (!all) {
        const rest = el("button", "pir-search-filter__all", "Show all " + pairs.length);
        rest.type = "button";
        rest.id = "pir-search-filter-" + name + "-all";
        rest.addEventListener("click", () => {
          this.expanded[name] = true;
          this.show(counts, chosen, labels);
        });
        group.append(rest);
      }
      return group;
    }

    value(name, [value, count], on, labels) {
      const box = el("input", "pir-search-filter__box");
      box.type = "checkbox";
      box.checked = on;
      box.id = "pir-search-filter-" + name + "-" + value;
      box.addEventListener("change", () => {
        this.choose(name, value, box.checked);
      });
      return el("label", "pir-search-filter__value", [
        box,
        el("span", "pir-search-filter__text", pir.labelOf(value, labels)),
        el("span", "pir-search-filter__count", String(count || "–")),
      ]);
    }
  }

  pir.Filters = Filters;
})();
