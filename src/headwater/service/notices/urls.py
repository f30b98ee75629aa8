"""Notices."""

from django.urls import path

from headwater.service.notices import views

urlpatterns = [
    path("notices/", views.list_notices, name="notices"),
    path("notices/all/", views.acknowledge_all, name="acknowledge_all"),
    path("notices/<int:number>/", views.open_notice, name="notice"),
]
