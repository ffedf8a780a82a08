"""A model's folder: its ``manifest.json`` says what the files are, how they were made, and what they can be used with.

A native library reads the weights, so no file is loaded whose SHA-256 is not the manifest's. A model reads text through
this package's normaliser, compact form, vocabulary and prompt, so these must have the versions that it was trained
with. Anything that does not fit raises a ModelError of one line.
"""

from __future__ import annotations

import hashlib  # and not smartopt.digest, which is slow for megabytes of weights
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ..errors import ModelError
from ..ir.normalise import NORMALISER_VERSION
from ..records import dataclass, field
from .compact import COMPACT_VERSION
from .prompt import PROMPT_VERSION
from .vocabulary import VOCABULARY_VERSION, Words

__all__ = ["FORMATS", "MANIFEST", "VERSIONS", "Manifest"]

MANIFEST: Final = "manifest.json"
FORMATS: Final = ("ctranslate2", "transformers", "openai")
VERSIONS: Final = {
    "normaliser": NORMALISER_VERSION,
    "compact": COMPACT_VERSION,
    "vocabulary": VOCABULARY_VERSION,
    "prompt": PROMPT_VERSION,
}

_LARGEST: Final = 1 << 20
_AGAIN = "export the model again, or pass --model none"


@dataclass(frozen=True)
class Manifest:
    """The contents of ``manifest.json``.

    Attributes:
        format: which runtime runs the model: see ``FORMATS``.
        llvm: the LLVM major version that it was trained for.
        lists: the pass lists that it ranks, in the coreset's order.
        passes: the single passes that its vocabulary spells.
        places: how many lists it ranks in one answer.
        context: the longest prompt, in tokens.
        cut: how many times longer than the context a function may be that is shown by its beginning and end.
        code: whether prompts show the machine code that -Oz makes of a function besides the function.
        files: the SHA-256 of each file.
        endpoint: the server's URL and model's name (``openai``), or precision (``transformers``).
        trained: how it was trained, for its card.
        prior: what each list in its order adds in large functions on average, per instruction of the function.
        version: the SHA-256 of the manifest, and so of all that it hashes; 16 digits.
    """

    folder: Path
    name: str
    format: str
    llvm: int
    lists: tuple[str, ...]
    passes: tuple[str, ...]
    places: int
    context: int
    cut: int
    objectives: tuple[str, ...]
    code: bool
    files: Mapping[str, str]
    endpoint: Mapping[str, str] = field(default_factory=dict)
    trained: Mapping[str, Any] = field(default_factory=dict)
    prior: tuple[float, ...] = ()
    version: str = ""

    @property
    def words(self) -> Words:
        return Words(len(self.lists), self.places, self.passes)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Reads a folder's manifest, but not the files beside it. Raises ModelError if this package cannot use it."""
        path = folder / MANIFEST
        try:
            with open(path, "rb") as file:
                raw = file.read(_LARGEST)
        except OSError as error:
            raise ModelError(f"no model is at {folder} ({error.strerror}); name a model's folder") from error
        try:
            values = json.loads(raw)
            versions = values["versions"]
            if versions != VERSIONS:
                stale = ", ".join(name for name in VERSIONS if versions.get(name) != VERSIONS[name])
                raise ModelError(f"the model {path} was made with another {stale}; {_AGAIN}")
            made = cls(
                folder=folder,
                name=str(values["name"]),
                format=str(values["format"]),
                llvm=int(values["llvm"]),
                lists=_texts(values["lists"]),
                passes=_texts(values["passes"]),
                places=int(values["places"]),
                context=int(values["context"]),
                cut=int(values["cut"]),
                objectives=_texts(values["objectives"]),
                code=bool(values.get("code", False)),
                files={str(name): str(digest) for name, digest in values["files"].items()},
                endpoint={str(key): str(value) for key, value in values.get("endpoint", {}).items()},
                trained=dict(values.get("trained", {})),
                prior=tuple(float(value) for value in values.get("prior", ())),
                version=hashlib.sha256(raw).hexdigest()[:16],
            )
            if made.format not in FORMATS or not made.lists or not 1 <= made.places <= 16:
                raise ValueError("its format, lists or places")
            if any("/" in name or name.startswith(".") for name in made.files):
                raise ValueError("its files")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(f"{path} is damaged ({type(error).__name__}: {error}); {_AGAIN}") from error
        return made

    def content(self, name: str) -> bytes:
        """A file's content. Raises ModelError if the file is not what was exported."""
        path = self.folder / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path} cannot be read ({error.strerror}); {_AGAIN}") from error
        if hashlib.sha256(content).hexdigest() != self.files.get(name):
            raise ModelError(f"{path} is damaged: its SHA-256 is not the manifest's; {_AGAIN}")
        return content


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise TypeError("not a list of texts")
    return tuple(values)
