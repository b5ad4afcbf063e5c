import * as vscode from "vscode";
import { facetsOf, type Facet } from "../core/facets";
import type { History } from "../core/history";
import { isGrowing, partByStrength, openingOf } from "../core/hits";
import { LatestRequest } from "../core/latestRequest";
import { LiveList } from "../core/liveList";
import { t } from "../core/localize";
import { openPlace, pathInFolder } from "../places";
import type { SemanticSearchParams, SemanticSearchResult } from "../protocol.generated";
import type { Server } from "../server/server";
import type { SearchScope } from "./filter";
import { chooseFacets } from "./filterPicker";
import { Preview } from "./preview";
import { answerRows, FORGET, keyText, messageRow, recentRows, type Row } from "./rows";

export type SpaceChoice = "auto" | "code" | "prose";

/** Keys that follow one another more quickly are one question. */
const QUIET_MS = 40;
/** The best hit is previewed when nothing was typed for so long, and the question has some letters. */
const REST_MS = 450;
const PREVIEWED_LENGTH = 3;
const NEXT_SPACE: Record<SpaceChoice, SpaceChoice> = { auto: "code", code: "prose", prose: "auto" };
const SPACE_ICONS: Record<SpaceChoice, string> = { auto: "symbol-misc", code: "code", prose: "book" };

export interface PickerParts {
  readonly server: Server;
  readonly history: History;
  readonly scope: SearchScope;
  readonly showResults: (params: SemanticSearchParams, answer: SemanticSearchResult) => Promise<void>;
}

/** The live search: one object for each time that it is opened. */
export class SearchPicker {
  private readonly pick = vscode.window.createQuickPick<Row>();
  private readonly preview = new Preview();
  private readonly latest = new LatestRequest(QUIET_MS, (busy) => (this.pick.busy = busy));
  private readonly list = new LiveList<Row>();
  private readonly subscriptions: vscode.Disposable[] = [];
  private params: SemanticSearchParams | undefined;
  private answer: SemanticSearchResult | undefined;
  private showsWeaker = false;
  /** Set when Enter was pressed before the answer came: what to do with its first row. */
  private openWhenAnswered: ((row: Row) => void) | undefined;
  private rest: NodeJS.Timeout | undefined;
  private accepted: (() => Promise<unknown>) | undefined;
  private choosesFilter = false;
  private onClosed: () => void = () => undefined;
  /** Settles when the picker is gone and the editor is as it should be. */
  readonly closed = new Promise<void>((resolve) => (this.onClosed = resolve));

  private constructor(
    private readonly parts: PickerParts,
    private space: SpaceChoice,
  ) {}

  static open(parts: PickerParts, space: SpaceChoice, question = ""): SearchPicker {
    const picker = new SearchPicker(parts, space);
    picker.begin(question);
    return picker;
  }

  openToSide(): void {
    this.whenAnswered((row) => this.openRow(row, true));
  }

  switchSpace(): void {
    this.space = NEXT_SPACE[this.space];
    this.renderTitle();
    this.ask(0);
  }

  async toggleTests(): Promise<void> {
    await this.parts.scope.toggleTests();
    this.renderTitle();
    this.ask(0);
  }

  async filter(): Promise<void> {
    this.choosesFilter = true; // the second picker hides this one, which comes back
    const chosen = await chooseFacets(await this.facets(), this.parts.scope.chosen);
    this.choosesFilter = false;
    if (chosen) {
      await this.parts.scope.choose(chosen);
    }
    this.renderTitle();
    this.pick.show();
    this.ask(0);
  }

  toResults(): void {
    const { params, answer } = this;
    if (params && answer && answer.results.length > 0) {
      this.accept(() => this.parts.showResults(params, answer));
    }
  }

  private begin(question: string): void {
    const pick = this.pick;
    pick.matchOnDescription = pick.matchOnDetail = false;
    keepOrder(pick);
    this.subscriptions.push(
      pick.onDidChangeValue(() => this.ask()),
      pick.onDidChangeActive(([row]) => this.followActive(row)),
      pick.onDidAccept(() => this.whenAnswered((row) => this.openRow(row, false))),
      pick.onDidTriggerButton((button) => (button as ActionButton).act()),
      pick.onDidTriggerItemButton(({ item, button }) => this.pressed(item, button)),
      pick.onDidHide(() => this.hidden()),
      this.parts.server.onDidChangeIndex(() => this.askAgainWhenGrown()),
      this.parts.server.onDidChangeState(() => this.ask(0)),
    );
    void vscode.commands.executeCommand("setContext", "dowse.pickerOpen", true);
    pick.value = question;
    this.renderTitle();
    this.ask(0);
    pick.show();
  }

