/* Starts the search on a page: mounts the search page and the boxes, and lets the key / focus them. */
(() => {
  "use strict";
  const pir = window.pir;

  // what the key / focuses: the first of these that is on the page
  const FIELDS = [
    ".pir-search__input",
    ".pir-home-search .pir-search-box__input",
    ".pir-header-search .pir-search-box__input",
  ];

  function each(selector, start) {
    document.querySelectorAll(selector).forEach((root) => {
      if (!root.firstElementChild || !root.dataset.mounted) {
        root.dataset.mounted = "yes";
        start(root);
      }
    });
  }

  function mount() {
    each("#pir-search", (root) => {
      new pir.Page(root);
    });
    each(".pir-home-search", (root) => {
      new pir.SearchBox(root, true);
    });
    each(".pir-header-search", (root) => {
      new pir.SearchBox(root, false);
    });
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || pir.writing(event.target)) return;
      const field = FIELDS.map((one) => document.querySelector(one)).find((one) => one && one.offsetParent !== null);
      if (!field) return;
      event.preventDefault();
      // stopped while capturing, since the theme uses this key too
      event.stopImmediatePropagation();
      field.focus();
      field.select();
    },
    true,
  );

  mount(); // the elements above the script exist already
  pir.onEachPage(mount);
})();
