import * as vscode from "vscode";
import { answerText, likeness, qualifiedName, whyFound } from "../core/hits";
import { counted, t } from "../core/localize";
import type { Group, Question } from "../core/resultsModel";
import { iconOf, kindText } from "../icons";
import { shownPath } from "../places";
import type { Hit, NoteReference, TextPart } from "../protocol.generated";

/** A group, a hit in it, or a note about that hit. */
export interface Node {
  readonly group: Group;
  readonly hit?: Hit;
  readonly note?: NoteReference;
}

/** Groups with their hits, and the notes about them. */
export class ResultsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private roots: readonly Node[] = [];
  private hits = new Map<Hit, { readonly node: Node; readonly parent: Node }>();
  private question: Question | undefined;
  private readonly change = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.change.event;

  replace(groups: readonly Group[], question: Question | undefined): void {
    this.roots = groups.map((group) => ({ group }));
    this.hits = new Map(
      this.roots.flatMap((parent) =>
        parent.group.hits.map((hit) => [hit, { node: { group: parent.group, hit }, parent }]),
      ),
    );
    this.question = question;
    this.change.fire(undefined);
  }

  nodeOf(hit: Hit | undefined): Node | undefined {
    return hit && this.hits.get(hit)?.node;
  }

  getChildren(node?: Node): Node[] {
    if (!node) {
      return [...this.roots];
    }
    const { group, hit, note } = node;
    if (note) {
      return [];
    }
    return hit
      ? (hit.notes ?? []).map((each) => ({ group, hit, note: each }))
      : group.hits.flatMap((each) => this.nodeOf(each) ?? []);
  }

  getParent({ hit, note }: Node): Node | undefined {
    const place = hit && this.hits.get(hit);
    return note ? place?.node : place?.parent;
  }

  getTreeItem({ group, hit, note }: Node): vscode.TreeItem {
    if (note) {
      return noteItem(note);
    }
    return hit ? this.hitItem(hit, group) : groupItem(group);
  }

  dispose(): void {
    this.change.dispose();
  }

  private hitItem(hit: Hit, group: Group): vscode.TreeItem {
    const name = qualifiedName(hit);
    const line = hit.selectionRange.start.line + 1;
    const compared = this.question?.kind === "similar" || (group.kind === "cluster" && hit !== group.cluster.copies[0]);
    const text = answerText(hit);
    const alike = compared ? likeness(hit.score) : undefined;
    const prefix = alike ? `${alike.mark} ` : "";
    const shownText = group.kind === "file" && !alike && text ? `  ${text}` : "";
    const textAt = prefix.length + name.length + 2;
    const item = new vscode.TreeItem({
      label: `${prefix}${name}${shownText}`,
      highlights: [
        ...moved(hit.nameMarks, prefix.length + name.length - hit.name.length),
        ...(shownText ? moved(hit.answer?.marks, textAt) : []),
      ],
    });
    item.iconPath = iconOf(hit);
    const place = group.kind === "file" ? String(line) : `${shownPath(hit.location.uri)}:${line}`;
    item.description = alike && group.kind === "file" ? `${place}  ${text}` : place;
    // A code block shows its text as it is: nothing of the workspace is read as markup.
    const why = [alike?.words, whyFound(hit)].filter(Boolean).join(" · ");
    item.tooltip = new vscode.MarkdownString(why && `${why}\n`).appendCodeblock(hit.preview, hit.languageId);
    item.contextValue = { file: "hit", weaker: "hit", cluster: "hit.copy" }[group.kind];
    if (compared) {
      item.contextValue += ".compared";
    }
    item.command = { command: "dowse.results.open", title: t("Open"), arguments: [hit] };
    item.collapsibleState = hit.notes?.length
      ? vscode.TreeItemCollapsibleState.Expanded
      : vscode.TreeItemCollapsibleState.None;
    const spoken = [name, kindText(hit), alike?.words, t("line {0}", line), text, shownPath(hit.location.uri)];
    item.accessibilityInformation = { label: spoken.filter(Boolean).join(", ") };
    return item;
  }
}

/** Parts of a text as they stand in a label that it begins at `by`. */
function moved(marks: readonly TextPart[] = [], by: number): [number, number][] {
  return marks.map(({ start, end }) => [start + by, end + by]);
}

function groupItem(group: Group): vscode.TreeItem {
  switch (group.kind) {
    case "file":
      return fileItem(group.uri, group.hits.length);
    case "weaker": {
      const label = counted(group.hits.length, "One weaker match", "{0} weaker matches");
      return new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    }
    case "cluster": {
      const names = [...new Set(group.hits.map((hit) => hit.name))];
      const item = new vscode.TreeItem(names.join(", "), vscode.TreeItemCollapsibleState.Expanded);
      const { savedLines, similarity } = group.cluster;
      const saves = counted(savedLines, "saves 1 line", "saves {0} lines");
      item.description = `${counted(group.hits.length, "1 copy", "{0} copies")}, ${saves}`;
      item.iconPath = new vscode.ThemeIcon("copy");
      item.tooltip = t("{0}: {1}", likeness(similarity).words, item.description);
      item.contextValue = "cluster";
      item.accessibilityInformation = { label: `${names.join(", ")}, ${item.description}` };
      return item;
    }
  }
}

function fileItem(file: string, count: number): vscode.TreeItem {
  const uri = vscode.Uri.parse(file);
  const item = new vscode.TreeItem(uri, vscode.TreeItemCollapsibleState.Expanded);
  const path = shownPath(file);
  item.description = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  item.iconPath = vscode.ThemeIcon.File;
  item.contextValue = "file";
  item.accessibilityInformation = { label: `${path}, ${counted(count, "1 answer", "{0} answers")}` };
  return item;
}

function noteItem(note: NoteReference): vscode.TreeItem {
  const item = new vscode.TreeItem(note.title);
  item.iconPath = new vscode.ThemeIcon("note");
  item.description = shownPath(note.location.uri);
  item.contextValue = "note";
  item.command = { command: "dowse.openPlace", title: t("Open"), arguments: [note.location] };
  item.accessibilityInformation = { label: t("Note: {0}", note.title) };
  return item;
}
