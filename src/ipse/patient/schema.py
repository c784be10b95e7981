"""Walk a phenopacket along the schema: every leaf is known or unknown, every type is checked.

The walk follows the protobuf descriptors of the ``phenopackets`` package, so that a wrong type is
named by its JSON pointer; :func:`google.protobuf.json_format.ParseDict` then has the last word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from google.protobuf import json_format
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp
from phenopackets.schema.v2 import Phenopacket

from ipse.core.errors import InputError
from ipse.patient.text import pointer

SCHEMA = "https://phenopacket-schema.readthedocs.io/en/latest/"
PHENOPACKET = cast("Descriptor", Phenopacket.DESCRIPTOR)
_TIMESTAMP = "google.protobuf.Timestamp"
_TEXT, _FLAG, _REAL = FieldDescriptor.CPPTYPE_STRING, FieldDescriptor.CPPTYPE_BOOL, (
    FieldDescriptor.CPPTYPE_DOUBLE, FieldDescriptor.CPPTYPE_FLOAT,
)  # fmt: skip
_WHOLE = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}


def leaves(value: Any, place: str = "") -> Iterator[str]:
    """JSON pointers of every leaf: a scalar, null, or an empty object or list."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, pointer(place, key))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield from leaves(item, pointer(place, number))
    else:
        yield place


def known_leaves(document: dict[str, Any], path: Path) -> set[str]:
    """Check a document against Phenopacket v2.

    Returns
    -------
    set of str
        Pointers of the leaves the schema knows.

    Raises
    ------
    InputError
        For a value of the wrong type, a field given under both of its spellings, or two
        alternatives of a choice at once.
    """
    known: set[str] = set()
    _walk(document, PHENOPACKET, "", known, path)
    try:
        json_format.ParseDict(document, Phenopacket(), ignore_unknown_fields=True)
    except (json_format.Error, ValueError, TypeError, AttributeError, KeyError) as error:
        raise InputError(
            "the file is not a GA4GH phenopacket of schema version 2", file=path,
            value=str(error), expected="Phenopacket v2 JSON", next_step=f"see {SCHEMA}",
        ) from None  # fmt: skip
    return known


def field_of(message: Descriptor, key: str) -> FieldDescriptor | None:
    """Field by its JSON or its protobuf name (protobuf's JSON mapping takes both)."""
    names = _NAMES.get(message.full_name)
    if names is None:
        names = {f.name: f for f in message.fields} | {f.json_name: f for f in message.fields}
        _NAMES[message.full_name] = names
    return names.get(key)


_NAMES: dict[str, dict[str, FieldDescriptor]] = {}


def _walk(value: Any, message: Descriptor, place: str, known: set[str], path: Path) -> None:
    if not isinstance(value, dict):
        raise _wrong(path, place, value, f"an object ({message.name})")
    if not value:
        known.add(place)
    chosen: dict[str, str] = {}
    seen: dict[str, str] = {}
    for key, item in value.items():
        spot = pointer(place, key)
        field = field_of(message, key)
        if field is None:
            continue
        if field.name in seen:
            raise _wrong(path, spot, key, f"one spelling; {seen[field.name]} is there too")
        seen[field.name] = key
        choice = field.containing_oneof
        if choice is not None and item is not None:
            if choice.name in chosen:
                raise _wrong(path, spot, key, f"one of two; {chosen[choice.name]} is there too")
            chosen[choice.name] = key
        if item is None:
            known.add(spot)  # null is the same as absent
        elif field.message_type is not None and field.message_type.GetOptions().map_entry:
            _walk_map(item, spot, known, path)
        elif field.is_repeated:
            _walk_list(item, field, spot, known, path)
        else:
            _walk_value(item, field, spot, known, path)


def _walk_list(item: Any, field: FieldDescriptor, spot: str, known: set[str], path: Path) -> None:
    if not isinstance(item, list):
        raise _wrong(path, spot, item, "a list")
    if not item:
        known.add(spot)
    for number, member in enumerate(item):
        if member is None:
            raise _wrong(path, pointer(spot, number), member, "no null inside a list")
        _walk_value(member, field, pointer(spot, number), known, path)


def _walk_map(item: Any, spot: str, known: set[str], path: Path) -> None:
    if not isinstance(item, dict):
        raise _wrong(path, spot, item, "an object of texts")
    if not item:
        known.add(spot)
    for key, text in item.items():
        if not isinstance(text, str):
            raise _wrong(path, pointer(spot, key), text, "text")
        known.add(pointer(spot, key))


def _walk_value(item: Any, field: FieldDescriptor, spot: str, known: set[str], path: Path) -> None:
    if field.message_type is not None and field.message_type.full_name != _TIMESTAMP:
        _walk(item, field.message_type, spot, known, path)
        return
    problem = _problem(item, field)
    if problem is not None:
        raise _wrong(path, spot, item, problem)
    known.add(spot)


def _problem(item: Any, field: FieldDescriptor) -> str | None:
    """What was expected of a scalar, or None if it is right."""
    if field.message_type is not None:
        return None if _is_timestamp(item) else "a time such as 2021-05-02T00:00:00Z"
    kind = field.cpp_type
    if field.enum_type is not None:
        return _enum_problem(item, field.enum_type)
    if kind == _TEXT:
        return None if isinstance(item, str) else "text"
    if kind == _FLAG:
        return None if isinstance(item, bool) else "true or false"
    if kind in _REAL:
        number = _number(item)
        return None if number is not None else "a number"
    low, high = _WHOLE[kind]
    number = _number(item)
    whole = number is not None and number == int(number) and low <= number <= high
    return None if whole else f"a whole number from {low} to {high}"


def _number(item: Any) -> float | None:
    """Protobuf's JSON mapping takes a number or the text of one."""
    if isinstance(item, str) and re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", item):
        item = float(item)
    if isinstance(item, bool) or not isinstance(item, int | float):
        return None
    if isinstance(item, float) and item in (float("inf"), float("-inf")):
        return None
    return item


def _is_timestamp(item: Any) -> bool:
    try:
        Timestamp().FromJsonString(item)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return False
    return True


def _enum_problem(item: Any, enum: EnumDescriptor) -> str | None:
    names = list(enum.values_by_name)
    if isinstance(item, str) and item in names:
        return None
    if isinstance(item, int) and not isinstance(item, bool) and item in enum.values_by_number:
        return None
    near = difflib.get_close_matches(str(item).upper(), names, 1) if isinstance(item, str) else []
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"one of {', '.join(names)}{hint}"


def _wrong(path: Path, place: str, value: Any, expected: str) -> InputError:
    if place.endswith(("/dateOfBirth", "/date_of_birth")):
        value = None  # never shown, not even when it is malformed
    return InputError(
        "a field of the phenopacket is not what the schema says", file=path, field=place or "/",
        value=value, expected=expected, next_step=f"correct it; the schema is at {SCHEMA}",
    )  # fmt: skip
