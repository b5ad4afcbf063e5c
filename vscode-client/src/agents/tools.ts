import * as path from "node:path";
import * as vscode from "vscode";
import { agentText } from "../core/agentText";
import { t } from "../core/localize";
import { shownPath } from "../places";
import type { Server } from "../server/server";

interface SearchInput {
  readonly query: string;
  readonly space?: "auto" | "code" | "prose";
  readonly limit?: number;
  readonly include?: readonly string[];
  readonly tests?: "in" | "out" | "only";
}

interface SimilarInput {
  readonly path: string;
  readonly line: number;
  readonly limit?: number;
}

const LIMIT = 10;

/** Search and similar code as tools for language models, on the same requests as the views. */
export function registerAgentTools(context: vscode.ExtensionContext, server: Server): void {
  context.subscriptions.push(
    vscode.lm.registerTool<SearchInput>("dowse_search", {
      prepareInvocation: ({ input }) => ({ invocationMessage: t("Searching for “{0}”", input.query) }),
      invoke: async ({ input }, token) => {
        const { query, space = "auto", limit = LIMIT, include = [], tests = "in" } = input;
        const answer = await server.search({ query, space, limit, filter: { include, tests } }, token);
        return result(agentText(answer.results, answer.index, shownPath));
      },
    }),
    vscode.lm.registerTool<SimilarInput>("dowse_similar", {
      prepareInvocation: ({ input }) => ({
        invocationMessage: t("Looking for code like {0}", `${input.path}:${input.line}`),
      }),
      invoke: async ({ input }, token) => {
        const params = {
          textDocument: { uri: fileOf(input.path).toString() },
          position: { line: input.line - 1, character: 0 },
        };
        const answer = await server.similar({ ...params, limit: input.limit ?? LIMIT }, token);
        return result(`Like ${answer.source.name}:\n\n${agentText(answer.results, answer.index, shownPath)}`);
      },
    }),
  );
}

/** A file of the workspace; a model does not get to read others. */
function fileOf(given: string): vscode.Uri {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = path.isAbsolute(given)
    ? [vscode.Uri.file(path.normalize(given))]
    : folders.flatMap((folder) => {
        const named = given.startsWith(`${folder.name}/`)
          ? [vscode.Uri.joinPath(folder.uri, given.slice(folder.name.length + 1))]
          : [];
        return [vscode.Uri.joinPath(folder.uri, given), ...(folders.length > 1 ? named : [])];
      });
  const inside = candidates.filter((uri) => vscode.workspace.getWorkspaceFolder(uri));
  const found = inside.at(-1);
  if (!found) {
    throw new Error(`${given} is not in the workspace.`);
  }
  return found;
}

function result(text: string): vscode.LanguageModelToolResult {
  return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
}
