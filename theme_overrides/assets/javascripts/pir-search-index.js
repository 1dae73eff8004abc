/* The reader of the search index in the browser: the twin of search/{query,filters}.py.
 *
 * pir.open(folder)            a promise of an index; `folder` is the URL of search/, with the slash
 * index.search(text, {limit, filters, body, counts})
 *     a promise of {hits, total, fewerWords, filters, labels, corrections, synonyms, unknown}; any text at all is a valid query,
 *     and a blank one finds everything, newest first. Hits with `fewerWords` answer much less than the best: they come
 *     last, and there are `fewerWords` of them in all.
 *     With body false, the sentence in which a word stands that only the body has is not looked up; with counts
 *     false, filters are not counted (`filters` is null, `labels` names no services and clients): both save requests
 *     while somebody types.
 * index.count, index.atHand         how many documents there are; whether the manifest holds what a search reads
 * index.labels                      what kinds and statuses are called; those of a result name services and clients too
 *
 * A search runs as if all shards were here; those it misses are then loaded together, and it runs again.
 * docs/search-tokeniser.md describes ranking and files.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const FORMAT = "pir-search 8";

  function decodeFilters(shard) {
    const columns = {};
    Object.keys(shard.columns).forEach((name) => {
      const flat = pir.unpack(shard.columns[name].column);
      const column = [];
      for (let at = 0; at < flat.length; at += 1 + flat[at]) column.push(flat.slice(at + 1, at + 1 + flat[at]));
      columns[name] = { values: shard.columns[name].values, column };
    });
    return { columns, labels: shard.labels };
  }

  /* The filters of `chosen` of which a document has none of the chosen values. */
  function unmet(columns, number, chosen) {
    return Object.keys(chosen).filter((name) => {
      const data = columns[name];
      return !data || !data.column[number].some((value) => chosen[name].includes(data.values[value]));
    });
  }

  /* By filter, how many of the documents at the places `kept` each value would leave; `missed` as by `unmet`, if any. */
  function count(columns, kept, numbers, missed) {
    const names = Object.keys(columns);
    const tallies = {};
    const counts = {};
    names.forEach((name) => {
      tallies[name] = new Uint32Array(columns[name].values.length);
    });
    kept.forEach((at) => {
      const without = missed ? missed[at] : [];
      if (without.length > 1) return;
      (without.length ? without : names).forEach((name) => {
        if (!columns[name]) return;
        columns[name].column[numbers[at]].forEach((value) => {
          tallies[name][value]++;
        });
      });
    });
    names.forEach((name) => {
      counts[name] = columns[name].values.map((value, at) => [value, tallies[name][at]]).filter((pair) => pair[1]);
    });
    return counts;
  }

  class Index {
    constructor(folder, manifest) {
      this.count = manifest.documents;
      this.looks = manifest;
      this.labels = Object.assign({}, manifest.kinds);
      Object.keys(manifest.statuses).forEach((value) => {
        this.labels[value] = manifest.statuses[value][0];
      });
      this.weights = manifest.ranking;
      this.atHand = typeof manifest.cards[1] !== "string";
      this.shards = new pir.Shards(folder, manifest);
      this.dictionary = new pir.Dictionary(this.shards);
      this.planner = new pir.Planner(manifest, this.dictionary);
      this.postings = new Map();
      this.succession = pir.successionOf(manifest);
      this.totals = new Float64Array(this.count); // zero between searches, as are the next two
      this.answered = new Float64Array(this.count);
      this.best = new Float64Array(this.count);
    }

    posting(term) {
      let found = this.postings.get(term);
      if (found) return found;
      const packed = this.shards.row("postings", term);
      if (packed === undefined) return null;
      found = pir.unpackPostings(packed, this.shards.manifest.span, this.shards.manifest.levels);
      this.postings.set(term, found);
      return found;
    }

    /* The documents that answer a slot, and for each, in the same place, the sum over slots of the best of its answers;
       held down by the manifest's `cover` where the document leaves much of the question without an answer. */
    scores(slots) {
      const totals = this.totals;
      const answered = this.answered;
      const best = this.best;
      const numbers = [];
      const cover = this.shards.manifest.cover;
      let asked = 0;
      slots.forEach((slot) => {
        const worth = pir.worth(slot);
        asked += worth;
        const touched = [];
        function offer(number, value) {
          if (value <= best[number]) return;
          if (!best[number]) touched.push(number);
          best[number] = value;
        }
        slot.forEach((answer) => {
          if (answer.entries.length > 1) this.worthOfAll(answer).forEach((value, number) => offer(number, value));
          else this.worthOf(answer.entries[0], answer.weight, offer);
        });
        touched.forEach((number) => {
          if (!totals[number]) numbers.push(number);
          totals[number] += best[number];
          answered[number] += worth;
          best[number] = 0;
        });
      });
      const answers = numbers.map((number) => answered[number]);
      const values = numbers.map((number) => {
        const value = totals[number] * cover[Math.floor((answered[number] * (cover.length - 1)) / asked)];
        totals[number] = answered[number] = 0;
        return value;
      });
      const instead = pir.handOn(this.succession, this.weights.half, numbers, values, answers);
      return { numbers, values, answers, instead };
    }

    /* The plan of a text and the scores by it; null while shards are missing. The last one is kept: the same text is
       asked again when its cards are there, for its filters, and for more of its results. */
    ranking(text) {
      if (this.ranked && this.ranked.text === text) return this.ranked;
      const plan = this.planner.plan(text);
      if (this.shards.lacking()) return null;
      let scores = this.scores(plan.slots);
      if (this.shards.lacking()) return null;
      if (/^[ \t\r\n]*$/.test(text)) {
        const newest = this.shards.shard("newest", 0, pir.unpack);
        if (!newest) return null;
        const none = new Float64Array(newest.length);
        scores = { numbers: newest, values: none, answers: none, instead: new Map() };
      }
      return (this.ranked = {
        text,
        plan,
        numbers: scores.numbers,
        values: scores.values,
        answers: scores.answers,
        instead: scores.instead,
      });
    }

    /* Calls `offer` with each document that holds `entry`, and with what it adds there. */
    worthOf(entry, weight, offer) {
      const posting = this.posting(entry.term);
      const factor = entry.idf * weight;
      if (!posting) return;
      for (let at = 0; at < posting.numbers.length; at++) offer(posting.numbers[at], posting.impacts[at] * factor);
    }

    /* By document that holds all entries of a phrase, what they add: as if the rarest of them stood there as prominently
       as the least prominent. */
    worthOfAll(answer) {
      const factor = Math.max(...answer.entries.map((entry) => entry.idf)) * answer.weight;
      let worths = null;
      answer.entries.forEach((entry) => {
        const found = new Map();
        const { numbers, impacts } = this.posting(entry.term) || { numbers: [], impacts: [] };
        for (let at = 0; at < numbers.length; at++) {
          const value = impacts[at] * factor;
          if (!worths) found.set(numbers[at], value);
          else if (worths.has(numbers[at])) found.set(numbers[at], Math.min(value, worths.get(numbers[at])));
        }
        worths = found;
      });
      return worths;
    }

    search(text, options) {
      return this.shards.whole(() => this.run(String(text), options || {}));
    }

    run(text, options) {
      const limit = options.limit === undefined ? 10 : options.limit;
      const chosen = {};
      Object.keys(options.filters || {}).forEach((name) => {
        if (options.filters[name].length) chosen[name] = options.filters[name];
      });
      const none = {
        hits: [],
        total: 0,
        fewerWords: 0,
        filters: {},
        labels: {},
        corrections: [],
        synonyms: [],
        unknown: [],
      };
      const narrow = Object.keys(chosen).length > 0;
      const counting = options.counts !== false;
      const filters = narrow || counting ? this.shards.shard("filters", 0, decodeFilters) : { columns: {}, labels: {} };
      const ranking = this.ranking(text);
      if (!ranking || !filters) return none;
      const plan = ranking.plan;
      const numbers = ranking.numbers;
      const values = ranking.values;
      const missed = narrow && numbers.map((number) => unmet(filters.columns, number, chosen));
      const fits = (at) => !narrow || !missed[at].length;
      let top = 0;
      for (let at = 0; at < numbers.length; at++) if (values[at] > top && fits(at)) top = values[at];
      // places in `numbers`
      const kept = [];
      const fitting = [];
      for (let at = 0; at < numbers.length; at++) {
        if (values[at] * this.weights.cut < top) continue;
        kept.push(at);
        if (fits(at)) fitting.push(at);
      }
      let few = [];
      let best = fitting.slice(0, limit);
      if (plan.slots.length) {
        const foremostOf = (places, most) => foremost(places, numbers, values, this.succession.behind, most);
        const [first] = foremostOf(fitting, 1);
        const half = this.weights.half;
        const answers = ranking.answers;
        const isFew = (at) => answers[at] * half < answers[first] && values[at] * half < values[first];
        few = fitting.filter(isFew);
        best = foremostOf(
          fitting.filter((at) => !isFew(at)),
          limit,
        );
        best = best.concat(foremostOf(few, limit - best.length));
      }
      const wanted = pir.queryTerms(plan.slots, this.dictionary);
      const fewer = new Set(few);
      const hits = best.map((at) => {
        const hit = this.hit(numbers[at], values[at], wanted, options.body !== false, ranking.instead.get(numbers[at]));
        return hit && Object.assign(hit, { fewerWords: fewer.has(at) });
      });
      return {
        hits,
        total: fitting.length,
        fewerWords: few.length,
        filters: counting ? count(filters.columns, kept, numbers, missed) : null,
        labels: Object.assign({}, this.labels, filters.labels),
        corrections: plan.corrections,
        synonyms: plan.synonyms,
        unknown: plan.unknown,
      };
    }

    /* The texts of a document whose card is here; the card of the first one in their shard names it. */
    texts(number) {
      let first = number;
      while (!this.shards.row("cards", first)[6]) first--;
      const rows = this.shards.texts(this.shards.row("cards", first)[6]) || [];
      return rows[number - first] || [];
    }

    hit(number, score, wanted, body, insteadOf) {
      const row = this.shards.row("cards", number);
      const old = insteadOf === undefined ? null : this.shards.row("cards", insteadOf);
      if (!row || old === undefined) return null;
      const present = new Set();
      const held = new Set();
      wanted.idf.forEach((idf, term) => {
        if (holds(this.posting(term), number)) held.add(term);
      });
      wanted.answers.forEach((answer) => {
        if (answer.every((term) => held.has(term))) answer.forEach((term) => present.add(term));
      });
      const beside = row[4];
      const card = row[5];
      const fields = [["title", row[2]]];
      [
        ["symptoms", beside.symptoms],
        ["workaround", [String(card.workaround || "")]],
        ["tried", beside.tried],
        ["causes", beside.causes],
        ["services", card.services],
        ["tags", beside.tags],
        // the id of a site page is its address
        ["id", "page" in card ? [] : [row[0]].concat(beside.id || [])],
      ].forEach((field) => {
        (field[1] || []).forEach((text) => {
          fields.push([field[0], text]);
        });
      });
      const rest = () => (body ? this.texts(number) : []);
      return {
        id: row[0],
        kind: row[1],
        title: row[2],
        url: row[3],
        score: Math.floor((score * 1000 + this.weights.scale / 2) / this.weights.scale) / 1000,
        why: old
          ? [{ field: "replaces", snippet: old[0] + " " + old[2], marks: [] }]
          : pir.explain(fields, wanted, present, rest),
        workaround: card.workaround || null,
        chips: {
          status: this.chip("statuses", card.status),
          severity: this.chip("severities", card.severity),
        },
        card,
      };
    }

    /* A status or severity as the pages show it (kb/statuses.py); undefined if the record has none. */
    chip(table, value) {
      const [text, look] = this.looks[table][value] || [];
      return text && { text, look };
    }
  }

  /* The places of the `limit` best among `places`, without sorting all of them. */
  function foremost(places, numbers, values, behind, limit) {
    function before(one, other) {
      const difference =
        values[other] - values[one] || (behind.get(numbers[one]) || 0) - (behind.get(numbers[other]) || 0);
      return (difference || numbers[one] - numbers[other]) < 0;
    }
    const best = [];
    places.forEach((place) => {
      if (best.length >= limit && (!limit || before(best[best.length - 1], place))) return;
      let at = best.length;
      while (at && before(place, best[at - 1])) at--;
      best.splice(at, 0, place);
      if (best.length > limit) best.pop();
    });
    return best;
  }

  function holds(posting, number) {
    if (!posting) return false;
    let low = 0;
    let high = posting.numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (posting.numbers[middle] < number) low = middle + 1;
      else high = middle;
    }
    return posting.numbers[low] === number;
  }

  const opened = {};

  pir.open = (folder) => {
    if (!opened[folder]) {
      opened[folder] = pir.load(folder + "manifest.js").then((manifest) => {
        if (manifest.format !== FORMAT) throw new Error("The search index has another format than this page reads.");
        return new Index(folder, manifest);
      });
      opened[folder].catch(() => {
        delete opened[folder];
      });
    }
    return opened[folder];
  };
})();
