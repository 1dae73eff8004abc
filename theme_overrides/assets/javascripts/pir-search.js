/* Starts search on a page: mounts the search page and the boxes, and lets / lead to them.
 *
 * Runs when the page is there, and again after each page that Material's instant navigation puts in its place.
 */
(() => {
  "use strict";
  const pirSearch = (window.pirSearch = window.pirSearch || {});

  function each(selector, mount) {
    document.querySelectorAll(selector).forEach((root) => {
      if (!root.firstElementChild || !root.dataset.mounted) {
        root.dataset.mounted = "yes";
        mount(root);
      }
    });
  }

  pirSearch.mount = () => {
    each("#pir-search", (root) => {
      new pirSearch.Page(root);
    });
    each(".pir-home-search", (root) => {
      new pirSearch.Box(root, true);
    });
    each(".pir-header-search", (root) => {
      new pirSearch.Box(root, false);
    });
  };

  function writing(element) {
    return element.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
      const fields = document.querySelectorAll(
        ".pir-search__input, .pir-home-search .pir-box__input, .pir-header-search .pir-box__input",
      );
      const field = Array.from(fields).find((one) => one.offsetParent !== null);
      if (!field) return;
      event.preventDefault();
      // capture and stop: the theme has its own use for this key
      event.stopImmediatePropagation();
      field.focus();
      field.select();
    },
    true,
  );

  pirSearch.mount(); // what stands above the script is there already
  function ready() {
    if (window.document$ && window.document$.subscribe) window.document$.subscribe(pirSearch.mount);
    else pirSearch.mount();
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})();
