import { readdirSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { t } from "../core/localize";
import { InstallError } from "../core/managedEnvironment";
import type { Launcher } from "./launching";

const ASKED = "install.asked";
/** What the server depends on, as measured on Linux. */
const DOWNLOAD_MB = 45;
const INSTALLED_MB = 335;

/** Offers and makes the extension's own environment. */
export class Installer {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly launcher: Launcher,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** Ask once whether to install; true when the server is there afterwards. The status bar goes on offering it. */
  async offer(): Promise<boolean> {
    if (this.context.globalState.get(ASKED) === true) {
      return false;
    }
    const [install, own, later] = [t("Install"), t("Use My Own"), t("Not Now")];
    const choice = await vscode.window.showInformationMessage(consentText(), install, own, later);
    await this.context.globalState.update(ASKED, choice !== undefined);
    if (choice === own) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "dowse.server.command");
    }
    return choice === install && (await this.install());
  }

  /** Ask before a download that nobody has agreed to yet, for example from the walkthrough, then install. */
  async askAndInstall(isInstalled: boolean): Promise<boolean> {
    const [install, again] = [t("Install"), t("Install Again")];
    const question = isInstalled ? t("The server is there already. Install it again?") : consentText();
    const button = isInstalled ? again : install;
    const choice = await vscode.window.showInformationMessage(question, { modal: true }, button);
    return choice === button && (await this.install());
  }

  /** Install with progress; says what went wrong. */
  async install(): Promise<boolean> {
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: t("Installing the Dowse server"), cancellable: true },
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
    if (error instanceof InstallError && error.output) {
      this.log.error(error.output);
    }
    const [again, logs, settings] = [t("Try Again"), t("Show Logs"), t("Settings")];
    const choice = await vscode.window.showErrorMessage(
      t("The Dowse server was not installed. {0}", message),
      again,
      logs,
      settings,
    );
    if (choice === again) {
      await vscode.commands.executeCommand("dowse.installServer");
    } else if (choice === logs) {
      this.log.show();
    } else if (choice === settings) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "dowse.server");
    }
  }
}

/** What is about to happen, before it does: what is fetched, from where, how large, and where it goes. */
export function consentText(): string {
  return t(
    "Dowse needs its server, a Python program that runs on this machine. Install it into a folder of the extension's own? About {0} MB are downloaded from PyPI and take {1} MB on disk.",
    DOWNLOAD_MB,
    INSTALLED_MB,
  );
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
