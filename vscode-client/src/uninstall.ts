// VS Code runs this after the extension was removed. The extension's own storage goes by itself; this is the index,
// which other editors use too where a `dowse` is installed for them.
import { rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findOnPath } from "./core/onPath";

/** Where the server keeps its indexes, by the habits of each system. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const home = os.homedir();
  switch (process.platform) {
    case "win32":
      return path.join(env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"), "dowse", "Cache");
    case "darwin":
      return path.join(home, "Library", "Caches", "dowse");
    default:
      return path.join(env["XDG_CACHE_HOME"] ?? path.join(home, ".cache"), "dowse");
  }
}

void findOnPath("dowse", process.env, []).then((dowse) => {
  if (!dowse) {
    rmSync(cacheFolder(process.env), { recursive: true, force: true });
  }
});
