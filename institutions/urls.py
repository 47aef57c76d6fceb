"""Addresses of partners and people."""

from django.urls import path

from institutions import views

app_name = "institutions"
urlpatterns = [
    path("", views.universities, name="universities"),
    path("add/", views.add_university, name="add-university"),
    path("<int:pk>/", views.university, name="university"),
    path("<int:pk>/change/", views.change_university, name="change-university"),
    path("home/", views.home, name="home"),
    path("units/add/", views.add_unit, name="add-unit"),
    path("units/<int:pk>/change/", views.change_unit, name="change-unit"),
    path("units/<int:pk>/remove/", views.remove_unit, name="remove-unit"),
    path("licences/<int:pk>/", views.licence, name="licence"),
    path("licences/<int:pk>/correct/", views.correct_licence, name="licence-correct"),
    path("licences/<int:pk>/take-away/", views.take_away_licence, name="licence-away"),
    path("people/", views.people, name="people"),
    path("people/add/", views.add_account, name="add-account"),
    path("people/<int:pk>/", views.user, name="user"),
    path("people/<int:pk>/role/", views.give_role, name="give-role"),
    path("people/<int:pk>/invite/", views.invite, name="invite"),
    path("people/<int:pk>/active/", views.set_active, name="set-active"),
    path("people/<int:pk>/factor/", views.reset_factor, name="reset-factor"),
    path("roles/<int:pk>/end/", views.end_role, name="end-role"),
]
