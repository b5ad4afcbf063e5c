import { readdirSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { InstallError } from "../core/managedEnvironment";
import type { Launcher } from "./launching";

const ASKED = "install.asked";

/** Offers and makes the extension's own environment. */
export class Installer {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly launcher: Launcher,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Ask once whether to install; true when the server is there afterwards. */
  async offer(): Promise<boolean> {
    if (this.context.globalState.get(ASKED) === true) {
      return false;
    }
    const choice = await vscode.window.showInformationMessage(
      "Dowse needs its server, a Python program that runs on this machine. Install it in a folder of the extension's own?",
      "Install",
      "Use My Own",
      "Not Now",
    );
    await this.context.globalState.update(ASKED, choice !== undefined);
    if (choice === "Use My Own") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "dowse.server.command");
    }
    return choice === "Install" && (await this.install());
  }

  /** Install with progress; says what went wrong. */
  async install(): Promise<boolean> {
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: "Installing the Dowse server", cancellable: true },
        async (progress, token) => {
          const cancel = new AbortController();
          token.onCancellationRequested(() => cancel.abort());
          await this.launcher.environments.install({
            package: this.package(),
            env: withProxy(process.env),
            forbidden: this.launcher.forbidden,
            signal: cancel.signal,
            report: (line) => {
              this.log.info(`install: ${line}`);
              progress.report({ message: line.length > 80 ? `${line.slice(0, 79)}…` : line });
            },
          });
        },
      );
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") {
        return false;
      }
      await this.explain(error);
      return false;
    }
  }

  /** What is installed: the user's choice, else the wheel inside the extension. */
  private package(): string {
    const named = vscode.workspace.getConfiguration("dowse").get<string>("server.package", "").trim();
    if (named) {
      return named;
    }
    const folder = this.context.asAbsolutePath("server");
    const wheel = namesIn(folder).find((name) => name.endsWith(".whl"));
    if (!wheel) {
      throw new InstallError(
        "This build of the extension brings no server. Name one in the setting dowse.server.package.",
      );
    }
    return path.join(folder, wheel);
  }

  private async explain(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.log.error(`install: ${message}`);
    const choice = await vscode.window.showErrorMessage(
      `The Dowse server was not installed. ${message}`,
      "Show Logs",
      "Settings",
    );
    if (choice === "Show Logs") {
      this.log.show();
    } else if (choice === "Settings") {
      await vscode.commands.executeCommand("workbench.action.openSettings", "dowse.server");
    }
  }
}

/** pip and uv know proxies by variables; VS Code's own setting serves where none is set. */
function withProxy(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const proxy = vscode.workspace.getConfiguration("http").inspect<string>("proxy")?.globalValue;
  const known = env["HTTPS_PROXY"] ?? env["https_proxy"];
  return proxy && !known ? { ...env, HTTPS_PROXY: proxy, HTTP_PROXY: proxy } : env;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
