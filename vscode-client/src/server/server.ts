import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import { userOptions, workspaceAnswer, type Inspect } from "../core/editorSettings";
import { RestartPolicy } from "../core/restarts";
import type { ServerState } from "../core/statusText";
import {
  HoverCommand,
  Method,
  PROTOCOL_VERSION,
  ServerCommand,
  type DuplicatesParams,
  type IndexStatus,
  type SemanticSearchParams,
  type SemanticSearchResult,
  type SimilarCodeParams,
  type SimilarCodeResult,
  type SkippedFiles,
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

  /** Have the server write which functions nearly repeat one another into a document, and open it. */
  async listDuplicates(onPercent: (percent: number) => void, token: vscode.CancellationToken): Promise<void> {
    const client = this.running();
    const workDoneToken = `duplicates ${crypto.randomUUID()}`;
    const progress = client.onProgress(WorkDoneProgress.type, workDoneToken, (value) =>
      onPercent(value.kind === "report" ? (value.percentage ?? 0) : 0),
    );
    try {
      const params: DuplicatesParams = { workDoneToken };
      const command = ServerCommand.DUPLICATES_TO_DOCUMENT;
      await client.sendRequest("workspace/executeCommand", { command, arguments: [params] }, token);
    } finally {
      progress.dispose();
    }
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
    this.become({ kind: "starting", what: "Looking for the server" });
    const launch = await this.launcher.find();
    if (!launch) {
      this.become({ kind: "missing" });
      return;
    }
    this.launchedAs = launch.origin;
    this.log.info(`starting ${launch.command} ${launch.args.join(" ")}, from ${launch.origin}`);
    this.become({ kind: "starting", what: "Starting the server" });
    const env = { ...process.env, ...(await this.keys.environment()) };
    const client = new LanguageClient(
      "dowse",
      "Dowse",
      { command: launch.command, args: [...launch.args], options: { env } },
      this.options(),
    );
    client.registerFeature(CAPABILITIES);
    client.onDidChangeState((event) => this.follow(event.newState));
    client.onNotification(Method.DID_CHANGE_INDEX_STATUS, (status: IndexStatus) => this.take(status));
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
    this.take(undefined);
    this.become({ kind: "stopped" });
  }

  private options(): LanguageClientOptions {
    const restarts = new RestartPolicy();
    return {
      documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: userOptions(inspector()),
      initializationFailedHandler: () => false,
      markdown: { isTrusted: { enabledCommands: Object.values(HoverCommand) }, supportHtml: false },
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          if (restarts.mayRestart()) {
            this.log.warn("the server has ended; it is started again");
            this.become({ kind: "starting", what: "Starting the server again" });
            return { action: CloseAction.Restart, handled: true };
          }
          this.fail("The server ended again and again. The log says more; “Dowse: Restart Server” tries anew.");
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: {
        workspace: {
          configuration: (params) =>
            params.items.map((item) => (item.section === "dowse" ? workspaceAnswer(inspector()) : null)),
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
      this.become({ kind: "running" });
    } else if (state === State.Stopped) {
      this.take(undefined);
    }
  }

  private async request<R>(method: string, params: unknown, token: vscode.CancellationToken): Promise<R> {
    return this.running().sendRequest<R>(method, params, token);
  }

  private running(): LanguageClient {
    if (!this.client) {
      throw new Error("The Dowse server is not running.");
    }
    return this.client;
  }

  private take(status: IndexStatus | undefined): void {
    this.index = status;
    void vscode.commands.executeCommand("setContext", "dowse.paused", status?.paused === true);
    this.indexChange.fire(status);
  }

  private fail(message: string): void {
    this.log.error(message);
    this.become({ kind: "failed", message });
  }

  private become(state: ServerState): void {
    this.current = state;
    void vscode.commands.executeCommand("setContext", "dowse.running", state.kind === "running");
    this.stateChange.fire(state);
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

function inspector(): Inspect {
  const settings = vscode.workspace.getConfiguration("dowse");
  return (name) => settings.inspect(name);
}
