"""The patient's own genome: the calls of one sample over a reference.

Reads VCF and BCF through htslib (plain, gzip, bgzip; indexed or not). Before a call is used its
REF allele is compared with the reference, so that a file of another assembly cannot be mistaken
for this patient's genome.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pysam

from ipse.core.errors import InputError
from ipse.core.finding import Finding, Severity
from ipse.genome.genotype import Genotype, SymbolicCall
from ipse.genome.reference import Reference
from ipse.genome.variant import GenomicVariant
from ipse.genome.vcf_check import (
    PROBE_RECORDS,
    DeclaredContig,
    RefMismatch,
    check_contig_lengths,
    check_whole,
    declared,
    is_plain_gzip,
    mismatch_error,
    reblocked,
    ref_mismatch,
)

__all__ = ["Genotype", "PatientGenome", "SymbolicCall"]

BASES = frozenset("ACGTN")
DAMAGE = (OSError, ValueError, RuntimeError, KeyError, IndexError, TypeError, OverflowError)
"""What pysam raises on a damaged record (``ValueError`` covers undecodable text)."""


class PatientGenome:
    """Calls of one sample over a reference.

    Parameters
    ----------
    reference
        The reference the calls are made on.
    path
        VCF or BCF file.
    sample
        Name of the sample in the file; may be omitted for a file of one sample.
    assembly
        Assembly the case states for the file (``genomeAssembly``); empty if it states none.

    Attributes
    ----------
    sample
        Name of the sample in use.
    indexed
        Whether an index lies beside the file; without one, a contig is read by a scan.
    findings
        What is worth saying of the file.

    Raises
    ------
    InputError
        If the file cannot be read or is truncated, the sample is absent, no contig is one of the
        reference's, contig lengths are of another assembly, or a REF allele is not the
        reference's: the first ten such places are named with the likely cause.
    """

    def __init__(
        self, reference: Reference, path: Path, sample: str | None = None, *, assembly: str = ""
    ) -> None:
        self.reference = reference
        self.path = Path(path)
        findings = check_whole(self.path)
        self._readable = self.path
        if is_plain_gzip(self.path):
            folder = tempfile.mkdtemp(prefix="ipse-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            self._readable = reblocked(self.path, Path(folder))
        self._file = self._open()
        weakref.finalize(self, _close, self._file)
        self.indexed = self._file.index is not None
        self.samples, self._declared = self._header()
        self.sample = self._choose(sample)
        check_contig_lengths(self._declared, reference, self.path, assembly)
        self._known: dict[str, str | None] = {}
        self._names = self._contig_names()
        self._scanned: dict[str, tuple[list[int], list[Genotype | SymbolicCall]]] = {}
        self._longest: dict[str, int] = {}
        self._probe()
        if not self.indexed:
            findings.append(
                Finding(
                    severity=Severity.INFO,
                    code="vcf-without-index",
                    message="A file of calls has no index; it is read from start to end.",
                    resolves="bgzip and index it: tabix -p vcf FILE",
                )
            )
        self.findings: tuple[Finding, ...] = tuple(findings)

    # -- what others ask ---------------------------------------------------------------------

    def records(self, contig: str, start: int, end: int) -> list[Genotype]:
        """Alleles the sample carries that touch a stretch, by position.

        Parameters
        ----------
        contig
            Any alias of the contig.
        start, end
            0-based half-open. An insertion touches the stretch if it lies in it or at its border.

        Raises
        ------
        InputError
            If the contig is unknown or a record's REF is not the reference's.
        """
        return [c for c in self._calls(contig, start, end) if isinstance(c, Genotype)]

    def symbolic(self, contig: str, start: int, end: int) -> list[SymbolicCall]:
        """Calls without a sequence that touch a stretch."""
        return [c for c in self._calls(contig, start, end) if isinstance(c, SymbolicCall)]

    def raw_records(self, contig: str, start: int, end: int) -> Iterator[Any]:
        """Records that touch a stretch, as htslib gives them, called or not.

        Raises
        ------
        InputError
            If the contig is unknown or a record is damaged.
        """
        name = self.reference.resolve(contig)
        if self.indexed:
            for own in self._names.get(name, ()):
                yield from self._fetch(own, start, end)
            return
        for _, record in self.each_record([self.sample], [name]):
            if record.start < end and record.stop > start:
                yield record

    def genotype(self, variant: GenomicVariant) -> Genotype | None:
        """The sample's call of exactly this (trimmed) allele, or None."""
        start, end = variant.start, variant.start + len(variant.ref)
        for call in self.records(variant.contig, start, max(end, start + 1)):
            if call.variant == variant:
                return call
        return None

    def covers(self, contig: str) -> bool:
        """Whether the file speaks of a contig at all (declared or present)."""
        return self.reference.resolve(contig) in self._names

    @property
    def formats(self) -> frozenset[str]:
        """Keys of FORMAT that the header declares."""
        return frozenset(self._file.header.formats)

    def each_record(
        self, samples: Sequence[str], contigs: Collection[str] | None = None
    ) -> Iterator[tuple[str, Any]]:
        """Every record of the file once, as htslib gives it, with the reference's contig name.

        Parameters
        ----------
        samples
            Samples whose calls are wanted, in the file's order.
        contigs
            The reference's names of the contigs wanted; all by default.

        Raises
        ------
        InputError
            If a record is damaged.
        """
        handle = self._open()
        try:
            handle.subset_samples(list(samples))
            if contigs is not None and self.indexed:
                for name in contigs:
                    for own in self._names.get(name, ()):
                        with suppress(ValueError):  # declared, and without any record
                            for record in self._iterate(handle.fetch(own)):
                                yield name, record
                return
            for record in self._iterate(handle):
                resolved = self._resolve(record.contig)
                if resolved is not None and (contigs is None or resolved in contigs):
                    yield resolved, record
        finally:
            _close(handle)

    def close(self) -> None:
        """Close the file."""
        _close(self._file)

    # -- reading -----------------------------------------------------------------------------

    def _open(self) -> Any:
        pysam.set_verbosity(0)  # htslib's own messages carry no place a user could act on
        try:
            handle = pysam.VariantFile(str(self._readable))
        except (OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise InputError(
                "a file of variant calls cannot be read",
                file=self.path,
                value=self._words(error),
                expected="VCF or BCF, plain or compressed",
                next_step="check it: bcftools view -h FILE",
            ) from None
        return handle

    def _choose(self, sample: str | None) -> str:
        present = ", ".join(self.samples[:20]) + (" …" if len(self.samples) > 20 else "")
        if not sample and len(self.samples) == 1:
            return self.samples[0]
        if not sample or sample not in self.samples:
            raise InputError(
                "the sample is not in the file of variant calls"
                if sample
                else "the file of variant calls has several samples or none",
                file=self.path,
                field="sample",
                value=sample,
                expected=f"one of: {present}" if self.samples else "a file with genotypes",
                next_step="name the sample in files[].individualToFileIdentifiers of the case",
            )
        return sample

    def _header(self) -> tuple[tuple[str, ...], dict[str, DeclaredContig]]:
        """Samples, and every contig of the header or the index by its name."""
        try:
            header = self._file.header
            contigs = {str(name): declared(entry) for name, entry in header.contigs.items()}
            if self.indexed:
                contigs |= {n: DeclaredContig() for n in self._file.index if n not in contigs}
            return tuple(header.samples), contigs
        except DAMAGE as error:
            raise self._damaged("header", error) from None

    def _contig_names(self) -> dict[str, list[str]]:
        """Reference name -> names in the file."""
        names: dict[str, list[str]] = {}
        for name in self._declared:
            resolved = self._resolve(name)
            if resolved is not None:
                names.setdefault(resolved, []).append(name)
        return names

    def _resolve(self, name: str) -> str | None:
        """Reference's name of a contig of the file; None for decoys and patches it has not."""
        if name not in self._known:
            try:
                self._known[name] = self.reference.resolve(name)
            except InputError:
                self._known[name] = None
        return self._known[name]

    def _probe(self) -> None:
        """Compare REF of the first records with the reference; gather names of contigs met."""
        checked, bad = 0, list[RefMismatch]()
        for record in self._iterate(self._file):
            name = self._resolve(record.contig)
            if name is None:
                continue
            known = self._names.setdefault(name, [])
            if record.contig not in known:
                known.append(record.contig)
            try:
                mismatch = ref_mismatch(self.reference, name, record.start, record.ref or "")
            except DAMAGE as error:
                raise self._damaged(f"record at {name}", error) from None
            checked += mismatch is not None
            if mismatch:
                bad.append(mismatch)
            if checked >= PROBE_RECORDS:
                break
        if bad:
            raise mismatch_error(self.path, self.reference, bad, checked)
        if not self._names and self._declared:
            raise InputError(
                "no contig of the file of variant calls is one of the reference's",
                file=self.path,
                field="##contig",
                value=", ".join(list(self._declared)[:5]),
                expected=f"contigs of {self.reference.name}, "
                f"e.g. {', '.join(self.reference.contigs()[:3])}",
                next_step="choose the reference the calls were made on with --genome",
            )

    def _iterate(self, records: Any) -> Iterator[Any]:
        """Iterate over records, turning htslib's failures into an error a user can act on."""
        iterator = iter(records)
        where = "its first record"
        while True:
            try:
                record = next(iterator)
                place = f"{record.contig}:{record.pos}"
            except StopIteration:
                return
            except DAMAGE as error:
                raise self._damaged(where, error) from None
            yield record
            where = f"after {place}"

    def _damaged(self, where: str, error: Exception) -> InputError:
        return InputError(
            "a file of variant calls is truncated or malformed",
            file=self.path,
            field=where,
            value=self._words(error),
            expected="whole VCF records",
            next_step="fetch or write the file again; check it: bcftools view FILE",
        )

    def _words(self, error: Exception) -> str:
        """What htslib says, with the user's file in the place of the copy that was read."""
        text = re.sub(r" \(mode=[^)]*\)", "", str(error))
        text = re.sub(r"b(['\"])(.*?)\1", r"\2", text)
        text = text.replace(str(self._readable), self.path.name).replace("`", "'")
        return text or type(error).__name__

    def _read(self, record: Any, name: str) -> list[Genotype | SymbolicCall]:
        """:meth:`_of`, with what a damaged record raises turned into an error."""
        try:
            return list(self._of(record, name))
        except InputError:
            raise
        except DAMAGE as error:
            raise self._damaged(f"record at {name}, 0-based {record.start}", error) from None

    def _calls(self, contig: str, start: int, end: int) -> list[Genotype | SymbolicCall]:
        name = self.reference.resolve(contig)
        if self.indexed:
            found: list[Genotype | SymbolicCall] = []
            for own in self._names.get(name, ()):
                # one base either side: an insertion is anchored on the base before it
                region = self._fetch(own, max(0, start - 1), end + 1)
                found += [call for record in region for call in self._read(record, name)]
            found.sort(key=_place)
        else:
            if name not in self._scanned:
                self._scan(name)
            starts, calls = self._scanned[name]
            first = bisect_left(starts, start - self._longest[name])
            found = calls[first : bisect_right(starts, end)]
        return [call for call in found if _touches(call, start, end)]

    def _fetch(self, own: str, start: int, end: int) -> Iterator[Any]:
        try:
            region = self._file.fetch(own, start, end)
        except ValueError:
            return  # declared in the header, no record and not in the index
        yield from self._iterate(region)

    def _scan(self, name: str) -> None:
        handle = self._open()
        try:
            calls = [
                call
                for record in self._iterate(handle)
                if self._resolve(record.contig) == name
                for call in self._read(record, name)
            ]
        finally:
            _close(handle)
        calls.sort(key=_place)
        places = [_place(call) for call in calls]
        self._scanned[name] = [start for start, _ in places], calls
        self._longest[name] = max((end - start for start, end in places), default=0)

    def _of(self, record: Any, name: str) -> Iterator[Genotype | SymbolicCall]:
        """Every alternate allele of a record that the sample carries."""
        call = record.samples[self.sample]
        alleles = tuple(call.allele_indices or ())
        carried = sorted({index for index in alleles if index})
        if not carried:
            return
        mismatch = ref_mismatch(self.reference, name, record.start, record.ref or "")
        if mismatch:
            raise mismatch_error(self.path, self.reference, [mismatch], 1)
        alts = [(alt or ".").upper() for alt in record.alts or ()]
        deleted = frozenset(number for number, alt in enumerate(alts, start=1) if alt == "*")
        phased = bool(call.phased) and len(alleles) > 1
        phase_set = call.get("PS") if "PS" in call else None
        filters = tuple(key for key in record.filter if key != "PASS")
        for index in carried:
            alt = alts[index - 1]
            if alt == "*":
                continue
            if not BASES.issuperset(alt):
                yield SymbolicCall(name, record.start, record.stop, alt, alleles)
                continue
            variant = GenomicVariant(name, record.start, record.ref.upper(), alt).trimmed()
            if variant.ref == variant.alt:
                continue
            homozygous = all(allele == index for allele in alleles)
            sides = {n for n, allele in enumerate(alleles, start=1) if allele == index}
            yield Genotype(
                variant=variant,
                alleles=alleles,
                index=index,
                phased=phased,
                phase_set=None if phase_set is None else str(phase_set),
                haplotypes=frozenset(sides if phased or homozygous else ()),
                deleted=deleted,
                filters=filters,
            )


def _close(handle: Any) -> None:
    """Close quietly: htslib reports damage it has already told of once more on closing."""
    with suppress(OSError):
        handle.close()


def _place(call: Genotype | SymbolicCall) -> tuple[int, int]:
    """Start and end of a call, 0-based half-open."""
    span = call.variant if isinstance(call, Genotype) else call
    return span.start, span.end


def _touches(call: Genotype | SymbolicCall, start: int, end: int) -> bool:
    first, last = _place(call)
    if first == last:  # an insertion stands between two bases
        return start <= first <= end
    return first < end and last > start
