import * as path from "node:path";
import * as vscode from "vscode";
import { ManagedEnvironments } from "../core/managedEnvironment";
import { findOnPath } from "../core/onPath";
import { run } from "../core/processes";
import { isCompatible, parseVersion, formatVersion, parseVersionOutput } from "../core/versions";
import { SERVER_VERSION } from "../protocol.generated";

/** How the server is started, and where that came from. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: string;
}

/** Finds the server: the user's own command, the environment's, or the extension's. */
export class Launcher {
  readonly environments: ManagedEnvironments;

  constructor(
    private readonly storage: string,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.environments = new ManagedEnvironments(path.join(storage, "servers"), SERVER_VERSION);
  }

  /** Undefined where there is no server yet. */
  async find(): Promise<Launch | undefined> {
    const [command, ...args] = vscode.workspace.getConfiguration("dowse").get<string[]>("server.command", []);
    if (command) {
      return { command, args, origin: "the setting dowse.server.command" };
    }
    return (await this.inEnvironment()) ?? (await this.managed());
  }

  /** Folders that a workspace brought: no program in them is run. */
  get forbidden(): readonly string[] {
    return (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  }

  private async inEnvironment(): Promise<Launch | undefined> {
    const command = await findOnPath("dowse", process.env, this.forbidden);
    if (!command) {
      return undefined;
    }
    try {
      const { output } = await run(command, ["--version"], { cwd: this.storage, timeoutMs: 20_000 });
      const version = parseVersionOutput(output);
      if (version && isCompatible(version, parseVersion(SERVER_VERSION))) {
        return { command, args: ["server"], origin: `${command}, version ${formatVersion(version)}, on the PATH` };
      }
      this.log.info(
        `${command} is passed over: ${version ? `version ${formatVersion(version)} does not fit` : "another program"}`,
      );
    } catch (error) {
      this.log.info(`${command} is passed over: ${String(error)}`);
    }
    return undefined;
  }

  private async managed(): Promise<Launch | undefined> {
    const python = this.environments.python();
    if (!python) {
      return undefined;
    }
    await this.environments.use(process.pid);
    // Isolated: neither the folder it starts in nor PYTHONPATH can put another module in the server's place.
    return { command: python, args: ["-I", "-m", "dowse", "server"], origin: "the extension's own environment" };
  }
}
