import type { Hit } from "../protocol.generated";

/** A line of a hit, and which parts of it say words of the question: pairs of first and last column, the end excluded. */
export interface AnswerLine {
  readonly text: string;
  readonly marks: readonly (readonly [number, number])[];
}

/** Lines that say nothing about what a piece of code does: decorators, imports, directives, lone keywords. */
const EMPTY_LINE =
  /^(@|#\[|#!|\[\w+\]$|---|#include\b|from\s+\S+\s+import\b|import\b|use\s|package\s|require\b|["'][^"']*["'][,;]?$|\.\.\s\S*::|:\w[\w ]*:|(else|try|finally|do|begin|end|then|return|pass|break|continue|default)\b\s*[:;{]?$|\d{4}-\d\d-\d\d\b)/;
const COMMENT = /^("""|'''|\/\*+|\/\/[/!]?|\*+(?!\*)|#+|--|;+|%+|<!--)\s*/;
const COMMENT_END = /\s*("""|'''|\*+\/|-->)$/;
const HEADING = /^\s*([#=*]+\s.*|[=\-~^"'`#*+]{3,}\s*)$/;

/** Words of a question that say nothing about code. */
const COMMON = new Set(
  (
    "a an and any are as at be been but by can code do does done for from function get has have how i if in into is it its " +
    "just like line made make me method my not of on or place so some someone something that the their them then there " +
    "these they this thing to us use used was we were what when where which while who why will with you"
  ).split(" "),
);
/** Letters that two words share when they are forms of one. */
const STEM = 4;

/**
 * The line of a hit that answers the question best: the one with most of its words, among equals a comment, then the
 * first. The declaration is left out, since the hit's name says it; a hit of which nothing else is known has no line.
 */
export function answerLine(hit: Hit, question: string): AnswerLine {
  const words = wordsOf(question).filter((word) => !COMMON.has(word));
  let best: AnswerLine = { text: "", marks: [] };
  let most = -1;
  for (const line of candidates(hit)) {
    const isComment = COMMENT.test(line);
    const text = line.replace(COMMENT, "").replace(COMMENT_END, "").replace(/\s+/g, " ").trim();
    if (/[\p{L}\p{N}]/u.test(text)) {
      const { marks, said } = marksIn(text, words);
      const telling = said + (isComment || hit.space === "prose" ? 0.5 : 0);
      if (telling > most) {
        [best, most] = [{ text, marks }, telling];
      }
    }
  }
  return best;
}

/** Where a text says words of the question, in any form, also within names as in `retryDelay`. */
export function marksOf(text: string, question: string): readonly (readonly [number, number])[] {
  return marksIn(
    text,
    wordsOf(question).filter((word) => !COMMON.has(word)),
  ).marks;
}

function candidates(hit: Hit): readonly string[] {
  const lines = hit.preview.split(/\r\n|\n|\r/);
  if (hit.space === "prose") {
    const body = lines.filter((line) => !HEADING.test(line) && line.trim() !== hit.name);
    return body.map((line) => line.trim()).filter((line) => !EMPTY_LINE.test(line));
  }
  const declared = hit.selectionRange.start.line - hit.location.range.start.line;
  const last = endOfDeclaration(lines, declared);
  return lines
    .filter((_, index) => index < declared || index > last)
    .map((line) => line.trim())
    .filter((line) => !EMPTY_LINE.test(line));
}

/** The last line of a declaration that begins at `first`: parameters may stand on lines of their own. */
function endOfDeclaration(lines: readonly string[], first: number): number {
  let open = 0;
  for (let index = Math.max(0, first); index < lines.length; index++) {
    const line = (lines[index] ?? "").replace(/"[^"]*"|'[^']*'/g, "");
    open += (line.match(/[([]/g) ?? []).length - (line.match(/[)\]]/g) ?? []).length;
    if (open <= 0) {
      return index;
    }
  }
  return first;
}

function marksIn(text: string, words: readonly string[]): { marks: [number, number][]; said: number } {
  const marks: [number, number][] = [];
  const said = new Set<string>();
  for (const part of text.matchAll(/\p{Lu}+(?![\p{Ll}])|\p{Lu}?[\p{Ll}\p{Lo}\p{N}]+/gu)) {
    const found = words.find((word) => isSameWord(part[0].toLowerCase(), word));
    if (found !== undefined) {
      said.add(found);
      marks.push([part.index, part.index + part[0].length]);
    }
  }
  return { marks, said: said.size };
}

function wordsOf(text: string): string[] {
  return (text.match(/\p{Lu}+(?![\p{Ll}])|\p{Lu}?[\p{Ll}\p{Lo}\p{N}]+/gu) ?? []).map((word) => word.toLowerCase());
}

function isSameWord(a: string, b: string): boolean {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short === long) {
    return true;
  }
  const shared = Math.max(STEM, short.length - 2);
  return short.length >= STEM && long.length - short.length <= 3 && long.slice(0, shared) === short.slice(0, shared);
}
