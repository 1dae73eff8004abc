/* The reader of the search index in the browser: the twin of search/{query,facets,succession}.py.
 *
 * pirSearch.open(folder)            a promise of an index; `folder` is the URL of search/, with the slash
 * index.search(text, {limit, facets, body, counts})
 *     a promise of {hits, total, facets, labels, corrections, unknown}; any text at all is a valid query, and a
 *     blank one finds everything, newest first.
 *     With body false, the sentence in which a word stands that only the body has is not looked up; with counts
 *     false, facets are not counted (`facets` is null, `labels` may be empty): both save requests while somebody types.
 * index.count, index.atHand         how many documents there are; whether the manifest holds what a search reads
 *
 * A search runs as if all shards were here; those it misses are then loaded together, and it runs again.
 * docs/search-tokeniser.md describes ranking and files.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var FORMAT = "pir-search 3";
  var CUT = 8,
    SCALE = 32 * 15 * 16 * 256;

  function decodeFacets(shard) {
    var columns = {};
    Object.keys(shard.columns).forEach(function (name) {
      var flat = pirSearch.unpack(shard.columns[name].column),
        column = [];
      for (var at = 0; at < flat.length; at += 1 + flat[at]) column.push(flat.slice(at + 1, at + 1 + flat[at]));
      columns[name] = { values: shard.columns[name].values, column: column };
    });
    return { columns: columns, labels: shard.labels };
  }

  /* The facets of `chosen` of which a document has none of the chosen values. */
  function unmet(columns, number, chosen) {
    return Object.keys(chosen).filter(function (name) {
      var data = columns[name];
      return (
        !data ||
        !data.column[number].some(function (value) {
          return chosen[name].indexOf(data.values[value]) >= 0;
        })
      );
    });
  }

  /* By facet, how many of the documents at the places `kept` each value would leave; `missed` as by `unmet`, if any. */
  function count(columns, kept, numbers, missed) {
    var names = Object.keys(columns),
      tallies = {},
      counts = {};
    names.forEach(function (name) {
      tallies[name] = new Uint32Array(columns[name].values.length);
    });
    kept.forEach(function (at) {
      var unmet = missed ? missed[at] : [];
      if (unmet.length > 1) return;
      (unmet.length ? unmet : names).forEach(function (name) {
        if (columns[name])
          columns[name].column[numbers[at]].forEach(function (value) {
            tallies[name][value]++;
          });
      });
    });
    names.forEach(function (name) {
      counts[name] = columns[name].values
        .map(function (value, at) {
          return [value, tallies[name][at]];
        })
        .filter(function (pair) {
          return pair[1];
        });
    });
    return counts;
  }

  /* Which documents replaced which, the oldest of each line first, and how far behind its equals a replaced one stands. */
  function successionOf(told) {
    var replaced = pirSearch.unpack(told[0]),
      behind = new Map(),
      newer = pirSearch.unpack(told[1]);
    var pairs = replaced.map(function (number, at) {
      behind.set(number, replaced.length - at);
      return [number, newer[at]];
    });
    return { pairs: pairs, behind: behind };
  }

  /* Raises each successor to the score of what it replaced. By successor that had no score of its own, whose it has. */
  function handOn(pairs, numbers, values) {
    var instead = new Map(),
      places = new Map();
    if (pairs.length)
      numbers.forEach(function (number, at) {
        places.set(number, at);
      });
    pairs.forEach(function (pair) {
      var from = places.get(pair[0]),
        to = places.get(pair[1]);
      if (from === undefined || (to !== undefined && values[to] >= values[from])) return;
      if (to === undefined || instead.has(pair[1])) instead.set(pair[1], pair[0]);
      if (to === undefined) {
        to = numbers.push(pair[1]) - 1;
        places.set(pair[1], to);
      }
      values[to] = values[from];
    });
    return instead;
  }

  function Index(folder, manifest) {
    this.count = manifest.documents;
    this.atHand = typeof manifest.cards[1] !== "string";
    this.shards = new pirSearch.Shards(folder, manifest);
    this.dictionary = new pirSearch.Dictionary(this.shards);
    this.planner = new pirSearch.Planner(manifest, this.dictionary);
    this.postings = new Map();
    this.succession = successionOf(manifest.superseded);
    this.totals = new Float64Array(this.count); // zero between searches, as are the next two
    this.answered = new Float64Array(this.count);
    this.best = new Float64Array(this.count);
  }

  Index.prototype.posting = function (term) {
    var found = this.postings.get(term);
    if (found) return found;
    var packed = this.shards.row("postings", term);
    if (packed === undefined) return null;
    found = pirSearch.unpackPostings(packed, this.count, this.shards.manifest.levels);
    this.postings.set(term, found);
    return found;
  };

  /* The documents that answer a slot, and for each, in the same place, the sum over slots of the best of its answers;
     held down by the manifest's `cover` where the document leaves much of the question without an answer. */
  Index.prototype.scores = function (slots) {
    var self = this,
      totals = self.totals,
      answered = self.answered,
      best = self.best,
      numbers = [];
    var cover = self.shards.manifest.cover,
      asked = 0;
    slots.forEach(function (slot) {
      var worth = pirSearch.worth(slot);
      asked += worth;
      var touched = [];
      function offer(number, value) {
        if (value <= best[number]) return;
        if (!best[number]) touched.push(number);
        best[number] = value;
      }
      slot.forEach(function (answer) {
        if (answer.entries.length > 1)
          self.worthOfAll(answer).forEach(function (value, number) {
            offer(number, value);
          });
        else self.worthOf(answer.entries[0], answer.weight, offer);
      });
      touched.forEach(function (number) {
        if (!totals[number]) numbers.push(number);
        totals[number] += best[number];
        answered[number] += worth;
        best[number] = 0;
      });
    });
    var values = numbers.map(function (number) {
      var value = totals[number] * cover[Math.floor((answered[number] * (cover.length - 1)) / asked)];
      totals[number] = answered[number] = 0;
      return value;
    });
    return { numbers: numbers, values: values, instead: handOn(self.succession.pairs, numbers, values) };
  };

  /* The plan of a text and the scores by it; null while shards are missing. The last one is kept: the same text is
     asked again when its cards are there, for its facets, and for more of its results. */
  Index.prototype.ranking = function (text) {
    if (this.ranked && this.ranked.text === text) return this.ranked;
    var plan = this.planner.plan(text);
    if (this.shards.lacking()) return null;
    var scores = this.scores(plan.slots);
    if (this.shards.lacking()) return null;
    if (/^[ \t\r\n]*$/.test(text)) {
      var newest = this.shards.shard("newest", 0, pirSearch.unpack);
      if (!newest) return null;
      scores = { numbers: newest, values: new Float64Array(newest.length), instead: new Map() };
    }
    return (this.ranked = {
      text: text,
      plan: plan,
      numbers: scores.numbers,
      values: scores.values,
      instead: scores.instead,
    });
  };

  /* Calls `offer` with each document that holds `entry`, and with what it adds there. */
  Index.prototype.worthOf = function (entry, weight, offer) {
    var posting = this.posting(entry.term),
      factor = entry.idf * weight;
    if (!posting) return;
    for (var at = 0; at < posting.numbers.length; at++) offer(posting.numbers[at], posting.impacts[at] * factor);
  };

  /* By document that holds all entries of a phrase, what the best of them adds. */
  Index.prototype.worthOfAll = function (answer) {
    var self = this,
      worths = null;
    answer.entries.forEach(function (entry) {
      var found = new Map();
      self.worthOf(entry, answer.weight, function (number, value) {
        if (!worths) found.set(number, value);
        else if (worths.has(number)) found.set(number, Math.max(value, worths.get(number)));
      });
      worths = found;
    });
    return worths;
  };

  Index.prototype.search = function (text, options) {
    var self = this;
    return self.shards.whole(function () {
      return self.run(String(text), options || {});
    });
  };

  Index.prototype.run = function (text, options) {
    var self = this,
      limit = options.limit === undefined ? 10 : options.limit,
      chosen = {};
    Object.keys(options.facets || {}).forEach(function (name) {
      if (options.facets[name].length) chosen[name] = options.facets[name];
    });
    var none = { hits: [], total: 0, facets: {}, labels: {}, corrections: [], unknown: [] };
    var narrow = Object.keys(chosen).length > 0,
      counting = options.counts !== false;
    var facets = narrow || counting ? self.shards.shard("facets", 0, decodeFacets) : { columns: {}, labels: {} };
    var ranking = self.ranking(text);
    if (!ranking || !facets) return none;
    var plan = ranking.plan,
      numbers = ranking.numbers,
      values = ranking.values,
      top = 0;
    var missed =
      narrow &&
      numbers.map(function (number) {
        return unmet(facets.columns, number, chosen);
      });
    for (var at = 0; at < numbers.length; at++)
      if (values[at] > top && !(narrow && missed[at].length)) top = values[at];
    var kept = [],
      fitting = []; // places in `numbers`
    for (at = 0; at < numbers.length; at++) {
      if (values[at] * CUT < top) continue;
      kept.push(at);
      if (!narrow || !missed[at].length) fitting.push(at);
    }
    var best = plan.slots.length
      ? foremost(fitting, numbers, values, self.succession.behind, limit)
      : fitting.slice(0, limit);
    var wanted = pirSearch.wanted(plan.slots, self.dictionary);
    var hits = best.map(function (at) {
      return self.hit(numbers[at], values[at], wanted, options.body !== false, ranking.instead.get(numbers[at]));
    });
    return {
      hits: hits,
      total: fitting.length,
      facets: counting ? count(facets.columns, kept, numbers, missed) : null,
      labels: facets.labels,
      corrections: plan.corrections,
      unknown: plan.unknown,
    };
  };

  /* The places of the `limit` best among `places`, without sorting all of them. */
  function foremost(places, numbers, values, behind, limit) {
    function before(one, other) {
      var difference =
        values[other] - values[one] || (behind.get(numbers[one]) || 0) - (behind.get(numbers[other]) || 0);
      return (difference || numbers[one] - numbers[other]) < 0;
    }
    var best = [];
    places.forEach(function (place) {
      if (best.length >= limit && (!limit || before(best[best.length - 1], place))) return;
      var at = best.length;
      while (at && before(place, best[at - 1])) at--;
      best.splice(at, 0, place);
      if (best.length > limit) best.pop();
    });
    return best;
  }

  Index.prototype.hit = function (number, score, wanted, body, insteadOf) {
    var self = this,
      row = self.shards.row("cards", number);
    var old = insteadOf === undefined ? null : self.shards.row("cards", insteadOf);
    if (!row || old === undefined) return null;
    var present = new Set(),
      held = new Set();
    wanted.idf.forEach(function (idf, term) {
      if (holds(self.posting(term), number)) held.add(term);
    });
    wanted.answers.forEach(function (answer) {
      if (
        answer.every(function (term) {
          return held.has(term);
        })
      )
        answer.forEach(function (term) {
          present.add(term);
        });
    });
    var beside = row[4],
      card = row[5],
      fields = [["title", row[2]]];
    [
      ["symptoms", beside.symptoms],
      ["workaround", [String(card.workaround || "")]],
      ["causes", beside.causes],
      ["services", card.services],
      ["tags", beside.tags],
      ["id", [row[0]].concat(beside.id || [])],
    ].forEach(function (field) {
      (field[1] || []).forEach(function (text) {
        fields.push([field[0], text]);
      });
    });
    var rest = function () {
      return body ? self.shards.row("texts", number) || [] : [];
    };
    return {
      id: row[0],
      kind: row[1],
      title: row[2],
      url: row[3],
      score: Math.floor((score * 1000 + SCALE / 2) / SCALE) / 1000,
      why: old
        ? [{ field: "replaces", snippet: old[0] + " " + old[2], marks: [] }]
        : pirSearch.explain(fields, wanted, present, rest),
      workaround: card.workaround || null,
      card: card,
    };
  };

  function holds(posting, number) {
    if (!posting) return false;
    var low = 0,
      high = posting.numbers.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (posting.numbers[middle] < number) low = middle + 1;
      else high = middle;
    }
    return posting.numbers[low] === number;
  }

  var opened = {};

  pirSearch.open = function (folder) {
    if (!opened[folder]) {
      opened[folder] = pirSearch.load(folder + "manifest.js").then(function (manifest) {
        if (manifest.format !== FORMAT) throw new Error("The search index has another format than this page reads.");
        return new Index(folder, manifest);
      });
      opened[folder].catch(function () {
        delete opened[folder];
      });
    }
    return opened[folder];
  };
})();
