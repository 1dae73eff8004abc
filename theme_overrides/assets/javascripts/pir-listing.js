/* Narrows a whole list, sorts it, shows other columns, saves what it shows: the controls above the table of a list.
 *
 * The page has the first rows of the list, which stay until somebody chooses something. Then all rows are loaded. What is
 * chosen is in the address after the #, so that it can be linked and works from disk; views can be kept in the browser.
 */
(() => {
  "use strict";
  const pir = window.pir;
  const { el, button } = pir;

  const ROWS = 50;
  const ON_PAPER = 2000;

  function inOrder(hash) {
    return hash.replace(/^#/, "").split("&").sort().join("&");
  }

  class Listing {
    constructor(box) {
      this.box = box;
      this.root = box.dataset.root;
      this.list = box.parentNode.querySelector(".pir-list");
      this.pager = box.parentNode.querySelector(".pir-pager");
      this.count = box.querySelector(".pir-listing__count");
      this.chosenBox = box.querySelector(".pir-listing__chosen");
      this.wordsField = box.querySelector(".pir-listing__words");
      this.sortField = box.querySelector("select");
      this.menus = Array.from(box.querySelectorAll("details"));
      this.drawing = new pir.ListingMenus(this);
      this.loaded = null;
      this.attend();
      if (location.hash.includes("=")) {
        this.list.classList.add("pir-list--narrowed");
        this.follow();
      }
      // what was typed before this script was there
      if (this.wordsField.value) this.findWords();
    }

    /* A promise that all rows are there. */
    load() {
      if (!this.loaded) {
        this.box.setAttribute("aria-busy", "true");
        const folder = this.box.dataset.pirListing.replace(/[^/]*$/, "");
        this.loaded = pir
          .load(this.box.dataset.pirListing)
          .then((description) =>
            Promise.all(description.parts.map((part) => pir.load(folder + part + ".js"))).then((parts) => {
              this.rows = new pir.ListingRows(description, parts);
              this.rows.prepare();
              this.description = description;
              this.state = pir.listingState(location.hash, description) || this.empty();
            }),
          )
          .catch((error) => {
            this.loaded = null;
            this.count.textContent =
              "The rows of this list could not be loaded. " + (navigator.onLine ? "" : "There is no network.");
            throw error;
          })
          .finally(() => this.box.removeAttribute("aria-busy"));
      }
      return this.loaded;
    }

    empty() {
      return { chosen: {}, words: "", sort: "", columns: null, page: 1 };
    }

    attend() {
      // who goes near the controls will use them: the rows are on their way before the first click
      ["pointerenter", "focusin", "touchstart"].forEach((near) => {
        this.box.addEventListener(near, () => this.load().catch(() => {}), { once: true, passive: true });
      });
      this.wordsField.addEventListener("input", () => this.findWords());
      this.sortField.addEventListener("change", () => this.sortBy(this.sortField.value));
      this.box.querySelector(".pir-listing__way").addEventListener("click", () => this.sortBy(this.sortField.value));
      this.menus.forEach((menu) => {
        menu.addEventListener("toggle", () => {
          if (!menu.open) return;
          this.load().then(
            () => this.drawing.draw(menu),
            () => {},
          );
        });
      });
      this.box.addEventListener("keydown", (event) => {
        const open = this.menus.find((menu) => menu.open);
        if (event.key !== "Escape" || !open) return;
        open.open = false;
        open.querySelector("summary").focus();
        event.stopPropagation();
      });
      // a menu closes when somebody goes on elsewhere, with the pointer or by keyboard
      ["click", "focusin"].forEach((on) => {
        document.addEventListener(on, (event) => {
          this.menus.forEach((menu) => {
            if (menu.open && !menu.contains(event.target)) menu.open = false;
          });
        });
      });
      window.addEventListener("hashchange", () => {
        if (this.box.isConnected && (location.hash.includes("=") || this.state)) this.follow();
      });
      window.addEventListener("beforeprint", () => {
        if (this.box.isConnected && this.state) this.putOnPaper();
      });
      window.addEventListener("afterprint", () => {
        if (this.box.isConnected && this.state) this.show();
      });
    }

    /* Show what the address says. */
    follow() {
      this.load().then(
        () => {
          this.state = pir.listingState(location.hash, this.description) || this.empty();
          this.show();
        },
        () => {},
      );
    }

    change(act) {
      this.load().then(
        () => {
          act();
          this.state.page = 1;
          this.show();
        },
        () => {},
      );
    }

    /* Show the rows with the words of the field as they are now: while rows are loading, the field may change. */
    findWords() {
      const words = this.wordsField.value;
      this.change(() => {
        this.state.words = words;
      });
    }

    choose(key, value, on) {
      this.change(() => {
        const others = (this.state.chosen[key] || []).filter((one) => one !== value);
        this.state.chosen[key] = on ? others.concat(value) : others;
      });
    }

    /* The first choice sorts numbers and days from the largest, words from A; the second the other way. */
    sortBy(key) {
      this.change(() => {
        const column = this.description.columns.find((one) => one[0] === key);
        const first = column && (column[2] === "number" || column[2] === "date") ? "-" + key : key;
        const other = first === key ? "-" + key : key;
        this.state.sort = this.state.sort === first ? other : key && first;
      });
    }

    show() {
      const state = this.state;
      const found = this.rows.find(state);
      this.found = found;
      const pages = Math.max(1, Math.ceil(found.rows.length / ROWS));
      state.page = Math.min(state.page, pages);
      const hash = pir.listingHash(state);
      const address = location.pathname + location.search + (hash ? "#" + hash : "");
      if (location.hash !== (hash && "#" + hash)) history.replaceState(history.state, "", address);
      if (this.wordsField.value !== state.words) this.wordsField.value = state.words;
      this.sortField.value = state.sort.replace(/^-/, "");
      this.table(found.rows.slice((state.page - 1) * ROWS, state.page * ROWS));
      this.pages(pages, found.rows.length);
      this.tell(found.rows);
      this.chips();
      this.menus.forEach((menu) => {
        if (menu.open) this.drawing.draw(menu);
      });
      this.leadOn(hash);
    }

    /* The views that the page names keep what is chosen in filters that none of them names, such as client and year. */
    leadOn(hash) {
      const links = Array.from(this.box.querySelectorAll(".pir-listing__views a"));
      const views = links.map((link) => {
        if (!link.dataset.view) link.dataset.view = link.hash;
        return pir.listingState(link.dataset.view, this.description) || this.empty();
      });
      const named = new Set(views.flatMap((view) => Object.keys(view.chosen)));
      const kept = Object.entries(this.state.chosen).filter(([key]) => !named.has(key));
      links.forEach((link, at) => {
        const chosen = Object.assign(Object.fromEntries(kept), views[at].chosen);
        link.hash = pir.listingHash(Object.assign({}, this.state, { chosen, page: 1 }));
        if (inOrder(link.hash) === inOrder(hash)) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
    }

    /* All rows of the view, not those of one page of it; of very many, the first. */
    putOnPaper() {
      const rows = this.rows.find(this.state).rows;
      this.table(rows.slice(0, ON_PAPER));
      this.tell(rows);
      this.pages(rows.length > ON_PAPER ? 2 : 1, rows.length);
      this.pager.querySelector(".pir-pager__where").textContent = this.where(1, ON_PAPER, rows.length);
    }

    where(first, last, total) {
      const [from, to, of] = [first, Math.min(last, total), total].map((one) => pir.grouped(one));
      return from + " to " + to + " of " + of;
    }

    columns() {
      const chosen = this.state.columns;
      return this.description.columns
        .map((column, at) => [at, column])
        .filter(([, [key, , kind, , optional]]) => kind === "title" || (chosen ? chosen.includes(key) : !optional));
    }

    tell(rows) {
      const [all, one] = [this.description.count, this.description.noun];
      const nouns = all === 1 ? one : one + "s";
      const parts = [
        rows.length === all
          ? pir.grouped(all) + " " + nouns
          : pir.grouped(rows.length) + " of " + pir.grouped(all) + " " + nouns,
      ];
      if (!rows.length) parts[0] = "No " + one + " matches. Remove a filter.";
      this.rows
        .totals(
          rows,
          this.columns().map(([, column]) => column[0]),
        )
        .forEach(([label, text]) => parts.push(label + ": " + text));
      this.count.textContent = parts.join(" · ");
    }

    /* What is chosen, each to take away. */
    chips() {
      const parts = [];
      this.description.filters.forEach(([key, label], at) => {
        (this.state.chosen[key] || []).forEach((value) => {
          const text = label + ": " + this.rows.nameOf(at, value);
          const chip = button([text, el("span", "", "×")], "pir-listing__choice", () => {
            this.choose(key, value, false);
            this.wordsField.focus();
          });
          chip.setAttribute("aria-label", "Remove " + text);
          parts.push(chip);
        });
      });
      if (parts.length || this.state.words) {
        parts.push(
          button("Show all", "pir-listing__button", () => {
            this.change(() => {
              this.state.chosen = {};
              this.state.words = "";
            });
          }),
        );
      }
      const offered = this.feeds();
      if (offered) parts.push(offered);
      this.chosenBox.replaceChildren(...parts);
    }

    /* The feed of what is chosen, where the site has one. */
    feeds() {
      const keys = Object.keys(this.state.chosen).filter((key) => key !== "state" && this.state.chosen[key].length);
      const key = keys.length === 1 ? keys[0] : keys.length ? "" : "state";
      const feed = key && this.description.feeds[pir.listingHash({ chosen: { [key]: this.state.chosen[key] || [] } })];
      if (!feed || !feed.length) return null;
      return el("span", "pir-listing__feeds", [
        "Subscribe: ",
        ...feed.flatMap(([text, path], at) => {
          const link = el("a", "", text);
          link.href = this.root + path;
          return at ? [", ", link] : [link];
        }),
      ]);
    }

    chip([text, look, hint]) {
      const chip = el("span", "pir-chip pir-chip--" + look, text);
      if (hint) chip.title = hint;
      return chip;
    }

    value(value, kind) {
      if (!Array.isArray(value)) return document.createTextNode(value);
      if (kind === "chips") return this.chip(value);
      if (!value[1]) return document.createTextNode(value[0]);
      const link = el("a", "", value[0]);
      link.href = this.root + value[1];
      if (value[2]) link.title = value[2];
      return link;
    }

    cell(row, at, [, , kind, phone]) {
      const { values, sub, sort } = row.cell(at);
      const shown = values.flatMap((value, number) =>
        (number ? [kind === "chips" || kind === "title" ? " " : ", "] : []).concat(this.value(value, kind)),
      );
      const cell = el(
        "td",
        "pir-" + kind + (phone === "-" ? " pir-laptop-only" : "") + (values.length || sub ? "" : " pir-empty-cell"),
      );
      if (phone && phone !== "-" && (values.length || sub)) cell.dataset.label = phone;
      if (kind === "title" && row.path) {
        const link = el("a", "pir-stretched-link", shown);
        link.href = this.root + row.path;
        cell.append(link);
      } else if (kind === "date" && /^\d{4}-\d\d-\d\d/.test(sort)) {
        const time = el("time", "", shown);
        time.dateTime = sort;
        cell.append(time);
      } else cell.append(...shown);
      if (sub) cell.append(" ", el("span", "pir-sub", sub));
      return cell;
    }

    table(rows) {
      const table = this.list.querySelector("table");
      const columns = this.columns();
      const [sorted, way] = [
        this.state.sort.replace(/^-/, ""),
        this.state.sort.startsWith("-") ? "descending" : "ascending",
      ];
      const focused = document.activeElement && document.activeElement.dataset.sortBy;
      const heads = columns.map(([, [key, label, kind]]) => {
        const sort = button(label, "pir-sort", () => this.sortBy(key));
        sort.dataset.sortBy = key;
        const head = el("th", "pir-" + kind, sort);
        head.scope = "col";
        head.setAttribute("aria-sort", key === sorted ? way : "none");
        return head;
      });
      table.tHead.replaceChildren(el("tr", "", heads));
      table.tBodies[0].replaceChildren(
        ...rows.map((number) => {
          const row = this.rows.row(number);
          const look = (row.path ? "pir-linked-row" : "") + (row.look ? " pir-row--" + row.look : "");
          return el(
            "tr",
            look.trim(),
            columns.map(([at, column]) => this.cell(row, at, column)),
          );
        }),
      );
      this.list.hidden = !rows.length;
      const again = focused && table.tHead.querySelector('[data-sort-by="' + focused + '"]');
      if (again) again.focus();
    }

    pages(last, total) {
      if (!this.pager) {
        this.pager = el("nav", "pir-pager");
        this.pager.setAttribute("aria-label", "Pages of this list");
        this.list.after(this.pager);
      }
      const page = this.state.page;
      const go = (to) => {
        this.state.page = to;
        this.show();
        this.list.scrollIntoView({ block: "start" });
        const current = this.pager.querySelector("[aria-current]");
        if (current) current.focus();
      };
      const numbers = [...new Set([1, page - 2, page - 1, page, page + 1, page + 2, last])]
        .filter((n) => n >= 1 && n <= last)
        .sort((a, b) => a - b);
      const where = el("span", "pir-pager__where", this.where((page - 1) * ROWS + 1, page * ROWS, total));
      const parts = numbers.flatMap((number, at) => {
        const one = button(String(number), "pir-pager__page", () => go(number));
        one.setAttribute("aria-label", "Page " + number);
        if (number === page) one.setAttribute("aria-current", "page");
        return at && number > numbers[at - 1] + 1 ? [el("span", "", "…"), one] : [one];
      });
      if (page > 1) parts.unshift(button("Previous", "pir-pager__page", () => go(page - 1)));
      if (page < last) parts.push(button("Next", "pir-pager__page", () => go(page + 1)));
      this.pager.replaceChildren(where, ...parts);
      this.pager.hidden = last < 2;
    }
  }

  pir.onEachPage(() => {
    document.querySelectorAll("[data-pir-listing]").forEach((box) => {
      if (box.dataset.mounted) return;
      box.dataset.mounted = "yes";
      new Listing(box);
    });
  });
})();
