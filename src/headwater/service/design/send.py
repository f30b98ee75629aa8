"""Take a form that was sent: once, whole or not at all, and lead the sender on. Faults stand above the form with all that was typed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from headwater.service.design.forms import Form
from headwater.service.design.models import Sent

F = TypeVar("F", bound=Form)


class Refused(Exception):
    """What was asked cannot be done; the message says why and what to do instead. `field` names the question, if one is to blame;
    `way` is the address of the page where it can be mended."""

    def __init__(self, why: str, field: str | None = None, *, way: str = "") -> None:
        super().__init__(why)
        self.field, self.way = field, way


def take(
    request: HttpRequest, form: F, act: Callable[[F], str], page: str, more: dict[str, Any] | None = None, *, done: str = "",
) -> HttpResponse:  # fmt: skip
    """Show the form, or act on it and lead on to the address that `act` returns; sent twice, it acts once.

    `act` may raise Refused, or add faults to the form and return an empty address; then nothing is kept and the form comes back.
    """
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data.get("once")
        user = request.user.pk
        if number and (before := Sent.objects.filter(number=number, user=user).first()):
            return HttpResponseRedirect(before.led_to or "/")
        try:
            with transaction.atomic():
                if number:
                    Sent.objects.create(number=number, user=user)
                led_to = act(form)
                if form.errors:
                    raise _Back
                if number:
                    Sent.objects.filter(number=number).update(led_to=led_to)
        except _Back:
            pass
        except Refused as fault:
            form.add_error(fault.field if fault.field in form.fields else None, str(fault))
            if fault.way:
                form.ways[str(fault)] = fault.way
        except IntegrityError:
            before = Sent.objects.filter(number=number, user=user).first() if number else None
            if before is None:
                raise
            return HttpResponseRedirect(before.led_to or "/")
        else:
            if done:
                messages.success(request, done)
            return HttpResponseRedirect(led_to)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, page, {"form": form, **(more or {})}, status=status)


def sent_before(request: HttpRequest) -> str | None:
    """Where it led when this user sent this very form before; None for a form that did nothing yet."""
    try:
        number = uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return None
    before = Sent.objects.filter(number=number, user=request.user.pk).first()
    return (before.led_to or "/") if before else None


class _Back(Exception):
    """The form goes back to its sender and nothing is kept."""
