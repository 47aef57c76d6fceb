"""Who goes and who comes: intakes, applications with their packages, lists, contracts, visas and orders."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admissions.enums import (
    ApplicationState,
    ContractParty,
    DocumentGiver,
    DocumentKind,
    ItemState,
    ListState,
    MobilityFormat,
    OrderKind,
    OrderState,
    PartnerAnswer,
    VisaState,
)
from agreements.enums import Direction
from agreements.models import AnnexRow, AnnexVersion, Pathway
from core.fields import choice_field, known_choice, state_field
from core.templatetags.written import credits_, hundredths
from core.values import Localized, numbered
from documents.models import OfficialDocument, Upload
from institutions.models import Unit, University, User
from programmes.enums import Funding, StudyLanguage
from programmes.models import AcademicTerm, Enrolment, Programme


class Intake(models.Model):
    """A call for applications to a pathway in one direction, for study from one term on."""

    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="intakes")
    direction = choice_field(Direction, _("direction"))
    term = models.ForeignKey(AcademicTerm, on_delete=models.PROTECT, related_name="+")
    last_term = models.ForeignKey(AcademicTerm, on_delete=models.PROTECT, related_name="+")
    semester = models.PositiveSmallIntegerField(_("first semester of the programme spent there"))
    semesters = models.PositiveSmallIntegerField(_("semesters there"), default=1)
    seats = models.PositiveSmallIntegerField(_("places"))
    opens_on = models.DateField(_("applications from"))
    closes_on = models.DateField(_("applications until"))

    class Meta:
        verbose_name = _("intake")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pathway", "direction", "term"], name="intake_once"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="intake_closes_after_it_opens"),
            known_choice("direction", Direction, "intake_direction_known"),
        ]

    def __str__(self) -> str:
        return f"{self.pathway}, {self.term}"


class CandidateList(models.Model):
    """Candidates of one intake sent together: by the institute with its request (8.1), or by the partner (7.1)."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="lists")
    number = models.PositiveSmallIntegerField(_("number"))
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    request_text = models.TextField(_("request of the institute"), blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    state = state_field(ListState, ListState.DRAFT)

    class Meta:
        verbose_name = _("candidate list")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["intake", "number"], name="list_number_once_in_an_intake"),
            models.UniqueConstraint(
                fields=["intake", "file_digest"], condition=~Q(file_digest=""), name="nomination_file_once_in_an_intake"
            ),
            known_choice("state", ListState, "list_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.intake}, {numbered(self.number)}"


class Application(models.Model):
    """One student on one of the two roads. The Annex version is frozen on it (A1): later versions do not touch it.

    `average_mark` is what the partner says of its candidate (7.1), on the pathway's scale of marks.
    `letter` is the official letter that names the candidate (8.2): from then on the partner sees the application.
    `term` is the intake's, copied (an intake keeps it): by it the database holds one live application of a student for a term
    of a host, whatever agreement each intake rests on.
    """

    direction = choice_field(Direction, _("direction"))
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="applications")
    term = models.ForeignKey(AcademicTerm, on_delete=models.PROTECT, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="applications")
    annex_version = models.ForeignKey(AnnexVersion, on_delete=models.PROTECT, related_name="+")
    candidate_list = models.ForeignKey(CandidateList, null=True, on_delete=models.PROTECT, related_name="candidates")
    department = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    institute = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(_("rank"), null=True)
    is_reserve = models.BooleanField(_("reserve"), default=False)
    rank_reason = models.CharField(_("reason for the rank"), max_length=300, blank=True)
    average_mark = models.DecimalField(_("average mark"), max_digits=6, decimal_places=2, null=True)
    motivation = models.TextField(_("why do you want to study there?"), blank=True)
    partner_reference = models.CharField(_("reference of the partner"), max_length=60, blank=True)
    chosen_rows = models.ManyToManyField(AnnexRow, related_name="+", blank=True)
    letter = models.ForeignKey(OfficialDocument, null=True, on_delete=models.PROTECT, related_name="+")
    package_due = models.DateField(_("package asked for until"), null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    state = state_field(ApplicationState, ApplicationState.DRAFT)

    class Meta:
        verbose_name = _("application")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "term"],
                condition=~Q(state__in=["refused", "partner_refused", "withdrawn", "cancelled"]),
                name="one_live_application_a_term",
            ),
            known_choice("state", ApplicationState, "application_state_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["institute", "state"]), models.Index(fields=["department", "state"])]

    def __str__(self) -> str:
        return str(self.enrolment.person)

    @property
    def host_programme(self) -> Programme:
        """The programme that the student goes to: the partner's for ours, the University's for the partner's."""
        return self.intake.pathway.host_programme(self.direction)

    @property
    def average_told(self) -> str:
        """The partner's average mark with the ends of its scale, in the reader's language; empty where none was stated."""
        scale = self.intake.pathway.scale
        if self.average_mark is None or scale is None:
            return ""
        ends = {"best": credits_(scale.best), "passing": credits_(scale.passing)}
        return gettext("%(mark)s (best %(best)s, lowest pass %(passing)s)") % {
            "mark": hundredths(self.average_mark),
            **ends,
        }


class PackageItem(models.Model):
    """A required document of an application: who brings it, until when, how it stands (6.12, 8.4)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="package")
    kind = choice_field(DocumentKind, _("document"))
    giver = choice_field(DocumentGiver, _("brought by"))
    status = choice_field(ItemState, default=ItemState.MISSING)
    upload = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(_("until"), null=True)
    return_reason = models.CharField(_("reason"), max_length=300, blank=True)
    checked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "kind"], name="document_kind_once_in_a_package"),
            models.CheckConstraint(
                condition=Q(status="missing") | Q(upload__isnull=False), name="package_item_has_its_file"
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(return_reason=""), name="returned_item_says_why"
            ),
        ]


class ChairApplication(models.Model):
    """The student's signed application to the Chair of the Board – Rector (5.8, 7.5a). It counts while pathway and period stand."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="chair_application")
    text = models.TextField()
    language = models.CharField(max_length=2)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    scan = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(OfficialDocument, null=True, on_delete=models.PROTECT, related_name="+")


class Contract(models.Model):
    """The three-party contract (6.12), made from a template; complete when all three have signed."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="contract")
    document = models.OneToOneField(OfficialDocument, on_delete=models.PROTECT, related_name="+")


class ContractSignature(models.Model):
    """One party's signature and its date; on paper where a scan stands beside it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures")
    party = choice_field(ContractParty, _("party"))
    signed_on = models.DateField(_("signed on"))
    signed_by = models.CharField(_("signed by"), max_length=200)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    scan = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "party"], name="each_party_signs_once"),
            known_choice("party", ContractParty, "contract_party_known"),
        ]

    @property
    def signer(self) -> Localized:
        """Whoever signed in the program is known by the account; a name entered from paper stands as it was written."""
        return Localized(self.signed_by) if self.scan_id else self.entered_by.person.names


