/* Loading and unpacking the shards of an index: the twin of search/shards.py.
 *
 * pirSearch.load(url)                    a promise of what a shard file holds
 * new pirSearch.Shards(folder, manifest) .shard(), .row(), .place(); .whole(work) runs `work` until no shard is missing
 * pirSearch.unpack(text)                 packed numbers
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
    this.loaded = {};
    this.missing = {};
  }

  Shards.prototype.count = function (kind) { return this.manifest[kind].length; };
  Shards.prototype.start = function (kind, at) { return this.manifest[kind][at][0]; };

  Shards.prototype.place = function (kind, key) {
    var entries = this.manifest[kind];
    var low = 0, high = entries.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (entries[middle][0] <= key) low = middle + 1; else high = middle;
    }
    return low - 1;
  };

  /* The decoded shard, or undefined where it has still to be loaded: then it is noted as missing. */
  Shards.prototype.shard = function (kind, at, decode) {
    var name = kind + " " + at;
    if (!(name in this.loaded)) {
      var reference = this.manifest[kind][at][1];
      if (typeof reference === "string") { this.missing[name] = reference; return undefined; }
      this.loaded[name] = decode ? decode(reference) : reference;
    }
    var found = this.loaded[name];
    if (found.raw) found = this.loaded[name] = decode ? decode(found.raw) : found.raw;
    return found;
  };

  Shards.prototype.row = function (kind, number) {
    var at = this.place(kind, number);
    var rows = this.shard(kind, at);
    return rows && rows[number - this.start(kind, at)];
  };

  /* Runs `work` until it misses no shard. */
  Shards.prototype.whole = function (work) {
    var self = this;
    self.missing = {};
    var result = work();
    var names = Object.keys(self.missing);
    if (!names.length) return Promise.resolve(result);
    return Promise.all(names.map(function (name) {
      return load(self.folder + self.missing[name] + ".js").then(function (data) { self.loaded[name] = { raw: data }; });
    })).then(function () { return self.whole(work); });
  };

  function unpack(packed) {
    var numbers = [];
    var number = 0, shift = 0;
    for (var at = 0; at < packed.length; at++) {
      var value = VALUE[packed.charCodeAt(at)];
      number |= (value & 31) << shift;
      if (value & 32) shift += 5;
      else { numbers.push(number); number = shift = 0; }
    }
    return numbers;
  }

  pirSearch.load = load;
  pirSearch.Shards = Shards;
  pirSearch.unpack = unpack;
  pirSearch.digit = function (character) { return VALUE[character]; };
})();
