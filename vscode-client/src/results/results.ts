import * as vscode from "vscode";
import { t } from "../core/localize";
import { groupsOf, adjacentHit, titleOf, removeHits, type Answer, type Group } from "../core/resultsModel";
import type { Hit } from "../protocol.generated";
import { ResultsTree, type Node } from "./tree";

/** Owns the answer that the results view shows, and the hit that is looked at. */
export class Results implements vscode.Disposable {
  private answer: Answer | undefined;
  private groups: readonly Group[] = [];
  private current: Hit | undefined;
  private dismissed = new Set<Hit>();
  private readonly tree = new ResultsTree();
  readonly view: vscode.TreeView<Node>;

  constructor() {
    this.view = vscode.window.createTreeView("dowse.results", { treeDataProvider: this.tree, showCollapseAll: true });
  }

  get shown(): Answer | undefined {
    return this.answer;
  }

  /** All hits of the list that are not dismissed, in its order. */
  get hits(): readonly Hit[] {
    return this.groups.flatMap((group) => group.hits);
  }

  /** Show an answer; `reveal` brings the view to the front with its best hit marked. */
  async show(answer: Answer, options: { readonly reveal: boolean }): Promise<void> {
    this.answer = answer;
    this.dismissed = new Set();
    this.current = undefined;
    this.render();
    await vscode.commands.executeCommand("setContext", "dowse.hasResults", true);
    if (options.reveal) {
      await vscode.commands.executeCommand("dowse.results.focus");
      const first = this.tree.nodeOf(adjacentHit(this.groups, undefined, 1));
      if (first) {
        await this.view.reveal(first, { select: false, focus: true, expand: true });
      }
    }
  }

  async clear(): Promise<void> {
    this.answer = this.current = undefined;
    this.render();
    await vscode.commands.executeCommand("setContext", "dowse.hasResults", false);
  }

  /** Take a hit, or all of a group, out of the list until it is asked for again. */
  dismiss(node: Node): void {
    const gone = node.hit ? [node.hit] : node.group.hits;
    if (this.current && gone.includes(this.current)) {
      const before = adjacentHit(this.groups, gone[0], -1);
      this.current = before && !gone.includes(before) ? before : undefined;
    }
    gone.forEach((hit) => this.dismissed.add(hit));
    this.render();
  }

  /** Note which hit was opened: next and previous go on from there. */
  setCurrent(hit: Hit): void {
    this.current = hit;
  }

  /** Make the hit after or before the present one the present one; at first that is the first, or the last. */
  async step(by: 1 | -1): Promise<Hit | undefined> {
    const hit = adjacentHit(this.groups, this.current, by);
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

  private render(): void {
    this.groups = this.answer ? removeHits(groupsOf(this.answer), this.dismissed) : [];
    this.tree.replace(this.groups, this.answer?.question);
    this.view.message = this.answer ? this.title(this.answer) : "";
  }

  private title(answer: Answer): string {
    return this.groups.length === 0 && this.dismissed.size > 0
      ? t("Everything in this list was dismissed.")
      : titleOf(answer);
  }
}
