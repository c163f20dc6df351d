"""Bytes of the web into text: declared, undeclared and twice encoded. What the text means is not asked."""

import codecs

import regex

_DECLARED = regex.compile(
    rb"""(?:charset\s*=\s*["']?|encoding\s*=\s*["'])([\w.:-]{2,40})""", regex.IGNORECASE
)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ARABIC = regex.compile(r"\p{Arabic}")
_HIGH = regex.compile(r"[\x80-\U0010ffff]")
# What UTF-8 looks like when it is read as something else; ordinary text has few of these side by side.
_TWICE = regex.compile(r"[ÂÃØÙÚÛàãâ][\x80-\xbf\u0152-\u2122]|[طظغعآأàâ][\u0080-\uffff]")
_CODECS = ("cp1252", "latin-1", "cp1256")


def decode(data: bytes) -> str:
    """The text of a page or file. UTF-8 that is valid wins over what was declared; Arabic script without a
    declaration is Windows-1256.

    >>> decode("خبر، سلام".encode("cp1256")), decode("café".encode("latin-1")), decode("café".encode())
    ('خبر، سلام', 'café', 'café')
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, "replace")
    try:
        return mend(data.decode("utf-8"))
    except UnicodeDecodeError:
        return mend(_legacy(data))


def _legacy(data: bytes) -> str:
    declared = _DECLARED.search(data[:4096])
    name = declared[1].decode("ascii") if declared else ""
    try:
        if name and codecs.lookup(name).name != "utf-8":
            return data.decode(name, "replace")
    except (LookupError, ValueError):
        pass
    if _is_mostly_utf8(data):
        return data.decode("utf-8", "replace")
    arabic = data.decode("cp1256", "replace")
    high = len(_HIGH.findall(arabic))
    return (
        arabic if len(_ARABIC.findall(arabic)) > 0.6 * high and high > 3 else data.decode("cp1252", "replace")
    )


def _is_mostly_utf8(data: bytes) -> bool:
    """Whether only a few bytes were damaged on the way."""
    text = data.decode("utf-8", "replace")
    return text.count("\ufffd") * 20 < len(_HIGH.findall(text))


def mend(text: str) -> str:
    """Text that was encoded twice, once; line by line, for pages are put together from many hands. Halves of letters,
    which JSON can carry, are none.

    >>> mend("Ø³Ù„Ø§Ù…, it’s fine"), mend("naïve café")
    ('سلام, it’s fine', 'naïve café')
    """
    text = text.encode("utf-8", "replace").decode()
    if not _TWICE.search(text):
        return text
    return "\n".join(_RUN.sub(lambda run: _mended(run[0]), line) for line in text.split("\n"))


_RUN = regex.compile(r"[^\x00-\x7f]+")


def _mended(run: str) -> str:
    for name in _CODECS:
        try:
            mended = b"".join(_byte(letter, name) for letter in run).decode("utf-8")
        except (UnicodeError, ValueError):
            continue
        if len(mended) < len(run):
            return mended
    return run


def _byte(letter: str, name: str) -> bytes:
    """The byte behind a letter; bytes that a code page leaves open stand for themselves."""
    try:
        return letter.encode(name)
    except UnicodeEncodeError:
        if "\x80" <= letter <= "\x9f":
            return letter.encode("latin-1")
        raise
