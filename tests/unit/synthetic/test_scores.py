from pathlib import Path

import numpy as np
import polars as pl

from allocator.synthetic.reading import read_profile
from allocator.synthetic.scores import fit_to_totals, grades, subject_scores
from allocator.synthetic.streams import Streams

SUBJECTS = ["chinese", "maths", "english", "physics", "chemistry", "morality", "history", "pe"]


def test_scores_hang_together_within_an_applicant(yulin: dict[str, pl.DataFrame]) -> None:
    applicants = yulin["applicants"]
    correlation = np.corrcoef(applicants.select(SUBJECTS).to_numpy().T)
    academic = correlation[:7, :7][np.triu_indices(7, 1)]
    assert academic.min() > 0.4
    assert academic.max() < 0.9
    assert 0 < correlation[7, :7].min() < 0.3  # physical education hardly goes along


def test_the_total_and_the_sums_are_those_of_the_subjects(yulin: dict[str, pl.DataFrame]) -> None:
    applicants = yulin["applicants"]
    assert applicants["total"].equals(applicants.select(pl.sum_horizontal(SUBJECTS).alias("total"))["total"])
    assert applicants["cme"].equals((applicants["chinese"] + applicants["maths"] + applicants["english"]).alias("cme"))


def test_no_score_lies_outside_its_marks(yulin: dict[str, pl.DataFrame], yulin_profile: Path) -> None:
    for subject in read_profile(yulin_profile).scores.subjects:
        column = yulin["applicants"][subject.name]
        assert column.min() >= 0
        assert column.max() <= subject.full_marks


def test_feeder_schools_differ_in_mean_and_size(yulin: dict[str, pl.DataFrame]) -> None:
    applicants = yulin["applicants"]
    by_school = applicants.group_by("feeder_school_id").agg(pl.len(), pl.col("total").mean())
    between = by_school.filter(pl.col("len") >= 10)["total"].std()
    assert 0.25 < between / applicants["total"].std() < 0.6
    assert by_school["len"].max() > 3 * by_school["len"].min()


def test_equal_scores_have_equal_grades_and_better_scores_no_worse_ones(yulin: dict[str, pl.DataFrame]) -> None:
    order = {grade: i for i, grade in enumerate(["A+", "A", "B+", "B", "C+", "C", "D", "E"])}
    for name in ("total", *SUBJECTS[:7]):
        by_score = (
            yulin["applicants"]
            .group_by(name)
            .agg(pl.col(f"{name}_grade").n_unique().alias("kinds"), pl.col(f"{name}_grade").first())
            .sort(name, descending=True)
        )
        assert by_score["kinds"].max() == 1
        positions = [order[grade] for grade in by_score[f"{name}_grade"]]
        assert positions == sorted(positions)


def test_grades_follow_the_published_shares() -> None:
    score = np.arange(1000)
    position, labels = grades(score, {"A": 0.08, "B": 0.22, "C": 0.70})
    assert labels == ["A", "B", "C"]
    assert np.bincount(position).tolist() == [80, 220, 700]


def test_equals_at_a_cut_off_all_get_the_better_grade() -> None:
    position, _ = grades(np.array([9, 8, 8, 8, 1]), {"A": 0.4, "B": 0.6})
    assert position.tolist() == [0, 0, 0, 0, 1]


def test_scores_fitted_to_totals_add_up_to_them_and_keep_to_their_marks(chengdu_profile: Path) -> None:
    profile = read_profile(chengdu_profile)
    streams = Streams(5)
    scores = subject_scores(profile, streams.normals("ability", 500), streams)
    modelled = sum(scores.values())
    totals = np.repeat(np.array([710, 655, 500, 3, 0]), 100)
    fit_to_totals(scores, profile, totals, streams)
    fitted = sum(scores.values())
    assert sorted(fitted.tolist(), reverse=True) == totals.tolist()
    for subject in profile.scores.subjects:
        assert scores[subject.name].min() >= 0
        assert scores[subject.name].max() <= subject.full_marks
    for score in np.unique(modelled)[1:]:  # nobody overtakes a better modelled applicant
        assert fitted[modelled >= score].min() >= fitted[modelled < score].max()
