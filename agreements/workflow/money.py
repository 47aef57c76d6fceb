"""What a term of money may say (6.5): who pays whom, when, in which currency."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_noop

from core.faults import Fault

# ISO 4217: money of countries, no metals and no codes for tests.
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG
HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA
MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD
RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD
UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())


def money_faults(
    *, payer: str, payee: str, amount: Decimal, is_waived: bool, due: str, currency: str
) -> Iterator[Fault]:
    """Nobody pays himself, what is paid is more than nothing and paid some day, and in money that there is."""
    if payer == payee:
        yield Fault("payee", gettext_noop("Who pays and who is paid are the same."))
    if not is_waived and not amount:
        yield Fault("amount", gettext_noop("0 means that it is waived: then say so, or enter the amount."))
    if not is_waived and not due:
        yield Fault("due_kk", gettext_noop("Say when it is paid."))
    if currency not in CURRENCIES:
        yield Fault(
            "currency", gettext_noop("“%(code)s” is no currency; three letters as in KZT, EUR."), {"code": currency}
        )
