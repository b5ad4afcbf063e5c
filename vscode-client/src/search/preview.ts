import * as vscode from "vscode";
import { openingOf } from "../core/hits";
import { toRange } from "../places";
import type { Hit } from "../protocol.generated";

export const PREVIEW_SCHEME = "dowse-preview";
/** Where in the visible part of the editor a name stands: below the list, which covers the upper half. */
const NAME_AT = 0.62;

/**
 * Texts of previews. They are documents of their own and not the files, so that a look at a hit opens no file: neither
 * for other extensions, nor in the list of recent files, nor in the Explorer.
 */
export class PreviewTexts implements vscode.TextDocumentContentProvider {
  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const original = vscode.Uri.parse(uri.query, true);
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.query);
    return open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(original));
  }
}

/** Close previews that a window left behind, for example when it was reloaded. */
export async function closePreviews(except?: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const previews = tabs.filter(
    ({ input }) =>
      input instanceof vscode.TabInputText &&
      input.uri.scheme === PREVIEW_SCHEME &&
      input.uri.toString() !== except?.toString(),
  );
  if (previews.length > 0) {
    await vscode.window.tabGroups.close(previews, true);
  }
}

let openings = 0;

/** Shows hits beside the list while they are looked at. Each is a tab of its own, so that no other tab changes. */
export class Preview implements vscode.Disposable {
  private readonly highlight = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
    borderStyle: "solid",
    borderWidth: "0 0 0 3px",
    borderColor: new vscode.ThemeColor("editor.rangeHighlightBorder"), // all that high contrast themes have
    isWholeLine: true,
  });
  private readonly column = vscode.window.tabGroups.activeTabGroup.viewColumn;
  private readonly opening = String(++openings); // so that a text is read anew each time that the list is opened
  private wanted: Hit | undefined;
  private turn: Promise<void> = Promise.resolve();

  /** Show a hit without taking the focus; of several asked for quickly only the last is shown. */
  show(hit: Hit): void {
    if (this.wanted && isSamePlace(this.wanted, hit)) {
      return;
    }
    this.wanted = hit;
    this.turn = this.turn.then(() => (hit === this.wanted ? this.showNow(hit) : undefined)).catch(() => undefined);
  }

  /** Close what was shown; the editor that was there before comes back as it was. */
  async close(): Promise<void> {
    this.wanted = undefined;
    await this.turn;
    await closePreviews();
  }

  dispose(): void {
    this.highlight.dispose();
  }

  private async showNow(hit: Hit): Promise<void> {
    const original = vscode.Uri.parse(hit.location.uri);
    const uri = original.with({
      scheme: PREVIEW_SCHEME,
      authority: "",
      query: hit.location.uri,
      fragment: this.opening,
    });
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, {
      preview: false,
      preserveFocus: true,
      viewColumn: this.column,
    });
    reveal(editor, openingOf(hit).start.line);
    editor.setDecorations(this.highlight, [toRange(hit.location.range)]);
    await closePreviews(uri);
  }
}

function reveal(editor: vscode.TextEditor, line: number): void {
  const [visible] = editor.visibleRanges;
  const height = visible ? visible.end.line - visible.start.line : 0;
  const centre = Math.max(0, line - Math.round(height * (NAME_AT - 0.5)));
  editor.revealRange(new vscode.Range(centre, 0, centre, 0), vscode.TextEditorRevealType.InCenter);
}

function isSamePlace(a: Hit, b: Hit): boolean {
  return a.location.uri === b.location.uri && a.selectionRange.start.line === b.selectionRange.start.line;
}
