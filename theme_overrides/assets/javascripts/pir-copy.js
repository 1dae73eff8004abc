/* The button of a workaround: copies its text, as it is read, to the clipboard.
 *
 * pir.copyText(text)   a promise whether the text is in the clipboard
 */
(() => {
  "use strict";
  const pir = window.pir;

  // browsers offer their clipboard to pages of a safe origin only; an http server in a company's network is none
  function copiedBySelection(text) {
    const area = pir.el("textarea", "pir-copy__source");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  pir.copyText = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const focused = document.activeElement;
      const done = copiedBySelection(text);
      if (focused) focused.focus();
      return done;
    }
  };

  async function copy(button) {
    const box = button.closest(".pir-callout").querySelector(".pir-callout__text");
    const done = await pir.copyText(box.innerText.trim());
    button.textContent = done ? "Copied" : "Not copied";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  }

  pir.onEachPage(() => {
    document.querySelectorAll(".pir-copy").forEach((button) => {
      if (button.dataset.mounted) return;
      button.dataset.mounted = "yes";
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", () => copy(button));
    });
  });
})();
