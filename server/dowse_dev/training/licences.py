"""Which licences are permissive enough to train on, read from what package registries say of them.

A heuristic on machine-readable fields. What is not recognised is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_PERMISSIVE = {
    "0bsd": "0BSD",
    "afl-2.1": "AFL-2.1",
    "afl-3.0": "AFL-3.0",
    "apache": "Apache-2.0",
    "apache-2": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache software license 2.0": "Apache-2.0",
    "artistic-2": "Artistic-2.0",
    "artistic-2.0": "Artistic-2.0",
    "asl-2.0": "Apache-2.0",
    "blueoak-1.0.0": "BlueOak-1.0.0",
    "boost-1.0": "BSL-1.0",
    "bsl-1.0": "BSL-1.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd-2": "BSD-2-Clause",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "bsd-3": "BSD-3-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "3-clause bsd": "BSD-3-Clause",
    "cc0": "CC0-1.0",
    "cc0-1.0": "CC0-1.0",
    "expat": "MIT",
    "isc": "ISC",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit": "MIT",
    "mit license": "MIT",
    "the mit license": "MIT",
    "mit-0": "MIT-0",
    "mit/x11": "MIT",
    "ncsa": "NCSA",
    "php-3.01": "PHP-3.01",
    "postgresql": "PostgreSQL",
    "psf": "PSF-2.0",
    "psf-2.0": "PSF-2.0",
    "psfl": "PSF-2.0",
    "python-2.0": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "public-domain": "public-domain",
    "public domain": "public-domain",
    "ruby": "Ruby",
    "unicode-3.0": "Unicode-3.0",
    "unlicense": "Unlicense",
    "the unlicense (unlicense)": "Unlicense",
    "upl-1.0": "UPL-1.0",
    "w3c": "W3C",
    "wtfpl": "WTFPL",
    "x11": "X11",
    "zlib": "Zlib",
    "zope public license": "ZPL-2.1",
    "zpl-2.1": "ZPL-2.1",
}
_STANZA = re.compile(r"\n[ \t]*\n")
_FIELD = re.compile(r"^(files|license):[ \t]*(.*(?:\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)


def permissive(expression: str) -> str | None:
    """Return the SPDX name of the licence under which ``expression`` permits use; None where it is not permissive.

    Of alternatives (``MIT OR GPL-2.0``) one suffices; of what must hold together every part must be permissive.
    """
    named = _PERMISSIVE.get(" ".join(expression.strip().lower().split()))
    if named is not None:
        return named
    for alternative in re.split(r"\s+or\s+|\s*\|\s*|/", expression.strip().strip("()"), flags=re.IGNORECASE):
        parts = [part.strip(" ()") for part in re.split(r"\s+and\s+|,", alternative, flags=re.IGNORECASE)]
        names = [_PERMISSIVE.get(part.lower()) for part in parts if part]
        if names and all(names):
            return " AND ".join(sorted({name for name in names if name}))
    return None


def permissive_classifiers(classifiers: Iterable[str]) -> str | None:
    """Return the licence that the classifiers of a Python package name, where all of them are permissive."""
    licences = [c.rpartition(" :: ")[2] for c in classifiers if c.startswith("License :: OSI Approved :: ")]
    names = [permissive(licence) for licence in licences]
    return " AND ".join(sorted({name for name in names if name})) if names and all(names) else None


def permissive_copyright(text: str) -> str | None:
    """Return the licences of a Debian copyright file (DEP 5) where those of all upstream files are permissive."""
    if "format:" not in text[:400].lower():
        return None
    found: set[str] = set()
    for stanza in _STANZA.split(text):
        fields = {name.lower(): value for name, value in _FIELD.findall(stanza)}
        if "files" not in fields or fields["files"].strip().startswith("debian/"):
            continue
        licence = permissive(fields.get("license", "").partition("\n")[0])
        if licence is None:
            return None
        found.add(licence)
    return " AND ".join(sorted(found)) or None
