"""A person in front of a drawn page: what Slack would send back, and what they choose."""

from collections.abc import Mapping, Sequence
from typing import Any

from blocks import creation, forms
from blocks.limits import check_view
from playground.forms import initial_values
from scaffolder.drafts.model import Draft
from scaffolder.forms import Field, FormModel, active_fields, read_form
from scaffolder.model import Template

TEMPLATE = Template("template:default/t", "Template", {}, ())
DRAFT = Draft("d1", "U1", TEMPLATE.ref)
State = dict[str, Any]


def form(*pages: Mapping[str, Any]) -> FormModel:
    return read_form(list(pages))


def fields_of(schema: Mapping[str, Any], values: Mapping[str, Any] | None = None) -> list[Field]:
    return active_fields(form(schema).pages[0], values or {})


def view_of(blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    shown = creation.PageShown(heading="Page", blocks=blocks, place={"p": 0}, progress="1 of 1")
    return creation.page(DRAFT, TEMPLATE, shown)


def problems(blocks: Sequence[dict[str, Any]]) -> list[str]:
    return [str(p) for p in check_view(view_of(blocks))]


def sent(blocks: Sequence[dict[str, Any]]) -> State:
    """The state of a page that nobody has touched."""
    return initial_values([{"block_id": "", **b} for b in blocks], {})


def entered(state: State, path: tuple[str | int, ...], part: str = "", **what: Any) -> State:
    """The state after something was entered in one input."""
    block = forms.block_id(path, part)
    action = next(iter(state[block]))
    return state | {block: {action: state[block][action] | what}}


def drawn_and_read(schema: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What comes back from a page that was drawn with the values and not touched."""
    fields = fields_of(schema, values)
    return forms.read(fields, sent(forms.draw(fields, values)), values)
