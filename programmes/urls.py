"""Addresses of programmes and students."""

from django.urls import path

from programmes.views import calendar
from programmes.views import programmes as views

app_name = "programmes"
urlpatterns = [
    path("", views.programmes, name="programmes"),
    path("new/", views.new, name="programme-new"),
    path("<int:pk>/", views.programme, name="programme"),
    path("<int:pk>/correct/", views.correct, name="programme-correct"),
    path("<int:pk>/take-away/", views.take_away, name="programme-away"),
    path("<int:pk>/curriculum/", views.import_curriculum, name="curriculum-import"),
    path("<int:pk>/curriculum/<int:upload>/", views.check_curriculum, name="curriculum-check"),
    path("students/", views.students, name="students"),
    path("students/import/", views.import_students, name="students-import"),
    path("students/import/<int:upload>/", views.check_students, name="students-check"),
    path("students/<int:pk>/", views.enrolment, name="enrolment"),
    path("calendar/<int:pk>/", calendar.calendar, name="calendar"),
    path("calendar/<int:pk>/add/", calendar.add_term, name="term-add"),
    path("terms/<int:pk>/", calendar.correct_term, name="term-correct"),
    path("terms/<int:pk>/away/", calendar.take_away_term, name="term-away"),
    path("days-off/add/", calendar.add_day_off, name="day-off-add"),
    path("days-off/<int:pk>/away/", calendar.take_away_day_off, name="day-off-away"),
]
