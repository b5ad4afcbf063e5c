import * as vscode from "vscode";
import { statusText } from "../core/statusText";
import type { Server } from "../server/server";

const SEVERITY = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
} as const;

/** The entry under the braces of the status bar. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.languages.createLanguageStatusItem("dowse.status", [
    { scheme: "file" },
    { scheme: "untitled" },
  ]);
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.item.name = "Dowse";
    this.item.command = { command: "dowse.showStatus", title: "Actions" };
    this.subscriptions = vscode.Disposable.from(
      this.item,
      server.onDidChangeState(() => this.draw()),
      server.onDidChangeIndex(() => this.draw()),
    );
    this.draw();
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private draw(): void {
    const { text, detail, busy, severity } = statusText(this.server.state, this.server.indexStatus);
    this.item.text = text;
    this.item.detail = detail;
    this.item.busy = busy;
    this.item.severity = SEVERITY[severity];
  }
}
