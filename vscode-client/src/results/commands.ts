import * as vscode from "vscode";
import type { Location } from "vscode-languageclient";
import { qualifiedName } from "../core/hits";
import { asText, type Answer, type Question } from "../core/resultsModel";
import { openPlace, shownPath } from "../places";
import type { Hit, SimilarCodeParams } from "../protocol.generated";
import type { Server } from "../server/server";
import { compare, Pieces, SCHEME } from "./pieces";
import type { Results } from "./results";
import type { Node } from "./tree";

/** Similar code, and everything that is done with a list of results. */
export function registerResults(context: vscode.ExtensionContext, server: Server, results: Results): void {
  const register = (name: string, act: (...args: never[]) => unknown) =>
    context.subscriptions.push(vscode.commands.registerCommand(name, act));

  const ask = async (question: Question, token: vscode.CancellationToken): Promise<Answer> => {
    if (question.kind === "search") {
      const answer = await server.search(question.params, token);
      return { question, hits: answer.results, index: answer.index };
    }
    const answer = await server.similar(question.params, token);
    return { question, hits: answer.results, index: answer.index, source: answer.source };
  };
  const askAndShow = async (question: Question, reveal: boolean) => {
    try {
      const answer = await vscode.window.withProgress({ location: { viewId: "dowse.results" } }, (_, token) =>
        ask(question, token),
      );
      await results.show(answer, { reveal });
    } catch (error) {
      void vscode.window.showWarningMessage(`Dowse: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  context.subscriptions.push(results, vscode.workspace.registerTextDocumentContentProvider(SCHEME, new Pieces()));
  register("dowse.findSimilar", async (given?: unknown) => {
    const params = isPlace(given) ? given : atCursor();
    if (params) {
      await askAndShow({ kind: "similar", params: { limit: 30, ...params } }, true);
    }
  });
  register("dowse.findNearDuplicates", () => findNearDuplicates(server));
  register("dowse.results.open", (hit: Hit) =>
    openPlace(hit.location, { cursor: hit.selectionRange, preview: true, preserveFocus: true }),
  );
  register(
    "dowse.results.openToSide",
    ({ hit }: Node) => hit && openPlace(hit.location, { cursor: hit.selectionRange, side: true }),
  );
  const step = async (by: 1 | -1) => {
    const hit = await results.step(by);
    if (hit) {
      await openPlace(hit.location, { cursor: hit.selectionRange, preview: true });
    }
  };
  register("dowse.results.next", () => step(1));
  register("dowse.results.previous", () => step(-1));
  register("dowse.results.refresh", async () => {
    if (results.shown) {
      await askAndShow(results.shown.question, false);
    }
  });
  register("dowse.results.clear", () => results.clear());
  register("dowse.results.copy", () => copy(results.shown?.hits ?? []));
  register("dowse.results.copyHit", ({ hit, file }: Node) => copy(hit ? [hit] : file.hits));
  register("dowse.results.compare", async ({ hit }: Node) => {
    const shown = results.shown;
    if (hit && shown?.question.kind === "similar" && shown.source) {
      const source = { uri: shown.question.params.textDocument.uri, range: shown.source.range };
      await compare(source, hit.location, [shown.source.name, qualifiedName(hit)]);
    }
  });
  // What the server's hovers link to: both only open documents.
  register("dowse.openPlace", (location: Location) => openPlace(location, { preview: true }));
  register("dowse.comparePlaces", (left: Location, right: Location) => compare(left, right));
}

async function findNearDuplicates(server: Server): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: "Dowse: comparing functions",
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, token) => {
    let told = 0;
    const report = (percent: number) => {
      progress.report({ increment: Math.max(0, percent - told) });
      told = Math.max(told, percent);
    };
    try {
      await server.listDuplicates(report, token);
    } catch (error) {
      if (!token.isCancellationRequested) {
        void vscode.window.showWarningMessage(`Dowse: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  });
}

async function copy(hits: readonly Hit[]): Promise<void> {
  await vscode.env.clipboard.writeText(asText(hits, shownPath, qualifiedName));
}

function atCursor(): SimilarCodeParams | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage("Open a file and put the cursor into a function first.");
    return undefined;
  }
  const textDocument = { uri: editor.document.uri.toString() };
  const { selection } = editor;
  return selection.isEmpty
    ? { textDocument, position: selection.active }
    : { textDocument, range: { start: selection.start, end: selection.end } };
}

/** Menus pass a URI and lenses the server's own arguments; only the latter name a place. */
function isPlace(value: unknown): value is SimilarCodeParams {
  return (
    typeof value === "object" && value !== null && "textDocument" in value && ("position" in value || "range" in value)
  );
}
