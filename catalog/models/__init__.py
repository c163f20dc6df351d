"""Every table of the catalog, one subject a file; importing this package makes the metadata whole."""

from catalog.models.accounts import (
    KnownBrowser,
    OneTimeLink,
    Purpose,
    RecoveryCode,
    User,
    UserRole,
    UserSession,
)
from catalog.models.articles import (
    Article,
    ArticleQuotation,
    ArticleSource,
    ArticleVersion,
    EpisodeArticle,
    EpisodeRelated,
    TalkCandidate,
)
from catalog.models.audit import AuditEvent, AuditWords
from catalog.models.claims import Claim, ClaimCorrection, ClaimEntity, ClaimEvidence, ClaimStatus, Stance
from catalog.models.columns import metadata
from catalog.models.editions import Edition
from catalog.models.editorial import (
    Correction,
    Cover,
    Quote,
    Redaction,
    RedactionStage,
)
from catalog.models.entities import (
    Entity,
    EntityAlias,
    EntityDistinction,
    EntityKind,
    EntityState,
    Mention,
    MentionDoubt,
    MentionReading,
    MentionVerdict,
)
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
from catalog.models.guests import GuestAnswer, GuestLink
from catalog.models.nodes import IndexSnapshot, WebNode
from catalog.models.people import Person, PersonAlias, VoiceReference
from catalog.models.pleas import Plea, PleaKind
from catalog.models.proposals import Proposal, ProposalState
from catalog.models.searches import SavedSearch
from catalog.models.sequence import ChangeSequence
from catalog.models.tokens import ApiToken
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
    "ApiToken",
    "Appearance",
    "Article",
    "ArticleQuotation",
    "ArticleSource",
    "ArticleVersion",
    "AuditEvent",
    "AuditWords",
    "Begin",
    "ChangeSequence",
    "Chapter",
    "Chunk",
    "Claim",
    "ClaimCorrection",
    "ClaimEntity",
    "ClaimEvidence",
    "ClaimStatus",
    "Correction",
    "Cover",
    "Edition",
    "Entity",
    "EntityAlias",
    "EntityDistinction",
    "EntityKind",
    "EntityState",
    "Episode",
    "EpisodeArticle",
    "EpisodeRelated",
    "EpisodeSource",
    "EpisodeState",
    "Fixup",
    "FixupState",
    "GuestAnswer",
    "GuestLink",
    "IndexSnapshot",
    "Job",
    "JobState",
    "KnownBrowser",
    "LabelState",
    "MediaFile",
    "MediaKind",
    "Mention",
    "MentionDoubt",
    "MentionReading",
    "MentionVerdict",
    "OneTimeLink",
    "Person",
    "PersonAlias",
    "Plea",
    "PleaKind",
    "Proposal",
    "ProposalState",
    "Purpose",
    "Quote",
    "RecoveryCode",
    "Redaction",
    "RedactionStage",
    "Review",
    "Role",
    "SavedSearch",
    "SpeakerLabel",
    "Stance",
    "Subscription",
    "SubscriptionItem",
    "TalkCandidate",
    "Track",
    "TrackKind",
    "Turn",
    "User",
    "UserRole",
    "UserSession",
    "Utterance",
    "VoiceReference",
    "WebNode",
    "Worker",
    "metadata",
]
