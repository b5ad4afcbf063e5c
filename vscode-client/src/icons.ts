import * as vscode from "vscode";
import { SymbolKind } from "vscode-languageclient";
import { t } from "./core/localize";
import type { Hit } from "./protocol.generated";

/** VS Code's own icon for a kind of symbol; headings and other prose look like text. */
export function iconOf(hit: Hit): vscode.ThemeIcon {
  if (hit.space === "prose") {
    return new vscode.ThemeIcon("book");
  }
  const name = kindName(hit);
  return new vscode.ThemeIcon(
    `symbol-${idOf(name)}`,
    new vscode.ThemeColor(`symbolIcon.${name.charAt(0).toLowerCase()}${name.slice(1)}Foreground`),
  );
}

/** The same icon as part of a label: a list that one types into draws those in their colours, and no others. */
export function iconLabel(hit: Hit): string {
  return hit.space === "prose" ? "$(book)" : `$(symbol-${idOf(kindName(hit))})`;
}

/** What a hit is, for a screen reader: `method`, `type parameter`. */
export function kindText(hit: Hit): string {
  return hit.space === "prose" ? t("section") : idOf(kindName(hit)).replaceAll("-", " ");
}

function kindName(hit: Hit): string {
  return Object.entries(SymbolKind).find(([, value]) => value === hit.kind)?.[0] ?? "Misc";
}

function idOf(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}
