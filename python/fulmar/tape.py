# SPDX-License-Identifier: Apache-2.0
"""Tapes as columns: the file's own memory, not copies of it."""
import ctypes
import os
import pathlib
import weakref

from ._library import Columns, Visit, check, library

NANOSECONDS, INTEGER = -2, -1


def data_root(root=None):
    """Where tapes are: `root`, else $FULMAR_TAPE, else the user's data directory, as the program has it."""
    if root is not None:
        return os.fspath(root)
    named = os.environ.get("FULMAR_TAPE")
    if named:
        return named
    home = os.environ.get("XDG_DATA_HOME") or str(pathlib.Path.home() / ".local/share")
    return str(pathlib.Path(home) / "fulmar" / "tape")


def series(root=None):
    """Names of the series under a root: ["COINBASE/BTC-USD/bar-1d", ...]."""
    names = []

    def visit(_, name):
        names.append(name.decode())
        return 0

    check(library.fulmar_tape_list(data_root(root).encode(), Visit(visit), None))
    return names


class _Mapping:
    """The mapped files of one series; they stay until nothing reads them any more."""

    def __init__(self, root, name):
        handle = ctypes.c_void_p()
        check(library.fulmar_tape_open(root.encode(), name.encode(), ctypes.byref(handle)))
        self.handle = handle
        self._end = weakref.finalize(self, library.fulmar_tape_close, handle)


class Column:
    """A column of one partition: 64-bit integers where they are on the tape.

    `unit` is "ns" (instants since 1970-01-01 UTC), "integer" or "decimal" with `decimals` digits behind the point.
    Buffers (`memoryview`), NumPy (`__array__` without a copy) and Arrow read it in place.
    """

    def __init__(self, mapping, name, address, rows, unit):
        self.name, self.rows = name, rows
        self.unit = {NANOSECONDS: "ns", INTEGER: "integer"}.get(unit, "decimal")
        self.decimals = unit if unit >= 0 else 0
        self._address = address
        self._memory = (ctypes.c_int64 * rows).from_address(address) if rows else (ctypes.c_int64 * 0)()
        self._memory._mapping = mapping  # lives as long as a view of the memory does

    def __len__(self):
        return self.rows

    def memory(self):
        """The integers, read-only, without a copy."""
        return memoryview(self._memory).cast("B").cast("q").toreadonly()

    def to_numpy(self):
        """The integers as an array over the tape's own memory; instants as datetime64[ns]. Read-only."""
        import numpy

        array = numpy.frombuffer(self._memory, dtype=numpy.int64)
        array.flags.writeable = False
        return array.view("datetime64[ns]") if self.unit == "ns" else array

    def __array__(self, dtype=None, copy=None):
        array = self.to_numpy()
        return array if dtype is None or array.dtype == dtype else array.astype(dtype)

    def values(self):
        """What the integers mean: decimals as float64 (mantissa / 10^decimals), the rest as they are."""
        array = self.to_numpy()
        return array / 10.0**self.decimals if self.unit == "decimal" else array

    def to_arrow(self):
        """An Arrow array over the same memory: int64, or timestamp[ns, UTC]."""
        import pyarrow

        kind = pyarrow.timestamp("ns", "UTC") if self.unit == "ns" else pyarrow.int64()
        buffer = pyarrow.foreign_buffer(self._address, 8 * self.rows, self._memory)
        return pyarrow.Array.from_buffers(kind, self.rows, [None, buffer])


class Tape:
    """One series. `name` may be a part that only one series has: "BTC-USD", "COINBASE/BTC-USD/bar-1d"."""

    def __init__(self, name, root=None):
        self._mapping = _Mapping(data_root(root), name)
        self.name = library.fulmar_tape_series(self._mapping.handle).decode()

    def __len__(self):
        return sum(next(iter(part.values())).rows for part in self.partitions())

    def __repr__(self):
        return f"<fulmar.Tape {self.name}, {len(self)} rows>"

    def partitions(self):
        """For each file of the series, in order of time, {name: Column}. Nothing is copied."""
        parts = []
        for partition in range(library.fulmar_tape_partitions(self._mapping.handle)):
            columns = Columns()
            check(library.fulmar_tape_columns(self._mapping.handle, partition, ctypes.byref(columns)))
            parts.append({
                columns.names[i].decode(): Column(self._mapping, columns.names[i].decode(), columns.values[i],
                                                  columns.rows, columns.units[i])
                for i in range(columns.count)
            })
        return parts

    def column(self, name):
        """All of a column as one array of what it means; copied where the series has several files."""
        import numpy

        parts = [part[name].values() for part in self.partitions()]
        return parts[0] if len(parts) == 1 else numpy.concatenate(parts)

    def to_arrow(self):
        """A pyarrow.Table whose chunks are the files' memory."""
        import pyarrow

        parts = self.partitions()
        return pyarrow.table({
            name: pyarrow.chunked_array([part[name].to_arrow() for part in parts]) for name in parts[0]
        })

    def to_pandas(self):
        """A DataFrame of what the columns mean, bars by their opening."""
        import pandas

        parts = self.partitions()
        frame = pandas.DataFrame({name: self.column(name) for name in parts[0]})
        for name, column in parts[0].items():
            if column.unit == "ns":
                frame[name] = frame[name].dt.tz_localize("UTC")
        return frame.set_index(next(iter(parts[0])))
