"""The shared look: what components say, and that every page made of them is accessible and holds the strict policy."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import TemplateSyntaxError, engines
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import timezone, translation

from core import permissions
from core.machine import Blocker
from core.way import Stage

pytestmark = pytest.mark.urls("tests.core.test_ui")
STATIC = Path(settings.BASE_DIR) / "static"
TEMPLATES = Path(settings.BASE_DIR) / "templates"


def _nothing(_request: HttpRequest, **_keys: object) -> HttpResponse:
    return HttpResponse()


_regulation = (
    [path("<str:key>/", _nothing, name="clause"), path("<str:key>/peek/", _nothing, name="peek")],
    "regulation",
)
_core = ([path("<int:pk>/", _nothing, name="job"), path("<int:pk>/result/", _nothing, name="job-result")], "core")
urlpatterns = [
    path("", _nothing, name="inbox"),
    path("regulation/", include(_regulation)),
    path("jobs/", include(_core)),
    path("language/", include("django.conf.urls.i18n")),
    path("login/", auth.LoginView.as_view(), name="login"),
    path("", include("django.contrib.auth.urls")),
]


@dataclass
class Action:
    """The one main action of a strip."""

    label: str = "Send"
    url: str = "/send/"
    blockers: tuple[Blocker, ...] = ()
    method: str = "post"
    confirm_url: str = ""


@dataclass
class Bar:
    """What a job tells about itself."""

    pk: int = 7
    done: int = 30
    failed: int = 2
    total: int = 300
    is_finished: bool = False
    result_name: str = ""


@dataclass
class Item:
    """A word of the menu."""

    label: str
    url: str
    current: bool = False


@dataclass
class Frame:
    """What the front desk supplies for every page."""

    menu: list[Item] = field(default_factory=lambda: [Item("My work", "/", current=True), Item("Applications", "/a/")])
    user_name: str = "Айгүл Сәрсенбаева"
    user_role: str = "IPD coordinator"
    languages: list[tuple[str, str, bool]] = field(
        default_factory=lambda: [("kk", "ҚАЗ", False), ("ru", "РУС", False), ("en", "ENG", True)]
    )
    inbox_count: int = 14
    demo: bool = True
    search_url: str = "/search/"
    here: str = "/a/"
    unsent: str = ""
    now: datetime = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


class Everything(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As in the passport")
    born = forms.DateField(label="Born", required=False)
    language = forms.ChoiceField(label="Language", choices=[("kk", "Kazakh")])
    money = forms.ChoiceField(label="Money", choices=[("g", "grant"), ("p", "paid")], widget=forms.RadioSelect)
    letter = forms.CharField(label="Letter", widget=forms.Textarea, required=False)
    scan = forms.FileField(label="Scan", widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}))
    agree = forms.BooleanField(label="I agree")


def asked(address: str = "/") -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    return request


def show(source: str, address: str = "/", **context: Any) -> str:
    return str(engines["django"].from_string(source).render(context, asked(address)))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class Page(HTMLParser):
    """A page taken apart: its elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs in self.elements if tag in tags]

    def ids(self) -> list[str]:
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]


# --- what heads a case ------------------------------------------------------------------------------------------------

MISSING = Blocker("7.3", "The department %(name)s has not yet agreed", "department_head", {"name": "<b>Software</b>"})


def test_a_blocked_action_stays_in_its_place_and_points_at_its_reasons() -> None:
    html = show(
        "{% strip 'Submitted' movers None action %}{% blockers action.blockers %}",
        movers=["Head"],
        action=Action(blockers=(MISSING,)),
    )

    button = next(attrs for attrs in Page(html).all("button") if attrs.get("aria-disabled") == "true")
    assert button["aria-describedby"] == "blockers"
    assert Page(html).ids() == ["blockers"]
    assert "/send/" not in html


