import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { LatestRequest } from "../src/core/latestRequest";

/** A question whose answer the test gives. */
class Asked {
  signal: AbortSignal | undefined;
  answer: (text: string) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;

  readonly question = (signal: AbortSignal): Promise<string> => {
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      this.fail = reject;
    });
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("LatestRequest", () => {
  let busy: boolean[];
  let seen: string[];
  let latest: LatestRequest;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    busy = [];
    seen = [];
    latest = new LatestRequest(150, (now) => busy.push(now));
  });

  afterEach(() => mock.timers.reset());

  const ask = (asked: Asked) =>
    latest.ask(
      asked.question,
      (answer) => seen.push(answer),
      (error) => seen.push(String(error)),
    );

  test("asks once typing has stopped", async () => {
    const [first, second] = [new Asked(), new Asked()];
    ask(first);
    mock.timers.tick(100);
    ask(second);
    mock.timers.tick(149);
    assert.equal(second.signal, undefined);
    mock.timers.tick(1);
    assert.equal(first.signal, undefined);
    second.answer("second");
    await settled();
    assert.deepEqual(seen, ["second"]);
  });

  test("cancels what is overtaken and drops its late answer", async () => {
    const [first, second] = [new Asked(), new Asked()];
    ask(first);
    mock.timers.tick(150);
    ask(second);
    assert.equal(first.signal?.aborted, true);
    mock.timers.tick(150);
    second.answer("second");
    first.answer("first");
    await settled();
    assert.deepEqual(seen, ["second"]);
    assert.deepEqual(busy, [true, true, false]);
  });

  test("tells of a failure, but not of one that nobody waits for", async () => {
    const [first, second] = [new Asked(), new Asked()];
    ask(first);
    mock.timers.tick(150);
    ask(second);
    mock.timers.tick(150);
    first.fail(new Error("late"));
    second.fail(new Error("real"));
    await settled();
    assert.deepEqual(seen, ["Error: real"]);
  });

  test("says nothing after it was cancelled", async () => {
    const asked = new Asked();
    ask(asked);
    mock.timers.tick(150);
    latest.cancel();
    asked.answer("late");
    await settled();
    assert.deepEqual([seen, busy], [[], [true, false]]);
  });
});
