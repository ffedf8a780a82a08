"""The paper's own numbers: what ``page`` shows beside ours. Each constant names its table or figure."""

from __future__ import annotations

from typing import Final

__all__ = [
    "FIGURE_2",
    "FIGURE_3",
    "FIGURE_7",
    "TABLE_I",
    "TABLE_II",
    "TABLE_III",
    "TABLE_IV",
    "TABLE_V",
    "TABLE_VI",
]

TABLE_I: Final = (
    # source, functions, unoptimised instructions, size on disk in MB, tokens
    ("Handwritten", 610_610, 8_417_799, 653.5, 214_746_711),
    ("Synthetic", 389_390, 13_775_149, 352.3, 158_435_151),
    ("Total", 1_000_000, 16_411_249, 1000.0, 373_181_862),
)
"""Training data."""

TABLE_II: Final = (
    # source, functions, unoptimised instructions, -Oz instructions
    ("AI-SOCO", 8_929, 97_800, 47_578),
    ("ExeBench", 26_806, 386_878, 181_277),
    ("POJ-104", 310, 8_912, 4_492),
    ("Transcoder", 17_392, 289_689, 129_611),
    ("CSmith", 33_794, 647_815, 138_276),
    ("YARPGen", 12_769, 285_360, 144_539),
    ("Total", 100_000, 1_716_354, 645_773),
)
"""Test data."""

TABLE_III: Final = {
    # additional compilations, functions improved, regressed, instructions saved, regressed, overall in %
    "autotuner": (2_522_253_069, 6_764, 0, 30_948, 0, 5.03),
    "autophase": (4_500_000, 1_558, 8_400, 6_522, 32_357, -3.85),
    "nvp": (442_747, 3_985, 6_072, 16_064, 28_405, -1.88),
    "model": (0, 4_136, 526, 21_935, 3_095, 3.01),
}
"""Alone, on 100,000 test functions."""

TABLE_IV: Final = {
    # additional compilations, overall in %
    "autophase": (4_600_000, 1.02),
    "nvp": (542_747, 2.55),
    "model": (5_721, 3.52),
}
"""With -Oz as backup."""

FIGURE_2: Final = {
    "list_improvement": 4.4,
    "autotuner_improvement": 5.6,
    "mape_after": 5.9,
    "bleu": 0.952,
    "bleu_of_copying": 0.531,
    "compiles": 90.5,
    "exact": 70.0,
    "parity_tokens": 393e6,
    "peak_tokens": 10.9e9,
}
"""At peak performance, on 1,000 validation functions (per cent, but for BLEU and tokens)."""

FIGURE_3: Final = {
    "oz_share_autotuner": 93.2,
    "oz_share_model": 94.3,
    "mean_length_autotuner": 3.1,
    "mean_length_model": 3.4,
    "longest_autotuner": 9,
    "longest_model": 10,
}
"""Pass lists of 100,000 test functions; lengths without those that are -Oz alone."""

TABLE_V: Final = {
    "type error": 5_777,
    "instruction forward referenced": 1_521,
    "undefined value": 1_113,
    "invalid redefinition": 616,
    "syntax error": 280,
    "invalid value for constant": 144,
    "undefined function": 112,
    "index error": 98,
    "other": 83,
}
"""Compiler errors of model-optimised code, of 100,000 functions."""

TABLE_VI: Final = (
    # training examples, optimised code is generated, overall improvement in %
    (1_000_000, True, 4.95),
    (500_000, True, 3.91),
    (250_000, True, 3.74),
    (1_000_000, False, 4.15),
)
"""Ablations, on 1,000 validation functions."""

FIGURE_7: Final = {"passes": 60, "bleu": 0.846, "exact": 73.7, "compiles": 82.3}
"""Translation by single passes, means over all passes (per cent, but for BLEU)."""
