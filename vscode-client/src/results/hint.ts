import * as vscode from "vscode";
import { t } from "../core/localize";
import type { Server } from "../server/server";

/**
 * "Find similar code" in the list that Ctrl+. opens on a function's name or a selection. The server calls it a source
 * action, which that list leaves out. VS Code's own questions, for its light bulb, are not answered.
 */
export class SimilarCodeHint implements vscode.CodeActionProvider {
  static readonly metadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };

  constructor(private readonly server: Server) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    if (context.triggerKind !== vscode.CodeActionTriggerKind.Invoke || this.server.state.kind !== "running") {
      return [];
    }
    const actions = await this.server.codeActions(document, range, token).catch(() => []);
    return actions.flatMap(({ command }) => {
      const action = new vscode.CodeAction(t("Find similar code"), vscode.CodeActionKind.QuickFix);
      action.command = { title: action.title, command: "dowse.findSimilar", arguments: command?.arguments ?? [] };
      return command ? [action] : [];
    });
  }
}
