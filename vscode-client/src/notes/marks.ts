import * as vscode from "vscode";
import { t } from "../core/localize";
import { notesByLine, targetsOf, type NoteTarget } from "../core/noteTargets";
import { shownPath } from "../places";
import type { Server } from "../server/server";

/** Notes that are looked at; a folder with more has marks for the first. */
const MOST_NOTES = 500;
const QUIET_MS = 500;

/** Marks in the gutter where notes point: what a note is about can be seen in the code. */
export class NoteMarks implements vscode.Disposable {
  private readonly mark: vscode.TextEditorDecorationType;
  private readonly subscriptions: vscode.Disposable;
  private targets: readonly NoteTarget[] = [];
  private wasReady = false;
  private timer: NodeJS.Timeout | undefined;
  private reading: vscode.CancellationTokenSource | undefined;

  constructor(
    private readonly server: Server,
    context: vscode.ExtensionContext,
  ) {
    const icon = (theme: string) => ({ gutterIconPath: context.asAbsolutePath(`media/note-${theme}.svg`) });
    this.mark = vscode.window.createTextEditorDecorationType({
      light: icon("light"),
      dark: icon("dark"),
      gutterIconSize: "70%",
      overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.infoForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Center,
    });
    const watcher = vscode.workspace.createFileSystemWatcher("**/*.md");
    const readIfNote = (uri: vscode.Uri) => this.isNote(uri) && this.readSoon();
    this.subscriptions = vscode.Disposable.from(
      this.mark,
      watcher,
      watcher.onDidChange(readIfNote),
      watcher.onDidCreate(readIfNote),
      watcher.onDidDelete(readIfNote),
      server.onDidChangeState(() => this.readSoon()),
      server.onDidChangeIndex((index) => this.readWhenReady(index?.state === "ready")),
      vscode.workspace.onDidSaveTextDocument(() => this.targets.length > 0 && this.readSoon()),
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration("dowse.notes.folder") && this.readSoon(),
      ),
      vscode.window.onDidChangeVisibleTextEditors(() => this.draw()),
    );
    this.readSoon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.reading?.cancel();
    this.subscriptions.dispose();
  }

  private isNote(uri: vscode.Uri): boolean {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder !== undefined && uri.path.startsWith(`${folder.uri.path}/${notesFolder(folder)}/`);
  }

  /** Links of notes are followed by what the index knows. */
  private readWhenReady(isReady: boolean): void {
    if (isReady && !this.wasReady) {
      this.readSoon();
    }
    this.wasReady = isReady;
  }

  private readSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), QUIET_MS);
  }

  /** Ask where the links of each note lead now, and mark those places. */
  private async read(): Promise<void> {
    this.reading?.cancel();
    const reading = (this.reading = new vscode.CancellationTokenSource());
    const found: NoteTarget[] = [];
    if (this.server.state.kind === "running") {
      for (const note of await notes()) {
        const links = await this.server.documentLinks(note.toString(), reading.token).catch(() => []);
        if (reading.token.isCancellationRequested) {
          return;
        }
        found.push(...targetsOf(note.toString(), links));
      }
    }
    this.targets = found;
    this.draw();
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const lines = notesByLine(this.targets, editor.document.uri.toString());
      const marks = [...lines].map(([line, about]) => ({
        range: new vscode.Range(line, 0, line, 0),
        hoverMessage: about.map(noteLink),
      }));
      editor.setDecorations(this.mark, marks);
    }
  }
}

function notesFolder(folder: vscode.WorkspaceFolder): string {
  return vscode.workspace
    .getConfiguration("dowse", folder.uri)
    .get<string>("notes.folder", ".notes")
    .replace(/\/+$/, "");
}

async function notes(): Promise<vscode.Uri[]> {
  const found = (vscode.workspace.workspaceFolders ?? []).map((folder) =>
    vscode.workspace.findFiles(new vscode.RelativePattern(folder, `${notesFolder(folder)}/**/*.md`), null, MOST_NOTES),
  );
  return (await Promise.all(found)).flat();
}

function noteLink(note: string): vscode.MarkdownString {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const argument = encodeURIComponent(JSON.stringify([{ uri: note, range }]));
  const text = new vscode.MarkdownString();
  text.isTrusted = { enabledCommands: ["dowse.openPlace"] };
  text.appendMarkdown(`[$(note) `).appendText(t("Note: {0}", shownPath(note)));
  text.appendMarkdown(`](command:dowse.openPlace?${argument})`);
  text.supportThemeIcons = true;
  return text;
}
