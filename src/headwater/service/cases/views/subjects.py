"""The forms about whom a case is about: who it is, where, how to make contact safely, and one more person."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.cases import access, forms
from headwater.service.cases.actions import subjects as verbs
from headwater.service.cases.actions.plan import at_the_table
from headwater.service.cases.models import Case, Subject
from headwater.service.cases.rules import CORRECTABLE
from headwater.service.cases.views.change import case_of, change_case
from headwater.triggers.packages.words import say_day

READ_BY = (
    "Name, birth and address are the same in all work about this person: other teams of your agency read them too, and agencies that help as "
    "far as each may. How to make contact safely is for this case."
)


@for_people(*access.WORKERS)
def write_person(request: Asked, number: int, subject_id: int) -> HttpResponse:
    """Who, where, and how to contact safely."""
    case, _ = case_of(request, number, "say who it is")
    rows = Subject.objects.select_for_update(of=("self",)) if request.method == "POST" else Subject.objects.all()
    subject = rows.filter(pk=subject_id, in_cases__case=case).first()
    if subject is None:
        raise Http404
    now = {name: getattr(subject, name) for name in CORRECTABLE} | {"contact_safely": case.contact_safely}
    if subject.address_withheld:
        now["address"] = ""
    form = forms.PersonForm(request.POST or None, now=now)
    if len(case.about.all()) < 2:
        del form.fields["gone"]

    def act(case: Case, form: forms.PersonForm) -> None:
        told = form.cleaned_data
        if not form.compare():
            return
        if told.get("gone"):
            verbs.take_off(case, subject, acting=request.actor)
            return
        verbs.correct(case, subject, acting=request.actor, told=told)
        if told["contact_safely"] != case.contact_safely:
            verbs.say_contact(case, acting=request.actor, words=told["contact_safely"])

    lead = [READ_BY, *_search_says(subject)]
    return change_case(
        request, number, "say who it is", form, "Who, where, and how to contact safely", "Save", act, lead=lead
    )


def _search_says(subject: Subject) -> list[str]:
    """What the newest search says instead, to be compared."""
    says = subject.search_says
    born = {"born_on": say_day(date.fromisoformat(says["born_on"]))} if "born_on" in says else {}
    told = [f"{CORRECTABLE[name]} {(says | born)[name]}" for name in ("name", "born_on", "address") if name in says]
    return [f"The newest search says: {', '.join(told)}."] if told else []


@for_people(*access.WORKERS)
def add_person(request: Asked, number: int) -> HttpResponse:
    """The case is about one more person."""
    case, _ = case_of(request, number, "add a person")
    form = forms.AddPersonForm(request.POST or None)

    def act(case: Case, form: forms.AddPersonForm) -> None:
        verbs.add_person(case, acting=request.actor, told=form.cleaned_data)

    others = ", ".join(one.name for one in at_the_table(case) if one.pk != case.team.agency_id)
    lead = ["Somebody with whom you work in this case too. Who only lives there belongs under “At home”."]
    if others:
        lead.append(f"They help with this case, and see this person as they see the others: {others}.")
    return change_case(request, number, "add a person", form, "Add a person", "Add", act, lead=lead)
