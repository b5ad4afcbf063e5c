import * as path from "node:path";
import * as vscode from "vscode";
import type { Location, Range } from "vscode-languageclient";

/** A file's path for people: within its workspace folder, whose name comes first where there are several. */
export function shownPath(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
}

/** A file's path within its workspace folder, with slashes. */
export function pathInFolder(uri: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.parse(uri), false).split(path.sep).join("/");
}

export function toRange(range: Range): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

function toLocation(location: Location): vscode.Location {
  return new vscode.Location(vscode.Uri.parse(location.uri), toRange(location.range));
}

/** Open a place with the cursor at its beginning. */
export async function openPlace(
  location: Location,
  options: {
    readonly cursor?: Range;
    readonly side?: boolean;
    readonly preview?: boolean;
    readonly preserveFocus?: boolean;
  } = {},
): Promise<vscode.TextEditor> {
  const { uri, range } = toLocation(location);
  const cursor = options.cursor ? toRange(options.cursor).start : range.start;
  return vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(cursor, cursor),
    viewColumn: options.side ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
    preview: options.preview ?? false,
    preserveFocus: options.preserveFocus ?? false,
  });
}
