"""What every answer says to the browser about itself: nothing foreign is loaded, nothing is told to others."""

import hashlib
from base64 import b64encode

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(
            f"{kind}-src 'self'"
            for kind in ("script", "style", "img", "media", "font", "connect", "manifest")
        ),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
NOT_NEEDED = ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
ON_EVERYTHING = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in NOT_NEEDED),
    "Referrer-Policy": "same-origin",  # none at all would make old browsers send our forms from nowhere
    "X-Content-Type-Options": "nosniff",
}


def in_frames(style: str) -> dict[str, str]:
    """For a page that any other may show in a frame: no script, no form, this one style and our own media."""
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    rules = (
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        *(f"{kind}-src 'self'" for kind in ("img", "media", "font")),
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors *",
    )
    return {"Content-Security-Policy": "; ".join(rules), "Cross-Origin-Resource-Policy": "cross-origin"}


class SafeHeaders:
    """Puts the headers on whatever `app` answers; one that is already there was set on purpose and stays."""

    def __init__(self, app: ASGIApp, media_from: str = "") -> None:
        """`media_from` is where else sound and film may come from: a store that readers are sent to."""
        self.app, policy = app, CONTENT_SECURITY_POLICY
        if media_from:
            policy = policy.replace("media-src 'self'", f"media-src 'self' {media_from}")
        self.headers = {**ON_EVERYTHING, "Content-Security-Policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
