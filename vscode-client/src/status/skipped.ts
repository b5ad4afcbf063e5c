import * as vscode from "vscode";
import { t } from "../core/localize";
import { reasonText } from "../core/statusText";
import { shownPath } from "../places";
import type { SkippedFiles } from "../protocol.generated";

interface FileItem extends vscode.QuickPickItem {
  readonly uri?: string;
}

/** List files that are left out, by reason; choosing one opens it. */
export async function explainSkipped({ files }: SkippedFiles): Promise<void> {
  if (files.length === 0) {
    await vscode.window.showInformationMessage(
      t("No file is left out, except those that .gitignore, .dowseignore and the setting dowse.files.exclude name."),
    );
    return;
  }
  const reasons = [...new Set(files.map((file) => file.reason))];
  const items = reasons.flatMap((reason): FileItem[] => [
    { label: reasonText(reason).replaceAll("`", ""), kind: vscode.QuickPickItemKind.Separator },
    ...files
      .filter((file) => file.reason === reason)
      .map((file) => {
        const path = shownPath(file.uri);
        const at = path.lastIndexOf("/");
        return {
          label: path.slice(at + 1),
          description: path.slice(0, Math.max(0, at)),
          iconPath: vscode.ThemeIcon.File,
          resourceUri: vscode.Uri.parse(file.uri),
          uri: file.uri,
        };
      }),
  ]);
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Skipped Files"),
    placeHolder: t("Files that are not searched though no ignore rule names them, by reason"),
    matchOnDescription: true,
  });
  if (chosen?.uri) {
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.parse(chosen.uri));
  }
}
