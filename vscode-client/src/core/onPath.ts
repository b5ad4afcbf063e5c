import { constants } from "node:fs";
import { access } from "node:fs/promises";
import * as path from "node:path";

/**
 * The first program of this name on the `PATH`. Relative entries and those inside `forbidden` folders are passed over:
 * a workspace must not bring the program that runs.
 */
export async function findOnPath(
  name: string,
  env: NodeJS.ProcessEnv,
  forbidden: readonly string[],
): Promise<string | undefined> {
  const names = process.platform === "win32" ? [`${name}.exe`] : [name];
  for (const folder of (env["PATH"] ?? env["Path"] ?? "").split(path.delimiter)) {
    if (!path.isAbsolute(folder) || forbidden.some((root) => isInside(folder, root))) {
      continue;
    }
    for (const each of names) {
      const candidate = path.join(folder, each);
      if (await isExecutable(candidate)) {
        return candidate;
      }
    }
  }
  return undefined;
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
