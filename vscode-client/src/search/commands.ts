import * as vscode from "vscode";
import { History } from "../core/history";
import { SearchPicker, type PickerParts, type SpaceChoice } from "./picker";

const RECENT = "search.recent";

/** The search commands, and the keys that work while the picker is open. */
export function registerSearch(context: vscode.ExtensionContext, parts: Omit<PickerParts, "history">): void {
  let open: SearchPicker | undefined;
  const state = context.workspaceState;
  const history = new History(
    () => state.get<string[]>(RECENT, []),
    (queries) => void state.update(RECENT, queries),
  );
  const show = async (space: SpaceChoice) => {
    await open?.closed; // the one before may still be putting the editor back, which takes the focus
    const picker = SearchPicker.open({ ...parts, history }, space);
    open = picker;
    await picker.closed;
    open = open === picker ? undefined : open;
  };
  context.subscriptions.push(
    vscode.commands.registerCommand("dowse.searchByMeaning", () => show("auto")),
    vscode.commands.registerCommand("dowse.searchNotes", () => show("prose")),
    vscode.commands.registerCommand("dowse.picker.openToSide", () => open?.openToSide()),
    vscode.commands.registerCommand("dowse.picker.switchSpace", () => open?.switchSpace()),
    vscode.commands.registerCommand("dowse.picker.filter", () => open?.filter()),
    vscode.commands.registerCommand("dowse.picker.toResults", () => open?.toResults()),
  );
}
