import type { IndexStatus } from "../protocol.generated";

export interface DebugFacts {
  readonly extension: string;
  readonly editor: string;
  readonly system: string;
  readonly trusted: boolean;
  readonly folders: number;
  readonly server: string;
  readonly state: string;
  /** Settings that somebody has set: names alone, values may be private. */
  readonly settings: readonly string[];
  readonly status: IndexStatus | undefined;
}

/** A report for an issue: versions, counts and states; no text of the workspace, no question and no key. */
export function debugReport(facts: DebugFacts): string {
  const rows = [
    ["extension", facts.extension],
    ["editor", facts.editor],
    ["system", facts.system],
    ["workspace", `${facts.folders} folders, ${facts.trusted ? "trusted" : "not trusted"}`],
    ["server", facts.server],
    ["state", facts.state],
    ["settings in use", facts.settings.join(", ") || "none"],
  ];
  const status = facts.status && {
    ...facts.status,
    folders: facts.status.folders.map((each) => ({ ...each, uri: "…" })),
  };
  return [
    "# Dowse: debug information\n",
    ...rows.map(([name, value]) => `- ${name}: ${value}`),
    "\n## Index\n",
    "```json",
    status ? JSON.stringify(status, undefined, 2) : "null",
    "```",
    "",
  ].join("\n");
}
