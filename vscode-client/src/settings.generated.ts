// Written by scripts/generate.py from the server's own classes. Do not edit.

export interface ServerSetting {
  readonly name: string;
  /** Whether a workspace's own files cannot set it. */
  readonly userOnly: boolean;
}

export const SERVER_SETTINGS: readonly ServerSetting[] = [
  { name: "files.exclude", userOnly: false },
  { name: "files.maxSize", userOnly: false },
  { name: "files.allowHome", userOnly: true },
  { name: "indexing.oneCoreWhileTyping", userOnly: true },
  { name: "indexing.pauseOnBattery", userOnly: true },
  { name: "models.code", userOnly: true },
  { name: "models.prose", userOnly: true },
  { name: "models.device", userOnly: true },
  { name: "models.backend", userOnly: true },
  { name: "models.precision", userOnly: true },
  { name: "models.allowDownload", userOnly: true },
  { name: "models.requestsPerMinute", userOnly: true },
  { name: "models.trustRemoteCode", userOnly: true },
  { name: "notes.folder", userOnly: false },
  { name: "editor.hover", userOnly: false },
  { name: "editor.codeLens", userOnly: false },
  { name: "editor.codeAction", userOnly: false },
  { name: "editor.nearDuplicates", userOnly: false },
  { name: "editor.workspaceSymbols", userOnly: false },
];
