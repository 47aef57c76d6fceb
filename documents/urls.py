"""Addresses of papers and uploads. The public page `v/<code>/` stands in satbayev_jdp.urls: it is short enough for a QR."""

from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.papers, name="papers"),
    path("many/", views.papers_bulk, name="papers-bulk"),
    path("<int:pk>/", views.paper, name="officialdocument"),
    path("<int:pk>/file/", views.download, name="download"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
    path("<int:pk>/deliver/", views.deliver, name="deliver"),
    path("drafts/<slug:kind>/<int:pk>/", views.draft, name="draft"),
    path("change-sheet/", views.change_sheet, name="change-sheet"),
    path("uploads/<int:pk>/", views.upload, name="upload"),
    path("licences/<int:pk>/add/", views.add_licence, name="licence-add"),
    path("licences/<int:pk>/scan/", views.licence_scan, name="licence-scan"),
]
