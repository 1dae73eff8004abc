/* How search reads text in the browser: the rules of docs/search-tokeniser.md, as in search/analysis.py.
 *
 * pir.read(text)   the chunks that hold a word: [{start, end, whole, parts, words}], in UTF-16 units
 * pir.porter(word) lunr's English stem
 *
 * Both readers must produce what tests/search/vectors.json holds.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const MAX_WORD = 48;
  const MAX_LEAVES = 12;
  const PAIRED =
    "\\u3005-\\u3007\\u3041-\\u3096\\u309d-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3131-\\u318e" +
    "\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}";
  const WORD =
    "0-9A-Za-z\\u00aa\\u00ad\\u00b2-\\u00b3\\u00b5\\u00b9-\\u00ba\\u00bc-\\u00be\\u00c0-\\u00d6\\u00d8-\\u00f6" +
    "\\u00f8-\\u037d\\u037f-\\u0386\\u0388-\\u0559\\u0560-\\u0588\\u0591-\\u05bd\\u05bf\\u05c1-\\u05c2\\u05c4-\\u05f2" +
    "\\u0610-\\u061a\\u0620-\\u0669\\u066e-\\u06d3\\u06d5-\\u06ff\\u0710-\\u0963\\u0966-\\u0e4e\\u0e50-\\u0e59" +
    "\\u0e80-\\u0f00\\u0f18-\\u0f39\\u0f3e-\\u1049\\u1050-\\u10fa\\u10fc-\\u135f\\u1369-\\u166c\\u166f-\\u17d3" +
    "\\u17e0-\\u17ff\\u180b-\\u1fff\\u200b-\\u200d\\u2060\\u2071\\u207f-\\u2089\\u2090-\\u209c\\u2c00-\\u2dff" +
    "\\ua4d0-\\uabff\\ufb00-\\ufdff\\ufe20-\\ufe2f\\ufe70-\\ufeff\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a" +
    "\\u{10000}-\\u{1efff}";

  const CHUNK = new RegExp(
    "[" + PAIRED + "]+|[" + WORD + "]+(?:(?:://|::|[-_.:@/\\\\'\\u2019])[" + WORD + "]+)*",
    "gu",
  );
  const PAIRED_AT = new RegExp("^[" + PAIRED + "]", "u");
  const COARSE = new RegExp("[^\\-_." + WORD + "]+", "u");
  const MARKS = /[\u0300-\u036f]/g;
  const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
  const ASCII = /^[\0-\x7f]*$/;
  const CLOCK = /^[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.:][0-9]+)?)?[Zz]?$/;
  const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt][0-9]{2}(?::.*)?)?$/s;
  const LETTERS = {
    "\u00df": "ss",
    "\u1e9e": "Ss",
    "\u00e6": "ae",
    "\u00c6": "Ae",
    "\u0153": "oe",
    "\u0152": "Oe",
    "\u00f8": "o",
    "\u00d8": "O",
    "\u0111": "d",
    "\u0110": "D",
    "\u00f0": "d",
    "\u00d0": "D",
    "\u0142": "l",
    "\u0141": "L",
    "\u00fe": "th",
    "\u00de": "Th",
    "\u0131": "i",
  };
  const SPECIAL = new RegExp("[" + Object.keys(LETTERS).join("") + "]", "g");

  function fold(chunk) {
    if (ASCII.test(chunk)) return chunk;
    return chunk
      .normalize("NFKD")
      .replace(MARKS, "")
      .normalize("NFC")
      .replace(INVISIBLE, "")
      .replace(SPECIAL, (letter) => LETTERS[letter]);
  }

  function lower(word) {
    return word.toLowerCase().replace(/\u03c2/g, "\u03c3");
  }

  function length(word) {
    return ASCII.test(word) ? word.length : Array.from(word).length;
  }

  function join(leaves) {
    let whole = "";
    leaves.forEach((leaf) => {
      whole += /[0-9]$/.test(whole) && /^[0-9]/.test(leaf) ? "." + leaf : leaf;
    });
    return whole;
  }

  function camel(segment) {
    if (!/^[0-9A-Za-z]+$/.test(segment) || /^[A-Z]{2,}s$/.test(segment)) return [segment];
    const pieces = segment
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .replace(/([A-Z0-9])([A-Z][a-z])/g, "$1 $2")
      .split(" ");
    return pieces.length <= 6 ? pieces : [segment];
  }

  function digits(piece) {
    const match = /^([A-Za-z]{3,})([0-9]+)$/.exec(piece);
    return match ? [match[1], match[2]] : [piece];
  }

  const SPLITTERS = [
    (text) => text.split(COARSE),
    (text) => text.split("."),
    (text) => text.split(/[-_]/),
    camel,
    digits,
  ];

  /* The finest parts of a text; the whole of each compound on the way goes to `wholes`. */
  function leavesOf(text, level, wholes) {
    if (level === SPLITTERS.length) return [lower(text)];
    const pieces = SPLITTERS[level](text).filter(Boolean);
    let leaves = [];
    pieces.forEach((piece) => {
      leaves = leaves.concat(leavesOf(piece, level + 1, wholes));
    });
    if (pieces.length > 1 && leaves.length <= MAX_LEAVES) wholes.push(join(leaves));
    return leaves;
  }

  function telling(part) {
    return length(part) > (/^[0-9]+$/.test(part) ? 2 : 1);
  }

  function distinct(words) {
    return Array.from(new Set(words));
  }

  function readChunk(chunk) {
    const folded = fold(chunk)
      .replace(/['\u2019][sS]$/, "")
      .replace(/['\u2019]/g, "");
    if (PAIRED_AT.test(folded)) {
      const characters = Array.from(folded);
      const pairs = [];
      for (let at = 0; at < Math.max(characters.length - 1, 1); at++) {
        pairs.push(lower(characters.slice(at, at + 2).join("")));
      }
      return { whole: "", parts: distinct(pairs) };
    }
    if (CLOCK.test(folded)) return { whole: "", parts: [] };
    const date = DATE.exec(folded);
    if (date) return { whole: date.slice(1, 4).join("."), parts: [] };
    const wholes = [];
    const leaves = leavesOf(folded, 0, wholes).filter(Boolean);
    if (leaves.length === 1) {
      const word = leaves[0];
      return { whole: length(word) <= MAX_WORD && (length(word) > 1 || !ASCII.test(word)) ? word : "", parts: [] };
    }
    let whole = wholes.length && leaves.length <= MAX_LEAVES ? wholes.pop() : "";
    if (length(whole) > MAX_WORD) whole = "";
    const parts = distinct(wholes.concat(leaves.filter(telling))).filter(
      (part) => part !== whole && length(part) <= MAX_WORD,
    );
    return { whole, parts };
  }

  const known = new Map();

  function chunkOf(text) {
    let found = known.get(text);
    if (!found) {
      found = readChunk(text);
      found.words = found.whole ? [found.whole].concat(found.parts) : found.parts;
      if (known.size > 20000) known.clear();
      known.set(text, found);
    }
    return found;
  }

  function read(text) {
    const tokens = [];
    let match;
    CHUNK.lastIndex = 0;
    while ((match = CHUNK.exec(text))) {
      const chunk = chunkOf(match[0]);
      if (chunk.words.length) {
        tokens.push({
          start: match.index,
          end: match.index + match[0].length,
          whole: chunk.whole,
          parts: chunk.parts,
          words: chunk.words,
        });
      }
    }
    return tokens;
  }

  /* Porter's algorithm (M. F. Porter, "An algorithm for suffix stripping", 1980) with the departures that lunr's
     Python stemmer has, the stem of which is what an index holds. The rules of a step are tried in order. */
  const DOUBLE = [
    ["ational", "ate"],
    ["tional", "tion"],
    ["enci", "ence"],
    ["anci", "ance"],
    ["izer", "ize"],
    ["bli", "ble"],
    ["alli", "al"],
    ["entli", "ent"],
    ["eli", "e"],
    ["ousli", "ous"],
    ["ization", "ize"],
    ["ation", "ate"],
    ["ator", "ate"],
    ["alism", "al"],
    ["iveness", "ive"],
    ["fulness", "ful"],
    ["ousness", "ous"],
    ["aliti", "al"],
    ["iviti", "ive"],
    ["biliti", "ble"],
    ["logi", "log"],
  ];
  const ENDING = [
    ["icate", "ic"],
    ["ative", ""],
    ["alize", "al"],
    ["iciti", "ic"],
    ["ical", "ic"],
    ["ful", ""],
    ["ness", ""],
  ];
  const LAST = [
    "al",
    "ance",
    "ence",
    "er",
    "ic",
    "able",
    "ible",
    "ant",
    "ement",
    "ment",
    "ent",
    "sion",
    "tion",
    "ou",
    "ism",
    "ate",
    "iti",
    "ous",
    "ive",
    "ize",
  ];

  /* The word with c for a consonant and v for a vowel: a y is a vowel after a consonant. */
  function shape(word) {
    let out = "";
    for (let at = 0; at < word.length; at++) {
      const letter = word[at];
      const vowel = "aeiou".includes(letter) || (letter === "y" && at > 0 && out[at - 1] === "c");
      out += vowel ? "v" : "c";
    }
    return out;
  }

  function measure(stem) {
    return (shape(stem).match(/v+c+/g) || []).length;
  }

  function hasVowel(stem) {
    return shape(stem).includes("v");
  }

  function doubled(word) {
    const end = word.length - 1;
    return end > 0 && word[end] === word[end - 1] && shape(word)[end] === "c";
  }

  function short(word) {
    return shape(word).endsWith("cvc") && !/[wxy]$/.test(word);
  }

  function without(word, suffix) {
    return word.slice(0, word.length - suffix.length);
  }

  function replaced(word, rules) {
    const rule = rules.find(([suffix]) => word.endsWith(suffix));
    if (!rule) return word;
    const stem = without(word, rule[0]);
    return measure(stem) > 0 ? stem + rule[1] : word;
  }

  function plain(word) {
    if (word.endsWith("s")) {
      if (word.endsWith("sses") || word.endsWith("ies")) word = word.slice(0, -2);
      else if (word[word.length - 2] !== "s") word = word.slice(0, -1);
    }
    if (word.endsWith("eed")) return measure(without(word, "eed")) > 0 ? word.slice(0, -1) : word;
    const suffix = word.endsWith("ed") ? "ed" : word.endsWith("ing") ? "ing" : "";
    if (!suffix || !hasVowel(without(word, suffix))) return word;
    word = without(word, suffix);
    if (/(?:at|bl|iz)$/.test(word)) return word + "e";
    if (doubled(word)) return /[lsz]$/.test(word) ? word : word.slice(0, -1);
    return measure(word) === 1 && short(word) ? word + "e" : word;
  }

  function last(word) {
    const suffix = LAST.find((one) => word.endsWith(one));
    if (!suffix) return word;
    const stem = /[st]ion/.test(suffix) ? word.slice(0, -3) : without(word, suffix);
    return measure(stem) > 1 ? stem : word;
  }

  function tidy(word) {
    let stem = word;
    if (word.endsWith("e")) {
      const before = word.slice(0, -1);
      if (measure(before) > 1 || (measure(before) === 1 && !short(before))) stem = before;
    }
    return stem.endsWith("l") && doubled(stem) && measure(word) > 1 ? stem.slice(0, -1) : stem;
  }

  const stems = new Map();

  function porter(word) {
    if (!/^[a-z]{3,}$/.test(word)) return word;
    let stem = stems.get(word);
    if (stem === undefined) {
      stem = plain(word);
      if (stem.endsWith("y") && hasVowel(stem.slice(0, -1))) stem = stem.slice(0, -1) + "i";
      stem = tidy(last(replaced(replaced(stem, DOUBLE), ENDING)));
      if (stems.size > 50000) stems.clear();
      stems.set(word, stem);
    }
    return stem;
  }

  pir.read = read;
  pir.porter = porter;
  pir.paired = (text) => PAIRED_AT.test(text);
  pir.wordsOf = (chunk) => chunkOf(chunk).words;
})();
