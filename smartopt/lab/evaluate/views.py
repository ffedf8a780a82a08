"""What choosers read of the functions that the labels are about: texts and features, from the corpus folder.

The corpus keeps ``functions/<package>.parquet`` with one row a function and view; labels name package and hash.
Features take a third of a millisecond a function and are kept beside the corpus under what they depend on.
"""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...errors import InputError
from ...ir.features import FEATURE_NAMES, features
from ...ir.normalise import NORMALISER_VERSION
from ..outcomes import Outcomes
from .chooser import Floats

__all__ = ["VIEW", "features_of", "texts_of"]

VIEW = "base"
"""The view at which the product asks its proposer."""


def texts_of(outcomes: Outcomes, corpus: Path) -> list[str]:
    """The normalised texts of the functions, in their order."""
    texts: list[str] = [""] * len(outcomes)
    missing = 0
    for package in np.unique(outcomes.packages):
        rows = np.flatnonzero(outcomes.packages == package)
        found = _package(corpus, str(package))
        for row in rows:
            text = found.get(outcomes.hashes[row].decode())
            missing += text is None
            texts[row] = text or ""
    if missing:
        raise InputError(f"{corpus}: {missing} of {len(outcomes)} labelled functions are not there; build it again")
    return texts


def _package(corpus: Path, package: str) -> dict[str, str]:
    path = corpus / "functions" / f"{package}.parquet"
    try:
        table = pq.read_table(path, columns=["hash", "view", "text"])
    except FileNotFoundError as error:
        raise InputError(f"{path} is not there; smartopt-lab corpus makes it") from error
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{path} cannot be read ({str(error).splitlines()[0]}); make it again") from error
    table = table.filter(pc.equal(table["view"], VIEW))
    return dict(zip(table["hash"].to_pylist(), table["text"].to_pylist(), strict=True))


def features_of(outcomes: Outcomes, corpus: Path, jobs: int = 1) -> Floats:
    """The features of the functions, in their order."""
    about = "\n".join((str(NORMALISER_VERSION), VIEW, *FEATURE_NAMES)).encode()
    about += hashlib.sha256(Path(features.__code__.co_filename).read_bytes()).digest()
    key = hashlib.sha256(about + outcomes.hashes.tobytes()).hexdigest()[:16]
    kept = corpus / "features" / f"{outcomes.split}-{key}.npy"
    if kept.is_file():
        loaded: Floats = np.load(kept, allow_pickle=False)
        if loaded.shape == (len(outcomes), len(FEATURE_NAMES)):
            return loaded
    texts = texts_of(outcomes, corpus)
    if jobs > 1 and len(texts) > 1000:
        with ProcessPoolExecutor(jobs) as pool:
            rows = list(pool.map(features, texts, chunksize=200))
    else:
        rows = [features(text) for text in texts]
    matrix: Floats = np.array(rows, dtype=np.float32).reshape(len(texts), len(FEATURE_NAMES))
    kept.parent.mkdir(parents=True, exist_ok=True)
    half = kept.with_name(f".{kept.stem}.{os.getpid()}.npy")
    np.save(half, matrix, allow_pickle=False)
    half.rename(kept)
    return matrix
