// Drives the workbench in a headless Chromium by keyboard and mouse, as a person does.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as browser } from "playwright-core";
import { chromium } from "./chromium.mjs";
import { client } from "./vscode.mjs";

const PATIENCE = Number(process.env.DOWSE_TEST_PATIENCE ?? 30_000);
const screenshots = join(client, "out", "screenshots");

export class Workbench {
  static async open(url) {
    const profile = mkdtempSync(join(tmpdir(), "dowse-chromium-"));
    const context = await browser.launchPersistentContext(profile, {
      executablePath: chromium,
      headless: true,
      viewport: { width: 1280, height: 800 },
      permissions: ["clipboard-read", "clipboard-write"],
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"],
    });
    const page = context.pages()[0] ?? (await context.newPage());
    page.setDefaultTimeout(PATIENCE);
    await page.goto(url, { waitUntil: "domcontentloaded" });
    await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 60_000 });
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: 60_000 });
    return new Workbench(context, page, profile);
  }

  constructor(context, page, profile) {
    Object.assign(this, { context, page, profile });
    this.widget = page.locator(".quick-input-widget:visible");
    this.input = this.widget.locator("input:not([type=checkbox])").first();
    this.rows = this.widget.locator(".quick-input-list .monaco-list-row");
    this.activeTab = page.locator(".editor-group-container.active .tab.active");
    this.tabs = page.locator(".editor-group-container .tab");
    this.tree = page.locator(".pane-body .monaco-list-row");
  }

  async close() {
    await this.page.goto("about:blank").catch(() => undefined); // the server drops this window's extension host
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }

  async screenshot(name) {
    mkdirSync(screenshots, { recursive: true });
    await this.page.waitForTimeout(600); // toasts, hovers and lists fade in
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  /** Open a quick input with a key and type into it; a part that takes the focus late closes it, so try again. */
  async quick(key, text) {
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await this.input.waitFor({ timeout: 8_000 });
        await this.page.waitForTimeout(150);
        await this.page.keyboard.type(text);
        if ((await this.input.inputValue({ timeout: 5_000 })).endsWith(text)) {
          return;
        }
      } catch {
        // closed again
      }
      await this.page.keyboard.press("Escape");
    }
    throw new Error(`the quick input never stayed open for “${text}”`);
  }

  async command(title) {
    await this.quick("F1", title);
    await this.focusedRow(title).waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Open a file by quick open, with the cursor at a line of it. */
  async openFile(name, line = 1) {
    await this.quick("Control+P", name);
    // The list shows what was open last until it has looked for the name: Enter takes the row that has the focus.
    await this.focusedRow(name.split("/").at(-1)).waitFor();
    await this.page.keyboard.press("Enter");
    await this.activeTab.filter({ hasText: name.split("/").at(-1) }).waitFor();
    await this.widget.waitFor({ state: "hidden" });
    await this.page.locator(".editor-group-container.active .monaco-editor.focused").first().waitFor();
    if (line > 1) {
      await this.quick("Control+G", String(line));
      await this.page.keyboard.press("Enter");
      await this.widget.waitFor({ state: "hidden" });
      await this.page.locator(".statusbar-item", { hasText: `Ln ${line},` }).waitFor();
    }
  }

  /** Open the live search by its key and type a question. */
  async search(text) {
    await this.quick("Control+Alt+F", text);
  }

  /** Go to a tab that is open. */
  async openTab(name) {
    await this.tabs.filter({ hasText: name }).first().click();
    await this.activeTab.filter({ hasText: name }).waitFor();
    await this.page.locator(".editor-group-container.active .monaco-editor.focused").first().waitFor();
  }

  /** Where something stands in the window. */
  async box(locator) {
    const { x, y, width, height } = await locator.first().boundingBox();
    return { left: x, top: y, right: x + width, bottom: y + height };
  }

  /** A line of an editor that is in view. */
  line(text) {
    return this.page.locator(".monaco-editor .view-line", { hasText: text }).first();
  }

  focusedRow(text) {
    return this.widget.locator(".quick-input-list .monaco-list-row.focused").filter({ hasText: text }).first();
  }

  row(text) {
    return this.rows.filter({ hasText: text });
  }

  /** The text of the active editor that is in view, with ordinary spaces. */
  async editorText() {
    const lines = this.page.locator(".editor-group-container.active .monaco-editor .view-lines").first();
    return (await lines.innerText()).replaceAll("\u00a0", " ");
  }

  editorWith(text) {
    return this.page.locator(".monaco-editor .view-lines", { hasText: text }).first();
  }

  notification(text) {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();
  }

  /** Wait until the condition holds, asking again and again. */
  async until(condition, what, patience = PATIENCE) {
    const end = Date.now() + patience;
    while (!(await condition().catch(() => false))) {
      if (Date.now() > end) {
        throw new Error(`it never came true that ${what}`);
      }
      await this.page.waitForTimeout(100);
    }
  }
}
