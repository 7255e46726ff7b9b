"""Every noun that the database keeps: importing this page makes the metadata whole."""

from mstation.station.accounts import Account, Session, Token
from mstation.station.ai_declarations import AiDeclaration
from mstation.station.authenticators import Authenticator
from mstation.station.derived import Kept
from mstation.station.events import Event
from mstation.station.exchange.asset_sheets import AssetImport
from mstation.station.exchange.assets import Asset, AssetVersion
from mstation.station.exchange.authority import Certificate
from mstation.station.exchange.bank import BankAccount
from mstation.station.exchange.cases import Case
from mstation.station.exchange.certificates import LicenceCertificate
from mstation.station.exchange.disputes import Dispute
from mstation.station.exchange.documents import Document, Release
from mstation.station.exchange.entitlements import Download, Entitlement
from mstation.station.exchange.fingerprints import Fingerprint
from mstation.station.exchange.grants import Grant
from mstation.station.exchange.holdings import Holding
from mstation.station.exchange.identifiers import ExternalId
from mstation.station.exchange.ledger import LedgerAccount, Posting, Transaction
from mstation.station.exchange.licences import Licence
from mstation.station.exchange.marking import Credential
from mstation.station.exchange.offers import Offer
from mstation.station.exchange.orders import Order, OrderLine
from mstation.station.exchange.payouts import Payout
from mstation.station.exchange.preparing import Rendition
from mstation.station.exchange.quotes import Quote
from mstation.station.exchange.refunds import Refund
from mstation.station.exchange.settlement import Payment, Receipt
from mstation.station.exchange.shares import Share, Split
from mstation.station.exchange.taxes import TaxRate
from mstation.station.exchange.uses import Use
from mstation.station.files import File
from mstation.station.guesses import guesses
from mstation.station.guests import Guest, GuestLink
from mstation.station.idempotency import Answer
from mstation.station.identities import Identity
from mstation.station.invitations import Invitation
from mstation.station.jobs import Attempt, Job
from mstation.station.organisations import Member, Organisation, Place, Project
from mstation.station.parties import House, Party
from mstation.station.production.cuts import Cut
from mstation.station.production.entities import Entity
from mstation.station.production.fields import CustomField
from mstation.station.production.notes import Note
from mstation.station.production.playlists import Playlist
from mstation.station.production.screenings import Screening
from mstation.station.production.sheets_in import Import
from mstation.station.production.tasks import Task
from mstation.station.production.time_logs import TimeLog
from mstation.station.production.versions import Publish, Version
from mstation.station.production.workflow import Status, TaskType
from mstation.station.space.bookings import Booking, BookingSlot
from mstation.station.space.facilities import Blackout, Facility, Resource
from mstation.station.space.feeds import CalendarFeed
from mstation.station.space.shooting_days import ShootingDay
from mstation.station.talent.availability import Availability
from mstation.station.talent.consents import Consent
from mstation.station.talent.credits import Attestation, Credit
from mstation.station.talent.crew_holds import CrewHold
from mstation.station.talent.finding import by_words as people_by_words
from mstation.station.talent.match_runs import MatchDecision, MatchPerson, MatchRun
from mstation.station.talent.people import Person
from mstation.station.talent.rates import RateCard
from mstation.station.talent.showing import Disclosure
from mstation.station.talent.skills import PersonSkill
from mstation.station.talent.work_credits import credit_accepted
from mstation.station.uploads import Upload
from mstation.station.webhooks import Webhook
from mstation.station.work_orders.bids import Bid
from mstation.station.work_orders.change_orders import ChangeOrder
from mstation.station.work_orders.contracts import Contract, Milestone
from mstation.station.work_orders.deliveries import Delivery, Nonconformity
from mstation.station.work_orders.packages import WorkPackage
from mstation.station.work_orders.tenders import PackageGrant, PackageQuestion

__all__ = [
    "Account",
    "AiDeclaration",
    "Answer",
    "Asset",
    "AssetImport",
    "AssetVersion",
    "Attempt",
    "Attestation",
    "Authenticator",
    "Availability",
    "BankAccount",
    "Bid",
    "Blackout",
    "Booking",
    "BookingSlot",
    "CalendarFeed",
    "Case",
    "Certificate",
    "ChangeOrder",
    "Consent",
    "Contract",
    "Credential",
    "Credit",
    "CrewHold",
    "CustomField",
    "Cut",
    "Delivery",
    "Disclosure",
    "Dispute",
    "Document",
    "Download",
    "Entitlement",
    "Entity",
    "Event",
    "ExternalId",
    "Facility",
    "File",
    "Fingerprint",
    "Grant",
    "Guest",
    "GuestLink",
    "Holding",
    "House",
    "Identity",
    "Import",
    "Invitation",
    "Job",
    "Kept",
    "LedgerAccount",
    "Licence",
    "LicenceCertificate",
    "MatchDecision",
    "MatchPerson",
    "MatchRun",
    "Member",
    "Milestone",
    "Nonconformity",
    "Note",
    "Offer",
    "Order",
    "OrderLine",
    "Organisation",
    "PackageGrant",
    "PackageQuestion",
    "Party",
    "Payment",
    "Payout",
    "Person",
    "PersonSkill",
    "Place",
    "Playlist",
    "Posting",
    "Project",
    "Publish",
    "Quote",
    "RateCard",
    "Receipt",
    "Refund",
    "Release",
    "Rendition",
    "Resource",
    "Screening",
    "Session",
    "Share",
    "ShootingDay",
    "Split",
    "Status",
    "Task",
    "TaskType",
    "TaxRate",
    "TimeLog",
    "Token",
    "Transaction",
    "Upload",
    "Use",
    "Version",
    "Webhook",
    "WorkPackage",
    "credit_accepted",
    "guesses",
    "people_by_words",
]
