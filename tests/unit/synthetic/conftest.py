"""Small cohorts of the two cities' profiles; made once, since tests only read them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from allocator.synthetic import generate

PROJECT = Path(__file__).resolve().parents[3]
YULIN = PROJECT / "scenarios" / "yulin" / "yulin.yaml"
CHENGDU = PROJECT / "scenarios" / "chengdu" / "chengdu.yaml"
Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="session")
def yulin_profile() -> Path:
    return YULIN


@pytest.fixture(scope="session")
def chengdu_profile() -> Path:
    return CHENGDU


@pytest.fixture(scope="session")
def yulin() -> Tables:
    """Yulin with 6,000 applicants and the seats of 96,000."""
    return generate(YULIN, seed=7, applicants=6000)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small published score table and school table, of the form that the Chengdu profile reads."""
    folder = tmp_path_factory.mktemp("published")
    scores = [(655, 3), (640, 40), (600, 300), (560, 400), (553, 57), (500, 200)]
    total, lines = 0, ["分数,人数,累计"]
    for score, number in scores:
        total += number
        lines.append(f"{score},{number},{total}")
    (folder / "scores_2023.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "schools_2023.csv").write_text(
        "学校代码,学校名称,公办民办,级别,学校性质,5+2区域计划,5+2区域调剂,指标到校,全市艺体,民办校内指标到校,"
        "录取分数线,调剂录取分数线,民办录取分数线\n"
        "04001,甲校,公办,省级示范,市直属普高,120,20,50,10,0,640,640,0\n"
        "01001,乙校,公办,省级示范,5+2普高,200,40,80,0,0,600,560,0\n"
        "03015,丙校,民办,省级示范,市直属普高,150,0,0,0,60,0,0,560\n"
        "12001,丁校,公办,省级示范,非5+2普高面向5+2招生,50,25,0,0,0,553,0,0\n",
        encoding="gb18030",
    )
    return folder


@pytest.fixture(scope="session")
def chengdu(published: Path) -> Tables:
    return generate(CHENGDU, seed=7, applicants=None, data=published)
