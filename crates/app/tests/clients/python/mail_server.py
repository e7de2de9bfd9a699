"""A mail server on a free port of the loopback. It refuses each mail twice for now, once before and once after it has read
it, and then says on a line of standard output what it got. Its first line tells the port. It ends with its input."""

import asyncio
import email
import email.policy
import json
import sys
from collections import defaultdict

from aiosmtpd.smtp import SMTP

HEADERS = ["List-Unsubscribe", "List-Unsubscribe-Post", "Date", "MIME-Version"]


def say(what):
    print(json.dumps(what), flush=True)


class Handler:
    """Counts the tries of each recipient's mails: one mail is sent to somebody at a time."""

    def __init__(self):
        self.tries = defaultdict(int)
        self.message_ids = defaultdict(set)

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries[address] += 1
        if self.tries[address] == 1:
            return "450 come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        address = envelope.rcpt_tos[0]
        self.message_ids[address].add(mail["Message-ID"])
        if self.tries[address] == 2:
            return "451 come again"
        parts = [part for part in mail.walk() if not part.is_multipart()]
        defects = [str(defect) for part in mail.walk() for defect in part.defects]
        say({
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "from": mail["From"],
            "to": mail["To"],
            "subject": mail["Subject"],
            "headers": {name: mail[name] for name in HEADERS},
            "types": [part.get_content_type() for part in parts],
            "text": mail.get_body(("plain",)).get_content(),
            "html": mail.get_body(("html",)).get_content(),
            "defects": defects,
            "tries": self.tries.pop(address),
            "messageIds": sorted(self.message_ids.pop(address)),
        })
        return "250 OK"


async def serve():
    loop = asyncio.get_running_loop()
    # Beyond ASCII a mail is encoded, not sent as it is: servers without SMTPUTF8 must understand it.
    handler = Handler()
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=False), "127.0.0.1", 0)
    say({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
