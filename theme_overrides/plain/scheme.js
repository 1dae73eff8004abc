/* Light or dark: what the reader chose before, or what the system says. It runs before the page is drawn. */
(() => {
  const name = "pir-scheme";
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "slate" : "default";
  let chosen = null;
  try {
    chosen = localStorage.getItem(name);
  } catch {
    /* a page from disk may store nothing */
  }
  const { body } = document;
  body.dataset.mdColorScheme = chosen === "slate" || chosen === "default" ? chosen : system;
  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".plain-scheme");
    button.hidden = false;
    button.addEventListener("click", () => {
      const other = body.dataset.mdColorScheme === "slate" ? "default" : "slate";
      body.dataset.mdColorScheme = other;
      try {
        localStorage.setItem(name, other);
      } catch {
        /* the choice then lasts for this page */
      }
    });
  });
})();
