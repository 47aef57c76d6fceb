"""Addresses of partners' nominations."""

from django.urls import URLPattern, path

from admissions.views import nominations

urlpatterns: list[URLPattern] = [
    path("nominations/", nominations.nominations, name="nominations"),
    path("nominations/<int:pk>/", nominations.nominationlist, name="nominationlist"),
    path("nominations/<int:pk>/send/", nominations.send, name="nominationlist-send"),
    path("nominations/intakes/<int:pk>/import/", nominations.import_file, name="nomination-import"),
    path("nominations/intakes/<int:pk>/import/<int:upload>/", nominations.check_file, name="nomination-check"),
    path("nominations/intakes/<int:pk>/new/", nominations.candidate_new, name="candidate-new"),
    path("applications/<int:pk>/candidate/", nominations.candidate_correct, name="candidate-correct"),
    path("applications/<int:pk>/withdraw/", nominations.candidate_withdraw, name="candidate-withdraw"),
]
