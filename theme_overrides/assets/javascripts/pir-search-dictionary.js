/* The dictionary of an index: which term a word stands for, what begins like it, what it may be a slip of.
 *
 * The twin of search/dictionary.py. An entry is {word, term, idf, written, stem}. Where a shard has still to be
 * loaded, the answer is undefined or short; the search then runs again (see Shards.whole).
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var EXPANSIONS = 8,
    PREFIX_SHARDS = 4;
  var FEW = 3; // letters from which a beginning is likely to be that of a name as well

  function decodeWords(shard) {
    var references = pirSearch.unpack(shard.r),
      rarity = pirSearch.unpack(shard.i);
    var following = shard.n;
    return pirSearch.unpackWords(shard.w).map(function (word, at) {
      var reference = references[at],
        term;
      if (reference < 2) term = following++;
      else {
        var zigzag = reference - 2;
        term = following + (zigzag & 1 ? -(zigzag + 1) / 2 : zigzag / 2);
      }
      return { word: word, term: term, idf: rarity[at], written: reference !== 1, stem: reference < 2 };
    });
  }

  /* Words and names (with a digit in them) lie in shards of their own. */
  function kindOf(word) {
    return /[0-9]/.test(word) ? "names" : "words";
  }

  function Dictionary(shards) {
    this.shards = shards;
    this.stems = shards.manifest.stemmer === "porter";
  }

  Dictionary.prototype.first = function (kind, word) {
    var at = Math.max(this.shards.place(kind, word), 0);
    return at && this.shards.start(kind, at) === word ? at - 1 : at;
  };

  /* Calls `visit(entry, shard)` for the entries of a kind from `word` on until it returns false; false if shards are
     missing. Past one it goes on only where `more(start of the shard)` says that entries may still matter. */
  Dictionary.prototype.from = function (kind, word, visit, more) {
    var whole = true;
    for (var at = this.first(kind, word), first = at; at < this.shards.count(kind); at++) {
      if (at > first && !more(this.shards.start(kind, at), at)) return whole;
      var entries = this.shards.shard(kind, at, decodeWords);
      if (!entries) {
        whole = false;
        continue;
      }
      var low = 0;
      if (at === first) {
        var high = entries.length;
        while (low < high) {
          var middle = (low + high) >> 1;
          if (entries[middle].word < word) low = middle + 1;
          else high = middle;
        }
      }
      for (; low < entries.length; low++) if (visit(entries[low], at) === false) return whole;
    }
    return whole;
  };

  /* The entry with this word for which `fits`; null if there is none, undefined if that is not yet known. */
  Dictionary.prototype.same = function (word, fits) {
    var found = null;
    var whole = this.from(
      kindOf(word),
      word,
      function (entry) {
        if (entry.word !== word) return false;
        if (fits(entry)) {
          found = entry;
          return false;
        }
        return true;
      },
      function (start) {
        return start === word;
      },
    );
    return found || (whole ? null : undefined);
  };

  Dictionary.prototype.find = function (word) {
    var entry = this.same(word, function (other) {
      return other.written;
    });
    return entry === null
      ? this.same(this.stems ? pirSearch.porter(word) : word, function (other) {
          return other.stem;
        })
      : entry;
  };

  /* Notes where the postings of an unread word would be. */
  Dictionary.prototype.foresee = function (word) {
    if (kindOf(word) === "words") this.shards.foresee(this.stems ? pirSearch.porter(word) : word);
  };

  Dictionary.prototype.spellings = function (entry) {
    if (this.stems) return [entry.written ? pirSearch.porter(entry.word) : entry.word];
    var words = [],
      kind = kindOf(entry.word);
    (this.shards.shard(kind, this.first(kind, entry.word), decodeWords) || []).forEach(function (other) {
      if (other.term === entry.term) words.push(other.word);
    });
    return words.length ? words : [entry.word];
  };

  function byRarity(one, other) {
    return one.idf - other.idf || one.term - other.term;
  }

  Dictionary.prototype.beginning = function (prefix) {
    var self = this,
      best = new Map();
    (kindOf(prefix) === "names" ? ["names"] : ["words", "names"]).every(function (kind) {
      if (best.size >= EXPANSIONS) return false;
      var limit = self.first(kind, prefix) + PREFIX_SHARDS;
      var whole = self.from(
        kind,
        prefix,
        function (entry, at) {
          if (!entry.word.startsWith(prefix) || at >= limit) return false;
          if (!best.has(entry.term)) best.set(entry.term, entry);
          return true;
        },
        function (start, at) {
          return start.startsWith(prefix) && at < limit;
        },
      );
      return whole || prefix.length >= FEW; // then what comes next is asked for with what is missing
    });
    return Array.from(best.values()).sort(byRarity).slice(0, EXPANSIONS);
  };

  /* How many slips (too many, too few, wrong, two swapped) lie between two words, at most `limit` + 1. */
  function slipsBetween(one, other, limit) {
    var before = [],
      last = [],
      row;
    for (var j = 0; j <= other.length; j++) last.push(j);
    for (var i = 1; i <= one.length; i++) {
      row = [i];
      var least = i;
      for (j = 1; j <= other.length; j++) {
        var cost = one[i - 1] === other[j - 1] ? 0 : 1;
        var best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
          best = Math.min(best, before[j - 2] + 1);
        row.push(best);
        if (best < least) least = best;
      }
      if (least > limit) return limit + 1;
      before = last;
      last = row;
    }
    return last[other.length];
  }

  Dictionary.prototype.mend = function (word) {
    var characters = Array.from(word),
      initial = characters[0];
    var limit = characters.length >= 8 ? 2 : 1;
    var best = null,
      distance = limit + 1;
    this.from(
      "words",
      initial,
      function (entry) {
        if (!entry.word.startsWith(initial)) return false;
        if (!entry.written || Math.abs(entry.word.length - word.length) > 2 * limit) return true;
        var other = Array.from(entry.word);
        if (Math.abs(other.length - characters.length) > limit) return true;
        var slips = slipsBetween(characters, other, limit);
        if (slips < distance || (slips === distance && slips <= limit && byRarity(entry, best) < 0)) {
          best = entry;
          distance = slips;
        }
        return true;
      },
      function (start) {
        return start.startsWith(initial);
      },
    );
    return best;
  };

  function mendable(word) {
    return Array.from(word).length >= 4 && kindOf(word) === "words" && !pirSearch.paired(word);
  }

  pirSearch.Dictionary = Dictionary;
  pirSearch.mendable = mendable;
})();
