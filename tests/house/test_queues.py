"""Every queue has a worker, every task its two functions, every event that asks for work a task."""

from __future__ import annotations

import inspect

import pytest

from legalflow.cli import up
from legalflow.jobs import queues
from legalflow.matters import events
from legalflow.services import bundling, importing, keeping, tracking


@pytest.mark.parametrize("name", list(queues.TASKS))
def test_a_task_is_two_functions_of_known_parameters(name: str) -> None:
    task = queues.TASKS[name]
    run, fail = (
        list(inspect.signature(queues.resolve(dotted)).parameters.values()) for dotted in (task.run, task.fail)
    )
    needed = [parameter for parameter in run if parameter.default is inspect.Parameter.empty]
    assert len(needed) == 3 and needed[0].name == "office" and needed[-1].name == "finish"
    assert [parameter.name for parameter in fail][2:] == ["reason", "finish"]


@pytest.mark.parametrize("name", list(queues.TASKS))
def test_a_name_is_safe_in_the_id_of_a_job_and_its_limits_are_sane(name: str) -> None:
    task = queues.TASKS[name]
    assert name.isidentifier() and name.isascii()
    assert 0 < task.limit <= 900
    assert list(task.pauses) == sorted(task.pauses)


def test_documents_never_queue_behind_batches() -> None:
    assert queues.TASKS["render_document"].queue not in {
        task.queue for name, task in queues.TASKS.items() if name != "render_document"
    }


def test_up_starts_a_worker_for_every_queue() -> None:
    assert set(up._QUICKLY) == set(queues.QUEUES)


def test_every_reaction_names_an_event_a_field_of_it_and_a_task_on_its_queue() -> None:
    for event, (task, queue, field) in tracking.REACTIONS.items():
        assert field in {question.name for question in events.questions(events.EVENTS[event])}
        assert queues.TASKS[task].queue == queue


@pytest.mark.parametrize("room", [importing, keeping])
def test_use_cases_ask_for_tasks_that_there_are(room: object) -> None:
    assert queues.TASKS[room.TASK].queue == room.QUEUE  # type: ignore[attr-defined]


def test_events_that_ask_for_something_made_have_a_reaction() -> None:
    asking = {name for name in events.EVENTS if name.endswith("Requested") and "Recovery" not in name}
    assert asking <= set(tracking.REACTIONS)
    assert bundling.bind is queues.resolve(queues.TASKS["bind_bundle"].run)
