"""The map of addresses: which app answers where."""

from django.urls import include, path

from headwater.service.design import views

handler404 = "headwater.service.design.views.not_found"
handler500 = "headwater.service.design.views.broken"

urlpatterns = [
    path("", include("headwater.service.cases.urls")),
    path("", include("headwater.service.notices.urls")),
    path("", include("headwater.service.agencies.urls")),
    path("desk/", include("headwater.service.desk.urls")),
    path("areas/", include("headwater.service.areas.urls")),
    path("log/", include("headwater.service.audit.urls")),
    path("sign-in/", include("headwater.service.agencies.sign_in_urls")),
    path("design/", include("headwater.service.design.urls")),
    path("health/", views.health, name="health"),
]
