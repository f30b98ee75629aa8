"""The administrator's pages, agreements, the own account."""

from django.urls import path

from headwater.service.agencies.views import agreements, own, people

urlpatterns = [
    path("people/", people.list_people, name="people"),
    path("people/add/", people.add_person, name="add_person"),
    path("people/<int:user_id>/", people.show_person, name="person"),
    path("people/<int:user_id>/role/", people.give_role, name="give_role"),
    path("people/<int:user_id>/role/<int:membership_id>/end/", people.end_role, name="end_role"),
    path("people/<int:user_id>/leave/", people.end_time_here, name="end_time_here"),
    path("teams/add/", people.add_team, name="add_team"),
    path("teams/<int:team_id>/", people.show_team, name="team"),
    path("teams/<int:team_id>/areas/add/", people.cover_area, name="cover_area"),
    path("teams/<int:team_id>/areas/<int:area_id>/end/", people.leave_area, name="leave_area"),
    path("agreements/", agreements.list_agreements, name="agreements"),
    path("agreements/add/", agreements.add_agreement, name="add_agreement"),
    path("agreements/<int:agreement_id>/", agreements.show_agreement, name="agreement"),
    path("agreements/<int:agreement_id>/sign/", agreements.sign_agreement, name="sign_agreement"),
    path("agreements/<int:agreement_id>/withdraw/", agreements.withdraw_agreement, name="withdraw_agreement"),
    path("intake/", own.set_intake, name="intake"),
    path("account/", own.show_own_account, name="own_account"),
]
