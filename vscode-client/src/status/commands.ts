import * as os from "node:os";
import * as vscode from "vscode";
import { debugReport } from "../core/debugReport";
import { counted, t } from "../core/localize";
import { statusText } from "../core/statusText";
import { ServerCommand } from "../protocol.generated";
import { SERVER_SETTINGS } from "../settings.generated";
import { explainFailure } from "../server/explaining";
import type { Server } from "../server/server";
import { Reports, SCHEME } from "./documents";
import { explainSkipped } from "./skipped";

interface Action extends vscode.QuickPickItem {
  readonly command?: string;
}

/** What a person does about the server and its index. */
export function registerStatus(context: vscode.ExtensionContext, server: Server, log: vscode.LogOutputChannel): void {
  const reports = new Reports();
  const register = (name: string, act: () => unknown) =>
    context.subscriptions.push(
      vscode.commands.registerCommand(name, async () => {
        try {
          await act();
        } catch (error) {
          await explainFailure(server, error);
        }
      }),
    );
  context.subscriptions.push(reports, vscode.workspace.registerTextDocumentContentProvider(SCHEME, reports));
  register("dowse.showStatus", () => showActions(server));
  register("dowse.pause", () => server.execute(ServerCommand.PAUSE_INDEXING));
  register("dowse.resume", () => server.execute(ServerCommand.RESUME_INDEXING));
  register("dowse.rebuild", () => server.execute(ServerCommand.REBUILD_INDEX));
  register("dowse.explainSkipped", async () =>
    explainSkipped(await server.skipped(new vscode.CancellationTokenSource().token)),
  );
  register("dowse.showLogs", () => log.show());
  register("dowse.restartServer", () => server.restart());
  register("dowse.printDebugInformation", () => reports.show("Dowse debug information", report(context, server)));
}

async function showActions(server: Server): Promise<void> {
  const { text, detail } = statusText(server.state, server.indexStatus);
  const chosen = await vscode.window.showQuickPick(actions(server), {
    title: detail ? `${text} · ${detail}` : text,
    placeHolder: t("What do you want to do?"),
  });
  if (chosen?.command) {
    await vscode.commands.executeCommand(chosen.command);
  }
}

function actions(server: Server): Action[] {
  const running = server.state.kind === "running";
  const skipped = (server.indexStatus?.folders ?? []).flatMap((folder) => Object.values(folder.skipped));
  const left = skipped.reduce((total, count) => total + count, 0);
  const ofIndex: Action[] = [
    server.indexStatus?.paused
      ? { label: `$(debug-continue) ${t("Resume Indexing")}`, command: "dowse.resume" }
      : { label: `$(debug-pause) ${t("Pause Indexing")}`, command: "dowse.pause" },
    { label: `$(refresh) ${t("Rebuild Index")}`, command: "dowse.rebuild" },
    {
      label: `$(question) ${t("Explain Skipped Files")}`,
      description: counted(left, "1 file", "{0} files"),
      command: "dowse.explainSkipped",
    },
    { label: "", kind: vscode.QuickPickItemKind.Separator },
  ];
  const missing: Action[] = [{ label: `$(desktop-download) ${t("Install Server")}`, command: "dowse.installServer" }];
  return [
    ...(running ? ofIndex : []),
    ...(server.state.kind === "missing" ? missing : []),
    { label: `$(debug-restart) ${t("Restart Server")}`, command: "dowse.restartServer" },
    { label: `$(output) ${t("Show Logs")}`, command: "dowse.showLogs" },
    { label: `$(info) ${t("Print Debug Information")}`, command: "dowse.printDebugInformation" },
  ];
}

function report(context: vscode.ExtensionContext, server: Server): string {
  const settings = vscode.workspace.getConfiguration("dowse");
  const names = [...SERVER_SETTINGS.map((setting) => setting.name), "server.command", "server.package", "notes.folder"];
  const isSet = (name: string) => {
    const found = settings.inspect(name);
    return (found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue) !== undefined;
  };
  const { state } = server;
  return debugReport({
    extension: (context.extension.packageJSON as { version: string }).version,
    editor: `${vscode.env.appName} ${vscode.version}, ${vscode.env.remoteName ?? "local"}`,
    system: `${os.platform()} ${os.release()} ${os.arch()}, Node ${process.version}`,
    trusted: vscode.workspace.isTrusted,
    folders: vscode.workspace.workspaceFolders?.length ?? 0,
    server: server.origin,
    state: state.kind === "failed" ? `failed: ${state.message}` : state.kind,
    settings: names.filter(isSet),
    status: server.indexStatus,
  });
}
