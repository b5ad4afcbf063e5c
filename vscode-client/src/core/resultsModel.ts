import type {
  DuplicateCluster,
  DuplicatesParams,
  DuplicatesResult,
  Hit,
  IndexSummary,
  SimilarCodeParams,
  SemanticSearchParams,
  SimilarSource,
} from "../protocol.generated";
import { partByLikeness, partByStrength, type Ranked } from "./hits";
import { counted, t } from "./localize";

/** What a list of results answers, so that it can be asked again. */
export type Question =
  | { readonly kind: "search"; readonly params: SemanticSearchParams; readonly scope: string }
  | { readonly kind: "similar"; readonly params: SimilarCodeParams }
  | { readonly kind: "duplicates"; readonly params: DuplicatesParams };

export interface Answer {
  readonly question: Question;
  readonly hits: readonly Hit[];
  readonly index: IndexSummary;
  /** What was compared, in a list of similar code. */
  readonly source?: SimilarSource;
  /** The groups, in a list of near-duplicates. */
  readonly duplicates?: DuplicatesResult;
}

/** Hits that stand together in the tree: those of one file, the copies of one function, or what hardly answers. */
export type Group =
  | { readonly kind: "file"; readonly uri: string; readonly hits: readonly Hit[] }
  | { readonly kind: "cluster"; readonly cluster: DuplicateCluster; readonly hits: readonly Hit[] }
  | { readonly kind: "weaker"; readonly hits: readonly Hit[] };

/** The groups of an answer in its order: files by their best hit, and the best hit of a file first. */
export function groupsOf(answer: Answer): Group[] {
  if (answer.duplicates) {
    return answer.duplicates.clusters.map((cluster) => ({ kind: "cluster", cluster, hits: cluster.copies }));
  }
  const { answers, weaker } = part(answer);
  const files = new Map<string, Hit[]>();
  for (const hit of answers) {
    files.set(hit.location.uri, [...(files.get(hit.location.uri) ?? []), hit]);
  }
  const groups = [...files].map(([uri, hits]): Group => ({ kind: "file", uri, hits }));
  return weaker.length > 0 ? [...groups, { kind: "weaker", hits: weaker }] : groups;
}

function part({ question, hits }: Answer): Ranked {
  return question.kind === "similar" ? partByLikeness(hits) : partByStrength(hits);
}

/** The groups without a hit, or without all of some hits; a function with no copy left is no duplicate. */
export function removeHits(groups: readonly Group[], dismissed: ReadonlySet<Hit>): Group[] {
  return groups
    .map((group) => ({ ...group, hits: group.hits.filter((hit) => !dismissed.has(hit)) }))
    .filter((group) => group.hits.length > (group.kind === "cluster" ? 1 : 0));
}

/** The hit after (or before) another in the order of the tree, going round at its ends. */
export function adjacentHit(groups: readonly Group[], from: Hit | undefined, step: 1 | -1): Hit | undefined {
  const all = groups.filter((group) => group.kind !== "weaker").flatMap((group) => group.hits);
  const at = from ? all.indexOf(from) : -1;
  if (at === -1) {
    return step === 1 ? all[0] : all.at(-1);
  }
  return all[(at + step + all.length) % all.length];
}

/** Hits as lines that terminals and issue trackers understand: `path:line:column: name`, then the preview. */
export function formatHits(
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

/** What stands above the tree: how many answers there are, to what, and where was looked. */
export function titleOf(answer: Answer): string {
  const { question } = answer;
  switch (question.kind) {
    case "search": {
      const { query } = question.params;
      const count = part(answer).answers.length;
      if (count === 0) {
        return t("Nothing answers “{0}”.", query);
      }
      const title = counted(count, "1 answer to “{1}”", "{0} answers to “{1}”", query);
      return question.scope ? `${title} (${question.scope})` : title;
    }
    case "similar": {
      const name = answer.source?.name ?? t("the selection");
      const count = part(answer).answers.length;
      return count === 0
        ? t("Nothing else in the workspace resembles {0}.", name)
        : counted(count, "1 like {1}", "{0} like {1}", name);
    }
    case "duplicates":
      return duplicatesTitle(answer.duplicates);
  }
}

function duplicatesTitle(duplicates: DuplicatesResult | undefined): string {
  const compared = counted(duplicates?.compared ?? 0, "1 function was compared.", "{0} functions were compared.");
  if (!duplicates || duplicates.clusters.length === 0) {
    return `${t("No functions nearly repeat one another.")} ${compared}`;
  }
  const saved = duplicates.clusters.reduce((sum, cluster) => sum + cluster.savedLines, 0);
  const found = counted(
    duplicates.found,
    "1 group of functions that nearly repeat one another.",
    "{0} groups of functions that nearly repeat one another.",
  );
  return `${found} ${counted(saved, "About 1 line could be saved.", "About {0} lines could be saved.")} ${compared}`;
}
