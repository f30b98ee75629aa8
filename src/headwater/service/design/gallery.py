"""Examples for the page that shows every component. All of it is made up and marked so."""

from __future__ import annotations

from datetime import date

from django.http import QueryDict

from headwater.service.design import forms as f

BROKEN = (
    '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>Something went wrong – Headwater</title></head><body><main><h1>Something went '
    "wrong</h1><p>Nothing half-done was kept. Go back and try again; if it happens twice, tell whoever runs Headwater the time.</p></main></body></html>"
)


class Example(f.EditForm):
    """One of each kind of question."""

    name = f.line("What is the plan called?", "A few words that the person would use")
    words = f.text("What does the person want?", "Their own words, if you can")
    due = f.day("When is it due?")
    who = f.one_of("Who does it?", [("us", "Us"), ("them", "Another agency")])
    which = f.some_of("What may they see?", [("identity", "Name and date of birth"), ("plan", "The plan")])
    sure = f.tick("I have told the person")


def faulty() -> Example:
    """The form as it comes back with faults."""
    form = Example(QueryDict("name=&due_day=31&due_month=2&due_year=2017&version=1"), auto_id="faulty_%s")
    form.is_valid()
    return form


def in_conflict() -> Example:
    """The form as it comes back when somebody else was quicker."""
    told = "name=Back+on+his+feet&words=Work+with+cars&due_day=7&due_month=3&due_year=2017&who=us&which=plan&version=1"
    now = {"words": "A job, and to see his brother", "who": "them", "due": date(2017, 4, 1)}
    form = Example(QueryDict(told), auto_id="conflict_%s", now=now)
    if form.is_valid():
        form.compare()
    return form