def test_a_free_action_posts_with_a_token_and_one_that_cannot_be_undone_goes_by_its_page() -> None:
    free = show("{% strip 'x' 'me' None action %}", action=Action())
    asked_first = show("{% strip 'x' 'me' None action %}", action=Action(confirm_url="/send/sure/"))

    assert {attrs.get("name") for attrs in Page(free).all("input")} == {"csrfmiddlewaretoken"}
    assert [attrs["action"] for attrs in Page(free).all("form")] == ["/send/"]
    assert [attrs["href"] for attrs in Page(asked_first).all("a")] == ["/send/sure/"]


def test_a_blocker_says_what_on_which_clause_and_whose_move_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions._ROLE_LABELS, "department_head", "head of department")  # what institutions names

    html = show("{% blockers found %}", found=[MISSING])

    assert "The department &lt;b&gt;Software&lt;/b&gt; has not yet agreed" in html
    assert words(html).endswith("7.3 Whose move: head of department")
    assert show("{% blockers found %}", found=[]).strip() == ""


def test_one_thing_that_several_may_remove_is_told_once_with_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions._ROLE_LABELS, "student", "student")  # what institutions names
    monkeypatch.setitem(permissions._ROLE_LABELS, "ipd_coordinator", "IPD coordinator")
    found = [Blocker("8.5", "The visa has not been granted.", who) for who in ("student", "ipd_coordinator")]

    html = show("{% blockers found %}", found=found)

    assert words(html).count("The visa has not been granted.") == 1
    assert words(html).endswith("8.5 Whose move: student, IPD coordinator")


def test_whose_move_a_blocker_is_says_you_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(permissions._ROLE_LABELS, "department_head", "head of department")  # what institutions names

    html = show("{% blockers found %}", found=[MISSING], mine={"department_head"})

    assert words(html).endswith("7.3 Whose move: you (head of department)")


def test_a_clause_is_a_link_that_fetches_its_text_once() -> None:
    link = Page(show("{% clause '7.3' %}")).all("a")[0]

    assert (link["href"], link["hx-get"]) == ("/regulation/7.3/", "/regulation/7.3/peek/")
    assert link["hx-trigger"].count("once") == 2
    assert show("{% clause '' %}").strip() == ""


def test_a_timeline_says_in_words_what_is_done_and_what_is_to_come() -> None:
    steps = [
        Stage("Submitted", "5.8", done=True, who="A. B.", when=datetime(2020, 1, 2, tzinfo=UTC)),
        Stage("Package", "8.4", current=True),
        Stage("Leaves", "6.3"),
    ]

    html = show("{% timeline steps %}", steps=steps)

    assert words(html) == "Submitted (done) 5.8 A. B. · 2 January 2020 Package (now) 8.4 Leaves (to come) 6.3"
    assert [attrs.get("aria-current") for attrs in Page(html).all("li")] == [None, "step", None]


def test_a_tone_that_does_not_exist_is_a_mistake_of_the_template() -> None:
    with pytest.raises(TemplateSyntaxError, match="no tone 'red'"):
        show("{% status 'x' 'red' %}")


# --- forms ------------------------------------------------------------------------------------------------------------

FORM = """{% form_errors form %}{% for bound in form %}
{% if bound.name == 'scan' %}{% upload_field bound %}{% else %}{% field bound %}{% endif %}
{% endfor %}"""


def test_every_control_has_a_name_a_help_and_its_errors() -> None:
    page = Page(show(FORM, form=Everything({"born": "no date"})))

    labels = {attrs["for"] for attrs in page.all("label") if "for" in attrs}
    controls = [attrs for attrs in page.all("input", "select", "textarea") if attrs.get("type") != "hidden"]
    ids = set(page.ids())
    assert all(attrs["id"] in labels for attrs in controls)
    by_id = {attrs["id"]: attrs for attrs in controls}
    assert by_id["id_name"]["aria-describedby"] == "id_name_helptext id_name_error"
    assert by_id["id_name"]["aria-invalid"] == "true"
    assert by_id["id_born"]["placeholder"] == "dd.mm.yyyy"
    described = {name for attrs in controls for name in attrs.get("aria-describedby", "").split()}
    assert described <= ids


