"""Every template of a folder of real ones can be filled in, page by page, within Slack's limits."""

import pytest

from tests.handlers.filling import complete, fill
from tests.handlers.person import Person
from tests.handlers.real import FILES, SHARES, STEPS, patterns, templates
from tests.scaffolder.bench import Bench

pytestmark = pytest.mark.skipif(not FILES, reason="needs a folder of real templates, named by CALLBOARD_REAL")


@pytest.mark.parametrize("share", range(SHARES))
def test_every_real_template_can_be_filled_in_to_its_review(jane: Person, bench: Bench, share: int) -> None:
    wrong: list[str] = []
    counted = 0
    for number, (where, spec) in enumerate(templates(share)):
        ref = bench.template({"parameters": spec.get("parameters"), "steps": STEPS}, name=f"t{number}")
        counted += 1
        try:
            jane.start(ref)
            fill(jane, patterns(spec.get("parameters")))
            assert jane.callback == "create.review", jane.text[:1_000]
            complete(jane)
            jane.submit()
            assert jane.callback == "create.started", jane.text[:1_000]
        except AssertionError as error:
            wrong.append(f"{where}: {str(error)[:1_500]}")
        (bench.folder / f"t{number}.yaml").unlink()
    assert counted > 0
    assert not wrong, "\n\n".join([f"{len(wrong)} of {counted}", *wrong])
