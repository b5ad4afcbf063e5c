import * as vscode from "vscode";
import { useBundle } from "./core/localize";

// Before all other modules are read: some of them make texts at once.
useBundle(vscode.l10n.bundle);
