"""What an inbox asks people to do: every rule says it, as something to do, in each language as its offices say it."""

import ast
import importlib
import inspect
import pkgutil
import re

import pytest
from django.utils import translation
from django.utils.translation import gettext

import admissions.workflow
import agreements.workflow
import documents.workflow
import institutions.workflow
import mobility.workflow
import transcripts.workflow
from core.machine import MACHINES, Guard
from core.reminders import REMIND
from institutions.enums import Role
from satbayev_jdp.desk.asks import LISTS, list_of, verb_of
from satbayev_jdp.desk.kinds import KINDS
from tests.conftest import ClientAs
from tests.factories.institutions import partner, user
from tests.factories.programmes import term

HOUSES = (admissions.workflow, agreements.workflow, documents.workflow, institutions.workflow, mobility.workflow)
ENGLISH_LACK = re.compile(r"^(the|a|an|there)\b|\b(has|not|no|missing|lacks?)\b|\.$", re.IGNORECASE)


def modules() -> list[object]:
    found: list[object] = []
    for house in (*HOUSES, transcripts.workflow):
        found.append(house)
        parts = pkgutil.iter_modules(getattr(house, "__path__", ()))
        found += [importlib.import_module(f"{house.__name__}.{part.name}") for part in parts]
    return found


def guards() -> dict[str, Guard[object]]:
    named = {
        f"{module.__name__}.{name}": value  # type: ignore[attr-defined]  # a module
        for module in modules()
        for name, value in vars(module).items()
        if isinstance(value, Guard)
    }
    in_steps = {
        f"{machine.name}.{step.name}.{rule.name}": rule
        for machine in MACHINES.values()
        for step in machine.steps
        for rule in step.needs
    }
    return named | in_steps


def asks() -> set[str]:
    """Every ask (message id): of rules, of steps forward, of blockers that say their own."""
    steps = {step.ask or step.label for machine in MACHINES.values() for step in machine.steps if not step.way_out}
    return {rule.ask for rule in guards().values()} | (steps - NO_WORK) | asks_of_blockers() | {REMIND}


def asks_of_blockers() -> set[str]:
    """What blockers ask by themselves, read from the source: `ask`, their fifth part, in place or by the name of a constant."""
    trees = [ast.parse(inspect.getsource(module)) for module in modules()]  # type: ignore[arg-type]  # modules
    nodes = [node for tree in trees for node in ast.walk(tree)]
    named: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target, value in pairs(node.targets[0], node.value):
                named.setdefault(name_of(target), set()).update(messages(value))
    given: list[ast.expr] = []
    for node in nodes:
        if isinstance(node, ast.Call) and name_of(node.func) == "Blocker":
            given += [*node.args[4:5], *(word.value for word in node.keywords if word.arg == "ask")]
    names = [part for one in given for part in ast.walk(one) if isinstance(part, (ast.Name, ast.Attribute))]
    once = {inner for name in names for inner in named.get(name_of(name), ())}
    return once | {text for one in given for text in messages(one)}


def pairs(target: ast.expr, value: ast.expr) -> list[tuple[ast.expr, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        return list(zip(target.elts, value.elts, strict=True))
    return [(target, value)]


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def messages(value: ast.expr) -> set[str]:
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call) and name_of(node.func) == "gettext_noop"]
    return {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}


# The visa is beside the roads and a paper has its owner: nobody is asked for these steps by themselves.
NO_WORK = {"The visa file is submitted", "The visa is granted", "Come into force"}


def test_every_rule_says_what_to_do() -> None:
    assert len(guards()) > 60
    assert [name for name, rule in guards().items() if not rule.ask] == []


def test_what_stands_in_the_way_reads_right_for_the_student_too() -> None:
    # What days cannot be (workflow/days.py) is told to the offices that write them down.
    told = [module for module in modules() if not module.__name__.endswith(".days")]  # type: ignore[attr-defined]  # a module
    texts = {text for module in told for text in messages(ast.parse(inspect.getsource(module)))}  # type: ignore[arg-type]  # modules

    assert len(texts) > 200
    assert [text for text in texts if text.startswith("The student ")] == []


def test_a_blocker_keeps_its_own_ask_or_gets_its_rules() -> None:
    from agreements.workflow.annex import AnnexFacts, both_sides_agreed  # noqa: PLC0415 -- one rule as an example

    facts = AnnexFacts(
        rows=1, proposed_by="home", agreed=frozenset(), hash_holds=True, is_latest=True, courses_tied=True
    )

    assert {blocker.ask for blocker in both_sides_agreed(facts)} == {both_sides_agreed.ask}


@pytest.mark.parametrize("ask", sorted(asks()))
def test_an_ask_is_something_to_do_in_each_language(ask: str) -> None:
    said = {}
    for language in ("en", "kk", "ru"):
        with translation.override(language):
            said[language] = (gettext(ask), verb_of(gettext(ask)))

    english, kazakh, russian = (said[language][0] for language in ("en", "kk", "ru"))
    assert not ENGLISH_LACK.search(english), "a lack, not something to do"
    assert re.search(r"[уюУЮ]$", kazakh), "a Kazakh office names the deed: «тексеру», «жіберу»"
    assert re.search(r"(ть|ти|чь|ться)$", russian.split()[0].rstrip(":")), "a Russian one says the infinitive first"
    assert all(len(verb) <= 24 for _said, verb in said.values())
    assert said["kk"][1][0].isupper()


def test_a_kazakh_verb_that_says_little_keeps_the_word_before_it() -> None:
    with translation.override("kk"):
        assert verb_of("Шарттарға қол қойдыру") == "Қол қойдыру"


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "ask"), sorted(LISTS))
def test_the_list_of_what_is_asked_is_there_and_takes_its_filter(client_as: ClientAs, kind: str, ask: str) -> None:
    term(partner(), starts_in=-10)  # marks are asked for a term that has begun
    address = list_of(kind, ask)
    page = client_as(user(Role.IPD_COORDINATOR)).get(address)

    assert kind in KINDS
    assert ask in asks()
    assert page.status_code == 200
    assert "?" not in address or page.context["listing"].narrowed
    assert "?" not in address or page.context["listing"].filters.form.is_valid()
