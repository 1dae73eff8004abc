/* Gives each heading of a page that has an id a link to itself, to be copied. The table of contents has the same links. */
(() => {
  "use strict";
  const pir = window.pir;

  pir.onEachPage(() => {
    document
      .querySelectorAll(".md-typeset :is(h2, h3, h4)[id]:not([id^='in-'], :has(> .headerlink))")
      .forEach((heading) => {
        const link = pir.el("a", "headerlink");
        link.href = "#" + heading.id;
        link.title = "Link to this section";
        heading.append(link);
      });
  });
})();
