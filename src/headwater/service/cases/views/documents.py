"""The files of a case: kept, listed, and given out as downloads only."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse

from headwater.service.agencies.access import Asked, for_people
from headwater.service.cases import access, forms
from headwater.service.cases.actions import plan as verbs
from headwater.service.cases.log_sight import log_sight
from headwater.service.cases.models import Case, Document
from headwater.service.cases.views.change import change_case
from headwater.service.cases.views.page import case_page


@for_people(*access.WORKERS)
def show_documents(request: Asked, number: int) -> HttpResponse:
    """The files of a case that the reader may have."""
    case, sight = access.case_for(request.actor, number)
    rows = case.documents.select_related("agency", "by").order_by("-id")
    if not sight.sees("documents"):
        rows = rows.filter(agency_id=request.actor.agency_id)
    return case_page(
        request, "cases/documents.html", case, sight, {"documents": list(rows[:200])}, tab="case_documents"
    )


@for_people(*access.WORKERS)
def add_document(request: Asked, number: int) -> HttpResponse:
    """Keep a file."""
    form = forms.DocumentForm(request.POST or None, request.FILES or None)

    def act(case: Case, form: forms.DocumentForm) -> str:
        verbs.add_document(
            case, acting=request.actor, title=form.cleaned_data["title"], upload=form.cleaned_data["file"]
        )
        return reverse("case_documents", args=[number])

    return change_case(
        request,
        number,
        "add a document",
        form,
        "Add a document",
        "Add",
        act,
        back=reverse("case_documents", args=[number]),
    )


@for_people(*access.WORKERS)
def download(request: Asked, number: int, document_id: int) -> HttpResponse:
    """A file, always as a download and never inside a page."""
    case, sight, found = access.document_for(request.actor, number, document_id)
    log_sight("export", case, sight, categories=["documents"], item_type="cases_document", items=[found.pk])
    return hand_out(found, f"{case.reference}-{found.pk}")


def hand_out(document: Document, name: str) -> HttpResponse:
    """The file under a name that tells nothing of its content. Raises Http404 when it does not lie there."""
    try:
        content = document.file.open("rb")
    except FileNotFoundError:  # The folder of documents was not restored with the database.
        raise Http404 from None
    response = FileResponse(
        content, as_attachment=True, filename=f"{name}.{document.kind}", content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"], response["Content-Security-Policy"] = "nosniff", "sandbox; default-src 'none'"
    return response  # type: ignore[return-value]
