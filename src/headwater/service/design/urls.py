"""The page of components."""

from django.urls import path

from headwater.service.design import views

urlpatterns = [path("", views.show_components, name="components")]
