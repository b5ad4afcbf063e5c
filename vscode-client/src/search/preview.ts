import * as vscode from "vscode";
import { toRange } from "../places";
import type { Hit } from "../protocol.generated";

/** Shows hits in the editor while they are looked at, and puts back what was there before. */
export class Preview implements vscode.Disposable {
  private readonly highlight = vscode.window.createTextEditorDecorationType({
    backgroundColor: new vscode.ThemeColor("editor.rangeHighlightBackground"),
    isWholeLine: true,
  });
  private readonly former = Former.now();
  private shown: vscode.TextEditor | undefined;
  private wanted: Hit | undefined;
  private turn: Promise<void> = Promise.resolve();

  /** Show a hit without taking the focus; of several asked for quickly only the last is shown. */
  show(hit: Hit | undefined): void {
    this.wanted = hit;
    this.turn = this.turn
      .then(() => (hit && hit === this.wanted ? this.showNow(hit) : undefined))
      .catch(() => undefined);
  }

  /** Put the former editor back as it was. */
  async restore(): Promise<void> {
    this.wanted = undefined;
    await this.turn;
    this.shown?.setDecorations(this.highlight, []);
    if (this.shown) {
      await this.former.restore();
    }
  }

  dispose(): void {
    this.highlight.dispose();
  }

  private async showNow(hit: Hit): Promise<void> {
    const range = toRange(hit.location.range);
    const editor = await vscode.window.showTextDocument(vscode.Uri.parse(hit.location.uri), {
      preview: true,
      preserveFocus: true,
      ...(this.former.column && { viewColumn: this.former.column }),
    });
    if (this.shown && this.shown !== editor) {
      this.shown.setDecorations(this.highlight, []);
    }
    this.shown = editor;
    editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
    editor.setDecorations(this.highlight, [range]);
  }
}

/** The editor that was active, and the tabs that were open. */
class Former {
  private constructor(
    private readonly editor: vscode.TextEditor | undefined,
    private readonly selections: readonly vscode.Selection[],
    private readonly top: vscode.Range | undefined,
    private readonly isPreview: boolean,
    private readonly open: ReadonlySet<string>,
    readonly column: vscode.ViewColumn | undefined,
  ) {}

  static now(): Former {
    const editor = vscode.window.activeTextEditor;
    const group = vscode.window.tabGroups.activeTabGroup;
    const tabs = vscode.window.tabGroups.all.flatMap((each) => each.tabs.map(keyOf));
    const selections = editor ? [...editor.selections] : [];
    const preview = group.activeTab?.isPreview === true;
    return new Former(editor, selections, editor?.visibleRanges[0], preview, new Set(tabs), editor?.viewColumn);
  }

  async restore(): Promise<void> {
    if (this.editor && !this.editor.document.isClosed) {
      const editor = await vscode.window.showTextDocument(this.editor.document, {
        preview: this.isPreview,
        ...(this.column && { viewColumn: this.column }),
      });
      editor.selections = this.selections;
      if (this.top) {
        editor.revealRange(this.top, vscode.TextEditorRevealType.AtTop);
      }
    }
    const extra = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.isPreview && !tab.isDirty && !this.open.has(keyOf(tab)));
    await vscode.window.tabGroups.close(extra, true);
  }
}

function keyOf(tab: vscode.Tab): string {
  const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri.toString() : tab.label;
  return `${tab.group.viewColumn} ${uri}`;
}
