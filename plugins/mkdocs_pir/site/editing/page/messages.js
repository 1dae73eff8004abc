/* What the check says, in the words of the form: the labels of its fields instead of the notation of files.
 *
 * Messages quote what stands in a file, as 'due', 'times: resolved' or '{kind: client, on: 2026-03-05}'; here that
 * becomes “Due”, “Times: Resolved” and so on. Lines of files and commands of the terminal are left out.
 */
(() => {
  "use strict";

  const QUOTED = /'(\{[^'{}]*\}|[a-z_]+(?:[.:][^']*|(?: \d+| [a-z_]+)+)?)'/g;
  const PAIR = /^([a-z_]+)(?:\.| ?: ?|$)(.*)$/;
  const LINE = / \((?:on )?lines? [\d, and]+\)/g;
  // a clause with a command; 'pir serve' is what runs the form itself
  const COMMAND = /(?:^|[;,]| \()[^;,()]*'pir (?!serve)[^']*'[^;,()]*\)?/g;
  const CONTROL = /U\+([0-9A-F]{4,6})/;

  const PATH = /^[a-z_]+(?: \d+| [a-z_]+)+$/;

  function partsOf(field) {
    return (field && (field.fields || (field.item && field.item.fields))) || [];
  }

  /* The titles of fields by their names, those beside the field at a path first: 'on' has several. */
  function titlesAt(fields, path) {
    const levels = [fields];
    path.split(".").forEach((name) => {
      const parts = partsOf(levels[0].find((field) => field.name === name));
      if (parts.length) levels.unshift(parts);
    });
    const titles = new Map();
    levels.flat().forEach((field) => {
      if (!titles.has(field.name)) titles.set(field.name, field.title);
    });
    return titlesOf(fields, titles);
  }

  function titlesOf(fields, titles = new Map()) {
    fields.forEach((field) => {
      if (field.name && !titles.has(field.name)) titles.set(field.name, field.title);
      titlesOf(partsOf(field), titles);
    });
    return titles;
  }

  function plain(text, titles) {
    function label(quoted) {
      if (PATH.test(quoted)) {
        const names = quoted.split(" ");
        const known = names.every((name) => titles.has(name) || Number(name) > 0);
        return known ? `“${names.map((name) => titles.get(name) || name).join(" ")}”` : null;
      }
      const [, name, rest] = PAIR.exec(quoted) || [];
      if (!titles.has(name)) return null;
      if (!rest) return `“${titles.get(name)}”`;
      const inside = label(rest);
      return inside ? `“${titles.get(name)}: ${inside.slice(1)}` : `“${titles.get(name)}: ${rest}”`;
    }
    return text
      .replace(COMMAND, "")
      .replace(LINE, "")
      .replace(QUOTED, (whole, quoted) => {
        if (!quoted.startsWith("{")) return label(quoted) || whole;
        const labels = quoted.slice(1, -1).split(", ").map(label);
        return labels.includes(null) ? whole : labels.join(", ");
      })
      .replace(/^[;, ]+/, "");
  }

  /* The place of a character in what was sent: the path of a field, or the number of a text. */
  function placeOf(character, sent) {
    function within(one, path) {
      if (typeof one === "string") return one.includes(character) ? path : null;
      if (one === null || typeof one !== "object") return null;
      const paths = Object.entries(one).map(([key, item]) => within(item, path ? `${path}.${key}` : key));
      return paths.find((found) => found !== null) || null;
    }
    const text = Object.keys(sent.texts || {}).find((number) => sent.texts[number].includes(character));
    return { field: within(sent.data || {}, "") || "", text: text === undefined ? null : Number(text) };
  }

  /* An answer of the preview with all that it says in the words of a form. */
  function inWordsOf(form, answer, sent) {
    const titles = titlesOf(form.fields);
    function problem(one) {
      const near = titlesAt(form.fields, one.field || "");
      const control = one.code === "PIR002" && CONTROL.exec(one.message);
      const place = control ? placeOf(String.fromCodePoint(parseInt(control[1], 16)), sent) : {};
      const message = control ? `an invisible control character (U+${control[1]})` : plain(one.message, near);
      return { ...one, ...place, message, hint: plain(one.hint || "", near) };
    }
    const said = { ...answer };
    ["problems", "refused"].forEach((name) => {
      if (said[name]) said[name] = said[name].map(problem);
    });
    if (said.gate) {
      said.gate = { ...said.gate, next: said.gate.next && plain(said.gate.next, titles) };
    }
    if (said.saved) said.saved = inWordsOf(form, said.saved, sent);
    return said;
  }

  /* A refusal in the words of a form; `texts` are those of the record that it shows. */
  function refusalInWordsOf(form, text, sent, texts) {
    const control = CONTROL.exec(text);
    if (!control) return plain(text, titlesOf(form.fields));
    const character = String.fromCodePoint(parseInt(control[1], 16));
    const place = placeOf(character, sent);
    const name = place.field.split(".")[0];
    const section = Object.keys(sent.added || {}).find((title) => sent.added[title].includes(character));
    const title = place.text === null ? titlesOf(form.fields).get(name) || section : texts[place.text].title;
    return `“${title || "The record"}” has an invisible control character (U+${control[1]}), which no file can hold. Empty the field and type it again; what you typed is still here.`;
  }

  window.pirMessages = { inWordsOf, refusalInWordsOf };
})();
