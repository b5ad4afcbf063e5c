import type { Hit, SearchFilter } from "../protocol.generated";

/** A folder or language that a search can be narrowed to, and how many of the present hits are in it. */
export interface Facet {
  readonly kind: "folder" | "language";
  readonly value: string;
  readonly count: number;
}

/** Languages of hits, the most frequent first, and folders, two levels deep; `pathOf` gives a hit's path in its folder, with slashes. */
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

/** The server's filter for what was chosen; a folder's name holds no pattern. */
export function filterOf(chosen: readonly Facet[]): SearchFilter {
  const include = chosen.filter((each) => each.kind === "folder").map((each) => `/${escapeGlob(each.value)}/`);
  const languages = chosen.filter((each) => each.kind === "language").map((each) => each.value);
  return { ...(include.length > 0 && { include }), ...(languages.length > 0 && { languages }) };
}

function escapeGlob(path: string): string {
  return path.replace(/[\\*?[\]!#]/g, "\\$&").replace(/ $/, "\\ ");
}
