import type { IndexStatus } from "../protocol.generated";

export type ServerState =
  | { readonly kind: "starting"; readonly what: string }
  | { readonly kind: "running" }
  | { readonly kind: "stopped" }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly message: string };

export interface StatusText {
  readonly text: string;
  readonly detail: string;
  readonly busy: boolean;
  readonly severity: "information" | "warning" | "error";
}

/** What the language status says of the server and its index. */
export function statusText(server: ServerState, index: IndexStatus | undefined): StatusText {
  switch (server.kind) {
    case "starting":
      return { text: "Dowse", detail: server.what, busy: true, severity: "information" };
    case "stopped":
      return { text: "Dowse: stopped", detail: "", busy: false, severity: "information" };
    case "missing":
      return { text: "Dowse: no server", detail: "Install it, or name your own.", busy: false, severity: "warning" };
    case "failed":
      return { text: "Dowse: not running", detail: server.message, busy: false, severity: "error" };
    case "running":
      return index
        ? indexText(index)
        : { text: "Dowse", detail: "Opening the index", busy: true, severity: "information" };
  }
}

function indexText(index: IndexStatus): StatusText {
  const sum = (count: (folder: IndexStatus["folders"][number]) => number) =>
    index.folders.reduce((total, folder) => total + count(folder), 0);
  const files = sum((folder) => folder.filesIndexed);
  const total = sum((folder) => folder.filesTotal);
  const pieces = plural(
    sum((folder) => folder.chunksTotal),
    "piece",
  );
  const detail = [pieces, modelsText(index)].filter(Boolean).join(" · ");
  if (index.paused) {
    return {
      text: `Dowse: ${index.pauseReason === "battery" ? "resting on battery" : "paused"}, ${plural(index.queue, "item")} waiting`,
      detail: [index.pauseReason === "battery" ? "`dowse.indexing.pauseOnBattery` is set" : "", detail]
        .filter(Boolean)
        .join(" · "),
      busy: false,
      severity: "information",
    };
  }
  switch (index.state) {
    case "indexing":
      return {
        text: files < total ? `Dowse: ${files} of ${plural(total, "file")}` : "Dowse: indexing",
        detail: [detail, `${plural(index.queue, "item")} waiting`].join(" · "),
        busy: true,
        severity: "information",
      };
    case "degraded":
      return { text: "Dowse: limited", detail: index.lastError ?? detail, busy: false, severity: "warning" };
    case "empty":
      return { text: "Dowse: nothing to search", detail, busy: false, severity: "information" };
    case "ready":
      return { text: `Dowse: ${plural(files, "file")}`, detail, busy: false, severity: "information" };
  }
}

/** The models in use; one name where both spaces share it. */
function modelsText(index: IndexStatus): string {
  const serving = index.models.filter((model) => model.role === "serving");
  const names = [...new Set(serving.map((model) => model.name))];
  if (names.length <= 1) {
    return names[0] ? `model ${names[0]}` : "";
  }
  return serving.map((model) => `${model.space === "code" ? "code" : "notes"}: ${model.name}`).join(", ");
}

const REASONS: Readonly<Record<string, string>> = {
  binary: "binary",
  "too-large": "larger than `dowse.files.maxSize`",
  minified: "minified",
  generated: "generated",
  unreadable: "cannot be read",
  "unknown-language": "of no known language",
  "parser-failed": "the parser failed",
};

/** A reason for leaving a file out, in words. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason;
}

export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
