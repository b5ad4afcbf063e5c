import * as vscode from "vscode";
import { lineUnder, qualifiedName } from "../core/hits";
import type { FileOfHits } from "../core/resultsModel";
import { iconOf } from "../icons";
import { shownPath } from "../places";
import type { Hit } from "../protocol.generated";

/** A file, or a hit in it. */
export interface Node {
  readonly file: FileOfHits;
  readonly hit?: Hit;
}

/** Files with their hits. */
export class ResultsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private files: readonly Node[] = [];
  private hits = new Map<Hit, { readonly node: Node; readonly parent: Node }>();
  private similar = false;
  private readonly change = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.change.event;

  replace(files: readonly FileOfHits[], similar: boolean): void {
    this.files = files.map((file) => ({ file }));
    this.hits = new Map(
      this.files.flatMap((parent) =>
        parent.file.hits.map((hit) => [hit, { node: { file: parent.file, hit }, parent }]),
      ),
    );
    this.similar = similar;
    this.change.fire(undefined);
  }

  nodeOf(hit: Hit | undefined): Node | undefined {
    return hit && this.hits.get(hit)?.node;
  }

  getChildren(node?: Node): Node[] {
    if (node?.hit) {
      return [];
    }
    return node ? node.file.hits.flatMap((hit) => this.nodeOf(hit) ?? []) : [...this.files];
  }

  getParent(node: Node): Node | undefined {
    return node.hit && this.hits.get(node.hit)?.parent;
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.hit ? this.hitItem(node.hit) : fileItem(node.file);
  }

  dispose(): void {
    this.change.dispose();
  }

  private hitItem(hit: Hit): vscode.TreeItem {
    const item = new vscode.TreeItem(qualifiedName(hit));
    item.iconPath = iconOf(hit);
    item.description = this.similar ? `${hit.score.toFixed(2)}  ${lineUnder(hit)}` : lineUnder(hit);
    // A code block shows its text as it is: nothing of the workspace is read as markup.
    item.tooltip = new vscode.MarkdownString().appendCodeblock(hit.preview, hit.languageId);
    item.contextValue = this.similar ? "hit.similar" : "hit";
    item.command = { command: "dowse.results.open", title: "Open", arguments: [hit] };
    item.accessibilityInformation = { label: `${hit.name}, ${shownPath(hit.location.uri)}` };
    return item;
  }
}

function fileItem(file: FileOfHits): vscode.TreeItem {
  const uri = vscode.Uri.parse(file.uri);
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
  const path = shownPath(file.uri);
  item.description = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  item.iconPath = vscode.ThemeIcon.File;
  item.contextValue = "file";
  return item;
}
