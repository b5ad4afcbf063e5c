import assert from "node:assert/strict";
import { test } from "node:test";
import { noteFileName, noteFolder, noteText } from "../src/core/noteText";

const DAY = new Date(2026, 2, 7, 14, 5);

test("a note's file is named by day and title, and takes no other's name", () => {
  const free = () => false;
  assert.equal(noteFileName("Why retries wait: a story!", DAY, free), "2026-03-07-why-retries-wait-a-story.md");
  assert.equal(noteFileName("../../etc/passwd", DAY, free), "2026-03-07-etc-passwd.md");
  assert.equal(noteFileName("…", DAY, free), "2026-03-07-note.md");
  const taken = (name: string) => name === "2026-03-07-a.md" || name === "2026-03-07-a-2.md";
  assert.equal(noteFileName("a", DAY, taken), "2026-03-07-a-3.md");
});

test("a note links to its symbol, whatever that is called", () => {
  const place = { path: "/app/src/my file.py", line: 11, symbol: "a`b](x)", text: '  x = "q\\" & y_z\t# end' };
  assert.equal(
    noteText("Why *this*", DAY, "/app/.notes", "/app", place),
    '# Why \\*this\\*\n\n2026-03-07 · [`` a`b](x) `` in `src/my file.py`](../src/my%20file.py#L12 "x = \\"q\\\\\\" \\& y_z # end")\n\n',
  );
});

test("a note about a place without a symbol names the line", () => {
  const place = { path: "/app/net.py", line: 0, symbol: undefined, text: "}" };
  assert.match(noteText("Here", DAY, "/app/.notes", "/app", place), /\[`net\.py:1`\]\(\.\.\/net\.py#L1\)/);
});

test("notes do not leave the workspace folder", () => {
  assert.equal(noteFolder("/app", ".notes"), "/app/.notes");
  assert.equal(noteFolder("/app", "docs/notes"), "/app/docs/notes");
  for (const outside of ["..", "../elsewhere", "/tmp", ".", ""]) {
    assert.throws(() => noteFolder("/app", outside), /inside the workspace folder/);
  }
});
