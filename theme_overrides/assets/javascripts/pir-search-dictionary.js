/* The dictionary of an index: which term a word stands for, what begins like it, what it may be a slip of.
 *
 * The twin of search/dictionary.py. An entry is {word, term, idf, written, stem}. Where a shard has still to be
 * loaded, the answer is undefined or short; the search then runs again (see Shards.whole).
 */
(() => {
  "use strict";
  const pir = window.pir;

  const FEW = 3; // letters from which a beginning is likely to be that of a name as well
  const SHORTEST = 5; // letters of a word that may be a slip, and of what it may be a slip of

  /* How many of these rising numbers are less than `number`. */
  function below(numbers, number) {
    let low = 0;
    let high = numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[middle] < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /* The entries of one shard; `following` is the number of the next term to come. */
  function decodeWords(shard, following, rarities) {
    const references = pir.unpack(shard.r);
    const foundIn = pir.unpack(shard.d);
    return pir.unpackWords(shard.w).map((word, at) => {
      const reference = references[at];
      let term;
      if (reference < 2) term = following++;
      else {
        const zigzag = reference - 2;
        term = following + (zigzag & 1 ? -(zigzag + 1) / 2 : zigzag / 2);
      }
      const idf = rarities.length - below(rarities, foundIn[at]);
      return { word, term, idf, written: reference !== 1, stem: reference < 2 };
    });
  }

  /* Words and names (with a digit in them) lie in shards of their own. */
  function kindOf(word) {
    return /[0-9]/.test(word) ? "names" : "words";
  }

  class Dictionary {
    constructor(shards) {
      this.shards = shards;
      this.ranking = shards.manifest.ranking;
      this.stems = shards.manifest.stemmer === "porter";
      this.rarities = pir.unpackRising(shards.manifest.rarities);
      this.firstTerms = {};
      Object.keys(shards.manifest.first_terms).forEach((kind) => {
        this.firstTerms[kind] = pir.unpackRising(shards.manifest.first_terms[kind]);
      });
    }

    shard(kind, at) {
      return this.shards.shard(kind, at, (raw) => decodeWords(raw, this.firstTerms[kind][at], this.rarities));
    }

    first(kind, word) {
      const at = Math.max(this.shards.place(kind, word), 0);
      return at && this.shards.start(kind, at) === word ? at - 1 : at;
    }

    /* Calls `visit(entry, shard)` for the entries of a kind from `word` on until it returns false; false if shards are
       missing. Past one it goes on only where `more(start of the shard)` says that entries may still matter. */
    from(kind, word, visit, more) {
      let whole = true;
      for (let at = this.first(kind, word), first = at; at < this.shards.count(kind); at++) {
        if (at > first && !more(this.shards.start(kind, at), at)) return whole;
        const entries = this.shard(kind, at);
        if (!entries) {
          whole = false;
          continue;
        }
        let low = 0;
        if (at === first) {
          let high = entries.length;
          while (low < high) {
            const middle = (low + high) >> 1;
            if (entries[middle].word < word) low = middle + 1;
            else high = middle;
          }
        }
        for (; low < entries.length; low++) if (visit(entries[low], at) === false) return whole;
      }
      return whole;
    }

    /* The entry with this word for which `fits`; null if there is none, undefined if that is not yet known. */
    same(word, fits) {
      let found = null;
      const whole = this.from(
        kindOf(word),
        word,
        (entry) => {
          if (entry.word !== word) return false;
          if (fits(entry)) {
            found = entry;
            return false;
          }
          return true;
        },
        (start) => start === word,
      );
      return found || (whole ? null : undefined);
    }

    find(word) {
      const entry = this.same(word, (other) => other.written);
      return entry === null ? this.same(this.stems ? pir.porter(word) : word, (other) => other.stem) : entry;
    }

    /* Notes where the postings of an unread word would be. */
    foresee(word) {
      if (kindOf(word) === "words") this.shards.foresee(this.stems ? pir.porter(word) : word);
    }

    spellings(entry) {
      if (this.stems) return [entry.written ? pir.porter(entry.word) : entry.word];
      const words = [];
      const kind = kindOf(entry.word);
      (this.shard(kind, this.first(kind, entry.word)) || []).forEach((other) => {
        if (other.term === entry.term) words.push(other.word);
      });
      return words.length ? words : [entry.word];
    }

    beginning(prefix) {
      const best = new Map();
      (kindOf(prefix) === "names" ? ["names"] : ["words", "names"]).every((kind) => {
        if (best.size >= this.ranking.expansions) return false;
        const limit = this.first(kind, prefix) + this.ranking.prefix_shards;
        const whole = this.from(
          kind,
          prefix,
          (entry, at) => {
            if (!entry.word.startsWith(prefix) || at >= limit) return false;
            if (!best.has(entry.term)) best.set(entry.term, entry);
            return true;
          },
          (start, at) => start.startsWith(prefix) && at < limit,
        );
        return whole || prefix.length >= FEW; // then what comes next is asked for with what is missing
      });
      return Array.from(best.values()).sort(byRarity).slice(0, this.ranking.expansions);
    }

    mend(word) {
      const characters = Array.from(word);
      const initial = characters[0];
      const limit = characters.length >= 8 ? 2 : 1;
      let best = null;
      let distance = limit + 1;
      this.from(
        "words",
        initial,
        (entry) => {
          if (!entry.word.startsWith(initial)) return false;
          if (!entry.written || Math.abs(entry.word.length - word.length) > 2 * limit) return true;
          const other = Array.from(entry.word);
          if (other.length < SHORTEST || Math.abs(other.length - characters.length) > limit) return true;
          const slips = slipsBetween(characters, other, limit);
          if (slips < distance || (slips === distance && slips <= limit && byRarity(entry, best) < 0)) {
            best = entry;
            distance = slips;
          }
          return true;
        },
        (start) => start.startsWith(initial),
      );
      return best;
    }
  }

  function byRarity(one, other) {
    return one.idf - other.idf || one.term - other.term;
  }

  /* How many slips (too many, too few, wrong, two swapped) lie between two words, at most `limit` + 1. */
  function slipsBetween(one, other, limit) {
    let before = [];
    let last = [];
    for (let j = 0; j <= other.length; j++) last.push(j);
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= other.length; j++) {
        const cost = one[i - 1] === other[j - 1] ? 0 : 1;
        let best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
          best = Math.min(best, before[j - 2] + 1);
        }
        row.push(best);
        if (best < least) least = best;
      }
      if (least > limit) return limit + 1;
      before = last;
      last = row;
    }
    return last[other.length];
  }

  function mendable(word) {
    return Array.from(word).length >= SHORTEST && kindOf(word) === "words" && !pir.paired(word);
  }

  pir.Dictionary = Dictionary;
  pir.mendable = mendable;
})();
