/* The boxes that lead to the search page, with the best six results below them as one writes.
 *
 * <div class="pir-header-search" data-base="../">   in the header
 * <div class="pir-home-search" data-base="">        on the home page, bigger
 * data-index (default "search/") is the folder of the index, data-page (default "search/index.html") the search
 * page, both from data-base. The index is loaded when a box is first focused, and an empty box then offers the
 * searches of this browser. A box is one line: the line ends of a pasted text show as ↵ and lead on as what they are.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var BEST = 6;
  var LINE = " ↵ ";
  var boxes = 0;

  function Box(root, big) {
    var self = this,
      el = pirSearch.el;
    self.base = root.dataset.base || "";
    self.page = self.base + (root.dataset.page || "search/index.html");
    self.folder = new URL(self.base + (root.dataset.index || "search/"), location.href).href;
    self.memory = new pirSearch.Memory(self.folder);
    self.asked = 0;
    self.active = -1;
    self.options = [];

    self.input = el("input", "pir-box__input");
    self.input.type = "search";
    self.input.name = "q";
    self.input.placeholder = big
      ? "What are you seeing? Paste an alert, an error or a symptom"
      : "What are you seeing?";
    self.list = el("div", "pir-box__list");
    self.list.id = "pir-box-list-" + ++boxes;
    self.list.hidden = true;
    self.list.setAttribute("role", "listbox");
    self.list.setAttribute("aria-label", "Best results");
    var attributes = {
      role: "combobox",
      "aria-label": "Search lessons and reviews",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      "aria-controls": self.list.id,
      autocomplete: "off",
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
    };
    Object.keys(attributes).forEach(function (name) {
      self.input.setAttribute(name, attributes[name]);
    });
    self.status = el("span", "pir-box__status");
    self.status.setAttribute("role", "status");
    self.form = el("form", "pir-box", [
      pirSearch.magnifier(),
      self.input,
      el("kbd", "pir-box__key", "/"),
      self.status,
      self.list,
    ]);
    self.form.setAttribute("role", "search");
    self.form.action = self.page;
    var link = el("a", "pir-box__link", pirSearch.magnifier());
    link.href = self.page;
    link.setAttribute("aria-label", "Search");
    root.replaceChildren.apply(root, big ? [self.form] : [link, self.form]);
    self.root = root;
    self.listen();
  }

  Box.prototype.listen = function () {
    var self = this;
    self.input.addEventListener("focus", function () {
      pirSearch.open(self.folder).catch(function () {
        /* said when something is asked */
      });
      self.ask();
    });
    self.input.addEventListener("input", function () {
      self.ask();
    });
    self.input.addEventListener("paste", function (event) {
      // a field of one line would glue pasted lines together
      var text = event.clipboardData && event.clipboardData.getData("text");
      if (!text || !/[\r\n]/.test(text)) return;
      event.preventDefault();
      self.input.setRangeText(
        text.trim().replace(/[ \t]*(?:\r\n|\r|\n)/g, LINE),
        self.input.selectionStart,
        self.input.selectionEnd,
        "end",
      );
      self.ask();
    });
    self.input.addEventListener("keydown", function (event) {
      self.key(event);
    });
    self.form.addEventListener("submit", function (event) {
      event.preventDefault();
      self.memory.note({ text: self.text(), facets: {} });
      if (self.active >= 0) self.options[self.active].click();
      else location.href = self.target();
    });
    self.root.addEventListener("focusout", function (event) {
      if (!self.root.contains(event.relatedTarget)) self.close();
    });
    self.list.addEventListener("mousedown", function (event) {
      event.preventDefault();
    });
    self.list.addEventListener("click", function () {
      self.memory.note({ text: self.text(), facets: {} });
    });
  };

  /* What was asked, with its lines. */
  Box.prototype.text = function () {
    return this.input.value.replace(/ ?↵ ?/g, "\n");
  };

  Box.prototype.target = function () {
    var query = pirSearch.address({ text: this.text().trim(), facets: {} });
    return this.page + (query ? "?" + query : "");
  };

  Box.prototype.key = function (event) {
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
        this.ask();
        return;
      }
      var count = this.options.length + 1; // one more: the field itself
      this.mark(((this.active + 1 + (event.key === "ArrowDown" ? 1 : count - 1)) % count) - 1);
    }
  };

  Box.prototype.mark = function (active) {
    var self = this;
    self.active = active;
    self.options.forEach(function (option, at) {
      option.setAttribute("aria-selected", String(at === active));
      if (at === active) option.scrollIntoView({ block: "nearest" });
    });
    if (active >= 0) self.input.setAttribute("aria-activedescendant", self.options[active].id);
    else self.input.removeAttribute("aria-activedescendant");
  };

  Box.prototype.close = function () {
    this.asked++;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
    this.mark(-1);
  };

  Box.prototype.ask = function () {
    var self = this,
      asked = ++self.asked,
      text = self.text();
    if (!text.trim()) {
      self.offer();
      return;
    }
    pirSearch
      .open(self.folder)
      .then(function (index) {
        return index.search(text, { limit: BEST, body: false, counts: false });
      })
      .then(function (result) {
        if (asked === self.asked) self.show(result);
      })
      .catch(function () {
        if (asked !== self.asked) return;
        self.list.replaceChildren(
          pirSearch.el("p", "pir-box__note", "The search index could not be loaded. Reload the page."),
        );
        self.list.hidden = false;
      });
  };

  Box.prototype.show = function (result) {
    var self = this,
      el = pirSearch.el;
    self.options = result.hits.map(function (hit) {
      var option = pirSearch.option(hit, result.labels);
      option.href = self.base + hit.url;
      return option;
    });
    if (result.total > result.hits.length) {
      var all = el("a", "pir-option pir-option--all", "All " + result.total + " results");
      all.href = self.target();
      self.options.push(all);
    }
    var mended = result.corrections.map(function (pair) {
      return el("p", "pir-box__note", ["Searched for ", el("strong", "", pair[1]), " instead of “" + pair[0] + "”."]);
    });
    var nothing = result.total ? [] : [el("p", "pir-box__note", "Nothing fits. Press Enter for help with the search.")];
    self.open(mended, nothing, "Best results");
    self.status.textContent = result.total
      ? result.total === 1
        ? "1 result"
        : result.total + " results"
      : "Nothing fits";
  };

  /* For an empty box: what was asked before in this browser, the saved searches first. */
  Box.prototype.offer = function () {
    var self = this,
      el = pirSearch.el;
    var addresses = self.memory.saved().concat(self.memory.recent());
    addresses = addresses
      .filter(function (one, at) {
        return addresses.indexOf(one) === at;
      })
      .slice(0, BEST);
    if (!addresses.length) {
      self.close();
      return;
    }
    self.options = addresses.map(function (address) {
      var option = el("a", "pir-option pir-option--kept", pirSearch.said(pirSearch.searchOf(address)));
      option.href = self.page + "?" + address;
      return option;
    });
    self.open([el("p", "pir-box__note", "Asked before, remembered in this browser only")], [], "Asked before");
    self.status.textContent = "";
  };

  Box.prototype.open = function (before, after, label) {
    var self = this;
    self.options.forEach(function (option, at) {
      option.id = self.list.id + "-" + at;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
    });
    self.list.setAttribute("aria-label", label);
    self.list.replaceChildren.apply(self.list, before.concat(self.options, after));
    self.list.hidden = false;
    self.input.setAttribute("aria-expanded", "true");
    self.mark(-1);
  };

  pirSearch.Box = Box;
})();