def test_errors_are_summed_up_on_top_with_links_that_lead_somewhere() -> None:
    page = Page(show(FORM, form=Everything({})))

    links = [attrs["href"].removeprefix("#") for attrs in page.all("a")]
    assert links == ["id_name", "id_language", "id_money_0", "id_scan", "id_agree"]
    assert set(links) <= set(page.ids())


class _Sent(forms.Form):
    """Two fields that a page sends along unseen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = forms.ChoiceField(choices=[("yes", "")], widget=forms.HiddenInput)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", "Бетпен бірге жіберілетін жасырын дерек өзгертілген: бетті қайтадан ашыңыз."),
        ("ru", "Скрытые данные этой страницы изменены: откройте страницу заново."),
        ("en", "Something that this page sends along unseen was changed: open the page anew."),
    ],
)
def test_a_field_that_nobody_sees_is_not_named_when_it_was_changed(language: str, told: str) -> None:
    with translation.override(language):
        page = show("{% form_errors form %}", form=_Sent({"seen": "a\0b", "opened": "perhaps"}))

    assert re.findall(r"<li>(.*?)</li>", page) == [told]


def test_djangos_own_rendering_of_a_form_is_ours() -> None:
    html = Everything().as_div()

    assert 'class="field"' in html
    assert "helptext" not in re.sub(r'id="[^"]+"|aria-describedby="[^"]+"', "", html)


def test_kazakh_errors_read_as_kazakh() -> None:
    with translation.override("kk"):
        html = show(FORM, form=Everything({"born": "x", "agree": ""}))

    assert "6 жерді түзету керек" in html
    assert "Міндетті түрде толтырыңыз." in html
    assert "Күнді былай енгізіңіз: 03.01.2027" in html


# --- lists and long work ----------------------------------------------------------------------------------------------


def test_a_head_sorts_up_then_down_and_keeps_the_filter() -> None:
    up = show("{% sort_header 'Name' 'name' %}", "/?partner=3&sort=credits&page=4")
    down = show("{% sort_header 'Name' 'name' %}", "/?partner=3&sort=name")

    assert Page(up).all("a")[0]["href"] == "?partner=3&sort=name"
    assert Page(down).all("a")[0]["href"] == "?partner=3&sort=-name"
    assert "aria-sort" not in Page(up).all("th")[0]
    assert Page(down).all("th")[0]["aria-sort"] == "ascending"


def test_a_pager_says_which_rows_and_keeps_the_filter() -> None:
    html = show("{% pager page %}", "/?partner=3", page=Paginator(range(952), 50).get_page(7))

    assert words(html) == "301–350 of 952 1 … 6 7 8 … 20"
    assert Page(html).all("a")[0]["href"] == "?partner=3&page=1"


def test_exports_are_of_what_is_shown() -> None:
    links = Page(show("{% export_links %}", "/?partner=3&page=2")).all("a")

    assert [attrs["href"] for attrs in links] == ["?partner=3&export=xlsx", "?partner=3&export=csv"]


def test_a_bar_asks_until_the_job_is_finished_and_the_part_is_what_the_page_shows() -> None:
    running, finished = Bar(), Bar(done=298, is_finished=True, result_name="papers.zip")

    page = show("{% progress job %}", job=running)
    part = render_to_string("ui/progress.html", {"job": finished})

    assert 'hx-get="/jobs/7/"' in page
    assert "32 of 300" in words(page)
    assert "not done: 2" in words(page)
    assert render_to_string("ui/progress.html", {"job": running}).strip() in page
    assert "hx-get" not in part
    assert Page(part).all("a")[0]["href"] == "/jobs/7/result/"


# --- whole pages ------------------------------------------------------------------------------------------------------

SAMPLE = (
    """{% extends "base.html" %}{% block title %}Sample{% endblock %}{% block content %}
{% page_head "Sample" "of everything" crumbs "draft" %}{% strip "Submitted" movers due action %}{% blockers action.blockers %}
{% timeline steps %}{% facts rows %}{% facts rows "sums" %}
<table class="table"><thead><tr>{% sort_header "Name" "name" %}</tr></thead></table>
{% pager page %}{% export_links %}{% empty "Nothing" "yet" "/" "Back" %}{% progress job %}{% post_button "/x/" "Do" "quiet" "a" 1 %}
<form method="post">{% csrf_token %}"""
    + FORM
    + """{% button "Send" %}</form>{% endblock %}"""
)


def sample() -> str:
    return show(
        SAMPLE,
        "/?q=x",
        frame=Frame(),
        crumbs=[("Up", "/"), ("Here", "")],
        movers=["Head"],
        due=date(2026, 12, 2),
        action=Action(blockers=(MISSING,)),
        steps=[Stage("Submitted", "5.8", done=True)],
        rows=[("Term", "3"), ("Nothing", None)],
        page=Paginator(range(99), 10).get_page(2),
        job=Bar(),
        form=Everything({}),
    )


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_page_of_everything_is_sound(language: str) -> None:
    with translation.override(language):
        html = sample()
    page = Page(html)

    assert page.all("html")[0]["lang"] == language
    assert len(page.ids()) == len(set(page.ids()))
    assert [len(page.all(tag)) for tag in ("main", "h1", "footer")] == [1, 1, 1]
    assert page.all("a")[0]["href"] == "#main"
    labelled = {attrs["for"] for attrs in page.all("label") if "for" in attrs}
    controls = [attrs for attrs in page.all("input", "select", "textarea") if attrs.get("type") != "hidden"]
    assert [attrs for attrs in controls if attrs.get("id") not in labelled and "aria-label" not in attrs] == []
    assert all(attrs.get("src", "x") != "" for attrs in page.all("script"))


def test_a_page_holds_the_strict_policy_and_htmx_may_not_evaluate() -> None:
    page = Page(sample())

    assert [
        name for _, attrs in page.elements for name in attrs if name == "style" or name.startswith(("on", "hx-on"))
    ] == []
    assert all("src" in attrs for attrs in page.all("script"))
    assert page.all("style") == []
    config = next(attrs["content"] for attrs in page.all("meta") if attrs.get("name") == "htmx-config")
    assert '"allowEval":false' in config
    assert '"includeIndicatorStyles":false' in config


def test_no_template_carries_inline_style_or_script() -> None:
    shared = [path for path in TEMPLATES.rglob("*.html") if not {"pdf", "email", "file"} & set(path.parts)]

    found = [
        str(path)
        for path in shared
        if re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|hx-on", path.read_text("utf-8"))
    ]

    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["404.html", "403.html", "403_csrf.html"])
def test_refusals_have_words_and_a_way_out(name: str) -> None:
    html = render_to_string(name, {"frame": Frame()}, request=asked())

    assert len(Page(html).all("h1")) == 1
    assert {"class": "button", "href": "/"} in Page(html).all("a")


@pytest.mark.parametrize("name", ["400.html", "405.html", "413.html", "500.html"])
def test_failures_need_neither_database_nor_request(name: str) -> None:
    html = render_to_string(name)

    assert (f"500 · {timezone.localtime():%d.%m.%Y}" in html) == (name == "500.html")  # the time that is to be told
    assert len(Page(html).all("h1")) == 1
    assert {"class": "button", "href": "/"} in Page(html).all("a")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/login/", "/password_reset/", "/password_reset/done/", "/reset/done/", "/reset/x/y/"]
)
def test_doors_open_without_signing_in(client: Client, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 200
    assert len(Page(response.text).all("h1")) == 1
