/* The home that somebody chose, stored in this browser and never sent anywhere.
 *
 * The logo and the tab "Home" lead to it, and so does the start page when it is the first page of a tab. A choice within
 * a home, such as whose reviews it shows, is stored in the same way. Without storage, links lead to all of them.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const stored = (storage, key, value) => {
    try {
      if (value) storage.setItem(key, value);
      else if (value === "") storage.removeItem(key);
      return storage.getItem(key) || "";
    } catch {
      return "";
    }
  };

  /* The link of a list that leads to a path of the site, so that a home that is gone is never opened. */
  const linkTo = (links, root, path) => {
    if (!path) return undefined;
    const address = new URL(path, root).href;
    return Array.from(links).find((link) => link.href === address);
  };

  const lead = (root, path) => {
    const start = new URL("index.html", root).href;
    document.querySelectorAll(".md-header .md-logo, .md-nav__title > .md-logo, .md-tabs__link").forEach((link) => {
      if (link.dataset.pirStart || link.href.split("#")[0] === start) {
        link.dataset.pirStart = "yes";
        link.href = path ? new URL(path, root).href : start;
      }
    });
  };

  const offer = (choice, root, key) => {
    const path = choice.dataset.path;
    const button = choice.querySelector("button");
    const words = choice.querySelector("span");
    const show = () => {
      const home = stored(localStorage, key);
      words.textContent = home === path ? "Your home. " : "";
      button.textContent = home === path ? "Use the start page instead" : "Make this my home";
      choice.classList.add("pir-home-choice--ready");
      lead(root, home);
    };
    button.addEventListener("click", () => {
      stored(localStorage, key, stored(localStorage, key) === path ? "" : path);
      show();
    });
    show();
  };

  pir.onEachPage(() => {
    const anchor = document.querySelector(".pir-home-choice, .pir-homes, .pir-header-search");
    if (!anchor) return;
    const root = new URL(anchor.dataset.base || "./", location.href);
    const key = "pir-home " + root.pathname;
    const homes = document.querySelector(".pir-homes");
    const isFirst = !stored(sessionStorage, key);
    stored(sessionStorage, key, "opened");
    const home = stored(localStorage, key);
    if (homes && isFirst) {
      const link = linkTo(homes.querySelectorAll("a"), root, home);
      if (link) {
        location.replace(link.href);
        return;
      }
    }
    lead(root, home);
    const choice = document.querySelector(".pir-home-choice");
    if (choice) offer(choice, root, key);
  });
})();
