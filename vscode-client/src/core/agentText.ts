import type { Hit, IndexSummary } from "../protocol.generated";
import { partByStrength, qualifiedName } from "./hits";

/**
 * What an agent is given: each hit with its place and first lines, best first, and how complete the index was. Scores
 * are left out, since they compare the hits of one answer alone; weaker hits follow a line that says so.
 */
export function agentText(hits: readonly Hit[], index: IndexSummary, pathOf: (uri: string) => string): string {
  const completeness =
    index.state === "indexing"
      ? `The index is incomplete: ${index.filesIndexed} of ${index.filesTotal} files.\n\n`
      : "";
  if (hits.length === 0) {
    return `${completeness}Nothing was found.`;
  }
  const { answers, weaker } = partByStrength(hits);
  const more =
    weaker.length > 0 ? ["Weaker matches, by place alone:\n" + weaker.map((hit) => head(hit, pathOf)).join("\n")] : [];
  return completeness + [...answers.map((hit) => body(hit, pathOf)), ...more].join("\n\n");
}

function body(hit: Hit, pathOf: (uri: string) => string): string {
  const fence = "`".repeat(Math.max(3, 1 + Math.max(0, ...(hit.preview.match(/`+/g) ?? []).map((run) => run.length))));
  return `${head(hit, pathOf)}\n${fence}${hit.languageId}\n${hit.preview.trimEnd()}\n${fence}${answerBelow(hit)}`;
}

/** The line that answers, where the first lines do not show it. */
function answerBelow({ answer, location, preview }: Hit): string {
  const shown = preview.trimEnd().split("\n").length;
  const isBelow = answer && answer.range.start.line >= location.range.start.line + shown;
  return isBelow ? `\nline ${answer.range.start.line + 1}: ${answer.text}` : "";
}

function head(hit: Hit, pathOf: (uri: string) => string): string {
  const { start, end } = hit.location.range;
  return `${pathOf(hit.location.uri)}:${start.line + 1}-${end.line + 1} ${qualifiedName(hit)}`;
}
