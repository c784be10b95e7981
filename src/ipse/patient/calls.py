"""Open the patient's own calls: the one file, and the one sample in it, that are the subject's."""

from __future__ import annotations

from ipse.core.errors import InputError
from ipse.genome.patient_genome import PatientGenome
from ipse.genome.reference import Reference
from ipse.patient.model import Case


def open_patient_genome(case: Case, reference: Reference) -> PatientGenome | None:
    """Open the VCF or BCF the case names for its subject.

    Files of biosamples, and files that are not on this machine, are not the patient's germ line
    here; the case has a finding for the latter.

    Returns
    -------
    PatientGenome or None
        None if there is no such file.

    Raises
    ------
    InputError
        If several files could be meant, a file names samples of others but not of the subject, or
        the file does not fit the reference.
    """
    files = [file for file in case.vcf_files() if file.exists]
    named = [file for file in files if case.subject.id in file.samples]
    candidates = named or files
    if not candidates:
        return None
    if len(candidates) > 1:
        raise InputError(
            "the case names several files of calls for the patient",
            file=case.path, field="/files", value=", ".join(file.name for file in candidates),
            expected="one VCF or BCF with the subject's sample",
            next_step="merge them (bcftools concat) and name the result",
        )  # fmt: skip
    (file,) = candidates
    if file.samples and not named:
        raise InputError(
            "a file of calls names samples of others, but none of the subject",
            file=case.path, field="/files/individualToFileIdentifiers", value=file.name,
            expected="an entry whose key is the id of the subject",
            next_step="add the subject's sample, or move a relative's file out of the case",
        )  # fmt: skip
    assert file.path is not None
    sample = file.samples.get(case.subject.id)
    return PatientGenome(reference, file.path, sample or None, assembly=file.assembly)
