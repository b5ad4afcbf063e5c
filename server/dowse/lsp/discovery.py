"""Finds what is declared: no file that handles a message is named anywhere else."""

import importlib
import pkgutil

from dowse.lsp import notifications, requests
from dowse.lsp.declarations import Declarations


def discover() -> Declarations:
    """Return what all files of ``requests/`` and ``notifications/`` declare."""
    return Declarations(
        importlib.import_module(found.name)
        for package in (requests, notifications)
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    )
