"""Every noun that the database keeps: importing this page makes the metadata whole."""

from mstation.station.accounts import Account, Session, Token
from mstation.station.authenticators import Authenticator
from mstation.station.derived import Kept
from mstation.station.events import Event
from mstation.station.files import File
from mstation.station.guesses import guesses
from mstation.station.guests import Guest, GuestLink
from mstation.station.idempotency import Answer
from mstation.station.identities import Identity
from mstation.station.invitations import Invitation
from mstation.station.jobs import Attempt, Job
from mstation.station.organisations import Member, Organisation, Place, Project
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
from mstation.station.uploads import Upload
from mstation.station.webhooks import Webhook

__all__ = [
    "Account",
    "Answer",
    "Attempt",
    "Authenticator",
    "CustomField",
    "Cut",
    "Entity",
    "Event",
    "File",
    "Guest",
    "GuestLink",
    "Identity",
    "Import",
    "Invitation",
    "Job",
    "Kept",
    "Member",
    "Note",
    "Organisation",
    "Place",
    "Playlist",
    "Project",
    "Publish",
    "Screening",
    "Session",
    "Status",
    "Task",
    "TaskType",
    "TimeLog",
    "Token",
    "Upload",
    "Version",
    "Webhook",
    "guesses",
]
