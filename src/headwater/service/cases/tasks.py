"""What the worker does for case work: what teams answered goes back to the search."""

from django_tasks import task

from headwater.service.audit.actions import acting_as
from headwater.service.cases.actions.feedback import return_answers


@task()
def return_answer(number: int) -> None:
    """Hand the answer to one package back to the lake."""
    with acting_as("worker: feedback"):
        return_answers([number])
