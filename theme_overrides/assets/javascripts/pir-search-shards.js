/* Loading and unpacking the shards of an index: the twin of search/shards.py.
 *
 * pirSearch.load(url)                    a promise of what a shard file holds
 * new pirSearch.Shards(folder, manifest) .shard(), .row(), .place(); .whole(work) runs `work` until no shard is missing
 * pirSearch.unpack(text)                 packed numbers; unpackWords, unpackPostings likewise
 *
 * Shards are script files that call pirSearchShard(name, data): that works from file://, where a page may not fetch,
 * and under a policy of script-src 'self'.
 */
(function () {
  "use strict";
  var pirSearch = (window.pirSearch = window.pirSearch || {});

  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var VALUE = new Uint8Array(128);
  for (var code = 0; code < 64; code++) VALUE[ALPHABET.charCodeAt(code)] = code;

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
    this.begin = {};
    this.loaded = {};
    this.missing = {};
    this.ahead = {};
  }

  Shards.prototype.starts = function (kind) {
    if (!this.begin[kind]) {
      var told = this.manifest[kind][0],
        sum = 0;
      this.begin[kind] =
        told[0] === "w"
          ? unpackWords(told.slice(1))
          : unpack(told.slice(1)).map(function (distance) {
              return (sum += distance);
            });
    }
    return this.begin[kind];
  };

  Shards.prototype.count = function (kind) {
    return this.starts(kind).length;
  };
  Shards.prototype.start = function (kind, at) {
    return this.starts(kind)[at];
  };

  Shards.prototype.place = function (kind, key) {
    var starts = this.starts(kind);
    var low = 0,
      high = starts.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (starts[middle] <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  /* The decoded shard, or undefined where it has still to be loaded: then it is noted as missing. */
  Shards.prototype.shard = function (kind, at, decode) {
    var name = kind + " " + at;
    var found = this.loaded[name];
    if (!found) {
      var content = this.manifest[kind][1];
      if (typeof content === "string") {
        this.missing[name] = kind + "-" + at + "-" + content;
        return undefined;
      }
      found = { raw: content[at] };
    }
    if ("raw" in found) found = this.loaded[name] = { whole: decode ? decode(found.raw) : found.raw };
    return found.whole;
  };

  Shards.prototype.row = function (kind, number) {
    var at = this.place(kind, number);
    var rows = this.shard(kind, at);
    return rows && rows[number - this.start(kind, at)];
  };

  Shards.prototype.lacking = function () {
    return Object.keys(this.missing).length > 0;
  };

  /* Notes the shard that holds the postings of `stem`, if it is a term: then they come along with the dictionary. */
  Shards.prototype.foresee = function (stem) {
    var at = this.place("ahead", stem),
      hash = this.manifest.postings[1],
      name = "postings " + at;
    if (at >= 0 && typeof hash === "string" && !this.loaded[name]) this.ahead[name] = "postings-" + at + "-" + hash;
  };

  /* Runs `work` until it misses no shard. */
  Shards.prototype.whole = function (work) {
    var self = this;
    self.missing = {};
    self.ahead = {};
    var result = work();
    var names = Object.keys(self.missing);
    if (!names.length) return Promise.resolve(result);
    function ask(name, file) {
      return load(self.folder + file + ".js").then(function (data) {
        if (!self.loaded[name]) self.loaded[name] = { raw: data };
      });
    }
    var needed = names.map(function (name) {
      return ask(name, self.missing[name]).catch(function (error) {
        // a visitor without a network may not have the texts to quote from; the results stand without
        if (!name.startsWith("texts ")) throw error;
        self.loaded[name] = { raw: [] };
      });
    });
    Object.keys(self.ahead).forEach(function (name) {
      ask(name, self.ahead[name]).catch(function () {
        /* where it is needed, it is asked for again */
      });
    });
    return Promise.all(needed).then(function () {
      return self.whole(work);
    });
  };

  function unpack(packed) {
    var numbers = [];
    var number = 0,
      shift = 0;
    for (var at = 0; at < packed.length; at++) {
      var value = VALUE[packed.charCodeAt(at)];
      number |= (value & 31) << shift;
      if (value & 32) shift += 5;
      else {
        numbers.push(number);
        number = shift = 0;
      }
    }
    return numbers;
  }

  function unpackWords(packed) {
    var before = "";
    return packed
      ? packed.split("\n").map(function (line) {
          return (before = before.slice(0, VALUE[line.charCodeAt(0)]) + line.slice(1));
        })
      : [];
  }

  function rice(numbers, total) {
    return Math.max(31 - Math.clz32((Math.floor(total / numbers) * 11) >> 4), 0);
  }

  /* A list of postings, six bits a character: how many (gamma), then for each the distance to the one before (Rice)
     and the place of its level in `levels` (gamma). */
  function unpackPostings(packed, total, levels) {
    var at = 0,
      window = 0,
      left = 0; // the lowest `left` bits of `window` are still to be read
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
      var value = window >>> left;
      window &= (1 << left) - 1;
      return value;
    }
    function run(bit) {
      // how many of them stand before the first other one, which is read too
      for (var more = 0; ;) {
        fill();
        var rest = bit ? ~window & ((1 << left) - 1) : window;
        if (!rest) {
          more += left;
          left = window = 0;
          continue;
        }
        var first = 31 - Math.clz32(rest);
        more += left - 1 - first;
        left = first;
        window &= (1 << left) - 1;
        return more;
      }
    }
    function gamma() {
      var more = run(0);
      return (1 << more) | bits(more);
    }
    var size = gamma(),
      low = rice(size, total),
      number = -1;
    var found = { numbers: new Uint32Array(size), impacts: new Uint8Array(size) };
    for (var index = 0; index < size; index++) {
      var distance = run(1) << low;
      number += (distance | bits(low)) + 1;
      found.numbers[index] = number;
      found.impacts[index] = levels[gamma() - 1];
    }
    return found;
  }

  pirSearch.load = load;
  pirSearch.Shards = Shards;
  pirSearch.unpack = unpack;
  pirSearch.unpackWords = unpackWords;
  pirSearch.unpackPostings = unpackPostings;
})();
