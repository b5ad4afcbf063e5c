import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { explainOutput } from "./installFailures";
import { t } from "./localize";
import { findOnPath } from "./onPath";
import { run } from "./processes";

/** Written into an environment last: one without it was never finished. */
const COMPLETE = "dowse-server";
const USED_BY = ".used-by-";
const OLDEST_PYTHON = [3, 11] as const;
const PYTHONS = ["python3.13", "python3.12", "python3.11", "python3", "python"];

export interface InstallOptions {
  /** What pip installs: the wheel that comes with the extension, unless the user named something else. */
  readonly package: string;
  readonly env: NodeJS.ProcessEnv;
  /** Folders whose programs are not run. */
  readonly forbidden: readonly string[];
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
}

/** Why an environment could not be made, in words for the user; `output` is what the tool said. */
export class InstallError extends Error {
  constructor(
    message: string,
    readonly output = "",
  ) {
    super(message);
  }
}

/**
 * The server's environments below one folder. Each is made where it stays, since its programs name the folder they are
 * in; the newest complete one of the extension's version is used.
 */
export class ManagedEnvironments {
  constructor(
    private readonly folder: string,
    private readonly version: string,
  ) {}

  /** Python of this version's environment; undefined where it has not been made. */
  python(): string | undefined {
    const current = this.current();
    return current && pythonOf(current);
  }

  /** Note that a process uses the environment, so that no other window removes it. */
  async use(pid: number): Promise<void> {
    const current = this.current();
    if (current) {
      await writeFile(path.join(current, `${USED_BY}${pid}`), "");
    }
  }

  /** Make an environment of this version; what cannot be finished is removed. */
  async install(options: InstallOptions): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const making = await mkdtemp(path.join(this.folder, `${this.version}-${process.pid}-`));
    try {
      await this.fill(making, options);
      await writeFile(path.join(making, COMPLETE), `${this.version}\n`);
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      throw error;
    }
  }

  /** Remove environments that are not the present one, unless a living process uses or makes them. */
  async prune(): Promise<void> {
    const current = this.current();
    for (const name of await namesIn(this.folder)) {
      const environment = path.join(this.folder, name);
      const isMade = !existsSync(path.join(environment, COMPLETE)) && isAlive(Number(name.split("-").at(-2)));
      if (environment !== current && !isMade && !(await this.isUsed(environment))) {
        await rm(environment, { recursive: true, force: true });
      }
    }
  }

  private current(): string | undefined {
    const names = existsSync(this.folder) ? readdirSync(this.folder) : [];
    const finished = names
      .filter((name) => name.startsWith(`${this.version}-`))
      .map((name) => path.join(this.folder, name))
      .filter((each) => existsSync(path.join(each, COMPLETE)) && existsSync(pythonOf(each)))
      .map((each) => ({ each, at: statSync(path.join(each, COMPLETE)).mtimeMs }));
    return finished.sort((a, b) => b.at - a.at)[0]?.each;
  }

  private async fill(making: string, options: InstallOptions): Promise<void> {
    const { env, forbidden, signal, report } = options;
    const uv = await findOnPath("uv", env, forbidden);
    const python = pythonOf(making);
    // From a folder of its own, so that neither tool reads a workspace's configuration.
    const step = async (what: string, command: string, args: readonly string[]) => {
      report(what);
      const { code, output } = await run(command, args, { cwd: making, env, signal, onLine: report });
      if (code !== 0) {
        throw new InstallError(explainOutput(output) ?? t("{0} failed: {1}", what, lastLine(output)), output);
      }
    };
    if (uv) {
      const minimum = `>=${OLDEST_PYTHON.join(".")}`;
      await step(t("Making an environment with uv"), uv, [
        "venv",
        "--no-config",
        "--allow-existing",
        "--python",
        minimum,
        making,
      ]);
      await step(t("Installing the server with uv"), uv, [
        "pip",
        "install",
        "--no-config",
        "--python",
        python,
        options.package,
      ]);
    } else {
      const base = await findPython(env, forbidden, signal);
      await step(t("Making an environment"), base, ["-m", "venv", making]);
      // Nothing is compiled ahead, as with uv: that would take longer than all the rest.
      const quick = ["--no-compile", "--no-input", "--progress-bar", "off", "--disable-pip-version-check"];
      const pip = ["-I", "-m", "pip", "install", ...quick, options.package];
      await step(t("Installing the server"), python, pip);
    }
    const { code, output } = await run(python, ["-I", "-m", "dowse", "--version"], { cwd: making, env, signal });
    if (code !== 0) {
      throw new InstallError(t("The installed server does not start: {0}", lastLine(output)), output);
    }
  }

  private async isUsed(environment: string): Promise<boolean> {
    const names = await namesIn(environment);
    return names.some((name) => name.startsWith(USED_BY) && isAlive(Number(name.slice(USED_BY.length))));
  }
}

/** A Python that is new enough; {@link InstallError} where there is none. */
async function findPython(env: NodeJS.ProcessEnv, forbidden: readonly string[], signal: AbortSignal): Promise<string> {
  const script = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${OLDEST_PYTHON.join(", ")}))`;
  for (const name of PYTHONS) {
    const python = await findOnPath(name, env, forbidden);
    if (python && (await run(python, ["-I", "-c", script], { env, signal }).catch(() => undefined))?.code === 0) {
      return python;
    }
    signal.throwIfAborted();
  }
  const wanted = OLDEST_PYTHON.join(".");
  throw new InstallError(
    t(
      "Neither uv nor a Python of version {0} or newer with its venv module was found. Install uv or Python, or name your own server in the setting dowse.server.command.",
      wanted,
    ),
  );
}

/** The interpreter of an environment. */
export function pythonOf(environment: string): string {
  return process.platform === "win32"
    ? path.join(environment, "Scripts", "python.exe")
    : path.join(environment, "bin", "python");
}

function lastLine(output: string): string {
  const lines = output.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return (lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? "no message").trim();
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
