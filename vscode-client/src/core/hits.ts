import type { Hit, IndexSummary } from "../protocol.generated";

/** `net.retry_with_backoff`, `Runbook › Restoring`: the names around a hit and its own, as far as they are known. */
export function qualifiedName(hit: Hit): string {
  return hit.containerName ? hit.containerName + (hit.space === "code" ? "." : " › ") + hit.name : hit.name;
}

/** Lines that say little of what a piece of code is: decorators, marks of comments, imports. */
const UNTELLING =
  /^(@|#\[|#!|\[\w+\]$|"""$|\/\*|\/\/|<!--|---|#include\b|from\s+\S+\s+import\b|import\b|use\s|package\s|require\b|["'][^"']*["'][,;]?$)/;

/** The line of a hit that says most in a list: the first with words that is not one of those. */
export function tellingLine(preview: string): string {
  const lines = preview.split(/\r\n|\n|\r/).map((line) => line.trim());
  const worded = lines.filter((line) => /[\p{L}\p{N}]/u.test(line));
  const telling = worded.find((line) => !UNTELLING.test(line)) ?? worded[0] ?? lines.find((line) => line !== "") ?? "";
  return telling.replace(/^"""\s*|\s*"""$/g, "").replace(/\s+/g, " ");
}

/** The line that stands under a hit's name: of a note the first below its heading, which is its name. */
export function lineUnder(hit: Hit): string {
  if (hit.space === "code") {
    return tellingLine(hit.preview);
  }
  const heading = /^\s*([#=*]+\s.*|[=\-~^"'`#*+]{3,}\s*)$/;
  const lines = hit.preview.split(/\r\n|\n|\r/);
  const below = lines.filter((line) => !heading.test(line) && line.trim() !== hit.name && line.trim() !== "");
  return tellingLine(below.join("\n") || hit.preview);
}

/** Hits of a list, code and notes apart, each in the order of the answer; what holds the best hit comes first. */
export function grouped(hits: readonly Hit[]): { readonly title: string; readonly hits: readonly Hit[] }[] {
  const groups = [
    { title: "Code", hits: hits.filter((hit) => hit.space === "code") },
    { title: "Notes", hits: hits.filter((hit) => hit.space === "prose") },
  ].filter((group) => group.hits.length > 0);
  return hits[0]?.space === "prose" ? groups.reverse() : groups;
}

/** How much of the workspace an answer knew, in percent; undefined where it knew all. */
export function percentIndexed(index: IndexSummary): number | undefined {
  if (index.state !== "indexing" || index.filesTotal === 0) {
    return undefined;
  }
  return Math.min(99, Math.floor((100 * index.filesIndexed) / index.filesTotal));
}

/** Whether what an answer lacks may still come. */
export function isGrowing(index: IndexSummary): boolean {
  return index.state === "indexing";
}

/** Why a list is empty, and what to try. */
export function whyNothing(index: IndexSummary, filtered: boolean, indexingPaused: boolean): string {
  if (index.state === "empty") {
    return "There are no files to search in this workspace.";
  }
  if (isGrowing(index) && indexingPaused) {
    return `Indexing is paused at ${index.filesIndexed} of ${index.filesTotal} files.`;
  }
  if (isGrowing(index)) {
    return `The index is being built: ${index.filesIndexed} of ${index.filesTotal} files so far. The list fills by itself.`;
  }
  if (filtered) {
    return "Nothing fits under the present filter.";
  }
  return `None of the ${index.filesIndexed} indexed files answers this. Other words may: say what the code does.`;
}
