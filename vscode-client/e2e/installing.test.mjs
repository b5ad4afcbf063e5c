// A first start without any server: the extension makes its own environment from the wheel that it carries.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { VSCode } from "./vscode.mjs";
import { Workbench } from "./workbench.mjs";

describe("without a server", () => {
  let vscode;
  let workbench;

  before(async () => {
    const hasDowse = (folder) => existsSync(join(folder, "dowse"));
    const folders = process.env.PATH.split(":").filter((folder) => !hasDowse(folder));
    vscode = await VSCode.start({ env: { PATH: folders.join(":") } });
    const old = join(vscode.storage, "servers", "0.0.1");
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, "dowse-server"), "0.0.1\n");
    workbench = await Workbench.open(vscode.url);
  });

  after(async () => {
    await workbench?.close();
    await vscode?.stop();
  });

  test("it is asked for, installed with progress, and searches; older versions are removed", async () => {
    const question = workbench.notification("Dowse needs its server");
    await question.waitFor();
    await workbench.screenshot("install-question");
    await question.getByText("Install", { exact: true }).click();
    await workbench.notification("Installing the Dowse server").waitFor();
    await workbench.screenshot("install-progress");
    await workbench.until(async () => vscode.serverPids().length > 0, "the server runs", 600_000);
    await workbench.search("circuit breaker");
    await workbench.row("breaker.go").first().waitFor();
    await workbench.screenshot("installed");
    const environments = join(vscode.storage, "servers");
    assert.equal(readdirSync(environments).length, 1);
    assert.ok(existsSync(join(environments, readdirSync(environments)[0], "bin", "dowse")));
  });
});
