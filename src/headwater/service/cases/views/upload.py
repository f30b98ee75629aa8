"""Bring a run's confirmed packages in by a page: for an analyst whose lake lies on another machine."""

from __future__ import annotations

import json
from typing import Any

from django import forms as django_forms
from django.http import HttpResponse
from django.urls import reverse
from pydantic import ValidationError

from headwater.service.agencies.access import Asked, Role, for_people
from headwater.service.audit.actions import log
from headwater.service.cases.actions.bring import bring_in
from headwater.service.design import forms as f
from headwater.service.design.send import Refused, take
from headwater.triggers.packages.package import Package as Released

MOST_FILES = 2000


class ManyFiles(django_forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(django_forms.FileField):
    """A list of files, each of them one."""

    widget = ManyFiles(attrs={"multiple": True, "accept": ".json"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file by itself. Raises ValidationError when there is none."""
        return [super(ManyFilesField, self).clean(one, initial) for one in (data or [None])]


class UploadForm(f.Form):
    """The JSON files of what was handed on."""

    chosen = ManyFilesField(
        label="Packages", help_text="The files K-….json that headwater hand-over wrote, as many as you like"
    )


@for_people(Role.ANALYST)
def upload(request: Asked) -> HttpResponse:
    """Read, check and bring in; all or none."""
    form = UploadForm(request.POST or None, request.FILES or None)

    def act(form: UploadForm) -> str:
        found = [_read(file) for file in request.FILES.getlist("chosen")[:MOST_FILES]]
        done = bring_in(found, run="uploaded", agency_id=request.actor.agency_id)
        log("combine", "cases_package", [one.package_id for one in found])
        request.session["brought"] = (
            f"{done.new} new, {done.updated} brought up to date, {done.unchanged} known already, {done.without_team} without a team here."
        )
        return reverse("upload")

    told = request.session.pop("brought", "")
    more = {
        "title": "Bring packages in",
        "button": "Bring them in",
        "lead": [told] if told else ["Only what was confirmed comes in. What is known already changes nothing."],
    }
    return take(request, form, act, "design/form_page.html", more)


def _read(file: Any) -> Released:
    try:
        return Released.model_validate(json.loads(file.read()))
    except (ValueError, ValidationError) as fault:
        told = fault.errors()[0]["msg"] if isinstance(fault, ValidationError) else str(fault)
        raise Refused(f"{file.name} is no package: {told}. Nothing was brought in.", "chosen") from None