  private renderTitle(): void {
    const { scope } = this.parts;
    const titles: Record<SpaceChoice, string> = {
      auto: t("Search by Meaning"),
      code: t("Search Code by Meaning"),
      prose: t("Search Documents and Notes by Meaning"),
    };
    const title = titles[this.space];
    this.pick.title = scope.text ? `${title}: ${scope.text}` : title;
    this.pick.placeholder =
      this.space === "prose" ? t("What do notes and documentation say about…") : t("Where is the code that…");
    const tests = scope.includesTests
      ? t("Leave Out Tests ({0})", keyText("T"))
      : t("Search Tests Too ({0})", keyText("T"));
    const next = titles[NEXT_SPACE[this.space]];
    this.pick.buttons = [
      action(SPACE_ICONS[this.space], t("{0} ({1}: {2})", title, keyText("D"), next), () => this.switchSpace()),
      action(scope.includesTests ? "beaker" : "beaker-stop", tests, () => void this.toggleTests()),
      action(
        scope.chosen.length > 0 ? "filter-filled" : "filter",
        t("Filter ({0})", keyText("F")),
        () => void this.filter(),
      ),
      action("list-tree", t("Show All Answers in the Results View ({0})", keyText("R")), () => this.toResults()),
    ];
  }

  private ask(quietMs?: number): void {
    const query = this.pick.value.trim();
    const { server, history, scope } = this.parts;
    clearTimeout(this.rest);
    this.openWhenAnswered = undefined;
    this.list.ask(JSON.stringify([query, this.space, scope.text]));
    if (this.list.isWaiting) {
      this.showsWeaker = false;
    }
    if (query === "") {
      this.latest.cancel();
      this.showInstead(recentRows(history.queries));
      return;
    }
    if (server.state.kind !== "running") {
      this.latest.cancel();
      this.showInstead(this.notRunningRows());
      return;
    }
    this.latest.ask(
      async (signal) => {
        const filter = await scope.filter();
        const limit = vscode.workspace.getConfiguration("dowse").get<number>("search.limit", 40);
        const params = { query, limit, space: this.space, ...(filter && { filter }) };
        return { params, answer: filter && (await server.search(params, tokenOf(signal))) };
      },
      ({ params, answer }) => this.showAnswer(params, answer),
      (error) => this.showInstead([messageRow(t("The search failed"), messageOf(error), "error")]),
      quietMs,
    );
  }

  private showAnswer(params: SemanticSearchParams, answer: SemanticSearchResult | undefined): void {
    if (!answer) {
      this.showInstead([messageRow(t("No results"), t("Nothing fits under the present filter."), "info")]);
      return;
    }
    this.params = params;
    this.answer = answer;
    this.renderAnswer(params, answer);
    if (params.query.length >= PREVIEWED_LENGTH) {
      this.rest = setTimeout(() => this.previewChosen(), REST_MS);
    }
  }

  private renderAnswer(params: SemanticSearchParams, answer: SemanticSearchResult): void {
    this.showRows(
      answerRows(answer, {
        filtered: this.parts.scope.isNarrow,
        paused: this.parts.server.indexStatus?.paused === true,
        showsWeaker: this.showsWeaker,
        showWeaker: () => {
          this.showsWeaker = true;
          this.renderAnswer(params, answer);
        },
      }),
    );
  }

  private showInstead(rows: readonly Row[]): void {
    this.params = this.answer = undefined;
    this.showRows(rows);
  }

  private showRows(rows: readonly Row[]): void {
    const selectable = rows.filter((row) => row.kind !== vscode.QuickPickItemKind.Separator);
    const active = this.list.show(selectable, this.pick.activeItems[0], isSameRow);
    this.pick.keepScrollPosition = this.list.hasMoved;
    this.pick.items = rows;
    if (active && this.list.hasMoved) {
      this.pick.activeItems = [active];
    }
    const act = this.openWhenAnswered;
    this.openWhenAnswered = undefined;
    if (act && active?.hit) {
      act(active);
    }
  }

