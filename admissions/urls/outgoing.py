"""Addresses of applications, packages, contracts, visas, intakes and outgoing lists."""

from django.urls import URLPattern, path

from admissions.views import applications, lists, outgoing, package

urlpatterns: list[URLPattern] = [
    path("", applications.applications, name="applications"),
    path("mine/", applications.mine, name="mine"),
    path("many/", applications.bulk, name="applications-bulk"),
    path("applications/<int:pk>/", applications.application, name="application"),
    path("applications/<int:pk>/step/<slug:step>/", applications.application_step, name="application-step"),
    path("applications/<int:pk>/draft/", outgoing.draft, name="application-draft"),
    path("applications/<int:pk>/answer/", outgoing.answer, name="answer"),
    path("applications/<int:pk>/package/", outgoing.package_request, name="package-request"),
    path("applications/<int:pk>/departure/", outgoing.depart, name="depart"),
    path("applications/<int:pk>/departure/correct/", outgoing.departure_correct, name="departure-correct"),
    path("applications/<int:pk>/documents/accept/<str:seen>/", package.documents_accept, name="documents-accept"),
    path("applications/<int:pk>/documents/", package.documents_submit, name="documents-submit"),
    path("applications/<int:pk>/documents/<slug:kind>/", package.document_submit, name="document-submit"),
    path(
        "applications/<int:pk>/documents/<slug:kind>/<int:seen>/accept/",
        package.document_accept,
        name="document-accept",
    ),
    path(
        "applications/<int:pk>/documents/<slug:kind>/<int:seen>/return/",
        package.document_return,
        name="document-return",
    ),
    path("applications/<int:pk>/chair/", package.chair, name="chair"),
    path("applications/<int:pk>/contract/", package.contract_make, name="contract-make"),
    path("applications/<int:pk>/contract/sign/", package.contract_sign, name="contract-sign"),
    path("applications/<int:pk>/contract/enter/", package.contract_enter, name="contract-enter"),
    path("applications/<int:pk>/visa/correct/", package.visa_correct, name="visa-correct"),
    path("applications/<int:pk>/visa/<slug:step>/", package.visa_step, name="visa-step"),
    path("intakes/", lists.intakes, name="intakes"),
    path("intakes/new/", lists.intake_new, name="intake-new"),
    path("intakes/<int:pk>/", lists.intake, name="intake"),
    path("intakes/<int:pk>/apply/", outgoing.apply, name="apply"),
    path("intakes/<int:pk>/prolong/", lists.intake_prolong, name="intake-prolong"),
    path("intakes/<int:pk>/gather/", lists.gather, name="gather"),
    path("lists/", lists.candidatelists, name="candidatelists"),
    path("lists/<int:pk>/", lists.candidatelist, name="candidatelist"),
    path("lists/<int:pk>/order/", lists.place, name="list-place"),
    path("lists/<int:pk>/letter/", lists.letter, name="list-letter"),
    path("lists/<int:pk>/supplement/", lists.supplement, name="list-supplement"),
]
