// A real VS Code for tests: the server and web workbench that npm's code-server package carries, with this Node's
// extension host. Everything comes from the npm registry.
import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:net";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The newest release that runs on Node 20. */
const CODE_SERVER = "4.100.3";
/** The binary that quick open searches with; the release takes its own from elsewhere. */
const RIPGREP = "1.18.0";

export const client = resolve(dirname(fileURLToPath(import.meta.url)), "..");
export const repository = resolve(client, "..");
/** Python with the server in it. */
export const python = process.env.DOWSE_TEST_PYTHON ?? join(repository, ".venv", "bin", "python");

/** The folder of VS Code, fetched once; CI and machines without a network can put it there beforehand. */
export function fetchVSCode() {
  const folder = process.env.DOWSE_TEST_VSCODE ?? join(client, "out", `vscode-${CODE_SERVER}`);
  if (!existsSync(folder)) {
    const making = `${folder}.making`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(making, { recursive: true });
    const npm = (args, cwd = making) => execFileSync("npm", args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    npm(["pack", "--silent", `code-server@${CODE_SERVER}`]);
    const archive = `code-server-${CODE_SERVER}.tgz`;
    execFileSync("tar", ["xzf", archive, "--strip-components=3", "package/lib/vscode"], { cwd: making });
    rmSync(join(making, archive));
    npm(["install", ...quiet, "--omit=dev"]);
    const ripgrep = join(making, "ripgrep");
    mkdirSync(ripgrep);
    writeFileSync(join(ripgrep, "package.json"), '{"private":true}');
    npm(["install", ...quiet, `@vscode/ripgrep-${process.platform}-${process.arch}@${RIPGREP}`], ripgrep);
    const binary = join(ripgrep, "node_modules", "@vscode", `ripgrep-${process.platform}-${process.arch}`, "bin", "rg");
    mkdirSync(join(making, "node_modules", "@vscode", "ripgrep", "bin"), { recursive: true });
    cpSync(binary, join(making, "node_modules", "@vscode", "ripgrep", "bin", "rg"));
    symlinkSync("node_modules", join(making, "node_modules.asar"));
    rmSync(join(making, "extensions", "typescript-language-features"), { recursive: true }); // its compiler is not there
    compileLogger(making);
    renameSync(making, folder);
  }
  return folder;
}

/** Without this native module the output channels stay empty, and nothing else is amiss. */
function compileLogger(folder) {
  try {
    const headers = resolve(process.execPath, "..", "..");
    execFileSync("npm", ["rebuild", "@vscode/spdlog", `--nodedir=${headers}`, "--loglevel=error"], {
      cwd: folder,
      stdio: "ignore",
    });
  } catch {
    console.log("The logger of the test's VS Code could not be compiled: what output channels show is not tested.");
  }
}

const SETTINGS = {
  "workbench.startupEditor": "none",
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "editor.minimap.enabled": false,
  "telemetry.telemetryLevel": "off",
  "security.workspace.trust.enabled": false,
  "security.workspace.trust.startupPrompt": "never",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "git.enabled": false,
  "files.autoSave": "off",
};

/** A running VS Code with the packed extension in it and a copy of a workspace open. */
export class VSCode {
  /** `settings` are the user's, `workspaceSettings` come with the workspace, `env` changes the environment. */
  static async start({ settings = {}, workspaceSettings, env = {} }) {
    const folder = fetchVSCode();
    const root = mkdtempSync(join(tmpdir(), "dowse-e2e-"));
    const workspace = join(root, "waybill");
    cpSync(join(repository, "fixtures", "waybill"), workspace, { recursive: true });
    if (workspaceSettings) {
      mkdirSync(join(workspace, ".vscode"));
      writeFileSync(join(workspace, ".vscode", "settings.json"), JSON.stringify(workspaceSettings));
    }
    for (const profile of ["User", "Machine"]) {
      mkdirSync(join(root, "data", profile), { recursive: true });
      writeFileSync(settingsFile(root, profile), JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
    }
    const port = await freePort();
    const common = [
      join(folder, "out", "server-main.js"),
      ...["--server-data-dir", join(root, "srv"), "--user-data-dir", join(root, "data")],
      ...["--extensions-dir", join(root, "extensions"), "--accept-server-license-terms", "--telemetry-level", "off"],
    ];
    const environment = { ...process.env, HOME: root, XDG_CACHE_HOME: join(root, "cache"), ...env };
    const install = ["--install-extension", packed(), "--force"];
    execFileSync(process.execPath, [...common, ...install], { env: environment, stdio: "ignore" });
    const listen = ["--host", "127.0.0.1", "--port", String(port), "--without-connection-token"];
    const child = spawn(process.execPath, [...common, ...listen], { env: environment, stdio: "ignore" });
    const vscode = new VSCode(root, workspace, port, child);
    await vscode.answers();
    return vscode;
  }

  constructor(root, workspace, port, child) {
    Object.assign(this, { root, workspace, port, child });
  }

  get url() {
    return `http://127.0.0.1:${this.port}/?folder=${encodeURIComponent(this.workspace)}`;
  }

  /** The extension's own folder for all workspaces. */
  get storage() {
    return join(this.root, "data", "User", "globalStorage", "dowse.dowse");
  }

  /** The ids of the language servers below this VS Code. */
  serverPids() {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        const command = commandOf(pid);
        return /\0dowse\0server\0/.test(command) && environmentOf(pid).includes(`HOME=${this.root}\0`);
      })
      .map(Number);
  }

  /** Change the user's settings while VS Code runs. */
  configure(settings) {
    for (const profile of ["User", "Machine"]) {
      const file = settingsFile(this.root, profile);
      const present = JSON.parse(readFileSync(file, "utf8"));
      writeFileSync(file, JSON.stringify({ ...present, ...settings }, null, 2));
    }
  }

  async stop() {
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill();
    await ended;
    rmSync(this.root, { recursive: true, force: true, maxRetries: 20, retryDelay: 500 });
  }

  async answers() {
    for (let attempt = 0; attempt < 150; attempt++) {
      if ((await fetch(`http://127.0.0.1:${this.port}/version`).catch(() => undefined))?.ok) {
        return;
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error("VS Code's server did not answer");
  }
}

function settingsFile(root, profile) {
  return join(root, "data", profile, "settings.json");
}

/** The extension as it is handed out. */
function packed() {
  const { version } = JSON.parse(readFileSync(join(client, "package.json"), "utf8"));
  return join(client, `dowse-${version}.vsix`);
}

function commandOf(pid) {
  return readOrEmpty(`/proc/${pid}/cmdline`);
}

function environmentOf(pid) {
  return readOrEmpty(`/proc/${pid}/environ`);
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // it has ended meanwhile
  }
}

function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}
