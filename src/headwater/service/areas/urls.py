"""Areas."""

from django.urls import path

from headwater.service.areas.views import area, atlas, decide, plans, side_by_side

urlpatterns = [
    path("", atlas.show_atlas, name="areas"),
    path("values/", atlas.give_values, name="area_values"),
    path("outlines/<str:level>/<str:digest>/", atlas.give_outlines, name="area_outlines"),
    path("plans/", plans.show_plans, name="plans"),
    path("plans/staffing/add/", plans.add_staffing, name="add_staffing"),
    path("plans/side-by-side/", side_by_side.show_side_by_side, name="plans_side_by_side"),
    path("plans/add/", plans.add_plan, name="add_plan"),
    path("plans/<int:number>/", plans.show_plan, name="plan"),
    path("plans/<int:number>/change/", plans.change_plan, name="change_plan"),
    path("plans/<int:number>/copy/", decide.copy_plan, name="copy_plan"),
    path("plans/<int:number>/publish/", decide.publish_plan, name="publish_plan"),
    path("plans/<int:number>/withdraw/", decide.withdraw_plan, name="withdraw_plan"),
    path("plans/<int:number>/export/<str:kind>/", decide.export_plan, name="export_plan"),
    path("<str:code>/", area.show_area, name="area"),
]
