import * as vscode from "vscode";
import { grouped, lineUnder, percentIndexed, qualifiedName, whyNothing } from "../core/hits";
import { iconOf } from "../icons";
import { shownPath } from "../places";
import type { Hit, SemanticSearchResult } from "../protocol.generated";

/** A row of the picker. `hit` is what it opens, `query` what it asks again, `act` what it does instead. */
export interface Row extends vscode.QuickPickItem {
  readonly hit?: Hit;
  readonly query?: string;
  readonly act?: () => void;
}

const OPEN_TO_SIDE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("split-horizontal"),
  tooltip: "Open to the Side (Alt+O)",
};
export const FORGET: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("close"),
  tooltip: "Remove from Recent Searches",
};

/** Rows are never filtered nor sorted by VS Code: the server has done both. */
const AS_THEY_ARE = { alwaysShow: true } as const;

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function rowOf(hit: Hit): Row {
  return {
    ...AS_THEY_ARE,
    label: qualifiedName(hit),
    description: `${shownPath(hit.location.uri)}:${hit.selectionRange.start.line + 1}`,
    detail: lineUnder(hit),
    iconPath: iconOf(hit),
    buttons: [OPEN_TO_SIDE],
    hit,
  };
}

export function answerRows(answer: SemanticSearchResult, filtered: boolean, paused: boolean): Row[] {
  const percent = percentIndexed(answer.index);
  if (answer.results.length === 0) {
    const icon = answer.index.state === "indexing" && !paused ? "sync~spin" : "info";
    return [messageRow("No results", whyNothing(answer.index, filtered, paused), icon)];
  }
  const rows = grouped(answer.results).flatMap((group) => [separator(group.title), ...group.hits.map(rowOf)]);
  if (percent !== undefined) {
    const rest = paused ? "Indexing is paused." : "The list fills by itself.";
    rows.push(
      separator("Index"),
      messageRow(`${percent} % of the workspace is indexed`, rest, paused ? "debug-pause" : "sync~spin"),
    );
  }
  return rows;
}

export function recentRows(queries: readonly string[], hint: string): Row[] {
  const recent = queries.map((query): Row => {
    return { ...AS_THEY_ARE, label: query, iconPath: new vscode.ThemeIcon("history"), buttons: [FORGET], query };
  });
  return recent.length > 0
    ? [separator("recent searches"), ...recent]
    : [messageRow("Say what the code does", hint, "lightbulb")];
}

export function messageRow(label: string, detail: string, icon: string, act?: () => void): Row {
  return { ...AS_THEY_ARE, label: `$(${icon}) ${label}`, detail, ...(act && { act }) };
}
