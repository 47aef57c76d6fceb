"""Addresses of the Agreement road."""

from django.urls import path

from agreements.views import agreements, annex, annexes, annextable, evidence, pathways, scales

app_name = "agreements"
urlpatterns = [
    path("", agreements.agreements, name="agreements"),
    path("new/", agreements.new, name="agreement-new"),
    path("<int:pk>/", agreements.agreement, name="agreement"),
    path("<int:pk>/edit/", agreements.edit, name="agreement-edit"),
    path("<int:pk>/terms/<slug:group>/", agreements.term, name="term"),
    path("<int:pk>/text/<slug:verdict>/<str:seen_hash>/", agreements.text, name="text"),
    path("<int:pk>/steps/<slug:name>/", agreements.step, name="agreement-step"),
    path("<int:pk>/steps/<slug:name>/<str:seen_hash>/", agreements.step, name="agreement-decide"),
    path("<int:pk>/law/<str:seen_hash>/", agreements.review, name="review"),
    path("<int:pk>/sign/<str:seen_hash>/", agreements.sign, name="sign"),
    path("<int:pk>/renew/", agreements.renew, name="renew"),
    path("<int:pk>/pathways/new/", pathways.new, name="pathway-new"),
    path("pathways/", pathways.pathways, name="pathways"),
    path("pathways/<int:pk>/", pathways.pathway, name="pathway"),
    path("pathways/<int:pk>/readiness/", pathways.readiness, name="readiness"),
    path("pathways/<int:pk>/readiness/issue/", pathways.readiness_issue, name="readiness-issue"),
    path("pathways/<int:pk>/edit/", pathways.edit, name="pathway-edit"),
    path("pathways/<int:pk>/curricula/", pathways.curricula, name="curricula"),
    path("pathways/<int:pk>/councils/<int:university>/<str:seen_hash>/", evidence.council, name="council"),
    path("pathways/<int:pk>/epvo/", evidence.epvo, name="epvo"),
    path("pathways/<int:pk>/teachers/new/", evidence.teacher, name="teacher-add"),
    path("pathways/<int:pk>/teachers/<int:teacher>/away/", evidence.teacher_away, name="teacher-away"),
    path("pathways/<int:pk>/money/<int:term>/away/", evidence.money_away, name="money-away"),
    path("pathways/<int:pk>/money/new/", evidence.money, name="money-add"),
    path("pathways/<int:pk>/steps/<slug:name>/", pathways.step, name="pathway-step"),
    path("pathways/<int:pk>/annex/import/", annex.import_file, name="annex-import"),
    path("pathways/<int:pk>/annex/import/<int:upload>/", annex.check_file, name="annex-check"),
    path("pathways/<int:pk>/annex/table/", annextable.annex_table, name="annex-table"),
    path("annex/", annexes.annexversions, name="annexversions"),
    path("annex/<int:pk>/table/", annextable.version_table, name="annex-edit"),
    path("annex/<int:pk>/", annex.annexversion, name="annexversion"),
    path("annex/<int:pk>/xlsx/", annex.workbook, name="annex-workbook"),
    path("annex/<int:pk>/propose/", annex.propose, name="annex-propose"),
    path("annex/<int:pk>/agree/", annex.agree, name="annex-agree"),
    path("annex/<int:pk>/withdraw/", annex.withdraw, name="annex-withdraw"),
    path("annex/<int:pk>/issue/", annex.issue, name="annex-issue"),
    path("annex/<int:pk>/rows/<int:position>/", annex.relation, name="annex-row"),
    path("scales/", scales.scales, name="scales"),
    path("scales/new/", scales.new, name="scale-new"),
    path("scales/<int:pk>/", scales.correct, name="scale-correct"),
]
