"""Universities and their right to train, units, people, and who is what within which scope from when to when."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import choice_field, known_choice, name_field
from core.models import Trilingual
from core.values import Language, Localized, fold, numbered
from institutions.enums import Level, LicenceKind, Role, Sex, UnitKind
from institutions.phrases import country_name


class University(Trilingual):
    """An institution of higher or postgraduate education: the University itself, or a partner, foreign or Kazakh (3)."""

    name_kk = name_field(_("name in Kazakh"))
    name_ru = name_field(_("name in Russian"))
    name_en = name_field(_("name in English"))
    name_original = name_field(_("name in its own language"), blank=True)
    short_name = models.CharField(_("short name"), max_length=60)
    country = models.CharField(_("country"), max_length=2, help_text=_("ISO 3166 code"))
    city_kk = name_field(_("city in Kazakh"), max_length=100)
    city_ru = name_field(_("city in Russian"), max_length=100)
    city_en = name_field(_("city in English"), max_length=100)
    address_kk = models.CharField(max_length=300, blank=True)
    address_ru = models.CharField(max_length=300, blank=True)
    address_en = models.CharField(max_length=300, blank=True)
    website = models.URLField(blank=True)
    rating = models.CharField(_("rating"), max_length=200, blank=True)
    is_home = models.BooleanField(default=False)
    search_text = models.CharField(max_length=1700, editable=False)

    class Meta:
        verbose_name = _("university")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_home"], condition=Q(is_home=True), name="one_home_university"),
            models.UniqueConstraint(fields=["short_name"], name="university_short_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search column, as for people."""
        names = (self.name_kk, self.name_ru, self.name_en, self.name_original, self.short_name)
        words = (*names, self.city_kk, self.city_ru, self.city_en)
        self.search_text = " ".join(fold(word) for word in words if word)[:1700]
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's signature is passed through

    @property
    def is_foreign(self) -> bool:
        """True outside Kazakhstan."""
        return self.country != "KZ"

    @property
    def city(self) -> Localized:
        """The city it stands in, as each language spells it."""
        return Localized(kk=self.city_kk, ru=self.city_ru, en=self.city_en)

    @property
    def address(self) -> Localized:
        """Where it stands, as papers write it."""
        return Localized(kk=self.address_kk, ru=self.address_ru, en=self.address_en)

    @property
    def country_name(self) -> str:
        """The country in the reader's language."""
        return country_name(self.country)


