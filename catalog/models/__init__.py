"""Every table of the catalog, one subject a file; importing this package makes the metadata whole."""

from catalog.models.articles import Article, EpisodeArticle
from catalog.models.columns import metadata
from catalog.models.editorial import (
    AuditEvent,
    Claim,
    ClaimStatus,
    Correction,
    Quote,
    Redaction,
    User,
    UserRole,
    UserSession,
)
from catalog.models.entities import Entity, EntityAlias, EntityKind, Mention
from catalog.models.episodes import (
    Appearance,
    Chapter,
    Episode,
    EpisodeSource,
    EpisodeState,
    MediaFile,
    MediaKind,
    Review,
    Role,
)
from catalog.models.people import Person, PersonAlias, VoiceReference
from catalog.models.transcripts import Chunk, LabelState, SpeakerLabel, Track, TrackKind, Turn, Utterance
from catalog.models.work import Job, JobState, Subscription, SubscriptionItem, Worker

__all__ = [
    "Appearance",
    "Article",
    "AuditEvent",
    "Chapter",
    "Chunk",
    "Claim",
    "ClaimStatus",
    "Correction",
    "Entity",
    "EntityAlias",
    "EntityKind",
    "Episode",
    "EpisodeArticle",
    "EpisodeSource",
    "EpisodeState",
    "Job",
    "JobState",
    "LabelState",
    "MediaFile",
    "MediaKind",
    "Mention",
    "Person",
    "PersonAlias",
    "Quote",
    "Redaction",
    "Review",
    "Role",
    "SpeakerLabel",
    "Subscription",
    "SubscriptionItem",
    "Track",
    "TrackKind",
    "Turn",
    "User",
    "UserRole",
    "UserSession",
    "Utterance",
    "VoiceReference",
    "Worker",
    "metadata",
]
