/* Use without a network: registers the service worker of the site, and shows a note when there is no network.
 *
 * <meta name="pir-offline" content="worker.js" data-as-of="30 Sep 2026"> names the worker; without it, and from disk,
 * nothing is registered.
 */
(() => {
  "use strict";
  const meta = document.querySelector('meta[name="pir-offline"]');
  if (!meta || !("serviceWorker" in navigator) || !/^https?:$/.test(location.protocol)) return;

  function tell() {
    let note = document.querySelector(".pir-offline");
    if (navigator.onLine) {
      if (note) note.remove();
    } else if (!note) {
      note = document.createElement("p");
      note.className = "pir-offline";
      note.setAttribute("role", "status");
      note.textContent =
        "No network. This copy was saved in your browser; its figures are as of " + meta.dataset.asOf + ".";
      document.querySelector("main").prepend(note);
    }
  }

  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  window.addEventListener("load", () => {
    tell();
    navigator.serviceWorker.register(meta.content).catch(() => {
      /* without a worker the site needs a network */
    });
  });
})();
