/* The plan of a query: from any text to the few terms worth ranking by. The twin of search/query_plan.py.
 *
 * new pir.Planner(manifest, dictionary).plan(text) is {slots, corrections, synonyms, unknown}. A slot is a map from terms
 * to an answer {entries, weight}; one of several entries is a phrase: only all of them answer.
 * pir.isNumbered(text) is whether a chunk is one of a series, such as INC-46081.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const NAME = /^(?:[A-Z][A-Za-z0-9]+|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+)$/; // what, where it has parts, names one thing
  const NUMBERED = /^(?:[A-Z]{2,}(?:[-_][0-9]+)+|[A-Za-z]{2,4}[-_]?[0-9]{4,}(?:[-_][0-9]+)*)$/; // one of a series
  const SERIES_OR_NUMBER = /[A-Za-z]+|[0-9]+/g;

  function add(slot, entries, weight) {
    const key = entries.map((entry) => entry.term).join(" ");

    const known = slot.get(key);
    if (!known || known.weight < weight) slot.set(key, { entries, weight });
  }

  function worth(slot) {
    let most = 0;
    slot.forEach((answer) => {
      answer.entries.forEach((entry) => {
        most = Math.max(most, entry.idf * answer.weight);
      });
    });
    return most;
  }

  class Planner {
    constructor(manifest, dictionary) {
      this.dictionary = dictionary;
      this.ranking = manifest.ranking;
      this.stop = new Set(manifest.stop);
      this.alert = new Set(manifest.alert);
      this.synonyms = new Map(Object.entries(manifest.synonyms));
      this.written = new Map(Object.entries(manifest.synonyms_written));
    }

    plan(text) {
      if (text.length > this.ranking.max_text) {
        text = Array.from(text.slice(0, 2 * this.ranking.max_text))
          .slice(0, this.ranking.max_text)
          .join("");
      } // characters, as Python counts
      const plan = { corrections: [], synonyms: [], unknown: [], unread: [] };
      const slots = new Map();
      let sequence = [];
      const chunks = [];
      const tokens = pir.read(text);
      const quiet = tokens.length > this.ranking.short ? this.alert : new Set();
      for (let at = 0; at < tokens.length && slots.size < this.ranking.max_words; at++) {
        let token = tokens[at];
        const typed = text.slice(token.start, token.end);
        const series = token.whole && NUMBERED.test(typed) ? token.parts : [];
        // what the series is called says nothing of the one
        if (series.length) token = Object.assign({}, token, { parts: [], words: [token.whole] });
        const begun =
          at === tokens.length - 1 &&
          ["", "-", "_"].includes(text.slice(token.end)) &&
          (at === 0 ||
            pir.paired(text.slice(token.start)) ||
            Array.from(token.words[token.words.length - 1]).length >= this.ranking.prefix);
        const isName = token.parts.length > 0 && NAME.test(typed);
        this.ask(token, typed, slots, plan, quiet, begun, tokens.length < this.ranking.long, isName);
        if (series.length > 1 && series.length === typed.match(SERIES_OR_NUMBER).length) {
          const apart = this.phrase(series);
          if (apart) add(slots.get(token.whole), apart, this.ranking.part);
        }
        const asked = isName ? token.words.slice(0, 1) : token.words;
        chunks.push({ token, words: asked.filter((word) => !this.stop.has(word)) });
        sequence = sequence.concat(this.spoken(token));
      }
      const held = new Set(this.alert);
      slots.forEach((slot, word) => {
        if (slot.size) held.add(word);
      });
      const related = this.relate(sequence, slots, held);
      // a text that was pasted, not typed: what its words are found in is loaded along with them
      if (plan.unread.length > 1) {
        plan.unread.forEach((word) => {
          this.dictionary.foresee(word);
        });
      }
      const named = new Set();
      chunks.forEach((chunk) => {
        const typed = Array.from(text.slice(chunk.token.start, chunk.token.end))
          .slice(0, this.ranking.quoted_chunk)
          .join("");
        if (!chunk.words.length || named.has(typed) || chunk.words.some((word) => held.has(word))) return;
        named.add(typed);
        const first = chunk.words.find((word) => related.has(word));
        const synonym = first && related.get(first);
        if (synonym) plan.synonyms.push([typed, this.written.get(synonym) || synonym]);
        else plan.unknown.push(typed);
      });
      plan.slots = Array.from(slots.values())
        .filter((slot) => slot.size)
        .sort((one, other) => worth(other) - worth(one))
        .slice(0, this.ranking.max_slots);
      return plan;
    }

    ask(token, typed, slots, plan, quiet, begun, mend, isName) {
      let known = true;
      const domain = isName && typed.includes(".") ? token.words[token.words.length - 1] : null;
      token.words.forEach((word, at) => {
        if (this.stop.has(word) || slots.has(word)) return;
        const slot = new Map();
        slots.set(word, slot);
        const entry = this.dictionary.find(word);
        if (at === 0) known = Boolean(entry);
        else if (isName && !known && this.alert.has(word)) return; // EAI_AGAIN: the words of alerts say nothing
        if (entry === undefined) {
          if (!quiet.has(word)) plan.unread.push(word);
          if (begun && at === 0) this.dictionary.beginning(word);
          return;
        }
        const slight = quiet.has(word) || (word === domain && !known);
        const weight = slight
          ? this.ranking.alert
          : at === 0
            ? this.ranking.whole
            : known
              ? this.ranking.part
              : this.ranking.left;
        if (entry) add(slot, [entry], weight);
        if (begun && (at === 0 || at === token.words.length - 1)) {
          this.dictionary.beginning(word).forEach((longer, _, found) => {
            const most = (entry || found[0]).idf;
            if (longer.idf > most) longer = Object.assign({}, longer, { idf: most });
            add(slot, [longer], Math.floor((weight * this.ranking.begun) / this.ranking.whole));
          });
        }
        const mayBeSlip =
          !slot.size && !this.alert.has(word) && pir.mendable(word) && !(at === 0 && token.parts.length);
        if (mend && mayBeSlip && plan.corrections.length < this.ranking.max_mended) {
          const meant = this.dictionary.mend(word);
          if (meant) {
            add(slot, [meant], Math.floor((weight * this.ranking.mended) / this.ranking.whole));
            plan.corrections.push([word, meant.word]);
          }
        }
      });
    }

    /* Adds synonyms, and two words written as one, whose words are added to `held`. Gives the first synonym of each word. */
    relate(sequence, slots, held) {
      const dictionary = this.dictionary;
      const related = new Map();
      for (let at = 0; at < sequence.length; at++) {
        for (let length = 1; length <= 3 && at + length <= sequence.length; length++) {
          const words = sequence.slice(at, at + length);
          const stems = dictionary.stems ? words.map(pir.porter) : words;
          const others = this.synonyms.get(words.join(" ")) || this.synonyms.get(stems.join(" ")) || [];
          const found = others.filter((other) => this.phrase(other.split(" ")));
          if (!found.length) continue;
          words.forEach((word) => {
            if (!related.has(word)) related.set(word, found[0]);
          });
          let slot = slots.get(words[0]);
          if (length > 1) {
            slots.set("=" + words.join(" "), (slot = new Map()));
            const itself = this.phrase(words);
            if (itself) add(slot, itself, this.ranking.itself); // its words have slots of their own
          }
          found.forEach((other) => {
            const entries = this.phrase(other.split(" "));
            add(
              slot,
              entries,
              length === 1 && entries.length === 1 ? this.ranking.synonym : this.ranking.phrase * length,
            );
          });
        }
        const pair = at + 1 < sequence.length ? sequence[at] + sequence[at + 1] : "";
        if (pair && !slots.has(pair) && pir.mendable(pair)) {
          const entry = dictionary.find(pair);
          if (entry) {
            slots.set(pair, new Map());
            add(slots.get(pair), [entry], this.ranking.joined);
            held.add(sequence[at]).add(sequence[at + 1]);
          }
        }
      }
      return related;
    }

    /* The words of `token` for synonyms: its whole where it is known or has synonyms itself, else its parts. */
    spoken(token) {
      const [whole, ...parts] = token.words;
      const known = this.synonyms.has(whole) || this.dictionary.find(whole) !== null;
      const spoken = known || !parts.length ? [whole] : parts;
      return spoken.filter((word) => !this.stop.has(word));
    }

    /* The entries of all of `words`; null if one is unknown. */
    phrase(words) {
      const found = words.map((word) => this.dictionary.find(word));
      return found.every(Boolean) ? found : null;
    }
  }

  pir.Planner = Planner;
  pir.isNumbered = (text) => NUMBERED.test(text);
  pir.worth = worth;
})();
