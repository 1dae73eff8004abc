// Shows the YAML extension the front matter of each Markdown record, and hands its answers back.
//
// The YAML language server reads whole files as YAML, so a record's body would be one long mistake to it. Each
// record gets a shadow document that holds its front matter alone, line for line; requests inside the front
// matter go to the shadow, and what the server says about the shadow is shown on the record.
"use strict";

const vscode = require("vscode");
const { frontMatter, isInside } = require("./front-matter");

const SCHEME = "pir-front-matter";
const RECORDS = { language: "markdown", scheme: "file" };

function shadowOf(uri) {
  return uri.with({ scheme: SCHEME, path: uri.path + ".yaml" });
}

function recordOf(shadow) {
  return shadow.with({ scheme: "file", path: shadow.path.replace(/\.yaml$/, "") });
}

function isRecord(document) {
  return (
    document.languageId === "markdown" && document.uri.scheme === "file" && frontMatter(document.getText()) !== null
  );
}

function activate(context) {
  const changed = new vscode.EventEmitter();
  const problems = vscode.languages.createDiagnosticCollection(SCHEME);
  const open = (uri) => vscode.workspace.textDocuments.find((document) => String(document.uri) === String(uri));

  /** The record's shadow, holding what the record holds now. */
  async function shadow(document) {
    const uri = shadowOf(document.uri);
    const wanted = frontMatter(document.getText());
    let found = open(uri);
    if (!found) found = await vscode.workspace.openTextDocument(uri);
    if (found.getText() !== wanted) {
      changed.fire(uri);
      // the editor takes the new text over by itself, a moment later
      for (let waited = 0; waited < 1000 && found.getText() !== wanted; waited += 20) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    return uri;
  }

  async function forward(document, position, command, ...more) {
    if (!isInside(document.getText(), position.line)) return undefined;
    return vscode.commands.executeCommand(command, await shadow(document), position, ...more);
  }

  function follow(document) {
    if (isRecord(document)) shadow(document);
    else problems.delete(document.uri);
  }

  context.subscriptions.push(
    changed,
    problems,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent(uri) {
        const record = open(recordOf(uri));
        return (record && frontMatter(record.getText())) || "";
      },
    }),
    vscode.languages.registerCompletionItemProvider(
      RECORDS,
      {
        provideCompletionItems: (document, position, _token, asked) =>
          forward(document, position, "vscode.executeCompletionItemProvider", asked && asked.triggerCharacter),
      },
      ":",
      " ",
      "-",
      '"',
    ),
    vscode.languages.registerHoverProvider(RECORDS, {
      async provideHover(document, position) {
        const found = await forward(document, position, "vscode.executeHoverProvider");
        return found && found[0];
      },
    }),
    vscode.languages.onDidChangeDiagnostics((event) => {
      for (const uri of event.uris.filter((one) => one.scheme === SCHEME)) {
        problems.set(recordOf(uri), vscode.languages.getDiagnostics(uri));
      }
    }),
    vscode.workspace.onDidOpenTextDocument(follow),
    vscode.workspace.onDidChangeTextDocument((event) => follow(event.document)),
    vscode.workspace.onDidCloseTextDocument((document) => problems.delete(document.uri)),
  );
  vscode.workspace.textDocuments.forEach(follow);
}

module.exports = { activate, deactivate() {} };
