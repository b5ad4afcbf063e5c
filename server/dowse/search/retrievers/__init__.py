"""The retrievers, one file each; whatever file stands here is one."""

from __future__ import annotations

import importlib.util
import pkgutil
import sys
from collections.abc import Iterable

from dowse.search.retriever import Retriever


def discover(folders: Iterable[str]) -> tuple[Retriever, ...]:
    """Return the ``RETRIEVER`` of each module in these folders, by the modules' names."""
    found = sorted(pkgutil.iter_modules(folders), key=lambda module: module.name)
    return tuple(_load(module) for module in found)


def _load(module: pkgutil.ModuleInfo) -> Retriever:
    name = f"{__name__}.{module.name}"
    if name not in sys.modules:
        spec = module.module_finder.find_spec(name, None)
        if spec is None or spec.loader is None:
            raise ImportError(f"{name} cannot be loaded")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    retriever = sys.modules[name].RETRIEVER
    if not isinstance(retriever, Retriever):
        raise TypeError(f"{name}.RETRIEVER is no Retriever")
    return retriever


RETRIEVERS = discover(__path__)
