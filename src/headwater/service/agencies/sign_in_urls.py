"""The pages of allauth; those that let people change who they are lead nowhere: that is the administrator's."""

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import include, path

from headwater.service.agencies.access import anyone


@anyone
def nowhere(request: HttpRequest) -> NoReturn:
    """There is no such page here."""
    raise Http404


urlpatterns = [
    path("email/", nowhere),
    path("3rdparty/", nowhere),
    path("3rdparty/signup/", nowhere),
    path("social/connections/", nowhere),
    path("social/signup/", nowhere),
    path("", include("allauth.urls")),
]
