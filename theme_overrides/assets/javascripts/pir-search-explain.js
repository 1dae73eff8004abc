/* Why a document matched: the words asked for, marked where they stand. The twin of search/explain.py.
 *
 * pirSearch.wanted(slots, dictionary)              the terms asked for: {idf, answers, term(word)}
 * pirSearch.explain(fields, wanted, present, rest) [{field, snippet, marks}] for fields of [name, text];
 *                                                  rest() is what leads the document, and its body
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var SNIPPET = 180,
    WITHIN = 150,
    BEFORE = 40,
    PARTS = 2,
    STARTS = 200,
    NEAR = 40;

  pirSearch.wanted = function (slots, dictionary) {
    var words = new Map(),
      idf = new Map(),
      answers = [];
    slots.forEach(function (slot) {
      slot.forEach(function (answer) {
        answers.push(
          answer.entries.map(function (entry) {
            return entry.term;
          }),
        );
        answer.entries.forEach(function (entry) {
          idf.set(entry.term, entry.idf);
          dictionary.spellings(entry).forEach(function (word) {
            words.set(word, entry.term);
          });
        });
      });
    });
    return {
      idf: idf,
      answers: answers,
      term: function (word) {
        return words.get(dictionary.stems ? pirSearch.porter(word) : word);
      },
    };
  };

  function gain(terms, wanted, covered) {
    var sum = 0;
    new Set(terms).forEach(function (term) {
      if (!covered || !covered.has(term)) sum += wanted.idf.get(term);
    });
    return sum;
  }

  function termsOf(marks) {
    return marks.map(function (mark) {
      return mark[2];
    });
  }

  function explain(fields, wanted, present, rest) {
    var read = fields.map(function (field) {
      return { field: field[0], text: field[1], marks: marksIn(field[1], wanted, present) };
    });
    var matches = read
      .filter(function (one) {
        return one.field === "title" && one.marks.length;
      })
      .map(function (one) {
        return shown(one, wanted);
      });
    var candidates = read.filter(function (one) {
      return one.field !== "title";
    });
    var titled = new Set();
    read.forEach(function (one) {
      if (one.field === "title")
        termsOf(one.marks).forEach(function (term) {
          titled.add(term);
        });
    });
    var covered = new Set();
    for (var part = 0; part < PARTS; part++) {
      var best = null,
        most = 0;
      candidates.forEach(function (one) {
        // an id tells no more than the title it was made from
        var told = one.field === "id" ? new Set(Array.from(covered).concat(Array.from(titled))) : covered;
        var value = gain(termsOf(one.marks), wanted, told);
        if (value > most) {
          most = value;
          best = one;
        }
      });
      if (!best) break;
      termsOf(best.marks).forEach(function (term) {
        covered.add(term);
      });
      matches.push(shown(best, wanted));
    }
    var unseen = new Set(present);
    read.forEach(function (one) {
      termsOf(one.marks).forEach(function (term) {
        unseen.delete(term);
      });
    });
    if (matches.length < PARTS + 1 && unseen.size) {
      var found = null,
        shows = 0;
      rest().forEach(function (text, at, texts) {
        var one = { field: at < texts.length - 1 ? "lead" : "body", text: text, marks: marksIn(text, wanted, unseen) };
        var value = gain(termsOf(one.marks), wanted);
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
    var marks = [];
    pirSearch.read(text).forEach(function (token) {
      var pieces = [[token.start, token.end]];
      var pairs = !token.whole && pirSearch.paired(text.slice(token.start, token.end));
      if (pairs) {
        pieces = [];
        var at = token.start,
          ends = [];
        Array.from(text.slice(token.start, token.end)).forEach(function (character) {
          ends.push(at, (at += character.length));
        });
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
    var text = one.text.replace(/[\t\n\v\f\r]/g, " "),
      marks = one.marks,
      low = 0,
      high = text.length,
      space;
    if (text.length > SNIPPET) {
      var first = 0,
        most = -1;
      marks.slice(0, STARTS).forEach(function (mark, at) {
        var inside = marks.slice(at, at + NEAR).filter(function (other) {
          return other[1] <= mark[0] + WITHIN;
        });
        var value = gain(termsOf(inside), wanted);
        if (value > most) {
          most = value;
          first = mark[0];
        }
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
    var lead = low ? "\u2026" : "",
      shift = lead.length - low,
      joined = [];
    marks.forEach(function (mark) {
      if (mark[0] < low || mark[1] > high) return;
      var final = joined[joined.length - 1];
      if (final && mark[0] + shift < final[1]) final[1] = Math.max(mark[1] + shift, final[1]);
      else joined.push([mark[0] + shift, mark[1] + shift]);
    });
    return {
      field: one.field,
      snippet: lead + text.slice(low, high) + (high < text.length ? "\u2026" : ""),
      marks: joined,
    };
  }

  pirSearch.explain = explain;
})();
