"""Links of notes: plain Markdown, and what is read back out of it."""

import pytest

from dowse.notes.links import MAX_NOTE, Anchor, link_text, links_in, quoted_line


def anchors(text: str, note: str = ".notes/a.md") -> list[Anchor]:
    return [link.anchor for link in links_in(note, text)]


@pytest.mark.parametrize(
    "anchor",
    [
        Anchor("src/net.py", 11, "send", "def send(request):"),
        Anchor("src/net.py", 0, "Gate.send"),
        Anchor("src/my file (1).py", 3, None, 'x = "quoted" \\ & <b>  # é'),
        Anchor("ソース/再試行.py", 4, "再試行する", "def 再試行する(回数):"),
        Anchor("a`b]c.md", 2, "x](y) ``z``", "[z]: `w`"),
        Anchor("net.py"),
        Anchor("odd\udcff.py", 1, "f"),
    ],
)
def test_what_is_written_is_read_back(anchor: Anchor) -> None:
    assert anchors(f"# Why\n\n2026-03-02 · {link_text('.notes/a.md', anchor)}, and more.") == [anchor]


def test_a_link_is_what_any_reader_of_markdown_understands() -> None:
    anchor = Anchor("src/net work.py", 11, "Gate.send", "def send(request):")
    assert (
        link_text(".notes/deep/a.md", anchor)
        == '[`Gate.send` in `src/net work.py`](../../src/net%20work.py#L12 "def send(request):")'
    )


def test_links_that_people_write_by_hand_are_links() -> None:
    assert anchors("See [the sender](../src/net.py#L12-L20).") == [Anchor("src/net.py", 11)]
    assert anchors("See [`send()`](</src/net work.py>).") == [Anchor("src/net work.py", None, "send")]
    assert anchors("See [`net.py:12`](../src/net.py#L12) or [`net.py`](../src/net.py).") == [
        Anchor("src/net.py", 11),
        Anchor("src/net.py"),
    ]
    assert anchors("See [it][1].\n\n[1]: ../src/net.py?plain=1#L3") == [Anchor("src/net.py", 2)]


def test_what_leads_out_of_the_workspace_or_stands_in_code_is_no_link() -> None:
    outside = "[a](../../etc/passwd) [b](https://x.org/a.py) [c](file:///etc/passwd) [d](//host/a) [e](#here) [f](..)"
    assert anchors(outside) == []
    assert anchors("```\n[a](../a.py)\n```\n\n`[b](../b.py)` \\[c](../c.py) ![d](../d.png)\n") == []


def test_a_link_knows_its_place_in_a_note_with_crlf() -> None:
    text = "# One\r\n\r\n> é [`f`](../a.py#L1)\r\n\r\n## Two\r\n\r\n- [`f`](../a.py#L1) and [`g`](../a.py#L2)\r\n"
    lines = text.split("\r\n")
    found = [
        (link.title, lines[link.span.start_line][link.span.start_column : link.span.end_column])
        for link in links_in("n/a.md", text)
    ]
    assert found == [("One", "[`f`](../a.py#L1)"), ("Two", "[`f`](../a.py#L1)"), ("Two", "[`g`](../a.py#L2)")]


def test_a_line_that_says_too_little_is_not_quoted() -> None:
    assert quoted_line("    }\n") is None
    assert quoted_line("\treturn\x00total  \r\n") == "return total"
    assert quoted_line("x" * 1000) == "x" * 80


@pytest.mark.parametrize("nonsense", ["[" * 5000, "[`" * 4000, "![[]()" * 2000, "> " * 3000, "[a]: <" * 1000])
def test_nonsense_gives_no_links_and_the_rest_is_read(nonsense: str) -> None:
    assert anchors(f"{nonsense}\n\n[`f`](../a.py)")[-1:] == [Anchor("a.py", None, "f")]


def test_of_a_huge_note_the_beginning_is_read() -> None:
    text = "[`f`](../a.py)\n\n" + "word " * (MAX_NOTE // 5) + "\n\n[`g`](../a.py)"
    assert anchors(text) == [Anchor("a.py", None, "f")]
