import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { agentText } from "../src/core/agentText";
import { facetsOf, filterOf } from "../src/core/facets";
import { History } from "../src/core/history";
import {
  answerText,
  likeness,
  openingOf,
  partByStrength,
  percentIndexed,
  qualifiedName,
  whyFound,
  whyNothing,
} from "../src/core/hits";
import { LiveList } from "../src/core/liveList";
import { notesByLine, targetsOf } from "../src/core/noteTargets";
import { formatHits, groupsOf, adjacentHit, titleOf, removeHits, type Answer } from "../src/core/resultsModel";
import type { AnswerLine, Hit } from "../src/protocol.generated";
import { GROWING, hit, READY } from "./hit";

describe("a hit in a list", () => {
  test("is called by the names around it", () => {
    assert.equal(qualifiedName(hit("send", { containerName: "Client" })), "Client.send");
    const section = hit("Restoring", { containerName: "Runbook > Database", space: "prose" });
    assert.equal(qualifiedName(section), "Runbook › Database › Restoring");
  });

  const answerAt = (line: number, text: string, marks: AnswerLine["marks"] = []): AnswerLine => {
    const range = { start: { line, character: 4 }, end: { line, character: 4 + text.length } };
    return { range, text, marks };
  };

  test("shows the line that answers, and not a declaration that says no more than the name", () => {
    const answer = answerAt(7, "if redirects >= max_redirects:", [{ start: 3, end: 12 }]);
    assert.equal(answerText(hit("request", { answer })), answer.text);
    assert.equal(answerText(hit("request", { answer: answerAt(0, "def request(url):") })), "");
    const named = answerAt(0, "func (c *Client) request(url) {", [{ start: 9, end: 15 }]);
    assert.equal(answerText(hit("request", { containerName: "Client", answer: named })), "");
    const declared = answerAt(0, "def request(redirects):", [{ start: 12, end: 21 }]);
    assert.equal(answerText(hit("request", { answer: declared })), declared.text);
    assert.equal(answerText(hit("request")), "");
  });

  test("opens at its name, and at the line that answers where that is far below it", () => {
    const near = hit("request", { line: 10, answer: answerAt(20, "follow(redirect)", [{ start: 7, end: 15 }]) });
    assert.deepEqual(openingOf(near), near.selectionRange);
    const far = hit("request", { line: 10, answer: answerAt(90, "follow(redirect)", [{ start: 7, end: 15 }]) });
    assert.deepEqual(openingOf(far), far.answer?.range);
    const unsaid = hit("request", { line: 10, answer: answerAt(90, "follow(redirect)") });
    assert.deepEqual(openingOf(unsaid), unsaid.selectionRange);
  });

  test("is a weaker one by its score beside the best, or when its shape alone speaks for it", () => {
    const [best, shape, far] = [
      hit("a", { score: 0.4 }),
      hit("b", { score: 0.39, reasons: [{ signal: "shape", share: 1 }] }),
      hit("c", { score: 0.001 }),
    ];
    const parted = partByStrength([best, shape, far]);
    assert.deepEqual([parted.answers, parted.weaker], [[best], [shape, far]]);
  });

  test("says in words why it was found, what counted most first", () => {
    const reasons = [
      { signal: "name", share: 0.2, words: ["retry", "backoff"] },
      { signal: "semantic", share: 0.6 },
      { signal: "path", share: 0.17 },
      { signal: "shape", share: 0.03 },
    ];
    assert.equal(
      whyFound(hit("f", { reasons })),
      "close in meaning; its name says “retry”, “backoff”; its path is like the question",
    );
    assert.equal(whyFound(hit("f")), "");
  });

  test("is as alike as words and dots say", () => {
    assert.deepEqual(
      [0.9, 0.6, 0.2].map((score) => likeness(score).mark),
      ["●●●", "●●○", "●○○"],
    );
  });
});

