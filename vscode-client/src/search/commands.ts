import * as vscode from "vscode";
import { History } from "../core/history";
import { SearchPicker, type PickerParts, type SpaceChoice } from "./picker";
import { closePreviews, PREVIEW_SCHEME, PreviewTexts } from "./preview";

const RECENT = "search.recent";

/** The search commands, and the keys that work while the picker is open. */
export function registerSearch(context: vscode.ExtensionContext, parts: Omit<PickerParts, "history">): void {
  let open: SearchPicker | undefined;
  const state = context.workspaceState;
  const history = new History(
    () => state.get<string[]>(RECENT, []),
    (queries) => void state.update(RECENT, queries),
  );
  const show = async (space: SpaceChoice, question?: unknown) => {
    await open?.closed; // the one before may still be putting the editor back, which takes the focus
    const picker = SearchPicker.open({ ...parts, history }, space, typeof question === "string" ? question : "");
    open = picker;
    await picker.closed;
    open = open === picker ? undefined : open;
  };
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, new PreviewTexts()),
    vscode.commands.registerCommand("dowse.searchByMeaning", (question?: unknown) => show("auto", question)),
    vscode.commands.registerCommand("dowse.searchNotes", () => show("prose")),
    vscode.commands.registerCommand("dowse.toggleTests", () => (open ? open.toggleTests() : parts.scope.toggleTests())),
    vscode.commands.registerCommand("dowse.picker.openToSide", () => open?.openToSide()),
    vscode.commands.registerCommand("dowse.picker.switchSpace", () => open?.switchSpace()),
    vscode.commands.registerCommand("dowse.picker.filter", () => open?.filter()),
    vscode.commands.registerCommand("dowse.picker.toResults", () => open?.toResults()),
  );
  void closePreviews();
}
