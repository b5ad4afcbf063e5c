import { spawn } from "node:child_process";

export interface Finished {
  readonly code: number;
  /** Standard output and error as they came. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string) => void;
}

const KEPT = 20_000;

/** Run a program to its end, without a shell. Rejects when it cannot be started, is cancelled, or takes too long. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const signals = [
      options.signal,
      options.timeoutMs === undefined ? undefined : AbortSignal.timeout(options.timeoutMs),
    ];
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      cwd: options.cwd,
      env: options.env ?? process.env,
      signal: AbortSignal.any(signals.filter((signal) => signal !== undefined)),
    });
    let output = "";
    const take = (data: Buffer) => {
      const text = data.toString("utf8");
      output = (output + text).slice(-KEPT);
      for (const line of text.split(/[\r\n]+/)) {
        if (line.trim() !== "") {
          options.onLine?.(line.trim());
        }
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, output }));
  });
}
