"""Entries of a bucket looked at side by side, as LLVM vectors.

LLVM turns them into whatever registers the machine has: two of 512 bits, or as many narrower ones.
A loop over a bucket is too short for Numba's compiler to do this by itself.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils

from ipse.kernels.intrinsics import machine

LANES = 32
"""Entries looked at together; an array of entries must have as many at least."""

_WORD = ir.IntType(32)
_VECTOR = ir.VectorType(_WORD, LANES)

# What `may_align` is asked, by place in an array of 32-bit words.
OWN_LOW, OWN_HIGH, USE_LOW, USE_HIGH, REST, STRAIGHT, TARGET, GUIDE, SLOTS = range(9)
PARTS = ((0, 5), (5, 10), (10, 15), (15, 25))
"""Window bases that one bulge is taken to be among: the more parts, the closer the bound."""


class _Lanes:
    """Vector code, written like arithmetic."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def every(self, value: Any) -> Any:
        """The same word in all lanes."""
        if isinstance(value, int):
            return ir.Constant(_VECTOR, [ir.Constant(_WORD, value)] * LANES)
        one = self.builder.insert_element(
            ir.Constant(_VECTOR, ir.Undefined), value, ir.Constant(_WORD, 0)
        )
        first = ir.Constant(_VECTOR, [ir.Constant(_WORD, 0)] * LANES)
        return self.builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), first)

    def load(self, context: Any, array_type: Any, array: Any, index: Any) -> Any:
        """Words of an array from a place on."""
        made = context.make_array(array_type)(context, self.builder, array)
        place = self.builder.gep(made.data, [index])
        return self.builder.load(self.builder.bitcast(place, _VECTOR.as_pointer()), align=4)

    def ones(self, x: Any) -> Any:
        """Number of one bits (LLVM ``ctpop``)."""
        count = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            self.builder.module, ir.FunctionType(_VECTOR, [_VECTOR]), f"llvm.ctpop.v{LANES}i32"
        )
        return self.builder.call(count, [x])

    def both(self, *words: Any) -> Any:
        """Bits in all."""
        answer = words[0]
        for word in words[1:]:
            answer = self.builder.and_(answer, word)
        return answer

    def either(self, *words: Any) -> Any:
        """Bits in any."""
        answer = words[0]
        for word in words[1:]:
            answer = self.builder.or_(answer, word)
        return answer

    def up(self, x: Any, places: int) -> Any:
        """Bits moved to higher places."""
        return self.builder.shl(x, self.every(places))

    def down(self, x: Any, places: int) -> Any:
        """Bits moved to lower places."""
        return self.builder.lshr(x, self.every(places))

    def less(self, x: Any, y: Any) -> Any:
        """The lesser of two."""
        return self.builder.select(self.builder.icmp_signed("<", x, y), x, y)

    def at_most(self, x: Any, limit: Any) -> Any:
        """Whether within a limit, -1 being below all."""
        return self.builder.icmp_signed("<=", x, self.every(limit))

    def bits(self, lanes: Any) -> Any:
        """A bit for each lane that is true."""
        word = self.builder.bitcast(lanes, ir.IntType(LANES))
        return self.builder.zext(word, ir.IntType(64))


@machine
def within(context: Any, words: Any, first: Any, own: Any, mask: Any, most: Any) -> Any:
    """Which entries from ``first`` on differ in at most so many of the bases of a mask, as bits."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, place, own, mask, most = arguments
        lanes = _Lanes(builder)
        x = builder.xor(lanes.load(context, signature.args[0], array, place), lanes.every(own))
        wrong = lanes.both(lanes.either(x, lanes.down(x, 15)), lanes.every(mask))
        return lanes.bits(lanes.at_most(lanes.ones(wrong), most))

    return types.uint64(words, types.intp, types.uint32, types.uint32, types.int32), code


def _planes(lanes: _Lanes, word: Any, half_low: Any, half_high: Any, far: Any) -> tuple[Any, Any]:
    """Both planes of windows, from their entries and the bases of their bucket."""
    builder = lanes.builder
    planes = []
    for half, moved in ((half_low, word), (half_high, lanes.down(word, 15))):
        ten, five = lanes.both(moved, lanes.every(0x3FF)), lanes.both(moved, lanes.every(0x7C00))
        in_far = lanes.either(ten, lanes.up(lanes.every(half), 10))
        in_near = lanes.either(lanes.up(ten, 10), lanes.every(half))
        planes.append(lanes.either(builder.select(far, in_far, in_near), lanes.up(five, 10)))
    return planes[0], planes[1]


@machine
def may_align(
    context: Any, words: Any, first: Any, half_low: Any, half_high: Any, far: Any, left: Any,
    asked: Any,
) -> Any:  # fmt: skip
    """Which entries from ``first`` on may align with at most one bulge, as bits.

    An entry is passed over only if it cannot: of the parts of the window before the one the bulge
    is in all bases are read straight, of those after it all one further on, and of those in it
    the bases that mismatch both ways.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, place, half_low, half_high, far, left, asked_for = arguments
        lanes = _Lanes(builder)
        made = context.make_array(signature.args[6])(context, builder, asked_for)
        ask = [
            builder.load(builder.gep(made.data, [ir.Constant(ir.IntType(64), slot)]))
            for slot in range(SLOTS)
        ]
        own_low, own_high, use_low, use_high, rest = (lanes.every(ask[k]) for k in range(5))
        word = lanes.load(context, signature.args[0], array, place)
        low, high = _planes(lanes, word, half_low, half_high, builder.trunc(far, ir.IntType(1)))

        def wrong(low: Any, high: Any, known: int) -> Any:
            differing = lanes.either(
                lanes.both(builder.xor(low, own_low), use_low),
                lanes.both(builder.xor(high, own_high), use_high),
            )
            return lanes.both(differing, lanes.every(known))

        def one_bulge(later: Any, most: Any, spared: int) -> Any:
            """Whether the bound allows a bulge; a skipped guide base spares a mismatch."""
            shared = lanes.both(straight, later)
            fewest = None
            for begin, end in PARTS:
                before = (1 << begin) - 1
                inside = (1 << end) - 1 - before
                after = (1 << 25) - (1 << end)
                number = lanes.ones(
                    lanes.either(
                        lanes.both(straight, lanes.every(before)),
                        lanes.both(shared, lanes.every(inside)),
                        lanes.both(later, lanes.every(after)),
                    )
                )
                fewest = number if fewest is None else lanes.less(fewest, number)
            in_rest = lanes.ones(lanes.both(shared, rest))
            spare = builder.add(left, ir.Constant(_WORD, spared))
            return builder.and_(lanes.at_most(fewest, most), lanes.at_most(in_rest, spare))

        whole = (1 << 25) - 1
        straight = wrong(low, high, whole)
        fits = lanes.at_most(lanes.ones(straight), ask[STRAIGHT])
        further = wrong(lanes.down(low, 1), lanes.down(high, 1), whole >> 1)
        nearer = wrong(lanes.up(low, 1), lanes.up(high, 1), whole - 1)
        fits = builder.or_(fits, one_bulge(further, ask[TARGET], 0))
        fits = builder.or_(fits, one_bulge(nearer, ask[GUIDE], 1))
        return lanes.bits(fits)

    return types.uint64(
        words, types.intp, types.uint32, types.uint32, types.uint8, types.int32, asked
    ), code