class VisaCase(models.Model):
    """The student's visa (7.6 for ours, 8.5 for the partner's country)."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="visa")
    country = models.CharField(_("country"), max_length=2)
    category = models.CharField(_("category"), max_length=20, blank=True)
    invitation_number = models.CharField(_("invitation number of the ministry"), max_length=60, blank=True)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    state = state_field(VisaState, VisaState.COLLECTING)

    class Meta:
        constraints: ClassVar = [
            known_choice("state", VisaState, "visa_state_known"),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(valid_from__isnull=False, valid_until__gte=F("valid_from")),
                name="granted_visa_has_its_dates",
            ),
        ]


class PartnerReply(models.Model):
    """The partner's answer to one candidate: from its portal, or entered from post with the scan (8.3)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="replies")
    answer = choice_field(PartnerAnswer, _("answer"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    letter = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    from_paper = models.BooleanField(_("entered from paper"), default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(answer="refused") | ~Q(reason=""), name="partner_refusal_says_why"),
            models.CheckConstraint(
                condition=~Q(answer="invited") | Q(letter__isnull=False), name="partner_invitation_has_its_letter"
            ),
        ]


class Order(models.Model):
    """An order on movement of students (6.3). One table for every kind; numbered when it is signed.

    `redrafts`: the draft that was given up for this one.
    """

    kind = choice_field(OrderKind, _("kind"))
    intake = models.ForeignKey(Intake, null=True, on_delete=models.PROTECT, related_name="orders")
    host = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    basis_kk = models.TextField(_("further basis in Kazakh"), blank=True)
    basis_ru = models.TextField(_("further basis in Russian"), blank=True)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    redrafts = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="redrafted")
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    document = models.OneToOneField(OfficialDocument, null=True, on_delete=models.PROTECT, related_name="+")
    epvo_type = models.PositiveSmallIntegerField(_("EPVO type"))
    epvo_category = models.PositiveSmallIntegerField(_("EPVO category"), null=True)
    format = choice_field(MobilityFormat, _("format"), default=MobilityFormat.ON_SITE)
    language = choice_field(StudyLanguage, _("language"), blank=True)
    state = state_field(OrderState, OrderState.DRAFT)

    class Meta:
        verbose_name = _("order")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="order_ends_after_it_starts"),
            known_choice("state", OrderState, "order_state_known"),
            known_choice("kind", OrderKind, "order_kind_known"),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(document__isnull=False, signed_by__isnull=False),
                name="signed_order_has_its_paper",
            ),
        ]

    def __str__(self) -> str:
        return self.document.number_text if self.document else str(self.get_kind_display())

    @property
    def basis(self) -> Localized:
        """What it rests on beside what it names by itself. Orders are in Kazakh and Russian; an English page shows the Russian."""
        return Localized(self.basis_kk, self.basis_ru, self.basis_ru)


class OrderLine(models.Model):
    """A student on an order, with what the order says of him or her, copied."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="order_lines")
    position = models.PositiveSmallIntegerField()
    funding = choice_field(Funding, _("funding"), blank=True)
    courses = models.PositiveSmallIntegerField(_("courses"), default=0)
    credits = models.DecimalField(_("credits"), max_digits=6, decimal_places=2, default=0)
    is_included_education = models.BooleanField(_("“included education”"), default=False)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "application"], name="student_once_on_an_order"),
            models.CheckConstraint(
                condition=Q(is_included_education=False) | Q(courses__gt=0, credits__gt=0),
                name="included_education_counts_courses_and_credits",
            ),
        ]
