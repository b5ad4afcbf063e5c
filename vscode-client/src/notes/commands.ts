import { existsSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { noteFileName, noteFolder, noteText } from "../core/noteText";
import type { Server } from "../server/server";

/** *Add Note Here*: a dated Markdown file that links to the symbol at the cursor. */
export function registerNotes(context: vscode.ExtensionContext, server: Server): void {
  context.subscriptions.push(
    vscode.commands.registerCommand("dowse.addNote", async () => {
      try {
        await addNote(server);
      } catch (error) {
        void vscode.window.showErrorMessage(`Dowse: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
}

async function addNote(server: Server): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const root = editor && vscode.workspace.getWorkspaceFolder(editor.document.uri);
  if (!editor || !root || editor.document.uri.scheme !== "file") {
    throw new Error("A note is about a file of the workspace: open one, and put the cursor where the note belongs.");
  }
  const setting = vscode.workspace.getConfiguration("dowse", root.uri).get<string>("notes.folder", ".notes");
  const folder = noteFolder(root.uri.fsPath, setting);
  const place = await placeAt(server, editor);
  const title = await vscode.window.showInputBox({
    title: place.symbol ? `Note about ${place.symbol}` : "Note about this place",
    prompt: "The note's title",
    value: place.symbol ? `Why ${place.symbol} ` : "",
    valueSelection: place.symbol ? [0, `Why ${place.symbol} `.length] : [0, 0],
    validateInput: (text) => (text.trim() ? undefined : "A note needs a title"),
  });
  if (!title?.trim()) {
    return;
  }
  const now = new Date();
  const name = noteFileName(title, now, (each) => existsSync(path.join(folder, each)));
  const file = vscode.Uri.file(path.join(folder, name));
  const about = { ...place, path: editor.document.uri.fsPath, text: editor.document.lineAt(place.line).text };
  const text = noteText(title, now, folder, root.uri.fsPath, about);
  await vscode.workspace.fs.writeFile(file, Buffer.from(text, "utf8"));
  const note = await vscode.workspace.openTextDocument(file);
  const selection = note.lineAt(note.lineCount - 1).range; // where typing goes on
  await vscode.window.showTextDocument(note, { viewColumn: vscode.ViewColumn.Beside, selection });
}

/** The symbol around the cursor, as the server knows it; the line alone where it knows none. */
async function placeAt(
  server: Server,
  editor: vscode.TextEditor,
): Promise<{ line: number; symbol: string | undefined }> {
  const position = editor.selection.active;
  const params = { textDocument: { uri: editor.document.uri.toString() }, position, limit: 1 };
  try {
    const { source } = await server.similar(params, new vscode.CancellationTokenSource().token);
    return { line: source.range.start.line, symbol: source.name };
  } catch {
    return { line: position.line, symbol: undefined }; // no server, or nothing there that has a name
  }
}
