import type { Range } from "vscode-languageclient";
import type { Hit, IndexSummary, Reason } from "../protocol.generated";
import { t } from "./localize";

/** `net.retry_with_backoff`, `Runbook › Restoring`: the names around a hit and its own, as far as they are known. */
export function qualifiedName(hit: Hit): string {
  if (!hit.containerName) {
    return hit.name;
  }
  return hit.space === "code"
    ? `${hit.containerName}.${hit.name}`
    : `${hit.containerName.replaceAll(" > ", " › ")} › ${hit.name}`;
}

/** Hits that answer the question, and those that an answer also holds but that hardly do. */
export interface Ranked {
  readonly answers: readonly Hit[];
  readonly weaker: readonly Hit[];
}

/** A hit whose score is a smaller part of the best one's does not answer what the best one answers. */
const WEAK_SHARE = 0.03;

/** Part the hits of an answer: a hit is weaker by its score beside the best, or when only its shape speaks for it. */
export function partByStrength(hits: readonly Hit[]): Ranked {
  const best = hits[0]?.score ?? 0;
  const isAnswer = (hit: Hit) =>
    hit.score >= WEAK_SHARE * best &&
    (hit.reasons.length === 0 || hit.reasons.some(({ signal }) => signal !== "shape"));
  return { answers: hits.filter(isAnswer), weaker: hits.filter((hit) => !isAnswer(hit)) };
}

/** Code that is less alike than this, and than this part of what is most alike, is no answer to "what is like it?". */
const ALIKE = 0.5;
const ALIKE_SHARE = 0.6;

/** Part similar code where the likeness drops; where nothing is much alike, the best of it are the answers. */
export function partByLikeness(hits: readonly Hit[]): Ranked {
  const best = hits[0]?.score ?? 0;
  const isAnswer = ({ score }: Hit) => score >= ALIKE || score >= ALIKE_SHARE * best;
  return { answers: hits.filter(isAnswer), weaker: hits.filter((hit) => !isAnswer(hit)) };
}

/** How alike two pieces of code are, as three dots and in words; `similarity` is 0 to 1. */
export function likeness(similarity: number): { readonly mark: string; readonly words: string } {
  if (similarity >= 0.8) {
    return { mark: "●●●", words: t("nearly the same") };
  }
  return similarity >= 0.5 ? { mark: "●●○", words: t("much alike") } : { mark: "●○○", words: t("somewhat alike") };
}

/** The text beside a hit's name: the line that answers, but not a declaration that says no more than the name. */
export function answerText(hit: Hit): string {
  const { answer, selectionRange } = hit;
  if (!answer || answer.range.start.line !== selectionRange.start.line) {
    return answer?.text ?? "";
  }
  const named = qualifiedName(hit).toLowerCase();
  const said = (answer.marks ?? []).map(({ start, end }) => answer.text.slice(start, end).toLowerCase());
  return said.some((word) => !named.includes(word)) ? answer.text : "";
}

/** A function is read from its head on, unless what answers stands so many lines below it. */
const FAR_BELOW = 25;

/** Where a hit opens: at its name, or in a very long function at the line that answers. */
export function openingOf({ answer, selectionRange }: Hit): Range {
  const far = answer?.marks?.length && answer.range.start.line - selectionRange.start.line > FAR_BELOW;
  return far ? answer.range : selectionRange;
}

/** A signal with a smaller share is not worth a word. The command line says the same (cli/explanation.py). */
const LEAST_SHARE = 0.05;

/** Why a hit is in the list, in words, what counted most first; empty where nothing is known. */
export function whyFound(hit: Hit): string {
  const telling = hit.reasons.filter(({ share }) => share >= LEAST_SHARE);
  const clauses = telling.sort((a, b) => b.share - a.share).map(clauseOf);
  return clauses.filter(Boolean).join("; ");
}

function clauseOf({ signal, words = [] }: Reason): string {
  const said = words.map((word) => `“${word}”`).join(", ");
  const saying: Readonly<Record<string, string>> = {
    name: t("its name says {0}", said),
    path: t("its path says {0}", said),
    keywords: t("its text says {0}", said),
  };
  const wordless: Readonly<Record<string, string>> = {
    semantic: t("close in meaning"),
    keywords: t("words of the question stand in it"),
    symbol: t("the question names it"),
    name: t("its name is like the question"),
    path: t("its path is like the question"),
    file: t("its file holds other answers"),
    role: t("the part that its file plays"),
    shape: t("how long it is and how often it is mentioned"),
    structure: t("built alike"),
  };
  return (said && saying[signal]) || (wordless[signal] ?? "");
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
    return t("There are no files to search in this workspace.");
  }
  if (isGrowing(index) && indexingPaused) {
    return t("Indexing is paused at {0} of {1} files.", index.filesIndexed, index.filesTotal);
  }
  if (isGrowing(index)) {
    return t(
      "The index is being built: {0} of {1} files so far. The list fills by itself.",
      index.filesIndexed,
      index.filesTotal,
    );
  }
  if (filtered) {
    return t("Nothing fits under the present filter.");
  }
  return t("None of the {0} indexed files answers this. Other words may: say what the code does.", index.filesIndexed);
}
