/* What the search page says beside results: slips mended, words in no record, ways on when nothing fits, searches kept.
 *
 * pirSearch.notes(page, result)      notes on a result, as elements
 * pirSearch.waysOn(page, result, index)   a promise of the box shown where nothing fits
 * pirSearch.kept(page)               the saved and recent searches of this browser, as elements
 *
 * `page` is a pirSearch.Page; what is pressed here acts on it.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var NEAREST = 8; // services offered
  var LISTS = [
    ["saved", "Saved searches", "Clear saved searches"],
    ["recent", "Recent searches", "Clear recent searches"],
  ];

  pirSearch.notes = function (page, result) {
    var el = pirSearch.el;
    var notes = result.corrections.map(function (pair) {
      return el("p", "pir-search__note", [
        "Searched for ",
        el("strong", "", pair[1]),
        " instead of “" + pair[0] + "”.",
      ]);
    });
    if (location.hash === "#not-kept") {
      notes.push(
        el(
          "p",
          "pir-search__note",
          "That page is not kept here for use without a network. This is what the search knows of it.",
        ),
      );
    }
    var unknown = result.unknown;
    if (unknown.length) {
      var words = unknown.slice(0, 6).join(", ") + (unknown.length > 6 ? " and " + (unknown.length - 6) + " more" : "");
      var said =
        unknown.length === 1 ? "This word was not found in any record: " : "These words were not found in any record: ";
      notes.push(el("p", "pir-search__note", [said, el("strong", "", words)]));
    }
    return notes;
  };

  /* Each filter that may be what stands in the way, and the services that are nearest: those where the text does fit
   * with the other filters as they are, else those with the most records. */
  pirSearch.waysOn = function (page, result, index) {
    var el = pirSearch.el,
      names = Object.keys(page.state.facets);
    var text = names.length
      ? "Nothing fits with these filters."
      : "Try the error code, the name of the service, or the symptom in other words.";
    var wider = names.map(function (name) {
      return page.button("Search in every " + pirSearch.say.facets[name].toLowerCase(), "pir-button", function () {
        page.widen(name);
      });
    });
    var box = el("div", "pir-search__help", [el("p", "", text)].concat(wider));
    var fitting = (result.facets.service || []).slice();
    var asked = fitting.length
      ? Promise.resolve({ facets: result.facets, labels: result.labels })
      : index.search("", { limit: 0 });
    return asked.then(function (found) {
      var services = (found.facets.service || [])
        .slice()
        .sort(function (one, other) {
          return other[1] - one[1] || (one[0] < other[0] ? -1 : 1);
        })
        .slice(0, NEAREST);
      if (!services.length) return box;
      var buttons = services.map(function (pair) {
        var name = pirSearch.say.value(pair[0], found.labels);
        return page.button([name + " ", el("span", "pir-facet__count", String(pair[1]))], "pir-button", function () {
          page.goTo(
            fitting.length
              ? { text: page.state.text, facets: Object.assign({}, page.state.facets, { service: [pair[0]] }) }
              : { text: "", facets: { service: [pair[0]] } },
          );
        });
      });
      var heading = el(
        "p",
        "pir-search__nearest",
        fitting.length ? "Nearest by service, where it does fit" : "Nearest by service: everything on record for",
      );
      box.append(heading, el("div", "pir-search__services", buttons));
      return box;
    });
  };

  pirSearch.kept = function (page) {
    var el = pirSearch.el;
    return LISTS.map(function (list) {
      var addresses = page.memory.read(list[0]);
      if (!addresses.length) return null;
      var rows = addresses.map(function (address) {
        var search = pirSearch.searchOf(address),
          said = pirSearch.said(search, page.labels);
        var link = el("a", "pir-kept__link", said);
        link.href = location.pathname + "?" + address;
        link.addEventListener("click", function (event) {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          page.goTo(search);
        });
        var drop = page.button("×", "pir-kept__drop", function () {
          page.memory.drop(list[0], address);
          page.showKept();
        });
        drop.setAttribute("aria-label", "Forget " + said);
        return el("li", "pir-kept__row", [link, drop]);
      });
      return el("section", "pir-kept pir-kept--" + list[0], [
        el("div", "pir-kept__head", [
          el("h2", "pir-kept__title", list[1]),
          page.button(list[2], "pir-facet__all", function () {
            page.memory.clear(list[0]);
            page.showKept();
            page.input.focus();
          }),
        ]),
        el("ul", "pir-kept__list", rows),
      ]);
    })
      .filter(Boolean)
      .concat(el("p", "pir-kept__where", "Searches are remembered in this browser only."));
  };
})();
