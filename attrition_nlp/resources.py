"""Where the data that travels with the package lies: corpus, taxonomy, lexicon, shipped model.

In a wheel the folders ``corpus`` and ``models`` are packed under ``attrition_nlp/_data``; in a
checkout or an editable install they stand at the root of the repository. Both are found without
configuration.
"""

from __future__ import annotations

from pathlib import Path

from attrition_nlp.errors import ModelError

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """The path of a file or folder shipped with the package, such as ``corpus/taxonomy.toml``.

    Raises:
        ModelError: neither the installed package nor a checkout holds it.

    >>> resource("corpus/taxonomy.toml").name
    'taxonomy.toml'
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        path = root / name
        if path.exists():
            return path
    raise ModelError(name, "not part of this installation", "reinstall attrition-nlp")
