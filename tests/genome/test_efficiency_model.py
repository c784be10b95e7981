"""The efficiency model against its slow twin, and where it must stay silent."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import efficiency_twin
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipse.core.errors import InputError, IpseError
from ipse.genome.efficiency import ModelScorer, open_scorer
from ipse.genome.efficiency.model import WEIGHTS
from ipse.genome.efficiency.rule_set_3 import RuleSet3Scorer
from ipse.genome.embedded import embedded
from ipse.genome.sites import Pam
from ipse.kernels import guide_features

MODEL = ModelScorer.shipped()
# The guide of NTLA-2001 (doi:10.1056/NEJMoa2107454) at TTR exon 2 with its surroundings on GRCh38.
TTR = embedded().reference.fetch("chr18", 31_592_957, 31_593_057)
FROZEN = (0.601131276973155, 0.216245333827770, 0.927404949607683, 0.800165956315318)
"""This model's own scores of it, frozen: value, low, high, percentile."""


def letters(*contexts: str) -> np.ndarray:
    return np.array([list(context.encode()) for context in contexts], np.uint8)


def contexts(alphabet: str = "ACGT") -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=100, max_size=100).map(lambda t: t[:51] + "GG" + t[53:])


@settings(max_examples=25)
@given(contexts())
def test_equals_its_slow_twin(context: str) -> None:
    scores = MODEL.score(letters(context))
    got = [float(a[0]) for a in (scores.value, scores.low, scores.high, scores.percentile)]
    expected = efficiency_twin.score(MODEL, context)
    assert expected is not None
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=0)
    assert 0 <= got[1] <= got[0] <= got[2] <= 1


@settings(max_examples=50)
@given(contexts())
def test_features_are_those_described(context: str) -> None:
    from ipse.genome.sites.pam import CODE_OF

    out = np.empty((1, guide_features.NUMBER), np.float32)
    w = MODEL.weights
    guide_features.features(CODE_OF[letters(context)], w["duplex"], w["hybrid"], out)
    np.testing.assert_allclose(out[0], efficiency_twin.features(context), rtol=1e-6, atol=0)
    assert len(guide_features.names()) == guide_features.NUMBER == len(out[0])


def test_a_batch_gives_what_each_guide_gives_alone() -> None:
    rng = np.random.default_rng(3)
    batch = np.frombuffer(b"ACGT", np.uint8)[rng.integers(0, 4, (5000, 100))].copy()
    batch[:, 51:53] = ord("G")
    together = MODEL.score(batch)
    for k in (0, 1, 4095, 4096, 4999):
        alone = MODEL.score(batch[k : k + 1])
        assert alone.value[0] == together.value[k]
        assert alone.percentile[0] == together.percentile[k]


@settings(max_examples=20)
@given(contexts(), st.integers(0, 99), st.sampled_from("NRYn-"))
def test_an_unknown_letter_makes_a_score_empty(context: str, place: int, letter: str) -> None:
    scores = MODEL.score(letters(context, context[:place] + letter + context[place + 1 :]))
    assert not np.isnan(scores.value[0])
    for column in (scores.value, scores.low, scores.high, scores.percentile):
        assert np.isnan(column[1])


def test_another_pam_makes_a_score_empty_and_case_does_not_matter() -> None:
    nag = TTR[:51] + "AG" + TTR[53:]
    scores = MODEL.score(letters(TTR, nag, TTR.lower()))
    assert np.isnan(scores.value[1])
    assert scores.value[0] == scores.value[2]
    assert len(MODEL.score(np.empty((0, 100), np.uint8)).value) == 0


@pytest.mark.parametrize(
    ("pam", "side", "length", "silent"),
    [
        ("NGG", None, 20, False), ("NRG", None, 20, False), ("CGG", None, 20, False),
        ("NGG", None, 19, True), ("NGG", 5, 20, True), ("TTTV", None, 23, True),
        ("NG", None, 20, True), ("NAG", None, 20, True), ("NNGRRT", None, 21, True),
    ],
)  # fmt: skip
def test_refuses_what_it_was_not_trained_on(
    pam: str, side: int | None, length: int, silent: bool
) -> None:
    assert bool(MODEL.refusal(Pam.parse(pam, side), length)) == silent


def test_the_known_guide_keeps_its_score() -> None:
    assert TTR[30:50] == "AAAGGCTGCTGATGACACCT"
    scores = MODEL.score(letters(TTR))
    got = [float(a[0]) for a in (scores.value, scores.low, scores.high, scores.percentile)]
    np.testing.assert_allclose(got, FROZEN, rtol=1e-6, atol=0)


def test_the_weights_are_small_and_say_where_they_come_from() -> None:
    assert WEIGHTS.stat().st_size < 2_000_000
    about = MODEL.about
    assert len(about["data"]) == 7
    assert about["human"]["gain interval"][0] > 0.03
    assert about["closed fold"]["gain interval"][0] > 0.03
    assert about["coverage"] == pytest.approx(0.8, rel=0.02)
    assert {row["study"] for row in about["zebrafish"]["studies"]} == {"Moreno-Mateos2015"}


def test_damaged_weights_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(WEIGHTS.read_bytes()[:5000])
    with pytest.raises(IpseError, match="weights"):
        ModelScorer.read(path)
    np.savez(path, about=np.array("{}"))
    with pytest.raises(IpseError, match="weights"):
        ModelScorer.read(path)


def test_scorers_are_opened_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_scorer("ipse") is MODEL
    with pytest.raises(InputError, match="no such score"):
        open_scorer("azimuth")
    monkeypatch.setitem(sys.modules, "rs3", None)
    with pytest.raises(InputError, match="not installed"):
        open_scorer("rule-set-3")


class Table(list[str]):
    """Stands for the data frame rs3 gives."""

    def to_numpy(self, dtype: type) -> np.ndarray:
        return np.array([[text.count("A")] for text in self], dtype)


def test_rule_set_3_is_asked_only_where_it_applies(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def featurize_context(texts: list[str], sequence_tracr: str) -> Table:
        print("Calculating sequence-based features")
        asked.extend(texts)
        return Table(texts)

    class Booster:
        def predict(self, rows: np.ndarray) -> np.ndarray:
            return rows[:, 0] - 1.5

    seq = types.SimpleNamespace(
        load_seq_model=lambda: types.SimpleNamespace(_Booster=Booster()),
        featurize_context=featurize_context,
    )
    monkeypatch.setitem(sys.modules, "rs3", types.SimpleNamespace(seq=seq))
    near = TTR[26:56]
    scorer = RuleSet3Scorer("Chen2013")
    scores = scorer.score(letters(near, near.lower(), "N" + near[1:], near[:25] + "AG" + near[27:]))
    assert asked == [near, near]
    assert scores.value[:2].tolist() == [near.count("A") - 1.5] * 2
    assert np.isnan(scores.value[2:]).all()
    assert np.isnan(scores.low).all()
    with pytest.raises(InputError, match="scaffold"):
        RuleSet3Scorer("own")
    assert scorer.refusal(Pam.parse("TTTV"), 23)
