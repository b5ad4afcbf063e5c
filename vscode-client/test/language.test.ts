import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, test } from "node:test";
import { counted, t, useBundle } from "../src/core/localize";

const GERMAN = "l10n/bundle.l10n.de.json";
const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
const placeholders = (text: string) => (text.match(/\{\d\}/g) ?? []).sort().join();

/** The texts that the sources hand to `t` and `counted`. */
function textsInSources(): Set<string> {
  const text = /"((?:[^"\\]|\\.)*)"/g;
  const sources = readdirSync("src", { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith("localize.ts"),
  );
  const found = sources.flatMap((name) => {
    const source = readFileSync(`src/${name}`, "utf8");
    const calls = [...source.matchAll(/(?<![\w.])(t|counted)\(/g)].flatMap(({ index, 1: name }) => {
      const texts = [...argumentsAt(source, index).matchAll(text)].map((each) => JSON.parse(each[0]) as string);
      return name === "counted" ? texts.slice(0, 2) : texts.slice(0, 1);
    });
    return calls;
  });
  return new Set(found);
}

function argumentsAt(source: string, start: number): string {
  let depth = 0;
  for (let index = source.indexOf("(", start); index < source.length; index++) {
    depth += source[index] === "(" ? 1 : source[index] === ")" ? -1 : 0;
    if (depth === 0) {
      return source.slice(start, index);
    }
  }
  return "";
}

describe("the user's language", () => {
  afterEach(() => useBundle(undefined));

  test("stands for the English text, with its arguments in their places", () => {
    assert.equal(t("{0} of {1}", 2, "x"), "2 of x");
    useBundle({ "{0} of {1}": "von {1}: {0}", "{0} files": "{0} Dateien" });
    assert.equal(t("{0} of {1}", 2, "x"), "von x: 2");
    assert.equal(counted(1200, "1 file", "{0} files"), "1,200 Dateien");
    assert.equal(counted(1, "1 file", "{0} files"), "1 file");
  });

  test("has every text of the sources, with the same arguments, and none that is gone", () => {
    const german = read(GERMAN);
    const inSources = textsInSources();
    assert.ok(inSources.size > 100);
    assert.deepEqual(
      [...inSources].filter((text) => !(text in german)),
      [],
    );
    assert.deepEqual(
      Object.keys(german).filter((text) => !inSources.has(text)),
      [],
    );
    for (const [english, text] of Object.entries(german)) {
      assert.equal(placeholders(text), placeholders(english), english);
    }
  });

  test("has every text of the manifest, in English and in German", () => {
    const keys = [...readFileSync("package.json", "utf8").matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? "");
    const [english, german] = [read("package.nls.json"), read("package.nls.de.json")];
    assert.ok(keys.length > 50);
    assert.deepEqual([...new Set(keys)].sort(), Object.keys(english).sort());
    assert.deepEqual(Object.keys(german).sort(), Object.keys(english).sort());
  });
});
