/* The search page: mounts on <div id="pir-search" data-base="../" data-index="search/">.
 *
 * data-base is the way to the site's root, data-index the folder of the index from there. The state is in the URL
 * (?q=, and one parameter a chosen facet value), so a ticket can link to a search; a choice is a step that Back
 * undoes. Keys: / focuses, Esc clears the text and then the filters, arrows move through the results, Enter opens,
 * Shift+Enter starts a new line.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var PAGE = 20; // results shown at a time
  var FIRST = 6; // results shown while somebody writes, where every further one is a request
  var SHOWN = 6; // values of a facet shown before the rest is asked for
  var SETTLED = 250; // ms without a key after which the rest is looked up: more results, facets, sentences of bodies

  function facetNames() {
    return Object.keys(pirSearch.say.facets);
  }

  function here(state) {
    var query = pirSearch.address(state);
    return location.pathname + (query ? "?" + query : "") + location.hash;
  }

  function Page(root) {
    var self = this,
      el = pirSearch.el;
    self.base = root.dataset.base || "";
    self.folder = new URL(self.base + (root.dataset.index || "search/"), location.href).href;
    self.memory = new pirSearch.Memory(self.folder);
    self.state = pirSearch.searchOf(location.search);
    self.limit = PAGE;
    self.asked = 0;
    self.expanded = {};

    self.input = el("textarea", "pir-search__input");
    self.input.rows = 1;
    self.input.placeholder = "What are you seeing? Paste an alert, an error or a symptom";
    self.input.setAttribute("aria-label", "What are you seeing?");
    self.input.setAttribute("aria-describedby", "pir-search-status");
    ["autocomplete", "autocorrect", "autocapitalize"].forEach(function (name) {
      self.input.setAttribute(name, "off");
    });
    self.input.spellcheck = false;
    self.clear = el("button", "pir-search__clear", "Clear");
    self.clear.type = "button";
    self.status = el("p", "pir-search__status");
    self.status.id = "pir-search-status";
    self.status.setAttribute("role", "status");
    self.save = el("button", "pir-button pir-search__save", "Save this search");
    self.save.type = "button";
    self.chosen = el("div", "pir-search__chosen");
    self.notes = el("div", "pir-search__notes");
    self.kept = el("div", "pir-search__kept");
    self.list = el("ol", "pir-results");
    self.list.setAttribute("aria-label", "Results, best first");
    self.more = el("button", "pir-button pir-search__more", "Show more");
    self.more.type = "button";
    self.toggle = el("button", "pir-button pir-search__toggle", "Narrow down");
    self.toggle.type = "button";
    self.toggle.setAttribute("aria-expanded", "false");
    self.facets = el("div", "pir-facets");
    self.facets.id = "pir-facets";
    self.facets.setAttribute("role", "group");
    self.facets.setAttribute("aria-label", "Narrow down");
    self.toggle.setAttribute("aria-controls", self.facets.id);

    var form = el("form", "pir-search__form", [pirSearch.magnifier(), self.input, self.clear]);
    form.setAttribute("role", "search");
    root.replaceChildren(
      form,
      el("p", "pir-search__keys", [
        el("kbd", "", "/"),
        " to write, ",
        el("kbd", "", "↓"),
        " ",
        el("kbd", "", "↑"),
        " through the results, ",
        el("kbd", "", "Enter"),
        " opens, ",
        el("kbd", "", "Esc"),
        " clears",
      ]),
      el("div", "pir-search__body", [
        el("div", "pir-search__side", [self.toggle, self.facets]),
        el("div", "pir-search__main", [
          el("div", "pir-search__bar", [self.status, self.save]),
          self.chosen,
          self.notes,
          self.kept,
          self.list,
          self.more,
        ]),
      ]),
    );
    root.classList.add("pir-search");
    self.root = root;
    self.listen(form);
    self.input.value = self.state.text;
    self.clear.hidden = !self.state.text;
    self.ask(); // how many lines the text takes is measured when it is laid out
    if (!self.state.text && matchMedia("(min-width: 60em)").matches) self.input.focus({ preventScroll: true });
  }

  Page.prototype.listen = function (form) {
    var self = this;
    self.input.addEventListener("input", function () {
      self.typed();
    });
    self.input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        var first = self.list.querySelector("a");
        if (first) first.click();
        else self.memory.note(self.state);
      }
    });
    form.addEventListener("submit", function (event) {
      event.preventDefault();
    });
    self.clear.addEventListener("click", function () {
      self.emptied();
    });
    self.save.addEventListener("click", function () {
      self.memory.keep(self.state, !self.memory.isKept(self.state));
      self.showSave();
    });
    // a search was of use when something was opened from it, or when it stood there as one left
    self.list.addEventListener("click", function (event) {
      if (event.target.closest("a")) self.memory.note(self.state);
    });
    window.addEventListener("pagehide", function () {
      self.memory.note(self.state);
    });
    self.more.addEventListener("click", function () {
      var shown = self.limit;
      self.limit += PAGE;
      self.ask(shown);
    });
    self.toggle.addEventListener("click", function () {
      var open = self.root.classList.toggle("pir-search--narrowing");
      self.toggle.setAttribute("aria-expanded", String(open));
    });
    new ResizeObserver(function () {
      if (self.width !== self.input.clientWidth) {
        self.width = self.input.clientWidth;
        self.fit();
      }
    }).observe(self.input);
    self.root.addEventListener("keydown", function (event) {
      self.key(event);
    });
    window.addEventListener("popstate", function () {
      self.turn(pirSearch.searchOf(location.search));
    });
  };

  /* Shows another search. */
  Page.prototype.turn = function (search) {
    this.state = search;
    this.limit = PAGE;
    this.input.value = search.text;
    this.fit();
    this.ask();
  };

  /* Goes on to another search, from which Back leads to this one. */
  Page.prototype.goTo = function (search) {
    this.memory.note(this.state);
    this.turn(search);
    this.remember(true);
    this.input.focus();
  };

  Page.prototype.key = function (event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      if (event.target === this.input) this.emptied();
      else this.input.focus();
      return;
    }
    var step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    var links = Array.from(this.list.querySelectorAll(".pir-result__link"));
    var at = links.indexOf(document.activeElement);
    var inText = event.target === this.input;
    if (!step || !links.length || (at < 0 && !inText)) return;
    if (inText && (step < 0 || this.input.value.indexOf("\n", this.input.selectionEnd) >= 0)) return;
    event.preventDefault();
    if (at + step < 0) this.input.focus();
    else if (at + step < links.length) links[at + step].focus();
  };

  /* As many lines as the text takes, up to eight. */
  Page.prototype.fit = function () {
    var input = this.input;
    this.clear.hidden = !input.value;
    input.rows = Math.min(8, input.value.split("\n").length);
    while (input.rows < 8 && input.scrollHeight > input.clientHeight + 4) input.rows++;
  };

  Page.prototype.typed = function () {
    this.state.text = this.input.value;
    this.limit = PAGE;
    this.fit();
    this.remember();
    this.ask();
  };

  Page.prototype.emptied = function () {
    if (!this.input.value) this.state.facets = {};
    this.memory.note(this.state);
    this.input.value = "";
    this.input.focus();
    this.typed();
  };

  Page.prototype.choose = function (name, value, on) {
    var values = (this.state.facets[name] || []).filter(function (other) {
      return other !== value;
    });
    if (on) values.push(value);
    if (values.length) this.state.facets[name] = values;
    else delete this.state.facets[name];
    this.told = ""; // the box has changed already
    this.limit = PAGE;
    this.remember(true);
    this.ask();
  };

  Page.prototype.widen = function (name) {
    delete this.state.facets[name];
    this.remember(true);
    this.ask();
    this.input.focus();
  };

  /* Keeps the address in step: at once with a step of its own, else when the keys are at rest. */
  Page.prototype.remember = function (step) {
    var self = this;
    function write() {
      try {
        history[step ? "pushState" : "replaceState"](null, "", here(self.state));
      } catch (error) {
        /* a page from disk may not */
      }
    }
    clearTimeout(self.remembering);
    if (step) write();
    else self.remembering = setTimeout(write, 100);
  };

  /* Asks the index and shows what comes back, unless something newer was asked meanwhile. */
  Page.prototype.ask = function (focus) {
    var self = this,
      asked = ++self.asked,
      text = self.state.text;
    var whole = { limit: self.limit, facets: self.state.facets };
    clearTimeout(self.settling);
    pirSearch
      .open(self.folder)
      .then(function (index) {
        var first = Object.assign({ body: false }, whole);
        if (!index.atHand && !focus) Object.assign(first, { limit: Math.min(FIRST, self.limit), counts: false });
        return index
          .search(text, first)
          .then(function (result) {
            return result.total || first.counts !== false ? result : index.search(text, whole);
          })
          .then(function (result) {
            if (asked !== self.asked) return;
            self.show(result, index, focus);
            self.settling = setTimeout(function () {
              index.search(text, whole).then(
                function (all) {
                  if (asked === self.asked) self.deepen(all);
                },
                function () {
                  /* the first answer stands */
                },
              );
            }, SETTLED);
          });
      })
      .catch(function () {
        if (asked !== self.asked) return;
        self.list.replaceChildren();
        self.notes.replaceChildren();
        self.status.textContent =
          "The search index could not be loaded. It may have just been published anew: reload the page.";
      });
  };

  /* Adds what was left out at first; what is shown stays where it is. */
  Page.prototype.deepen = function (result) {
    var self = this;
    self.labels = result.labels;
    result.hits.forEach(function (hit) {
      if (self.rows[hit.id]) {
        self.rows[hit.id].update(hit);
        return;
      }
      self.rows[hit.id] = pirSearch.result(hit, self.base, result.labels);
      self.list.append(self.rows[hit.id].item);
    });
    self.more.hidden = result.total <= result.hits.length;
    self.showFacets(result);
  };

  Page.prototype.show = function (result, index, focus) {
    var self = this,
      rows = {};
    self.labels = result.labels;
    self.list.replaceChildren.apply(
      self.list,
      result.hits.map(function (hit) {
        rows[hit.id] = pirSearch.result(hit, self.base, result.labels);
        return rows[hit.id].item;
      }),
    );
    self.rows = rows;
    self.more.hidden = !result.facets || result.total <= result.hits.length;
    self.showChosen();
    self.showNotes(result, index);
    self.showKept();
    self.showSave();
    if (result.facets) self.showFacets(result);
    self.status.textContent = self.summary(result, index);
    var links = self.list.querySelectorAll(".pir-result__link");
    if (focus && links[focus]) links[focus].focus();
  };

  Page.prototype.anything = function () {
    return Boolean(this.state.text.trim() || Object.keys(this.state.facets).length);
  };

  Page.prototype.summary = function (result, index) {
    if (!index.count) return "There are no records to search yet.";
    if (!this.anything() && index.count > 1)
      return index.count + " lessons, reviews, known errors and causes, newest first";
    if (!result.total) return "Nothing fits.";
    if (result.total === 1) return "1 result";
    return result.total + (this.state.text.trim() ? " results, best first" : " results, newest first");
  };

  Page.prototype.button = function (text, className, act) {
    var button = pirSearch.el("button", className, text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  };

  Page.prototype.showChosen = function () {
    var self = this,
      chips = [];
    Object.keys(self.state.facets).forEach(function (name) {
      self.state.facets[name].forEach(function (value) {
        var text = pirSearch.say.facets[name] + ": " + pirSearch.say.value(value, self.labels);
        var chip = self.button(
          [text, pirSearch.el("span", "pir-search__cross", "×")],
          "pir-search__choice",
          function () {
            self.choose(name, value, false);
          },
        );
        chip.setAttribute("aria-label", "Remove " + text);
        chips.push(chip);
      });
    });
    self.chosen.replaceChildren.apply(self.chosen, chips);
  };

  Page.prototype.showNotes = function (result, index) {
    var self = this,
      asked = self.asked,
      el = pirSearch.el,
      notes = pirSearch.notes(self, result);
    if (!self.anything()) {
      notes.push(
        el(
          "p",
          "pir-search__note",
          "Paste the alert as it is, several lines too. Words are found in any form, identifiers by their parts, and slips are mended.",
        ),
      );
    }
    self.notes.replaceChildren.apply(self.notes, notes);
    if (!self.anything() || result.total || !index.count) return;
    pirSearch.waysOn(self, result, index).then(function (box) {
      if (asked === self.asked) self.notes.append(box);
    });
  };

  Page.prototype.showKept = function () {
    var lists = this.anything() ? [] : pirSearch.kept(this);
    this.kept.replaceChildren.apply(this.kept, lists.length > 1 ? lists : []);
  };

  Page.prototype.showSave = function () {
    var kept = this.anything() && this.memory.isKept(this.state);
    this.save.hidden = !this.anything();
    this.save.textContent = kept ? "Saved" : "Save this search";
    this.save.setAttribute("aria-pressed", String(kept));
  };

  Page.prototype.showFacets = function (result) {
    var self = this,
      el = pirSearch.el;
    var told = JSON.stringify([result.facets, self.state.facets, self.expanded, self.labels]);
    if (told === self.told) return; // a box that somebody is about to click stays where it is
    self.told = told;
    var focused =
      document.activeElement && self.facets.contains(document.activeElement) ? document.activeElement.id : "";
    var groups = facetNames()
      .map(function (name) {
        var chosen = self.state.facets[name] || [];
        var pairs = (result.facets[name] || []).slice();
        chosen.forEach(function (value) {
          if (
            !pairs.some(function (pair) {
              return pair[0] === value;
            })
          )
            pairs.push([value, 0]);
        });
        if (!pairs.length) return null;
        if (name === "year")
          pairs.sort(function (one, other) {
            return other[0] < one[0] ? -1 : 1;
          });
        else if (name !== "severity")
          pairs.sort(function (one, other) {
            return other[1] - one[1] || (one[0] < other[0] ? -1 : 1);
          });
        var all = self.expanded[name] || pairs.length <= SHOWN + 1;
        var shown = pairs.filter(function (pair, at) {
          return all || at < SHOWN || chosen.indexOf(pair[0]) >= 0;
        });
        var group = el("fieldset", "pir-facet", [el("legend", "pir-facet__name", pirSearch.say.facets[name])]);
        shown.forEach(function (pair) {
          group.append(self.facetValue(name, pair[0], pair[1], chosen.indexOf(pair[0]) >= 0));
        });
        if (!all) {
          var rest = self.button("Show all " + pairs.length, "pir-facet__all", function () {
            self.expanded[name] = true;
            self.showFacets(result);
          });
          rest.id = "pir-facet-" + name + "-all";
          group.append(rest);
        }
        return group;
      })
      .filter(Boolean);
    self.facets.replaceChildren.apply(self.facets, groups);
    self.toggle.hidden = !groups.length;
    var again = focused && document.getElementById(focused);
    if (again) again.focus();
  };

  Page.prototype.facetValue = function (name, value, count, on) {
    var self = this,
      el = pirSearch.el;
    var box = el("input", "pir-facet__box");
    box.type = "checkbox";
    box.checked = on;
    box.id = "pir-facet-" + name + "-" + value;
    box.addEventListener("change", function () {
      self.choose(name, value, box.checked);
    });
    return el("label", "pir-facet__value", [
      box,
      el("span", "pir-facet__text", pirSearch.say.value(value, self.labels)),
      el("span", "pir-facet__count", String(count || "–")),
    ]);
  };

  pirSearch.Page = Page;
})();
