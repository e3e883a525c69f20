"""What the description of the interface says, tried with what fits it and what does not.

REELMILL_TEST_EXAMPLES says how many requests are made up for each endpoint: more by hand.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.acceptance.web.service import ADMIN, Service, service

EXAMPLES = int(os.environ.get("REELMILL_TEST_EXAMPLES", "6"))
# Its types are generic and not filled in, which says nothing to a strict checker.
SCHEMATHESIS: Any = import_module("schemathesis")
OPENAPI: Any = import_module("schemathesis.specs.openapi.checks")
ENDLESS = {"followJob", "followJobs"}
"""Streams of events, which end with their job or never. They have tests of their own."""
CHECKS = [
    SCHEMATHESIS.checks.not_a_server_error,
    OPENAPI.content_type_conformance,
    OPENAPI.response_headers_conformance,
    OPENAPI.response_schema_conformance,
    OPENAPI.status_code_conformance,
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Service]:
    folder: Path = tmp_path_factory.mktemp("described")
    limits = {"requests_per_minute": 10**6, "failures_per_minute": 10**6}
    with service(folder / "service", **limits) as running:
        yield running


def test_every_answer_is_as_described(site: Service) -> None:
    schema = SCHEMATHESIS.openapi.from_url(f"{site.url}/openapi.json")
    every = [found.ok() for found in schema.get_all_operations()]
    operations = [one for one in every if one.definition.raw["operationId"] not in ENDLESS]
    assert len(every) - len(operations) == len(ENDLESS)
    assert len(operations) > 30
    for operation in operations:
        seen = given(operation.as_strategy())(_is_as_described)
        settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )(seen)()


def _is_as_described(case: Any) -> None:
    case.call_and_validate(headers={"X-API-Key": ADMIN}, checks=CHECKS, timeout=20)
