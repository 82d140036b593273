"""Money: integers of a currency's minor unit, beside its ISO code. Floats never enter.

annual amount = amount per interval × 12 ÷ months of the interval, rounded once, half to even.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from banso.engines.basis.faults import CellFault

_MINOR_DIGITS: Final = {
    code: digits
    for digits, codes in {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD "
        "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
        "GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
        "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB "
        "PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
        "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }.items()
    for code in codes.split()
}


def minor_digits(currency: str) -> int:
    """Decimals of a currency in use under ISO 4217: JPY 0, USD 2, BHD 3."""
    try:
        return _MINOR_DIGITS[currency]
    except KeyError:
        raise CellFault("unknown_currency") from None


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount; an amount finer than the currency is refused, not rounded."""
    digits = minor_digits(currency)
    if not amount.is_finite():
        raise CellFault("not_a_number")
    minor = Fraction(amount) * Fraction(10) ** digits
    if minor.denominator != 1:
        raise CellFault("too_many_decimals", digits=digits)
    return minor.numerator


def rounded_half_even(numerator: Decimal | Fraction | int, denominator: int = 1) -> int:
    """The quotient as a whole number, computed exactly; halves go to the even neighbour."""
    return round(Fraction(numerator) / denominator)


def annualised(amount: Decimal, *, interval_months: int, currency: str) -> int:
    """A recurring amount as minor units per year.

    `amount` is what the line costs in all per interval, in major units: the quantity is already
    in it and is no argument here.
    """
    if interval_months < 1:
        raise ValueError("Expected an interval of one month or more.")
    per_year = Fraction(amount) * 12 * Fraction(10) ** minor_digits(currency)
    return rounded_half_even(per_year, interval_months)
