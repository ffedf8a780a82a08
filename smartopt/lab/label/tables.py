"""The final tables: one Parquet file a split, one row a function, small enough to be committed.

Columns: ``hash`` (32 hexadecimal characters), ``package``, ``instructions`` (before), ``oz_instructions``,
``oz_bytes`` (after what -Oz does), and the fixed-size lists ``bytes`` and ``insns``: what each list of the coreset
gives beyond -Oz (negative is smaller; ``UNKNOWN`` if it failed). The lists themselves stand in the
schema's metadata under ``lists``, in the coreset's order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from .label import Plan

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["UNKNOWN", "read_table", "write_table"]

UNKNOWN = 32767
_LIMIT = 32766


def write_table(
    out: Path,
    rows: Iterable[tuple[Plan, str, list[list[int] | None]]],
    lists: Sequence[str],
    about: dict[str, Any],
    instructions: dict[str, int],
    kept: pa.Table | None = None,
) -> int:
    """Write one split's table; returns its rows. ``lists`` is without the first list, which is -Oz's own.

    ``instructions`` gives what each function had before. A function for which -Oz's own list failed is left out.
    The rows of ``kept`` (:func:`read_table`) stand in it too.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {
        n: [] for n in ("hash", "package", "instructions", "oz_instructions", "oz_bytes", "bytes", "insns")
    }
    for plan, key, outcomes in rows:
        if outcomes[0] is None:
            continue
        oz_instructions, oz_bytes = outcomes[0]
        columns["hash"].append(key)
        columns["package"].append(plan.package)
        columns["instructions"].append(instructions.get(key, 0))
        columns["oz_instructions"].append(oz_instructions)
        columns["oz_bytes"].append(oz_bytes)
        columns["bytes"].append([_delta(o, 1, oz_bytes) for o in outcomes[1:]])
        columns["insns"].append([_delta(o, 0, oz_instructions) for o in outcomes[1:]])
    if kept is not None:
        for name, values in columns.items():
            values += kept[name].to_pylist()
    deltas = pa.list_(pa.int16(), len(lists))
    schema = pa.schema(
        [
            ("hash", pa.string()),
            ("package", pa.dictionary(pa.int16(), pa.string())),
            ("instructions", pa.int32()),
            ("oz_instructions", pa.int32()),
            ("oz_bytes", pa.int32()),
            ("bytes", deltas),
            ("insns", deltas),
        ],
        metadata={"lists": json.dumps(list(lists)), "about": json.dumps(about, sort_keys=True)},
    )
    order = sorted(range(len(columns["hash"])), key=lambda i: (columns["package"][i], columns["hash"][i]))
    sorted_columns = {name: [values[i] for i in order] for name, values in columns.items()}
    arrays = [pa.array(sorted_columns[field.name], field.type) for field in schema]
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(".part")
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=schema), part, compression="zstd", compression_level=19, version="2.6"
    )
    part.rename(out)
    return len(order)


def _delta(outcome: list[int] | None, column: int, reference: int) -> int:
    return UNKNOWN if outcome is None else max(-_LIMIT, min(_LIMIT, outcome[column] - reference))


def read_table(folder: Path, major: int, split: str, lists: Sequence[str]) -> pa.Table:
    """A table as it was written. Raises InputError if there is none, or if it is about other lists."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ..outcomes import path_of

    path = path_of(split, folder, major)
    try:
        table = pq.read_table(path)
        found = json.loads(table.schema.metadata[b"lists"])
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        why = str(error).splitlines()[0]
        raise InputError(f"{path} cannot be read ({why}); make it again, or label without --beside") from error
    if found != list(lists):
        raise InputError(f"{path} is of other lists; label with those (--lists), or without --beside")
    return table
