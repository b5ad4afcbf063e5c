/** Which note points where: a file's URI, a line from 0, and the note. */
export interface NoteTarget {
  readonly file: string;
  readonly line: number;
  readonly note: string;
}

/** The places that a note's links lead to, as the server gives them: `file:///…/net.py#L12`. */
export function targetsOf(note: string, links: readonly { readonly target?: string }[]): NoteTarget[] {
  return links.flatMap(({ target }) => {
    const found = /^(.*)#L(\d+)$/.exec(target ?? "");
    return found?.[1] ? [{ file: found[1], line: Number(found[2]) - 1, note }] : [];
  });
}

/** Notes about one file, by line. */
export function notesByLine(targets: readonly NoteTarget[], file: string): Map<number, string[]> {
  const lines = new Map<number, string[]>();
  for (const target of targets.filter((each) => each.file === file)) {
    lines.set(target.line, [...new Set([...(lines.get(target.line) ?? []), target.note])]);
  }
  return lines;
}
