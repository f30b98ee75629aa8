"""Areas."""

from django.urls import path

from headwater.service.areas.views import area, atlas

urlpatterns = [
    path("", atlas.show_atlas, name="areas"),
    path("values/", atlas.give_values, name="area_values"),
    path("outlines/<str:level>/<str:digest>/", atlas.give_outlines, name="area_outlines"),
    path("<str:code>/", area.show_area, name="area"),
]
