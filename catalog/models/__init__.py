"""Every table of the catalog, one subject a file; importing this package makes the metadata whole."""

from catalog.models.articles import Article, EpisodeArticle
from catalog.models.columns import metadata
from catalog.models.editions import Edition
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
from catalog.models.sequence import ChangeSequence
from catalog.models.transcripts import (
    Chunk,
    Fixup,
    FixupState,
    LabelState,
    SpeakerLabel,
    Track,
    TrackKind,
    Turn,
    Utterance,
)
from catalog.models.work import Begin, Job, JobState, Subscription, SubscriptionItem, Worker

__all__ = [
    "Appearance",
    "Article",
    "AuditEvent",
    "Begin",
    "ChangeSequence",
    "Chapter",
    "Chunk",
    "Claim",
    "ClaimStatus",
    "Correction",
    "Edition",
    "Entity",
    "EntityAlias",
    "EntityKind",
    "Episode",
    "EpisodeArticle",
    "EpisodeSource",
    "EpisodeState",
    "Fixup",
    "FixupState",
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
