/* Notes of the search page: corrected words, words in no record, help when nothing matches, saved and recent searches.
 *
 * pir.tickets(page, result)    words in no record that may be tickets in the list of incidents
 * pir.notes(page, result)      notes on a result, as elements
 * pir.suggestions(page, result, index)   a promise of the help shown when nothing matches
 * pir.historyLists(page)               the saved and recent searches of this browser, as elements
 *
 * `page` is a pir.Page, whose methods the buttons call.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const NEAREST = 8; // how many services are suggested
  const NAMED = 6; // how many words that are in no record are named
  const TICKETS = 3; // how many tickets that no record mentions lead to the list of incidents
  const LISTS = [
    ["saved", "Saved searches", "Clear saved searches"],
    ["recent", "Recent searches", "Clear recent searches"],
  ];

  function notMentioned(words, end) {
    const quoted = words.slice(0, NAMED).map((word) => "“" + word + "”");
    const more = words.length > NAMED ? " or " + (words.length - NAMED) + " more of these words" : "";
    const named = pir.el("strong", "", quoted.join(", "));
    return pir.el("p", "pir-search__note", ["No record mentions ", named, more, ...end]);
  }

  pir.tickets = (page, result) =>
    page.incidents
      ? result.unknown.filter((word) => pir.isNumbered(word) && /[0-9]{3}/.test(word)).slice(0, TICKETS)
      : [];

  pir.notes = (page, result) => {
    const el = pir.el;
    const tickets = pir.tickets(page, result);
    const notes = tickets.map((ticket) => {
      const link = el("a", "", "Look for " + ticket + " in the list of incidents");
      link.href = page.incidents + "#words=" + encodeURIComponent(ticket);
      const mentions = "No review, lesson, problem or cause mentions “" + ticket + "”. ";
      return el("p", "pir-search__note", [mentions, link]);
    });
    result.corrections.forEach((pair) => {
      const instead = " instead of “" + pair[0] + "”.";
      notes.push(el("p", "pir-search__note", ["Searched for ", el("strong", "", pair[1]), instead]));
    });
    if (location.hash === "#not-kept") {
      notes.push(
        el(
          "p",
          "pir-search__note",
          "That page was not saved for use without a network. This is what the search has of it.",
        ),
      );
    }
    [...new Set(result.synonyms.map((pair) => pair[1]))].sort().forEach((synonym) => {
      const words = result.synonyms.filter((pair) => pair[1] === synonym).map((pair) => pair[0]);
      notes.push(notMentioned(words, ["; searched for ", el("strong", "", synonym), " and the like instead."]));
    });
    const unknown = result.unknown.filter((word) => !tickets.includes(word));
    if (unknown.length) notes.push(notMentioned(unknown, ["."]));
    return notes;
  };

  /* A button for each filter that can be removed, and for services: those in which the text matches with the other
   * filters, else those with the most records. */
  pir.suggestions = (page, result, index) => {
    const el = pir.el;
    const names = Object.keys(page.state.filters);
    const text = names.length
      ? "No record matches with these filters."
      : "Try the error code, the name of the service, or the symptom in other words.";
    const wider = names.map((name) =>
      pir.button("Search in every " + pir.filterNames[name].toLowerCase(), "pir-button", () => {
        page.removeFilter(name);
      }),
    );
    const box = el("div", "pir-search__help", [el("p", "", text)].concat(wider));
    const fitting = (result.filters.service || []).slice();
    const counted = fitting.length
      ? Promise.resolve({ filters: result.filters, labels: result.labels })
      : index.search("", { limit: 0 });
    return counted.then((answer) => {
      const services = (answer.filters.service || [])
        .slice()
        .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
        .slice(0, NEAREST);
      if (!services.length) return box;
      const buttons = services.map((pair) => {
        const name = pir.labelOf(pair[0], answer.labels);
        return pir.button([name + " ", el("span", "pir-search-filter__count", String(pair[1]))], "pir-button", () => {
          page.goTo(
            fitting.length
              ? { text: page.state.text, filters: Object.assign({}, page.state.filters, { service: [pair[0]] }) }
              : { text: "", filters: { service: [pair[0]] } },
          );
        });
      });
      const heading = el(
        "p",
        "pir-search__nearest",
        fitting.length ? "Services that have matching records" : "All records of a service",
      );
      box.append(heading, el("div", "pir-search__services", buttons));
      return box;
    });
  };

  pir.historyLists = (page) => {
    const el = pir.el;
    return LISTS.map((list) => {
      const addresses = page.history.read(list[0]);
      if (!addresses.length) return null;
      const rows = addresses.map((address) => {
        const search = pir.searchFromAddress(address);
        const description = pir.describe(search, page.labels);
        const link = el("a", "pir-remembered__link", description);
        link.href = location.pathname + "?" + address;
        link.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          page.goTo(search);
        });
        const drop = pir.button("×", "pir-remembered__drop", () => {
          page.history.remove(list[0], address);
          page.showHistory();
        });
        drop.setAttribute("aria-label", "Remove " + description);
        return el("li", "pir-remembered__row", [link, drop]);
      });
      return el("section", "pir-remembered pir-remembered--" + list[0], [
        el("div", "pir-remembered__head", [
          el("h2", "pir-remembered__title", list[1]),
          pir.button(list[2], "pir-search-filter__all", () => {
            page.history.clear(list[0]);
            page.showHistory();
            page.input.focus();
          }),
        ]),
        el("ul", "pir-remembered__list", rows),
      ]);
    })
      .filter(Boolean)
      .concat(el("p", "pir-remembered__where", "Searches are stored in this browser only."));
  };
})();
