import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, describe, test } from "node:test";
import { debugReport } from "../src/core/debugReport";
import { userSettings, workspaceSettings, type Inspect } from "../src/core/editorSettings";
import { explainOutput } from "../src/core/installFailures";
import { InstallError, ManagedEnvironments, pythonOf, type InstallOptions } from "../src/core/managedEnvironment";
import { findOnPath } from "../src/core/onPath";
import { RestartPolicy } from "../src/core/restarts";
import { statusText } from "../src/core/statusText";
import { isCompatible, parseVersion, parseVersionOutput } from "../src/core/versions";
import type { IndexStatus } from "../src/protocol.generated";
import { SERVER_SETTINGS } from "../src/settings.generated";

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  contributes: { configuration: { properties: Record<string, { scope: string; order: number }> }[] };
};

describe("a server on the PATH", () => {
  test("is known by what it prints, and others of its name are not", () => {
    assert.deepEqual(parseVersionOutput("dowse 0.1.4\n"), { major: 0, minor: 1, patch: 4 });
    assert.deepEqual(parseVersionOutput("dowse, version 1.20.3rc1"), { major: 1, minor: 20, patch: 3 });
    assert.equal(parseVersionOutput("dowse agents 0.1.4"), undefined);
    assert.equal(parseVersionOutput("Usage: dowse"), undefined);
  });

  test("fits when it is not older and speaks the same", () => {
    const fitting = (found: string, wanted: string) => isCompatible(parseVersion(found), parseVersion(wanted));
    assert.deepEqual(
      [fitting("0.1.0", "0.1.0"), fitting("0.1.3", "0.1.0"), fitting("0.1.0", "0.1.3"), fitting("0.2.0", "0.1.0")],
      [true, true, false, false],
    );
    assert.deepEqual(
      [fitting("1.4.0", "1.2.9"), fitting("2.0.0", "1.2.9"), fitting("1.1.9", "1.2.0")],
      [true, false, false],
    );
  });
});

describe("settings", () => {
  const values: Record<string, { globalValue?: unknown; workspaceValue?: unknown }> = {
    "models.code": { globalValue: "mine", workspaceValue: "theirs" },
    "models.prose": { workspaceValue: "theirs" },
    "editor.codeLens": { globalValue: false, workspaceValue: true },
    "server.command": { globalValue: ["dowse"] },
  };
  const inspect: Inspect = (name) => values[name];

  test("that reach a network or a program come from the user alone", () => {
    assert.deepEqual(userSettings(inspect), { "models.code": "mine" });
  });

  test("that a workspace may set are sent without defaults and without the extension's own", () => {
    assert.deepEqual(workspaceSettings(inspect), { "editor.codeLens": true });
  });

  test("of the server are all in the manifest, the user's own out of a workspace's reach", () => {
    const groups = manifest.contributes.configuration.map((group) => group.properties);
    const properties = Object.assign({}, ...groups) as (typeof groups)[number];
    for (const { name, userOnly } of SERVER_SETTINGS) {
      assert.equal(properties[`dowse.${name}`]?.scope, userOnly ? "machine" : "window", name);
    }
    const servers = Object.entries(properties).filter(([, property]) => property.order >= 100);
    assert.deepEqual(servers.map(([name]) => name).sort(), SERVER_SETTINGS.map(({ name }) => `dowse.${name}`).sort());
    assert.deepEqual(
      ["dowse.server.command", "dowse.server.package"].map((name) => properties[name]?.scope),
      ["machine", "machine"],
    );
  });
});

test("a server that ends again and again is not started for ever", () => {
  let now = 0;
  const policy = new RestartPolicy(2, 1000, () => now);
  assert.deepEqual([policy.mayRestart(), policy.mayRestart(), policy.mayRestart()], [true, true, false]);
  now = 5000;
  assert.equal(policy.mayRestart(), true);
});

