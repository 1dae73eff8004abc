/* The searches that this browser stores: recent and saved ones, and a pasted text that is too long for an address.
 *
 * A search is {text, filters}; its address is the query string of a link to it.
 *
 * pir.addressOf(search)       q=…&service=… ; a longer text is stored for this tab
 * pir.searchFromAddress(query)       the search of an address
 * new pir.SearchHistory(folder)    of the site whose index is in `folder`, so that editions on one server have their own
 *     .recent(), .saved()         addresses, the newest first
 *     .note(search)               makes it the most recent one
 *     .keep(search, on)           saves it, or removes it from the saved ones
 *     .isSaved(search)
 *     .drop(list, address), .clear(list)      list is "recent" or "saved"
 *
 * It is never sent anywhere. In a browser without storage there is no history, and everything else works.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const MOST = { recent: 8, saved: 50 };
  const LONGEST_TEXT = 1500; // characters of a text in an address
  const WHOLE_TEXT_KEY = "pir-search-text"; // the whole of a longer text, stored until the tab is closed

  pir.addressOf = (search) => {
    const parameters = new URLSearchParams();
    const text = search.text.trim() ? search.text : "";
    if (text) parameters.set("q", text.slice(0, LONGEST_TEXT));
    Object.keys(search.filters || {}).forEach((name) => {
      search.filters[name].forEach((value) => {
        parameters.append(name, value);
      });
    });
    if (text.length > LONGEST_TEXT) {
      try {
        sessionStorage.setItem(WHOLE_TEXT_KEY, text);
      } catch {
        /* then the link has only the beginning of the text */
      }
    }
    return parameters.toString();
  };

  pir.searchFromAddress = (query) => {
    const parameters = new URLSearchParams(query);
    const filters = {};
    let text = parameters.get("q") || "";
    Object.keys(pir.filterNames).forEach((name) => {
      const values = parameters.getAll(name);
      if (values.length) filters[name] = values;
    });
    if (text.length === LONGEST_TEXT) {
      let whole = null;
      try {
        whole = sessionStorage.getItem(WHOLE_TEXT_KEY);
      } catch {
        /* then only the beginning is searched */
      }
      if (whole && whole.slice(0, LONGEST_TEXT) === text) text = whole;
    }
    return { text, filters };
  };

  class SearchHistory {
    constructor(folder) {
      this.key = "pir-search " + new URL(folder, location.href).pathname + " ";
    }

    read(list) {
      try {
        const stored = JSON.parse(localStorage.getItem(this.key + list) || "[]");
        return Array.isArray(stored) ? stored.filter((one) => typeof one === "string") : [];
      } catch {
        return [];
      }
    }

    write(list, addresses) {
      try {
        if (addresses.length) localStorage.setItem(this.key + list, JSON.stringify(addresses.slice(0, MOST[list])));
        else localStorage.removeItem(this.key + list);
      } catch {
        /* no storage, or it is full: nothing is stored */
      }
    }

    recent() {
      return this.read("recent");
    }

    saved() {
      return this.read("saved");
    }

    add(list, address) {
      if (address) this.write(list, [address].concat(this.read(list).filter((one) => one !== address)));
    }

    addRecent(search) {
      if (search.text.trim()) this.add("recent", pir.addressOf(search));
    }

    save(search, on) {
      const address = pir.addressOf(search);
      if (on) this.add("saved", address);
      else this.remove("saved", address);
    }

    isSaved(search) {
      return this.saved().includes(pir.addressOf(search));
    }

    remove(list, address) {
      this.write(
        list,
        this.read(list).filter((one) => one !== address),
      );
    }

    clear(list) {
      this.write(list, []);
    }
  }

  /* The text of a search in a list, in one line. */
  pir.describe = (search, labels) => {
    const text = search.text.replace(/\s+/g, " ").trim();
    const parts = text ? [text.length > 120 ? text.slice(0, 120) + "…" : text] : [];
    Object.keys(search.filters).forEach((name) => {
      const values = search.filters[name].map((value) => pir.labelOf(value, labels));
      parts.push(pir.filterNames[name] + ": " + values.join(", "));
    });
    return parts.join(" · ");
  };

  pir.SearchHistory = SearchHistory;
})();
