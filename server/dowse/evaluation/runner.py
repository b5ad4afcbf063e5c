"""Puts the queries of a spec to the engine, as the language server would."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from dowse.engine import Engine
from dowse.evaluation.own_queries import with_own_queries
from dowse.evaluation.spec import Query, Repository, Spec, Target
from dowse.search.query import Hit, Mode, SearchRequest, Signal
from dowse.settings import Settings

Progress = Callable[[str], None]
"""Is told what is being done."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to answer, to be compared with others."""

    model: str | None = None
    """Spec of the model of both spaces; None leaves those of the settings."""
    mode: Mode = "hybrid"
    without: frozenset[Signal] = frozenset()

    @property
    def name(self) -> str:
        """What tells it from the others in a report."""
        parts = [
            self.mode,
            *([self.model] if self.model else []),
            *(f"without {each}" for each in sorted(self.without)),
        ]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one query."""

    repository: str
    language: str
    query: Query
    ranks: tuple[int | None, ...]
    """Of the query's targets, in order."""
    first: tuple[str, ...]
    """The first hits, as ``path:line name``."""
    took_ms: float
    """Time of the second asking, when the files and the model have been touched."""


def run(
    spec: Spec, variants: Sequence[Variant], settings: Settings, cache_dir: Path, tell: Progress = lambda text: None
) -> dict[Variant, list[Outcome]]:
    """Ask every query of every repository in every way. Indexes stay in ``cache_dir`` for the next run."""
    outcomes: dict[Variant, list[Outcome]] = {variant: [] for variant in variants}
    for repository in spec.repositories:
        for model in dict.fromkeys(variant.model for variant in variants):
            tell(f"{repository.name}: indexing" + (f" for {model}" if model else ""))
            with opened(repository, with_model(settings, model), cache_dir) as engine:
                asked = with_own_queries(engine, repository, settings) if repository.is_bare else repository
                for variant in (each for each in variants if each.model == model):
                    tell(f"{repository.name}: {variant.name}")
                    outcomes[variant] += answers(engine, asked, variant, spec.limit)
    return outcomes


@contextmanager
def opened(repository: Repository, settings: Settings, cache_dir: Path, *others: Path) -> Iterator[Engine]:
    """Yield an engine that has indexed a repository, and other folders; ``ValueError`` says why it could not."""
    engine = Engine(settings, cache_dir=cache_dir)
    try:
        engine.start([folder.resolve() for folder in (repository.folder, *others)], watch=False)
        engine.wait_until_ready()
        status = engine.status()
        if status.last_error is not None:
            raise ValueError(f"{repository.name} cannot be evaluated: {status.last_error}")
        yield engine
    finally:
        engine.stop()


def with_model(settings: Settings, model: str | None) -> Settings:
    """Return ``settings`` with ``model`` for both spaces."""
    if model is None:
        return settings
    return msgspec.structs.replace(settings, models=msgspec.structs.replace(settings.models, code=model, prose=model))


def answers(engine: Engine, repository: Repository, variant: Variant, limit: int) -> list[Outcome]:
    """Ask a repository's queries; all of them once more for the time they take."""
    requests = [
        SearchRequest(query.query, limit, query.space, mode=variant.mode, without=variant.without)
        for query in repository.queries
    ]
    found = [engine.search(request).hits for request in requests]
    took = [_milliseconds(engine, request) for request in requests]
    return [
        Outcome(
            repository.name,
            repository.language,
            query,
            ranks(hits, query),
            tuple(f"{hit.path}:{hit.selection.start_line + 1} {hit.name}" for hit in hits[:3]),
            milliseconds,
        )
        for query, hits, milliseconds in zip(repository.queries, found, took, strict=True)
    ]


def ranks(hits: Sequence[Hit], query: Query) -> tuple[int | None, ...]:
    """Return the rank of the first hit that meets each of a query's targets."""
    return tuple(
        next((rank for rank, hit in enumerate(hits, 1) if _meets(target, hit)), None) for target in query.relevant
    )


def _meets(target: Target, hit: Hit) -> bool:
    return target.met_by(hit.path, hit.name, hit.span.start_line, hit.span.end_line)


def _milliseconds(engine: Engine, request: SearchRequest) -> float:
    started = time.perf_counter()
    engine.search(request)
    return (time.perf_counter() - started) * 1000
