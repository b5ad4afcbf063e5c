import * as vscode from "vscode";
import { USER_ONLY_NAMES } from "./core/editorSettings";
import { registerAgentTools } from "./agents/tools";
import { registerNotes } from "./notes/commands";
import { ServerCommand } from "./protocol.generated";
import { registerResults } from "./results/commands";
import { Results } from "./results/results";
import { registerSearch } from "./search/commands";
import { Installer } from "./server/installing";
import { Keys } from "./server/keys";
import { Launcher } from "./server/launching";
import { Server } from "./server/server";
import { registerStatus } from "./status/commands";
import { StatusItem } from "./status/item";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Dowse", { log: true });
  await vscode.workspace.fs.createDirectory(context.globalStorageUri);
  const launcher = new Launcher(context.globalStorageUri.fsPath, log);
  const installer = new Installer(context, launcher, log);
  const keys = new Keys(context);
  const results = new Results();
  const running = new Server(launcher, keys, log, (command, args) =>
    command === ServerCommand.SIMILAR_TO_DOCUMENT
      ? vscode.commands.executeCommand("dowse.findSimilar", ...args)
      : undefined,
  );
  server = running;
  context.subscriptions.push(log, running, new StatusItem(running));

  registerSearch(context, {
    server: running,
    showResults: (params, answer) =>
      results.show(
        { question: { kind: "search", params }, hits: answer.results, index: answer.index },
        { reveal: true },
      ),
    explainServer: () => void vscode.commands.executeCommand("dowse.showStatus"),
  });
  registerResults(context, running, results);
  registerNotes(context, running);
  registerStatus(context, running, log);
  registerAgentTools(context, running);
  registerServerCommands(context, running, installer, keys);
  followSettings(context, running);

  void begin(running, launcher, installer);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

async function begin(running: Server, launcher: Launcher, installer: Installer): Promise<void> {
  await running.start();
  await launcher.environments.prune();
  if (running.state.kind === "missing" && (await installer.offer())) {
    await running.start();
  }
}

function registerServerCommands(
  context: vscode.ExtensionContext,
  running: Server,
  installer: Installer,
  keys: Keys,
): void {
  const restartAfter = (act: () => Promise<boolean>) => async () => {
    if (await act()) {
      await running.restart();
    }
  };
  context.subscriptions.push(
    vscode.commands.registerCommand(
      "dowse.installServer",
      restartAfter(() => installer.install()),
    ),
    vscode.commands.registerCommand(
      "dowse.setApiKey",
      restartAfter(() => keys.ask()),
    ),
    vscode.commands.registerCommand(
      "dowse.removeApiKey",
      restartAfter(() => keys.remove()),
    ),
  );
}

/** Start the server anew when settings change that it reads only once. */
function followSettings(context: vscode.ExtensionContext, running: Server): void {
  const readOnce = [...USER_ONLY_NAMES, "server.command"].map((name) => `dowse.${name}`);
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (readOnce.some((name) => event.affectsConfiguration(name))) {
        void running.restart();
      }
    }),
  );
}
