import * as vscode from "vscode";
import type { Location } from "vscode-languageclient";
import { openingOf, qualifiedName } from "../core/hits";
import { t } from "../core/localize";
import { formatHits, type Answer, type Question } from "../core/resultsModel";
import { openPlace, shownPath } from "../places";
import type { DuplicatesParams, Hit, SimilarCodeParams } from "../protocol.generated";
import type { SearchScope } from "../search/filter";
import { explainFailure } from "../server/explaining";
import type { Server } from "../server/server";
import { SimilarCodeHint } from "./hint";
import { compare, Excerpts, SCHEME } from "./excerpts";
import type { Results } from "./results";
import type { Node } from "./tree";

/** Similar code and near-duplicates, and everything that is done with a list of results. */
export function registerResults(
  context: vscode.ExtensionContext,
  server: Server,
  results: Results,
  scope: SearchScope,
): void {
  const register = (name: string, act: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, act));

  const askAndShow = async (question: Question, reveal: boolean) => {
    try {
      const answer =
        question.kind === "duplicates"
          ? await withCancellableProgress((report, token) => ask(server, question, token, report))
          : await vscode.window.withProgress({ location: { viewId: "dowse.results" } }, (_, token) =>
              ask(server, question, token),
            );
      if (answer) {
        await results.show(answer, { reveal });
      }
    } catch (error) {
      await explainFailure(server, error);
    }
  };
  const open = (hit: Hit, options: { preserveFocus?: boolean; side?: boolean; preview?: boolean }) => {
    results.setCurrent(hit);
    return openPlace(hit.location, { cursor: openingOf(hit), ...options });
  };
  const step = async (by: 1 | -1) => {
    const hit = await results.step(by);
    if (hit) {
      await openPlace(hit.location, { cursor: openingOf(hit), preview: true });
    }
  };

  const documents = [{ scheme: "file" }, { scheme: "untitled" }];
  context.subscriptions.push(
    results,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, new Excerpts()),
    vscode.languages.registerCodeActionsProvider(documents, new SimilarCodeHint(server), SimilarCodeHint.metadata),
  );
  register("dowse.findSimilar", async (given?: unknown) => {
    const params = placeOf(given) ?? atCursor();
    if (params) {
      await askAndShow({ kind: "similar", params: { limit: 30, ...params } }, true);
    }
  });
  register("dowse.findNearDuplicates", async () => {
    const params: DuplicatesParams = scope.includesTests ? {} : { filter: { tests: "out" } };
    await askAndShow({ kind: "duplicates", params }, true);
  });
  register("dowse.results.open", (hit: Hit) => open(hit, { preview: true, preserveFocus: true }));
  register("dowse.results.openToSide", ({ hit }: Node) => hit && open(hit, { side: true }));
  register("dowse.results.openAll", async ({ group }: Node) => {
    for (const hit of group.hits) {
      await open(hit, {});
    }
  });
  register("dowse.results.next", () => step(1));
  register("dowse.results.previous", () => step(-1));
  register("dowse.results.dismiss", (node?: Node) => {
    const chosen = node ?? results.view.selection[0];
    if (chosen) {
      results.dismiss(chosen);
    }
  });
  register("dowse.results.refresh", async () => {
    if (results.shown) {
      await askAndShow(results.shown.question, false);
    }
  });
  register("dowse.results.clear", () => results.clear());
  register("dowse.results.copy", () => copy(results.hits));
  register("dowse.results.copyHit", ({ hit, group }: Node) => copy(hit ? [hit] : group.hits));
  register("dowse.results.copyPath", ({ hit, group }: Node) => {
    const places = (hit ? [hit] : group.hits).map((each) => vscode.Uri.parse(each.location.uri).fsPath);
    return vscode.env.clipboard.writeText([...new Set(places)].join("\n"));
  });
  register("dowse.results.compare", async ({ hit, group }: Node) => {
    const source = sourceOf(results.shown, group);
    if (hit && source) {
      await compare(source.location, hit.location, [source.name, qualifiedName(hit)]);
    }
  });
  // What the server's hovers link to: both only open documents.
  register("dowse.openPlace", (location: Location) => openPlace(location, { preview: true }));
  register("dowse.comparePlaces", (left: Location, right: Location) => compare(left, right));
}

async function ask(
  server: Server,
  question: Question,
  token: vscode.CancellationToken,
  report: (percent: number) => void = () => undefined,
): Promise<Answer> {
  switch (question.kind) {
    case "search": {
      const answer = await server.search(question.params, token);
      return { question, hits: answer.results, index: answer.index };
    }
    case "similar": {
      const answer = await server.similar(question.params, token);
      return { question, hits: answer.results, index: answer.index, source: answer.source };
    }
    case "duplicates": {
      const duplicates = await server.duplicates(question.params, report, token);
      const hits = duplicates.clusters.flatMap((cluster) => cluster.copies);
      return { question, hits, index: duplicates.index, duplicates };
    }
  }
}

/** Undefined where the user cancelled. */
async function withCancellableProgress<R>(
  act: (report: (percent: number) => void, token: vscode.CancellationToken) => Promise<R>,
): Promise<R | undefined> {
  const title = t("Dowse: comparing functions");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    let reported = 0;
    const report = (percent: number) => {
      progress.report({ increment: Math.max(0, percent - reported) });
      reported = Math.max(reported, percent);
    };
    try {
      return await act(report, token);
    } catch (error) {
      if (token.isCancellationRequested) {
        return undefined;
      }
      throw error;
    }
  });
}

/** What the hits of a list are compared with: the function that was asked about, or the first of its copies. */
function sourceOf(answer: Answer | undefined, group: Node["group"]): { location: Location; name: string } | undefined {
  const [first] = group.kind === "cluster" ? group.cluster.copies : [];
  if (first) {
    return { location: first.location, name: qualifiedName(first) };
  }
  if (answer?.question.kind === "similar" && answer.source) {
    const { range, name } = answer.source;
    return { location: { uri: answer.question.params.textDocument.uri, range }, name };
  }
  return undefined;
}

async function copy(hits: readonly Hit[]): Promise<void> {
  await vscode.env.clipboard.writeText(formatHits(hits, shownPath, qualifiedName));
}

function atCursor(): SimilarCodeParams | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(t("Open a file and put the cursor into a function first."));
    return undefined;
  }
  const textDocument = { uri: editor.document.uri.toString() };
  const { selection } = editor;
  return selection.isEmpty
    ? { textDocument, position: selection.active }
    : { textDocument, range: { start: selection.start, end: selection.end } };
}

/** What a menu or a lens passed, as a place: lenses pass the server's own arguments, the results view a row. */
function placeOf(value: unknown): SimilarCodeParams | undefined {
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  if ("textDocument" in value && ("position" in value || "range" in value)) {
    return value as SimilarCodeParams;
  }
  const hit = "group" in value ? (value as Node).hit : undefined;
  return hit && { textDocument: { uri: hit.location.uri }, position: hit.selectionRange.start };
}
