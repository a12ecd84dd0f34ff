"""Compare expressions and skeleton files with what the real engine gave; run with a folder of expectations.

`python tests/scaffolder/oracle.py FOLDER` prints every difference.
"""

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scaffolder.expressions import TemplateError, TextOptions, is_truthy_for_step, render_text, render_value

PATH_OPTIONS = TextOptions()


@dataclass(frozen=True, slots=True)
class Difference:
    where: str
    source: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True)
class Score:
    total: int
    differences: tuple[Difference, ...]

    @property
    def share(self) -> float:
        return 1 - len(self.differences) / self.total if self.total else 0.0


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def expressions(folder: Path) -> Score:
    total, differences = 0, []
    for row in rows(folder / "expected-expressions.jsonl"):
        for case in row["cases"]:
            total += 1
            expected, found = _expected(case), _found(case, row["context"])
            if expected != found:
                differences.append(Difference(f"{row['template']} {case['at']}", case["in"], expected, found))
    return Score(total, tuple(differences))


def _expected(case: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"undefined": True} if case.get("outUndefined") else {"value": case.get("out")}
    if case.get("outUnchanged"):
        result = {"value": case["in"]}
    return result | ({"runs": case["runs"]} if "runs" in case else {})


def _found(case: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    rendered = render_value(case["in"], context)
    result: dict[str, Any] = {"undefined": True} if rendered.undefined else {"value": rendered.value}
    return result | ({"runs": is_truthy_for_step(rendered.value)} if "runs" in case else {})


def skeletons(folder: Path) -> Score:
    """Only files that are listed with their text: paths and contents are rendered from the skeleton's own files."""
    total, differences = 0, []
    for row in rows(folder / "expected-skeletons.jsonl"):
        root = (folder / "templates" / row["template"]).parent / row["url"]
        options = row["input"]
        context = {"values": options.get("values", {})}
        compat = bool(options.get("cookiecutterCompat"))
        text = TextOptions(compat, bool(options.get("trimBlocks")), bool(options.get("lstripBlocks")))
        if compat:
            context = {"cookiecutter": options.get("values", {})}
        for target, expected in row["files"].items():
            difference = _file(root, target, expected, context, text)
            if difference is None:
                continue
            total += 1
            if difference:
                differences.append(Difference(f"{row['template']} {target}", *difference))
    return Score(total, tuple(differences))


def _file(
    root: Path, target: str, expected: Any, context: Mapping[str, Any], options: TextOptions
) -> tuple[str, object, object] | tuple[()] | None:
    """None: not part of the sample; empty: equal."""
    if not isinstance(expected, dict):
        return None
    origin = expected.get("from", target)
    path = root / origin
    if not path.is_file():
        return None
    try:
        name = render_text(origin, context, options=options)
        found = render_text(path.read_bytes().decode(), context, options=options)
    except TemplateError as error:
        return origin, expected.get("text"), error.message
    if "text" not in expected:
        digest = hashlib.sha256(found.encode()).hexdigest()
        return () if digest == expected.get("sha256") else (origin, expected, digest)
    if (name.removesuffix(".njk"), found) == (target, expected["text"]) or (name, found) == (target, expected["text"]):
        return ()
    return origin, (target, expected["text"]), (name, found)


def main() -> None:
    for score in (expressions(Path(sys.argv[1])), skeletons(Path(sys.argv[1]))):
        for difference in score.differences:
            sys.stdout.write(f"{difference}\n\n")
        sys.stdout.write(f"{score.total} compared, {len(score.differences)} different: {score.share:.2%}\n")


if __name__ == "__main__":
    main()
