import * as vscode from "vscode";
import { SYMBOL_GROUPS, type Facet } from "../core/facets";
import { counted, t } from "../core/localize";
import { facetText } from "./filter";

interface FacetItem extends vscode.QuickPickItem {
  readonly facet?: Facet;
}

const ICONS: Record<Facet["kind"], string> = {
  files: "files",
  symbols: "symbol-misc",
  language: "code",
  root: "root-folder",
  folder: "folder",
};

/**
 * Ask what to search in; undefined when the question was dismissed, an empty list for everything. `offered` are the
 * languages and folders of the present answer. A folder's button leaves it out instead.
 */
export async function chooseFacets(offered: readonly Facet[], chosen: readonly Facet[]): Promise<Facet[] | undefined> {
  const pick = vscode.window.createQuickPick<FacetItem>();
  const excluded = new Set(chosen.filter((each) => each.excluded).map((each) => each.value));
  const all = [...fixedFacets(), ...offered];
  all.push(...chosen.filter((each) => !all.some((other) => isSame(each, other))));
  const leaveOut = { iconPath: new vscode.ThemeIcon("exclude"), tooltip: t("Leave Out, or Take In Again") };
  const itemOf = (facet: Facet): FacetItem => {
    const isOut = facet.kind === "folder" && excluded.has(facet.value);
    const count = facet.count > 0 ? counted(facet.count, "1 answer", "{0} answers") : "";
    return {
      label: `$(${ICONS[facet.kind]}) ${facetText(facet)}`,
      description: isOut ? t("left out") : count,
      ...(facet.kind === "folder" && { buttons: [leaveOut] }),
      facet,
    };
  };
  const draw = (selected: readonly Facet[]) => {
    const group = (label: string, ...kinds: Facet["kind"][]): FacetItem[] => {
      const items = all.filter((facet) => kinds.includes(facet.kind)).map(itemOf);
      return items.length > 0 ? [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items] : [];
    };
    pick.items = [
      ...group(t("files"), "files"),
      ...group(t("kinds"), "symbols"),
      ...group(t("languages"), "language"),
      ...group(t("folders"), "root", "folder"),
    ];
    pick.selectedItems = pick.items.filter(({ facet }) => facet && selected.some((each) => isSame(each, facet)));
  };
  pick.title = t("Search Only In");
  pick.placeholder = t("Choose where to search; choose nothing for everything");
  pick.canSelectMany = true;
  draw(chosen.filter((each) => !each.excluded));
  pick.onDidTriggerItemButton(({ item }) => {
    const { facet } = item;
    if (facet) {
      if (!excluded.delete(facet.value)) {
        excluded.add(facet.value);
      }
      const selected = pick.selectedItems.flatMap((each) => (each.facet ? [each.facet] : []));
      draw(selected.filter((each) => each.kind !== "folder" || !excluded.has(each.value)));
    }
  });
  const picked = await new Promise<Facet[] | undefined>((resolve) => {
    pick.onDidAccept(() => {
      const selected = pick.selectedItems.flatMap(({ facet }) => (facet ? [facet] : []));
      const out = [...excluded].map((value): Facet => ({ kind: "folder", value, count: 0, excluded: true }));
      resolve([...selected.filter((each) => each.kind !== "folder" || !excluded.has(each.value)), ...out]);
      pick.hide();
    });
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  return picked;
}

function fixedFacets(): Facet[] {
  const roots = vscode.workspace.workspaceFolders ?? [];
  return [
    { kind: "files", value: "open", count: 0 },
    { kind: "files", value: "changed", count: 0 },
    ...Object.keys(SYMBOL_GROUPS).map((value): Facet => ({ kind: "symbols", value, count: 0 })),
    ...(roots.length > 1 ? roots.map(({ uri }): Facet => ({ kind: "root", value: uri.toString(), count: 0 })) : []),
  ];
}

function isSame(a: Facet, b: Facet): boolean {
  return a.kind === b.kind && a.value === b.value;
}