const STATUS: IndexStatus = {
  state: "ready",
  folders: [
    {
      uri: "file:///secret/place",
      writable: true,
      filesTotal: 1200,
      filesIndexed: 1200,
      chunksTotal: 1,
      chunksEmbedded: 1,
      skipped: {},
      watching: "native",
      generation: 1,
      diskBytes: 1,
    },
  ],
  queue: 0,
  models: [
    { space: "code", name: "hash", dimensions: 256, device: "cpu", health: "ready", index: "exact", role: "serving" },
    { space: "prose", name: "hash", dimensions: 256, device: "cpu", health: "ready", index: "exact", role: "serving" },
  ],
  diskBytes: 1,
  memoryBytes: 1,
  generation: 1,
};

describe("the status", () => {
  test("says how many files there are and with which model", () => {
    const shown = statusText({ kind: "running" }, STATUS);
    assert.deepEqual(
      [shown.text, shown.detail, shown.busy],
      ["Dowse: 1,200 files searched", "1 function or section · model hash", false],
    );
  });

  test("names what is going on and what is wrong", () => {
    const text = (changes: Partial<IndexStatus>) => statusText({ kind: "running" }, { ...STATUS, ...changes }).text;
    assert.equal(text({ paused: true, pauseReason: "user", queue: 3 }), "Dowse: paused, 3 items waiting");
    assert.equal(
      text({ paused: true, pauseReason: "battery", queue: 3 }),
      "Dowse: resting on battery, 3 items waiting",
    );
    assert.equal(text({ state: "indexing", queue: 1 }), "Dowse: indexing");
    assert.equal(
      statusText({ kind: "running" }, { ...STATUS, state: "degraded", lastError: "no model" }).detail,
      "no model",
    );
    assert.equal(statusText({ kind: "failed", message: "it broke" }, undefined).severity, "error");
    assert.equal(statusText({ kind: "missing" }, undefined).severity, "warning");
  });
});

test("a debug report names no folder", () => {
  const facts = { extension: "1", editor: "e", system: "s", trusted: true, folders: 1, server: "x", state: "running" };
  const report = debugReport({ ...facts, settings: ["models.code"], status: STATUS });
  assert.doesNotMatch(report, /secret/);
  assert.match(report, /settings in use: models\.code/);
});

