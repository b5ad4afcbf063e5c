"""Dowse finds code by what it does, on the user's own machine.

Importing this package is cheap: models, numpy and the grammars are loaded by the parts that use them.
"""

from importlib.metadata import version

__version__ = version("dowse")
