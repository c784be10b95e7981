"""A cursor over the phenopacket that remembers which leaves were read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor

from ipse.core.finding import Finding, Severity
from ipse.patient.model import Ontology
from ipse.patient.schema import PHENOPACKET, field_of, leaves
from ipse.patient.text import pointer


class Record:
    """What reading has learned so far: leaves used, leaves not understood, findings."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.unclear: set[str] = set()
        self.findings: list[Finding] = []

    def say(self, severity: Severity, code: str, message: str, resolves: str = "") -> None:
        """Add a finding."""
        self.findings.append(
            Finding(severity=severity, code=code, message=message, resolves=resolves)
        )


class Node:
    """A place in the document; an absent place is an empty node.

    Parameters
    ----------
    value
        JSON value there; None if absent.
    message
        Descriptor of the message there, None for a scalar or map.
    place
        JSON pointer.
    record
        Shared by all nodes of a document.
    names
        Descriptor of the enum there, if it is one.
    """

    __slots__ = ("message", "names", "place", "record", "value")

    def __init__(
        self,
        value: Any,
        message: Descriptor | None,
        place: str,
        record: Record,
        names: EnumDescriptor | None = None,
    ) -> None:
        self.value, self.message, self.place, self.record = value, message, place, record
        self.names = names

    @classmethod
    def root(cls, document: dict[str, Any], record: Record) -> Node:
        """Node of a whole phenopacket."""
        return cls(document, PHENOPACKET, "", record)

    def __bool__(self) -> bool:
        return self.value is not None

    def __getitem__(self, name: str) -> Node:
        """Member by its JSON name, whichever of its two spellings the file uses."""
        if self.message is None:
            return Node(None, None, self.place, self.record)
        field = field_of(self.message, name)
        if field is None:  # a name the schema does not have is a mistake of ours
            raise KeyError(f"{self.message.name} has no field {name}")
        if isinstance(self.value, dict):
            for key in (field.json_name, field.name):
                if self.value.get(key) is not None:
                    spot = pointer(self.place, key)
                    return Node(
                        self.value[key], field.message_type, spot, self.record, field.enum_type
                    )
        return Node(None, field.message_type, pointer(self.place, field.json_name), self.record)

    def __iter__(self) -> Iterator[Node]:
        """Members of a list."""
        for number, item in enumerate(self.value or ()):
            yield Node(item, self.message, pointer(self.place, number), self.record)

    # -- reading a leaf marks it used ----------------------------------------------------------

    def text(self) -> str:
        """Text of a string or enum; empty if absent."""
        if self.value is None:
            return ""
        self.record.used.add(self.place)
        return str(self.value)

    def flag(self) -> bool:
        """Boolean, false if absent."""
        if self.value is None:
            return False
        self.record.used.add(self.place)
        return bool(self.value)

    def number(self) -> float | None:
        """Number, None if absent."""
        if self.value is None:
            return None
        self.record.used.add(self.place)
        return float(self.value)

    def whole(self) -> int | None:
        """Whole number, None if absent."""
        if self.value is None:
            return None
        self.record.used.add(self.place)
        return int(self.value) if isinstance(self.value, int) else int(float(self.value))

    def mapping(self) -> dict[str, str]:
        """Texts of a map."""
        found = dict(self.value or {})
        self.record.used.update(pointer(self.place, key) for key in found)
        return found

    def ontology(self) -> Ontology:
        """Ontology class; empty if absent."""
        if self.value is None:
            return Ontology()
        return Ontology(self["id"].text().strip(), self["label"].text().strip())

    def enum(self) -> str:
        """Name of an enum value, whether the file gives its name or its number."""
        text = self.text()
        if isinstance(self.value, int) and self.names is not None:
            return str(self.names.values_by_number[self.value].name)
        return text

    def unclear(self) -> None:
        """Mark everything below as not understood."""
        self.record.unclear.update(leaves(self.value, self.place))
