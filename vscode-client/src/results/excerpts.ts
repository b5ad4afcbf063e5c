import * as vscode from "vscode";
import type { Location } from "vscode-languageclient";
import { shownPath, toRange } from "../places";

export const SCHEME = "dowse-excerpt";

/** Read-only documents that hold a piece of another, for the diff editor. */
export class Excerpts implements vscode.TextDocumentContentProvider {
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const location = JSON.parse(uri.query) as Location;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(location.uri));
    const { start, end } = toRange(location.range);
    const text = document.getText(
      new vscode.Range(start.line, 0, end.line, document.lineAt(document.validatePosition(end)).text.length),
    );
    return dedented(text);
  }
}

/** Open VS Code's diff editor on two pieces of code. */
export async function compare(left: Location, right: Location, names?: readonly [string, string]): Promise<void> {
  const [before, after] = names ?? [placeText(left), placeText(right)];
  await vscode.commands.executeCommand("vscode.diff", excerptUri(left), excerptUri(right), `${before} ↔ ${after}`);
}

/** The path ends as the file's does, so that the language is the same. */
function excerptUri(location: Location): vscode.Uri {
  const { uri, range } = location;
  return vscode.Uri.from({ scheme: SCHEME, path: vscode.Uri.parse(uri).path, query: JSON.stringify({ uri, range }) });
}

function placeText({ uri, range }: Location): string {
  return `${shownPath(uri)}:${range.start.line + 1}`;
}

/** Methods and functions compare without the indentation that they have in common. */
function dedented(text: string): string {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const common = indents.length > 0 ? Math.min(...indents) : 0;
  return `${lines
    .map((line) => line.slice(common))
    .join("\n")
    .trimEnd()}\n`;
}
