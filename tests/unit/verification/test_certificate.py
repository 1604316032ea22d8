"""The certificate: verdicts, witnesses of identifiers only, texts that can be translated."""

from __future__ import annotations

import json

from allocator.verification.certificate import PROPERTIES, SHOWN_WITNESSES, Certificate, breach


def test_a_breach_keeps_the_first_witnesses_and_counts_all() -> None:
    many = breach("P2", "{count} cells", 500, ({"programme_id": str(i)} for i in range(500)))
    assert len(many.witnesses) == SHOWN_WITNESSES
    assert many.values["count"] == 500
    assert many.text().startswith("P2: 500 cells")
    assert "programme_id=0" in many.text()


def test_a_text_is_translated_by_its_template() -> None:
    words = {"{count} cells": "{count} 格", "{said} For instance: {witnesses}": "{said}例如：{witnesses}"}
    one = breach("P2", "{count} cells", 1, [{"batch": "main"}])
    assert one.text(words.__getitem__) == "P2: 1 格例如：batch=main"
    assert one.as_json(words.__getitem__)["message"] == "1 格"


def test_verdicts_name_every_property_and_json_can_be_written() -> None:
    certificate = Certificate((breach("P3", "{count} times", 1),), {"P1": {"applicants": 2}})
    assert certificate.verdicts == {name: name != "P3" for name in PROPERTIES}
    told = json.loads(json.dumps(certificate.as_json()))
    assert told["breaches"][0]["property"] == "P3"
    assert told["verdicts"]["P3"] is False
    assert told["checked"] == {"P1": {"applicants": 2}}
