"""Every noun that the database keeps: importing this page makes the metadata whole."""

from mstation.station.accounts import Account, Session, Token
from mstation.station.authenticators import Authenticator
from mstation.station.events import Event
from mstation.station.guesses import guesses
from mstation.station.guests import Guest, GuestLink
from mstation.station.idempotency import Answer
from mstation.station.identities import Identity
from mstation.station.invitations import Invitation
from mstation.station.jobs import Attempt, Job
from mstation.station.organisations import Member, Organisation, Place, Project
from mstation.station.production.entities import Entity
from mstation.station.production.tasks import Task
from mstation.station.production.workflow import Status, TaskType

__all__ = [
    "Account",
    "Answer",
    "Attempt",
    "Authenticator",
    "Entity",
    "Event",
    "Guest",
    "GuestLink",
    "Identity",
    "Invitation",
    "Job",
    "Member",
    "Organisation",
    "Place",
    "Project",
    "Session",
    "Status",
    "Task",
    "TaskType",
    "Token",
    "guesses",
]
