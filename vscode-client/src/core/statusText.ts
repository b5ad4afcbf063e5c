import type { IndexStatus } from "../protocol.generated";
import { counted, t } from "./localize";

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
      return { text: t("Dowse: stopped"), detail: "", busy: false, severity: "information" };
    case "missing":
      return {
        text: t("Dowse: no server"),
        detail: t("Install it, or name your own."),
        busy: false,
        severity: "warning",
      };
    case "failed":
      return { text: t("Dowse: not running"), detail: server.message, busy: false, severity: "error" };
    case "running":
      return index
        ? indexText(index)
        : { text: "Dowse", detail: t("Opening the index"), busy: true, severity: "information" };
  }
}

function indexText(index: IndexStatus): StatusText {
  const sum = (count: (folder: IndexStatus["folders"][number]) => number) =>
    index.folders.reduce((total, folder) => total + count(folder), 0);
  const files = sum((folder) => folder.filesIndexed);
  const total = sum((folder) => folder.filesTotal);
  const chunks = sum((folder) => folder.chunksTotal);
  const inFiles = counted(files, "1 file searched", "{0} files searched");
  const parts = counted(chunks, "1 function or section", "{0} functions and sections");
  const detail = [parts, modelsText(index)].filter(Boolean).join(" · ");
  const waiting = counted(index.queue, "1 item waiting", "{0} items waiting");
  if (index.paused) {
    const onBattery = index.pauseReason === "battery";
    return {
      text: onBattery ? t("Dowse: resting on battery, {0}", waiting) : t("Dowse: paused, {0}", waiting),
      detail: [onBattery ? t("`dowse.indexing.pauseOnBattery` is set") : "", detail].filter(Boolean).join(" · "),
      busy: false,
      severity: "information",
    };
  }
  switch (index.state) {
    case "indexing":
      return {
        text: files < total ? t("Dowse: {0} of {1} files read", files, total) : t("Dowse: indexing"),
        detail: [detail, waiting].join(" · "),
        busy: true,
        severity: "information",
      };
    case "degraded":
      return { text: t("Dowse: limited"), detail: index.lastError ?? detail, busy: false, severity: "warning" };
    case "empty":
      return { text: t("Dowse: nothing to search"), detail, busy: false, severity: "information" };
    case "ready":
      return { text: t("Dowse: {0}", inFiles), detail, busy: false, severity: "information" };
  }
}

/** The models that somebody chose; the built-in ones need no mention. */
function modelsText(index: IndexStatus): string {
  const chosen = index.models.filter((model) => model.role === "serving" && !model.name.startsWith("builtin"));
  return [...new Set(chosen.map((model) => t("model {0}", model.name)))].join(", ");
}

/** A reason for leaving a file out, in words. */
export function reasonText(reason: string): string {
  const texts: Readonly<Record<string, string>> = {
    binary: t("binary"),
    "too-large": t("larger than `dowse.files.maxSize`"),
    minified: t("minified"),
    generated: t("generated"),
    unreadable: t("cannot be read"),
    "unknown-language": t("of no known language"),
    "parser-failed": t("the parser failed"),
  };
  return texts[reason] ?? reason;
}
