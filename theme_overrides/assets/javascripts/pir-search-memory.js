/* What this browser remembers of searches: recent and saved ones, and pasted text too long for an address.
 *
 * A search is {text, facets}; its address is the query string by which a link repeats it.
 *
 * pirSearch.address(search)       q=…&service=… ; text beyond what an address holds is kept for this tab
 * pirSearch.searchOf(query)       back from an address
 * new pirSearch.Memory(folder)    of the site whose index is in `folder`: editions on one server stay apart
 *     .recent(), .saved()         addresses, the newest first
 *     .note(search)               it was used: it becomes the most recent one
 *     .keep(search, on)           save it, or no longer
 *     .isKept(search)
 *     .drop(list, address), .clear(list)      list is "recent" or "saved"
 *
 * Nothing of it is ever sent. Where a browser allows no storage, nothing is remembered and all else works.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var MOST = { recent: 8, saved: 50 };
  var LONGEST = 1500; // characters of a text that an address keeps
  var CARRIED = "pir-search-text"; // the whole of such a text, for as long as the tab lives

  pirSearch.address = function (search) {
    var parameters = new URLSearchParams(),
      text = search.text.trim() ? search.text : "";
    if (text) parameters.set("q", text.slice(0, LONGEST));
    Object.keys(search.facets || {}).forEach(function (name) {
      search.facets[name].forEach(function (value) {
        parameters.append(name, value);
      });
    });
    if (text.length > LONGEST) {
      try {
        sessionStorage.setItem(CARRIED, text);
      } catch (error) {
        /* then only the beginning is carried on */
      }
    }
    return parameters.toString();
  };

  pirSearch.searchOf = function (query) {
    var parameters = new URLSearchParams(query),
      facets = {},
      text = parameters.get("q") || "";
    Object.keys(pirSearch.say.facets).forEach(function (name) {
      var values = parameters.getAll(name);
      if (values.length) facets[name] = values;
    });
    if (text.length === LONGEST) {
      var whole = null;
      try {
        whole = sessionStorage.getItem(CARRIED);
      } catch (error) {
        /* the beginning has to do */
      }
      if (whole && whole.slice(0, LONGEST) === text) text = whole;
    }
    return { text: text, facets: facets };
  };

  function Memory(folder) {
    this.key = "pir-search " + new URL(folder, location.href).pathname + " ";
  }

  Memory.prototype.read = function (list) {
    try {
      var found = JSON.parse(localStorage.getItem(this.key + list) || "[]");
      return Array.isArray(found)
        ? found.filter(function (one) {
            return typeof one === "string";
          })
        : [];
    } catch (error) {
      return [];
    }
  };

  Memory.prototype.write = function (list, addresses) {
    try {
      if (addresses.length) localStorage.setItem(this.key + list, JSON.stringify(addresses.slice(0, MOST[list])));
      else localStorage.removeItem(this.key + list);
    } catch (error) {
      /* no storage, or it is full */
    }
  };

  Memory.prototype.recent = function () {
    return this.read("recent");
  };
  Memory.prototype.saved = function () {
    return this.read("saved");
  };

  Memory.prototype.put = function (list, address) {
    if (address)
      this.write(
        list,
        [address].concat(
          this.read(list).filter(function (one) {
            return one !== address;
          }),
        ),
      );
  };

  Memory.prototype.note = function (search) {
    if (search.text.trim()) this.put("recent", pirSearch.address(search));
  };

  Memory.prototype.keep = function (search, on) {
    var address = pirSearch.address(search);
    if (on) this.put("saved", address);
    else this.drop("saved", address);
  };

  Memory.prototype.isKept = function (search) {
    return this.saved().indexOf(pirSearch.address(search)) >= 0;
  };

  Memory.prototype.drop = function (list, address) {
    this.write(
      list,
      this.read(list).filter(function (one) {
        return one !== address;
      }),
    );
  };

  Memory.prototype.clear = function (list) {
    this.write(list, []);
  };

  /* A search in one line, for a list of them. */
  pirSearch.said = function (search, labels) {
    var text = search.text.replace(/\s+/g, " ").trim();
    var parts = text ? [text.length > 120 ? text.slice(0, 120) + "…" : text] : [];
    Object.keys(search.facets).forEach(function (name) {
      var values = search.facets[name].map(function (value) {
        return pirSearch.say.value(value, labels);
      });
      parts.push(pirSearch.say.facets[name] + ": " + values.join(", "));
    });
    return parts.join(" · ");
  };

  pirSearch.Memory = Memory;
})();
