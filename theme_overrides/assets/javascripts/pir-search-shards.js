/* Loading and unpacking the shards of an index: the twin of search/shards.py.
 *
 * pir.load(url)                    a promise of what a shard file holds
 * new pir.Shards(folder, manifest) .shard(), .row(), .place(); .whole(work) runs `work` until no shard is missing
 * pir.unpack(text)                 packed numbers; unpackRising, unpackWords, unpackPostings likewise
 *
 * Shards are script files that call pir.shard(name, data): that works from file://, where a page may not fetch,
 * and under a policy of script-src 'self'.
 */
(() => {
  "use strict";
  const pir = window.pir;

  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const VALUE = new Uint8Array(128);
  for (let code = 0; code < 64; code++) VALUE[ALPHABET.charCodeAt(code)] = code;

  const HASH = 12; // characters of each hash in the manifest

  const arriving = {};
  const loading = {};

  pir.shard = (name, data) => {
    const script = document.currentScript;
    if (script && arriving[script.src]) arriving[script.src](data);
  };

  /* A promise of the content of a shard file; a file that is on its way is not asked for again. */
  function load(url) {
    const script = document.createElement("script");
    script.charset = "utf-8";
    script.src = url;
    const source = script.src;
    if (!loading[source]) {
      loading[source] = new Promise((resolve, reject) => {
        arriving[source] = resolve;
        const ended = () => {
          delete arriving[source];
          delete loading[source];
          script.remove();
          reject(new Error("The search index could not be loaded: " + url)); // of no effect where the file has arrived
        };
        script.addEventListener("load", ended);
        script.addEventListener("error", ended);
        document.head.appendChild(script);
      });
    }
    return loading[source];
  }

  /* What a packed text holds: JSON, compressed, in base64. */
  async function unpackText(packed) {
    const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  }

  class Shards {
    constructor(folder, manifest) {
      this.folder = folder;
      this.manifest = manifest;
      this.begin = {};
      this.loaded = {};
      this.missing = {};
      this.ahead = {};
    }

    starts(kind) {
      if (!this.begin[kind]) {
        const packed = this.manifest[kind][0];
        this.begin[kind] = packed[0] === "w" ? unpackWords(packed.slice(1)) : unpackRising(packed.slice(1));
      }
      return this.begin[kind];
    }

    count(kind) {
      return this.starts(kind).length;
    }

    start(kind, at) {
      return this.starts(kind)[at];
    }

    place(kind, key) {
      const starts = this.starts(kind);
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (starts[middle] <= key) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    }

    /* The decoded shard, or undefined where it has still to be loaded: then it is noted as missing. */
    shard(kind, at, decode) {
      const name = kind + " " + at;
      let found = this.loaded[name];
      if (!found) {
        const content = this.manifest[kind][1];
        if (typeof content === "string") {
          this.missing[name] = fileName(kind, at, content);
          return undefined;
        }
        found = { raw: content[at] };
      }
      if ("raw" in found) found = this.loaded[name] = { whole: decode ? decode(found.raw) : found.raw };
      return found.whole;
    }

    /* The shard of texts with this hash, or undefined likewise. */
    texts(hash) {
      const name = "texts " + hash;
      if (this.loaded[name]) return this.loaded[name].raw;
      if (!this.manifest.texts[hash]) this.missing[name] = "texts-" + hash;
      return this.manifest.texts[hash];
    }

    row(kind, number) {
      const at = this.place(kind, number);
      const rows = this.shard(kind, at);
      return rows && rows[number - this.start(kind, at)];
    }

    lacking() {
      return Object.keys(this.missing).length > 0;
    }

    /* Notes the shard that holds the postings of `stem`, if it is a term: then they come along with the dictionary. */
    foresee(stem) {
      const at = this.place("ahead", stem);
      const hashes = this.manifest.postings[1];
      const name = "postings " + at;
      if (at < 0 || typeof hashes !== "string" || this.loaded[name]) return;
      this.ahead[name] = fileName("postings", at, hashes);
    }

    /* Runs `work` until it misses no shard. */
    whole(work) {
      this.missing = {};
      this.ahead = {};
      const result = work();
      const names = Object.keys(this.missing);
      if (!names.length) return Promise.resolve(result);
      const ask = (name, file) =>
        load(this.folder + file + ".js")
          .then((data) => (name.startsWith("texts ") ? unpackText(data) : data))
          .then((data) => {
            if (!this.loaded[name]) this.loaded[name] = { raw: data };
          });
      const needed = names.map((name) =>
        ask(name, this.missing[name]).catch((error) => {
          // a visitor without a network may not have the texts to quote from, an old browser does not unpack them; the
          // results stand without
          if (!name.startsWith("texts ")) throw error;
          this.loaded[name] = { raw: [] };
        }),
      );
      Object.keys(this.ahead).forEach((name) => {
        ask(name, this.ahead[name]).catch(() => {
          /* where it is needed, it is asked for again */
        });
      });
      return Promise.all(needed).then(() => this.whole(work));
    }
  }

  function fileName(kind, at, hashes) {
    return kind + "-" + hashes.slice(HASH * at, HASH * (at + 1));
  }

  function unpack(packed) {
    const numbers = [];
    let number = 0;
    let shift = 0;
    for (let at = 0; at < packed.length; at++) {
      const value = VALUE[packed.charCodeAt(at)];
      number |= (value & 31) << shift;
      if (value & 32) shift += 5;
      else {
        numbers.push(number);
        number = shift = 0;
      }
    }
    return numbers;
  }

  /* Numbers none of which is less than the one before. */
  function unpackRising(packed) {
    let sum = 0;
    return unpack(packed).map((distance) => (sum += distance));
  }

  function unpackWords(packed) {
    let before = "";
    return packed
      ? packed.split(" ").map((line) => (before = before.slice(0, VALUE[line.charCodeAt(0)]) + line.slice(1)))
      : [];
  }

  function rice(numbers, span) {
    return Math.max(31 - Math.clz32((Math.floor(span / numbers) * 11) >> 4), 0);
  }

  /* A list of postings, six bits a character: how many (gamma), then for each the distance to the one before (Rice)
     and the place of its level in `levels` (gamma). */
  function unpackPostings(packed, span, levels) {
    let at = 0; // the lowest `left` bits of `window` are still to be read
    let window = 0;
    let left = 0;
    function fill() {
      while (left <= 18) {
        window = (window << 6) | (at < packed.length ? VALUE[packed.charCodeAt(at)] : 0);
        at++;
        left += 6;
      }
    }
    function bits(count) {
      // at most 18
      if (left < count) fill();
      left -= count;
      const value = window >>> left;
      window &= (1 << left) - 1;
      return value;
    }
    function run(bit) {
      // how many of them stand before the first other one, which is read too
      for (let more = 0; ;) {
        fill();
        const rest = bit ? ~window & ((1 << left) - 1) : window;
        if (!rest) {
          more += left;
          left = window = 0;
          continue;
        }
        const first = 31 - Math.clz32(rest);
        more += left - 1 - first;
        left = first;
        window &= (1 << left) - 1;
        return more;
      }
    }
    function gamma() {
      const more = run(0);
      return (1 << more) | bits(more);
    }
    const size = gamma();
    const low = rice(size, span);
    let number = -1;
    const found = { numbers: new Uint32Array(size), impacts: new Uint8Array(size) };
    for (let index = 0; index < size; index++) {
      const distance = run(1) << low;
      number += (distance | bits(low)) + 1;
      found.numbers[index] = number;
      found.impacts[index] = levels[gamma() - 1];
    }
    return found;
  }

  pir.load = load;
  pir.Shards = Shards;
  pir.unpack = unpack;
  pir.unpackRising = unpackRising;
  pir.unpackWords = unpackWords;
  pir.unpackPostings = unpackPostings;
})();
