"""A GitHub Enterprise Server with one organisation: REST, GraphQL, conditional requests, limits, git over HTTP."""

from tests.standins.github.server import GithubStandIn
from tests.standins.github.traffic import bad_gateway, graphql_timeout, html_page, secondary_limit

__all__ = ["GithubStandIn", "bad_gateway", "graphql_timeout", "html_page", "secondary_limit"]
