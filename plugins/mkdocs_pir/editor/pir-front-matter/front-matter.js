// The front matter of a record as YAML in which every line and column keeps its place.
"use strict";

/** The text between the two fences, all other lines empty; null when it is not a record. */
function frontMatter(text) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (!/^---[ \t]*$/.test(lines[0])) return null;
  const found = lines.findIndex((line, number) => number > 0 && /^---[ \t]*$/.test(line));
  const end = found < 0 ? lines.length : found;
  return lines.map((line, number) => (number > 0 && number < end ? line : "")).join("\n");
}

/** Whether a line (from 0) lies between the fences. */
function isInside(text, line) {
  const lines = text.split(/\r?\n/);
  if (!/^\uFEFF?---[ \t]*$/.test(lines[0]) || line < 1) return false;
  return !lines.slice(1, line + 1).some((other) => /^---[ \t]*$/.test(other));
}

module.exports = { frontMatter, isInside };
