"""What some models want before a text. Endpoints put nothing there by themselves.

Taken from the models' cards. A model is known by a part of its name, since each endpoint spells it in its own way
(``nomic-embed-text``, ``nomic-ai/nomic-embed-text-v1.5``, ``text-embedding-nomic-embed-text-v1.5``).
"""

from __future__ import annotations

from dowse.embedding.prompts import Prompts


def _instruct(task: str) -> str:
    return f"Instruct: {task}\nQuery:"


_SEARCH = "Represent this sentence for searching relevant passages: "
_WEB = "Given a web search query, retrieve relevant passages that answer the query"
_CODE = "Represent this query for searching relevant code: "

_PROMPTS: tuple[tuple[str, Prompts], ...] = (
    ("nomic-embed-code", Prompts(query=_CODE)),
    ("coderankembed", Prompts(query=_CODE)),
    ("nomic-embed", Prompts("search_document: ", "search_query: ")),
    ("mxbai-embed-large", Prompts(query=_SEARCH)),
    ("snowflake-arctic-embed", Prompts(query=_SEARCH)),
    ("bge-large-en", Prompts(query=_SEARCH)),
    ("bge-base-en", Prompts(query=_SEARCH)),
    ("bge-small-en", Prompts(query=_SEARCH)),
    (
        "embeddinggemma",
        Prompts(
            "title: none | text: ",
            "task: search result | query: ",
            {"code_search": "task: code retrieval | query: "},
        ),
    ),
    (
        "qwen3-embedding",
        Prompts(
            query=_instruct(_WEB),
            by_query_type={
                "code_search": _instruct("Given a question about code, retrieve the code that answers it"),
                "error_analysis": _instruct("Given an error message, retrieve the code or text that explains it"),
                "documentation": _instruct("Given a question, retrieve the documentation that answers it"),
            },
        ),
    ),
    ("e5-large-instruct", Prompts(query=_instruct(_WEB))),
    ("multilingual-e5", Prompts("passage: ", "query: ")),
)


def prompts_of(model: str) -> Prompts:
    """Return a model's prompts; none for one that wants none or is not known."""
    name = model.lower()
    return next((prompts for part, prompts in _PROMPTS if part in name), Prompts())
