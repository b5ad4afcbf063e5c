import * as vscode from "vscode";
import { facetsOf, filterOf, type Facet } from "../core/facets";
import type { History } from "../core/history";
import { isGrowing } from "../core/hits";
import { Latest } from "../core/latest";
import { openPlace, pathInFolder } from "../places";
import type { Hit, SemanticSearchParams, SemanticSearchResult } from "../protocol.generated";
import type { Server } from "../server/server";
import { chooseFacets } from "./filterPicker";
import { Preview } from "./preview";
import { answerRows, FORGET, messageRow, recentRows, type Row } from "./rows";

export type SpaceChoice = "auto" | "code" | "prose";

const QUIET_MS = 150;
const NEXT_SPACE: Record<SpaceChoice, SpaceChoice> = { auto: "code", code: "prose", prose: "auto" };
const SPACES: Record<SpaceChoice, { readonly title: string; readonly icon: string; readonly place: string }> = {
  auto: { title: "Search by Meaning", icon: "symbol-misc", place: "Where is the code that…" },
  code: { title: "Search Code by Meaning", icon: "code", place: "Where is the code that…" },
  prose: { title: "Search Notes by Meaning", icon: "book", place: "What do notes and documentation say about…" },
};

export interface PickerParts {
  readonly server: Server;
  readonly history: History;
  readonly showResults: (params: SemanticSearchParams, answer: SemanticSearchResult) => Promise<void>;
  readonly explainServer: () => void;
}

/** The live search: one object for each time that it is opened. */
export class SearchPicker {
  private readonly pick = vscode.window.createQuickPick<Row>();
  private readonly preview = new Preview();
  private readonly latest = new Latest(QUIET_MS, (busy) => (this.pick.busy = busy));
  private readonly subscriptions: vscode.Disposable[] = [];
  private chosen: readonly Facet[] = [];
  private answer: SemanticSearchResult | undefined;
  private accepted: (() => Promise<void>) | undefined;
  private asking = false;
  private onClosed: () => void = () => undefined;
  /** Settles when the picker is gone and the editor is as it should be. */
  readonly closed = new Promise<void>((resolve) => (this.onClosed = resolve));

  private constructor(
    private readonly parts: PickerParts,
    private space: SpaceChoice,
  ) {}

  static open(parts: PickerParts, space: SpaceChoice): SearchPicker {
    const picker = new SearchPicker(parts, space);
    picker.begin();
    return picker;
  }

  openToSide(hit = this.pick.activeItems[0]?.hit): void {
    if (hit) {
      this.accept(async () => {
        await this.preview.restore();
        await openPlace(hit.location, { cursor: hit.selectionRange, side: true });
      });
    }
  }

  switchSpace(): void {
    this.space = NEXT_SPACE[this.space];
    this.dress();
    this.ask(0);
  }

  async filter(): Promise<void> {
    const offered = await this.facets();
    this.asking = true; // the second picker hides this one, which comes back
    const chosen = await chooseFacets(offered, this.chosen);
    this.asking = false;
    this.chosen = chosen ?? this.chosen;
    this.dress();
    this.pick.show();
    this.ask(0);
  }

  toResults(): void {
    const answer = this.answer;
    if (answer && answer.results.length > 0) {
      const params = this.params();
      this.accept(async () => {
        await this.preview.restore();
        await this.parts.showResults(params, answer);
      });
    }
  }

  private begin(): void {
    const pick = this.pick;
    pick.matchOnDescription = pick.matchOnDetail = false;
    pick.keepScrollPosition = true;
    keepOrder(pick);
    this.subscriptions.push(
      pick.onDidChangeValue(() => this.ask()),
      pick.onDidChangeActive(([row]) => this.preview.show(row?.hit)),
      pick.onDidAccept(() => this.acceptActive()),
      pick.onDidTriggerButton((button) => (button as ActionButton).act()),
      pick.onDidTriggerItemButton(({ item, button }) => this.pressed(item, button)),
      pick.onDidHide(() => this.hidden()),
      this.parts.server.onDidChangeIndex(() => this.grow()),
      this.parts.server.onDidChangeState(() => this.ask(0)),
    );
    void vscode.commands.executeCommand("setContext", "dowse.pickerOpen", true);
    this.dress();
    this.ask(0);
    pick.show();
  }

  private dress(): void {
    const { title, icon, place } = SPACES[this.space];
    const where = this.chosen.map((facet) => facet.value).join(", ");
    this.pick.title = where ? `${title}: ${where}` : title;
    this.pick.placeholder = place;
    const next = SPACES[NEXT_SPACE[this.space]].title;
    this.pick.buttons = [
      action(icon, `${title} (Alt+N: ${next})`, () => this.switchSpace()),
      action(where ? "filter-filled" : "filter", "Filter by Folder or Language (Alt+F)", () => void this.filter()),
      action("list-tree", "Show All Hits in the Results View (Alt+R)", () => this.toResults()),
    ];
  }

