"""Six applicants and three programmes, small enough to follow every vacancy by hand.

Now: a1 has A, a2 has B, a3 has C; a4, a5 and a6 have nothing.
"""

from __future__ import annotations

from pathlib import Path

SCENARIO = """\
version: 1
name: Small town
lottery_seed: "2026"
tables: {applicants: applicants.csv, programmes: programmes.csv, seats: seats.csv, choices: choices.csv}
rankings: {exam: {score: total, ties: lottery}}
batches: [{name: main, ranking: exam, pools: [open]}]
"""
APPLICANTS = "applicant_id,total\na1,600\na2,590\na3,580\na4,570\na5,560\na6,550\n"
PROGRAMMES = "programme_id,track,school_id,class_size\nA,general,S1,2\nB,general,S1,\nC,vocational,S2,2\n"
SEATS = "batch,programme_id,pool,seats\nmain,A,open,1\nmain,B,open,1\nmain,C,open,1\n"
CHOICES = """\
applicant_id,batch,choice,programme_id
a1,main,1,A
a2,main,1,A
a2,main,2,B
a3,main,1,A
a3,main,2,B
a3,main,3,C
a4,main,1,B
a4,main,2,C
a5,main,1,C
a6,main,1,A
"""


def write_town(folder: Path, *, scenario: str = SCENARIO, programmes: str = PROGRAMMES, seats: str = SEATS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"applicants.csv": APPLICANTS, "programmes.csv": programmes, "seats.csv": seats, "choices.csv": CHOICES}
    for name, text in {"scenario.yaml": scenario, **tables}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
