/* The search page: mounts on <div id="pir-search" data-base="../" data-index="search/">.
 *
 * data-base is the path to the site's root, data-index that of the index folder from there, and data-incidents that of
 * the list of incidents, where there is one. The search is in the URL (?q=, and a parameter for each chosen filter
 * value), so that a ticket can link to it, and Back undoes a choice.
 * Keys: / focuses the field, Esc clears the text and then the filters, arrows move through the results, Enter opens
 * the one so chosen (in the field it opens none), Shift+Enter starts a new line.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const RESULTS_SHOWN = 20; // how many results "Show more" adds
  const FIRST_RESULTS = 6; // how many are shown while somebody types, if each result costs a request
  const DETAILS_DELAY = 250; // ms after the last key until more results, filters and sentences are loaded

  function addressOfState(state) {
    const query = pir.addressOf(state);
    return location.pathname + (query ? "?" + query : "") + location.hash;
  }

  class Page {
    constructor(root) {
      const el = pir.el;
      this.base = root.dataset.base || "";
      this.incidents = root.dataset.incidents && this.base + root.dataset.incidents; // the list of them, if there is one
      this.folder = new URL(this.base + (root.dataset.index || "search/"), location.href).href;
      this.history = new pir.SearchHistory(this.folder);
      this.state = pir.searchFromAddress(location.search);
      this.limit = RESULTS_SHOWN;
      this.searchNumber = 0;

      this.input = el("textarea", "pir-search__input");
      this.input.rows = 1;
      this.input.placeholder = "Paste an alert, an error or a symptom";
      this.input.setAttribute("aria-label", "What are you seeing?");
      this.input.setAttribute("aria-describedby", "pir-search-status");
      ["autocomplete", "autocorrect", "autocapitalize"].forEach((name) => {
        this.input.setAttribute(name, "off");
      });
      this.input.spellcheck = false;
      this.clear = el("button", "pir-search__clear", "Clear");
      this.clear.type = "button";
      this.status = el("p", "pir-search__status");
      this.status.id = "pir-search-status";
      this.status.setAttribute("role", "status");
      this.save = el("button", "pir-button pir-search__save", "Save this search");
      this.save.type = "button";
      this.chosen = el("div", "pir-search__chosen");
      this.notes = el("div", "pir-search__notes");
      this.historyBox = el("div", "pir-search__kept");
      this.list = el("ol", "pir-results");
      this.list.setAttribute("aria-label", "Results, best first");
      this.more = el("button", "pir-button pir-search__more", "Show more");
      this.more.type = "button";
      this.more.hidden = true;
      this.filters = new pir.Filters((name, value, on) => this.setFilter(name, value, on));

      const form = el("form", "pir-search__form", [pir.magnifier(), this.input, this.clear]);
      form.setAttribute("role", "search");
      root.replaceChildren(
        form,
        el("p", "pir-search__keys", [
          el("kbd", "", "/"),
          " to type, ",
          el("kbd", "", "↓"),
          " ",
          el("kbd", "", "↑"),
          " to choose a result, ",
          el("kbd", "", "Enter"),
          " to open it, ",
          el("kbd", "", "Esc"),
          " to clear",
        ]),
        el("div", "pir-search__body", [
          el("div", "", [
            el("div", "pir-search__bar", [this.status, this.save]),
            this.chosen,
            this.notes,
            this.historyBox,
            this.list,
            this.more,
          ]),
          // before the results for the eye, after them for the Tab key
          el("div", "pir-search__side", [this.filters.toggle, this.filters.box]),
        ]),
      );
      root.classList.add("pir-search");
      this.root = root;
      this.listen(form);
      this.input.value = this.state.text;
      this.clear.hidden = !this.state.text;
      this.runSearch(); // the ResizeObserver sets the number of lines
      this.focusInput();
    }

    listen(form) {
      this.input.addEventListener("input", () => {
        this.textChanged();
      });
      this.input.addEventListener("keydown", (event) => {
        if (event.isComposing) return;
        if (event.key === "Enter" && !event.shiftKey) {
          event.preventDefault();
          this.history.addRecent(this.state);
        }
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
      });
      this.clear.addEventListener("click", () => {
        this.clearText();
      });
      this.save.addEventListener("click", () => {
        this.history.save(this.state, !this.history.isSaved(this.state));
        this.showSave({ total: 1 });
      });
      // a search is stored when a result is opened, or when the page is left
      this.list.addEventListener("click", (event) => {
        if (event.target.closest("a")) this.history.addRecent(this.state);
      });
      window.addEventListener("pagehide", () => {
        this.history.addRecent(this.state);
      });
      this.more.addEventListener("click", () => {
        const shown = this.limit;
        this.limit += RESULTS_SHOWN;
        this.runSearch(shown);
      });
      this.filters.toggle.addEventListener("click", () => {
        const open = this.root.classList.toggle("pir-search--narrowing");
        this.filters.toggle.setAttribute("aria-expanded", String(open));
      });
      new ResizeObserver(() => {
        if (this.width !== this.input.clientWidth) {
          this.width = this.input.clientWidth;
          this.fitInput();
        }
      }).observe(this.input);
      this.root.addEventListener("keydown", (event) => {
        this.keyPressed(event);
      });
      document.addEventListener("keydown", (event) => this.keyPressedBeside(event), true);
      window.addEventListener("popstate", () => {
        this.showSearch(pir.searchFromAddress(location.search));
      });
    }

    /* Shows another search. */
    showSearch(search) {
      this.state = search;
      this.limit = RESULTS_SHOWN;
      this.input.value = search.text;
      this.fitInput();
      this.runSearch();
    }

    /* Shows another search as a step that Back undoes. */
    goTo(search) {
      this.history.addRecent(this.state);
      this.showSearch(search);
      this.updateAddress(true);
      this.input.focus();
    }

    keyPressed(event) {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        event.preventDefault();
        if (event.target === this.input) this.clearText();
        else this.input.focus();
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      const links = Array.from(this.list.querySelectorAll(".pir-result__link"));
      const at = links.indexOf(document.activeElement);
      const inText = event.target === this.input;
      if (!step || !links.length || (at < 0 && !inText)) return;
      if (inText && (step < 0 || this.input.value.indexOf("\n", this.input.selectionEnd) >= 0)) return;
      event.preventDefault();
      if (at + step < 0) this.input.focus();
      else if (at + step < links.length) links[at + step].focus();
    }

    /* What is pressed where no text is written goes on in the field: letters are typed, arrows move from there. The
     * theme, which would leave the page for some letters, comes later. */
    keyPressedBeside(event) {
      if (!this.root.isConnected || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (pir.writing(event.target)) return;
      if (event.key.length === 1 && event.key !== " " && event.key !== "/") {
        event.stopImmediatePropagation();
        this.focusInput();
      } else if (event.key === "ArrowDown" && event.target === document.body && this.list.firstElementChild) {
        event.preventDefault();
        this.list.querySelector(".pir-result__link").focus();
      }
    }

    focusInput() {
      this.input.focus({ preventScroll: true });
      this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    }

    /* Gives the field as many lines as its text needs, up to eight. */
    fitInput() {
      const input = this.input;
      this.clear.hidden = !input.value;
      input.rows = Math.min(8, input.value.split("\n").length);
      while (input.rows < 8 && input.scrollHeight > input.clientHeight + 4) input.rows++;
    }

    textChanged() {
      this.state.text = this.input.value;
      this.limit = RESULTS_SHOWN;
      this.fitInput();
      this.updateAddress();
      this.runSearch();
    }

    clearText() {
      if (!this.input.value) this.state.filters = {};
      this.history.addRecent(this.state);
      this.input.value = "";
      this.input.focus();
      this.textChanged();
    }

    setFilter(name, value, on) {
      const values = (this.state.filters[name] || []).filter((other) => other !== value);
      if (on) values.push(value);
      if (values.length) this.state.filters[name] = values;
      else delete this.state.filters[name];
      this.filters.forget();
      this.limit = RESULTS_SHOWN;
      this.updateAddress(true);
      this.runSearch();
    }

    removeFilter(name) {
      delete this.state.filters[name];
      this.updateAddress(true);
      this.runSearch();
      this.input.focus();
    }

    /* Updates the address: with `step` at once, as a new history entry, else when typing pauses. */
    updateAddress(step) {
      const write = () => {
        try {
          history[step ? "pushState" : "replaceState"](null, "", addressOfState(this.state));
        } catch {
          /* not allowed for a page from disk */
        }
      };
      clearTimeout(this.addressTimer);
      if (step) write();
      else this.addressTimer = setTimeout(write, 100);
    }

    /* Searches the index and shows the result, unless a newer search has begun. */
    runSearch(focus) {
      const number = ++this.searchNumber;
      const text = this.state.text;
      const whole = { limit: this.limit, filters: this.state.filters };
      clearTimeout(this.detailsTimer);
      pir
        .open(this.folder)
        .then((index) => {
          const first = Object.assign({ body: false }, whole);
          if (!index.atHand && !focus) {
            Object.assign(first, { limit: Math.min(FIRST_RESULTS, this.limit), counts: false });
          }
          return index
            .search(text, first)
            .then((result) => (result.total || first.counts !== false ? result : index.search(text, whole)))
            .then((result) => {
              if (number !== this.searchNumber) return;
              this.show(result, index, focus);
              this.detailsTimer = setTimeout(() => {
                index.search(text, whole).then(
                  (all) => {
                    if (number === this.searchNumber) this.addDetails(all);
                  },
                  () => {
                    /* the first result stays */
                  },
                );
              }, DETAILS_DELAY);
            });
        })
        .catch(() => {
          if (number !== this.searchNumber) return;
          this.list.replaceChildren();
          this.notes.replaceChildren();
          this.status.textContent =
            "The search index could not be loaded. A new one may have just been published: reload the page.";
        });
    }

    /* Adds what the first result left out; results that are shown do not move. */
    addDetails(result) {
      this.labels = result.labels;
      result.hits.forEach((hit) => {
        if (this.rows[hit.id]) this.rows[hit.id].update(hit);
        else this.addResult(hit);
      });
      this.more.hidden = result.total <= result.hits.length;
      this.showFilters(result);
    }

    /* Adds a result to the list; before the first of the weak ones, a line that says so. */
    addResult(hit) {
      if (hit.fewerWords && !this.divided) {
        this.divided = true;
        const text = ["Fewer of your words ", pir.el("span", "pir-search-filter__count", String(this.fewer))];
        this.list.append(pir.el("li", "pir-results__fewer", text));
      }
      this.rows[hit.id] = pir.result(hit, this.base, this.labels);
      this.list.append(this.rows[hit.id].item);
    }

    show(result, index, focus) {
      this.labels = result.labels;
      this.rows = {};
      this.divided = false;
      this.fewer = result.fewerWords;
      this.list.replaceChildren();
      result.hits.forEach((hit) => {
        this.addResult(hit);
      });
      this.more.hidden = !result.filters || result.total <= result.hits.length;
      this.showChosen();
      this.showNotes(result, index);
      this.showHistory();
      this.showSave(result);
      if (result.filters) this.showFilters(result);
      this.status.textContent = this.summary(result, index);
      const links = this.list.querySelectorAll(".pir-result__link");
      if (focus && links[focus]) links[focus].focus();
    }

    hasSearch() {
      return Boolean(this.state.text.trim() || Object.keys(this.state.filters).length);
    }

    summary(result, index) {
      if (!index.count) return "There are no records to search yet.";
      if (!this.hasSearch() && index.count > 1) {
        return index.count + " lessons, reviews, problems and causes, newest first";
      }
      if (!result.total) return pir.tickets(this, result).length ? "No results" : "No record matches.";
      if (result.total === 1) return "1 result";
      if (!this.state.text.trim()) return result.total + " results, newest first";
      return result.total + " results, best first";
    }

    showChosen() {
      const chips = [];
      Object.keys(this.state.filters).forEach((name) => {
        this.state.filters[name].forEach((value) => {
          const text = pir.filterNames[name] + ": " + pir.labelOf(value, this.labels);
          const chip = pir.button([text, pir.el("span", "pir-search__cross", "×")], "pir-search__choice", () => {
            this.setFilter(name, value, false);
          });
          chip.setAttribute("aria-label", "Remove " + text);
          chips.push(chip);
        });
      });
      this.chosen.replaceChildren(...chips);
    }

    showNotes(result, index) {
      const number = this.searchNumber;
      const el = pir.el;
      const notes = pir.notes(this, result);
      if (!this.hasSearch()) {
        notes.push(
          el(
            "p",
            "pir-search__note",
            "Paste an alert as it is; several lines are fine. Words are found in every form and identifiers by their parts, and spelling mistakes are corrected.",
          ),
        );
      }
      this.notes.replaceChildren(...notes);
      if (!this.hasSearch() || result.total || !index.count) return;
      pir.suggestions(this, result, index).then((box) => {
        if (number === this.searchNumber) this.notes.append(box);
      });
    }

    showHistory() {
      const lists = this.hasSearch() ? [] : pir.historyLists(this);
      this.historyBox.replaceChildren(...(lists.length > 1 ? lists : []));
    }

    /* Offers to save a search that finds something; one that is saved can be forgotten. */
    showSave(result) {
      const saved = this.hasSearch() && this.history.isSaved(this.state);
      this.save.hidden = !this.hasSearch() || !(result.total || saved);
      this.save.textContent = saved ? "Saved" : "Save this search";
      this.save.setAttribute("aria-pressed", String(saved));
    }

    showFilters(result) {
      this.filters.show(result.filters, this.state.filters, this.labels);
    }
  }

  pir.Page = Page;
})();
