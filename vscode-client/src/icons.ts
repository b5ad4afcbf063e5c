import * as vscode from "vscode";
import { SymbolKind } from "vscode-languageclient";
import type { Hit } from "./protocol.generated";

/** VS Code's own icon for a kind of symbol; headings and other prose look like text. */
export function iconOf(hit: Hit): vscode.ThemeIcon {
  if (hit.space === "prose") {
    return new vscode.ThemeIcon("book");
  }
  const name = Object.entries(SymbolKind).find(([, value]) => value === hit.kind)?.[0] ?? "Misc";
  const id = name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  return new vscode.ThemeIcon(
    `symbol-${id}`,
    new vscode.ThemeColor(`symbolIcon.${name.charAt(0).toLowerCase()}${name.slice(1)}Foreground`),
  );
}
