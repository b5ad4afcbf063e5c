import pytest

from dowse.chunking.identifiers import words
from dowse.index.overlay import Overlay, OverlayDocument
from dowse.index.records import TermStatistics, text_digest
from index.samples import CODE, MODEL, PROSE, chunk, embed, embedded, file, use_model

NOTHING = TermStatistics(0, {}, {})
TEXTS = [
    chunk("parse_header", "read the HTTP header and parse it " * 3, container="Reader", doc="Parses a header."),
    chunk("retry", "wait, then retry the request\n" * 20, line=10, doc="Retry with backoff."),
    chunk("main", " ".join(f"word{n}" for n in range(300)) + " header", line=40),
    chunk("header", "x", line=90),
]


@pytest.fixture
def overlay():
    return Overlay()


def with_vectors(overlay, texts):
    vectors = zip(map(text_digest, texts), embedded(texts), strict=True)
    return overlay.with_vectors(CODE, MODEL.fingerprint, dict(vectors))


def names(found):
    return [each.chunk.name for each in found]


def test_an_open_document_scores_as_it_will_once_stored(index, overlay):
    others = [chunk(f"n{n}", f"header text {n} " * (1 + n % 9)) for n in range(40)]
    files = [file(f"lib/{n}.py", other, other) for n, other in enumerate(others)]
    index.apply([*files, file("src/header_reader.py", *TEXTS)])
    code = index.snapshot.spaces[CODE]
    overlay = overlay.with_document(OverlayDocument.of("doc", "folder", "src/header_reader.py", TEXTS))
    for query in ("parse header", "retry request backoff", "word7 word8", "reader src", "header header"):
        terms = words(query)
        stored = {each.chunk_id: each.score for each in code.matching(terms, 1000)}
        expected = {
            each.name: stored[each.id] for each in index.snapshot.chunks_of("src/header_reader.py") if each.id in stored
        }
        found = overlay.matching(CODE, terms, 1000, code.term_statistics(terms))
        assert {each.chunk.name: each.score for each in found} == pytest.approx(expected, rel=1e-4)
        assert expected


def test_an_open_document_holds_the_words_that_it_will_once_stored(index, overlay):
    index.apply([file("src/header_reader.py", *TEXTS)])
    overlay = overlay.with_document(OverlayDocument.of("doc", "folder", "src/header_reader.py", TEXTS))
    asked = [("header", "headers"), ("retry", "retries"), ("src",), ("absent",)]

    ids = {chunk.id: chunk.name for chunk in index.snapshot.chunks_of("src/header_reader.py")}
    stored = {ids[chunk]: held for chunk, held in index.snapshot.spaces[CODE].holding(asked, list(ids)).items()}

    assert {chunk.name: held for (_, chunk), held in overlay.holding(CODE, asked).items()} == stored
    assert stored["retry"] == (0b010, 0b011)  # a chunk, and its file; the path is no text


def test_vectors_score_as_they_will_once_stored(index, overlay):
    use_model(index)
    embed(index, index.apply([file("a.py", *TEXTS)]))
    overlay = overlay.with_document(OverlayDocument.of("doc", None, "a.py", TEXTS))
    missing = overlay.missing(CODE, MODEL.fingerprint)
    overlay = with_vectors(overlay, [each.text for each in missing])
    query = embedded(["anything"])[0]
    stored = [each.score for each in index.snapshot.spaces[CODE].nearest(query, 10)]
    found = [each.score for each in overlay.nearest(CODE, MODEL.fingerprint, query, 10)]
    assert found == pytest.approx(stored, abs=1e-3)


def test_a_text_is_asked_for_until_it_has_a_vector_and_its_save_embeds_nothing(index, overlay):
    overlay = overlay.with_document(OverlayDocument.of("doc", None, "a.py", [TEXTS[0], TEXTS[0], TEXTS[1]]))
    missing = overlay.missing(CODE, MODEL.fingerprint)
    assert len(missing) == 2
    overlay = with_vectors(overlay, [missing[0].text])
    assert [each.text for each in overlay.missing(CODE, MODEL.fingerprint)] == [missing[1].text]
    overlay = overlay.without("doc")
    held = overlay.vectors_for(CODE, MODEL.fingerprint, [text_digest(TEXTS[0].embedded_text), b"unknown"])
    assert list(held) == [text_digest(TEXTS[0].embedded_text)]
    assert overlay.vectors_for(CODE, "other model", list(held)) == {}


def test_documents_replace_themselves_and_go(overlay):
    overlay = overlay.with_document(OverlayDocument.of("doc", "folder", "a.py", TEXTS))
    overlay = overlay.with_document(OverlayDocument.of("doc", "folder", "a.py", TEXTS[:1]))
    assert overlay.documents() == {"doc": ("folder", "a.py")}
    assert overlay.chunks_of("doc") == (TEXTS[0],)
    open_still = overlay
    overlay = overlay.without("doc").without("doc")
    assert open_still.chunks_of("doc") == (TEXTS[0],)
    assert (overlay.documents(), overlay.chunks_of("doc")) == ({}, ())
    assert overlay.matching(CODE, ["header"], 10, NOTHING) == []


def test_documents_of_no_folder_are_ranked_by_their_own_statistics(overlay):
    overlay = overlay.with_document(OverlayDocument.of("untitled:1", None, "untitled:1", TEXTS))
    assert names(overlay.matching(CODE, ["header"], 9, NOTHING))[-1] == "main", "a long text says less by one word"
    assert names(overlay.matching(CODE, ["retry"], 5, NOTHING)) == ["retry"]


def test_spaces_and_what_the_caller_accepts_are_kept_apart(overlay):
    overlay = overlay.with_document(
        OverlayDocument.of("doc", None, "a.md", [TEXTS[0], chunk("Notes", "header notes", space=PROSE)])
    )
    assert names(overlay.matching(PROSE, ["header"], 5, NOTHING)) == ["Notes"]
    assert overlay.matching(CODE, ["header"], 5, NOTHING, lambda document, chunk: document != "doc") == []


def test_names_are_found_as_in_the_stored_index(overlay):
    overlay = overlay.with_document(OverlayDocument.of("doc", None, "a.py", [*TEXTS, chunk("Retry", "y", line=99)]))
    assert names(overlay.named(CODE, "retry", 5)) == ["retry", "Retry"]
    assert names(overlay.named(CODE, "Reader.parse_header", 5)) == ["parse_header"]
    assert overlay.named(CODE, "Writer.parse_header", 5) == []


def test_the_vectors_of_texts_long_gone_are_forgotten():
    overlay = Overlay(vectors_kept=3)
    for n in range(10):
        made = chunk("f", f"text {n}")
        overlay = overlay.with_document(OverlayDocument.of("doc", None, "a.py", [made]))
        overlay = with_vectors(overlay, [made.embedded_text])
    digests = [text_digest(f"f\ntext {n}") for n in range(10)]
    held = overlay.vectors_for(CODE, MODEL.fingerprint, digests)
    assert list(held) == digests[-4:]
