import { qualifiedName } from "./hits";
import type { Hit, IndexSummary } from "../protocol.generated";

/** What an agent is given: each hit with its place and first lines, and how complete the index was. */
export function agentText(hits: readonly Hit[], index: IndexSummary, pathOf: (uri: string) => string): string {
  const completeness =
    index.state === "indexing"
      ? `The index is incomplete: ${index.filesIndexed} of ${index.filesTotal} files.\n\n`
      : "";
  if (hits.length === 0) {
    return `${completeness}Nothing was found.`;
  }
  return completeness + hits.map((hit) => agentHit(hit, pathOf)).join("\n\n");
}

function agentHit(hit: Hit, pathOf: (uri: string) => string): string {
  const { start, end } = hit.location.range;
  const fence = "`".repeat(Math.max(3, 1 + Math.max(0, ...(hit.preview.match(/`+/g) ?? []).map((run) => run.length))));
  const place = `${pathOf(hit.location.uri)}:${start.line + 1}-${end.line + 1}`;
  return `${place} ${qualifiedName(hit)} (score ${hit.score.toFixed(2)})\n${fence}${hit.languageId}\n${hit.preview.trimEnd()}\n${fence}`;
}
