# SPDX-License-Identifier: Apache-2.0
"""libfulmar through ctypes: what include/fulmar/fulmar.h says, and errors as exceptions."""
import ctypes
import os
import pathlib

ABI = 1
c_double_p = ctypes.POINTER(ctypes.c_double)
c_int64_p = ctypes.POINTER(ctypes.c_int64)


class Error(Exception):
    """What Fulmar could not do; `code` is a word for programs ("not_found", "parse", ...)."""

    def __init__(self, code, story):
        super().__init__(story)
        self.code = code


class Columns(ctypes.Structure):
    _fields_ = [
        ("rows", ctypes.c_uint64),
        ("count", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("names", ctypes.c_char_p * 8),
        ("values", ctypes.c_void_p * 8),
        ("units", ctypes.c_int32 * 8),
    ]


class Output(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("shape", ctypes.c_int32),
        ("reserved", ctypes.c_uint32),
        ("rows", ctypes.c_uint64),
        ("columns", ctypes.c_uint64),
        ("values", c_double_p),
    ]


class Param(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_char_p),
        ("type", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
        ("unit", ctypes.c_char_p),
        ("default", ctypes.c_double),
        ("min", ctypes.c_double),
        ("max", ctypes.c_double),
        ("choices", ctypes.c_char_p),
        ("help", ctypes.c_char_p),
    ]


class Bar(ctypes.Structure):
    _fields_ = [
        ("open", ctypes.c_double),
        ("high", ctypes.c_double),
        ("low", ctypes.c_double),
        ("close", ctypes.c_double),
        ("volume", ctypes.c_double),
        ("close_ns", ctypes.c_int64),
    ]


class View(ctypes.Structure):
    _fields_ = [
        ("now_ns", ctypes.c_int64),
        ("params", c_double_p),
        ("instrument_count", ctypes.c_uint32),
        ("input_count", ctypes.c_uint32),
        ("bars", ctypes.POINTER(Bar)),
        ("inputs", c_double_p),
        ("fresh", ctypes.POINTER(ctypes.c_uint8)),
        ("position", c_double_p),
        ("entry_price", c_double_p),
        ("decisions", ctypes.c_uint64),
    ]


class Target(ctypes.Structure):
    _fields_ = [
        ("kind", ctypes.c_uint32),
        ("reason", ctypes.c_uint32),
        ("weight", ctypes.c_double),
        ("confidence", ctypes.c_double),
        ("stop", ctypes.c_double),
        ("take", ctypes.c_double),
    ]


Check = ctypes.CFUNCTYPE(ctypes.c_void_p, c_double_p)
Decide = ctypes.CFUNCTYPE(None, ctypes.POINTER(View), ctypes.c_void_p, ctypes.POINTER(Target))
Visit = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)


class Strategy(ctypes.Structure):
    _fields_ = [
        ("abi", ctypes.c_uint32),
        ("size", ctypes.c_uint32),
        ("param_size", ctypes.c_uint32),
        ("bar_size", ctypes.c_uint32),
        ("view_size", ctypes.c_uint32),
        ("target_size", ctypes.c_uint32),
        ("name", ctypes.c_char_p),
        ("summary", ctypes.c_char_p),
        ("params", ctypes.POINTER(Param)),
        ("param_count", ctypes.c_uint64),
        ("inputs", ctypes.POINTER(ctypes.c_char_p)),
        ("input_count", ctypes.c_uint64),
        ("scope", ctypes.c_uint64),
        ("state_size", ctypes.c_uint64),
        ("state_size_per_instrument", ctypes.c_uint64),
        ("check", Check),
        ("decide", Decide),
    ]


_texts = ctypes.POINTER(ctypes.c_char_p)
_object = ctypes.POINTER(ctypes.c_void_p)
_text_out = ctypes.POINTER(ctypes.c_void_p)
_SIGNATURES = {
    "fulmar_abi": (ctypes.c_int32, []),
    "fulmar_version": (ctypes.c_char_p, []),
    "fulmar_error": (ctypes.c_char_p, []),
    "fulmar_code": (ctypes.c_char_p, [ctypes.c_int]),
    "fulmar_free": (None, [ctypes.c_void_p]),
    "fulmar_tape_list": (ctypes.c_int, [ctypes.c_char_p, Visit, ctypes.c_void_p]),
    "fulmar_tape_open": (ctypes.c_int, [ctypes.c_char_p, ctypes.c_char_p, _object]),
    "fulmar_tape_close": (None, [ctypes.c_void_p]),
    "fulmar_tape_series": (ctypes.c_char_p, [ctypes.c_void_p]),
    "fulmar_tape_partitions": (ctypes.c_uint32, [ctypes.c_void_p]),
    "fulmar_tape_columns": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(Columns)]),
    "fulmar_functions": (ctypes.c_int, [ctypes.c_char_p, _text_out]),
    "fulmar_calc": (ctypes.c_int, [ctypes.c_char_p, _texts, ctypes.c_uint32, ctypes.POINTER(ctypes.c_void_p),
                                   ctypes.c_uint32, ctypes.c_uint64, _object]),
    "fulmar_values_free": (None, [ctypes.c_void_p]),
    "fulmar_values_count": (ctypes.c_uint32, [ctypes.c_void_p]),
    "fulmar_values_get": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_uint32, ctypes.POINTER(Output)]),
    "fulmar_strategy_add": (ctypes.c_int, [ctypes.c_char_p, ctypes.POINTER(Strategy)]),
    "fulmar_backtest": (ctypes.c_int, [ctypes.c_char_p, ctypes.c_char_p, _object]),
    "fulmar_run_free": (None, [ctypes.c_void_p]),
    "fulmar_run_json": (ctypes.c_int, [ctypes.c_void_p, _text_out]),
    "fulmar_run_table": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p, _text_out]),
    "fulmar_run_page": (ctypes.c_int, [ctypes.c_void_p, _text_out]),
    "fulmar_run_state_hash": (ctypes.c_uint64, [ctypes.c_void_p]),
}


def _find():
    named = os.environ.get("FULMAR_LIBRARY")
    return named if named else str(pathlib.Path(__file__).parent / "libfulmar.so")


def _load():
    path = _find()
    try:
        library = ctypes.CDLL(path)
    except OSError as why:
        raise ImportError(f"{path}: {why}; build it with ./dev python, or name it in FULMAR_LIBRARY") from why
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    if library.fulmar_abi() != ABI:
        raise ImportError(f"{path} has version {library.fulmar_abi()} of the interface, this package wants {ABI}")
    return library


library = _load()


def check(code):
    """Raises what a negative code means."""
    if code < 0:
        raise Error(library.fulmar_code(code).decode(), library.fulmar_error().decode(errors="replace"))
    return code


def take_text(call, *arguments):
    """The text that a function gives, its memory given back."""
    text = ctypes.c_void_p()
    check(call(*arguments, ctypes.byref(text)))
    try:
        return ctypes.string_at(text).decode()
    finally:
        library.fulmar_free(text)


def texts(words):
    """An array of C strings."""
    return (ctypes.c_char_p * max(1, len(words)))(*[word.encode() for word in words])
