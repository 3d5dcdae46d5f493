"""Mail on its way: by SMTP where a server is set, else as files in an outbox folder under the home.

A server that cannot be reached or refuses is `Away`: the work that asked is tried again. What a server says is never
passed on, since it may quote an address.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from legalflow.errors import Away, Invalid
from legalflow.office import Office

PATIENCE = 20.0  # seconds for each answer of the server
SECURITIES = ("starttls", "tls", "none")


def sender(office: Office) -> str:
    """Who mail is from."""
    return office.settings.smtp_from or "legalflow@localhost"


def folder(office: Office) -> Path:
    """Where mail lies that no server is set for."""
    return office.settings.home / "mail"


def deliver(office: Office, letter: EmailMessage, name: str) -> None:
    """Send a letter, or where no server is set write it as `name`.eml; the same name twice is one file."""
    if office.settings.smtp_host:
        _send(office, letter)
    else:
        _write(folder(office), f"{name}.eml", letter.as_bytes(policy=SMTP))


def _send(office: Office, letter: EmailMessage) -> None:
    settings = office.settings
    if settings.smtp_security not in SECURITIES:
        raise Invalid.one(
            "mail.security",
            "LEGALFLOW_SMTP_SECURITY 须为 starttls、tls 或 none",
            "LEGALFLOW_SMTP_SECURITY is starttls, tls or none",
            found=settings.smtp_security[:20],
        )
    try:
        with _server(office) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(letter)
    except (smtplib.SMTPException, OSError) as error:
        raise Away.one(
            "mail.away",
            f"邮件服务器未接收邮件（{type(error).__name__}）",
            f"the mail server did not take the message ({type(error).__name__})",
        ) from None


def _server(office: Office) -> smtplib.SMTP:
    host, port = office.settings.smtp_host, office.settings.smtp_port
    if office.settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=PATIENCE)


def _write(place: Path, name: str, content: bytes) -> None:
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = place / f".{name}.{os.getpid()}"
    half.touch(mode=0o600)
    half.write_bytes(content)
    half.replace(place / name)
