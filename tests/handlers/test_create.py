"""The journey through a form: choices, text, lists, going back, leaving and coming again, and starting once."""

from concurrent.futures import ThreadPoolExecutor

from callboard.chat import Actor
from tests.handlers.person import Person
from tests.handlers.two_pages import NAME, STEPS, parameters_of, runs, template
from tests.scaffolder.bench import Bench

TOM = Actor("U2", "user:default/tom", "Tom")


def test_a_form_is_filled_in_page_by_page_and_becomes_a_run(jane: Person, bench: Bench) -> None:
    jane.start(template(bench))
    jane.enter("name", value="Bad Name")
    assert jane.submit() is False
    assert "f:name" in jane.errors
    jane.enter("name", value="good-name")
    jane.submit()
    assert "2 of 2" in jane.text
    jane.submit()
    assert jane.callback == "create.review"
    assert "good-name" in jane.text
    jane.submit()

    assert jane.callback == "create.started"
    assert "<#C1>" in jane.text
    assert parameters_of(bench) == {"name": "good-name", "database": False}


def test_a_choice_brings_up_a_question_and_takes_its_answer_away_again(jane: Person, bench: Bench) -> None:
    jane.start(template(bench))
    jane.enter("name", value="a")
    jane.submit()
    jane.choose("database", value=["yes"])
    assert "f:days" in jane.state
    jane.enter("days", value="100")
    assert jane.submit() is False
    assert "99 or less" in jane.errors["f:days"]
    jane.choose("database", value=[])
    assert "f:days" not in jane.state
    jane.submit()
    jane.submit()

    assert parameters_of(bench) == {"name": "a", "database": False}


def test_text_that_is_typed_survives_a_choice(jane: Person, bench: Bench) -> None:
    page = {
        "properties": {
            "note": {"type": "string"},
            "kind": {"type": "string", "enum": ["a", "b"]},
        },
        "allOf": [
            {"if": {"properties": {"kind": {"const": "b"}}, "required": ["kind"]},
             "then": {"properties": {"more": {"type": "string"}}}}
        ],
    }  # fmt: skip
    jane.start(template(bench, [page]))
    jane.enter("note", value="half a sent")
    jane.choose("kind", value="1")

    assert "f:more" in jane.state
    assert jane.state["f:note"]["create.value"]["value"] == "half a sent"


def test_a_question_that_typed_text_brings_up_is_asked_before_the_page_is_left(jane: Person, bench: Bench) -> None:
    page = {"properties": {"a": {"type": "string"}}, "dependencies": {"a": {"properties": {"b": {"type": "string"}}}}}
    jane.start(template(bench, [page]))
    jane.enter("a", value="x")
    jane.submit()
    assert jane.callback == "create.form"
    assert "f:b" in jane.state
    jane.enter("b", value="y")
    jane.submit()
    jane.submit()

    assert parameters_of(bench) == {"a": "x", "b": "y"}


def test_a_page_longer_than_a_modal_goes_on_in_the_next_one(jane: Person, bench: Bench) -> None:
    names = [f"f{n}" for n in range(100)]
    page = {"properties": {n: {"type": "string", "maxLength": 3} for n in names}, "required": ["f0", "f99"]}
    jane.start(template(bench, [page]))
    jane.enter("f0", value="abc")
    jane.submit()
    assert "part 2 of 2" in jane.text
    jane.enter("f99", value="xyz")
    jane.click("Back")
    assert "part 1 of 2" in jane.text
    jane.submit()
    assert jane.state["f:f99"]["create.value"]["value"] == "xyz"
    jane.submit()
    jane.submit()

    assert parameters_of(bench) == {"f0": "abc", "f99": "xyz"}


ITEM = {"type": "object", "required": ["host"], "properties": {"host": {"type": "string"}, "tls": {"type": "boolean"}}}
LISTED = {"properties": {"title": {"type": "string"}, "hosts": {"type": "array", "title": "Hosts", "items": ITEM}}}


def test_items_of_a_list_are_added_changed_and_taken_away(jane: Person, bench: Bench) -> None:
    jane.start(template(bench, [LISTED]))
    jane.enter("title", value="kept")
    for host in ("one", "two"):
        jane.click("Add one")
        jane.enter(f"hosts/{0 if host == 'one' else 1}/host", value=host)
        jane.submit()
    assert jane.state["f:title"]["create.value"]["value"] == "kept"
    jane.item("hosts/0", "edit")
    jane.enter("hosts/0/host", value="first")
    jane.submit()
    jane.item("hosts/1", "remove")
    jane.submit()
    assert "first" in jane.text
    jane.submit()

    assert parameters_of(bench) == {"title": "kept", "hosts": [{"host": "first", "tls": False}]}


def test_an_item_that_is_not_finished_is_forgotten_on_the_way_back(jane: Person, bench: Bench) -> None:
    jane.start(template(bench, [LISTED]))
    jane.click("Add one")
    jane.choose("hosts/0/tls", value=["yes"])
    jane.click("Back")

    assert "none yet" in jane.text