  /** A person who goes through the list sees each hit at once; the list itself marks its first row without that. */
  private followActive(row: Row | undefined): void {
    if (this.list.activate(row)) {
      clearTimeout(this.rest);
      this.previewChosen();
    }
  }

  private previewChosen(): void {
    const hit = this.list.chosen(this.pick.activeItems[0])?.hit;
    if (hit) {
      this.preview.show(hit);
    }
  }

  /** Ask again when the index has grown, or is complete, since an answer that was not. */
  private askAgainWhenGrown(): void {
    const now = this.parts.server.indexStatus;
    const then = this.answer?.index;
    if (then && now && isGrowing(then) && (now.generation !== then.generation || now.state !== then.state)) {
      this.ask();
    }
  }

  private notRunningRows(): Row[] {
    const { state } = this.parts.server;
    const instead = (command: string) => () => {
      this.pick.hide();
      void vscode.commands.executeCommand(command);
    };
    if (state.kind === "starting") {
      return [messageRow(t("Dowse is starting"), state.what, "loading~spin")];
    }
    const status = messageRow(t("Show what can be done"), "", "info", instead("dowse.showStatus"));
    if (state.kind === "missing") {
      const what = t("Dowse needs its server, which is not installed yet.");
      return [messageRow(t("Install the server"), what, "desktop-download", instead("dowse.installServer")), status];
    }
    const why = state.kind === "failed" ? state.message : "";
    return [messageRow(t("Restart the server"), why, "debug-restart", instead("dowse.restartServer")), status];
  }

  private async facets(): Promise<Facet[]> {
    const query = this.pick.value.trim();
    const { server, scope } = this.parts;
    const filter = await scope.filter();
    if (query === "" || server.state.kind !== "running") {
      return [];
    }
    const exclude = filter?.exclude ?? [];
    const wide = { query, space: this.space, limit: 200, filter: { exclude } };
    const answer = await server.search(wide, new vscode.CancellationTokenSource().token).catch(() => undefined);
    return facetsOf(partByStrength(answer?.results ?? []).answers, (hit) => pathInFolder(hit.location.uri));
  }

  private pressed(row: Row, button: vscode.QuickInputButton): void {
    if (button === FORGET && row.query !== undefined) {
      this.parts.history.remove(row.query);
      this.ask(0);
    } else {
      this.openRow(row, true);
    }
  }

  /** Do something with the row that the person means; where the answer is not there yet, when it comes. */
  private whenAnswered(act: (row: Row) => void): void {
    const row = this.list.chosen(this.pick.activeItems[0]);
    if (row) {
      act(row);
    } else {
      this.openWhenAnswered = act;
    }
  }

  private openRow(row: Row, side: boolean): void {
    if (row.query !== undefined) {
      this.pick.value = row.query;
      this.ask(0);
    } else if (row.hit) {
      const { hit } = row;
      this.accept(() => openPlace(hit.location, { cursor: openingOf(hit), side }));
    } else {
      row.act?.();
    }
  }

  private accept(act: () => Promise<unknown>): void {
    this.accepted = act;
    this.parts.history.add(this.pick.value);
    this.pick.hide();
  }

  private hidden(): void {
    if (this.choosesFilter) {
      return;
    }
    void vscode.commands.executeCommand("setContext", "dowse.pickerOpen", false);
    clearTimeout(this.rest);
    this.latest.cancel();
    this.finish()
      .catch((error: unknown) => void vscode.window.showErrorMessage(`Dowse: ${messageOf(error)}`))
      .finally(() => {
        vscode.Disposable.from(...this.subscriptions, this.preview, this.pick).dispose();
        this.onClosed();
      });
  }

  private async finish(): Promise<void> {
    await this.accepted?.();
    await this.preview.close();
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

function isSameRow({ hit: a }: Row, { hit: b }: Row): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.location.uri === b.location.uri &&
    a.name === b.name &&
    a.location.range.start.line === b.location.range.start.line
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function tokenOf(signal: AbortSignal): vscode.CancellationToken {
  const source = new vscode.CancellationTokenSource();
  signal.addEventListener("abort", () => source.cancel(), { once: true });
  return source.token;
}
