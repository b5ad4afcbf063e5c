import * as vscode from "vscode";
import {
  CloseAction,
  CodeAction,
  CodeActionTriggerKind,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
  type Command,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import { userSettings, workspaceSettings, type Inspect } from "../core/editorSettings";
import { t } from "../core/localize";
import { RestartPolicy } from "../core/restarts";
import type { ServerState } from "../core/statusText";
import {
  HoverCommand,
  Method,
  PROTOCOL_VERSION,
  ServerCommand,
  type DuplicatesParams,
  type DuplicatesResult,
  type IndexStatus,
  type SemanticSearchParams,
  type SemanticSearchResult,
  type SimilarCodeParams,
  type SimilarCodeResult,
  type SkippedFiles,
  type WriteNoteParams,
  type WrittenNote,
} from "../protocol.generated";
import type { Keys } from "./keys";
import type { Launcher } from "./launching";

/** Commands of the server that this extension answers itself: their results go into its own views. */
export type Interceptor = (command: string, args: unknown[]) => Thenable<unknown> | undefined;

/** Owns the language client: starts, watches and ends the server, and asks it. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private launchedAs = "not started";
  private current: ServerState = { kind: "stopped" };
  private index: IndexStatus | undefined;
  private showsDocumentsBeside = false;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly stateChange = new vscode.EventEmitter<ServerState>();
  private readonly indexChange = new vscode.EventEmitter<IndexStatus | undefined>();

  readonly onDidChangeState = this.stateChange.event;
  readonly onDidChangeIndex = this.indexChange.event;

  constructor(
    private readonly launcher: Launcher,
    private readonly keys: Keys,
    private readonly log: vscode.LogOutputChannel,
    private readonly intercept: Interceptor,
  ) {}

  get state(): ServerState {
    return this.current;
  }

  get indexStatus(): IndexStatus | undefined {
    return this.index;
  }

  /** How the server was started, for people. */
  get origin(): string {
    return this.launchedAs;
  }

  /** Start where there is a server to start; the state says how it went. Calls come one after another. */
  start(): Promise<void> {
    return this.inTurn(() => this.startNow());
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.stopNow());
  }

  search(params: SemanticSearchParams, token: vscode.CancellationToken): Promise<SemanticSearchResult> {
    return this.request(Method.SEMANTIC_SEARCH, params, token);
  }

  similar(params: SimilarCodeParams, token: vscode.CancellationToken): Promise<SimilarCodeResult> {
    return this.request(Method.SIMILAR_CODE, params, token);
  }

  skipped(token: vscode.CancellationToken): Promise<SkippedFiles> {
    return this.request(Method.SKIPPED_FILES, undefined, token);
  }

  status(token: vscode.CancellationToken): Promise<IndexStatus> {
    return this.request(Method.INDEX_STATUS, undefined, token);
  }

  async execute(command: (typeof ServerCommand)[keyof typeof ServerCommand]): Promise<void> {
    await this.running().sendRequest("workspace/executeCommand", { command, arguments: [] });
  }

  /** Which functions nearly repeat one another; takes seconds. */
  async duplicates(
    params: DuplicatesParams,
    onPercent: (percent: number) => void,
    token: vscode.CancellationToken,
  ): Promise<DuplicatesResult> {
    const client = this.running();
    const workDoneToken = `duplicates ${crypto.randomUUID()}`;
    const progress = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) =>
      onPercent(value.kind === "report" ? (value.percentage ?? 0) : 0),
    );
    try {
      return await client.sendRequest<DuplicatesResult>(Method.DUPLICATES, { ...params, workDoneToken }, token);
    } finally {
      progress.dispose();
    }
  }

  /** Have the server write a note. It is shown beside the code that it is about. */
  async writeNote(params: WriteNoteParams): Promise<WrittenNote> {
    this.showsDocumentsBeside = true;
    try {
      const command = ServerCommand.WRITE_NOTE;
      return await this.running().sendRequest("workspace/executeCommand", { command, arguments: [params] });
    } finally {
      this.showsDocumentsBeside = false;
    }
  }

  /** The actions that the server offers at a place when somebody asks for them. */
  async codeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): Promise<readonly CodeAction[]> {
    const context = { diagnostics: [], triggerKind: CodeActionTriggerKind.Invoked };
    const params = { textDocument: { uri: document.uri.toString() }, range, context };
    const actions = await this.request<(CodeAction | Command)[] | null>("textDocument/codeAction", params, token);
    return (actions ?? []).filter((action) => CodeAction.is(action));
  }

  /** Where the links of a document lead now; for a note that is what it is about. */
  async documentLinks(uri: string, token: vscode.CancellationToken): Promise<readonly { readonly target?: string }[]> {
    const links = await this.request<{ target?: string }[] | null>(
      "textDocument/documentLink",
      { textDocument: { uri } },
      token,
    );
    return links ?? [];
  }

  dispose(): void {
    this.stateChange.dispose();
    this.indexChange.dispose();
  }

  private inTurn(act: () => Promise<void>): Promise<void> {
    const next = this.turn.then(act);
    this.turn = next.catch((error: unknown) => this.log.error(String(error)));
    return next;
  }

  private async startNow(): Promise<void> {
    if (this.client) {
      return;
    }
    this.setState({ kind: "starting", what: t("Looking for the server") });
    const launch = await this.launcher.find();
    if (!launch) {
      this.setState({ kind: "missing" });
      return;
    }
    this.launchedAs = launch.origin;
    this.log.info(`starting ${launch.command} ${launch.args.join(" ")}, from ${launch.origin}`);
    this.setState({ kind: "starting", what: t("Starting the server") });
    const env = { ...process.env, ...(await this.keys.environment()) };
    const client = new QuietLanguageClient(
      "dowse",
      "Dowse",
      { command: launch.command, args: [...launch.args], options: { env } },
      this.options(),
    );
    client.registerFeature(CAPABILITIES);
    client.onDidChangeState((event) => this.follow(event.newState));
    client.onNotification(Method.DID_CHANGE_INDEX_STATUS, (status: IndexStatus) => this.onStatus(status));
    this.client = client;
    try {
      await client.start();
      this.check(client);
    } catch (error) {
      this.client = undefined;
      this.fail(error instanceof Error ? error.message : String(error));
      await client.dispose().catch(() => undefined);
    }
  }

  private async stopNow(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client) {
      await client
        .dispose()
        .catch((error: unknown) => this.log.warn(`the server did not stop cleanly: ${String(error)}`));
    }
    this.onStatus(undefined);
    this.setState({ kind: "stopped" });
  }

  private options(): LanguageClientOptions {
    const restarts = new RestartPolicy();
    return {
      documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: userSettings(inspector()),
      initializationFailedHandler: () => false,
      markdown: { isTrusted: { enabledCommands: Object.values(HoverCommand) }, supportHtml: false },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          if (restarts.mayRestart()) {
            this.log.warn("the server has ended; it is started again");
            this.setState({ kind: "starting", what: t("Starting the server again") });
            return { action: CloseAction.Restart, handled: true };
          }
          this.fail(t("The server ended again and again."));
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: {
        window: {
          showDocument: (params, token, next) =>
            this.showsDocumentsBeside ? showBeside(params.uri) : next(params, token),
        },
        workspace: {
          configuration: (params) =>
            params.items.map((item) => (item.section === "dowse" ? workspaceSettings(inspector()) : null)),
        },
        executeCommand: (command, args: unknown[], next) =>
          this.intercept(command, args) ?? (next(command, args) as unknown),
      },
    };
  }

  /** Refuse a server that speaks another version of the additions to the protocol. */
  private check(client: LanguageClient): void {
    const experimental = client.initializeResult?.capabilities.experimental as
      { dowse?: { version?: number } } | undefined;
    const version = experimental?.dowse?.version;
    if (version !== PROTOCOL_VERSION) {
      throw new Error(
        `${this.launchedAs} ${version === undefined ? "is no Dowse server" : `speaks version ${version} of the protocol`}; ` +
          `this extension needs version ${PROTOCOL_VERSION}.`,
      );
    }
  }

  private follow(state: State): void {
    if (state === State.Running) {
      this.setState({ kind: "running" });
    } else if (state === State.Stopped) {
      this.onStatus(undefined);
    }
  }

  private async request<R>(method: string, params: unknown, token: vscode.CancellationToken): Promise<R> {
    return this.running().sendRequest<R>(method, params, token);
  }

  private running(): LanguageClient {
    if (!this.client) {
      throw new Error(t("Dowse's server is not running."));
    }
    return this.client;
  }

  private onStatus(status: IndexStatus | undefined): void {
    this.index = status;
    void vscode.commands.executeCommand("setContext", "dowse.paused", status?.paused === true);
    this.indexChange.fire(status);
  }

  private fail(message: string): void {
    this.log.error(message);
    this.setState({ kind: "failed", message });
  }

  private setState(state: ServerState): void {
    this.current = state;
    void vscode.commands.executeCommand("setContext", "dowse.running", state.kind === "running");
    void vscode.commands.executeCommand("setContext", "dowse.serverState", state.kind);
    this.stateChange.fire(state);
  }
}

/**
 * Failures of the connection go to the log alone: the library would show each in its own words, and these would hide
 * what the extension says of a server that does not come back.
 */
class QuietLanguageClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Tells the server what this client can beyond the standard. */
const CAPABILITIES: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = {
      ...(capabilities.experimental as object | undefined),
      dowse: { indexStatus: true, hoverCommands: true },
    };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

/** Show a document beside the active editor, where typing goes on at its end. */
async function showBeside(uri: string): Promise<{ success: boolean }> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const end = document.lineAt(document.lineCount - 1).range.end;
  const editor = await vscode.window.showTextDocument(document, {
    viewColumn: vscode.ViewColumn.Beside,
    preview: false,
  });
  await editor.edit((edit) => edit.insert(end, "\n")); // a paragraph of its own
  const last = document.lineAt(document.lineCount - 1).range.end;
  editor.selection = new vscode.Selection(last, last);
  return { success: true };
}

function inspector(): Inspect {
  const settings = vscode.workspace.getConfiguration("dowse");
  return (name) => settings.inspect(name);
}
