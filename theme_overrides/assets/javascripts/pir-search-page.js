/* The search page: mounts on <div id="pir-search" data-base="../" data-index="search/">.
 *
 * data-base is the way to the site's root, data-index the folder of the index from there. The state is in the URL
 * (?q=, and one parameter a chosen facet value), so a ticket can link to a search. Keys: / focuses, Esc clears,
 * arrows move through the results, Enter opens, Shift+Enter starts a new line.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var PAGE = 20; // results shown at a time
  var FIRST = 6; // results shown while somebody writes, where every further one is a request
  var SHOWN = 6; // values of a facet shown before the rest is asked for
  var LONGEST = 1500; // characters of a query that the URL keeps
  var SETTLED = 250; // ms without a key after which the rest is looked up: more results, facets, sentences of bodies

  function facetNames() {
    return Object.keys(pirSearch.say.facets);
  }

  /* What the URL says: {text, facets}. */
  function stateOf(search) {
    var parameters = new URLSearchParams(search);
    var facets = {};
    facetNames().forEach(function (name) {
      var values = parameters.getAll(name);
      if (values.length) facets[name] = values;
    });
    return { text: parameters.get("q") || "", facets: facets };
  }

  function urlOf(state) {
    var parameters = new URLSearchParams();
    if (state.text.trim()) parameters.set("q", state.text.slice(0, LONGEST));
    Object.keys(state.facets).forEach(function (name) {
      state.facets[name].forEach(function (value) { parameters.append(name, value); });
    });
    var query = parameters.toString();
    return location.pathname + (query ? "?" + query : "") + location.hash;
  }

  function Page(root) {
    var self = this, el = pirSearch.el;
    self.base = root.dataset.base || "";
    self.folder = new URL(self.base + (root.dataset.index || "search/"), location.href).href;
    self.state = stateOf(location.search);
    self.limit = PAGE;
    self.asked = 0;
    self.expanded = {};

    self.input = el("textarea", "pir-search__input");
    self.input.rows = 1;
    self.input.placeholder = "What are you seeing? Paste an alert, an error or a symptom";
    self.input.setAttribute("aria-label", "What are you seeing?");
    self.input.setAttribute("aria-describedby", "pir-search-status");
    ["autocomplete", "autocorrect", "autocapitalize"].forEach(function (name) { self.input.setAttribute(name, "off"); });
    self.input.spellcheck = false;
    self.clear = el("button", "pir-search__clear", "Clear");
    self.clear.type = "button";
    self.status = el("p", "pir-search__status");
    self.status.id = "pir-search-status";
    self.status.setAttribute("role", "status");
    self.chosen = el("div", "pir-search__chosen");
    self.notes = el("div", "pir-search__notes");
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
        el("kbd", "", "/"), " to write, ", el("kbd", "", "↓"), " ", el("kbd", "", "↑"), " through the results, ",
        el("kbd", "", "Enter"), " opens, ", el("kbd", "", "Esc"), " clears"
      ]),
      el("div", "pir-search__body", [
        el("div", "pir-search__side", [self.toggle, self.facets]),
        el("div", "pir-search__main", [self.status, self.chosen, self.notes, self.list, self.more])
      ])
    );
    root.classList.add("pir-search");
    self.root = root;
    self.listen(form);
    self.input.value = self.state.text;
    self.fit();
    self.ask();
    if (!self.state.text && matchMedia("(min-width: 60em)").matches) self.input.focus({ preventScroll: true });
  }

  Page.prototype.listen = function (form) {
    var self = this;
    self.input.addEventListener("input", function () { self.typed(); });
    self.input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        var first = self.list.querySelector("a");
        if (first) first.click();
      }
    });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    self.clear.addEventListener("click", function () { self.emptied(); });
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
      if (self.width !== self.input.clientWidth) { self.width = self.input.clientWidth; self.fit(); }
    }).observe(self.input);
    self.root.addEventListener("keydown", function (event) { self.key(event); });
    window.addEventListener("popstate", function () {
      self.state = stateOf(location.search);
      self.input.value = self.state.text;
      self.fit();
      self.ask();
    });
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
    this.input.value = "";
    this.input.focus();
    this.typed();
  };

  Page.prototype.choose = function (name, value, on) {
    var values = (this.state.facets[name] || []).filter(function (other) { return other !== value; });
    if (on) values.push(value);
    if (values.length) this.state.facets[name] = values;
    else delete this.state.facets[name];
    this.limit = PAGE;
    this.remember();
    this.ask();
  };

  Page.prototype.remember = function () {
    var self = this;
    clearTimeout(self.remembering);
    self.remembering = setTimeout(function () {
      try { history.replaceState(history.state, "", urlOf(self.state)); } catch (error) { /* a page from disk may not */ }
    }, 100);
  };

  /* Asks the index and shows what comes back, unless something newer was asked meanwhile. */
  Page.prototype.ask = function (focus) {
    var self = this, asked = ++self.asked, text = self.state.text;
    var whole = { limit: self.limit, facets: self.state.facets };
    clearTimeout(self.settling);
    pirSearch.open(self.folder).then(function (index) {
      var first = Object.assign({ body: false }, whole);
      if (!index.atHand && !focus) Object.assign(first, { limit: Math.min(FIRST, self.limit), counts: false });
      return index.search(text, first).then(function (result) {
        return result.total || first.counts !== false ? result : index.search(text, whole);
      }).then(function (result) {
        if (asked !== self.asked) return;
        self.show(result, index, focus);
        self.settling = setTimeout(function () {
          index.search(text, whole).then(function (all) {
            if (asked === self.asked) self.deepen(all);
          }, function () { /* the first answer stands */ });
        }, SETTLED);
      });
    }).catch(function () {
      if (asked !== self.asked) return;
      self.list.replaceChildren();
      self.notes.replaceChildren();
      self.status.textContent = "The search index could not be loaded. It may have just been published anew: reload the page.";
    });
  };

  /* Adds what was left out at first; what is shown stays where it is. */
  Page.prototype.deepen = function (result) {
    var self = this;
    self.labels = result.labels;
    result.hits.forEach(function (hit) {
      if (self.rows[hit.id]) { self.rows[hit.id].update(hit); return; }
      self.rows[hit.id] = pirSearch.result(hit, self.base, result.labels);
      self.list.append(self.rows[hit.id].item);
    });
    self.more.hidden = result.total <= result.hits.length;
    self.showFacets(result);
  };

  Page.prototype.show = function (result, index, focus) {
    var self = this, rows = {};
    self.labels = result.labels;
    self.list.replaceChildren.apply(self.list, result.hits.map(function (hit) {
      rows[hit.id] = pirSearch.result(hit, self.base, result.labels);
      return rows[hit.id].item;
    }));
    self.rows = rows;
    self.more.hidden = !result.facets || result.total <= result.hits.length;
    self.showChosen();
    self.showNotes(result, index);
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
    if (!this.anything() && index.count > 1) return index.count + " lessons, reviews, known errors and causes, newest first";
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
    var self = this, chips = [];
    Object.keys(self.state.facets).forEach(function (name) {
      self.state.facets[name].forEach(function (value) {
        var text = pirSearch.say.facets[name] + ": " + pirSearch.say.value(value, self.labels);
        var chip = self.button([text, pirSearch.el("span", "pir-search__cross", "×")], "pir-search__choice", function () {
          self.choose(name, value, false);
        });
        chip.setAttribute("aria-label", "Remove " + text);
        chips.push(chip);
      });
    });
    self.chosen.replaceChildren.apply(self.chosen, chips);
  };

  /* What was mended, what is in no record, and what to do when nothing fits. */
  Page.prototype.showNotes = function (result) {
    var self = this, el = pirSearch.el, notes = [];
    result.corrections.forEach(function (pair) {
      notes.push(el("p", "pir-search__note", ["Searched for ", el("strong", "", pair[1]), " instead of “" + pair[0] + "”."]));
    });
    if (result.unknown.length) {
      var words = result.unknown.slice(0, 6).join(", ") + (result.unknown.length > 6 ? " and " + (result.unknown.length - 6) + " more" : "");
      notes.push(el("p", "pir-search__note", ["In no record: ", el("strong", "", words)]));
    }
    if (self.anything() && !result.total) notes.push(self.help(result));
    if (!self.anything()) {
      notes.push(el("p", "pir-search__note", "Paste the alert as it is, several lines too. Words are found in any form, identifiers by their parts, and slips are mended."));
    }
    self.notes.replaceChildren.apply(self.notes, notes);
  };

  Page.prototype.help = function () {
    var self = this, el = pirSearch.el, names = Object.keys(self.state.facets), ways = [];
    if (names.length) {
      names.forEach(function (name) {
        var label = "Search in every " + pirSearch.say.facets[name].toLowerCase();
        ways.push(self.button(label, "pir-button", function () { delete self.state.facets[name]; self.remember(); self.ask(); }));
      });
    }
    var text = names.length ? "Nothing fits with these filters." : "Try the error code, the name of the service, or the symptom in other words.";
    return el("div", "pir-search__help", [el("p", "", text)].concat(ways));
  };

  Page.prototype.showFacets = function (result) {
    var self = this, el = pirSearch.el;
    var focused = document.activeElement && self.facets.contains(document.activeElement) ? document.activeElement.id : "";
    var groups = facetNames().map(function (name) {
      var chosen = self.state.facets[name] || [];
      var pairs = (result.facets[name] || []).slice();
      chosen.forEach(function (value) {
        if (!pairs.some(function (pair) { return pair[0] === value; })) pairs.push([value, 0]);
      });
      if (!pairs.length) return null;
      if (name === "year") pairs.sort(function (one, other) { return other[0] < one[0] ? -1 : 1; });
      else if (name !== "severity") pairs.sort(function (one, other) { return other[1] - one[1] || (one[0] < other[0] ? -1 : 1); });
      var all = self.expanded[name] || pairs.length <= SHOWN + 1;
      var shown = pairs.filter(function (pair, at) { return all || at < SHOWN || chosen.indexOf(pair[0]) >= 0; });
      var group = el("fieldset", "pir-facet", [el("legend", "pir-facet__name", pirSearch.say.facets[name])]);
      shown.forEach(function (pair) { group.append(self.facetValue(name, pair[0], pair[1], chosen.indexOf(pair[0]) >= 0)); });
      if (!all) {
        var rest = self.button("Show all " + pairs.length, "pir-facet__all", function () { self.expanded[name] = true; self.showFacets(result); });
        rest.id = "pir-facet-" + name + "-all";
        group.append(rest);
      }
      return group;
    }).filter(Boolean);
    self.facets.replaceChildren.apply(self.facets, groups);
    self.toggle.hidden = !groups.length;
    var again = focused && document.getElementById(focused);
    if (again) again.focus();
  };

  Page.prototype.facetValue = function (name, value, count, on) {
    var self = this, el = pirSearch.el;
    var box = el("input", "pir-facet__box");
    box.type = "checkbox";
    box.checked = on;
    box.id = "pir-facet-" + name + "-" + value;
    box.addEventListener("change", function () { self.choose(name, value, box.checked); });
    return el("label", "pir-facet__value", [
      box, el("span", "pir-facet__text", pirSearch.say.value(value, self.labels)), el("span", "pir-facet__count", String(count || "–"))
    ]);
  };

  pirSearch.Page = Page;
})();
