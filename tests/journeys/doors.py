"""How people come in: through the sign-in page, with the demo's password."""

from playwright.sync_api import Page

PASSWORD = "satbayev-demo"
DOMAIN = "demo.satbayev.example"


def sign_in(page: Page, login: str) -> None:
    """Sign in by the door, as everybody: `ipd`, `student.20240101`, or a whole e-mail."""
    page.goto("/login/")
    page.fill("input[name=username]", login if "@" in login else f"{login}@{DOMAIN}")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)
