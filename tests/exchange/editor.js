// Runs the workspace's extension against the real YAML language server, with the editor between them played here.
//
// node editor.js WORKSPACE SERVER < steps.json: steps are {do: "open"|"change"|"complete"|"hover"|"problems", …};
// standard output is the list of their results.
"use strict";

const fs = require("fs");
const path = require("path");
const Module = require("module");
const { spawn } = require("child_process");

const [workspace, server] = process.argv.slice(2);
const { URI } = require(require.resolve("vscode-uri", { paths: [server] }));
const settings = JSON.parse(fs.readFileSync(path.join(workspace, ".vscode/settings.json"), "utf8"));

// ---- the language server, over standard input and output ---------------------------------------------------------
const child = spawn(process.execPath, [path.join(server, "bin/yaml-language-server"), "--stdio"]);
const waiting = new Map();
const told = new Map();
const listeners = [];
let number = 0;
let buffer = Buffer.alloc(0);

function write(message) {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
function ask(method, params) {
  const id = ++number;
  write({ id, method, params });
  return new Promise((resolve) => waiting.set(id, resolve));
}
function section(name) {
  const found = {};
  for (const [key, value] of Object.entries(settings)) {
    if (!key.startsWith(name + ".")) continue;
    const parts = key.slice(name.length + 1).split(".");
    let at = found;
    for (const part of parts.slice(0, -1)) at = at[part] ??= {};
    at[parts.at(-1)] = value;
  }
  return name === "yaml"
    ? { validate: true, hover: true, completion: true, ...found }
    : Object.keys(found).length
      ? found
      : null;
}
child.stdout.on("data", (chunk) => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const end = buffer.indexOf("\r\n\r\n");
    if (end < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(buffer.subarray(0, end).toString())[1]);
    if (buffer.length < end + 4 + length) return;
    const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length).toString());
    buffer = buffer.subarray(end + 4 + length);
    if (message.method === "workspace/configuration") {
      write({ id: message.id, result: message.params.items.map((item) => section(item.section)) });
    } else if (message.method && message.id !== undefined) {
      write({ id: message.id, result: null });
    } else if (message.method === "textDocument/publishDiagnostics") {
      const uri = URI.parse(message.params.uri);
      told.set(String(uri), message.params.diagnostics);
      listeners.forEach((listen) => listen({ uris: [uri] }));
    } else if (waiting.has(message.id)) {
      waiting.get(message.id)(message.result);
      waiting.delete(message.id);
    }
  }
});

// ---- the editor --------------------------------------------------------------------------------------------------
const documents = [];
const events = { open: [], change: [], close: [] };
const contents = {};
const shown = new Map();
const providers = {};
const on = (name) => (listen) => (events[name].push(listen), { dispose() {} });

