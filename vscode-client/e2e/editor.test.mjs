// The extension with the real server, as a person uses it. The scenarios follow one another in one window.
import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { python, VSCode } from "./vscode.mjs";
import { Workbench } from "./workbench.mjs";

const ATTEMPTS = 3;

describe("in VS Code", () => {
  let vscode;
  let workbench;
  let page;
  let failed = 0;

  before(async () => {
    vscode = await VSCode.start({ settings: { "dowse.server.command": [python, "-m", "dowse", "server"] } });
    workbench = await Workbench.open(vscode.url);
    page = workbench.page;
  });

  after(async () => {
    await workbench?.close();
    await vscode?.stop();
  });

  afterEach(async () => {
    for (let times = 0; times < 3; times++) {
      await page.keyboard.press("Escape");
    }
  });

  /** A scenario, begun anew when the window loses a key or takes the focus late, which VS Code in a browser does at times. */
  const scenario = (name, run) =>
    test(name, async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await run();
        } catch (error) {
          await workbench.screenshot(`failed-${++failed}`);
          if (attempt === ATTEMPTS) {
            throw error;
          }
          console.error(`${name}: attempt ${attempt} of ${ATTEMPTS} failed: ${error.message}`);
          for (let times = 0; times < 3; times++) {
            await page.keyboard.press("Escape");
          }
        }
      }
    });

  scenario("the status says how many files are indexed and with which model", async () => {
    await workbench.openFile("client.ts", 65);
    const status = page.getByText(/Dowse: \d+ files/).first();
    await workbench.until(async () => {
      await page.mouse.move(640, 400);
      await page.locator("[id='status.languageStatus']").hover();
      await status.waitFor({ timeout: 3_000 });
      return true;
    }, "the index is ready");
    await page
      .getByText(/pieces · (model|code:)/)
      .first()
      .waitFor();
    await workbench.screenshot("status");
    await page.mouse.move(640, 400);
  });

  scenario("a question is answered while it is typed, Escape puts the editor back", async () => {
    await workbench.openFile("client.ts", 65);
    const formerTabs = await workbench.tabs.count();
    await workbench.search("circuit breaker");
    await workbench.row("breaker.go").first().waitFor();
    assert.match((await workbench.rows.first().innerText()).replaceAll("\u00a0", " "), /Breaker/);
    await workbench.editorWith("type Breaker struct").waitFor();
    await page.locator(".monaco-editor .view-overlays .cdr:not(.current-line)").first().waitFor({ state: "attached" });
    await workbench.screenshot("search");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Escape");
    await workbench.activeTab.filter({ hasText: "client.ts" }).waitFor();
    await workbench.editorWith("private async send").waitFor();
    await page.locator(".statusbar-item", { hasText: "Ln 65," }).waitFor();
    assert.equal(await workbench.tabs.count(), formerTabs);
  });

  scenario("Enter opens the hit, and the question is offered again", async () => {
    await workbench.search("shut down gracefully on SIGTERM");
    await workbench.row("main.go").first().waitFor();
    const [, file] = /(\w+\.\w+):\d+/.exec(await workbench.rows.first().innerText());
    await page.keyboard.press("Enter");
    await workbench.activeTab.filter({ hasText: file }).waitFor();
    await workbench.widget.waitFor({ state: "hidden" });
    await page.keyboard.press("Control+Alt+F");
    await workbench.row("shut down gracefully on SIGTERM").waitFor();
    await workbench.screenshot("recent");
  });

  scenario("notes alone are searched, a filter narrows, and all hits go to the results view", async () => {
    await workbench.search("how a parcel is delivered");
    await workbench.rows.nth(2).waitFor();
    await page.keyboard.press("Alt+N");
    await page.keyboard.press("Alt+N");
    await workbench.widget.locator(".quick-input-title", { hasText: "Search Notes" }).waitFor();
    await workbench.row("docs").first().waitFor();
    await workbench.screenshot("search-notes");
    await page.keyboard.press("Alt+N");
    await workbench.row(".py").first().waitFor();
    await page.keyboard.press("Alt+F");
    await workbench.row("python").first().waitFor();
    await workbench.screenshot("filter");
    await page.keyboard.type("python");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await workbench.widget.locator(".quick-input-title", { hasText: "python" }).waitFor();
    await workbench.until(async () => {
      const texts = await workbench.rows.allInnerTexts();
      return texts.length > 1 && texts.every((text) => /\.(py|ipynb):/.test(text));
    }, "only Python is listed");
    await workbench.screenshot("filtered");
    await page.keyboard.press("Alt+R");
    await page.locator(".part.sidebar", { hasText: "hits for “how a parcel is delivered”" }).waitFor();
    await workbench.screenshot("results");
  });

  scenario("nothing found is explained", async () => {
    await workbench.search("how a parcel is delivered");
    await workbench.rows.nth(2).waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("?");
    await workbench.row("No results").waitFor();
    await workbench.screenshot("nothing");
  });

  scenario("similar code fills the results view, keys go from hit to hit, and Compare shows both", async () => {
    await workbench.openFile("sessions.py", 27);
    await workbench.command("Dowse: Find Similar Code");
    await page.locator(".part.sidebar", { hasText: "like sign_pass" }).waitFor();
    await workbench.tree.filter({ hasText: "_mac" }).first().waitFor();
    await page.keyboard.press("F4");
    await page.keyboard.press("F4");
    await workbench.screenshot("similar");
    const hit = workbench.tree.filter({ hasText: "_mac" }).first();
    await hit.hover();
    await hit.locator(".action-label.codicon-diff").click();
    await workbench.activeTab.filter({ hasText: "sign_pass ↔ _mac" }).waitFor();
    await page.locator(".monaco-diff-editor .view-lines", { hasText: "def _mac" }).first().waitFor();
    await workbench.screenshot("compare");
  });

  scenario("the context menu offers similar code for a selection", async () => {
    await workbench.openFile("sessions.py", 40);
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+F10");
    await page.locator(".monaco-menu .action-label", { hasText: "Find Similar Code" }).waitFor();
    await workbench.screenshot("context-menu");
    await page.locator(".monaco-menu .action-label", { hasText: "Find Similar Code" }).click();
    await page.locator(".part.sidebar", { hasText: "like open_pass" }).waitFor();
  });

  scenario("the code action leads to the same view", async () => {
    await workbench.openFile("sessions.py", 61);
    await page.keyboard.press("Control+Shift+P");
    await workbench.input.waitFor();
    await page.keyboard.type("Source Action...");
    await workbench.row("Source Action...").first().waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".action-widget", { hasText: "Find similar code" }).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".part.sidebar", { hasText: "like _mac" }).waitFor();
  });

  scenario("a hover names similar functions, each a link that opens it or compares", async () => {
    await workbench.openFile("sessions.py", 61);
    const hover = page.locator(".monaco-hover", { hasText: "Similar:" }).first();
    await workbench.until(async () => {
      await page.mouse.move(700, 700);
      await page
        .locator(".view-lines span", { hasText: /^_mac$/ })
        .first()
        .hover();
      await hover.waitFor({ timeout: 2_000 });
      return true;
    }, "the hover is shown");
    await workbench.screenshot("hover");
    await hover.getByText("Compare").first().click();
    await workbench.activeTab.filter({ hasText: "↔" }).waitFor();
    await page.locator(".monaco-diff-editor .view-lines", { hasText: "def _mac" }).first().waitFor();
  });

  scenario("an unsaved edit is found", async () => {
    await workbench.openFile("shelf.py");
    await page.keyboard.press("Control+End");
    await page.keyboard.type("\n\ndef levitate_elephants(herd): return [each.fly() for each in herd]\n");
    await workbench.activeTab.and(page.locator(".dirty")).waitFor();
    await workbench.search("levitate elephants");
    await workbench.row("levitate_elephants").first().waitFor();
    await workbench.screenshot("unsaved");
    await page.keyboard.press("Escape");
    await workbench.widget.waitFor({ state: "hidden" });
  });

  scenario("a note is added at a symbol, and found by what it says", async () => {
    await workbench.openFile("sessions.py", 27);
    await workbench.command("Dowse: Add Note Here");
    await workbench.widget.locator(".quick-input-title", { hasText: "Note about sign_pass" }).waitFor();
    await page.keyboard.type("Why passes live fifteen minutes");
    await page.keyboard.press("Enter");
    await workbench.editorWith("Why passes live fifteen minutes").waitFor();
    await page.locator(".statusbar-item", { hasText: "Ln 5," }).waitFor();
    await page.keyboard.type("Marmots in the warehouse chew through anything older.");
    await page.keyboard.press("Control+S");
    await workbench.screenshot("note");
    const notes = join(vscode.workspace, ".notes");
    const [name] = readdirSync(notes);
    assert.match(name, /^\d{4}-\d\d-\d\d-why-passes-live-fifteen-minutes\.md$/);
    await workbench.until(
      async () => readFileSync(join(notes, name), "utf8").includes("Marmots in the warehouse"),
      "the note is saved",
    );
    assert.match(
      readFileSync(join(notes, name), "utf8"),
      /\]\(\.\.\/service\/waybill\/sessions\.py#L27 "def sign_pass\(/,
    );
    await workbench.command("Dowse: Search Notes");
    await workbench.input.waitFor();
    await page.keyboard.type("marmots chew");
    await workbench.row("Why passes live fifteen minutes").first().waitFor();
    await workbench.screenshot("note-found");
  });

  scenario("indexing is paused and resumed from the status", async () => {
    const choose = async (action) => {
      await workbench.until(async () => {
        await workbench.command("Dowse: Show Index Status");
        await workbench.row(/(Pause|Resume) Indexing/).waitFor();
        if (await workbench.row(action).isVisible()) {
          return true;
        }
        await page.keyboard.press("Escape");
        return false;
      }, `the status offers “${action}”`);
      await workbench.screenshot("actions");
      await page.keyboard.type(action);
      await workbench.focusedRow(action).waitFor();
      await page.keyboard.press("Enter");
      await workbench.widget.waitFor({ state: "hidden" });
    };
    await choose("Pause Indexing");
    await choose("Resume Indexing");
  });

  scenario("skipped files are explained, and debug information names no file", async () => {
    await workbench.command("Dowse: Explain Skipped Files");
    await workbench.row("logo.png").waitFor();
    await workbench.screenshot("skipped");
    await page.keyboard.press("Escape");
    await workbench.command("Dowse: Print Debug Information");
    await workbench.editorWith("Dowse: debug information").waitFor();
    assert.doesNotMatch(await workbench.editorText(), /sessions\.py/);
    await workbench.screenshot("debug-information");
  });

  scenario("functions that nearly repeat one another are listed in a document", async () => {
    const folder = join(vscode.workspace, "service", "waybill");
    copyFileSync(join(folder, "sessions.py"), join(folder, "sessions_again.py"));
    await workbench.search("sign_pass");
    await workbench.row("sessions_again.py").first().waitFor();
    await page.keyboard.press("Escape");
    await workbench.command("Dowse: Find Near-Duplicates");
    await workbench.editorWith("Near-duplicates").waitFor();
    assert.match(await workbench.editorText(), /sessions_again\.py:\d+:\d+/);
    await workbench.screenshot("near-duplicates");
  });

  scenario("a server that is killed comes back", async () => {
    const [pid] = vscode.serverPids();
    process.kill(pid, "SIGKILL");
    await workbench.until(async () => vscode.serverPids().some((each) => each !== pid), "another server runs");
    await workbench.search("circuit breaker");
    await workbench.row("breaker.go").first().waitFor();
    await workbench.screenshot("after-kill");
  });
});
