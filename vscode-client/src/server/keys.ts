import * as vscode from "vscode";
import { t } from "../core/localize";

const PREFIX = "key:";
const ACCOUNTS = "keys.accounts";

/** Keys of remote models, in VS Code's secret storage. The server gets them in its environment and nowhere else. */
export class Keys {
  constructor(private readonly context: vscode.ExtensionContext) {}

  /** Variables for the server: `DOWSE_KEY_OPENAI` for the account `openai`. */
  async environment(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const account of this.accounts) {
      const key = await this.context.secrets.get(PREFIX + account);
      if (key) {
        found[`DOWSE_KEY_${account.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`] = key;
      }
    }
    return found;
  }

  /** Ask for an account and its key; true when one was set. */
  async ask(): Promise<boolean> {
    const account = await vscode.window.showInputBox({
      title: t("API key for a remote model (1/2)"),
      prompt: t("The service: openai, huggingface, or the endpoint's host, with its port if it has one"),
      validateInput: (text) =>
        /^[a-z0-9.:_-]*$/i.test(text.trim()) ? undefined : t("A name or a host, without https://"),
      ignoreFocusOut: true,
    });
    const name = account?.trim().toLowerCase();
    if (!name) {
      return false;
    }
    const key = await vscode.window.showInputBox({
      title: t("API key for {0} (2/2)", name),
      prompt: t("It is kept in VS Code's secret storage"),
      password: true,
      ignoreFocusOut: true,
    });
    if (!key?.trim()) {
      return false;
    }
    await this.context.secrets.store(PREFIX + name, key.trim());
    await this.context.globalState.update(ACCOUNTS, [...new Set([...this.accounts, name])]);
    return true;
  }

  /** Ask which key to remove; true when one was. */
  async remove(): Promise<boolean> {
    if (this.accounts.length === 0) {
      await vscode.window.showInformationMessage(t("No API key is stored."));
      return false;
    }
    const account = await vscode.window.showQuickPick([...this.accounts], { title: t("Remove the API key of") });
    if (!account) {
      return false;
    }
    await this.context.secrets.delete(PREFIX + account);
    await this.context.globalState.update(
      ACCOUNTS,
      this.accounts.filter((each) => each !== account),
    );
    return true;
  }

  private get accounts(): readonly string[] {
    return this.context.globalState.get<string[]>(ACCOUNTS, []);
  }
}
