"""Letters of the newsroom: handed over on a safe line or not at all; what breaks is told without saying to whom."""

import smtplib
import ssl
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from catalog.errors import InvalidQuery
from catalog.mailing import MailFailed, check_address, send_letter, try_server, write_letter
from catalog.settings import Settings
from tests.letterbox import ELSEWHERE, Letterbox, certificate, letterbox

TO = "zarin@elsewhere.example"


def set_up(box: Letterbox, scheme: str = "smtp", host: str = "127.0.0.1", **more: object) -> Settings:
    return Settings.model_validate(
        {
            "mail_server": f"{scheme}://desk@{host}:{box.port}",
            "mail_sender": "desk@paper.example",
            "mail_password": "a word",
            **more,
        }
    )


def send(settings: Settings, text: str = "Come in.\n") -> None:
    send_letter(settings, write_letter(settings, TO, "The studio of\nOur Paper", text))


SECRET = "\0desk\0a word"


def test_a_letter_arrives_and_tells_nothing_of_this_machine() -> None:
    with letterbox(Letterbox(SECRET)) as box:
        send(set_up(box), "ایک خط\nhttps://paper.example/studio/link/abc\n")
        try_server(set_up(box))
    (raw,) = box.letters
    letter = message_from_bytes(raw, policy=SMTP)
    assert (letter["From"], letter["To"], letter["Subject"]) == (
        "desk@paper.example",
        TO,
        "The studio of Our Paper",
    )
    assert letter["Date"].endswith("+0000") and letter["Message-ID"].endswith("@paper.example>")
    assert "https://paper.example/studio/link/abc" in letter.get_content()
    assert [line for line in box.asked if line.startswith("ehlo")] == ["ehlo paper.example"] * 2


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_line_that_leaves_the_machine_is_secure_and_its_server_known(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(pem)
    with letterbox(Letterbox(SECRET, ours, secure_from_start=scheme == "smtps"), ELSEWHERE) as box:
        with pytest.raises(MailFailed, match="certificate that cannot be trusted"):
            send(set_up(box, scheme, ELSEWHERE))
        assert not any("AUTH" in line for line in box.asked)
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        send(set_up(box, scheme, ELSEWHERE))
    assert len(box.letters) == 1


def test_over_an_open_line_to_elsewhere_nothing_is_said() -> None:
    with letterbox(Letterbox(SECRET), ELSEWHERE) as box, pytest.raises(MailFailed, match="no secure line"):
        send(set_up(box, host=ELSEWHERE))
    assert box.asked == ["ehlo paper.example"]


@pytest.mark.parametrize(
    ("refuses", "why"),
    [
        ({"RCPT": "550 5.1.1 <zarin@elsewhere.example> unknown"}, "refuses the address"),
        ({"MAIL": "550 not you"}, "refuses PRESSTALK_MAIL_SENDER"),
        ({"AUTH": "535 no"}, "does not take our name and password"),
        ({"DATA": "554 zarin@elsewhere.example is spam"}, "broke off or refused"),
        ({"EHLO": "500 what", "HELO": "500 what"}, "broke off or refused"),
    ],
)
def test_what_a_server_refuses_is_told_and_never_to_whom(refuses: dict[str, str], why: str) -> None:
    with letterbox(Letterbox(SECRET, refuses=refuses)) as box, pytest.raises(MailFailed, match=why) as told:
        send(set_up(box))
    whole = f"{told.value.sentence}{told.value.__cause__}{told.value.__suppress_context__}"
    assert "zarin" not in whole and whole.endswith("NoneTrue")


def test_a_server_that_is_not_there_and_a_password_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with letterbox(Letterbox(SECRET)) as box:
        for file, why in ((tmp_path / "none", "cannot be read"), (tmp_path, "cannot be read")):
            with pytest.raises(MailFailed, match=why):
                send(set_up(box, mail_password_file=file))
        (tmp_path / "word").write_text("a word\nand a remark\n")
        send(set_up(box, mail_password="", mail_password_file=tmp_path / "word"))
    with pytest.raises(MailFailed, match="cannot be reached"):
        send(set_up(box))
    with pytest.raises(MailFailed, match="No mail server is set"):
        send(Settings())


HOSTILE = (
    "zarin@elsewhere.example\nBcc: all@elsewhere.example",
    "zarin@elsewhere.example\r\nSubject: other",
    "zarin@elsewhere.example,all@elsewhere.example",
    "Zarin <zarin@elsewhere.example>",
    '"zarin lake"@elsewhere.example',
    "zarin@elsewhere.example\0",
    "zarin@elsewhere.example\u2028",
    "-oQ/tmp zarin@elsewhere.example",
    "zarin@",
    "@elsewhere.example",
    "",
    f"{'z' * 260}@elsewhere.example",
)


@given(
    st.text(max_size=40)
    | st.builds("{}@{}".format, st.text(max_size=9), st.text(max_size=9))
    | st.sampled_from(HOSTILE)
)
@example("zarin@elsewhere.example\n")
def test_an_address_is_one_plain_address_or_is_refused(written: str) -> None:
    try:
        address = check_address(written)
    except InvalidQuery:
        return
    assert written not in HOSTILE
    assert address.isascii() and address.isprintable() and address.count("@") == 1
    assert not set(address) & set(' ,;:<>()[]"\\') and smtplib.quoteaddr(address) == f"<{address}>"


@pytest.mark.parametrize("written", HOSTILE)
def test_no_letter_is_written_to_a_hostile_address(written: str) -> None:
    with pytest.raises(InvalidQuery):
        write_letter(Settings(mail_sender="desk@paper.example"), written, "A subject", "Words.")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("mail_server", "mail.example.org", "written as"),
        ("mail_server", "http://mail.example.org", "written as"),
        ("mail_server", "smtp://mail.example.org:99999", "written as"),
        ("mail_server", "smtp://mail.example.org/path", "written as"),
        ("mail_server", "smtp://", "written as"),
        ("mail_server", "smtp://desk:word@mail.example.org", "MAIL_PASSWORD_FILE"),
        ("mail_sender", "Desk <desk@example.org>", "plain address"),
        ("mail_sender", "desk@example.org\nBcc: x@example.org", "plain address"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(name: str, value: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Settings.model_validate({name: value})
