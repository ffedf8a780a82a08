"""Reads the texts and features of labelled functions from the corpus folder.

The corpus keeps ``functions/<package>.parquet`` with one row a function and view; labels name package and hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...errors import InputError
from ...ir.lines import LINES_VERSION
from ...ir.machine_code import beside
from ..features import FEATURE_NAMES, features_subject
from ..outcomes import Outcomes
from .chooser import Floats

__all__ = ["VIEW", "features_of", "lines_of", "lines_there", "texts_of"]

VIEW = "base"
"""The view at which the product asks its proposer."""


def texts_of(outcomes: Outcomes, corpus: Path, code: bool = False) -> list[str]:
    """The normalised texts of the functions, in their order; with ``code`` their machine code beside them."""
    texts: list[str] = _column(outcomes, corpus, "text")
    if not code:
        return texts
    return [beside(text, made or None) for text, made in zip(texts, _column(outcomes, corpus, "code"), strict=True)]


def features_of(outcomes: Outcomes, corpus: Path) -> Floats:
    """The features of the functions, in their order."""
    rows = _column(outcomes, corpus, "features")
    matrix: Floats = np.array(rows, dtype=np.float32).reshape(len(rows), len(FEATURE_NAMES))
    return matrix


def lines_of(outcomes: Outcomes, corpus: Path) -> list[bytes]:
    """The lines of the functions, in their order, as the line model reads them."""
    return _column(outcomes, corpus, "lines")


def lines_there(outcomes: Outcomes, corpus: Path) -> list[bytes | None]:
    """The same of a corpus that may lack packages or functions: None for those."""
    there = [name for name in np.unique(outcomes.packages) if (corpus / "functions" / f"{name}.parquet").exists()]
    return _found(outcomes, corpus, "lines", there)


def _column(outcomes: Outcomes, corpus: Path, column: str) -> list[Any]:
    """One column of the corpus, for the functions in their order. Raises InputError if some are missing."""
    values = _found(outcomes, corpus, column, np.unique(outcomes.packages))
    if missing := values.count(None):
        raise InputError(f"{corpus}: {missing} of {len(outcomes)} labelled functions are not there; build it again")
    return values


def _found(outcomes: Outcomes, corpus: Path, column: str, packages: Iterable[str]) -> list[Any]:
    """The column's values for the functions of some packages; None for all others and for those that are missing."""
    values: list[Any] = [None] * len(outcomes)
    for package in packages:
        found = _package(corpus, str(package), column)
        for row in np.flatnonzero(outcomes.packages == package):
            values[row] = found.get(outcomes.hashes[row].decode())
    return values


def _package(corpus: Path, package: str, column: str) -> dict[str, Any]:
    path = corpus / "functions" / f"{package}.parquet"
    try:
        schema = pq.read_schema(path)
        about = json.loads((schema.metadata or {}).get(b"about", b"{}"))
        if column == "features" and about.get("features") != features_subject():
            raise InputError(f"{path} was made with other features; smartopt-lab corpus functions --again makes it new")
        if column == "lines" and about.get("lines") != LINES_VERSION:
            raise InputError(f"{path} has other lines; smartopt-lab corpus functions --again makes it new")
        if column not in schema.names:
            raise InputError(f"{path} has no {column}; smartopt-lab corpus functions --again makes it again")
        table = pq.read_table(path, columns=["hash", "view", column])
    except FileNotFoundError as error:
        raise InputError(f"{path} is not there; smartopt-lab corpus makes it") from error
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path} cannot be read ({str(error).splitlines()[0]}); make it again") from error
    table = table.filter(pc.equal(table["view"], VIEW))
    return dict(zip(table["hash"].to_pylist(), table[column].to_pylist(), strict=True))
