import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { agentText } from "../src/core/agentText";
import { facetsOf, filterOf } from "../src/core/facets";
import { History } from "../src/core/history";
import { grouped, lineUnder, percentIndexed, qualifiedName, tellingLine, whyNothing } from "../src/core/hits";
import { asText, byFile, neighbour, titleOf, type Answer } from "../src/core/resultsModel";
import { GROWING, hit, READY } from "./hit";

describe("a hit in a list", () => {
  test("is called by the names around it", () => {
    assert.equal(qualifiedName(hit("send", { containerName: "Client" })), "Client.send");
    assert.equal(qualifiedName(hit("Restoring", { containerName: "Runbook", space: "prose" })), "Runbook › Restoring");
  });

  test("shows the line that says most", () => {
    assert.equal(tellingLine("@cached\n# why\n\n  def  f(x):\n"), "# why");
    assert.equal(tellingLine("/**\n * Sends.\n */\nfunction send() {}"), "* Sends.");
    assert.equal(tellingLine("from os import path\nimport re\n\nLIMIT = 3\n"), "LIMIT = 3");
    assert.equal(tellingLine("import re\n"), "import re");
    assert.equal(tellingLine('package main\n\nimport (\n\t"os"\n)\n\nvar limit = 3\n'), "var limit = 3");
    assert.equal(tellingLine('"""Who is calling."""\n'), "Who is calling.");
    assert.equal(tellingLine("{\n}\n"), "{");
    assert.equal(tellingLine(""), "");
  });

  test("of a note shows what stands below the heading", () => {
    const note = hit("Decision", { space: "prose", preview: "## Decision\n\nScans are a log.\n" });
    assert.equal(lineUnder(note), "Scans are a log.");
    assert.equal(
      lineUnder(hit("Leg", { space: "prose", preview: "Leg\n---\n\nBetween depots.\n" })),
      "Between depots.",
    );
    assert.equal(lineUnder(hit("Bare", { space: "prose", preview: "# Bare\n" })), "# Bare");
  });

  test("stands with its kind, and the kind of the best hit comes first", () => {
    const [code, note] = [hit("send"), hit("Sending", { space: "prose" })];
    assert.deepEqual(
      grouped([note, code, note]).map((group) => [group.title, group.hits.length]),
      [
        ["Notes", 2],
        ["Code", 1],
      ],
    );
    assert.deepEqual(
      grouped([code, note]).map((group) => group.title),
      ["Code", "Notes"],
    );
  });
});

describe("an incomplete or empty answer", () => {
  test("says how much is indexed, and never a hundred percent", () => {
    assert.equal(percentIndexed(GROWING), 43);
    assert.equal(percentIndexed({ ...GROWING, filesIndexed: 100 }), 99);
    assert.equal(percentIndexed(READY), undefined);
  });

  test("is explained by what is the matter", () => {
    assert.match(whyNothing(GROWING, true, false), /being built: 43 of 100/);
    assert.match(whyNothing(GROWING, false, true), /paused/);
    assert.match(whyNothing(READY, true, false), /filter/);
    assert.match(whyNothing(READY, false, false), /10 indexed files/);
    assert.match(whyNothing({ ...READY, state: "empty" }, false, false), /no files/);
  });
});

describe("a filter", () => {
  const hits = [
    hit("a", { uri: "src/net/http.py" }),
    hit("b", { uri: "src/a.go", languageId: "go" }),
    hit("c", { uri: "d.py" }),
  ];

  test("offers the languages and folders of the hits with their counts", () => {
    assert.deepEqual(
      facetsOf(hits, (each) => each.location.uri),
      [
        { kind: "language", value: "python", count: 2 },
        { kind: "language", value: "go", count: 1 },
        { kind: "folder", value: "src", count: 2 },
        { kind: "folder", value: "src/net", count: 1 },
      ],
    );
  });

  test("is sent as globs from the folder's root, in which names are no patterns", () => {
    const chosen = [
      { kind: "folder", value: "src/[old]", count: 1 },
      { kind: "language", value: "go", count: 1 },
    ] as const;
    assert.deepEqual(filterOf(chosen), { include: ["/src/\\[old\\]/"], languages: ["go"] });
    assert.deepEqual(filterOf([]), {});
  });
});

test("recent questions are kept newest first, each once, and not for ever", () => {
  let stored: readonly string[] = [];
  const history = new History(
    () => stored,
    (queries) => (stored = queries),
    3,
  );
  for (const query of ["one", "two", " one ", "", "three", "four"]) {
    history.add(query);
  }
  assert.deepEqual(history.queries, ["four", "three", "one"]);
  history.remove("three");
  assert.deepEqual(history.queries, ["four", "one"]);
});

describe("the results view", () => {
  const [a, b, c] = [hit("a", { uri: "x", line: 9 }), hit("b", { uri: "y" }), hit("c", { uri: "x", line: 2 })];
  const files = byFile([a, b, c]);

  test("lists files by their best hit, which stands first", () => {
    assert.deepEqual(
      files.map((file) => [file.uri, file.hits.map((each) => each.name)]),
      [
        ["x", ["a", "c"]],
        ["y", ["b"]],
      ],
    );
  });

  test("goes from hit to hit, round at the ends", () => {
    assert.equal(neighbour(files, undefined, 1), a);
    assert.equal(neighbour(files, undefined, -1), b);
    assert.equal(neighbour(files, a, 1), c);
    assert.equal(neighbour(files, b, 1), a);
    assert.equal(neighbour(files, a, -1), b);
    assert.equal(neighbour([], undefined, 1), undefined);
  });

  test("is copied as places that other tools understand", () => {
    const text = asText([a], (uri) => uri, qualifiedName);
    assert.equal(text, "x:10:5: a\n    def a():\n        return 1\n");
  });

  test("is titled by what was asked", () => {
    const search: Answer = { question: { kind: "search", params: { query: "retry" } }, hits: [a], index: READY };
    assert.equal(titleOf(search), "1 hit for “retry”");
    const params = { textDocument: { uri: "x" } };
    assert.equal(
      titleOf({ question: { kind: "similar", params }, hits: [], index: READY }),
      "0 hits like the selection",
    );
  });
});

describe("what an agent is given", () => {
  test("has places, names and text in a fence that the text cannot close", () => {
    const text = agentText([hit("f", { preview: "````\nx\n" })], READY, () => "net.py");
    assert.equal(text, "net.py:1-2 f (score 0.50)\n`````python\n````\nx\n`````");
  });

  test("says when the index is incomplete and when nothing was found", () => {
    assert.match(agentText([], GROWING, String), /^The index is incomplete: 43 of 100 files\.\n\nNothing was found\.$/);
  });
});
