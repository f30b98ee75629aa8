"""The forms of a case itself: what the person wants, who is at home, consent, worry, review, lead, restriction, and its end."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.agencies.actions import people_with
from headwater.service.cases import access, forms
from headwater.service.cases.actions import cases as verbs
from headwater.service.cases.actions.plan import at_the_table, people_at_the_table
from headwater.service.cases.models import Case
from headwater.service.cases.views.change import case_of, change_case


@for_people(*access.WORKERS)
def write_wishes(request: Asked, number: int) -> HttpResponse:
    """What the person wants."""
    case, _ = case_of(request, number, "write what the person wants")
    now = {name: getattr(case, name) for name in ("wishes", "strengths", "needs")}
    form = forms.WishesForm(request.POST or None, now=now)

    def act(case: Case, form: forms.WishesForm) -> None:
        if form.compare():
            verbs.write_wishes(case, acting=request.actor, **{name: form.cleaned_data[name] for name in now})

    return change_case(request, number, "write what the person wants", form, "What the person wants", "Save", act)


@for_people(*access.WORKERS)
def write_member(request: Asked, number: int, member_id: int | None = None) -> HttpResponse:
    """Somebody at home."""
    case, _ = case_of(request, number, "write who is at home")
    member = case.household.filter(pk=member_id).first() if member_id else None
    if member_id and member is None:
        raise Http404
    names = ("name", "relationship", "age_words", "lives_here")
    now = {name: getattr(member, name) for name in names} | {"suspected": bool(member.suspected_on)} if member else None
    form = forms.MemberForm(request.POST or None, now=now, initial={"lives_here": True})
    if member is None:
        del form.fields["gone"]

    def act(case: Case, form: forms.MemberForm) -> None:
        told = form.cleaned_data
        if form.compare():
            verbs.write_member(case, acting=request.actor, content=told, member=member, gone=bool(told.get("gone")))

    return change_case(request, number, "write who is at home", form, "Who is at home", "Save", act)


@for_people(*access.WORKERS)
def record_consent(request: Asked, number: int) -> HttpResponse:
    """Consent, or the lawful reason without it."""
    case, _ = case_of(request, number, "record consent")
    now = {name: getattr(case, name) for name in ("consent", "without_basis", "without_why")}
    form = forms.ConsentForm(request.POST or None, now=now)

    def act(case: Case, form: forms.ConsentForm) -> None:
        told = form.cleaned_data
        if form.compare():
            verbs.record_consent(
                case,
                acting=request.actor,
                consent=told["consent"],
                basis=told["without_basis"],
                why=told["without_why"],
            )

    return change_case(request, number, "record consent", form, "Does the person agree?", "Save", act)


@for_people(*access.WORKERS)
def say_worry(request: Asked, number: int) -> HttpResponse:
    """How worried people are."""
    form = forms.WorryForm(request.POST or None)

    def act(case: Case, form: forms.WorryForm) -> None:
        verbs.say_worry(case, acting=request.actor, level=form.cleaned_data["level"], why=form.cleaned_data["why"])

    return change_case(request, number, "say how worried", form, "How worried are you?", "Save", act)


@for_people(*access.WORKERS)
def review(request: Asked, number: int) -> HttpResponse:
    """Look back."""
    case, _ = case_of(request, number, "review")
    form = forms.ReviewForm(request.POST or None, initial={"every": case.review_every})

    def act(case: Case, form: forms.ReviewForm) -> None:
        told = form.cleaned_data
        verbs.review(
            case,
            acting=request.actor,
            better=told["better"],
            worse=told["worse"],
            person_says=told["person_says"],
            every=int(told["every"]),
        )

    return change_case(request, number, "review", form, "Review", "Save the review", act)


@for_people(*access.WORKERS)
def change_lead(request: Asked, number: int) -> HttpResponse:
    """Who leads."""
    case, _ = case_of(request, number, "change the lead")
    people = people_with(case.team.agency_id, access.WORKERS, case.team_id)
    form = forms.LeadForm(request.POST or None, people=people, now={"lead": case.lead_id})

    def act(case: Case, form: forms.LeadForm) -> None:
        if form.compare():
            lead = next(one for one in people if one.pk == int(form.cleaned_data["lead"]))
            verbs.change_lead(case, acting=request.actor, lead=lead)

    return change_case(request, number, "change the lead", form, "Who leads?", "Save", act)


@for_people(*access.WORKERS)
def restrict(request: Asked, number: int) -> HttpResponse:
    """Only some may see it."""
    case, _ = case_of(request, number, "restrict")
    people = people_at_the_table(case, at_the_table(case))
    named = set(case.grants.values_list("user_id", flat=True))
    now = {"restriction": case.restriction or "none", "people": [one.pk for one in people if one.pk in named]}
    form = forms.RestrictForm(request.POST or None, people=people, now=now)

    def act(case: Case, form: forms.RestrictForm) -> None:
        chosen = [one for one in people if str(one.pk) in form.cleaned_data["people"]]
        told = form.cleaned_data["restriction"]
        if form.compare():
            verbs.restrict(case, acting=request.actor, restriction="" if told == "none" else told, people=chosen)

    lead = ["Others of the team see a locked line without a name. Everybody else sees nothing."]
    return change_case(request, number, "restrict", form, "Who may see this case?", "Save", act, lead=lead)


@for_people(*access.WORKERS)
def close(request: Asked, number: int) -> HttpResponse:
    """Close with an outcome and what was learned; said beforehand: which agencies see it no longer then."""
    case, _ = case_of(request, number, "close")
    helping = [one.name for one in at_the_table(case) if one.pk != case.team.agency_id]
    lead = [f"{' and '.join(helping)} will not see this case any more, and will be told."] if helping else []
    form = forms.CloseForm(request.POST or None)

    def act(case: Case, form: forms.CloseForm) -> None:
        told = form.cleaned_data
        verbs.close(case, acting=request.actor, outcome=told["outcome"], words=told["words"], learned=told["learned"])

    return change_case(request, number, "close", form, "Close the case", "Close it", act, lead=lead)


REOPENED = "Agencies that helped before do not see it until you ask them again."


@for_people(*access.WORKERS)
def reopen(request: Asked, number: int) -> HttpResponse:
    """Work on it again."""
    form = forms.ReopenForm(request.POST or None)

    def act(case: Case, form: forms.ReopenForm) -> None:
        verbs.reopen(case, acting=request.actor, why=form.cleaned_data["why"])

    return change_case(request, number, "reopen", form, "Open the case again", "Open it", act, lead=[REOPENED])
