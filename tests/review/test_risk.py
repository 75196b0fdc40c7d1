"""The order by risk, and what a sample allows to say."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from math import gamma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.review import risk


@pytest.mark.parametrize(("looked_at", "bound"), [(20, 0.139108), (7, 0.348164), (1, 0.95), (59, 0.049508)])
def test_with_none_wrong_the_bound_is_known(looked_at: int, bound: float) -> None:
    assert bound == pytest.approx(1 - 0.05 ** (1 / looked_at), abs=1e-6)
    assert risk.upper_bound(0, looked_at) == pytest.approx(bound, abs=1e-6)


@pytest.mark.parametrize(("wrong", "looked_at"), [(1, 20), (5, 20), (19, 20), (2, 100)])
def test_the_bound_is_the_quantile_of_the_beta_distribution(wrong: int, looked_at: int) -> None:
    """The other way to the same number: 95 % of the density of Beta(wrong + 1, looked_at - wrong) lies below it."""
    a, b = wrong + 1, looked_at - wrong
    bound, steps = risk.upper_bound(wrong, looked_at), 20_000
    width = bound / steps
    area = sum(((i + 0.5) * width) ** (a - 1) * (1 - (i + 0.5) * width) ** (b - 1) for i in range(steps)) * width
    assert area * gamma(a + b) / gamma(a) / gamma(b) == pytest.approx(0.95, abs=1e-5)


def test_all_wrong_has_no_bound() -> None:
    assert risk.upper_bound(20, 20) == 1


def test_nothing_looked_at_says_nothing() -> None:
    assert risk.upper_bound(0, 0) == 1
    assert risk.bound_words(0, 0, 100) == ""


def test_the_bound_in_words() -> None:
    assert risk.bound_words(0, 20, 5000) == "0 wrong of 20: at most 14 % wrong, 95 %"
    assert risk.bound_words(1, 7, 7) == "1 wrong of all 7"


@given(st.integers(1, 60), st.data())
def test_the_bound_holds_in_nineteen_of_twenty_draws(looked_at: int, data: st.DataObject) -> None:
    """What Clopper and Pearson promise: with a share just above the bound, so few wrong have a chance below 5 %."""
    wrong = data.draw(st.integers(0, looked_at - 1))
    bound = risk.upper_bound(wrong, looked_at)
    assert risk._at_most(wrong, looked_at, min(1.0, bound + 1e-9)) <= 0.05 + 1e-9


def test_a_sample_is_uniform() -> None:
    """Each of 50 texts comes into a sample of 10 one time in five: 400 of 2,000, give or take four deviations."""
    keys = [f"{number:016x}" for number in range(50)]
    counts = Counter(at for seed in range(2000) for at in risk.sample(str(seed), keys, 10))
    assert len(counts) == 50
    assert all(abs(count - 400) < 4 * (2000 * 0.2 * 0.8) ** 0.5 for count in counts.values())


@given(st.permutations([f"{number:04x}" for number in range(60)]), st.text())
def test_a_sample_does_not_depend_on_the_order(keys: list[str], seed: str) -> None:
    assert [keys[at] for at in risk.sample(seed, keys)] == [sorted(keys)[at] for at in risk.sample(seed, sorted(keys))]


def test_the_weights_add_up_to_one() -> None:
    assert sum(getattr(risk.WEIGHTS, one.name) for one in fields(risk.WEIGHTS)) == pytest.approx(1)


@pytest.mark.parametrize("name", [one.name for one in fields(risk.Signs)])
def test_each_sign_raises_the_risk(name: str) -> None:
    calm = risk.Signs(0, 0, 0, 0, 0, 0)
    assert risk.risk(calm) == 0
    assert risk.risk(replace(calm, **{name: 1.0})) == pytest.approx(getattr(risk.WEIGHTS, name))


@pytest.mark.parametrize(
    ("more", "less"),
    [
        (risk.CONFIDENCE["maybe"], risk.CONFIDENCE["certain"]),
        (risk.share_sign(300, 1000), risk.share_sign(10, 1000)),
        (risk.rarity_sign(1), risk.rarity_sign(100)),
        (
            risk.prose_sign("She said that the river was high. Nobody on the quay had seen it so."),
            risk.prose_sign("Share"),
        ),
        (risk.prose_sign("今年夏天的雨水比往年多得多。渡船停了三个星期，没有人过河。"), risk.prose_sign("分享")),
        (risk.place_sign(480, 520, 1000), risk.place_sign(0, 20, 1000)),
        (risk.place_sign(480, 520, 1000), risk.place_sign(990, 1000, 1000)),
        (risk.unreviewed_sign(0), risk.unreviewed_sign(3)),
    ],
)
def test_what_is_riskier(more: float, less: float) -> None:
    assert 0 <= less < more <= 1
