/* The dictionary of an index: which term a word stands for, what begins like it, what it may be a slip of.
 *
 * The twin of search/dictionary.py. An entry is {word, term, idf, written, stem}. Where a shard has still to be
 * loaded, the answer is undefined or short; the search then runs again (see Shards.whole).
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var EXPANSIONS = 8, PREFIX_SHARDS = 4;

  function decodeWords(shard) {
    var references = pirSearch.unpack(shard.r), rarity = pirSearch.unpack(shard.i);
    var following = shard.n, before = "";
    return shard.w.split("\n").map(function (line, at) {
      before = before.slice(0, pirSearch.digit(line.charCodeAt(0))) + line.slice(1);
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

  pirSearch.Dictionary = Dictionary;
  pirSearch.mendable = mendable;
})();
