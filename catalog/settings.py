"""Every setting of the newsroom, typed, read once from `PRESSTALK_*`. No decisions, no defaults for secrets."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.clock import zone_of
from catalog.errors import InvalidQuery
from catalog.setting_values import (
    OBJECTS,
    Commas,
    FrontServer,
    Level,
    Limits,
    LogForm,
    MailServer,
    Networks,
    Sender,
    Store,
)

GIBIBYTE = 1024**3


class Settings(BaseSettings):
    """What a newsroom may change. Lists are written with commas: `PRESSTALK_LANGUAGES=en,ur`."""

    model_config = SettingsConfigDict(env_prefix="PRESSTALK_", frozen=True, extra="ignore")

    home: Path = Field(
        Path("data"), description="folder of everything that is kept: catalog, media, index, models"
    )
    database_url: str = Field(
        "", description="SQLAlchemy address of the catalog; empty: SQLite in the home folder"
    )

    store: Store = Field(
        "", description="where media lie: a folder, or s3://bucket/prefix; empty: `shelf` in the home folder"
    )
    store_links: int = Field(
        0, ge=0, le=1440, description="minutes that links into an s3 store last; 0: the site passes media on"
    )
    store_copies_gigabytes: float = Field(
        20.0, gt=0, description="most room that copies of an s3 store's files take on a machine"
    )

    # hearing
    model: str = Field("small", description="Whisper model: a name known to the hub, or a local folder")
    translator: str = Field(
        "", description="Whisper model that translates into English; empty: the one that hears"
    )
    device: str = Field("auto", description="auto, cpu or cuda")
    compute_type: str = Field("auto", description="number format of the model: auto, int8, float16, ...")
    threads: int = Field(
        0, ge=0, description="processor threads of the recogniser; 0: as many as are free to us"
    )
    chunk_minutes: float = Field(
        10.0, gt=0.05, le=60, description="about how long one durable chunk of hearing is"
    )
    glossary: Commas = Field((), description="names and terms the recogniser is told")

    diarizer: Literal["local", "pyannote"] = Field(
        "local", description="who tells voices apart: local, or pyannote (its extra installed)"
    )

    # getting
    max_gigabytes: float = Field(8.0, gt=0, description="largest recording that is fetched")
    max_hours: float = Field(12.0, gt=0, description="longest recording that is fetched")
    min_free_gigabytes: float = Field(2.0, ge=0, description="disk that must stay free while fetching")
    download_timeout_s: int = Field(6 * 3600, gt=0, description="longest time one download may take")
    allowed_networks: Networks = Field(
        (), description="private networks (CIDR) that may be fetched from on purpose"
    )
    watch_folder: Path | None = Field(
        None, description="folder whose settled media files are added by themselves"
    )
    poll_minutes: int = Field(
        30, gt=0, description="how often a worker looks at subscriptions and the watched folder"
    )

    # publishing
    two_people: bool = Field(False, description="whether two editors must agree before a talk is published")
    answer_days: int = Field(
        7,
        ge=1,
        le=90,
        description="days within which who contests a name, or asks to be taken out, has an answer",
    )
    timezone: str = Field("UTC", description="time zone in which the newsroom's people write and read times")

    # redacting
    vault_keys: Commas = Field(
        (),
        description="editors who may open what was redacted: `Name=age1...`, with commas; empty: nothing is kept",
    )

    # searching
    embedder: str = Field(
        "wordllama",
        description="engine that searches by meaning: wordllama, none, or a folder with an ONNX model",
    )

    # relating
    related_from: float = Field(
        0.8, ge=0, le=1, description="how sure an unconfirmed link must be to be shown"
    )
    extract_words: int = Field(60, ge=0, le=500, description="how many words of an article its page shows")

    # working
    worker_name: str = Field("", description="stable name of this worker; empty: the machine's name")
    worker_concurrency: int = Field(
        2, ge=1, le=64, description="episodes one worker brings in at the same time"
    )

    queue_limits: Limits = Field(
        (), description="most that all workers together do at once, by kind: `cpu=8,gpu=2`; empty: no limit"
    )

    # brand
    site_title: str = Field("South Asia Press Talk", description="name of the show, on every page")
    publisher: str = Field("South Asia Press", description="name of the newsroom")
    tagline: str = Field(
        "Conversations from South Asia, in the speakers' own words", description="one line under the name"
    )
    accents: Commas = Field(
        (), description="colour of links and marks on light pages and on dark ones: #99123a,#ff9db2"
    )
    logo: Path | None = Field(
        None, description="file (.svg or .png) that stands on top in place of the show's name; empty: none"
    )
    site_notice: str = Field("", description="a line on top of every page; empty: none")
    base_url: str = Field("", description="public address of the site; empty: as the reader asked for it")
    languages: Commas = Field(("en", "ur"), description="languages expected on the show, most usual first")
    moderator: str = Field(
        "Taha Siddiqui",
        description="usual moderator: a name the recogniser is told, never printed without evidence",
    )
    licence: str = Field(
        "", description="how transcripts and data may be used, told in the data set; empty: none stated"
    )
    contact: str = Field(
        "", description="address readers may write to, shown in feeds and on pages; empty: none"
    )
    funding: str = Field(
        "", description="page where readers may support the newsroom, told in podcast feeds; empty: none"
    )
    podcast_category: str = Field(
        "News", description="where podcast directories list the show: one of theirs, or News/Politics"
    )

    # writing letters
    mail_server: MailServer = Field(
        "", description="server that mails invitations: smtp://USER@HOST:587 or smtps://...; empty: no mail"
    )
    mail_sender: Sender = Field("", description="address that invitations come from")
    mail_password: str = Field("", description="the password there; better in a file of its own")
    mail_password_file: Path | None = Field(None, description="file whose first line is the password there")

    # keeping
    backup_recipients: Commas = Field(
        (), description="public age keys that backups are sealed for; empty: backups are not sealed"
    )

    # serving
    host: str = Field("127.0.0.1", description="address the site listens on")
    port: int = Field(8000, ge=0, le=65535, description="port the site listens on; 0: any free one")
    trusted_proxies: Commas = Field((), description="addresses whose X-Forwarded-* headers are believed")
    front_server: FrontServer = Field(
        FrontServer.NONE,
        description="server in front of the site that sends media for it: nginx, or sendfile (empty: none)",
    )
    processes: int = Field(
        0,
        ge=0,
        le=64,
        description="processes that serve the site; 0: one a core, at most four (one when metrics are on)",
    )
    metrics_port: int = Field(
        0, ge=0, le=65535, description="port of its own for /metrics on the loopback; 0: none"
    )
    metrics_token: str = Field("", description="bearer token that opens /metrics on the site; empty: closed")
    worker_metrics_port: int = Field(
        0, ge=0, le=65535, description="port for a worker's own /metrics on the loopback; 0: none"
    )
    log_level: Level = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_form: LogForm = Field(LogForm.TEXT, description="text for people, or json: an object a line")

    @field_validator("watch_folder", "logo", "mail_password_file", mode="before")
    @classmethod
    def empty_is_none(cls, value: object) -> object:
        """An empty path would be the folder we happen to stand in."""
        return value or None

    @field_validator("home", "watch_folder", mode="after")
    @classmethod
    def make_absolute(cls, value: Path | None) -> Path | None:
        """A relative folder must not move when a child process changes its own."""
        return value and value.expanduser().absolute()

    @field_validator("timezone", mode="after")
    @classmethod
    def check_timezone(cls, value: str) -> str:
        try:
            zone_of(value)
        except InvalidQuery as unknown:
            raise ValueError(unknown.sentence) from unknown
        return value

    @property
    def catalog_url(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'catalog.db'}"

    @property
    def queue_url(self) -> str:
        """The queue's own file beside the catalog's; on PostgreSQL the same database, in a schema of its own."""
        return self.database_url or f"sqlite:///{self.home / 'queue.db'}"

    @property
    def shelf_folder(self) -> Path:
        """Where media lie, or copies of those in use when they lie in an object store."""
        if self.store and not self.store.startswith(OBJECTS):
            return Path(self.store).expanduser().absolute()
        return self.home / "shelf"

    @property
    def index_folder(self) -> Path:
        return self.home / "index"

    @property
    def meanings_folder(self) -> Path:
        return self.home / "meanings"

    @property
    def dataset_folder(self) -> Path:
        """Releases that the site offers."""
        return self.home / "data"

    @property
    def models_folder(self) -> Path:
        return self.home / "models"

    @property
    def voices_folder(self) -> Path:
        return self.home / "voices"

    @property
    def clips_folder(self) -> Path:
        return self.home / "clips"

    @property
    def vault_folder(self) -> Path:
        """What was redacted, sealed for the editors who may open it."""
        return self.home / "vault"

    def limit_of(self, kind: str) -> int | None:
        """How much of that kind of work all workers together do at once."""
        limits = dict(limit.split("=") for limit in self.queue_limits)
        return int(limits[kind]) if kind in limits else None

    @property
    def max_duration_ms(self) -> int:
        return int(self.max_hours * 3_600_000)

    @property
    def chunk_ms(self) -> int:
        return int(self.chunk_minutes * 60_000)

    def limits(self) -> dict[str, Any]:
        """What one fetch may take, as `media.guard.Limits` wants it."""
        return {
            "max_bytes": int(self.max_gigabytes * GIBIBYTE),
            "max_duration_ms": self.max_duration_ms,
            "min_free_bytes": int(self.min_free_gigabytes * GIBIBYTE),
            "timeout_s": self.download_timeout_s,
            "allowed_networks": self.allowed_networks,
        }


@lru_cache(maxsize=1)
def current() -> Settings:
    """The settings of this process, read once. Raises InvalidQuery that names what cannot be used."""
    try:
        return Settings()
    except ValidationError as problem:
        raise InvalidQuery(" ".join(_complaint(error) for error in problem.errors())) from problem


def _complaint(error: Any) -> str:
    """One setting that is wrong, without its value, which may be a secret."""
    name = "_".join(["PRESSTALK", *(str(part).upper() for part in error["loc"][:1])])
    return f"{name} cannot be used: {error['msg'].removeprefix('Value error, ').rstrip('.')}."
