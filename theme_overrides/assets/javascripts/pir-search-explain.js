/* Why a document matched: the words asked for, marked where they stand. The twin of search/explain.py.
 *
 * pir.queryTerms(slots, dictionary)              the terms asked for: {idf, answers, ranking, term(word)}
 * pir.explain(fields, wanted, present, rest) [{field, snippet, marks}] for fields of [name, text];
 *                                                  rest() is what leads the document, and its body
 */
(() => {
  "use strict";
  const pir = window.pir;

  pir.queryTerms = (slots, dictionary) => {
    const words = new Map();
    const idf = new Map();
    const answers = [];
    slots.forEach((slot) => {
      slot.forEach((answer) => {
        answers.push(answer.entries.map((entry) => entry.term));
        answer.entries.forEach((entry) => {
          idf.set(entry.term, entry.idf);
          dictionary.spellings(entry).forEach((word) => {
            words.set(word, entry.term);
          });
        });
      });
    });
    return {
      idf,
      answers,
      ranking: dictionary.ranking,
      term(word) {
        return words.get(dictionary.stems ? pir.porter(word) : word);
      },
    };
  };

  function gain(terms, wanted, covered) {
    let sum = 0;
    new Set(terms).forEach((term) => {
      if (!covered || !covered.has(term)) sum += wanted.idf.get(term);
    });
    return sum;
  }

  function termsOf(marks) {
    return marks.map((mark) => mark[2]);
  }

  function explain(fields, wanted, present, rest) {
    const read = fields.map((field) => ({
      field: field[0],
      text: field[1],
      marks: marksIn(field[1], wanted, present),
    }));
    const matches = read.filter((one) => one.field === "title" && one.marks.length).map((one) => shown(one, wanted));
    const candidates = read.filter((one) => one.field !== "title");
    const titled = new Set();
    read.forEach((one) => {
      if (one.field === "title") {
        termsOf(one.marks).forEach((term) => {
          titled.add(term);
        });
      }
    });
    const covered = new Set();
    for (let part = 0; part < wanted.ranking.parts; part++) {
      let best = null;
      let most = 0;
      candidates.forEach((one) => {
        // an id tells no more than the title it was made from
        const known = one.field === "id" ? new Set(Array.from(covered).concat(Array.from(titled))) : covered;
        const value = gain(termsOf(one.marks), wanted, known);
        if (value > most) {
          most = value;
          best = one;
        }
      });
      if (!best) break;
      termsOf(best.marks).forEach((term) => {
        covered.add(term);
      });
      matches.push(shown(best, wanted));
    }
    const unseen = new Set(present);
    read.forEach((one) => {
      termsOf(one.marks).forEach((term) => {
        unseen.delete(term);
      });
    });
    if (matches.length < wanted.ranking.parts + 1 && unseen.size) {
      let found = null;
      let shows = 0;
      rest().forEach((text, at, texts) => {
        const one = { field: at < texts.length - 1 ? "lead" : "body", text, marks: marksIn(text, wanted, unseen) };
        const value = gain(termsOf(one.marks), wanted);
        if (value > shows) {
          shows = value;
          found = one;
        }
      });
      if (found) matches.push(shown(found, wanted));
    }
    return matches;
  }

  function marksIn(text, wanted, present) {
    const marks = [];
    pir.read(text).forEach((token) => {
      let pieces = [[token.start, token.end]];
      const pairs = !token.whole && pir.paired(text.slice(token.start, token.end));
      if (pairs) {
        pieces = [];
        let at = token.start;
        const ends = [];
        Array.from(text.slice(token.start, token.end)).forEach((character) => {
          ends.push(at, (at += character.length));
        });
        for (let pair = 0; pair < Math.max(ends.length / 2 - 1, 1); pair++) {
          pieces.push([ends[2 * pair], ends[Math.min(2 * pair + 3, ends.length - 1)]]);
        }
      }
      pieces.forEach((piece) => {
        const words = pieces.length === 1 ? token.words : pir.wordsOf(text.slice(piece[0], piece[1]));
        new Set(words.map(wanted.term)).forEach((term) => {
          if (term !== undefined && present.has(term)) marks.push([piece[0], piece[1], term]);
        });
      });
    });
    return marks;
  }

  /* The stretch of a text that shows most of what is marked, and the marks in it, joined where they overlap. */
  function shown(one, wanted) {
    const text = one.text.replace(/[\t\n\v\f\r]/g, " ");
    const marks = one.marks;
    let low = 0;
    let high = text.length;
    let space;
    if (text.length > wanted.ranking.snippet) {
      let first = 0;
      let most = -1;
      marks.slice(0, wanted.ranking.starts).forEach((mark, at) => {
        const inside = marks
          .slice(at, at + wanted.ranking.near)
          .filter((other) => other[1] <= mark[0] + wanted.ranking.within);
        const value = gain(termsOf(inside), wanted);
        if (value > most) {
          most = value;
          first = mark[0];
        }
      });
      low = Math.max(0, first - wanted.ranking.before);
      if (low) {
        space = text.indexOf(" ", low);
        low = space >= 0 && space < first ? space + 1 : first;
      }
      high = Math.min(text.length, low + wanted.ranking.snippet);
      if (high < text.length) {
        space = text.lastIndexOf(" ", high - 1);
        if (space >= first + wanted.ranking.within / 2) high = space;
      }
    }
    const lead = low ? "\u2026" : "";
    const shift = lead.length - low;
    const joined = [];
    marks.forEach((mark) => {
      if (mark[0] < low || mark[1] > high) return;
      const final = joined[joined.length - 1];
      if (final && mark[0] + shift < final[1]) final[1] = Math.max(mark[1] + shift, final[1]);
      else joined.push([mark[0] + shift, mark[1] + shift]);
    });
    return {
      field: one.field,
      snippet: lead + text.slice(low, high) + (high < text.length ? "\u2026" : ""),
      marks: joined,
    };
  }

  pir.explain = explain;
})();