class Licence(models.Model):
    """A university's right to train in a direction at a level, from–to (4.2). Its scan is an upload for evidence."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="licences")
    kind = choice_field(LicenceKind, _("kind"), default=LicenceKind.LICENCE)
    number = models.CharField(_("number"), max_length=60)
    issuer = models.CharField(_("issued by"), max_length=200)
    direction = models.CharField(_("training direction"), max_length=20, help_text=_("e.g. 7M061, 6B072"))
    level = choice_field(Level, _("level"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("licence")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="licence_ends_after_it_starts"
            ),
            known_choice("level", Level, "licence_level_known"),
            models.UniqueConstraint(
                fields=["university", "number", "direction", "level"], name="licence_once_for_a_direction_and_level"
            ),
        ]

    def __str__(self) -> str:
        return numbered(self.number)

    def holds_on(self, day: date) -> bool:
        """True when the licence is valid on a day (4.2)."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Unit(Trilingual):
    """An institute, school, department or office of a university."""

    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    kind = choice_field(UnitKind, _("kind"))
    code = models.CharField(_("code"), max_length=20)
    name_kk = name_field(_("name in Kazakh"))
    name_ru = name_field(_("name in Russian"))
    name_en = name_field(_("name in English"))

    class Meta:
        verbose_name = _("unit")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["university", "code"], name="unit_code_once_in_a_university"),
            known_choice("kind", UnitKind, "unit_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A human being. The Latin spelling is the passport's and never changed by us; the Cyrillic one is for Kazakh papers."""

    surname = name_field(_("surname as in the passport"), max_length=100)
    given_names = name_field(_("given names as in the passport"), max_length=100, blank=True)
    name_cyrillic = name_field(_("surname and name in Cyrillic"), max_length=200, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    sex = choice_field(Sex, _("sex"), blank=True)
    citizenship = models.CharField(_("citizenship"), max_length=2, blank=True, help_text=_("ISO 3166 code"))
    iin = models.CharField(_("IIN"), max_length=12, blank=True)
    passport_number = models.CharField(_("passport number"), max_length=30, blank=True)
    passport_valid_until = models.DateField(_("passport valid until"), null=True, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    language_certificate = models.CharField(_("language certificate"), max_length=100, blank=True)
    search_text = models.CharField(max_length=420, editable=False, db_index=True)

    class Meta:
        verbose_name = _("person")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["iin"], condition=~Q(iin=""), name="iin_once"),
            models.UniqueConstraint(
                fields=["citizenship", "passport_number"], condition=~Q(passport_number=""), name="passport_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.names)

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search column: SQLite's own case folding knows ASCII only (domain.md 6)."""
        self.search_text = f"{fold(self.passport_name)} {fold(self.name_cyrillic)}"[:420]
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's signature is passed through

    @property
    def passport_name(self) -> str:
        """Surname and given names as the passport spells them."""
        return f"{self.surname} {self.given_names}".strip()

    @property
    def other_spelling(self) -> str:
        """The spelling beside the name that the reader reads: the passport's, or in English the Cyrillic; empty where none is."""
        return next((name for name in (self.passport_name, self.name_cyrillic) if name and name != str(self)), "")

    @property
    def citizenship_name(self) -> str:
        """The country of citizenship in the reader's language; empty where it is not known."""
        return country_name(self.citizenship) if self.citizenship else ""

    @property
    def names(self) -> Localized:
        """How the person is named, on pages and papers: Cyrillic in Kazakh and Russian, the passport's spelling in English."""
        cyrillic = self.name_cyrillic or self.passport_name
        return Localized(kk=cyrillic, ru=cyrillic, en=self.passport_name)


class UserManager(BaseUserManager["User"]):
    """Makes accounts; an account without a password is opened by a link in its e-mail."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The account of an e-mail, however its letters are typed."""
        return self.get(email=(username or "").strip().lower())

    def create_user(
        self, *, email: str, person: Person, password: str | None = None, language: Language = "kk"
    ) -> "User":
        """Make an account for a person. Without a password it cannot be used until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), person=person, language=language)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An account. What its owner may do comes from memberships alone: there are no superusers (1.6)."""

    email = models.EmailField(_("e-mail"), unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user")
    language = models.CharField(_("language"), max_length=2, default="kk")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = []
    objects = UserManager()
    # Filled by permissions.standing_of: who this is today, read once for each loaded account.
    standing: object = None

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return str(self.person)

    @property
    def awaits_invitation(self) -> bool:
        """Whether it is open and was never used: nobody has set its password or signed in."""
        return self.is_active and self.last_login is None and not self.has_usable_password()


class Membership(models.Model):
    """A user is something within a scope, from a day to a day; perhaps acting for somebody else.

    `taken_back`: given by mistake and ended before its first day was over; its last day lies before the first, so that it
    holds on no day.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = choice_field(Role, _("role"))
    university = models.ForeignKey(University, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    taken_back = models.BooleanField(default=False)
    acting_for = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position_kk = models.CharField(max_length=200, blank=True)
    position_ru = models.CharField(max_length=200, blank=True)
    position_en = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("membership")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None, taken_back=False)
                | Q(ends_on__gte=F("starts_on"), taken_back=False)
                | Q(ends_on__lt=F("starts_on"), taken_back=True),
                name="membership_ends_after_it_starts",
            ),
            known_choice("role", Role, "membership_role_known"),
            models.CheckConstraint(
                condition=~Q(role__in=sorted(Role.whole_university())) | Q(unit=None), name="office_roles_have_no_unit"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["department_head", "institute_director", "institute_coordinator", "advisor"])
                | Q(unit__isnull=False),
                name="unit_roles_have_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    @property
    def position(self) -> Localized:
        """The office as papers name it, where it differs from the role."""
        return Localized(kk=self.position_kk, ru=self.position_ru, en=self.position_en)


class Holiday(Trilingual):
    """A day off in a country: working days are counted without them. Data that the IPD and the administrator amend."""

    country = models.CharField(max_length=2)
    day = models.DateField()
    name_kk = models.CharField(max_length=120)
    name_ru = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["country", "day"], name="holiday_once")]


class SecondFactor(models.Model):
    """An authenticator app of an account. The secret is sealed with the program's key: the database alone makes no codes."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    secret = models.CharField(max_length=300)
    since = models.DateTimeField(auto_now_add=True)
    # The last step whose code was taken: no code serves twice.
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, blank=True)


class RecoveryCode(models.Model):
    """A word that stands in for the app once; kept as passwords are."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=128)
    used_at = models.DateTimeField(null=True, blank=True)


class SignIn(models.Model):
    """A session by whom it was begun and in which browser, so that its owner sees and ends it. Gone with the session."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now_add=True)


class PasswordLink(models.Model):
    """Somebody asked for a link to set a password, or is invited to. Written down for any address, so that asking takes as
    long where there is no account; a worker looks whether there is one and sends it.
    """

    email = models.EmailField()
    is_invitation = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # What the mail server said to the last attempt; empty while one is made, and where none has failed.
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
