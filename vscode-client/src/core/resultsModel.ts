import type { Hit, IndexSummary, SimilarCodeParams, SemanticSearchParams, SimilarSource } from "../protocol.generated";

/** What a list of results answers, so that it can be asked again. */
export type Question =
  | { readonly kind: "search"; readonly params: SemanticSearchParams }
  | { readonly kind: "similar"; readonly params: SimilarCodeParams };

export interface Answer {
  readonly question: Question;
  readonly hits: readonly Hit[];
  readonly index: IndexSummary;
  /** What was compared, in a list of similar code. */
  readonly source?: SimilarSource;
}

export interface FileOfHits {
  readonly uri: string;
  readonly hits: readonly Hit[];
}

/** Hits by file, in the order of the answer: files by their best hit, and the best hit of a file first. */
export function byFile(hits: readonly Hit[]): FileOfHits[] {
  const files = new Map<string, Hit[]>();
  for (const hit of hits) {
    files.set(hit.location.uri, [...(files.get(hit.location.uri) ?? []), hit]);
  }
  return [...files].map(([uri, own]) => ({ uri, hits: own }));
}

/** The hit after (or before) another in the order of the tree, going round at its ends. */
export function neighbour(files: readonly FileOfHits[], from: Hit | undefined, step: 1 | -1): Hit | undefined {
  const all = files.flatMap((file) => file.hits);
  const at = from ? all.indexOf(from) : -1;
  if (at === -1) {
    return step === 1 ? all[0] : all.at(-1);
  }
  return all[(at + step + all.length) % all.length];
}

/** Hits as lines that terminals and issue trackers understand: `path:line:column: name`, then the preview. */
export function asText(
  hits: readonly Hit[],
  pathOf: (uri: string) => string,
  containerOf: (hit: Hit) => string,
): string {
  return hits
    .map((hit) => {
      const { line, character } = hit.selectionRange.start;
      const preview = hit.preview.replace(/\s+$/, "").replace(/^/gm, "    ");
      return `${pathOf(hit.location.uri)}:${line + 1}:${character + 1}: ${containerOf(hit)}\n${preview}\n`;
    })
    .join("\n");
}

/** What stands above the tree. */
export function titleOf(answer: Answer): string {
  const count = answer.hits.length === 1 ? "1 hit" : `${answer.hits.length} hits`;
  return answer.question.kind === "search"
    ? `${count} for “${answer.question.params.query}”`
    : `${count} like ${answer.source?.name ?? "the selection"}`;
}
