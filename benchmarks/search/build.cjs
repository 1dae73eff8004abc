/* Builds the indexes of the peers: node build.cjs <lunr|minisearch|pagefind> <documents.jsonl> <folder>. Prints the seconds. */
const fs = require("fs");
const path = require("path");

const [engine, source, out] = process.argv.slice(2);
const FIELDS = ["title", "symptoms", "lead", "workaround", "causes", "services", "ids", "body"];
const documents = fs
  .readFileSync(source, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const text = (document) => FIELDS.map((name) => document[name]).join("\n");
const write = (name, value) => fs.writeFileSync(path.join(out, name), JSON.stringify(value));

async function build() {
  if (engine === "lunr") {
    const lunr = require("lunr");
    const index = lunr(function () {
      this.ref("id");
      this.field("text");
      documents.forEach((document) => this.add({ id: document.id, text: text(document) }));
    });
    write("index.json", index);
    write("store.json", Object.fromEntries(documents.map((document) => [document.id, [document.title, document.url]])));
  } else if (engine === "minisearch") {
    const MiniSearch = require("minisearch");
    const index = new MiniSearch({ fields: FIELDS, storeFields: ["title", "url"] });
    index.addAll(documents);
    write("index.json", index);
  } else {
    const pagefind = await import("pagefind");
    const { index } = await pagefind.createIndex({});
    for (const document of documents) {
      await index.addCustomRecord({
        url: "/" + document.url,
        content: text(document),
        language: "en",
        meta: { title: document.title, id: document.id },
      });
    }
    await index.writeFiles({ outputPath: path.join(out, "pagefind") });
    await pagefind.close();
  }
}

const start = process.cpuUsage();
const began = Date.now();
build().then(() => {
  const used = process.cpuUsage(start);
  // Pagefind works in a process of its own, so its time is the wall's
  const seconds = engine === "pagefind" ? (Date.now() - began) / 1000 : (used.user + used.system) / 1e6;
  console.log(seconds.toFixed(1));
  process.exit(0);
});
