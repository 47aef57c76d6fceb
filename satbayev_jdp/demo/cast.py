"""Who is who in the demo: invented people. Names hold every letter of the Kazakh alphabet; offices as papers write them."""

from dataclasses import dataclass

from core.values import Language, Localized
from institutions.enums import Role
from satbayev_jdp.demo.world import ERTIS, HOME, NORDTAL, WSCHODNIA, YANGTZE


@dataclass(frozen=True, slots=True)
class Part:
    """One account: login, name in both spellings, role and scope, office in three languages, the language of its pages."""

    login: str
    role: Role
    cyrillic: str
    surname: str
    given_names: str
    sex: str
    position: Localized
    unit: str = ""
    university: str = HOME
    language: Language = "kk"
    citizenship: str = "KZ"


# Units as an office's name holds them: in the genitive (kk, ru), and in English.
_AI = (
    "Автоматика және ақпараттық технологиялар институтының",
    "Института автоматики и информационных технологий",
    "Institute of Automation and Information Technologies",
)
_GM = ("Геология және тау-кен ісі институтының", "Института геологии и горного дела", "Institute of Geology and Mining")
_SE = ("Бағдарламалық инженерия кафедрасының", "кафедры программной инженерии", "Department of Software Engineering")
_ME = ("Тау-кен ісі кафедрасының", "кафедры горного дела", "Department of Mining")


def _in(words: tuple[str, ...], kk: str, ru: str, en: str) -> Localized:
    return Localized(f"{words[0]} {kk}", f"{ru} {words[1]}", f"{en}, {words[2]}")


_COORDINATOR = (
    "халықаралық бағдарламалар үйлестірушісі",
    "Координатор международных программ",
    "Coordinator",
)

CAST = (
    Part("ipd", Role.IPD_COORDINATOR, "Сәрсенбаева Айгүл", "SARSENBAYEVA", "AIGUL", "F",
         Localized("Халықаралық білім беру бағдарламалары бөлімінің үйлестірушісі",
                   "Координатор отдела международных образовательных программ",
                   "Coordinator of the International Programmes Department")),
    Part("director.ai", Role.INSTITUTE_DIRECTOR, "Әбдірахманов Ғани", "ABDIRAKHMANOV", "GANI", "M",
         _in(_AI, "директоры", "Директор", "Director"), unit="AI"),
    Part("director.gm", Role.INSTITUTE_DIRECTOR, "Өтегенов Мұрат", "OTEGENOV", "MURAT", "M",
         _in(_GM, "директоры", "Директор", "Director"), unit="GM"),
    Part("coordinator.ai", Role.INSTITUTE_COORDINATOR, "Жүнісова Әсем", "ZHUNISSOVA", "ASSEM", "F",
         _in(_AI, *_COORDINATOR), unit="AI"),
    Part("coordinator.gm", Role.INSTITUTE_COORDINATOR, "Тұрсынбек Үміт", "TURSYNBEK", "UMIT", "F",
         _in(_GM, *_COORDINATOR), unit="GM"),
    Part("head.se", Role.DEPARTMENT_HEAD, "Қасымова Ләззат", "KASSYMOVA", "LAZZAT", "F",
         _in(_SE, "меңгерушісі", "Заведующая", "Head"), unit="SE"),
    Part("head.me", Role.DEPARTMENT_HEAD, "Ыдырысов Ғазиз", "YDYRYSSOV", "GAZIZ", "M",
         _in(_ME, "меңгерушісі", "Заведующий", "Head"), unit="ME"),
    Part("advisor.se", Role.ADVISOR, "Шаһизада Ұлпан", "SHAKHIZADA", "ULPAN", "F",
         _in(_SE, "эдвайзері", "Эдвайзер", "Advisor"), unit="SE"),
    Part("advisor.me", Role.ADVISOR, "Мыңбаев Қанат", "MYNBAYEV", "KANAT", "M",
         _in(_ME, "эдвайзері", "Эдвайзер", "Advisor"), unit="ME"),
    Part("registrar", Role.REGISTRAR, "Өмірзақова Гүлжан", "OMIRZAKOVA", "GULZHAN", "F",
         Localized("Тіркеу кеңсесінің басшысы", "Руководитель Офиса регистратора", "Head of the Registrar's Office")),
    Part("methodical", Role.METHODICAL_SECTION, "Іңкәрбекова Сәния", "INKARBEKOVA", "SANIYA", "F",
         Localized("Тіркеу кеңсесі оқу-әдістемелік бөлімінің маманы", "Специалист учебно-методического отдела Офиса регистратора",
                   "Specialist of the methodical section, Registrar's Office")),
    Part("lawyer", Role.LAWYER, "Хамитов Дәурен", "KHAMITOV", "DAUREN", "M",
         Localized("Заң бөлімінің заңгері", "Юрист юридического отдела", "Lawyer of the Legal Department"), language="ru"),
    Part("finance", Role.FINANCE_OFFICER, "Ақылбекова Шынар", "AKYLBEKOVA", "SHYNAR", "F",
         Localized("Қаржы бөлімінің маманы", "Специалист финансового отдела", "Finance officer"), language="ru"),
    Part("vicerector", Role.VICE_RECTOR, "Нұрмағамбетов Бауыржан", "NURMAGAMBETOV", "BAUYRZHAN", "M",
         Localized("Басқарма мүшесі – академиялық мәселелер жөніндегі проректор",
                   "Член Правления – проректор по академическим вопросам",
                   "Member of the Board – Vice-Rector for Academic Affairs")),
    Part("rector", Role.SIGNATORY, "Қуандықов Әділет", "KUANDYKOV", "ADILET", "M",
         Localized("Басқарма төрағасы – Ректор", "Председатель Правления – Ректор", "Chair of the Board – Rector")),
    Part("auditor", Role.AUDITOR, "Һамзина Фариза", "KHAMZINA", "FARIZA", "F",
         Localized("Ішкі аудит қызметінің аудиторы", "Аудитор службы внутреннего аудита", "Internal auditor"), language="ru"),
    Part("admin", Role.ADMINISTRATOR, "Төлегенов Еркебұлан", "TOLEGENOV", "YERKEBULAN", "M",
         Localized("Жүйе әкімшісі", "Администратор системы", "System administrator")),
    Part("nordtal", Role.PARTNER_COORDINATOR, "Брандт Катарина", "BRANDT", "KATHARINA", "F",
         Localized("Халықаралық бөлім үйлестірушісі", "Координатор международного отдела", "Coordinator, International Office"),
         university=NORDTAL, language="en", citizenship="DE"),
    Part("yangtze", Role.PARTNER_COORDINATOR, "Чэнь Мэйлин", "CHEN", "MEILING", "F",
         Localized("Халықаралық ынтымақтастық бөлімінің үйлестірушісі", "Координатор отдела международного сотрудничества",
                   "Coordinator, Office of International Cooperation"),
         university=YANGTZE, language="en", citizenship="CN"),
    Part("ertis", Role.PARTNER_COORDINATOR, "Қабдолова Індіра", "KABDOLOVA", "INDIRA", "F",
         Localized("Академиялық ұтқырлық үйлестірушісі", "Координатор мобильности", "Coordinator of mobility"),
         university=ERTIS),
    Part("wschodnia", Role.PARTNER_COORDINATOR, "Вишневская Малгожата", "WIŚNIEWSKA", "MAŁGORZATA", "F",
         Localized("Халықаралық ынтымақтастық үйлестірушісі", "Координатор международного сотрудничества",
                   "Coordinator of international cooperation"),
         university=WSCHODNIA, language="en", citizenship="PL"),
)  # fmt: skip
