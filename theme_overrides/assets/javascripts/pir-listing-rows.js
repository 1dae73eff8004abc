/* The rows of a list and what is chosen of them. No part of the page is touched here.
 *
 * new pir.ListingRows(description, parts)   what views/listing.py wrote
 *     .find(state)      { rows, counts } the numbers of those that fit, sorted, and for each filter how many rows its values
 *                       have, in the order of the description
 *     .row(number)      a row to show
 *     .totals(rows, columns)   [[label, text]] for those of the columns that have a total
 *     .csv(rows, columns), .json(rows, columns), .calendar(rows, address)
 * pir.listingState(hash, description), pir.listingHash(state)   what is chosen, from and as the end of an address
 */
(() => {
  "use strict";
  const pir = window.pir;

  const OWN = ["words", "sort", "columns", "page"]; // what an address can say besides the filters

  function texts(values) {
    return values.map((value) => (Array.isArray(value) ? value[0] : value));
  }

  function csvCell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) ? "'" + value : value;
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  function calendarText(text) {
    return text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
  }

  function encoded(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());
  }

  /* A text that sorts as people read: without case and accents, numbers by size. Comparing texts by the rules of a language
   * takes ten times as long. */
  function sortText(text) {
    return text
      .normalize("NFD")
      .replace(/[\u0300-\u036f]/g, "")
      .toLowerCase()
      .replace(/\d+/g, (digits) => digits.padStart(12, "0"));
  }

  /* The order of different texts: -1 for none, equal ones having the same place. */
  function ordered(written) {
    const known = [...new Set(written)].filter((text) => text !== "");
    const numbers = known.every((text) => !isNaN(Number(text)));
    const keys = known.map((text) => [numbers ? Number(text) : sortText(text), text]);
    keys.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    const places = new Map([["", -1]]);
    let place = -1;
    keys.forEach(([key, text], at) => {
      if (!at || keys[at - 1][0] !== key) place += 1;
      places.set(text, place);
    });
    return written.map((text) => places.get(text));
  }

  /* Seconds in at most two units, as insight/quantities.py writes them. */
  function duration(seconds) {
    const minutes = Math.floor(seconds / 60 + 0.5);
    if (seconds && seconds < 59.5) return Math.max(1, Math.floor(seconds + 0.5)) + " s";
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (days >= 60) return pir.grouped(days) + " days";
    if (days) return days + " d" + (hours % 24 ? " " + (hours % 24) + " h" : "");
    if (hours) return hours + " h" + (minutes % 60 ? " " + (minutes % 60) + " min" : "");
    return minutes + " min";
  }

  /* One row to show: `cells` have their values, the small text below, their sort key and the id of what they name. */
  class ListingRow {
    constructor([path, look, cells], keys) {
      this.path = path;
      this.look = look;
      this.cells = cells.map((cell, column) => {
        const sort = keys[column];
        if (Array.isArray(cell)) return { values: cell[0], sub: cell[1] || "", id: cell[2] || "", sort };
        return { values: cell === "" ? [] : [cell], sub: "", id: "", sort };
      });
    }

    cell(column) {
      return this.cells[column];
    }
  }

  class ListingRows {
    /* Only the filters are read here: a list has many more rows than anybody sees, and somebody waits for the first. */
    constructor(description, parts) {
      this.description = description;
      this.lines = [];
      this.keyLines = [];
      this.values = description.filters.map(() => []);
      this.made = [];
      this.said = [];
      this.placed = [];
      const places = description.filters.map(([, , values]) => new Map(values.map(([value], at) => [value, at])));
      for (const part of parts) {
        const [filters, keys, ...rows] = part.split("\n");
        this.keyLines.push([this.lines.length, keys]);
        for (const row of rows) this.lines.push(row);
        JSON.parse(filters).forEach(([values, codes], at) => {
          const known = values.map((value) => places[at].get(value));
          const all = this.values[at];
          for (const code of codes) all.push(typeof code === "number" ? known[code] : code.map((one) => known[one]));
        });
      }
      this.names = description.filters.map(([, , values]) => values.map(([, name]) => name.toLowerCase()));
    }

    /* The sort keys of a column, null for each row of a part that has none. */
    keys(column) {
      if (!this.sortKeys) {
        this.sortKeys = this.description.columns.map(() => Array.from(this.lines, () => null));
        for (const [begin, line] of this.keyLines) {
          JSON.parse(line).forEach((keys, at) => {
            if (keys) for (let row = 0; row < keys.length; row++) this.sortKeys[at][begin + row] = keys[row];
          });
        }
      }
      return this.sortKeys[column];
    }

    row(at) {
      if (!this.made[at]) {
        const keys = this.description.columns.map((_, column) => this.keys(column)[at] || "");
        this.made[at] = new ListingRow(JSON.parse(this.lines[at]), keys);
      }
      return this.made[at];
    }

    /* Reads the words of all rows and the order of the columns, some at a time between other work, so that the first letter
     * and the first sorting need not wait. */
    prepare() {
      const wait = window.requestIdleCallback || ((act) => setTimeout(() => act({ timeRemaining: () => 8 }), 16));
      const columns = this.description.columns.length;
      let next = 0;
      let column = 0;
      const some = (time) => {
        if (next === this.lines.length) this.places(column++);
        while (next < this.lines.length && time.timeRemaining() > 4) {
          for (const end = Math.min(next + 50, this.lines.length); next < end; next++) this.words(next);
        }
        if (column < columns) wait(some);
      };
      wait(some);
    }

    words(at) {
      if (this.said[at] === undefined) {
        let text = "";
        for (const cell of this.row(at).cells) {
          for (const value of cell.values) text += (Array.isArray(value) ? value[0] : value) + " ";
          if (cell.sub) text += cell.sub + " ";
        }
        text = text.toLowerCase();
        this.values.forEach((all, filter) => {
          const code = all[at];
          if (typeof code === "number") text += this.names[filter][code] + " ";
          else for (const one of code) text += this.names[filter][one] + " ";
        });
        this.said[at] = text;
      }
      return this.said[at];
    }

    nameOf(filter, value) {
      const known = this.description.filters[filter][2].find(([one]) => one === value);
      return known ? known[1] : value;
    }

    find(state) {
      const filters = this.description.filters;
      const wanted = filters.map(([key, , values]) => {
        const chosen = state.chosen[key];
        return chosen && values.map(([value]) => chosen.includes(value));
      });
      const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
      const counts = filters.map(([, , values]) => values.map(() => 0));
      const rows = [];
      for (let row = 0; row < this.lines.length; row++) {
        if (words.length && !words.every((word) => this.words(row).includes(word))) continue;
        let misses = 0;
        let missed = -1;
        for (let at = 0; at < wanted.length && misses < 2; at++) {
          if (!wanted[at]) continue;
          const code = this.values[at][row];
          if (typeof code === "number" ? !wanted[at][code] : !code.some((one) => wanted[at][one])) {
            misses += 1;
            missed = at;
          }
        }
        // a filter counts the rows that all other filters leave
        if (misses > 1) continue;
        for (let at = 0; at < counts.length; at++) {
          if (misses && missed !== at) continue;
          const code = this.values[at][row];
          if (typeof code === "number") counts[at][code] += 1;
          else for (const one of code) counts[at][one] += 1;
        }
        if (!misses) rows.push(row);
      }
      return { rows: this.sorted(rows, state.sort), counts };
    }

    column(key) {
      return this.description.columns.findIndex((column) => column[0] === key);
    }

    /* The place of each row's value among all values of a column, equal ones having the same; -1 without a value. Kept,
     * and only different values are compared, since comparing words is what sorting takes its time for. */
    places(column) {
      if (!this.placed[column]) {
        const keys = this.keys(column);
        this.placed[column] = ordered(
          keys.map((key, at) => (key === null ? texts(this.row(at).cell(column).values).join(" ") : key)),
        );
      }
      return this.placed[column];
    }

    sorted(rows, sort) {
      const column = this.column(sort.replace(/^-/, ""));
      if (column < 0) return rows;
      const way = sort.startsWith("-") ? -1 : 1;
      const places = this.places(column);
      return rows.slice().sort((one, other) => {
        const [x, y] = [places[one], places[other]];
        // what has no value is last whichever way
        return (x < 0) - (y < 0) || way * (x - y) || one - other;
      });
    }

    totals(rows, columns) {
      const found = [];
      this.description.columns.forEach(([key, label, , , , total], column) => {
        if (!total || !columns.includes(key)) return;
        const keys = this.keys(column);
        const numbers = Float64Array.from(rows.map((row) => keys[row]).filter(Boolean), Number).sort();
        if (!numbers.length) return;
        const middle = numbers.length >> 1;
        const median = numbers.length % 2 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
        const sum = numbers.reduce((a, b) => a + b, 0);
        found.push([label, total === "sum" ? pir.grouped(sum) : "median " + duration(median)]);
      });
      return found;
    }

    /* Rows as plain values: days as ISO dates, numbers and seconds as numbers. */
    plain(rows, columns) {
      const chosen = this.description.columns
        .map((column, at) => [at, column])
        .filter(([, c]) => columns.includes(c[0]));
      return rows.map((number) => {
        const row = this.row(number);
        const values = {};
        chosen.forEach(([at, [key, , kind, , , total]]) => {
          const cell = row.cell(at);
          if (kind === "title") {
            if (cell.id) values.id = cell.id;
            values[key] = texts(cell.values).join(" ");
            return;
          }
          const sorted = cell.values.length && cell.sort;
          if (kind === "date") values[key] = sorted ? cell.sort : null;
          else if (kind === "number" && sorted && !isNaN(Number(cell.sort))) {
            values[total === "median" ? key + "_seconds" : key] = Number(cell.sort);
          } else values[total === "median" ? key + "_seconds" : key] = texts(cell.values).join("; ") || null;
        });
        if (row.path) values.page = row.path;
        return values;
      });
    }

    json(rows, columns) {
      return JSON.stringify(this.plain(rows, columns), null, 1) + "\n";
    }

    /* No cell that a spreadsheet would run as a formula. Source: OWASP, CSV injection. */
    csv(rows, columns) {
      const plain = this.plain(rows, columns);
      const heads = Object.keys(Object.assign({}, ...plain));
      return [heads]
        .concat(plain.map((row) => heads.map((head) => row[head])))
        .map((row) => row.map(csvCell).join(",") + "\n")
        .join("");
    }

    /* Each row that is due as an event of a whole day (RFC 5545). `address` makes a path a full address, if it can. */
    calendar(rows, address) {
      const column = this.column(this.description.calendar);
      const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
      const lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//mkdocs-pir//Post Incident Reviews//EN"];
      rows.forEach((number) => {
        const row = this.row(number);
        const day = row.cell(column).values.length ? row.cell(column).sort : "";
        if (!/^\d{4}-\d\d-\d\d$/.test(day)) return;
        const title = row.cell(this.description.columns.findIndex((one) => one[2] === "title"));
        const link = address(row.path);
        lines.push("BEGIN:VEVENT", "UID:" + calendarText(title.sub + "@" + row.path), "DTSTAMP:" + stamp);
        lines.push(
          "DTSTART;VALUE=DATE:" + day.replace(/-/g, ""),
          "SUMMARY:" + calendarText(texts(title.values).join(" ")),
        );
        if (link) lines.push("URL:" + link);
        lines.push("TRANSP:TRANSPARENT", "END:VEVENT");
      });
      lines.push("END:VCALENDAR");
      return lines.map(folded).join("\r\n") + "\r\n";
    }
  }

  /* A line of at most 75 bytes; what is longer goes on in the next, after a space. */
  function folded(line) {
    const encoder = new TextEncoder();
    const parts = [];
    let part = "";
    let size = 0;
    for (const character of line) {
      const bytes = encoder.encode(character).length;
      if (size + bytes > 74) {
        parts.push(part);
        part = "";
        size = 0;
      }
      part += character;
      size += bytes;
    }
    return parts.concat(part).join("\r\n ");
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /* What is chosen by the end of an address; null if it says nothing of that. Keys that the list does not have are left out. */
  pir.listingState = (hash, description) => {
    const state = { chosen: {}, words: "", sort: "", columns: null, page: 1 };
    const pairs = hash
      .replace(/^#/, "")
      .split("&")
      .map((part) => part.split("="))
      .filter((pair) => pair.length === 2);
    pairs.forEach(([key, text]) => {
      const values = text.split(",").map(decoded).filter(Boolean);
      if (description.filters.some((filter) => filter[0] === key)) state.chosen[key] = values;
      else if (key === "words") state.words = decoded(text);
      else if (key === "sort") state.sort = decoded(text);
      else if (key === "columns") state.columns = values;
      else if (key === "page") state.page = Math.max(1, parseInt(text, 10) || 1);
    });
    return pairs.length ? state : null;
  };

  pir.listingHash = (state) => {
    const parts = Object.keys(state.chosen)
      .filter((key) => state.chosen[key].length)
      .map((key) => key + "=" + state.chosen[key].map(encoded).join(","));
    OWN.forEach((key) => {
      const value = state[key];
      if (key === "columns" ? value : key === "page" ? value > 1 : value) {
        parts.push(
          key +
            "=" +
            []
              .concat(value)
              .map((one) => encoded(String(one)))
              .join(","),
        );
      }
    });
    return parts.join("&");
  };

  pir.ListingRows = ListingRows;
})();
