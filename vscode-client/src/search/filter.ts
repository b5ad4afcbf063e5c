import * as vscode from "vscode";
import { filterOf, type Facet, type NamedFiles } from "../core/facets";
import { t } from "../core/localize";
import { pathInFolder } from "../places";
import type { SearchFilter } from "../protocol.generated";

const CHOSEN = "search.filter";
const TESTS = "search.includeTests";

/** What searches are narrowed to: kept for the workspace; whether tests answer is a setting, for all of them. */
export class SearchScope {
  constructor(private readonly state: vscode.Memento) {}

  get chosen(): readonly Facet[] {
    return this.state.get<Facet[]>(CHOSEN, []);
  }

  async choose(facets: readonly Facet[]): Promise<void> {
    await this.state.update(CHOSEN, facets);
  }

  get includesTests(): boolean {
    return vscode.workspace.getConfiguration("dowse").get<boolean>(TESTS, true);
  }

  async toggleTests(): Promise<void> {
    const settings = vscode.workspace.getConfiguration("dowse");
    const here = settings.inspect<boolean>(TESTS)?.workspaceValue !== undefined;
    const target = here ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await settings.update(TESTS, !this.includesTests, target);
  }

  get isNarrow(): boolean {
    return this.chosen.length > 0 || !this.includesTests;
  }

  /** For the server; undefined where no file can fit. */
  async filter(): Promise<SearchFilter | undefined> {
    const files: NamedFiles = this.chosen.some((facet) => facet.kind === "files")
      ? { open: openPaths(), changed: await changedPaths() }
      : { open: [], changed: [] };
    return filterOf(this.chosen, this.includesTests, files);
  }

  /** For a title: `python, src, not docs, no tests`; empty for everything. */
  get text(): string {
    const texts = this.chosen.map((facet) => (facet.excluded ? t("not {0}", facetText(facet)) : facetText(facet)));
    return [...texts, ...(this.includesTests ? [] : [t("no tests")])].join(", ");
  }
}

/** What a facet is called; a language by the name that its extension gives it. */
export function facetText(facet: Facet): string {
  switch (facet.kind) {
    case "files":
      return facet.value === "open" ? t("open files") : t("changed files");
    case "symbols":
      return { functions: t("functions"), types: t("types"), values: t("values") }[facet.value] ?? facet.value;
    case "language":
      return languageName(facet.value);
    case "root":
      return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === facet.value)?.name ?? facet.value;
    case "folder":
      return facet.value;
  }
}

function languageName(id: string): string {
  for (const { packageJSON } of vscode.extensions.all) {
    const { contributes } = packageJSON as { contributes?: { languages?: { id: string; aliases?: string[] }[] } };
    const name = contributes?.languages?.find((language) => language.id === id)?.aliases?.[0];
    if (name) {
      return name;
    }
  }
  return id === "restructuredtext" ? "reStructuredText" : id;
}

function openPaths(): string[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = tabs.flatMap(({ input }) =>
    input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook ? [input.uri] : [],
  );
  return uris.filter((uri) => uri.scheme === "file").map((uri) => pathInFolder(uri.toString()));
}

/** What VS Code's own extension for git exports, as far as it is used here. */
interface GitApi {
  readonly repositories: readonly {
    readonly state: Readonly<
      Record<"workingTreeChanges" | "indexChanges" | "untrackedChanges", readonly { readonly uri: vscode.Uri }[]>
    >;
  }[];
}

/** Files that git calls changed, added or untracked; none without git. */
async function changedPaths(): Promise<string[]> {
  const git = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>("vscode.git");
  const api = await git?.activate().then(
    (exported) => exported.getAPI(1),
    () => undefined,
  );
  const changes = (api?.repositories ?? []).flatMap(({ state }) => [
    ...state.workingTreeChanges,
    ...state.indexChanges,
    ...state.untrackedChanges,
  ]);
  return changes.map(({ uri }) => pathInFolder(uri.toString()));
}
