"""What the repository promises about itself and no other tool checks."""

import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("src", "tests", "benchmarks", "scripts")
LONGEST_MODULE_LINES = 500
EMPTY_NAMES = re.compile(r"utils?|helpers?|managers?|services?|commons?|misc")

SUPPRESSION = re.compile(
    r"#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore|ruff:\s*noqa)"
    r"(?:\s*:\s*[A-Z]+\d+(?:[,\s]+[A-Z]+\d+)*|\[[^\]]*\])?"
)
REASON = re.compile(r"[\s#:-]*\w+\W+\w+")


def modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def requirements_in(text: str) -> list[str]:
    """Each requirement with its continuation lines, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip()]


def comments_in(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def suppresses_without_reason(comment: str) -> bool:
    suppressions = list(SUPPRESSION.finditer(comment))
    return bool(suppressions) and not REASON.match(comment, suppressions[-1].end())


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt", "uv.txt"])
def test_every_requirement_is_pinned_with_a_hash(name: str) -> None:
    requirements = requirements_in((ROOT / "requirements" / name).read_text())
    assert requirements
    unpinned = [
        requirement
        for requirement in requirements
        if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement)
    ]
    assert not unpinned


def test_requirements_hold_no_addresses() -> None:
    files = sorted((ROOT / "requirements").iterdir())
    assert [path.name for path in files if "://" in path.read_text()] == []


def test_dev_requirements_include_the_runtime_ones() -> None:
    runtime, dev = (
        set(requirements_in((ROOT / "requirements" / name).read_text()))
        for name in ("runtime.txt", "dev.txt")
    )
    assert runtime <= dev


def test_the_build_backend_is_the_pinned_one() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    dev = requirements_in((ROOT / "requirements" / "dev.txt").read_text())
    pinned = {requirement.split()[0] for requirement in dev}
    assert set(pyproject["build-system"]["requires"]) <= pinned


def test_no_module_is_too_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in modules("src")}
    assert {path for path, lines in lengths.items() if lines > LONGEST_MODULE_LINES} == set()


def test_every_module_has_a_name_that_says_something() -> None:
    names = {
        path.relative_to(ROOT): path.relative_to(ROOT).with_suffix("").parts
        for path in modules("src")
    }
    assert [
        path for path, parts in names.items() if any(EMPTY_NAMES.fullmatch(part) for part in parts)
    ] == []


def test_every_suppression_has_a_reason() -> None:
    silent = [
        f"{path.relative_to(ROOT)}:{line} {comment}"
        for path in modules(*CODE)
        for line, comment in comments_in(path.read_text())
        if suppresses_without_reason(comment)
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# noqa: BLE001", True),
        ("# noqa", True),
        ("# noqa: BLE001, S110", True),
        ("# type: ignore[arg-type]", True),
        ("# pyright: ignore[reportUnknownMemberType]  # noqa: E501", True),
        ("# noqa: BLE001  # a plug-in may raise anything", False),
        ("# noqa: BLE001 - a plug-in may raise anything", False),
        ("# pyright: ignore[reportUnknownMemberType]  # av has no stubs here", False),
        ("# an ordinary comment", False),
    ],
)
def test_a_reason_is_recognised(comment: str, *, silent: bool) -> None:
    assert suppresses_without_reason(comment) is silent
