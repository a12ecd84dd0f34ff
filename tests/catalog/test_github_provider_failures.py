"""What goes wrong at GitHub and on the way to it: what was found counts, nothing vanishes, words say what to do."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from callboard.errors import AuthenticationError, CallboardError, NotFoundError, ServiceUnavailableError
from catalog.github.errors import IncompleteListingError, NotJsonError, RateLimitError, UnreachableError
from catalog.ingest.source import SourceFailure, SourceFile
from catalog.providers.github import GithubProvider
from tests.catalog.test_github_provider import FILE, names, provider, run
from tests.standins.github import GithubStandIn, bad_gateway, graphql_timeout, html_page, secondary_limit
from tests.standins.github.fixtures import github, github_server
from tests.standins.github.traffic import Answer

__all__ = ["github", "github_server"]
_WAIT = "Please wait a few minutes before you try again."


def fill(github: GithubStandIn, count: int) -> None:
    for number in range(count):
        github.add_repository(f"service-{number:03}", {FILE: f"number: {number}\n"})


def run_until_it_raises(one: GithubProvider) -> tuple[list[SourceFile | SourceFailure], CallboardError]:
    items: list[SourceFile | SourceFailure] = []
    with pytest.raises(CallboardError) as raised:
        items.extend(one.read({}))  # extend keeps what came before the error
    return items, raised.value


def settings_of(one: GithubStandIn, organization: str) -> GithubProvider:
    return provider(one, organization=organization)


def test_page_that_is_too_large_is_halved(github: GithubStandIn) -> None:
    fill(github, 60)
    one, known = provider(github), dict[str, str]()
    run(one, known)
    github.counted()
    github.traffic.largest_page = 30
    assert len(run(one, known)) == 60
    assert github.counted() == {"graphql": 2 + 3}  # 100 and 50 fail, then three pages of 25


def test_halved_page_grows_again_when_github_is_quick_again(github: GithubStandIn) -> None:
    fill(github, 100)
    one, known = provider(github, pageSizes={"repositories": 10}), dict[str, str]()
    run(one, known)
    github.counted()
    github.fail(bad_gateway(), resource="graphql")
    assert len(run(one, known)) == 100
    assert github.counted() == {"graphql": 1 + 6 + 7}  # one fails, six of 5, seven of 10


@pytest.mark.parametrize("answer", [bad_gateway(502), bad_gateway(504), graphql_timeout()], ids=["502", "504", "200"])
def test_page_that_fails_once_is_asked_for_in_halves(github: GithubStandIn, answer: Answer) -> None:
    fill(github, 10)
    github.fail(answer, resource="graphql")
    assert len(run(provider(github), {})) == 10


def test_silence_counts_as_too_slow(github: GithubStandIn) -> None:
    fill(github, 3)
    one = GithubProvider(id="default", settings=provider(github)._settings, integration=github.integration(), timeout=1)
    github.fail(delay=1.5, resource="graphql")
    assert len(run(one, {})) == 3


def test_repository_that_never_answers_does_not_hide_the_others(github: GithubStandIn) -> None:
    fill(github, 3)
    one = provider(github, pageSizes={"repositories": 1})
    github.fail(bad_gateway(), resource="graphql", after=1)
    failure, *files = sorted(one.read({}), key=lambda item: isinstance(item, SourceFile))
    assert isinstance(failure, SourceFailure)
    assert failure.location.target.endswith(f"/service-001/blob/main/{FILE}")
    assert [isinstance(f, SourceFile) for f in files] == [True, True]


def test_github_that_stays_slow_ends_the_run(github: GithubStandIn) -> None:
    fill(github, 3)
    github.fail(bad_gateway(), resource="graphql", times=100)
    items, error = run_until_it_raises(provider(github))
    assert (items, isinstance(error, ServiceUnavailableError)) == ([], True)
    assert "answered 502 while reading organisation `acme`" in error.message


def test_files_that_fail_one_by_one_leave_the_others_alone(github: GithubStandIn) -> None:
    fill(github, 4)
    github.context.broken_files.add("service-002")
    failure, *files = sorted(provider(github).read({}), key=lambda item: isinstance(item, SourceFile))
    assert isinstance(failure, SourceFailure)
    assert failure.location.target == f"{github.url}/acme/service-002/blob/main/{FILE}"
    assert failure.message == "Something went wrong while reading this repository"
    assert len(files) == 3


def test_hidden_repository_makes_the_run_incomplete_after_the_others(github: GithubStandIn) -> None:
    fill(github, 4)
    github.context.broken_repositories.add("service-002")
    items, error = run_until_it_raises(provider(github))
    assert len(items) == 3
    assert isinstance(error, IncompleteListingError)
    assert error.message == (
        "1 repository of `acme` could not be listed: Resource protected by organization SAML enforcement."
    )


def test_tree_that_cannot_be_read_makes_the_run_incomplete_after_the_others(github: GithubStandIn) -> None:
    fill(github, 3)
    github.fail(bad_gateway(), resource="core", mentions="service-001")
    items, error = run_until_it_raises(provider(github, catalogPath="/**/*.yaml"))
    assert sorted(type(i).__name__ for i in items) == ["SourceFailure", "SourceFile", "SourceFile"]
    assert isinstance(error, IncompleteListingError)
    assert "`service-001`" in error.message


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(("header", "wait"), [(17, 17.0), (None, 60.0)])
def test_secondary_limit_ends_the_run_with_what_it_has(
    github: GithubStandIn, status: int, header: int | None, wait: float
) -> None:
    fill(github, 250)
    github.fail(secondary_limit(header, status), resource="graphql", after=3)
    items, error = run_until_it_raises(provider(github))
    assert len(items) == 100  # a page, its two questions for text, and then no more
    assert isinstance(error, RateLimitError)
    assert (error.retry_after, error.hint) == (wait, f"It goes on in {round(wait)} seconds.")
    assert (
        error.message == f"GitHub's secondary rate limit at {github.host} is used up while reading organisation `acme`."
    )


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer("<html>Slow down</html>", 429, {"retry-after": "5"}, "text/html"), id="a page"),
        pytest.param(Answer({"message": f"Abuse! {_WAIT}"}, 403), id="an old server's words"),
    ],
)  # fmt: skip
def test_limit_is_known_in_other_shapes_too(github: GithubStandIn, answer: Answer) -> None:
    github.fail(answer, resource="graphql")
    _items, error = run_until_it_raises(provider(github))
    assert isinstance(error, RateLimitError)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer({"message": "Resource not accessible."}, 403), "forbids organisation `acme`: Resource not accessible."),
        (Answer({"message": "Bad things."}, 422), "refuses organisation `acme` with 422: Bad things."),
        (Answer([1, 2]), "refuses the query for organisation `acme`: no data."),
        (
            Answer({"errors": [{"message": "Field 'x' doesn't exist on type 'Query'"}]}),
            "refuses the query for organisation `acme`: Field 'x' doesn't exist on type 'Query'.",
        ),
    ],
)
def test_refusal_is_told_in_githubs_words(github: GithubStandIn, answer: Answer, message: str) -> None:
    github.fail(answer, resource="graphql")
    _items, error = run_until_it_raises(provider(github))
    assert error.message == f"GitHub at {github.host} {message}"


def test_used_up_quota_ends_the_run(github: GithubStandIn) -> None:
    fill(github, 3)
    github.traffic.budgets["graphql"].remaining = 0
    items, error = run_until_it_raises(provider(github))
    assert (items, isinstance(error, RateLimitError)) == ([], True)
    assert error.hint == "It goes on in 60 minutes."


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"message": "API rate limit exceeded for user ID 1."}, 403),
        Answer({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}]}),
    ],
    ids=["REST's way", "GraphQL's way"],
)
def test_wait_counts_by_githubs_clock_and_not_by_ours(github: GithubStandIn, answer: Answer) -> None:
    years_ago = datetime(2020, 1, 1, tzinfo=UTC)
    reset = str(int(years_ago.timestamp()) + 900)
    date = format_datetime(years_ago, usegmt=True)
    answer.headers = {"date": date, "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    github.fail(answer, resource="graphql")
    _items, error = run_until_it_raises(provider(github))
    assert isinstance(error, RateLimitError)
    assert (error.retry_after, error.hint) == (901, "It goes on in 15 minutes.")


def test_limit_of_rest_ends_a_run_with_a_pattern(github: GithubStandIn) -> None:
    fill(github, 5)
    github.traffic.budgets["core"].remaining = 2
    _items, error = run_until_it_raises(provider(github, catalogPath="/**/*.yaml"))
    assert isinstance(error, RateLimitError)


def test_revoked_token_is_told_without_the_token(github: GithubStandIn) -> None:
    fill(github, 1)
    settings = provider(github)._settings
    revoked = "ghp_" + "revoked0" * 5
    one = GithubProvider(id="default", settings=settings, integration=github.integration(token=revoked))
    _items, error = run_until_it_raises(one)
    assert isinstance(error, AuthenticationError)
    assert error.message == (
        f"GitHub at {github.host} doesn't accept the token while reading organisation `acme`: Bad credentials."
    )
    assert revoked not in error.user_text + repr(error)


def test_unknown_organisation_hints_at_a_new_name(github: GithubStandIn) -> None:
    _items, error = run_until_it_raises(settings_of(github, "acme-old"))
    assert isinstance(error, NotFoundError)
    assert error.message == f"GitHub at {github.host} knows no organisation `acme-old`, or hides it from this token."
    assert error.hint == "If it was renamed, write the new name in `catalog.providers.github.default.organization`."


def test_web_page_instead_of_json_is_told_as_such(github: GithubStandIn) -> None:
    github.fail(html_page())
    _items, error = run_until_it_raises(provider(github))
    assert isinstance(error, NotJsonError)
    assert error.message == (
        f"GitHub at {github.host} answered 200 with a page instead of JSON while reading organisation `acme`."
    )
    assert error.hint is not None
    assert "proxy" in error.hint


def test_github_that_is_not_there_is_told_as_such() -> None:
    with GithubStandIn() as stopped:
        one = provider(stopped)
    _items, error = run_until_it_raises(one)
    assert isinstance(error, UnreachableError)
    assert error.message == f"GitHub at {stopped.host} can't be reached for organisation `acme`."


def test_repository_deleted_while_it_is_read_fails_alone(github: GithubStandIn) -> None:
    fill(github, 3)
    github.fail(resource="graphql", after=1, meanwhile=lambda: github.delete_repository("service-001"))
    found = list(provider(github).read({}))
    failures = [f for f in found if isinstance(f, SourceFailure)]
    assert [f.message for f in failures] == ["Could not resolve to a Repository with the name 'acme/service-001'"]
    assert len(found) == 3


def test_next_run_after_a_failure_brings_what_was_missing(github: GithubStandIn) -> None:
    fill(github, 4)
    github.context.broken_files.add("service-002")
    one = provider(github)
    known = {str(i.location): i.version for i in one.read({}) if isinstance(i, SourceFile)}
    github.context.broken_files.clear()
    found = run(one, known)
    assert names({n: i for n, i in found.items() if i.content is not None}) == {"service-002"}
