"""The ways in which money comes: one settlement function each."""

from __future__ import annotations

from mstation.station.exchange.bank import bank_instructions
from mstation.station.exchange.sandbox import sandbox_instructions
from mstation.station.exchange.settlement import Settle, Way

WAYS: dict[Way, Settle] = {Way.BANK: bank_instructions, Way.SANDBOX: sandbox_instructions}
