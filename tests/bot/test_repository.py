"""What replicas leave for one another: who acts on a delivery, who posts a run's message."""

from bot import repository
from callboard.db import Database


def test_a_delivery_comes_for_the_first_time_once(database: Database) -> None:
    found = []
    for _replica in range(2):
        with database.write() as connection:
            found.append(repository.first_time(connection, "Ev1", 1.0))
    assert found == [True, False]


def test_one_replica_posts_a_runs_message_and_another_where_that_one_left_it(database: Database) -> None:
    found = []
    for now in (1.0, 2.0, 2.0 + repository.CLAIM):
        with database.write() as connection:
            found.append(repository.claim_run_message(connection, "run", now))
    assert found == ["mine", "theirs", "left"]
