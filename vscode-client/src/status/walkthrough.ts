import * as vscode from "vscode";
import type { Server } from "../server/server";

/**
 * Tick the walkthrough's first step where the server runs. VS Code does not tick a step whose condition held before the
 * walkthrough was read, so the condition becomes true only when a tab opens that may be the walkthrough.
 */
export function tickWalkthrough(context: vscode.ExtensionContext, server: Server): void {
  const tick = () => {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    if (server.state.kind === "running" && tabs.some((tab) => tab.input === undefined)) {
      void vscode.commands.executeCommand("setContext", "dowse.runsInWalkthrough", true);
    }
  };
  context.subscriptions.push(vscode.window.tabGroups.onDidChangeTabs(tick), server.onDidChangeState(tick));
}
