import * as vscode from "vscode";
import { t } from "../core/localize";
import type { Server } from "./server";

/** Say that something did not work, with what helps: a server that is not installed can be installed from here. */
export async function explainFailure(server: Server, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  switch (server.state.kind) {
    case "missing":
      return offer(t("Dowse needs its server, which is not installed yet."), {
        [t("Install")]: "dowse.installServer",
        [t("Show Status")]: "dowse.showStatus",
      });
    case "failed":
    case "stopped":
      return offer(t("Dowse's server is not running."), {
        [t("Restart")]: "dowse.restartServer",
        [t("Show Logs")]: "dowse.showLogs",
      });
    case "starting":
      return offer(t("Dowse is starting. Try again in a moment."), {});
    case "running":
      return offer(`Dowse: ${message}`, {});
  }
}

async function offer(message: string, commands: Readonly<Record<string, string>>): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(message, ...Object.keys(commands));
  const command = chosen && commands[chosen];
  if (command) {
    await vscode.commands.executeCommand(command);
  }
}
