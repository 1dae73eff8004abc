/* The plan of a query: from any text to the few terms worth ranking by. The twin of search/plan.py.
 *
 * new pirSearch.Planner(manifest, dictionary).plan(text) is {slots, corrections, unknown}. A slot is a map from terms
 * to an answer {entries, weight}; one of several entries is a phrase: only all of them answer.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var MAX_TEXT = 65536,
    MAX_WORDS = 128,
    MAX_SLOTS = 32,
    MAX_MENDED = 6,
    SHORT = 4,
    LONG = 12,
    PREFIX = 3;
  var WHOLE = 16,
    PART = 8,
    LEFT = 12,
    JOINED = 8,
    SYNONYM = 6,
    PHRASE = 10,
    ITSELF = 4,
    ALERT = 4,
    BEGUN = 10,
    MENDED = 12;

  function add(slot, entries, weight) {
    var key = entries
        .map(function (entry) {
          return entry.term;
        })
        .join(" "),
      known = slot.get(key);
    if (!known || known.weight < weight) slot.set(key, { entries: entries, weight: weight });
  }

  function worth(slot) {
    var most = 0;
    slot.forEach(function (answer) {
      answer.entries.forEach(function (entry) {
        most = Math.max(most, entry.idf * answer.weight);
      });
    });
    return most;
  }

  function Planner(manifest, dictionary) {
    this.dictionary = dictionary;
    this.stop = new Set(manifest.stop);
    this.alert = new Set(manifest.alert);
    this.synonyms = new Map(Object.entries(manifest.synonyms));
  }

  Planner.prototype.plan = function (text) {
    if (text.length > MAX_TEXT)
      text = Array.from(text.slice(0, 2 * MAX_TEXT))
        .slice(0, MAX_TEXT)
        .join(""); // characters, as Python counts
    var self = this,
      plan = { corrections: [], unknown: [], unread: [] },
      slots = new Map(),
      sequence = [],
      chunks = [];
    var tokens = pirSearch.read(text);
    var quiet = tokens.length > SHORT ? self.alert : new Set();
    for (var at = 0; at < tokens.length && slots.size < MAX_WORDS; at++) {
      var token = tokens[at];
      var begun =
        at === tokens.length - 1 &&
        token.end === text.length &&
        (at === 0 ||
          pirSearch.paired(text.slice(token.start)) ||
          Array.from(token.words[token.words.length - 1]).length >= PREFIX);
      self.ask(token, slots, plan, quiet, begun, tokens.length < LONG);
      chunks.push({
        token: token,
        words: token.words.filter(function (word) {
          return !self.stop.has(word);
        }),
      });
      sequence = sequence.concat(self.spoken(token));
    }
    var related = self.relate(sequence, slots);
    // a text that was pasted, not typed: what its words are found in is loaded along with them
    if (plan.unread.length > 1)
      plan.unread.forEach(function (word) {
        self.dictionary.foresee(word);
      });
    chunks.forEach(function (chunk) {
      var typed = Array.from(text.slice(chunk.token.start, chunk.token.end)).slice(0, 60).join("");
      var known = chunk.words.some(function (word) {
        return slots.get(word).size || related.has(word) || self.alert.has(word);
      });
      if (chunk.words.length && !known && plan.unknown.indexOf(typed) < 0) plan.unknown.push(typed);
    });
    plan.slots = Array.from(slots.values())
      .filter(function (slot) {
        return slot.size;
      })
      .sort(function (one, other) {
        return worth(other) - worth(one);
      })
      .slice(0, MAX_SLOTS);
    return plan;
  };

  Planner.prototype.ask = function (token, slots, plan, quiet, begun, mend) {
    var self = this,
      known = true;
    token.words.forEach(function (word, at) {
      if (self.stop.has(word) || slots.has(word)) return;
      var slot = new Map();
      slots.set(word, slot);
      var entry = self.dictionary.find(word);
      if (at === 0) known = Boolean(entry);
      if (entry === undefined) {
        if (!quiet.has(word)) plan.unread.push(word);
        if (begun && at === 0) self.dictionary.beginning(word);
        return;
      }
      var weight = quiet.has(word) ? ALERT : at === 0 ? WHOLE : known ? PART : LEFT;
      if (entry) add(slot, [entry], weight);
      if (begun && (at === 0 || at === token.words.length - 1)) {
        self.dictionary.beginning(word).forEach(function (longer, at, found) {
          var most = (entry || found[0]).idf;
          if (longer.idf > most) longer = Object.assign({}, longer, { idf: most });
          add(slot, [longer], Math.floor((weight * BEGUN) / 16));
        });
      }
      var mayBeSlip =
        !slot.size && !self.alert.has(word) && pirSearch.mendable(word) && !(at === 0 && token.parts.length);
      if (mend && mayBeSlip && plan.corrections.length < MAX_MENDED) {
        var meant = self.dictionary.mend(word);
        if (meant) {
          add(slot, [meant], Math.floor((weight * MENDED) / 16));
          plan.corrections.push([word, meant.word]);
        }
      }
    });
  };

  Planner.prototype.relate = function (sequence, slots) {
    var self = this,
      dictionary = self.dictionary,
      related = new Set();
    for (var at = 0; at < sequence.length; at++) {
      for (var length = 1; length <= 3 && at + length <= sequence.length; length++) {
        var words = sequence.slice(at, at + length);
        var stems = dictionary.stems ? words.map(pirSearch.porter) : words;
        var others = self.synonyms.get(words.join(" ")) || self.synonyms.get(stems.join(" ")) || [];
        var found = others
          .map(function (other) {
            return self.phrase(other.split(" "));
          })
          .filter(Boolean);
        if (!found.length) continue;
        words.forEach(function (word) {
          related.add(word);
        });
        var slot = slots.get(words[0]);
        if (length > 1) {
          slots.set("=" + words.join(" "), (slot = new Map()));
          var itself = self.phrase(words);
          if (itself) add(slot, itself, ITSELF); // its words have slots of their own
        }
        found.forEach(function (entries) {
          add(slot, entries, length === 1 && entries.length === 1 ? SYNONYM : PHRASE * length);
        });
      }
      var pair = at + 1 < sequence.length ? sequence[at] + sequence[at + 1] : "";
      if (pair && !slots.has(pair) && pirSearch.mendable(pair)) {
        var entry = dictionary.find(pair);
        if (entry) {
          slots.set(pair, new Map());
          add(slots.get(pair), [entry], JOINED);
          related.add(sequence[at]).add(sequence[at + 1]);
        }
      }
    }
    return related;
  };

  /* The words of `token` as somebody would say them: its whole where that is known, else its parts. */
  Planner.prototype.spoken = function (token) {
    var self = this,
      parts = token.words.slice(1);
    var spoken = parts.length && self.dictionary.find(token.words[0]) === null ? parts : token.words.slice(0, 1);
    return spoken.filter(function (word) {
      return !self.stop.has(word);
    });
  };

  /* The entries of all of `words`; null if one is unknown. */
  Planner.prototype.phrase = function (words) {
    var found = words.map(function (word) {
      return this.dictionary.find(word);
    }, this);
    return found.every(Boolean) ? found : null;
  };

  pirSearch.Planner = Planner;
  pirSearch.worth = worth;
})();
