"""Single machine operations that Numba does not offer by itself, as LLVM code.

Their types are Numba's at compile time, so Python's type checker sees ``Any``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def machine(function: Callable[..., Any]) -> Any:
    """Make an intrinsic of a function that gives a signature and its code."""
    return intrinsic(function)


@machine
def count_ones(typing_context: Any, word: Any) -> Any:
    """Number of one bits of an unsigned integer (LLVM ``ctpop``)."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return word(word), code


@machine
def trailing_zeros(typing_context: Any, word: Any) -> Any:
    """Number of zero bits below the lowest one bit; the width for zero (LLVM ``cttz``)."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return word(word), code


@machine
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of ``array[index]``; nothing else happens (LLVM ``prefetch``)."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        declared = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
            "llvm.prefetch.p0",
        )
        place = builder.bitcast(builder.gep(made.data, [arguments[1]]), byte)
        read, keep, data = ir.Constant(number, 0), ir.Constant(number, 3), ir.Constant(number, 1)
        builder.call(declared, [place, read, keep, data])
        return context.get_dummy_value()

    return types.void(array, types.intp), code


@machine
def ascii_bits(typing_context: Any, letters: Any, first: Any) -> Any:
    """Planes of the 64 letters from ``first`` on, of either case: words high, low, other.

    High and low are bits 2 and 1 of A, C, G and T; other marks every other byte.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, word = ir.IntType(8), ir.IntType(64)
        vector = ir.VectorType(byte, 64)

        def every(value: int) -> Any:
            return ir.Constant(vector, [ir.Constant(byte, value)] * 64)

        place = builder.gep(made.data, [arguments[1]])
        loaded = builder.load(builder.bitcast(place, vector.as_pointer()), align=1)
        upper = builder.and_(loaded, every(0xDF))
        known = None
        for letter in b"ACGT":
            same = builder.icmp_unsigned("==", upper, every(letter))
            known = same if known is None else builder.or_(known, same)
        high = builder.icmp_unsigned("!=", builder.and_(upper, every(4)), every(0))
        low = builder.icmp_unsigned("!=", builder.and_(upper, every(2)), every(0))
        words = [
            builder.bitcast(bits, word)
            for bits in (builder.and_(high, known), builder.and_(low, known), builder.not_(known))
        ]
        return context.make_tuple(builder, signature.return_type, words)

    words = types.Tuple([types.uint64] * 3)  # type: ignore[no-untyped-call]
    return words(letters, types.intp), code
