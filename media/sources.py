"""What a producer pasted or dropped, as one canonical `Source`: pure text work. Fetching lives in `download`."""

import ipaddress
import posixpath
import re
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit, urlunsplit

from media.errors import Refused

LONGEST_URL = 4096
_SOUND = {
    ".aac",
    ".aif",
    ".aiff",
    ".amr",
    ".flac",
    ".m4a",
    ".m4b",
    ".mka",
    ".mp2",
    ".mp3",
    ".oga",
    ".ogg",
    ".opus",
}
_SOUND |= {".wav", ".wma"}
_PICTURE = {
    ".3gp",
    ".avi",
    ".flv",
    ".m2ts",
    ".m4v",
    ".mkv",
    ".mov",
    ".mp4",
    ".mpeg",
    ".mpg",
    ".mts",
    ".ogv",
    ".ts",
}
_PICTURE |= {".webm", ".wmv"}
MEDIA_EXTENSIONS = frozenset(_SOUND | _PICTURE)
PLAYLIST_EXTENSIONS = frozenset([".asx", ".ffconcat", ".m3u", ".m3u8", ".mpd", ".pls", ".smil", ".xspf"])

_TRACKING = re.compile(
    r"(utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|igsh|mc_[ce]id"
    r"|twclid|ttclid|li_fat_id|vero_id|oly_\w+_id|_ga|_gl|_hs(enc|mi)|mkt_tok|ref_(src|url)|si|feature)$",
    re.IGNORECASE,
)
_BARE_HOST = re.compile(r"(www\.[^/?#\s]+|[^/?#:\s]+\.[a-z]{2,}(:\d+)?/)", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST = re.compile(
    r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
)
_YOUTUBE_HOST = re.compile(r"((www|m|music)\.)?youtube\.com|(www\.)?youtube-nocookie\.com")
_YOUTUBE_ID = r"(?!videoseries|live_stream)([\w-]{11})(?![\w-])"
_YOUTUBE_PATH = re.compile(rf"/(?:shorts|live|embed|v|e)/{_YOUTUBE_ID}", re.ASCII)
_VIMEO_PATH = re.compile(
    r"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/|(?:album|showcase)/\d+/video/)?(\d{5,12})(?:/([0-9a-f]{10}))?/?"
)


@dataclass(frozen=True)
class Source:
    """Where a talk comes from; `provider` and `external_id` name it, `url` is the one address we use.

    `provider` is "youtube", "vimeo", "web" (any other page or media address) or "file" (uploaded bytes).
    """

    provider: str
    external_id: str
    url: str


def recognise(text: str) -> Source:
    """Clean a pasted address and say what it is; the same talk always yields the same source.

    Raises `Refused` with code "empty", "too_long", "not_a_url", "not_http" or "credentials".

    >>> recognise("youtu.be/aqz-KE-bpKQ?si=xyz&t=31").url
    'https://www.youtube.com/watch?v=aqz-KE-bpKQ'
    >>> recognise("HTTP://Example.ORG:80/talks/?utm_source=x&id=7#top")
    Source(provider='web', external_id='example.org/talks/?id=7', url='http://example.org/talks/?id=7')
    """
    parts = _split(_clean(text))
    return _youtube(parts) or _vimeo(parts) or _web(parts)


def recognise_file(sha256: str, name: str) -> Source:
    """Name uploaded bytes by what they are, not by what they are called.

    `name` only serves to refuse playlists, which point elsewhere and hold no sound themselves.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(f"not a SHA-256 in lower-case hex: {sha256!r}")
    if PurePath(name).suffix.lower() in PLAYLIST_EXTENSIONS:
        raise Refused("playlist", "This file is a playlist that points elsewhere. Add the recording itself.")
    return Source("file", sha256, f"file:sha256:{sha256}")


def readable_title(name: str) -> str:
    """Turn the last part of an address or a file name into words; empty when it holds none.

    >>> readable_title("press_talk-episode%2012.final.mp4")
    'press talk episode 12.final'
    """
    base = posixpath.basename(unquote(name).rstrip("/"))
    stem, extension = posixpath.splitext(base)
    words = stem if extension.lower() in MEDIA_EXTENSIONS else base
    printable = "".join(c if c.isprintable() else " " for c in words)
    return re.sub(r"[\s_+]+|(?<=\w)-(?=\w)", " ", printable).strip(" -")


def _clean(text: str) -> str:
    """Trim what a paste brings along, add the scheme people leave out, and refuse what is no http(s) address."""
    text = text.strip().strip("<>\"'\u200b\u200e\u200f\ufeff").strip()
    if not text:
        raise Refused("empty", "There is no address. Paste the link of the talk.")
    if len(text) > LONGEST_URL:
        raise Refused(
            "too_long", f"This address is longer than {LONGEST_URL} characters. Paste the short link."
        )
    if any(not c.isprintable() or c.isspace() for c in text):
        raise _not_a_url()
    if _BARE_HOST.match(text) and "://" not in text.split("/", 1)[0]:
        text = f"https://{text}"
    scheme = _SCHEME.match(text)
    if scheme is None:
        raise _not_a_url()
    if scheme[1].lower() not in ("http", "https"):
        raise Refused("not_http", "Only addresses that begin with http:// or https:// can be fetched.")
    if "\\" in text:  # browsers read it as a slash, libraries do not
        raise _not_a_url()
    return text


def _split(text: str) -> SplitResult:
    """Take the address apart into its canonical scheme, host, path and query."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _not_a_url() from error
    if "@" in parts.netloc:
        raise Refused("credentials", "This address holds a user name or password. Paste it without them.")
    if port == 0 or not text[len(parts.scheme) :].startswith("://"):
        raise _not_a_url()
    netloc = _host(parts.hostname or "")
    if port and port != {"http": 80, "https": 443}[parts.scheme]:
        netloc = f"{netloc}:{port}"
    return SplitResult(parts.scheme, netloc, _path(parts.path), _query(parts.query), "")


def _host(name: str) -> str:
    """The ASCII form of a host name, or an address literal in its one spelling."""
    if ":" in name:
        try:
            return f"[{ipaddress.IPv6Address(name.replace('%', ' '))}]"  # no scope of this machine's own
        except ValueError as error:
            raise _not_a_url() from error
    try:
        host = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise _not_a_url() from error
    if not _HOST.fullmatch(host):
        raise _not_a_url()
    return host


def _path(raw: str) -> str:
    """The path with dots resolved and one spelling of every escape."""
    kept: list[str] = []
    segments = raw.split("/")[1:]
    for segment in segments:
        if segment in ("..", "%2e%2e", "%2E%2E"):
            kept = kept[:-1]
        elif segment not in (".", "%2e", "%2E"):
            kept.append(_escape(segment))
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(raw: str) -> str:
    """The query without what only tracks the visitor; order is kept, because some sites read it."""
    pairs = [pair for pair in raw.split("&") if pair]
    return "&".join(_escape(pair) for pair in pairs if not _TRACKING.match(unquote(pair.split("=", 1)[0])))


def _escape(text: str) -> str:
    """Percent-encode what needs it, in upper case; letters and digits that were encoded stand plainly again."""
    text = re.sub(r"%(?![0-9a-fA-F]{2})", "%25", text)
    text = re.sub(r"%[0-9a-fA-F]{2}", lambda m: _plain_if_unreserved(m[0]), text)
    return quote(text, safe="%:@!$&'()*+,;=~/?")


def _plain_if_unreserved(escape: str) -> str:
    char = chr(int(escape[1:], 16))
    return char if re.fullmatch(r"[A-Za-z0-9._~-]", char) else escape.upper()


def _youtube(parts: SplitResult) -> Source | None:
    if parts.netloc == "youtu.be":
        match = re.match(rf"/{_YOUTUBE_ID}", parts.path, re.ASCII)
    elif not _YOUTUBE_HOST.fullmatch(parts.netloc):
        return None
    elif parts.path.rstrip("/") == "/watch":
        match = re.fullmatch(_YOUTUBE_ID, parse_qs(parts.query).get("v", [""])[0], re.ASCII)
    else:
        match = _YOUTUBE_PATH.match(parts.path)
    if match is None:
        return None
    return Source("youtube", match[1], f"https://www.youtube.com/watch?v={match[1]}")


def _vimeo(parts: SplitResult) -> Source | None:
    if parts.netloc not in ("vimeo.com", "www.vimeo.com", "player.vimeo.com"):
        return None
    match = _VIMEO_PATH.fullmatch(parts.path)
    if match is None:
        return None
    # Unlisted videos open only with their key, which is part of the address.
    key = match[2] or next(iter(parse_qs(parts.query).get("h", [])), "")
    suffix = f"/{key}" if re.fullmatch(r"[0-9a-f]{10}", key) else ""
    return Source("vimeo", match[1], f"https://vimeo.com/{match[1]}{suffix}")


def _web(parts: SplitResult) -> Source:
    """Any other page or media address; http and https name the same talk."""
    return Source("web", urlunsplit(parts._replace(scheme=""))[2:], urlunsplit(parts))


def _not_a_url() -> Refused:
    return Refused("not_a_url", "This is not a web address. Paste the whole link, beginning with https://.")
