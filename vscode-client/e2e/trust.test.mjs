// A workspace that nobody has trusted, and that would like to run something.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { python, VSCode } from "./vscode.mjs";
import { Workbench } from "./workbench.mjs";

describe("in an untrusted workspace", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "dowse-evil-"));
  const proof = join(elsewhere, "it-ran");
  let vscode;
  let workbench;

  before(async () => {
    vscode = await VSCode.start({
      settings: {
        "dowse.server.command": [python, "-m", "dowse", "server"],
        "security.workspace.trust.enabled": true,
      },
      workspaceSettings: {
        "dowse.server.command": ["touch", proof],
        "dowse.server.package": "something-else",
        "dowse.models.code": "sentence-transformers:somebody/elses",
        "dowse.notes.folder": elsewhere,
      },
    });
    workbench = await Workbench.open(vscode.url);
  });

  after(async () => {
    await workbench?.close();
    await vscode?.stop();
    rmSync(elsewhere, { recursive: true, force: true });
  });

  test("search works, and nothing that the workspace names is run or written", async () => {
    await workbench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
    await workbench.search("circuit breaker");
    await workbench.row("breaker.go").first().waitFor();
    await workbench.screenshot("untrusted");
    assert.equal(existsSync(proof), false);
    await workbench.page.keyboard.press("Escape");
    await workbench.command("Dowse: Print Debug Information");
    await workbench.editorWith("not trusted").waitFor();
    assert.match(await workbench.editorText(), /settings in use: server\.command\s/);
  });
});
