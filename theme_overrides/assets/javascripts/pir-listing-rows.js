/* The rows of a list and what is chosen of them. No part of the page is touched here.
 *
 * new pir.ListingRows(description, parts)   what views/listing.py wrote
 *     .find(state)      { rows, counts } those that fit, sorted, and for each filter a Map of its values to their rows
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

  function several(value) {
    return Array.isArray(value) ? value : value === "" ? [] : [value];
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

  function parsed(cell) {
    if (Array.isArray(cell)) return { values: cell[0], sub: cell[1] || "", sort: cell[2] || "" };
    return { values: cell === "" ? [] : [cell], sub: "", sort: "" };
  }

  // one collator for all comparisons: making one for each takes longer than all of a sorting
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  /* Numbers by size, all others as words. */
  function compare(a, b) {
    const x = Number(a);
    const y = Number(b);
    return isNaN(x) || isNaN(y) ? collator.compare(a, b) : x - y;
  }

  /* Seconds in at most two units, as insight/quantities.py writes them. */
  function duration(seconds) {
    const minutes = Math.floor(seconds / 60 + 0.5);
    if (seconds && seconds < 59.5) return Math.max(1, Math.floor(seconds + 0.5)) + " s";
    const hours = Math.floor(minutes / 60);
    const days = Math.floor(hours / 24);
    if (days >= 60) return days.toLocaleString("en") + " days";
    if (days) return days + " d" + (hours % 24 ? " " + (hours % 24) + " h" : "");
    if (hours) return hours + " h" + (minutes % 60 ? " " + (minutes % 60) + " min" : "");
    return minutes + " min";
  }

  /* One row. Its cells are read when they are shown or sorted: a list has many more rows than anybody sees. */
  class ListingRow {
    constructor([path, look, cells, values], at) {
      this.at = at;
      this.path = path;
      this.look = look;
      this.written = cells;
      this.values = values.map(several);
      this.read = [];
    }

    cell(column) {
      if (!this.read[column]) this.read[column] = parsed(this.written[column]);
      return this.read[column];
    }
  }

  class ListingRows {
    constructor(description, parts) {
      this.description = description;
      this.placed = [];
      this.rows = parts.flat().map((row, at) => new ListingRow(row, at));
    }

    /* Reads the words of all rows, some at a time between other work, so that the first letter need not wait. */
    prepare() {
      const wait = window.requestIdleCallback || ((act) => setTimeout(() => act({ timeRemaining: () => 8 }), 16));
      let next = 0;
      const some = (time) => {
        do {
          for (const end = Math.min(next + 50, this.rows.length); next < end; next++) this.words(this.rows[next]);
        } while (next < this.rows.length && time.timeRemaining() > 4);
        if (next < this.rows.length) wait(some);
      };
      wait(some);
    }

    words(row) {
      if (row.words === undefined) {
        let text = "";
        for (const cell of row.written) {
          if (!Array.isArray(cell)) text += cell + " ";
          else {
            for (const value of cell[0]) text += (Array.isArray(value) ? value[0] : value) + " ";
            if (cell[1]) text += cell[1] + " ";
          }
        }
        row.values.forEach((values, at) => {
          for (const value of values) text += this.nameOf(at, value) + " ";
        });
        row.words = text.toLowerCase();
      }
      return row.words;
    }

    nameOf(filter, value) {
      if (!this.names) this.names = this.description.filters.map(([, , values]) => new Map(values));
      const name = this.names[filter].get(value);
      return name === undefined ? value : name;
    }

    find(state) {
      const filters = this.description.filters;
      const wanted = filters.map(([key]) => state.chosen[key] && new Set(state.chosen[key]));
      const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
      const counts = filters.map(() => new Map());
      const rows = [];
      for (const row of this.rows) {
        if (words.length && !words.every((word) => this.words(row).includes(word))) continue;
        let misses = 0;
        let missed = -1;
        for (let at = 0; at < wanted.length && misses < 2; at++) {
          if (wanted[at] && !row.values[at].some((value) => wanted[at].has(value))) {
            misses += 1;
            missed = at;
          }
        }
        // a filter counts the rows that all other filters leave
        if (misses > 1) continue;
        for (let at = 0; at < counts.length; at++) {
          if (misses && missed !== at) continue;
          for (const value of row.values[at]) counts[at].set(value, (counts[at].get(value) || 0) + 1);
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
        const written = this.rows.map((row) => {
          const cell = row.cell(column);
          return cell.values.length ? cell.sort || texts(cell.values).join(" ") : "";
        });
        const values = [...new Set(written)].filter((text) => text !== "").sort(compare);
        const places = new Map([["", -1]]);
        let place = -1;
        values.forEach((value, at) => {
          if (!at || compare(values[at - 1], value)) place += 1;
          places.set(value, place);
        });
        this.placed[column] = written.map((text) => places.get(text));
      }
      return this.placed[column];
    }

    sorted(rows, sort) {
      const column = this.column(sort.replace(/^-/, ""));
      if (column < 0) return rows;
      const way = sort.startsWith("-") ? -1 : 1;
      const places = this.places(column);
      return rows.slice().sort((one, other) => {
        const [x, y] = [places[one.at], places[other.at]];
        // what has no value is last whichever way
        return (x < 0) - (y < 0) || way * (x - y) || one.at - other.at;
      });
    }

    totals(rows, columns) {
      const found = [];
      this.description.columns.forEach(([key, label, , , , total], column) => {
        if (!total || !columns.includes(key)) return;
        const numbers = rows
          .filter((row) => row.cell(column).values.length && row.cell(column).sort)
          .map((row) => Number(row.cell(column).sort))
          .sort((a, b) => a - b);
        if (!numbers.length) return;
        const middle = numbers.length >> 1;
        const median = numbers.length % 2 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2;
        const sum = numbers.reduce((a, b) => a + b, 0);
        found.push([label, total === "sum" ? sum.toLocaleString("en") : "median " + duration(median)]);
      });
      return found;
    }

    /* Rows as plain values: days as ISO dates, numbers and seconds as numbers. */
    plain(rows, columns) {
      const chosen = this.description.columns
        .map((column, at) => [at, column])
        .filter(([, c]) => columns.includes(c[0]));
      return rows.map((row) => {
        const values = {};
        chosen.forEach(([at, [key, , kind, , , total]]) => {
          const cell = row.cell(at);
          if (kind === "title") {
            values.id = cell.sub.split(" · ")[0];
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
      rows.forEach((row) => {
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
