/* Helpers for all scripts; loaded first. `pir` is the only global name that our scripts add.
 *
 * pir.el(name, className, children)   an element; strings become text nodes, never markup
 * pir.button(text, className, act)    a button that calls `act`
 * pir.grouped(number)                a number with commas: 12,345
 * pir.writing(element)               whether keys that are pressed in it are a text
 * pir.onEachPage(mount)               runs `mount` when the page is there, and again after each page that Material's
 *                                     instant navigation puts in its place
 */
(() => {
  "use strict";
  const pir = (window.pir = {});

  pir.el = (name, className, children) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    [].concat(children === undefined ? [] : children).forEach((child) => {
      if (child) element.append(child);
    });
    return element;
  };

  /* A button with what it does. */
  pir.button = (text, className, act) => {
    const button = pir.el("button", className, text);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  };

  // by hand: a browser takes longer to load the rules of a language than a list takes for all its rows
  pir.grouped = (number) => {
    const [whole, rest] = String(Math.round(number * 1000) / 1000).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
  };

  pir.writing = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio])");

  pir.onEachPage = (mount) => {
    const ready = () => {
      if (window.document$ && window.document$.subscribe) window.document$.subscribe(mount);
      else mount();
    };
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
    else ready();
  };
})();
