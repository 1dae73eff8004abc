/* The reader of the search index in the browser: the twin of search/{shards,dictionary,plan,query,explain}.py.
 *
 * pirSearch.open(folder)            a promise of an index; `folder` is the URL of search/, with the slash
 * index.search(text, {limit, facets, body})
 *     a promise of {hits, total, facets, labels, corrections, unknown}; any text at all is a valid query, and a
 *     blank one finds everything, newest first.
 *     With body false, the sentence of a body in which a word stands is not looked up (a request less).
 * index.count                       how many documents there are
 *
 * Shards are script files that call pirSearchShard(name, data): that works from file://, where a page may not
 * fetch, and under a policy of script-src 'self'. A search runs as if all shards were here; those it misses are
 * then loaded together, and it runs again. docs/search-tokeniser.md describes ranking and files.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var FORMAT = "pir-search 1";
  var MAX_TEXT = 65536, MAX_WORDS = 128, MAX_SLOTS = 32, MAX_MENDED = 6, SHORT = 4;
  var WHOLE = 16, PART = 8, JOINED = 8, SYNONYM = 10, ALERT = 4, BEGUN = 10, MENDED = 12;
  var EXPANSIONS = 8, PREFIX_SHARDS = 4, CUT = 8, SCALE = 32 * 31 * 16;
  var SNIPPET = 180, WITHIN = 150, BEFORE = 40, PARTS = 2, STARTS = 200, NEAR = 40;
  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var VALUE = new Uint8Array(128);
  for (var code = 0; code < 64; code++) VALUE[ALPHABET.charCodeAt(code)] = code;

  /* ---- Loading shards --------------------------------------------------------------------------------------- */

  var arriving = {};
  var loading = {};

  window.pirSearchShard = function (name, data) {
    var script = document.currentScript;
    if (script && arriving[script.src]) arriving[script.src](data);
  };

  /* A promise of the content of a shard file; a file that is on its way is not asked for again. */
  function load(url) {
    var script = document.createElement("script");
    script.charset = "utf-8";
    script.src = url;
    var source = script.src;
    if (!loading[source]) {
      loading[source] = new Promise(function (resolve, reject) {
        arriving[source] = resolve;
        script.onload = script.onerror = function () {
          delete arriving[source];
          delete loading[source];
          script.remove();
          reject(new Error("The search index could not be loaded: " + url));
        };
        document.head.appendChild(script);
      });
    }
    return loading[source];
  }

  function Shards(folder, manifest) {
    this.folder = folder;
    this.manifest = manifest;
    this.loaded = {};
    this.missing = {};
  }

  Shards.prototype.count = function (kind) { return this.manifest[kind].length; };
  Shards.prototype.start = function (kind, at) { return this.manifest[kind][at][0]; };

  Shards.prototype.place = function (kind, key) {
    var entries = this.manifest[kind];
    var low = 0, high = entries.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (entries[middle][0] <= key) low = middle + 1; else high = middle;
    }
    return low - 1;
  };

  /* The decoded shard, or undefined where it has still to be loaded: then it is noted as missing. */
  Shards.prototype.shard = function (kind, at, decode) {
    var name = kind + " " + at;
    if (!(name in this.loaded)) {
      var reference = this.manifest[kind][at][1];
      if (typeof reference === "string") { this.missing[name] = reference; return undefined; }
      this.loaded[name] = decode ? decode(reference) : reference;
    }
    var found = this.loaded[name];
    if (found.raw) found = this.loaded[name] = decode ? decode(found.raw) : found.raw;
    return found;
  };

  Shards.prototype.row = function (kind, number) {
    var at = this.place(kind, number);
    var rows = this.shard(kind, at);
    return rows && rows[number - this.start(kind, at)];
  };

  /* Runs `work` until it misses no shard. */
  Shards.prototype.whole = function (work) {
    var self = this;
    self.missing = {};
    var result = work();
    var names = Object.keys(self.missing);
    if (!names.length) return Promise.resolve(result);
    return Promise.all(names.map(function (name) {
      return load(self.folder + self.missing[name] + ".js").then(function (data) { self.loaded[name] = { raw: data }; });
    })).then(function () { return self.whole(work); });
  };

  function unpack(packed) {
    var numbers = [];
    var number = 0, shift = 0;
    for (var at = 0; at < packed.length; at++) {
      var value = VALUE[packed.charCodeAt(at)];
      number |= (value & 31) << shift;
      if (value & 32) shift += 5;
      else { numbers.push(number); number = shift = 0; }
    }
    return numbers;
  }

  /* ---- The dictionary --------------------------------------------------------------------------------------- */

  function decodeWords(shard) {
    var references = unpack(shard.r), rarity = unpack(shard.i);
    var following = shard.n, before = "";
    return shard.w.split("\n").map(function (line, at) {
      before = before.slice(0, VALUE[line.charCodeAt(0)]) + line.slice(1);
      var reference = references[at], term;
      if (reference < 2) term = following++;
      else {
        var zigzag = reference - 2;
        term = following + (zigzag & 1 ? -(zigzag + 1) / 2 : zigzag / 2);
      }
      return { word: before, term: term, idf: rarity[at], written: reference !== 1, stem: reference < 2 };
    });
  }

  function Dictionary(shards) {
    this.shards = shards;
    this.stems = shards.manifest.stemmer === "porter";
  }

  Dictionary.prototype.first = function (word) {
    var at = Math.max(this.shards.place("words", word), 0);
    return at && this.shards.start("words", at) === word ? at - 1 : at;
  };

  /* Calls `visit(entry, shard)` for the entries from `word` on until it returns false; false if shards are missing.
     Past a missing shard it goes on only where `more(start of the shard)` says that entries may still matter. */
  Dictionary.prototype.from = function (word, visit, more) {
    var whole = true;
    for (var at = this.first(word), first = at; at < this.shards.count("words"); at++) {
      if (at > first && !more(this.shards.start("words", at))) return whole;
      var entries = this.shards.shard("words", at, decodeWords);
      if (!entries) { whole = false; continue; }
      var low = 0;
      if (at === first) {
        var high = entries.length;
        while (low < high) {
          var middle = (low + high) >> 1;
          if (entries[middle].word < word) low = middle + 1; else high = middle;
        }
      }
      for (; low < entries.length; low++) if (visit(entries[low], at) === false) return whole;
    }
    return whole;
  };

  /* The entry with this word for which `fits`; null if there is none, undefined if that is not yet known. */
  Dictionary.prototype.same = function (word, fits) {
    var found = null;
    var whole = this.from(word, function (entry) {
      if (entry.word !== word) return false;
      if (fits(entry)) { found = entry; return false; }
      return true;
    }, function (start) { return start === word; });
    return found || (whole ? null : undefined);
  };

  Dictionary.prototype.find = function (word) {
    var entry = this.same(word, function (other) { return other.written; });
    return entry === null ? this.same(this.stems ? pirSearch.porter(word) : word, function (other) { return other.stem; }) : entry;
  };

  Dictionary.prototype.spellings = function (entry) {
    if (this.stems) return [entry.written ? pirSearch.porter(entry.word) : entry.word];
    var words = [];
    (this.shards.shard("words", this.first(entry.word), decodeWords) || []).forEach(function (other) {
      if (other.term === entry.term) words.push(other.word);
    });
    return words.length ? words : [entry.word];
  };

  function byRarity(one, other) { return one.idf - other.idf || one.term - other.term; }

  Dictionary.prototype.beginning = function (prefix) {
    var best = new Map();
    var limit = this.first(prefix) + PREFIX_SHARDS;
    var shards = this.shards;
    this.from(prefix, function (entry, at) {
      if (!entry.word.startsWith(prefix) || at >= limit) return false;
      if (!best.has(entry.term)) best.set(entry.term, entry);
      return true;
    }, function (start) { return start.startsWith(prefix) && shards.place("words", start) < limit; });
    return Array.from(best.values()).sort(byRarity).slice(0, EXPANSIONS);
  };

  /* How many slips (too many, too few, wrong, two swapped) lie between two words, at most `limit` + 1. */
  function slipsBetween(one, other, limit) {
    var before = [], last = [], row;
    for (var j = 0; j <= other.length; j++) last.push(j);
    for (var i = 1; i <= one.length; i++) {
      row = [i];
      var least = i;
      for (j = 1; j <= other.length; j++) {
        var cost = one[i - 1] === other[j - 1] ? 0 : 1;
        var best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) best = Math.min(best, before[j - 2] + 1);
        row.push(best);
        if (best < least) least = best;
      }
      if (least > limit) return limit + 1;
      before = last;
      last = row;
    }
    return last[other.length];
  }

  var LETTERS = /^[^0-9.]+$/;

  Dictionary.prototype.mend = function (word) {
    var characters = Array.from(word), initial = characters[0];
    var limit = characters.length >= 8 ? 2 : 1;
    var best = null, distance = limit + 1;
    this.from(initial, function (entry) {
      if (!entry.word.startsWith(initial)) return false;
      if (!entry.written || Math.abs(entry.word.length - word.length) > 2 * limit || !LETTERS.test(entry.word)) return true;
      var other = Array.from(entry.word);
      if (Math.abs(other.length - characters.length) > limit) return true;
      var slips = slipsBetween(characters, other, limit);
      if (slips < distance || (slips === distance && slips <= limit && byRarity(entry, best) < 0)) { best = entry; distance = slips; }
      return true;
    }, function (start) { return start.startsWith(initial); });
    return best;
  };

  function mendable(word) {
    return Array.from(word).length >= 4 && LETTERS.test(word) && !pirSearch.paired(word);
  }

  /* ---- The plan of a query ---------------------------------------------------------------------------------- */

  function add(slot, entry, weight) {
    var known = slot.get(entry.term);
    if (!known || known.weight < weight) slot.set(entry.term, { entry: entry, weight: weight });
  }

  function worth(slot) {
    var most = 0;
    slot.forEach(function (answer) { most = Math.max(most, answer.entry.idf * answer.weight); });
    return most;
  }

  function Planner(manifest, dictionary) {
    this.dictionary = dictionary;
    this.stop = new Set(manifest.stop);
    this.alert = new Set(manifest.alert);
    this.synonyms = new Map(Object.entries(manifest.synonyms));
  }

  Planner.prototype.plan = function (text) {
    text = text.slice(0, MAX_TEXT);
    var self = this, plan = { corrections: [], unknown: [] }, slots = new Map(), sequence = [], chunks = [];
    var tokens = pirSearch.read(text);
    var quiet = tokens.length > SHORT ? self.alert : new Set();
    for (var at = 0; at < tokens.length && slots.size < MAX_WORDS; at++) {
      var token = tokens[at];
      self.ask(token, slots, plan, quiet, at === tokens.length - 1 && token.end === text.length);
      chunks.push({ token: token, words: token.words.filter(function (word) { return !self.stop.has(word); }) });
      if (!self.stop.has(token.words[0])) sequence.push(token.words[0]);
    }
    var related = self.relate(sequence, slots);
    chunks.forEach(function (chunk) {
      var typed = Array.from(text.slice(chunk.token.start, chunk.token.end)).slice(0, 60).join("");
      var known = chunk.words.some(function (word) { return slots.get(word).size || related.has(word) || self.alert.has(word); });
      if (chunk.words.length && !known && plan.unknown.indexOf(typed) < 0) plan.unknown.push(typed);
    });
    plan.slots = Array.from(slots.values()).filter(function (slot) { return slot.size; })
      .sort(function (one, other) { return worth(other) - worth(one); }).slice(0, MAX_SLOTS);
    return plan;
  };

  Planner.prototype.ask = function (token, slots, plan, quiet, begun) {
    var self = this;
    token.words.forEach(function (word, at) {
      if (self.stop.has(word) || slots.has(word)) return;
      var slot = new Map();
      slots.set(word, slot);
      var weight = quiet.has(word) ? ALERT : at === 0 ? WHOLE : PART;
      var entry = self.dictionary.find(word);
      if (entry === undefined) return;
      if (entry) add(slot, entry, weight);
      if (begun && (at === 0 || at === token.words.length - 1)) {
        self.dictionary.beginning(word).forEach(function (longer) {
          if (entry && longer.idf > entry.idf) longer = Object.assign({}, longer, { idf: entry.idf });
          add(slot, longer, Math.floor(weight * BEGUN / 16));
        });
      }
      var mayBeSlip = !slot.size && !self.alert.has(word) && mendable(word) && !(at === 0 && token.parts.length);
      if (mayBeSlip && plan.corrections.length < MAX_MENDED) {
        var meant = self.dictionary.mend(word);
        if (meant) {
          add(slot, meant, Math.floor(weight * MENDED / 16));
          plan.corrections.push([word, meant.word]);
        }
      }
    });
  };

  Planner.prototype.relate = function (sequence, slots) {
    var self = this, dictionary = self.dictionary, related = new Set();
    for (var at = 0; at < sequence.length; at++) {
      for (var length = 1; length <= 3 && at + length <= sequence.length; length++) {
        var words = sequence.slice(at, at + length);
        var stems = dictionary.stems ? words.map(pirSearch.porter) : words;
        var others = self.synonyms.get(words.join(" ")) || self.synonyms.get(stems.join(" ")) || [];
        others.forEach(function (other) {
          if (self.also(words, other.split(" "), slots)) words.forEach(function (word) { related.add(word); });
        });
      }
      var pair = at + 1 < sequence.length ? sequence[at] + sequence[at + 1] : "";
      if (pair && !slots.has(pair) && mendable(pair)) {
        var entry = dictionary.find(pair);
        if (entry) {
          slots.set(pair, new Map([[entry.term, { entry: entry, weight: JOINED }]]));
          related.add(sequence[at]).add(sequence[at + 1]);
        }
      }
    }
    return related;
  };

  Planner.prototype.also = function (words, others, slots) {
    var found = others.map(function (other) { return this.dictionary.find(other); }, this);
    if (!found.every(Boolean)) return false;
    if (words.length === 1 && others.length === 1) add(slots.get(words[0]), found[0], SYNONYM);
    else {
      var slot = new Map(found.map(function (entry) { return [entry.term, { entry: entry, weight: SYNONYM * words.length }]; }));
      slot.together = others.length > 1; // a phrase answers only as a whole
      slots.set("=" + others.join(" "), slot);
    }
    return true;
  };

  /* ---- Facets ----------------------------------------------------------------------------------------------- */

  function decodeFacets(shard) {
    var columns = {};
    Object.keys(shard.columns).forEach(function (name) {
      var flat = unpack(shard.columns[name].column), column = [];
      for (var at = 0; at < flat.length; at += 1 + flat[at]) column.push(flat.slice(at + 1, at + 1 + flat[at]));
      columns[name] = { values: shard.columns[name].values, column: column };
    });
    return { columns: columns, labels: shard.labels, newest: unpack(shard.newest) };
  }

  /* The facets of `chosen` of which a document has none of the chosen values. */
  function unmet(columns, number, chosen) {
    return Object.keys(chosen).filter(function (name) {
      var data = columns[name];
      return !data || !data.column[number].some(function (value) { return chosen[name].indexOf(data.values[value]) >= 0; });
    });
  }

  function count(columns, kept) {
    var names = Object.keys(columns), tallies = {}, counts = {};
    names.forEach(function (name) { tallies[name] = new Uint32Array(columns[name].values.length); });
    kept.forEach(function (one) {
      if (one.unmet.length > 1) return;
      (one.unmet.length ? one.unmet : names).forEach(function (name) {
        if (columns[name]) columns[name].column[one.number].forEach(function (value) { tallies[name][value]++; });
      });
    });
    names.forEach(function (name) {
      counts[name] = columns[name].values.map(function (value, at) { return [value, tallies[name][at]]; })
        .filter(function (pair) { return pair[1]; });
    });
    return counts;
  }

  /* ---- Ranking ---------------------------------------------------------------------------------------------- */

  function Index(folder, manifest) {
    this.count = manifest.documents;
    this.shards = new Shards(folder, manifest);
    this.dictionary = new Dictionary(this.shards);
    this.planner = new Planner(manifest, this.dictionary);
    this.postings = new Map();
  }

  Index.prototype.posting = function (term) {
    var found = this.postings.get(term);
    if (found) return found;
    var packed = this.shards.row("postings", term);
    if (packed === undefined) return null;
    var flat = unpack(packed), size = flat.length >> 1, number = 0;
    found = { numbers: new Uint32Array(size), impacts: new Uint8Array(size) };
    for (var at = 0; at < size; at++) {
      number += flat[2 * at];
      found.numbers[at] = number;
      found.impacts[at] = flat[2 * at + 1];
    }
    this.postings.set(term, found);
    return found;
  };

  /* For each document that answers a slot, the sum over slots of the best of its answers. */
  Index.prototype.scores = function (slots) {
    var self = this, scores = new Float64Array(self.count), best = new Float64Array(self.count), numbers = [];
    slots.forEach(function (slot) {
      var touched = [], answers = slot.together ? new Map() : null;
      slot.forEach(function (answer) {
        var posting = self.posting(answer.entry.term);
        if (!posting) return;
        var factor = answer.entry.idf * answer.weight;
        for (var at = 0; at < posting.numbers.length; at++) {
          var number = posting.numbers[at], value = posting.impacts[at] * factor;
          if (value > best[number]) {
            if (!best[number]) touched.push(number);
            best[number] = value;
          }
          if (answers) answers.set(number, (answers.get(number) || 0) + 1);
        }
      });
      touched.forEach(function (number) {
        if (!answers || answers.get(number) === slot.size) {
          if (!scores[number]) numbers.push(number);
          scores[number] += best[number];
        }
        best[number] = 0;
      });
    });
    return { scores: scores, numbers: numbers };
  };

  Index.prototype.search = function (text, options) {
    var self = this;
    return self.shards.whole(function () { return self.run(String(text), options || {}); });
  };

  Index.prototype.run = function (text, options) {
    var self = this, limit = options.limit === undefined ? 10 : options.limit, chosen = {};
    Object.keys(options.facets || {}).forEach(function (name) {
      if (options.facets[name].length) chosen[name] = options.facets[name];
    });
    var plan = self.planner.plan(text);
    var none = { hits: [], total: 0, facets: {}, labels: {}, corrections: [], unknown: [] };
    if (Object.keys(self.shards.missing).length) return none;
    var found = self.scores(plan.slots);
    var facets = self.shards.shard("facets", 0, decodeFacets);
    if (!facets || Object.keys(self.shards.missing).length) return none;
    if (/^[ \t\r\n]*$/.test(text)) found.numbers = facets.newest;
    var scores = found.scores, top = 0;
    var all = found.numbers.map(function (number) {
      var missed = unmet(facets.columns, number, chosen);
      if (!missed.length && scores[number] > top) top = scores[number];
      return { number: number, unmet: missed };
    });
    var kept = all.filter(function (one) { return scores[one.number] * CUT >= top; });
    var fitting = kept.filter(function (one) { return !one.unmet.length; }).map(function (one) { return one.number; });
    var best = plan.slots.length ? foremost(fitting, scores, limit) : fitting.slice(0, limit);
    var wanted = self.wanted(plan.slots);
    var hits = best.map(function (number) { return self.hit(number, scores[number], wanted, options.body !== false); });
    return {
      hits: hits, total: fitting.length, facets: count(facets.columns, kept), labels: facets.labels,
      corrections: plan.corrections, unknown: plan.unknown
    };
  };

  /* The `limit` best of `numbers`, without sorting all of them. */
  function foremost(numbers, scores, limit) {
    function before(one, other) { return scores[one] > scores[other] || (scores[one] === scores[other] && one < other); }
    var best = [];
    numbers.forEach(function (number) {
      if (best.length >= limit && (!limit || before(best[best.length - 1], number))) return;
      var at = best.length;
      while (at && before(number, best[at - 1])) at--;
      best.splice(at, 0, number);
      if (best.length > limit) best.pop();
    });
    return best;
  }

  Index.prototype.hit = function (number, score, wanted, body) {
    var self = this, row = self.shards.row("cards", number);
    if (!row) return null;
    var present = new Set();
    wanted.idf.forEach(function (idf, term) { if (holds(self.posting(term), number)) present.add(term); });
    var fields = [["title", row[2]]];
    ORDER.forEach(function (name) {
      var texts = row[4][name] || [];
      (name === "id" ? [row[0]].concat(texts) : texts).forEach(function (text) { fields.push([name, text]); });
    });
    var readBody = function () { return body ? self.shards.row("texts", number) || "" : ""; };
    return {
      id: row[0], kind: row[1], title: row[2], url: row[3],
      score: Math.floor((score * 1000 + SCALE / 2) / SCALE) / 1000,
      why: explain(fields, wanted, present, readBody),
      workaround: row[5].workaround || null, card: row[5]
    };
  };

  function holds(posting, number) {
    if (!posting) return false;
    var low = 0, high = posting.numbers.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (posting.numbers[middle] < number) low = middle + 1; else high = middle;
    }
    return posting.numbers[low] === number;
  }

  /* ---- Why a document matched ------------------------------------------------------------------------------- */

  var ORDER = ["symptoms", "lead", "workaround", "causes", "services", "id"];

  Index.prototype.wanted = function (slots) {
    var dictionary = this.dictionary, words = new Map(), idf = new Map();
    slots.forEach(function (slot) {
      slot.forEach(function (answer) {
        idf.set(answer.entry.term, answer.entry.idf);
        dictionary.spellings(answer.entry).forEach(function (word) { words.set(word, answer.entry.term); });
      });
    });
    return {
      idf: idf,
      term: function (word) { return words.get(dictionary.stems ? pirSearch.porter(word) : word); }
    };
  };

  function gain(terms, wanted, covered) {
    var sum = 0;
    new Set(terms).forEach(function (term) { if (!covered || !covered.has(term)) sum += wanted.idf.get(term); });
    return sum;
  }

  function termsOf(marks) { return marks.map(function (mark) { return mark[2]; }); }

  function explain(fields, wanted, present, body) {
    var read = fields.map(function (field) { return { field: field[0], text: field[1], marks: marksIn(field[1], wanted, present) }; });
    var matches = read.filter(function (one) { return one.field === "title" && one.marks.length; })
      .map(function (one) { return shown(one, wanted); });
    var candidates = read.filter(function (one) { return one.field !== "title"; });
    var titled = new Set();
    read.forEach(function (one) {
      if (one.field === "title") termsOf(one.marks).forEach(function (term) { titled.add(term); });
    });
    var covered = new Set();
    for (var part = 0; part < PARTS; part++) {
      var best = null, most = 0;
      candidates.forEach(function (one) {
        // an id tells no more than the title it was made from
        var told = one.field === "id" ? new Set(Array.from(covered).concat(Array.from(titled))) : covered;
        var value = gain(termsOf(one.marks), wanted, told);
        if (value > most) { most = value; best = one; }
      });
      if (!best) break;
      termsOf(best.marks).forEach(function (term) { covered.add(term); });
      matches.push(shown(best, wanted));
    }
    var rest = new Set(present);
    read.forEach(function (one) { termsOf(one.marks).forEach(function (term) { rest.delete(term); }); });
    if (matches.length < PARTS + 1 && rest.size) {
      var text = body();
      var marks = marksIn(text, wanted, rest);
      if (marks.length) matches.push(shown({ field: "body", text: text, marks: marks }, wanted));
    }
    return matches;
  }

  function marksIn(text, wanted, present) {
    var marks = [];
    pirSearch.read(text).forEach(function (token) {
      var pieces = [[token.start, token.end]];
      var pairs = !token.whole && pirSearch.paired(text.slice(token.start, token.end));
      if (pairs) {
        pieces = [];
        var at = token.start, ends = [];
        Array.from(text.slice(token.start, token.end)).forEach(function (character) { ends.push(at, at += character.length); });
        for (var pair = 0; pair < Math.max(ends.length / 2 - 1, 1); pair++) {
          pieces.push([ends[2 * pair], ends[Math.min(2 * pair + 3, ends.length - 1)]]);
        }
      }
      pieces.forEach(function (piece) {
        var words = pieces.length === 1 ? token.words : pirSearch.wordsOf(text.slice(piece[0], piece[1]));
        new Set(words.map(wanted.term)).forEach(function (term) {
          if (term !== undefined && present.has(term)) marks.push([piece[0], piece[1], term]);
        });
      });
    });
    return marks;
  }

  /* The stretch of a text that shows most of what is marked, and the marks in it, joined where they overlap. */
  function shown(one, wanted) {
    var text = one.text.replace(/[\t\n\v\f\r]/g, " "), marks = one.marks, low = 0, high = text.length, space;
    if (text.length > SNIPPET) {
      var first = 0, most = -1;
      marks.slice(0, STARTS).forEach(function (mark, at) {
        var inside = marks.slice(at, at + NEAR).filter(function (other) { return other[1] <= mark[0] + WITHIN; });
        var value = gain(termsOf(inside), wanted);
        if (value > most) { most = value; first = mark[0]; }
      });
      low = Math.max(0, first - BEFORE);
      if (low) {
        space = text.indexOf(" ", low);
        low = space >= 0 && space < first ? space + 1 : first;
      }
      high = Math.min(text.length, low + SNIPPET);
      if (high < text.length) {
        space = text.lastIndexOf(" ", high - 1);
        if (space >= first + WITHIN / 2) high = space;
      }
    }
    var lead = low ? "\u2026" : "", shift = lead.length - low, joined = [];
    marks.forEach(function (mark) {
      if (mark[0] < low || mark[1] > high) return;
      var final = joined[joined.length - 1];
      if (final && mark[0] + shift < final[1]) final[1] = Math.max(mark[1] + shift, final[1]);
      else joined.push([mark[0] + shift, mark[1] + shift]);
    });
    return { field: one.field, snippet: lead + text.slice(low, high) + (high < text.length ? "\u2026" : ""), marks: joined };
  }

  /* ---- Opening ---------------------------------------------------------------------------------------------- */

  var opened = {};

  pirSearch.open = function (folder) {
    if (!opened[folder]) {
      opened[folder] = load(folder + "manifest.js").then(function (manifest) {
        if (manifest.format !== FORMAT) throw new Error("The search index has another format than this page reads.");
        return new Index(folder, manifest);
      });
      opened[folder].catch(function () { delete opened[folder]; });
    }
    return opened[folder];
  };
})();
