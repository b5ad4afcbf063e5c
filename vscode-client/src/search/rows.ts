import * as vscode from "vscode";
import { answerText, partByStrength, percentIndexed, qualifiedName, whyNothing } from "../core/hits";
import { counted, t } from "../core/localize";
import { iconLabel } from "../icons";
import { shownPath } from "../places";
import type { Hit, SemanticSearchResult } from "../protocol.generated";

/** A row of the picker. `hit` is what it opens, `query` what it asks again, `act` what it does instead. */
export interface Row extends vscode.QuickPickItem {
  readonly hit?: Hit;
  readonly query?: string;
  readonly act?: () => void;
}

export interface ListState {
  readonly filtered: boolean;
  readonly paused: boolean;
  readonly showsWeaker: boolean;
  readonly showWeaker: () => void;
}

/** A key of the picker, as package.json binds it. */
export function keyText(key: string): string {
  return `${process.platform === "darwin" ? "Cmd" : "Ctrl"}+${key}`;
}

const OPEN_TO_SIDE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("split-horizontal"),
  tooltip: t("Open to the Side ({0})", keyText("Enter")),
};
export const FORGET: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("close"),
  tooltip: t("Remove from Recent Searches"),
};

/** Rows are never filtered nor sorted by VS Code: the server has done both. */
const AS_THEY_ARE = { alwaysShow: true } as const;

function separator(label: string): Row {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function hitRow(hit: Hit): Row {
  const note = hit.notes?.[0];
  const place = `${shownPath(hit.location.uri)}:${hit.selectionRange.start.line + 1}`;
  return {
    ...AS_THEY_ARE,
    label: `${iconLabel(hit)} ${plainLabel(qualifiedName(hit))}`,
    description: note ? `${place}  $(note) ${plainLabel(note.title)}` : place,
    detail: plainLabel(answerText(hit)),
    buttons: [OPEN_TO_SIDE],
    hit,
  };
}

/** The list for an answer: what answers, in the order of the answer; the rest on demand; what is still missing. */
export function answerRows(answer: SemanticSearchResult, state: ListState): Row[] {
  if (answer.results.length === 0) {
    const icon = answer.index.state === "indexing" && !state.paused ? "sync~spin" : "info";
    const why = whyNothing(answer.index, state.filtered, state.paused);
    return [messageRow(t("No results"), why, icon), ...openFolderRow(answer)];
  }
  const { answers, weaker } = partByStrength(answer.results);
  const rows = answers.map(hitRow);
  if (weaker.length > 0 && state.showsWeaker) {
    rows.push(separator(t("weaker matches")), ...weaker.map(hitRow));
  } else if (weaker.length > 0) {
    const more = counted(weaker.length, "Show one weaker match", "Show {0} weaker matches");
    rows.push(separator(""), { ...AS_THEY_ARE, label: `$(chevron-down) ${more}`, act: state.showWeaker });
  }
  const percent = percentIndexed(answer.index);
  if (percent !== undefined) {
    const rest = state.paused ? t("Indexing is paused.") : t("The list fills by itself.");
    rows.push(
      separator(t("index")),
      messageRow(t("{0} % of the workspace is indexed", percent), rest, state.paused ? "debug-pause" : "sync~spin"),
    );
  }
  return rows;
}

function openFolderRow(answer: SemanticSearchResult): Row[] {
  if (answer.index.state !== "empty" || vscode.workspace.workspaceFolders?.length) {
    return [];
  }
  const act = () => void vscode.commands.executeCommand("workbench.action.files.openFolder");
  return [messageRow(t("Open Folder…"), t("Dowse searches the folders that are open."), "folder-opened", act)];
}

export function recentRows(queries: readonly string[]): Row[] {
  const recent = queries.map((query): Row => {
    return { ...AS_THEY_ARE, label: `$(history) ${plainLabel(query)}`, buttons: [FORGET], query };
  });
  return recent.length > 0
    ? [separator(t("recent searches")), ...recent]
    : [messageRow(t("Say what the code does"), t("For example: “where are failed requests tried again”"), "lightbulb")];
}

export function messageRow(label: string, detail: string, icon: string, act?: () => void): Row {
  return { ...AS_THEY_ARE, label: `$(${icon}) ${label}`, detail, ...(act && { act }) };
}

/** Text of the workspace as it is: `$(name)` would be drawn as an icon. */
function plainLabel(text: string): string {
  return text.replaceAll("$(", "$\u200b(");
}
