"""Fetch uv on a machine that has nothing but Python: no pip, no venv, no rights.

Use: python3 bin/_bootstrap.py FOLDER

Only the standard library is used. The wheel comes from the package index that this machine is set up for (the variables
and files that pip and uv read), and is taken only if its hash is the one written here.
"""

import base64
import configparser
import hashlib
import io
import os
import platform
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from html.parser import HTMLParser
from pathlib import Path

VERSION = "0.13.9"
_TAG = "py3-none-manylinux_2_17_{0}.manylinux2014_{0}"
WHEELS = {
    "x86_64": (
        f"uv-{VERSION}-{_TAG.format('x86_64')}.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "aarch64": (
        f"uv-{VERSION}-{_TAG.format('aarch64')}.musllinux_1_1_aarch64.whl",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
}
DEFAULT_INDEX = "https://pypi.org/simple"
TIMEOUT = 120


class _Links(HTMLParser):
    """The addresses on one page of a package index."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep where each link leads."""
        self.hrefs += [value for name, value in attrs if tag == "a" and name == "href" and value]


def index_url() -> str:
    """The package index of this machine: uv's variables, pip's variable, pip's files, then PyPI."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if url := os.environ.get(name):
            # uv allows NAME=URL; a URL itself never has a "=" before its "://".
            head, _, tail = url.partition("=")
            return tail if tail and "://" not in head else url
    home = Path.home()
    files = [
        Path("/etc/xdg/pip/pip.conf"),
        Path("/etc/pip.conf"),
        home / ".pip/pip.conf",
        Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf",
    ]
    if named := os.environ.get("PIP_CONFIG_FILE"):
        files.append(Path(named))
    config = configparser.RawConfigParser()
    config.read(files, encoding="utf-8")  # a later file wins, as with pip; missing ones are passed over
    return config.get("global", "index-url", fallback=DEFAULT_INDEX)


def get(url: str) -> bytes:
    """Fetch an address; a name and password in it are sent as such, and certificates named for pip are trusted."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in {"https", "http", "file"}:
        raise SystemExit(f"The package index must be an http(s) address, not {parts.scheme!r}.")
    request = urllib.request.Request(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())  # noqa: S310 -- checked above
    if parts.username:
        pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + base64.b64encode(pair.encode()).decode())
    trust = ssl.create_default_context()  # honours SSL_CERT_FILE and SSL_CERT_DIR by itself
    for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE"):
        bundle = os.environ.get(name)
        if bundle and Path(bundle).is_file():
            trust.load_verify_locations(bundle)
    with urllib.request.urlopen(request, timeout=TIMEOUT, context=trust) as answer:  # noqa: S310 -- checked above
        body: bytes = answer.read()
    return body


def wheel_url(index: str, filename: str) -> str:
    """Where the index keeps this wheel."""
    page = f"{index.rstrip('/')}/uv/"
    links = _Links()
    links.feed(get(page).decode())
    for href in links.hrefs:
        url, _ = urllib.parse.urldefrag(urllib.parse.urljoin(page, href))
        if urllib.parse.unquote(url.rsplit("/", 1)[-1]) == filename:
            return url
    raise SystemExit(f"The package index {without_password(index)} has no {filename}.")


def without_password(url: str) -> str:
    """An address fit to be printed."""
    parts = urllib.parse.urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def main() -> None:
    """Put the uv program into the folder given."""
    folder = Path(sys.argv[1])
    machine = platform.machine()
    if machine not in WHEELS:
        raise SystemExit(f"uv {VERSION} is not pinned for {machine}. Install uv by hand and start again.")
    filename, sha256 = WHEELS[machine]
    index = index_url()
    try:
        body = get(wheel_url(index, filename))
    except (urllib.error.URLError, TimeoutError) as error:
        raise SystemExit(f"Cannot fetch uv from {without_password(index)}: {error}") from error
    found = hashlib.sha256(body).hexdigest()
    if found != sha256:
        raise SystemExit(f"{filename} has the hash {found}, but {sha256} is expected. Nothing was installed.")
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"uv.{os.getpid()}"
    with zipfile.ZipFile(io.BytesIO(body)) as wheel:
        fresh.write_bytes(wheel.read(f"uv-{VERSION}.data/scripts/uv"))
    fresh.chmod(0o755)
    fresh.replace(folder / "uv")  # in one step: two scripts may start at once


if __name__ == "__main__":
    main()
