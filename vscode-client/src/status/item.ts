import * as vscode from "vscode";
import { t } from "../core/localize";
import { statusText } from "../core/statusText";
import type { Server } from "../server/server";

const SEVERITY = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

/**
 * The entry under the braces of the status bar, which stands beside files; and one of its own while there is no server,
 * which stays where a notification vanishes.
 */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("dowse.status", [
    { scheme: "file" },
    { scheme: "untitled" },
  ]);
  private readonly trouble = vscode.window.createStatusBarItem("dowse.trouble", vscode.StatusBarAlignment.Right);
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.item.name = this.trouble.name = "Dowse";
    this.item.command = { command: "dowse.showStatus", title: t("Actions") };
    this.trouble.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
    this.subscriptions = vscode.Disposable.from(
      this.item,
      this.trouble,
      server.onDidChangeState(() => this.draw()),
      server.onDidChangeIndex(() => this.draw()),
    );
    this.draw();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private draw(): void {
    const { state } = this.server;
    const { text, detail, busy, severity } = statusText(state, this.server.indexStatus);
    this.item.text = text;
    this.item.detail = detail;
    this.item.busy = busy;
    this.item.severity = SEVERITY[severity];
    if (state.kind === "missing" || state.kind === "failed") {
      this.trouble.text =
        state.kind === "missing" ? t("$(desktop-download) Install Dowse's server") : `$(error) ${text}`;
      this.trouble.tooltip = detail;
      this.trouble.command = state.kind === "missing" ? "dowse.installServer" : "dowse.showStatus";
      this.trouble.show();
    } else {
      this.trouble.hide();
    }
  }
}
