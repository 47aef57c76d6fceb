"""How people come in: through the sign-in page with the demo's password, or by the link of an invitation."""

import re
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic, sleep

from playwright.sync_api import Browser, Page

PASSWORD = "satbayev-demo"
DOMAIN = "demo.satbayev.example"
MAIL_WITHIN = 30
_LINK = re.compile(r"https?://\S+/password/reset/\S+")


def sign_in(page: Page, login: str) -> None:
    """Sign in by the door, as everybody: `ipd`, `student.20240101`, or a whole e-mail."""
    page.goto("/login/")
    page.fill("input[name=username]", login if "@" in login else f"{login}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)


def choose_password(browser: Browser, link: str) -> None:
    """Come by the link of an invitation, in a browser that was never here, and choose the password that `sign_in` takes."""
    with browser.new_context() as own:
        page = own.new_page()
        page.goto(link)
        page.fill("input[name=new_password1]", PASSWORD)
        page.fill("input[name=new_password2]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/password/reset/complete/")


def link_for(login: str, data: Path) -> str:
    """The link in the invitation that lies in the outbox of `data` for this e-mail; TimeoutError where none comes."""
    deadline = monotonic() + MAIL_WITHIN
    while monotonic() < deadline:
        for file in sorted((data / "outbox").glob("*.log")):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            words = message.get_body(("plain",)) if message["To"] == login else None
            if words and (found := _LINK.search(words.get_content())):
                return found.group()
        sleep(0.2)
    raise TimeoutError(f"no invitation for {login}")
