"""The desk."""

from django.urls import path

from headwater.service.desk import views

urlpatterns = [path("", views.show_queue, name="desk"), path("<str:package_id>/", views.show_draft, name="draft")]