def test_what_was_entered_waits_for_the_person_to_come_back(jane: Person, bench: Bench) -> None:
    ref = template(bench)
    jane.start(ref)
    jane.enter("name", value="half-done")
    jane.close()
    jane.start(ref)
    assert jane.callback == "create.found"
    jane.click("Continue where you left")
    assert jane.state["f:name"]["create.value"]["value"] == "half-done"
    jane.close()
    jane.start(ref)
    jane.click("Start over")

    assert jane.state["f:name"]["create.value"]["value"] is None


def test_an_untouched_form_leaves_nothing_to_continue(jane: Person, bench: Bench) -> None:
    ref = template(bench)
    jane.start(ref)
    jane.close()
    jane.start(ref)

    assert jane.callback == "create.form"


def test_the_review_leads_to_a_page_and_straight_back(jane: Person, bench: Bench) -> None:
    jane.start(template(bench))
    jane.enter("name", value="a")
    jane.submit()
    jane.submit()
    jane.click("Edit")
    assert "1 of 2" in jane.text
    jane.enter("name", value="b")
    jane.submit()
    assert jane.callback == "create.review"
    jane.submit()

    assert parameters_of(bench) == {"name": "b", "database": False}


def test_two_clicks_on_create_make_one_run(jane: Person, bench: Bench) -> None:
    jane.start(template(bench))
    jane.enter("name", value="a")
    jane.submit()
    jane.submit()
    second = Person(jane.services)
    second.view, second.state = jane.view, jane.state
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(Person.submit, (jane, second)))

    assert len(runs(bench)) == 1
    assert sorted([jane.callback, second.callback]) == ["create.started", "notice"]
    assert "submitted already" in f"{jane.text}{second.text}"


def test_two_people_fill_in_one_template_without_seeing_each_other(jane: Person, bench: Bench) -> None:
    ref = template(bench)
    tom = Person(jane.services, TOM)
    jane.start(ref)
    tom.start(ref)
    jane.enter("name", value="of-jane")
    tom.enter("name", value="of-tom")
    for person in (jane, tom):
        person.submit()
        person.submit()
    review = jane.view
    tom.submit()
    assert parameters_of(bench)["name"] == "of-tom"
    jane.submit()
    assert parameters_of(bench)["name"] == "of-jane"
    tom.view = review
    tom.submit()
    assert tom.callback == "notice"


def test_a_template_that_changed_meanwhile_is_told_and_nothing_is_lost(jane: Person, bench: Bench) -> None:
    jane.start(template(bench))
    jane.enter("name", value="kept")
    template(
        bench, [{"title": "New", "required": ["name", "size"], "properties": {**NAME, "size": {"type": "integer"}}}]
    )
    jane.submit()

    assert "was changed" in jane.text
    assert jane.state["f:name"]["create.value"]["value"] == "kept"
    assert "f:size" in jane.state


def test_a_template_that_is_gone_meanwhile_is_told(jane: Person, bench: Bench) -> None:
    ref = template(bench)
    jane.start(ref)
    (bench.folder / "t1.yaml").unlink()
    bench.catalog.sync_locations()
    with bench.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM entities WHERE kind = 'template'")
    jane.enter("name", value="a")
    jane.submit()

    assert "not found" in jane.text


def test_a_template_for_others_is_refused_in_the_window(jane: Person, bench: Bench) -> None:
    annotations = {"callboard.dev/run-by": "group:default/admins"}
    ref = bench.template({"steps": STEPS}, annotations=annotations)
    jane.start(ref)

    assert "is for group:default/admins only" in jane.text


def test_a_picker_takes_what_was_typed_where_anything_goes(jane: Person, bench: Bench) -> None:
    free = {"type": "string", "ui:field": "EntityPicker", "ui:options": {"catalogFilter": {"kind": "Component"}}}
    strict = {**free, "ui:options": {**free["ui:options"], "allowArbitraryValues": False}}  # type: ignore[dict-item]
    jane.start(template(bench, [{"properties": {"free": free, "strict": strict}}]))

    assert [o["value"] for o in jane.suggest("strict", "nothing-like-it")] == []
    assert [o["value"] for o in jane.suggest("free", "nothing-like-it")] == ["nothing-like-it"]
    jane.pick("free", "component:Default/Other")
    jane.submit()
    jane.submit()
    assert parameters_of(bench) == {"free": "component:default/other"}


def test_the_only_option_of_a_required_picker_is_chosen_already(jane: Person, bench: Bench) -> None:
    options = {"catalogFilter": {"kind": "Component"}, "allowArbitraryValues": False}
    picker = {"type": "string", "ui:field": "EntityPicker", "ui:options": options}
    jane.start(template(bench, [{"properties": {"c": picker}, "required": ["c"]}]))

    assert "component:default/petstore" in str(jane.state["f:c"])


def test_a_list_of_hundreds_of_choices_is_searched(jane: Person, bench: Bench) -> None:
    page = {"properties": {"n": {"enum": [f"value {i}" for i in range(300)]}}}
    jane.start(template(bench, [page]))
    jane.pick("n", "value 27", number=1)
    jane.submit()
    jane.submit()

    assert parameters_of(bench) == {"n": "value 270"}
