# SPDX-License-Identifier: Apache-2.0
"""Indicators and statistics over arrays, as `fulmar calc` evaluates them."""
import array
import ctypes
import functools
import json

from ._library import Output, check, library, take_text, texts

NUMBER, VECTOR, MATRIX, SERIES = range(4)


@functools.lru_cache(maxsize=None)
def _catalogue():
    listed = json.loads(take_text(library.fulmar_functions, None))["functions"]
    return {function["name"]: function for function in listed}


def functions(group=None):
    """What there is: {name: {"summary", "inputs", "outputs", "parameters", ...}}; of a group, those of it."""
    found = _catalogue()
    return {name: one for name, one in found.items() if group is None or group.lower() in one["group"].lower()}


def _column(values):
    """A column of doubles: (pointer, what keeps it alive, rows)."""
    try:
        import numpy

        kept = numpy.ascontiguousarray(values, dtype=numpy.float64)
        if kept.ndim != 1:
            raise ValueError(f"a column has one dimension, this has {kept.ndim}")
        return kept.ctypes.data, kept, len(kept)
    except ImportError:
        kept = array.array("d", values)
        return kept.buffer_info()[0], kept, len(kept)


def _array(address, shape):
    flat = array.array("d")
    count = shape[0] if len(shape) == 1 else shape[0] * shape[1]
    flat.frombytes(ctypes.string_at(address, 8 * count))
    try:
        import numpy

        return numpy.frombuffer(flat, dtype=numpy.float64).reshape(shape)
    except ImportError:
        return flat if len(shape) == 1 else [flat[i * shape[1]:(i + 1) * shape[1]] for i in range(shape[0])]


def _value(output):
    if output.shape == NUMBER:
        return output.values[0]
    shape = (output.rows, output.columns) if output.shape == MATRIX else (output.rows,)
    return _array(output.values, shape)


def _gather(handle):
    found = {}
    for i in range(library.fulmar_values_count(handle)):
        output = Output()
        check(library.fulmar_values_get(handle, i, ctypes.byref(output)))
        found[output.name.decode()] = _value(output)
    return found


def calc(name, *columns, **params):
    """A function over columns of equal length, NaN where a value is missing; its outputs by name.

    >>> fulmar.calc("rsi", close, timeperiod=14)["value"]
    >>> fulmar.calc("macd", close)["macdhist"]
    """
    rows = [_column(values) for values in columns]
    if rows and any(length != rows[0][2] for _, _, length in rows):
        raise ValueError(f"columns of one length, not of {[length for _, _, length in rows]} rows")
    words = [f"{key}={value:.17g}" if isinstance(value, float) else f"{key}={value}" for key, value in params.items()]
    pointers = (ctypes.c_void_p * max(1, len(rows)))(*[address for address, _, _ in rows])
    handle = ctypes.c_void_p()
    check(library.fulmar_calc(name.encode(), texts(words), len(words), pointers, len(rows), rows[0][2] if rows else 0,
                              ctypes.byref(handle)))
    try:
        return _gather(handle)
    finally:
        library.fulmar_values_free(handle)
