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
    const status = page.getByText(/Dowse: \d+ files searched/).first();
    await workbench.until(async () => {
      await page.mouse.move(640, 400);
      await page.locator("[id='status.languageStatus']").hover();
      await status.waitFor({ timeout: 3_000 });
      return true;
    }, "the index is ready");
    await page
      .getByText(/functions and sections/)
      .first()
      .waitFor();
    await workbench.screenshot("status");
    await page.mouse.move(640, 400);
  });

  scenario("a question is answered while it is typed, and typing opens nothing", async () => {
    await workbench.openFile("client.ts", 65);
    const formerTabs = await workbench.tabs.count();
    await workbench.quick("Control+Alt+F", "");
    for (const letter of "circuit breaker") {
      await page.keyboard.type(letter);
      assert.equal(await workbench.tabs.count(), formerTabs);
      await page.waitForTimeout(60);
    }
    await workbench.row("breaker.go").first().waitFor();
    assert.match((await workbench.rows.first().innerText()).replaceAll("\u00a0", " "), /Breaker/);
    await workbench.screenshot("search");
  });

  scenario("resting or moving previews a hit, and Escape puts back tabs and scrolling", async () => {
    await workbench.openFile("client.ts", 65);
    await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press("Control+ArrowDown");
    await page.locator(".explorer-folders-view .monaco-list-row", { hasText: ".dowseignore" }).click();
    await page.locator(".tab.active .monaco-icon-label.italic", { hasText: ".dowseignore" }).waitFor();
    await workbench.openTab("client.ts");
    const [formerText, formerTabs] = [await workbench.editorText(), await workbench.tabs.allInnerTexts()];
    await workbench.search("circuit breaker");
    await workbench.editorWith("type Breaker struct").waitFor();
    await page.locator(".monaco-editor .view-overlays .cdr:not(.current-line)").first().waitFor({ state: "attached" });
    const { bottom } = await workbench.box(workbench.widget);
    const { top } = await workbench.box(workbench.line("type Breaker struct"));
    assert.ok(top > bottom, "the name stands below the list");
    await workbench.screenshot("preview");
    await page.keyboard.press("ArrowDown");
    await workbench.line("type Breaker struct").waitFor({ state: "hidden" });
    await page.keyboard.press("Escape");
    await workbench.activeTab.filter({ hasText: "client.ts" }).waitFor();
    await page.locator(".statusbar-item", { hasText: "Ln 65," }).waitFor();
    await workbench.until(async () => (await workbench.editorText()) === formerText, "the same lines are in view");
    assert.deepEqual(await workbench.tabs.allInnerTexts(), formerTabs);
    await page.locator(".tab .monaco-icon-label.italic", { hasText: ".dowseignore" }).waitFor();
    await workbench.quick("Control+P", "");
    await workbench.row("client.ts").first().waitFor();
    assert.equal(await workbench.row("breaker.go").count(), 0, "a previewed file is not a recent one");
    await workbench.screenshot("after-escape");
  });

  scenario("Enter opens the best hit for what was typed, also before the answer is there", async () => {
    for (const [typed, file] of [
      ["circuit breaker", "breaker.go"],
      ["sign a pass that can be checked", "sessions.py"],
    ]) {
      await workbench.search(typed.slice(0, 4));
      await workbench.rows.first().waitFor(); // a few letters may find one piece alone
      await page.keyboard.type(typed.slice(4));
      await page.keyboard.press("Enter");
      await workbench.activeTab.filter({ hasText: file }).waitFor();
      await workbench.widget.waitFor({ state: "hidden" });
    }
  });

  scenario(
    "Enter opens the hit that one moved to, to the side if wanted, and the question is offered again",
    async () => {
      await workbench.search("shut down gracefully on SIGTERM");
      await workbench.row("main.go").first().waitFor();
      await page.keyboard.press("ArrowDown");
      const focused = workbench.widget.locator(".monaco-list-row.focused").first();
      const [, file] = /(\w+\.\w+):\d+/.exec(await focused.innerText());
      const groups = page.locator(".editor-group-container");
      const before = await groups.count();
      await page.keyboard.press("Control+O");
      await workbench.activeTab.filter({ hasText: file }).waitFor();
      await workbench.widget.waitFor({ state: "hidden" });
      await groups.nth(before).waitFor();
      assert.equal(await groups.count(), before + 1);
      await workbench.command("View: Join All Editor Groups");
      await page.keyboard.press("Control+Alt+F");
      await workbench.row("shut down gracefully on SIGTERM").waitFor();
      await workbench.screenshot("recent");
    },
  );

  scenario("tests are left out by a key, which is remembered", async () => {
    const list = async () => (await workbench.rows.allInnerTexts()).join("\n");
    await workbench.search("a burst is served and then the caller waits");
    await workbench.row("test_throttle.py").first().waitFor();
    await page.keyboard.press("Control+T");
    await workbench.until(async () => !/test_|_test\./.test(await list()), "no test is listed");
    await workbench.widget.locator(".quick-input-title", { hasText: "no tests" }).waitFor();
    await workbench.screenshot("no-tests");
    await page.keyboard.press("Escape");
    await workbench.search("a burst is served and then the caller waits");
    await workbench.widget.locator(".quick-input-title", { hasText: "no tests" }).waitFor();
    await page.keyboard.press("Control+T");
    await workbench.row("test_throttle.py").first().waitFor();
  });

  scenario("documents alone are searched, a filter narrows and stays, and answers go to the results view", async () => {
    await workbench.search("how a parcel is delivered");
    await workbench.rows.nth(2).waitFor();
    await page.keyboard.press("Control+D");
    await page.keyboard.press("Control+D");
    await workbench.widget.locator(".quick-input-title", { hasText: "Search Documents and Notes" }).waitFor();
    await workbench.row("docs").first().waitFor();
    await workbench.screenshot("search-notes");
    await page.keyboard.press("Control+D");
    await workbench.row(".py").first().waitFor();
    await page.keyboard.press("Control+F");
    await workbench.row("Python").first().waitFor();
    await workbench.screenshot("filter");
    await page.keyboard.type("Python");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await workbench.widget.locator(".quick-input-title", { hasText: "Python" }).waitFor();
    await workbench.until(async () => {
      const texts = (await workbench.rows.allInnerTexts()).filter((text) => !text.includes("weaker"));
      return texts.length > 1 && texts.every((text) => /\.(py|ipynb):/.test(text));
    }, "only Python is listed");
    await workbench.screenshot("filtered");
    await page.keyboard.press("Control+R");
    await page
      .locator(".part.sidebar", { hasText: /\d+ answers? to “how a parcel is delivered” \(Python\)/ })
      .waitFor();
    await page
      .locator(".part.sidebar .highlight", { hasText: /parcel|deliver/i })
      .first()
      .waitFor();
    await workbench.screenshot("results");
    await workbench.quick("Control+Alt+F", "");
    await workbench.widget.locator(".quick-input-title", { hasText: "Python" }).waitFor();
    await page.keyboard.press("Control+F");
    await workbench.row("Python").first().waitFor();
    await page.keyboard.type("Python");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await workbench.widget.locator(".quick-input-title", { hasText: /^Search by Meaning$/ }).waitFor();
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
    const first = workbench.tree.filter({ hasText: "●" }).first().locator(".label-description");
    const [line] = /\d+/.exec(await first.innerText());
    await page.keyboard.press("F4");
    await page.locator(".statusbar-item", { hasText: `Ln ${line},` }).waitFor();
    await workbench.screenshot("similar");
    const hit = workbench.tree.filter({ hasText: "_mac" }).first();
    await hit.hover();
    await hit.locator(".action-label.codicon-diff").click();
    await workbench.activeTab.filter({ hasText: "sign_pass ↔ _mac" }).waitFor();
    await page.locator(".monaco-diff-editor .view-lines", { hasText: "def _mac" }).first().waitFor();
    await workbench.screenshot("compare");
  });

  scenario("F4 belongs to VS Code's own search while that is shown", async () => {
    await workbench.openFile("sessions.py", 27);
    await workbench.command("Dowse: Find Similar Code");
    await page.locator(".part.sidebar", { hasText: "like sign_pass" }).waitFor();
    await page.locator(".pane-body .monaco-list-row.focused").first().waitFor();
    await page.keyboard.press("Control+Shift+F");
    const question = page.locator(".search-view .search-container textarea").first();
    await workbench.until(async () => {
      await question.fill("AbortSignal.timeout", { timeout: 3_000 }); // lost where the view is drawn anew meanwhile
      await question.press("Enter", { timeout: 3_000 });
      await page.locator(".search-view .linematch").first().waitFor({ timeout: 5_000 });
      return true;
    }, "VS Code's own search finds the words");
    await page.keyboard.press("F4");
    await workbench.activeTab.filter({ hasText: "client.ts" }).waitFor();
    await workbench.screenshot("f4-in-search");
    await workbench.command("Dowse: Clear Results");
    await workbench.command("Search: Clear Search Results");
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

  scenario("Ctrl+. on a name offers similar code", async () => {
    await workbench.openFile("sessions.py", 61);
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget", { hasText: "Find similar code" }).waitFor();
    await workbench.screenshot("quick-fix");
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
    await workbench.command("Dowse: Search Documents and Notes");
    await workbench.input.waitFor();
    await page.keyboard.type("marmots chew");
    await workbench.row("Why passes live fifteen minutes").first().waitFor();
    await workbench.screenshot("note-found");
    await page.keyboard.press("Escape");
    await page
      .locator(".monaco-editor .margin-view-overlays .cgmr[style*=note], .monaco-editor .cgmr")
      .first()
      .waitFor();
    await workbench.screenshot("note-mark");
    await workbench.search("sign a pass for a caller");
    await workbench.row("Why passes live fifteen minutes").filter({ hasText: "sign_pass" }).first().waitFor();
    await page.keyboard.press("Control+R");
    await workbench.tree.filter({ hasText: "Why passes live fifteen minutes" }).first().waitFor();
    await workbench.screenshot("note-on-hit");
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

  scenario("functions that nearly repeat one another are listed, compared and dismissed", async () => {
    const folder = join(vscode.workspace, "service", "waybill");
    copyFileSync(join(folder, "sessions.py"), join(folder, "sessions_again.py"));
    await workbench.search("sign_pass");
    await workbench.row("sessions_again.py").first().waitFor();
    await page.keyboard.press("Escape");
    await workbench.command("Dowse: Find Near-Duplicates");
    await page.locator(".part.sidebar", { hasText: /group of functions.*lines could be saved/ }).waitFor();
    const copy = workbench.tree.filter({ hasText: "sessions_again.py" }).filter({ hasText: "●" }).first();
    const cluster = workbench.tree.filter({ hasText: "saves" }).first();
    await cluster.waitFor();
    await workbench.screenshot("near-duplicates");
    await copy.hover();
    await copy.locator(".action-label.codicon-diff").click();
    await workbench.activeTab.filter({ hasText: "↔" }).waitFor();
    await copy.hover();
    await copy.locator(".action-label.codicon-close").click();
    await cluster.waitFor({ state: "detached" });
  });

  scenario("a server that is killed comes back", async () => {
    const [pid] = vscode.serverPids();
    process.kill(pid, "SIGKILL");
    await workbench.until(async () => vscode.serverPids().some((each) => each !== pid), "another server runs");
    await workbench.search("circuit breaker");
    await workbench.row("breaker.go").first().waitFor();
    await workbench.screenshot("after-kill");
  });

  scenario("a server that ends again and again says so, with a button that starts it", async () => {
    const notice = workbench.notification("ended again and again");
    await workbench.until(async () => {
      vscode.serverPids().forEach((pid) => process.kill(pid, "SIGKILL"));
      return notice.isVisible();
    }, "it is said that the server does not come back");
    await page.locator(".statusbar-item", { hasText: "Dowse: not running" }).waitFor();
    await workbench.screenshot("crashed");
    await notice.getByText("Restart", { exact: true }).click();
    await workbench.until(async () => vscode.serverPids().length > 0, "another server runs");
  });

  scenario("the walkthrough ticks what is there", async () => {
    await workbench.command("Welcome: Open Walkthrough...");
    await workbench.input.waitFor();
    await page.keyboard.type("Find Code by");
    await workbench.focusedRow("Find Code by What It Does").waitFor();
    await page.keyboard.press("Enter");
    await page
      .locator(".getting-started-step", { hasText: "Start the server" })
      .locator(".codicon.complete")
      .first()
      .waitFor();
    await workbench.screenshot("walkthrough");
  });
});
