import * as path from "node:path";

export interface NotePlace {
  /** Of the file that the note is about. */
  readonly path: string;
  /** Counted from 0. */
  readonly line: number;
  readonly symbol: string | undefined;
  /** The line as it stands there: what the server finds the place by when the symbol is gone. */
  readonly text: string;
}

/** A note's file name: the day, and the title in lower-case words. */
export function noteFileName(title: string, when: Date, taken: (name: string) => boolean): string {
  const words = title
    .normalize("NFC")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  const stem = `${isoDay(when)}-${(words ?? ["note"]).join("-").slice(0, 60).replace(/-+$/, "")}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${stem}.md` : `${stem}-${number}.md`;
    if (!taken(name)) {
      return name;
    }
  }
}

/** The note as it is first written: title, date, and a link to what it is about, relative to the note. */
export function noteText(title: string, when: Date, noteFolder: string, root: string, place: NotePlace): string {
  const target = path.relative(noteFolder, place.path).split(path.sep).map(encodeURIComponent).join("/");
  const shown = path.relative(root, place.path).split(path.sep).join("/");
  const about = place.symbol ? `${code(place.symbol)} in ${code(shown)}` : code(`${shown}:${place.line + 1}`);
  const quoted = quotedLine(place.text);
  return `# ${plain(title)}\n\n${isoDay(when)} · [${about}](${target}#L${place.line + 1}${quoted})\n\n`;
}

/** The link's title, as the server writes and reads it (server/dowse/notes/links.py). */
function quotedLine(line: string): string {
  // eslint-disable-next-line no-control-regex -- these are what a line of code must not carry into a note
  const text = Array.from(line.replace(/[\x00-\x1f\x7f\u2028\u2029]+/g, " ").trim())
    .slice(0, 80)
    .join("")
    .trimEnd();
  const letters = text.match(/[\p{L}\p{N}]/gu) ?? [];
  return letters.length < 6 ? "" : ` "${text.replace(/[\\"&]/g, "\\$&")}"`;
}

/** Where notes go: the setting, which a workspace can set, may not lead out of the workspace folder. */
export function noteFolder(root: string, setting: string): string {
  const folder = path.resolve(root, setting);
  const relative = path.relative(root, folder);
  if (relative === "" || relative.startsWith("..") || path.isAbsolute(relative)) {
    throw new Error(`The notes folder has to be a folder inside the workspace folder; “${setting}” is not.`);
  }
  return folder;
}

function isoDay(when: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
}

function plain(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_[\]<>]/g, "\\$&");
}

/** Inline code that shows any text, backticks included, and cannot end the link around it. */
function code(text: string): string {
  const line = text.replace(/[\r\n]+/g, " ");
  const fence = "`".repeat(1 + Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length)));
  return line.includes("`") ? `${fence} ${line} ${fence}` : `\`${line}\``;
}
