"""On a phone, 360 px wide: a student hands in what the camera took and applies; a head of department decides with the thumb."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from tests.journeys.conftest import ACTION_WITHIN
from tests.journeys.crawl import speak
from tests.journeys.doors import sign_in
from tests.journeys.steps import follow, main, press, row, told

WIDTH, HEIGHT = 360, 780
THUMB = 44  # CSS pixels that a thumb hits without aiming


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """A phone's browser."""
    context = browser.new_context(
        base_url=site,
        viewport={"width": WIDTH, "height": HEIGHT},
        is_mobile=True,
        has_touch=True,
        device_scale_factor=2,
    )
    context.set_default_timeout(ACTION_WITHIN)
    page = context.new_page()
    yield page
    context.close()


def _signed_in(page: Page, login: str) -> None:
    sign_in(page, login)
    speak(page, "en")
    page.goto("/")


def _photo() -> FilePayload:
    """Twelve megapixels, as a camera gives them; its name has no place to break."""
    made = io.BytesIO()
    Image.effect_noise((4000, 3000), 12).save(made, "JPEG", quality=70)
    return {"name": f"{'IMG20261128101500' * 10}.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def _fits(page: Page, width: int = WIDTH) -> None:
    """Nothing stands beyond the edge."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _fits_a_desk_too(page: Page) -> None:
    """Nor does it on a wide screen, where lists are tables."""
    _fits(page)
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        _fits(page, width)
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def _at_the_thumb(action: Locator) -> None:
    """The main action is on the screen without scrolling, and large enough."""
    box = action.bounding_box()
    assert box is not None
    assert box["height"] >= THUMB
    assert box["y"] + box["height"] <= HEIGHT


def _is_whole(button: Locator) -> None:
    """Its word stands in one line, not letter under letter."""
    box = button.bounding_box()
    assert box is not None
    assert box["height"] <= THUMB + 2


def test_a_student_hands_in_a_photo_and_applies(phone: Page) -> None:
    _signed_in(phone, "student.20260103")
    phone.goto("/admissions/mine/")
    follow(phone, "Go on writing")
    _fits(phone)
    follow(row(phone, "Medical certificate"), "Hand in")
    _fits(phone)
    main(phone).locator("input[type=file]").set_input_files(_photo())
    press(phone, "Hand in a document: medical certificate")

    expect(row(phone, "Medical certificate")).to_contain_text("submitted")
    expect(row(phone, "Medical certificate")).to_contain_text("IMG2026")
    _fits_a_desk_too(phone)
    follow(phone, "Submit the application")
    press(phone, "Submit the application")
    told(phone, "The application is with your institute.")


def _words_are_whole(page: Page) -> None:
    """Each row of the inbox has a button that a thumb hits, its word in one line."""
    buttons = main(page).locator(".inbox .act .button")
    assert buttons.count()
    for box in (button.bounding_box() for button in buttons.all()):
        assert box is not None
        assert THUMB <= box["height"] < 2 * THUMB
        assert box["width"] > THUMB


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_row_of_the_inbox_keeps_the_word_of_its_button_whole(phone: Page, language: str) -> None:
    sign_in(phone, "ipd")
    speak(phone, language)
    for width in (WIDTH, 639):
        phone.set_viewport_size({"width": width, "height": HEIGHT})
        phone.goto("/")
        _words_are_whole(phone)


def test_a_head_decides_with_the_thumb(phone: Page) -> None:
    _signed_in(phone, "head.me")
    asked = row(phone, "Agree on the candidate", "LIU HAORAN")
    _is_whole(asked.locator("a.button"))
    asked.locator("a.button").click()

    _fits(phone)
    agree = main(phone).get_by_role("button", name="I agree")
    _at_the_thumb(agree)
    _at_the_thumb(main(phone).get_by_role("button", name="Refuse…"))
    agree.click()

    expect(phone.get_by_role("status").first).to_be_visible()
    phone.goto("/")
    expect(row(phone, "Agree on the candidate", "LIU HAORAN")).to_have_count(0)
