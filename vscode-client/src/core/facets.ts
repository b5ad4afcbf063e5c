import type { Hit, KindName, SearchFilter } from "../protocol.generated";

/** What a search can be narrowed to, or leave out where `excluded`; `count` is how many answers are in it. */
export interface Facet {
  readonly kind: "files" | "symbols" | "language" | "root" | "folder";
  readonly value: string;
  readonly count: number;
  readonly excluded?: boolean;
}

/** Files that a facet of kind `files` stands for: paths within their workspace folders. */
export interface NamedFiles {
  readonly open: readonly string[];
  readonly changed: readonly string[];
}

/** Groups of kinds, by the value of a facet of kind `symbols`. */
export const SYMBOL_GROUPS: Readonly<Record<string, readonly KindName[]>> = {
  functions: ["Function", "Method", "Constructor"],
  types: ["Class", "Interface", "Struct", "Enum", "TypeParameter"],
  values: ["Variable", "Constant", "Field", "Property", "Object"],
};

/**
 * Languages of hits, the most frequent first, and folders, two levels deep. `pathOf` gives a hit's path in its folder,
 * with slashes.
 */
export function facetsOf(hits: readonly Hit[], pathOf: (hit: Hit) => string): Facet[] {
  const folders = new Map<string, number>();
  const languages = new Map<string, number>();
  for (const hit of hits) {
    languages.set(hit.languageId, (languages.get(hit.languageId) ?? 0) + 1);
    const parts = pathOf(hit).split("/").slice(0, -1);
    for (let depth = 1; depth <= Math.min(2, parts.length); depth++) {
      const folder = parts.slice(0, depth).join("/");
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
    }
  }
  const facets = (kind: Facet["kind"], counts: Map<string, number>): Facet[] =>
    [...counts].map(([value, count]) => ({ kind, value, count }));
  return [
    ...facets("language", languages).sort((a, b) => b.count - a.count || a.value.localeCompare(b.value)),
    ...facets("folder", folders).sort((a, b) => a.value.localeCompare(b.value)),
  ];
}

/** The server's filter for what was chosen; undefined where nothing can fit it. A path is no pattern. */
export function filterOf(chosen: readonly Facet[], withTests: boolean, files: NamedFiles): SearchFilter | undefined {
  const values = (kind: Facet["kind"], excluded: boolean) =>
    chosen.filter((each) => each.kind === kind && (each.excluded ?? false) === excluded).map((each) => each.value);
  const inside = values("folder", false);
  const named = values("files", false).map((value) => (value === "open" ? files.open : files.changed));
  const paths = [...new Set(named.flat())].filter(
    (path) =>
      named.every((each) => each.includes(path)) &&
      (inside.length === 0 || inside.some((folder) => path.startsWith(`${folder}/`))),
  );
  if (named.length > 0 && paths.length === 0) {
    return undefined;
  }
  const include =
    named.length > 0 ? paths.map((path) => `/${escapeGlob(path)}`) : inside.map((folder) => `/${escapeGlob(folder)}/`);
  const exclude = values("folder", true).map((folder) => `/${escapeGlob(folder)}/`);
  const lists = {
    include,
    exclude,
    languages: values("language", false),
    kinds: values("symbols", false).flatMap((group) => SYMBOL_GROUPS[group] ?? []),
    folders: values("root", false),
  };
  const given = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
  return withTests ? given : { ...given, tests: "out" };
}

function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]!#]/g, "\\$&").replace(/ $/, "\\ ");
}