describe("Enter in a live list", () => {
  const same = (a: string, b: string) => a === b;

  test("opens the first row of the answer, whatever was marked for what was typed before", () => {
    const list = new LiveList<string>();
    list.ask("delete");
    assert.equal(list.show(["delete", "_delete_cookies"], undefined, same), "delete");
    list.ask("delete cookies that expired");
    assert.equal(list.show(["_delete_cookies", "delete"], "delete", same), "_delete_cookies");
    assert.equal(list.chosen("delete"), "_delete_cookies");
  });

  test("waits while the list answers an older question", () => {
    const list = new LiveList<string>();
    list.ask("del");
    list.show(["delete"], undefined, same);
    list.ask("delete cookies");
    assert.equal(list.chosen("delete"), undefined);
  });

  test("opens the row that the person went to, which stays marked when the same question is answered again", () => {
    const list = new LiveList<string>();
    list.ask("q");
    list.show(["a", "b"], undefined, same);
    assert.equal(list.activate("a"), false);
    assert.equal(list.activate("b"), true);
    list.ask("q");
    assert.equal(list.show(["new", "a", "b"], "b", same), "b");
    assert.equal(list.chosen("b"), "b");
    list.ask("q2");
    assert.equal(list.show(["a", "b"], "b", same), "a");
    assert.equal(list.chosen("b"), "a");
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

  const none = { open: [], changed: [] };

  test("is sent as globs from the folder's root, in which names are no patterns", () => {
    const chosen = [
      { kind: "folder", value: "src/[old]", count: 1 },
      { kind: "folder", value: "docs", count: 1, excluded: true },
      { kind: "language", value: "go", count: 1 },
      { kind: "symbols", value: "types", count: 0 },
      { kind: "root", value: "file:///app", count: 0 },
    ] as const;
    assert.deepEqual(filterOf(chosen, true, none), {
      include: ["/src/\\[old\\]/"],
      exclude: ["/docs/"],
      languages: ["go"],
      kinds: ["Class", "Interface", "Struct", "Enum", "TypeParameter"],
      folders: ["file:///app"],
    });
    assert.deepEqual(filterOf([], true, none), {});
  });

  test("leaves tests out, whatever else is chosen", () => {
    assert.deepEqual(filterOf([], false, none), { tests: "out" });
    const folder = { kind: "folder", value: "src", count: 0 } as const;
    assert.deepEqual(filterOf([folder], false, none), { include: ["/src/"], tests: "out" });
  });

  test("names open and changed files, inside the chosen folders, and says when there are none", () => {
    const open = { kind: "files", value: "open", count: 0 } as const;
    const folder = { kind: "folder", value: "src", count: 0 } as const;
    const files = { open: ["src/a b.py", "docs/x.md"], changed: [] };
    assert.deepEqual(filterOf([open], true, files), { include: ["/src/a b.py", "/docs/x.md"] });
    assert.deepEqual(filterOf([open, folder], true, files), { include: ["/src/a b.py"] });
    assert.equal(filterOf([{ ...open, value: "changed" }], true, files), undefined);
  });
});

test("the links of notes become marks on lines", () => {
  const targets = [
    ...targetsOf("n1", [{ target: "file:///a.py#L3" }, { target: "file:///a.py#L3" }, {}]),
    ...targetsOf("n2", [{ target: "file:///a.py#L3" }, { target: "file:///b.py#L1" }]),
  ];
  assert.deepEqual([...notesByLine(targets, "file:///a.py")], [[2, ["n1", "n2"]]]);
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
  const weak = hit("weak", { uri: "y", score: 0.001 });
  const question = { kind: "search", params: { query: "retry" }, scope: "" } as const;
  const groups = groupsOf({ question, hits: [a, b, c, weak], index: READY });
  const copies = [hit("one"), hit("two"), hit("three")];
  const clusters: Answer = {
    question: { kind: "duplicates", params: {} },
    hits: copies,
    index: READY,
    duplicates: {
      clusters: [{ copies, similarity: 0.9, savedLines: 12 }],
      found: 1,
      compared: 318,
      leftOut: {},
      savedLines: 12,
      index: READY,
      tookMs: 1,
    },
  };

  test("lists files by their best hit, which stands first, and weaker matches apart", () => {
    assert.deepEqual(
      groups.map((group) => [group.kind, group.hits.map((each) => each.name)]),
      [
        ["file", ["a", "c"]],
        ["file", ["b"]],
        ["weaker", ["weak"]],
      ],
    );
  });

  test("goes from hit to hit, beginning with the first, round at the ends", () => {
    assert.equal(adjacentHit(groups, undefined, 1), a);
    assert.equal(adjacentHit(groups, undefined, -1), b);
    assert.equal(adjacentHit(groups, a, 1), c);
    assert.equal(adjacentHit(groups, b, 1), a);
    assert.equal(adjacentHit(groups, a, -1), b);
    assert.equal(adjacentHit([], undefined, 1), undefined);
  });

  test("lets a hit be dismissed; of copies that leave one alone none is left", () => {
    assert.deepEqual(
      removeHits(groups, new Set([b])).map((group) => group.hits.length),
      [2, 1],
    );
    const [, two, three] = copies as [Hit, Hit, Hit];
    assert.equal(removeHits(groupsOf(clusters), new Set([three])).length, 1);
    assert.equal(removeHits(groupsOf(clusters), new Set([two, three])).length, 0);
  });

  test("is copied as places that other tools understand", () => {
    const text = formatHits([a], (uri) => uri, qualifiedName);
    assert.equal(text, "x:10:5: a\n    def a():\n        return 1\n");
  });

  test("is titled by what was asked, and counts answers", () => {
    assert.equal(titleOf({ question, hits: [a, weak], index: READY }), "1 answer to “retry”");
    const narrow = { ...question, scope: "Python, no tests" };
    assert.equal(titleOf({ question: narrow, hits: [a, b], index: READY }), "2 answers to “retry” (Python, no tests)");
    const params = { textDocument: { uri: "x" } };
    assert.equal(
      titleOf({ question: { kind: "similar", params }, hits: [], index: READY }),
      "Nothing else in the workspace resembles the selection.",
    );
    assert.match(titleOf(clusters), /^1 group .* About 12 lines could be saved\. 318 functions were compared\.$/);
  });
});

describe("what an agent is given", () => {
  test("has places, names and text in a fence that the text cannot close", () => {
    const text = agentText([hit("f", { preview: "````\nx\n" })], READY, () => "net.py");
    assert.equal(text, "net.py:1-2 f\n`````python\n````\nx\n`````");
  });

  test("holds the line that answers where the first lines do not", () => {
    const range = { start: { line: 40, character: 4 }, end: { line: 40, character: 15 } };
    const answer: AnswerLine = { range, text: "wait(longer)" };
    const text = agentText([hit("f", { answer })], READY, () => "net.py");
    assert.match(text, /```\nline 41: wait\(longer\)$/);
    const shown = { ...answer, range: { start: { line: 1, character: 4 }, end: { line: 1, character: 12 } } };
    assert.doesNotMatch(
      agentText([hit("f", { answer: shown })], READY, () => "net.py"),
      /line 2/,
    );
  });

  test("has no scores, and weaker matches by their place alone", () => {
    const text = agentText([hit("f"), hit("g", { score: 0.001 })], READY, () => "net.py");
    assert.doesNotMatch(text, /score|0\.00/);
    assert.match(text, /Weaker matches, by place alone:\nnet\.py:1-2 g$/);
  });

  test("says when the index is incomplete and when nothing was found", () => {
    assert.match(agentText([], GROWING, String), /^The index is incomplete: 43 of 100 files\.\n\nNothing was found\.$/);
  });
});
