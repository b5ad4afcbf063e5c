import "./language";
import * as vscode from "vscode";
import { USER_ONLY_NAMES } from "./core/editorSettings";
import { t } from "./core/localize";
import { registerAgentTools } from "./agents/tools";
import { registerNotes } from "./notes/commands";
import { NoteMarks } from "./notes/marks";
import { ServerCommand } from "./protocol.generated";
import { registerResults } from "./results/commands";
import { Results } from "./results/results";
import { registerSearch } from "./search/commands";
import { SearchScope } from "./search/filter";
import { Installer } from "./server/installing";
import { Keys } from "./server/keys";
import { Launcher } from "./server/launching";
import { Server } from "./server/server";
import { registerStatus } from "./status/commands";
import { StatusItem } from "./status/item";
import { tickWalkthrough } from "./status/walkthrough";

/** As package.json binds it. */
const SEARCH_KEY = { darwin: "Cmd+Alt+Shift+F", win32: "Ctrl+K Ctrl+A" }[process.platform as string] ?? "Ctrl+Alt+F";

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

  const scope = new SearchScope(context.workspaceState);
  registerSearch(context, {
    server: running,
    scope,
    showResults: (params, answer) => {
      const question = { kind: "search", params, scope: scope.text } as const;
      return results.show({ question, hits: answer.results, index: answer.index }, { reveal: true });
    },
  });
  registerResults(context, running, results, scope);
  registerNotes(context, running);
  context.subscriptions.push(new NoteMarks(running, context));
  registerStatus(context, running, log);
  registerAgentTools(context, running);
  registerServerCommands(context, running, installer, keys);
  followSettings(context, running);
  tellCrashes(context, running, log);
  tickWalkthrough(context, running);

  void begin(running, launcher, installer);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

async function begin(running: Server, launcher: Launcher, installer: Installer): Promise<void> {
  await running.start();
  await launcher.environments.prune();
  if (running.state.kind === "missing" && (await installer.offer())) {
    await startAndSay(running);
  }
}

/** Start the server that was just installed, and say what it is there for. */
async function startAndSay(running: Server): Promise<void> {
  await running.restart();
  if (running.state.kind === "running") {
    const search = t("Search by Meaning");
    const chosen = await vscode.window.showInformationMessage(
      t("Dowse is ready. Ask for code by what it does: {0}.", SEARCH_KEY),
      search,
    );
    if (chosen === search) {
      await vscode.commands.executeCommand("dowse.searchByMeaning");
    }
  }
}

/** A server that does not come back says so once, with what helps. */
function tellCrashes(context: vscode.ExtensionContext, running: Server, log: vscode.LogOutputChannel): void {
  const [restart, logs] = [t("Restart"), t("Show Logs")];
  context.subscriptions.push(
    running.onDidChangeState(async (state) => {
      if (state.kind === "failed") {
        const text = t("Dowse's server is not running. {0}", state.message);
        const chosen = await vscode.window.showErrorMessage(text, restart, logs);
        if (chosen === restart) {
          await running.restart();
        } else if (chosen === logs) {
          log.show();
        }
      }
    }),
  );
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
    vscode.commands.registerCommand("dowse.installServer", async () => {
      if (await installer.askAndInstall(running.state.kind === "running")) {
        await startAndSay(running);
      }
    }),
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
