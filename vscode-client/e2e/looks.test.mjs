// How it looks in themes, at 200 % and in a narrow side bar, and what a screen reader is told. Look at the screenshots.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { python, VSCode } from "./vscode.mjs";
import { Workbench } from "./workbench.mjs";

const THEMES = {
  light: ["Default Light Modern", "vs"],
  dark: ["Default Dark Modern", "vs-dark"],
  "high-contrast": ["Default High Contrast", "hc-black"],
  "high-contrast-light": ["Default High Contrast Light", "hc-light"],
};

describe("what people see", () => {
  let vscode;
  let workbench;
  let page;

  before(async () => {
    vscode = await VSCode.start({ settings: { "dowse.server.command": [python, "-m", "dowse", "server"] } });
    workbench = await Workbench.open(vscode.url);
    page = workbench.page;
    await workbench.openFile("sessions.py", 27);
    await workbench.command("Dowse: Find Similar Code");
    await workbench.tree.filter({ hasText: "●" }).first().waitFor();
  });

  after(async () => {
    await workbench?.close();
    await vscode?.stop();
  });

  for (const [name, [theme, kind]] of Object.entries(THEMES)) {
    test(`the previewed hit is marked in ${theme}`, async () => {
      vscode.configure({ "workbench.colorTheme": theme });
      await page.locator(`.monaco-workbench.${kind}`).waitFor();
      await workbench.search("circuit breaker");
      await workbench.editorWith("type Breaker struct").waitFor();
      const mark = page.locator(".monaco-editor .view-overlays .cdr:not(.current-line)").first();
      await mark.waitFor({ state: "attached" });
      const { background, border } = await mark.evaluate((element) => {
        const style = window.getComputedStyle(element);
        return { background: style.backgroundColor, border: style.borderLeftColor };
      });
      const isSeen = (colour) => !/^(transparent|rgba\(0, 0, 0, 0\))$/.test(colour);
      assert.ok(isSeen(background) || isSeen(border), `${background}, ${border}`);
      await workbench.screenshot(`looks-${name}`);
      await page.keyboard.press("Escape");
      await workbench.widget.waitFor({ state: "hidden" });
    });
  }

  test("a row says aloud what it is, where, and how alike", async () => {
    const row = workbench.tree.filter({ hasText: "●" }).first();
    assert.match(
      await row.getAttribute("aria-label"),
      /\w+, method|function, \w+ alike|nearly the same, line \d+, .*\.py/,
    );
    const file = workbench.tree.filter({ hasText: ".py" }).first();
    assert.match(await file.getAttribute("aria-label"), /\.py, \d+ answers?/);
  });

  test("at 200 % list and answer are in view, and in a narrow side bar the mark and the name are", async () => {
    await page.setViewportSize({ width: 640, height: 400 });
    await workbench.search("circuit breaker");
    await workbench.row("breaker.go").first().waitFor();
    const row = await workbench.box(workbench.rows.first());
    assert.ok(row.bottom <= 400 && row.right <= 640);
    await workbench.screenshot("looks-zoomed");
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 1280, height: 800 });
    const side = await workbench.box(page.locator(".part.sidebar"));
    await page.mouse.move(side.right, 500);
    await page.mouse.down();
    await page.mouse.move(side.left + 190, 500, { steps: 5 });
    await page.mouse.up();
    const label = await workbench.box(workbench.tree.filter({ hasText: "●" }).first().locator(".label-name"));
    const narrow = await workbench.box(page.locator(".part.sidebar"));
    assert.ok(narrow.right - narrow.left < 250);
    assert.ok(label.left < narrow.right - 60, "the name is in view");
    await workbench.screenshot("looks-narrow");
  });
});
