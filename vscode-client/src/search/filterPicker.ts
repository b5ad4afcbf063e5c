import * as vscode from "vscode";
import type { Facet } from "../core/facets";
import { plural } from "../core/statusText";

interface FacetItem extends vscode.QuickPickItem {
  readonly facet?: Facet;
}

/** Ask for folders and languages; undefined when the question was dismissed, an empty list for no filter. */
export async function chooseFacets(offered: readonly Facet[], chosen: readonly Facet[]): Promise<Facet[] | undefined> {
  const isSame = (a: Facet) => (b: Facet) => a.kind === b.kind && a.value === b.value;
  const all = [...offered, ...chosen.filter((each) => !offered.some(isSame(each)))];
  const items = (kind: Facet["kind"]): FacetItem[] =>
    all
      .filter((facet) => facet.kind === kind)
      .map((facet) => ({
        label: facet.value,
        iconPath: kind === "folder" ? vscode.ThemeIcon.Folder : new vscode.ThemeIcon("code"),
        picked: chosen.some(isSame(facet)),
        ...(facet.count > 0 && { description: plural(facet.count, "hit") }),
        facet,
      }));
  const groups: FacetItem[] = [
    { label: "Languages", kind: vscode.QuickPickItemKind.Separator },
    ...items("language"),
    { label: "Folders", kind: vscode.QuickPickItemKind.Separator },
    ...items("folder"),
  ];
  const picked = await vscode.window.showQuickPick(groups, {
    title: "Search Only In",
    placeHolder: all.length > 0 ? "Choose folders and languages; choose none for everything" : "Type a search first",
    canPickMany: true,
  });
  return picked?.flatMap((item) => (item.facet ? [item.facet] : []));
}
