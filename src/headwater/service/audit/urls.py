"""The auditor's pages."""

from django.urls import path

from headwater.service.audit import views

urlpatterns = [path("", views.show_log, name="log")]
