"""The administrator's pages, agreements, the own account."""

from django.urls import path

from headwater.service.agencies import views

urlpatterns = [
    path("people/", views.list_people, name="people"),
    path("people/add/", views.add_person, name="add_person"),
    path("people/<int:user_id>/", views.show_person, name="person"),
    path("people/<int:user_id>/role/", views.give_role, name="give_role"),
    path("people/<int:user_id>/role/<int:membership_id>/end/", views.end_role, name="end_role"),
    path("people/<int:user_id>/leave/", views.end_time_here, name="end_time_here"),
    path("teams/add/", views.add_team, name="add_team"),
    path("teams/<int:team_id>/", views.show_team, name="team"),
    path("teams/<int:team_id>/areas/add/", views.cover_area, name="cover_area"),
    path("teams/<int:team_id>/areas/<int:area_id>/end/", views.leave_area, name="leave_area"),
    path("agreements/", views.list_agreements, name="agreements"),
    path("agreements/add/", views.add_agreement, name="add_agreement"),
    path("agreements/<int:agreement_id>/", views.show_agreement, name="agreement"),
    path("agreements/<int:agreement_id>/sign/", views.sign_agreement, name="sign_agreement"),
    path("agreements/<int:agreement_id>/withdraw/", views.withdraw_agreement, name="withdraw_agreement"),
    path("intake/", views.set_intake, name="intake"),
    path("account/", views.show_own_account, name="own_account"),
]
