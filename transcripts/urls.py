"""Addresses under transcripts/."""

from django.urls import path

from transcripts.views import markstable, protocols, protocoltable, reports, results, transcripts

app_name = "transcripts"
urlpatterns = [
    path("marks/", results.results, name="results"),
    path("marks/files/", results.resultfiles, name="resultfiles"),
    path("marks/new/", results.new, name="results-new"),
    path("marks/type/", markstable.choose, name="results-type"),
    path("marks/type/<int:term>/<int:pathway>/", markstable.marks_table, name="results-table"),
    path("marks/check/<int:pk>/", results.check, name="results-check"),
    path("marks/files/<int:pk>/", results.resultfile, name="resultfile"),
    path("protocols/", protocols.recognitionprotocols, name="recognitionprotocols"),
    path("protocols/many/", protocols.protocols_bulk, name="protocols-bulk"),
    path("protocols/<int:pk>/", protocols.recognitionprotocol, name="recognitionprotocol"),
    path("protocols/<int:pk>/decisions/", protocoltable.decisions, name="protocol-decisions"),
    path("protocols/<int:pk>/make/", protocols.make, name="protocol-make"),
    path("protocols/<int:pk>/certify/<str:seen_hash>/", protocols.certify, name="protocol-certify"),
    path("protocols/<int:pk>/return/", protocols.send_back, name="protocol-return"),
    path("protocols/<int:pk>/correct/", protocols.correct, name="protocol-correct"),
    path("protocols/<int:pk>/lines/<int:line_pk>/refuse/", protocols.refuse, name="protocol-refuse"),
    path("protocols/<int:pk>/differences/<int:difference_pk>/", protocols.removal, name="protocol-removal"),
    path("protocols/<int:pk>/differences/<int:difference_pk>/again/", protocols.recognise_again, name="protocol-again"),
    path("protocols/<int:pk>/differences/<int:difference_pk>/removed/", protocols.removed, name="protocol-removed"),
    path("", transcripts.transcripts, name="transcripts"),
    path("bulk/", transcripts.bulk, name="bulk"),
    path("students/<int:pk>/", transcripts.student, name="student"),
    path("students/<int:pk>/issue/", transcripts.issue, name="issue"),
    path("<int:pk>/", transcripts.transcript, name="transcript"),
    path("lines/<int:pk>/", transcripts.chain, name="chain"),
    path("reports/", reports.semesterreports, name="semesterreports"),
    path("reports/many/", reports.reports_bulk, name="reports-bulk"),
    path("reports/<int:pk>/", reports.semesterreport, name="semesterreport"),
    path("reports/<int:pk>/make/", reports.make, name="report-make"),
    path("reports/<int:pk>/send/", reports.send, name="report-send"),
    path("reports/<int:pk>/acknowledge/", reports.acknowledge, name="report-acknowledge"),
    path("reports/<int:pk>/xlsx/", reports.xlsx, name="report-xlsx"),
]
