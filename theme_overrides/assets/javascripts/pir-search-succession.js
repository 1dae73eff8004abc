/* Succession in the ranking: the twin of search/succession.py.
 *
 * pir.successionOf(manifest)   {pairs, knownErrors, behind}
 * pir.handOn(succession, half, numbers, values, answers)   hands scores on to what replaced their documents
 */
(() => {
  "use strict";
  const pir = window.pir;

  function unpackPairs(packed) {
    const newer = pir.unpack(packed[1]);
    return pir.unpack(packed[0]).map((number, at) => [number, newer[at]]);
  }

  /* Which documents replaced which, the oldest of each line first; which known error has a newer workaround than which
   * document; and how far behind its equals a replaced one stands. */
  pir.successionOf = (manifest) => {
    const pairs = unpackPairs(manifest.superseded);
    const knownErrors = unpackPairs(manifest.known_errors);
    const behind = new Map(knownErrors.map((pair) => [pair[0], 1]));
    pairs.forEach((pair, at) => {
      behind.set(pair[0], pairs.length - at + 1);
    });
    return { pairs, knownErrors, behind };
  };

  /* Raises each successor to the score of what it replaced, and to what that answered; a known error only to a score
   * that is at most `half` times its own. By successor that had no score of its own, whose it has. */
  pir.handOn = (succession, half, numbers, values, answers) => {
    const instead = new Map();
    const places = new Map();
    if (!succession.pairs.length && !succession.knownErrors.length) return instead;
    numbers.forEach((number, at) => {
      places.set(number, at);
    });
    succession.pairs.forEach((pair) => {
      const from = places.get(pair[0]);
      let to = places.get(pair[1]);
      if (from === undefined || (to !== undefined && values[to] >= values[from])) return;
      if (to === undefined || instead.has(pair[1])) instead.set(pair[1], pair[0]);
      if (to === undefined) {
        to = numbers.push(pair[1]) - 1;
        places.set(pair[1], to);
      }
      values[to] = values[from];
      answers[to] = Math.max(answers[to] || 0, answers[from]);
    });
    const own = values.slice();
    succession.knownErrors.forEach((pair) => {
      const from = places.get(pair[0]);
      const to = places.get(pair[1]);
      if (from === undefined || to === undefined) return;
      if (values[to] >= values[from] || values[from] > own[to] * half) return;
      values[to] = values[from];
      answers[to] = Math.max(answers[to], answers[from]);
    });
    return instead;
  };
})();
