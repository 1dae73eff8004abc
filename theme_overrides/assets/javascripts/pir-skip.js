/* The link over the header of a page, which the theme shows to the keyboard, leads to what the page is for: the search of
 * a home, the filters of a list. Elsewhere it stays that of the theme, to the first heading.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const PLACES = [
    [".pir-home-search", "input", "Skip to the search"],
    [".pir-listing", ".pir-listing__words", "Skip to the list"],
  ];

  pir.onEachPage(() => {
    const place = document.querySelector('[data-md-component="skip"]');
    const found = PLACES.find(([root]) => document.querySelector(root));
    if (!place || !found) return;
    const [root, field, text] = found;
    const link = pir.el("a", "md-skip", text);
    link.href = "#";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.querySelector(root).querySelector(field).focus();
    });
    place.replaceChildren(link);
  });
})();
