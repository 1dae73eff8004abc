/* The search boxes of the header and the home page, which show the best six results while somebody types.
 *
 * <div class="pir-header-search" data-base="../">   in the header
 * <div class="pir-home-search" data-base="">        on the home page, bigger
 * data-index (default "search/") is the folder of the index, data-page (default "search/index.html") the search
 * page, both from data-base. The index is loaded when a box is first focused, and an empty box then offers the
 * searches of this browser. A box has one line: the line breaks of a pasted text are shown as ↵ and searched as breaks.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const RESULTS_SHOWN = 6;
  const LINE_BREAK = " ↵ ";
  let boxes = 0;

  class SearchBox {
    constructor(root, big) {
      const el = pir.el;
      // a theme that loads pages by itself keeps the header, from which a relative address would then lead elsewhere
      this.base = new URL(root.dataset.base || "./", location.href).href;
      this.page = this.base + (root.dataset.page || "search/index.html");
      this.folder = new URL(this.base + (root.dataset.index || "search/"), location.href).href;
      this.history = new pir.SearchHistory(this.folder);
      this.searchNumber = 0;
      this.active = -1;
      this.options = [];

      this.input = el("input", "pir-search-box__input");
      this.input.type = "search";
      this.input.name = "q";
      this.input.placeholder = big ? "Paste an alert, an error or a symptom" : "What are you seeing?";
      this.list = el("div", "pir-search-box__list");
      this.list.id = "pir-search-box-list-" + ++boxes;
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", "Best results");
      const attributes = {
        role: "combobox",
        "aria-label": "Search lessons and reviews",
        "aria-expanded": "false",
        "aria-autocomplete": "list",
        "aria-controls": this.list.id,
        autocomplete: "off",
        autocapitalize: "off",
        autocorrect: "off",
        spellcheck: "false",
      };
      Object.keys(attributes).forEach((name) => {
        this.input.setAttribute(name, attributes[name]);
      });
      this.status = el("span", "pir-search-box__status");
      this.status.setAttribute("role", "status");
      this.form = el("form", "pir-search-box", [
        pir.magnifier(),
        this.input,
        el("kbd", "pir-search-box__key", "/"),
        this.status,
        this.list,
      ]);
      this.form.setAttribute("role", "search");
      this.form.action = this.page;
      const link = el("a", "pir-search-box__link", pir.magnifier());
      link.href = this.page;
      link.setAttribute("aria-label", "Search");
      root.replaceChildren(...(big ? [this.form] : [link, this.form]));
      this.root = root;
      this.listen();
    }

    listen() {
      this.input.addEventListener("focus", () => {
        pir.open(this.folder).catch(() => {
          /* the message is shown when a search fails */
        });
        this.runSearch();
      });
      this.input.addEventListener("input", () => {
        this.runSearch();
      });
      this.input.addEventListener("paste", (event) => {
        // a field of one line would join pasted lines without a space
        const text = event.clipboardData && event.clipboardData.getData("text");
        if (!text || !/[\r\n]/.test(text)) return;
        event.preventDefault();
        this.input.setRangeText(
          text.trim().replace(/[ \t]*(?:\r\n|\r|\n)/g, LINE_BREAK),
          this.input.selectionStart,
          this.input.selectionEnd,
          "end",
        );
        this.runSearch();
      });
      this.input.addEventListener("keydown", (event) => {
        this.keyPressed(event);
      });
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.history.addRecent({ text: this.text(), filters: {} });
        if (this.active >= 0) this.options[this.active].click();
        else location.href = this.searchAddress();
      });
      this.root.addEventListener("focusout", (event) => {
        if (!this.root.contains(event.relatedTarget)) this.close();
      });
      this.list.addEventListener("mousedown", (event) => {
        event.preventDefault();
      });
      this.list.addEventListener("click", () => {
        this.history.addRecent({ text: this.text(), filters: {} });
      });
    }

    /* The text with its line breaks. */
    text() {
      return this.input.value.replace(/ ?↵ ?/g, "\n");
    }

    searchAddress() {
      const query = pir.addressOf({ text: this.text().trim(), filters: {} });
      return this.page + (query ? "?" + query : "");
    }

    keyPressed(event) {
      if (event.isComposing) return;
      if (event.key === "Escape") {
        event.preventDefault();
        if (this.list.hidden) {
          this.input.value = "";
          this.input.blur();
        } else {
          this.input.value = "";
          this.close();
        }
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && this.options.length) {
        event.preventDefault();
        if (this.list.hidden) {
          this.runSearch();
          return;
        }
        const count = this.options.length + 1; // the field itself is one more
        this.setActive(((this.active + 1 + (event.key === "ArrowDown" ? 1 : count - 1)) % count) - 1);
      }
    }

    setActive(active) {
      this.active = active;
      this.options.forEach((option, at) => {
        option.setAttribute("aria-selected", String(at === active));
        if (at === active) option.scrollIntoView({ block: "nearest" });
      });
      if (active >= 0) this.input.setAttribute("aria-activedescendant", this.options[active].id);
      else this.input.removeAttribute("aria-activedescendant");
    }

    close() {
      this.searchNumber++;
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.status.textContent = "";
      this.setActive(-1);
    }

    runSearch() {
      const number = ++this.searchNumber;
      const text = this.text();
      if (!text.trim()) {
        this.offerHistory();
        return;
      }
      pir
        .open(this.folder)
        .then((index) => index.search(text, { limit: RESULTS_SHOWN, body: false, counts: false }))
        .then((result) => {
          if (number === this.searchNumber) this.show(result);
        })
        .catch(() => {
          if (number !== this.searchNumber) return;
          this.list.replaceChildren(
            pir.el("p", "pir-search-box__note", "The search index could not be loaded. Reload the page."),
          );
          this.list.hidden = false;
        });
    }

    show(result) {
      const el = pir.el;
      this.options = result.hits.map((hit) => {
        const option = pir.suggestion(hit, result.labels);
        option.href = this.base + hit.url;
        return option;
      });
      if (result.total > result.hits.length) {
        const all = el("a", "pir-suggestion pir-suggestion--all", "All " + result.total + " results");
        all.href = this.searchAddress();
        this.options.push(all);
      }
      const corrections = result.corrections.map((pair) =>
        el("p", "pir-search-box__note", ["Searched for ", el("strong", "", pair[1]), " instead of “" + pair[0] + "”."]),
      );
      const noResult = result.total
        ? []
        : [el("p", "pir-search-box__note", "No record matches. Press Enter for help with the search.")];
      this.open(corrections, noResult, "Best results");
      this.status.textContent = result.total
        ? result.total === 1
          ? "1 result"
          : result.total + " results"
        : "No record matches";
    }

    /* For an empty box: the searches of this browser, the saved ones first. */
    offerHistory() {
      const number = this.searchNumber;
      let addresses = this.history.saved().concat(this.history.recent());
      addresses = addresses.filter((one, at) => addresses.indexOf(one) === at).slice(0, RESULTS_SHOWN);
      if (!addresses.length) {
        this.close();
        return;
      }
      pir
        .open(this.folder)
        .then(
          (index) => index.labels,
          () => ({}),
        )
        .then((labels) => {
          if (number === this.searchNumber) this.showHistory(addresses, labels);
        });
    }

    showHistory(addresses, labels) {
      const el = pir.el;
      this.options = addresses.map((address) => {
        const option = el(
          "a",
          "pir-suggestion pir-suggestion--remembered",
          pir.describe(pir.searchFromAddress(address), labels),
        );
        option.href = this.page + "?" + address;
        return option;
      });
      this.open(
        [el("p", "pir-search-box__note", "Earlier searches, stored in this browser only")],
        [],
        "Earlier searches",
      );
      this.status.textContent = "";
    }

    open(before, after, label) {
      this.options.forEach((option, at) => {
        option.id = this.list.id + "-" + at;
        option.tabIndex = -1;
        option.setAttribute("role", "option");
      });
      this.list.setAttribute("aria-label", label);
      this.list.replaceChildren(...before.concat(this.options, after));
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.setActive(-1);
    }
  }

  pir.SearchBox = SearchBox;
})();
