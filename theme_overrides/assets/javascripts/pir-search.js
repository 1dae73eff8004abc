/* Starts search on a page: mounts the search page and the boxes, and lets / lead to them.
 *
 * Runs when the page is there, and again after each page that Material's instant navigation puts in its place.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  function each(selector, mount) {
    document.querySelectorAll(selector).forEach(function (root) {
      if (!root.firstElementChild || !root.dataset.mounted) {
        root.dataset.mounted = "yes";
        mount(root);
      }
    });
  }

  pirSearch.mount = function () {
    each("#pir-search", function (root) {
      new pirSearch.Page(root);
    });
    each(".pir-home-search", function (root) {
      new pirSearch.Box(root, true);
    });
    each(".pir-header-search", function (root) {
      new pirSearch.Box(root, false);
    });
  };

  function writing(element) {
    return element.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  document.addEventListener(
    "keydown",
    function (event) {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || writing(event.target)) return;
      var fields = document.querySelectorAll(
        ".pir-search__input, .pir-home-search .pir-box__input, .pir-header-search .pir-box__input",
      );
      var field = Array.from(fields).filter(function (one) {
        return one.offsetParent !== null;
      })[0];
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
