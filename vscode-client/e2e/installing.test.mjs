// A first start without any server: the extension makes its own environment from the wheel that it carries.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { VSCode } from "./vscode.mjs";
import { Workbench } from "./workbench.mjs";

/** The PATH without the folders in which there is a `dowse`. */
function pathWithoutServer() {
  const hasDowse = (folder) => existsSync(join(folder, "dowse"));
  return process.env.PATH.split(":")
    .filter((folder) => !hasDowse(folder))
    .join(":");
}

describe("without a server", () => {
  let vscode;
  let workbench;
  let page;

  before(async () => {
    vscode = await VSCode.start({ env: { PATH: pathWithoutServer() } });
    const old = join(vscode.storage, "servers", "0.0.1");
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, "dowse-server"), "0.0.1\n");
    workbench = await Workbench.open(vscode.url);
    page = workbench.page;
  });

  after(async () => {
    await workbench?.close();
    await vscode?.stop();
  });

  test("it says what it would download, and every place that needs the server offers it", async () => {
    const question = workbench.notification("Dowse needs its server");
    await question.waitFor();
    assert.match(await question.innerText(), /About \d+ MB are downloaded from PyPI/);
    await workbench.screenshot("install-question");
    await page.locator(".statusbar-item", { hasText: "Install Dowse's server" }).waitFor();
    await workbench.search("circuit breaker");
    await workbench.row("Install the server").waitFor();
    await workbench.screenshot("install-from-search");
    await page.keyboard.press("Escape");
    await workbench.command("Dowse: Focus on Results View");
    const welcome = page.locator(".welcome-view", { hasText: "from PyPI" });
    await welcome.getByText("Install Server").waitFor();
    await workbench.openFile("client.ts", 65);
    await workbench.command("Dowse: Find Similar Code");
    await workbench.notification("is not installed yet").getByText("Install", { exact: true }).waitFor();
    await workbench.screenshot("install-everywhere");
  });

  test("it is installed when one agrees, says what to press, and searches; older versions are removed", async () => {
    await page.locator(".statusbar-item", { hasText: "Install Dowse's server" }).click();
    const dialog = page.locator(".monaco-dialog-box", { hasText: "from PyPI" });
    await dialog.waitFor();
    await workbench.screenshot("install-consent");
    await dialog.getByText("Install", { exact: true }).click();
    await workbench.notification("Installing the Dowse server").waitFor();
    await workbench.screenshot("install-progress");
    await workbench.until(async () => vscode.serverPids().length > 0, "the server runs", 600_000);
    const ready = workbench.notification("Dowse is ready");
    await ready.waitFor();
    assert.match(await ready.innerText(), /Ctrl\+Alt\+F/);
    await workbench.screenshot("install-ready");
    await workbench.search("circuit breaker");
    await workbench.row("breaker.go").first().waitFor();
    await workbench.screenshot("installed");
    const environments = join(vscode.storage, "servers");
    assert.equal(readdirSync(environments).length, 1);
    const program = join(environments, readdirSync(environments)[0], "bin", "dowse");
    assert.match(execFileSync(program, ["--version"], { encoding: "utf8" }), /dowse/);
  });
});

describe("without a network", () => {
  let vscode;
  let workbench;

  before(async () => {
    const nowhere = "http://127.0.0.1:9/simple";
    const env = { PATH: pathWithoutServer(), PIP_RETRIES: "0", PIP_INDEX_URL: nowhere, UV_INDEX_URL: nowhere };
    vscode = await VSCode.start({ env });
    workbench = await Workbench.open(vscode.url);
  });

  after(async () => {
    await workbench?.close();
    await vscode?.stop();
  });

  test("a failed installation says that the network is in the way", async () => {
    await workbench.notification("Dowse needs its server").getByText("Install", { exact: true }).click();
    const failure = workbench.notification("was not installed");
    await workbench.until(() => failure.isVisible(), "the installation has failed", 120_000);
    assert.match(await failure.innerText(), /PyPI could not be reached/);
    await workbench.screenshot("install-offline");
  });
});
