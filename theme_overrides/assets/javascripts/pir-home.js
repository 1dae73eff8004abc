/* The home that somebody chose, stored in this browser and never sent anywhere.
 *
 * The logo and the tab "Home" lead to it, and so does the start page when it is the first page of a tab. A choice within
 * a home, such as whose reviews it shows, is stored in the same way. Without storage, links lead to all of them.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const MANAGER = " manager"; // ends the key of the manager whose reviews a home shows

  class Home {
    constructor(base) {
      this.root = new URL(base || "./", location.href);
      this.key = "pir-home " + this.root.pathname;
    }

    read(storage, what = "") {
      try {
        return storage.getItem(this.key + what) || "";
      } catch {
        return "";
      }
    }

    write(storage, value, what = "") {
      try {
        if (value) storage.setItem(this.key + what, value);
        else storage.removeItem(this.key + what);
      } catch {
        /* no storage, or it is full: nothing is stored */
      }
    }

    address(path) {
      return new URL(path, this.root).href;
    }

    /* Whether the page is the first one of the site in this tab. */
    isFirst() {
      const seen = this.read(sessionStorage);
      this.write(sessionStorage, "seen");
      return !seen;
    }

    /* Make the logo and the tab of the start page lead to the chosen home. */
    lead() {
      const start = this.address("index.html");
      const home = this.address(this.read(localStorage) || "index.html");
      document.querySelectorAll(".md-header .md-logo, .md-nav__title > .md-logo, .md-tabs a").forEach((link) => {
        if (!link.dataset.pirStart && link.href.split("#")[0] !== start) return;
        link.dataset.pirStart = "yes";
        link.href = home;
      });
    }

    /* Keep whose reviews a home shows, and open these: true if another page is opened. */
    keepManager(managers) {
      const links = Array.from(managers.querySelectorAll("a"));
      const everybody = links.find((link) => link.href === this.address(managers.dataset.path));
      if (managers.dataset.own) {
        this.write(localStorage, managers.dataset.own, MANAGER);
        everybody.addEventListener("click", () => this.write(localStorage, "", MANAGER));
        return false;
      }
      const chosen = this.read(localStorage, MANAGER);
      const isThere = chosen && links.some((link) => link.href === this.address(chosen));
      if (isThere) location.replace(this.address(chosen));
      return Boolean(isThere);
    }

    /* Show the button that makes a page the home, or no longer. */
    offer(choice) {
      const path = choice.dataset.path;
      const button = choice.querySelector("button");
      const show = () => {
        const isHome = this.read(localStorage) === path;
        choice.querySelector("span").textContent = isHome ? "Your home. " : "";
        button.textContent = isHome ? "Use the start page instead" : "Make this my home";
        this.lead();
      };
      button.addEventListener("click", () => {
        this.write(localStorage, this.read(localStorage) === path ? "" : path);
        show();
      });
      show();
      choice.classList.add("pir-home-choice--ready");
    }
  }

  pir.onEachPage(() => {
    const anchor = document.querySelector(".pir-home-choice, .pir-homes, .pir-header-search");
    if (!anchor) return;
    const home = new Home(anchor.dataset.base);
    const first = home.isFirst();
    const chosen = home.read(localStorage);
    // only what the start page links is opened, so never a home that is gone
    const links = Array.from(document.querySelectorAll(".pir-homes a"));
    if (first && chosen && links.some((link) => link.href === home.address(chosen))) {
      location.replace(home.address(chosen));
      return;
    }
    home.lead();
    const managers = document.querySelector(".pir-managers");
    if (managers && home.keepManager(managers)) return;
    const choice = document.querySelector(".pir-home-choice");
    if (choice) home.offer(choice);
  });
})();
