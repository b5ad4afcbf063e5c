import type { Hit, IndexSummary } from "../src/protocol.generated";

/** A hit as the server sends it, with what a test cares about. */
export function hit(name: string, changes: Partial<Hit> & { readonly uri?: string; readonly line?: number } = {}): Hit {
  const { uri = "file:///app/src/net.py", line = 0, ...rest } = changes;
  const range = { start: { line, character: 0 }, end: { line: line + 1, character: 0 } };
  return {
    location: { uri, range },
    selectionRange: { start: { line, character: 4 }, end: { line, character: 4 + name.length } },
    name,
    kind: 12,
    languageId: "python",
    space: "code",
    score: 0.5,
    preview: `def ${name}():\n    return 1\n`,
    reasons: [],
    ...rest,
  };
}

export const READY: IndexSummary = { state: "ready", filesIndexed: 10, filesTotal: 10, generation: 3 };
export const GROWING: IndexSummary = { state: "indexing", filesIndexed: 43, filesTotal: 100, generation: 4 };
