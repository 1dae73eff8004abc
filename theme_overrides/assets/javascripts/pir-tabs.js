/* Opens the tabs of a text that the address names, and those with words that a reader chose on another page, before the
 * theme's script shows them. The theme does it by a script in each page, but not where an id begins with its section's.
 */
(() => {
  "use strict";

  function open(tab) {
    if (!tab || tab.checked) return;
    tab.checked = true;
    tab.dispatchEvent(new Event("change"));
  }

  function openTabs() {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.name?.includes("__tabbed_")) open(target);

    // the theme remembers words only where its feature content.tabs.link is on
    const { __md_get: remembered } = window;
    const chosen = remembered?.("__tabs");
    if (!Array.isArray(chosen)) return;
    for (const set of document.querySelectorAll(".tabbed-set")) {
      const labels = [...(set.querySelector(".tabbed-labels")?.children ?? [])];
      const isFor = (words) => labels.find((label) => label.innerText.trim() === words);
      open(document.getElementById(chosen.map(isFor).find(Boolean)?.htmlFor));
    }
  }

  openTabs();
  window.pir.onEachPage(openTabs);
})();