  private params(): SemanticSearchParams {
    const limit = vscode.workspace.getConfiguration("dowse").get<number>("search.limit", 40);
    return { query: this.pick.value.trim(), limit, space: this.space, filter: filterOf(this.chosen) };
  }

  private ask(quietMs?: number): void {
    const params = this.params();
    const { server, history } = this.parts;
    if (params.query === "") {
      this.latest.cancel();
      this.answer = undefined;
      this.pick.items = recentRows(history.queries, "For example: “where are failed requests tried again”");
      return;
    }
    if (server.state.kind !== "running") {
      this.latest.cancel();
      this.pick.items = [this.notRunning()];
      return;
    }
    this.latest.ask(
      (signal) => server.search(params, tokenOf(signal)),
      (answer) => this.take(answer),
      (error) =>
        (this.pick.items = [
          messageRow("The search failed", String(error instanceof Error ? error.message : error), "error"),
        ]),
      quietMs,
    );
  }

  private take(answer: SemanticSearchResult): void {
    const active = this.pick.activeItems[0]?.hit;
    this.answer = answer;
    const rows = answerRows(answer, this.chosen.length > 0, this.parts.server.indexStatus?.paused === true);
    this.pick.items = rows;
    const same = active && rows.find((row) => row.hit && isSamePlace(row.hit, active));
    if (same) {
      this.pick.activeItems = [same];
    }
  }

  /** Ask again when the index has grown since an answer that was not complete. */
  private grow(): void {
    const index = this.parts.server.indexStatus;
    if (this.answer && index && isGrowing(this.answer.index) && index.generation !== this.answer.index.generation) {
      this.ask();
    }
  }

  private notRunning(): Row {
    const state = this.parts.server.state;
    if (state.kind === "starting") {
      return messageRow("Dowse is starting", state.what, "loading~spin");
    }
    const why = state.kind === "failed" ? state.message : "Select this to see what can be done.";
    return messageRow("Dowse's server is not running", why, "warning", () => {
      this.pick.hide();
      this.parts.explainServer();
    });
  }

  private async facets(): Promise<Facet[]> {
    const params = this.params();
    if (params.query === "" || this.parts.server.state.kind !== "running") {
      return [];
    }
    const wide = { ...params, limit: 200, filter: {} };
    const answer = await this.parts.server
      .search(wide, new vscode.CancellationTokenSource().token)
      .catch(() => undefined);
    return facetsOf(answer?.results ?? [], (hit) => pathInFolder(hit.location.uri));
  }

  private pressed(row: Row, button: vscode.QuickInputButton): void {
    if (button === FORGET && row.query !== undefined) {
      this.parts.history.remove(row.query);
      this.ask(0);
    } else {
      this.openToSide(row.hit);
    }
  }

  private acceptActive(): void {
    const row = this.pick.activeItems[0];
    if (row?.query !== undefined) {
      this.pick.value = row.query;
      this.ask(0);
    } else if (row?.hit) {
      const { location, selectionRange } = row.hit;
      this.accept(async () => {
        await openPlace(location, { cursor: selectionRange });
      });
    } else {
      row?.act?.();
    }
  }

  private accept(act: () => Promise<void>): void {
    this.accepted = act;
    this.parts.history.add(this.pick.value);
    this.pick.hide();
  }

  private hidden(): void {
    if (this.asking) {
      return;
    }
    void vscode.commands.executeCommand("setContext", "dowse.pickerOpen", false);
    this.latest.cancel();
    const finish = this.accepted ?? (() => this.preview.restore());
    finish()
      .catch((error: unknown) => void vscode.window.showErrorMessage(`Dowse: ${String(error)}`))
      .finally(() => {
        vscode.Disposable.from(...this.subscriptions, this.preview, this.pick).dispose();
        this.onClosed();
      });
  }
}

interface ActionButton extends vscode.QuickInputButton {
  readonly act: () => void;
}

function action(icon: string, tooltip: string, act: () => void): ActionButton {
  return { iconPath: new vscode.ThemeIcon(icon), tooltip, act };
}

/** VS Code sorts rows by how their labels match. What turns it off is no part of its typed interface yet. */
function keepOrder(pick: vscode.QuickPick<Row>): void {
  try {
    (pick as { sortByLabel?: boolean }).sortByLabel = false;
  } catch {
    // A version that refuses it shows the hits in another order, and is otherwise the same.
  }
}

function isSamePlace(a: Hit, b: Hit): boolean {
  return (
    a.location.uri === b.location.uri &&
    a.name === b.name &&
    a.location.range.start.line === b.location.range.start.line
  );
}

function tokenOf(signal: AbortSignal): vscode.CancellationToken {
  const source = new vscode.CancellationTokenSource();
  signal.addEventListener("abort", () => source.cancel(), { once: true });
  return source.token;
}