describe("programs", () => {
  let root: string;
  const posix = process.platform !== "win32";

  before(async () => (root = await mkdtemp(path.join(tmpdir(), "dowse-test-"))));
  after(() => rm(root, { recursive: true, force: true }));

  const program = async (folder: string, name: string, script: string) => {
    await mkdir(path.join(root, folder), { recursive: true });
    const file = path.join(root, folder, name);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const options = (env: NodeJS.ProcessEnv, changes: Partial<InstallOptions> = {}): InstallOptions => ({
    package: "the-wheel",
    env,
    forbidden: [],
    signal: new AbortController().signal,
    report: () => undefined,
    ...changes,
  });

  test("are taken neither from a workspace nor from a relative folder", { skip: !posix }, async () => {
    const mine = await program("usr/bin", "tool", "");
    await program("workspace/bin", "tool", "");
    const PATH = [`./bin`, path.join(root, "workspace/bin"), path.join(root, "usr/bin")].join(path.delimiter);
    assert.equal(await findOnPath("tool", { PATH }, [path.join(root, "workspace")]), mine);
    assert.equal(await findOnPath("no-such-tool", { PATH }, []), undefined);
  });

  // A uv that makes what uv makes: an environment whose Python says what it was asked.
  const fakeUv = (folder: string, install: string) =>
    program(
      folder,
      "uv",
      `case $1 in
venv) for last; do :; done; mkdir -p "$last/bin"; echo "$last" > "$last/made-in"; printf '#!/bin/sh\\necho "$@" >> "%s/asked"\\n' "$last" > "$last/bin/python"; chmod +x "$last/bin/python";;
pip) ${install};;
esac`,
    );

  test("an environment is made with uv and used where it was made", { skip: !posix }, async () => {
    await fakeUv("uv", "exit 0");
    const environments = new ManagedEnvironments(path.join(root, "servers"), "0.1.0");
    assert.equal(environments.python(), undefined);
    const lines: string[] = [];
    const env = { PATH: `${path.join(root, "uv")}:/usr/bin:/bin` };
    await environments.install(options(env, { report: (line) => lines.push(line) }));
    const [name = ""] = await readdir(path.join(root, "servers"));
    assert.match(name, /^0\.1\.0-/);
    assert.equal(environments.python(), pythonOf(path.join(root, "servers", name)));
    assert.deepEqual(lines, ["Making an environment with uv", "Installing the server with uv"]);
    assert.deepEqual((await readdir(path.join(root, "servers"))).length, 1);
    assert.equal(await readFile(path.join(root, "servers", name, "dowse-server"), "utf8"), "0.1.0\n");
    // It stays where it was made: its programs name the folder that they are in.
    assert.equal(
      (await readFile(path.join(root, "servers", name, "made-in"), "utf8")).trim(),
      path.join(root, "servers", name),
    );
  });

  test("what fails leaves nothing behind and says why", { skip: !posix }, async () => {
    await fakeUv("broken", "echo 'error: no room' >&2; exit 1");
    const environments = new ManagedEnvironments(path.join(root, "failed"), "0.1.0");
    const env = { PATH: `${path.join(root, "broken")}:/usr/bin:/bin` };
    await assert.rejects(environments.install(options(env)), (error: Error) => {
      return error instanceof InstallError && error.message.endsWith("error: no room");
    });
    assert.deepEqual(await readdir(path.join(root, "failed")), []);
  });

  test("without uv and Python it is said what to do", { skip: !posix }, async () => {
    const environments = new ManagedEnvironments(path.join(root, "none"), "0.1.0");
    await assert.rejects(environments.install(options({ PATH: path.join(root, "nowhere") })), /dowse\.server\.command/);
  });

  test("it can be cancelled", { skip: !posix }, async () => {
    await fakeUv("slow", "exec sleep 60");
    const cancel = new AbortController();
    const env = { PATH: `${path.join(root, "slow")}:/usr/bin:/bin` };
    const report = (line: string) => line.startsWith("Installing") && setImmediate(() => cancel.abort());
    const environments = new ManagedEnvironments(path.join(root, "cancelled"), "0.1.0");
    await assert.rejects(environments.install(options(env, { signal: cancel.signal, report })), { name: "AbortError" });
    assert.equal(environments.python(), undefined);
  });

  test("old environments are removed unless a window still uses or makes them", { skip: !posix }, async () => {
    const folder = path.join(root, "many");
    const environment = async (name: string, made = true) => {
      await mkdir(path.join(folder, name, "bin"), { recursive: true });
      await writeFile(pythonOf(path.join(folder, name)), "");
      if (made) {
        await writeFile(path.join(folder, name, "dowse-server"), "");
      }
    };
    await environment("0.0.1-1-a");
    await environment("0.0.2-1-b");
    await environment("0.1.0-1-c");
    await environment("0.1.0-999999999-d", false);
    await environment(`0.1.0-${process.pid}-e`, false);
    await writeFile(path.join(folder, "0.0.2-1-b", `.used-by-${process.pid}`), "");
    await new ManagedEnvironments(folder, "0.1.0").prune();
    assert.deepEqual((await readdir(folder)).sort(), ["0.0.2-1-b", "0.1.0-1-c", `0.1.0-${process.pid}-e`]);
  });
});

test("a failed installation is explained in words where the network is in the way", () => {
  const offline = "WARNING: Retrying after connection broken by 'NewConnectionError'\nERROR: No matching distribution";
  assert.match(explainOutput(offline) ?? "", /PyPI could not be reached/);
  assert.match(explainOutput("ProxyError('Cannot connect to proxy.')") ?? "", /http\.proxy/);
  assert.match(explainOutput("error: invalid peer certificate: UnknownIssuer") ?? "", /SSL_CERT_FILE/);
  assert.match(explainOutput("OSError: [Errno 28] No space left on device") ?? "", /disk is full/);
  assert.equal(explainOutput("SyntaxError: invalid syntax"), undefined);
});
