import * as vscode from "vscode";
import { neighbour, byFile, titleOf, type Answer, type FileOfHits } from "../core/resultsModel";
import type { Hit } from "../protocol.generated";
import { ResultsTree, type Node } from "./tree";

/** Owns the answer that the results view shows, and the hit that is looked at. */
export class Results implements vscode.Disposable {
  private answer: Answer | undefined;
  private files: readonly FileOfHits[] = [];
  private current: Hit | undefined;
  private readonly tree = new ResultsTree();
  readonly view: vscode.TreeView<Node>;

  constructor() {
    this.view = vscode.window.createTreeView("dowse.results", { treeDataProvider: this.tree, showCollapseAll: true });
    this.view.onDidChangeSelection(({ selection: [node] }) => (this.current = node?.hit ?? this.current));
  }

  get shown(): Answer | undefined {
    return this.answer;
  }

  /** Show an answer; `reveal` brings the view to the front with its best hit selected. */
  async show(answer: Answer, options: { readonly reveal: boolean }): Promise<void> {
    this.answer = answer;
    this.files = byFile(answer.hits);
    this.current = undefined;
    this.tree.replace(this.files, answer.question.kind === "similar");
    this.view.message = answer.hits.length === 0 ? emptyText(answer) : titleOf(answer);
    await vscode.commands.executeCommand("setContext", "dowse.hasResults", true);
    if (options.reveal) {
      await vscode.commands.executeCommand("dowse.results.focus");
      const first = this.tree.nodeOf(neighbour(this.files, undefined, 1));
      if (first) {
        await this.view.reveal(first, { select: true, focus: true, expand: true });
      }
    }
  }

  async clear(): Promise<void> {
    this.answer = this.current = undefined;
    this.files = [];
    this.tree.replace([], false);
    this.view.message = "";
    await vscode.commands.executeCommand("setContext", "dowse.hasResults", false);
  }

  /** Make the hit after or before the present one the present one. */
  async step(by: 1 | -1): Promise<Hit | undefined> {
    const hit = neighbour(this.files, this.current, by);
    const node = this.tree.nodeOf(hit);
    this.current = hit;
    if (node && this.view.visible) {
      await this.view.reveal(node, { select: true, focus: false });
    }
    return hit;
  }

  dispose(): void {
    this.view.dispose();
    this.tree.dispose();
  }
}

function emptyText(answer: Answer): string {
  return answer.question.kind === "similar"
    ? `Nothing else in the workspace resembles ${answer.source?.name ?? "the selection"}.`
    : "Nothing answers this question any more.";
}
