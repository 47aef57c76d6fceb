"""The University itself and its first administrator: entered once, by the program, where it is installed."""

from django.db import transaction
from django.utils.translation import gettext_noop

from core.values import Language, Localized
from core.workflow import RefusedError
from institutions.enums import Role
from institutions.models import University, User
from institutions.selectors import holders_of
from institutions.services.people import create_account, create_person, give_role
from institutions.services.universities import create_university

SHORT_NAME = "Satbayev University"
NAMES = Localized(
    "Қ.И. Сәтбаев атындағы Қазақ ұлттық техникалық зерттеу университеті",
    "Казахский национальный исследовательский технический университет имени К.И. Сатпаева",
    "Satbayev University",
)
CITY = Localized("Алматы", "Алматы", "Almaty")
_ADDRESS = Localized(
    "050013, Алматы қаласы, Сәтбаев көшесі, 22а",
    "050013, город Алматы, улица Сатпаева, 22а",
    "22a Satbayev Street, Almaty, 050013",
)


def enter_home(*, website: str = "") -> University:
    """Enter the University. Raises FaultyError where it is entered already."""
    return create_university(
        names=NAMES,
        short_name=SHORT_NAME,
        country="KZ",
        city=CITY,
        address=_ADDRESS,
        website=website,
        is_home=True,
        actor=None,
    )


@transaction.atomic
def establish(
    *, email: str, surname: str, given_names: str, name_cyrillic: str = "", language: Language = "kk"
) -> tuple[User, bool]:
    """Enter the University, where it is not yet, and its first administrator, who is sent no mail; whether it was done.

    An only administrator who has never been here is given back instead, for another link. Raises RefusedError where there is an
    administrator else, FaultyError for a name or an e-mail that cannot be taken.
    """
    home = University.objects.select_for_update(of=("self",)).filter(is_home=True).first() or enter_home()
    held = [membership.user for membership in holders_of(Role.ADMINISTRATOR)]
    if len(held) == 1 and held[0].awaits_invitation:
        return held[0], False
    if held:
        text = gettext_noop("The University has an administrator already, %(name)s: sign in as an administrator.")
        raise RefusedError(text, {"name": held[0].person.names})
    person = create_person(
        surname=surname, given_names=given_names, name_cyrillic=name_cyrillic, email=email, actor=None
    )
    user = create_account(person=person, email=email, language=language, is_invited=False, actor=None)
    give_role(user=user, role=Role.ADMINISTRATOR, university=home, actor=None)
    return user, True
