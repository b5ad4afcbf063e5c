"""However often work is wanted while it runs, it runs once more."""

from __future__ import annotations

import asyncio

from dowse.lsp.coalescer import CoalescedWork


async def test_what_is_wanted_meanwhile_is_done_once_more() -> None:
    work, runs, go_on = CoalescedWork(), 0, asyncio.Event()

    async def count() -> None:
        nonlocal runs
        runs += 1
        await go_on.wait()

    first = asyncio.ensure_future(work.run(count))
    await asyncio.sleep(0)
    for _ in range(100):
        await work.run(count)
    assert runs == 1
    go_on.set()
    await first
    assert runs == 2
    await work.run(count)
    assert runs == 3


async def test_work_that_failed_can_be_done_again() -> None:
    work, runs = CoalescedWork(), 0

    async def fail_once() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise OSError

    for _ in range(2):
        await asyncio.gather(work.run(fail_once), return_exceptions=True)
    assert runs == 2
