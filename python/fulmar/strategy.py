# SPDX-License-Identifier: Apache-2.0
"""Strategies in Python, through the contract that built-in ones and plug-ins have.

They are for research: a decision costs some microseconds where a compiled one costs some nanoseconds. A strategy that is worth
keeping becomes a plug-in (docs/plugins.md) or a built-in one, with the same `decide`.
"""
import ctypes
import traceback

from ._library import Bar, Check, Decide, Param, Strategy as Table, Target, View, check, library

KEEP, SET, REBALANCE = range(3)
_TYPES = {int: 0, float: 1, bool: 2}
_kept = {}  # [name] what C holds pointers to


class Parameter:
    """A row of a strategy's table. The type is that of the default: int, float or bool."""

    def __init__(self, default, min=0, max=1e9, unit="", help="A parameter."):
        self.default, self.min, self.max, self.unit, self.help = default, min, max, unit, help

    def row(self, name):
        kind = _TYPES.get(type(self.default))
        if kind is None:
            raise TypeError(f"parameter {name}: a default is an int, a float or a bool, not {self.default!r}")
        return Param(name=name.encode(), type=kind, unit=self.unit.encode(), default=float(self.default),
                     min=float(self.min), max=float(self.max), choices=None, help=self.help.encode())


class Moment:
    """What decide() sees of one instrument: `bar` (open, high, low, close, volume, close_ns), `inputs` in the order of
    the class, `params` by name, `position`, `entry_price`, `now_ns`, `decisions`. Good until decide() returns."""

    __slots__ = ("params", "bar", "inputs", "position", "entry_price", "now_ns", "decisions")


class Strategy:
    """Derive from it, name the inputs, and answer.

        class Cross(fulmar.Strategy):
            \"\"\"Long while the fast average is above the slow one.\"\"\"
            inputs = ["sma(close, $fast)", "sma(close, $slow)"]
            fast = fulmar.Parameter(10, min=1, max=500, unit="bars")
            slow = fulmar.Parameter(30, min=2, max=1000, unit="bars")

            def decide(self, moment):
                fast, slow = moment.inputs
                return 1.0 if fast > slow else 0.0

    decide() answers with a weight in -1 to 1 (how much of the strategy's equity, and which way), with None (nothing new), or
    with a dict of `weight` and any of `confidence`, `stop`, `take`, `rebalance`, `reason`. It is called at the close of each
    bar of each instrument, once all inputs are defined. It may keep nothing: neither in self nor elsewhere.
    """

    inputs = []

    def decide(self, moment):
        raise NotImplementedError

    @classmethod
    def name(cls):
        """lower_snake_case of the class's name."""
        return "".join("_" + c.lower() if c.isupper() and i else c.lower() for i, c in enumerate(cls.__name__))

    @classmethod
    def parameters(cls):
        return {key: value for one in reversed(cls.__mro__) for key, value in vars(one).items()
                if isinstance(value, Parameter)}


def _answer(target, said):
    if said is None:
        return
    if not isinstance(said, dict):
        said = {"weight": said}
    target.kind = REBALANCE if said.get("rebalance") else SET
    target.weight = float(said["weight"])
    target.confidence = float(said.get("confidence", 1))
    target.stop = float(said.get("stop", "nan"))
    target.take = float(said.get("take", "nan"))
    target.reason = int(said.get("reason", 0))


class _Caller:
    """decide() of the contract, over a strategy's own. An exception is told at the end of the run."""

    def __init__(self, strategy, names):
        self.strategy, self.names, self.error = strategy, names, None
        self.moment = Moment()

    def __call__(self, view, state, targets):
        if self.error is not None:
            return
        try:
            self.decide(view.contents, targets)
        except BaseException:  # C is the caller: nothing may pass through it
            self.error = traceback.format_exc()

    def decide(self, view, targets):
        moment = self.moment
        moment.inputs = view.inputs[:view.input_count]
        if any(value != value for value in moment.inputs):
            return
        moment.params = dict(zip(self.names, view.params[:len(self.names)]))
        moment.bar, moment.now_ns, moment.decisions = view.bars[0], view.now_ns, view.decisions
        moment.position, moment.entry_price = view.position[0], view.entry_price[0]
        _answer(targets[0], self.strategy.decide(moment))


def register(kind):
    """Makes a strategy known as "host/NAME"; of one name the last one counts. Returns that."""
    name, parameters = kind.name(), kind.parameters()
    rows = (Param * max(1, len(parameters)))(*[row.row(key) for key, row in parameters.items()])
    inputs = (ctypes.c_char_p * max(1, len(kind.inputs)))(*[spec.encode() for spec in kind.inputs])
    caller = _Caller(kind(), list(parameters))
    summary = (kind.__doc__ or kind.__name__).strip().splitlines()[0]
    table = Table(abi=1, size=ctypes.sizeof(Table), param_size=ctypes.sizeof(Param), bar_size=ctypes.sizeof(Bar),
                  view_size=ctypes.sizeof(View), target_size=ctypes.sizeof(Target), name=name.encode(),
                  summary=summary.encode(), params=rows, param_count=len(parameters), inputs=inputs,
                  input_count=len(kind.inputs), scope=0, state_size=0, state_size_per_instrument=0,
                  check=ctypes.cast(None, Check), decide=Decide(caller))
    check(library.fulmar_strategy_add(name.encode(), ctypes.byref(table)))
    _kept[name] = (table, rows, inputs, caller)
    return f"host/{name}"


def raise_faults():
    """Raises what a strategy raised in the run that is over."""
    for name, (_, _, _, caller) in _kept.items():
        error, caller.error = caller.error, None
        if error is not None:
            raise RuntimeError(f"the strategy {name} raised\n{error}")
