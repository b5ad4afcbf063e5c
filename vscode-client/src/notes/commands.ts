import * as vscode from "vscode";
import { t } from "../core/localize";
import { explainFailure } from "../server/explaining";
import type { Server } from "../server/server";

/** *Add Note Here*: a dated Markdown file that links to the symbol at the cursor. The server writes it. */
export function registerNotes(context: vscode.ExtensionContext, server: Server): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("dowse.addNote", async () => {
      try {
        await addNote(server);
      } catch (error) {
        await explainFailure(server, error);
      }
    }),
  );
}

async function addNote(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !vscode.workspace.getWorkspaceFolder(editor.document.uri)) {
    void vscode.window.showInformationMessage(
      t("A note is about a file of the workspace: open one, and put the cursor where the note belongs."),
    );
    return;
  }
  const textDocument = { uri: editor.document.uri.toString() };
  const position = editor.selection.active;
  const symbol = await symbolAt(server, { textDocument, position, limit: 1 });
  const beginning = symbol ? t("Why {0} ", symbol) : "";
  const title = await vscode.window.showInputBox({
    title: symbol ? t("Note about {0}", symbol) : t("Note about this place"),
    prompt: t("The note's title"),
    value: beginning,
    valueSelection: [0, beginning.length],
    validateInput: (text) => (text.trim() ? undefined : t("A note needs a title")),
  });
  if (title?.trim()) {
    await server.writeNote({ text: title, textDocument, position });
  }
}

/** The name of the symbol around a place; undefined where there is none, or no server. */
async function symbolAt(server: Server, place: Parameters<Server["similar"]>[0]): Promise<string | undefined> {
  try {
    return (await server.similar(place, new vscode.CancellationTokenSource().token)).source.name;
  } catch {
    return undefined;
  }
}
