"""LLVM IR as text: normalisation, cutting into functions, features. Pure functions, no LLVM needed."""

from .features import FEATURE_NAMES, features
from .functions import function_hash, function_text, function_texts, split_functions
from .normalise import NORMALISER_VERSION, normalise

__all__ = [
    "FEATURE_NAMES",
    "NORMALISER_VERSION",
    "features",
    "function_hash",
    "function_text",
    "function_texts",
    "normalise",
    "split_functions",
]