function document(uri, languageId, text) {
  const made = { uri, languageId, text, version: 1, getText: () => made.text };
  documents.push(made);
  if (languageId === "yaml") {
    write({
      method: "textDocument/didOpen",
      params: { textDocument: { uri: String(uri), languageId, version: 1, text } },
    });
  }
  events.open.forEach((listen) => listen(made));
  return made;
}
function update(found, text) {
  if (found.text === text) return;
  found.text = text;
  found.version += 1;
  if (found.languageId === "yaml") {
    told.delete(String(found.uri));
    const textDocument = { uri: String(found.uri), version: found.version };
    write({ method: "textDocument/didChange", params: { textDocument, contentChanges: [{ text }] } });
  }
  events.change.forEach((listen) => listen({ document: found }));
}
class EventEmitter {
  listeners = [];
  event = (listen) => (this.listeners.push(listen), { dispose() {} });
  fire = (value) => this.listeners.forEach((listen) => listen(value));
  dispose() {}
}
const vscode = {
  EventEmitter,
  languages: {
    createDiagnosticCollection: () => ({
      set: (uri, found) => shown.set(String(uri), found),
      delete: (uri) => shown.delete(String(uri)),
    }),
    getDiagnostics: (uri) => told.get(String(uri)) ?? [],
    onDidChangeDiagnostics: (listen) => (listeners.push(listen), { dispose() {} }),
    registerCompletionItemProvider: (_selector, provider) => ((providers.complete = provider), { dispose() {} }),
    registerHoverProvider: (_selector, provider) => ((providers.hover = provider), { dispose() {} }),
  },
  workspace: {
    textDocuments: documents,
    registerTextDocumentContentProvider(scheme, provider) {
      contents[scheme] = provider;
      provider.onDidChange((uri) =>
        // as in the editor, the document follows later
        setTimeout(() => {
          const found = documents.find((one) => String(one.uri) === String(uri));
          if (found) update(found, provider.provideTextDocumentContent(uri));
        }, 5),
      );
      return { dispose() {} };
    },
    openTextDocument: async (uri) => document(uri, "yaml", contents[uri.scheme].provideTextDocumentContent(uri)),
    onDidOpenTextDocument: on("open"),
    onDidChangeTextDocument: on("change"),
    onDidCloseTextDocument: on("close"),
  },
  commands: {
    async executeCommand(command, uri, position) {
      const params = { textDocument: { uri: String(uri) }, position };
      if (command === "vscode.executeCompletionItemProvider") return ask("textDocument/completion", params);
      const found = await ask("textDocument/hover", params);
      return found ? [found] : [];
    },
  },
};
const load = Module._load;
Module._load = (request, ...more) => (request === "vscode" ? vscode : load(request, ...more));

// ---- the steps ---------------------------------------------------------------------------------------------------
const recordUri = (name) => URI.file(path.join(workspace, name));
const find = (name) => documents.find((one) => String(one.uri) === String(recordUri(name)));
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const steps = {
  open: async ({ file, text }) =>
    void document(recordUri(file), "markdown", text ?? fs.readFileSync(path.join(workspace, file), "utf8")),
  change: async ({ file, text }) => void update(find(file), text),
  async problems({ file }) {
    const shadow = String(recordUri(file).with({ scheme: "pir-front-matter", path: recordUri(file).path + ".yaml" }));
    const { frontMatter } = require(path.join(workspace, ".vscode/extensions/pir-front-matter/front-matter.js"));
    const isCurrent = () => documents.find((one) => String(one.uri) === shadow)?.text === frontMatter(find(file).text);
    while (!isCurrent() || !told.has(shadow)) await sleep(20);
    return (shown.get(String(recordUri(file))) ?? []).map((p) => ({
      line: p.range.start.line + 1,
      message: p.message,
    }));
  },
  async complete({ file, line, character }) {
    const found = await providers.complete.provideCompletionItems(find(file), { line: line - 1, character }, null, {});
    return found === undefined ? null : found.items.map((item) => item.label);
  },
  async hover({ file, line, character }) {
    const found = await providers.hover.provideHover(find(file), { line: line - 1, character });
    return found === undefined ? null : found.contents.value;
  },
};

(async () => {
  const folder = { uri: String(URI.file(workspace)), name: "workspace" };
  await ask("initialize", {
    processId: process.pid,
    rootUri: folder.uri,
    workspaceFolders: [folder],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: {
        hover: { contentFormat: ["markdown"] },
        completion: { completionItem: { documentationFormat: ["markdown"] } },
      },
    },
  });
  write({ method: "initialized", params: {} });
  write({ method: "workspace/didChangeConfiguration", params: { settings: { yaml: section("yaml") } } });
  const extension = require(path.join(workspace, ".vscode/extensions/pir-front-matter/extension.js"));
  extension.activate({ subscriptions: [] });
  const results = [];
  for (const step of JSON.parse(fs.readFileSync(0, "utf8"))) results.push((await steps[step.do](step)) ?? null);
  process.stdout.write(JSON.stringify(results));
  process.exit(0);
})();
