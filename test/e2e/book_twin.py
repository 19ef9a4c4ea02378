# SPDX-License-Identifier: Apache-2.0
"""A second way to the report of a run on a feed: best prices at the venue from the exported feed, level by level, then
mark-outs and profit by cause from the exported fills, in exact decimals. It is slow, and its code is its own."""
import bisect
import csv
import datetime
import fractions
import math

HORIZONS = [0.01, 0.1, 1, 5, 10, 30, 60, 300]
NS = 10**9


def ns_of(text):
    whole, _, part = text.rstrip("Z").partition(".")
    start = datetime.datetime.fromisoformat(whole + "+00:00")
    return round(start.timestamp()) * NS + int((part + "0" * 9)[:9])


def exact(text):
    return fractions.Fraction(text)


class Side:
    """The levels of one side, mirrored for asks so that a greater key is always the better price (market/book_l2.h)."""

    def __init__(self):
        self.levels, self.best, self.reach = {}, None, None

    def clear(self):
        self.__init__()

    def behind(self, bound):
        """The best level that is worse than `bound`."""
        return max((key for key in self.levels if key < bound), default=None)


def apply(sides, side, price, qty):
    own, other = sides[side < 0], sides[side > 0]
    key = price if side > 0 else -price
    if qty == 0:
        own.levels.pop(key, None)
        if key == own.best:
            behind = own.behind(key)
            own.best = behind if behind is not None and behind >= own.reach else None
            own.reach = own.reach if own.best is not None else None
        return
    own.levels[key] = qty
    own.reach = key if own.reach is None else min(own.reach, key)
    if own.best is None or key > own.best:
        own.best = key
        if other.best is not None and key >= -other.best:
            other.best = other.behind(-key)
            other.reach = other.reach if other.best is not None else None


def touches(path):
    """Lists of instants, and of (bid, ask) from each instant on, once all of it is applied."""
    sides, times, values = (Side(), Side()), [], []
    with open(path, newline="", encoding="ascii") as file:
        rows = [(ns_of(row["venue"]), row) for row in csv.DictReader(file)]
    rows.sort(key=lambda pair: pair[0])
    for venue_ns, row in rows:
        side = {"buy": 1, "sell": -1}.get(row["side"], 0)
        if row["kind"] in ("level", "snapshot"):
            apply(sides, side, exact(row["price"]), exact(row["quantity"]))
        elif row["kind"] == "clear":
            for which in (0, 1):
                if side == 0 or (side < 0) == which:
                    sides[which].clear()
        bid, ask = sides[0].best, sides[1].best
        value = (bid, None if ask is None else -ask)
        if times and times[-1] == venue_ns:
            values[-1] = value
        elif not values or values[-1] != value:
            times.append(venue_ns)
            values.append(value)
    return times, values, rows[-1][0]


def middle(book, ns):
    times, values, _ = book
    at = bisect.bisect_right(times, ns) - 1
    if at < 0 or None in values[at]:
        return None
    return sum(values[at]) / 2


def fills(path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {"ns": ns_of(row["time"]), "side": 1 if row["side"] == "buy" else -1,
                   "maker": row["liquidity"] == "maker",
                   "qty": exact(row["qty"]), "price": exact(row["price"]), "fee": exact(row["fee"]),
                   "mid": exact(row["mid"]) if row["mid"] else None, "position": exact(row["position"])}


def markouts(book, trades):
    """{(group, horizon in seconds): (count, mean in bp, standard error, money, effective, impact)}."""
    out = {}
    for group, chosen in (("all", lambda t: True), ("makers", lambda t: t["maker"]),
                          ("takers", lambda t: not t["maker"]),
                          ("maker buys", lambda t: t["maker"] and t["side"] > 0),
                          ("maker sells", lambda t: t["maker"] and t["side"] < 0)):
        for horizon in [-h for h in HORIZONS] + HORIZONS:
            moves, money, effective, impact = [], 0, [], []
            for trade in filter(chosen, trades):
                met = middle(book, trade["ns"] - (1 if trade["maker"] else 0))
                at = trade["ns"] + round(horizon * NS)
                then = middle(book, at) if at <= book[2] else None
                if met is None or then is None:
                    continue
                aggressor = -trade["side"] if trade["maker"] else trade["side"]
                moves.append(float(trade["side"] * (then - met) / met * 10000))
                effective.append(float(2 * aggressor * (trade["price"] - met) / met * 10000))
                impact.append(float(2 * aggressor * (then - met) / met * 10000))
                money += trade["side"] * trade["qty"] * (then - met)
            n = len(moves)
            if n > 0:
                mean = sum(moves) / n
                error = math.sqrt(sum((x - mean) ** 2 for x in moves) / (n - 1) / n) if n > 1 else None
                out[group, horizon] = (n, mean, error, money, sum(effective) / n, sum(impact) / n)
    return out


def by_cause(book, trades, last_price):
    """{horizon: {part: money}}: the inventory as the price's path times what was held, not as what is left over."""
    out = {}
    for horizon in HORIZONS:
        parts = {"spread": 0, "selection": 0, "fees": 0, "rebates": 0}
        steps = []  # (instant, quantity, middle): what is held beyond the horizon of its fill
        for trade in trades:
            met = middle(book, trade["ns"] - (1 if trade["maker"] else 0))
            at = min(trade["ns"] + round(horizon * NS), book[2])
            then = middle(book, at)
            parts["spread"] += trade["side"] * trade["qty"] * (met - trade["price"])
            parts["selection"] += trade["side"] * trade["qty"] * (then - met)
            parts["fees" if trade["fee"] > 0 else "rebates"] -= trade["fee"]
            steps.append((at, trade["side"] * trade["qty"], then))
        steps.sort(key=lambda step: step[0])
        held, inventory, before = 0, 0, 0
        for _, qty, price in steps:
            inventory += held * (price - before)
            held, before = held + qty, price
        parts["inventory"] = inventory + held * (last_price - before)
        out[horizon] = parts
    return out
