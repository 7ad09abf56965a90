# SPDX-License-Identifier: GPL-3.0-or-later
"""The letters that stand in the mailbox of each dialogue: (flags, INTERNALDATE, octets)."""


def letter(head, body):
    return (head.strip() + "\n\n" + body).replace("\n", "\r\n").encode("utf-8")


PLAIN = letter("""
Date: Mon, 5 Jan 2026 09:00:00 +0000
From: Alice Example <alice@sender.example>
To: Bob Example <bob@recipient.example>
Subject: Lunch on Thursday
Message-ID: <1@sender.example>
""", "Shall we meet at noon?\nThe usual place.\n-- \nAlice\n")

REPLY = letter("""
Date: Mon, 5 Jan 2026 10:30:00 +0100
From: "Bob Example" <bob@recipient.example>
To: alice@sender.example
Cc: carol@third.example, "Dave D." <dave@third.example>
Subject: Re: Lunch on Thursday
Message-ID: <2@recipient.example>
In-Reply-To: <1@sender.example>
References: <1@sender.example>
""", "> Shall we meet at noon?\nYes, noon it is.\n")

FORWARD = letter("""
Date: Mon, 5 Jan 2026 12:00:00 -0500
From: carol@third.example
To: eve@third.example
Subject: Fwd: Lunch on Thursday
Message-ID: <3@third.example>
References: <1@sender.example>
 <2@recipient.example>
""", "Look what they are up to.\n")

ALTERNATIVE = letter("""
Date: Tue, 6 Jan 2026 08:15:00 +0000
From: Newsletter <news@lists.example>
Sender: robot@lists.example
Reply-To: replies@lists.example
To: bob@recipient.example
Subject: The weekly letter
Message-ID: <4@lists.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="alt"
List-Id: <news.lists.example>
""", """Ignored preamble.
--alt
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Caf=C3=A9 opens on Monday.

--alt
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Caf=C3=A9 opens on <b>Monday</b>.</p>

--alt--
Ignored epilogue.
""")

MIXED = letter("""
Date: Wed, 7 Jan 2026 23:59:59 -1200
From: carol@third.example
To: bob@recipient.example
Subject: Minutes and a picture
Message-ID: <5@third.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="mix"
""", """--mix
Content-Type: text/plain; charset=us-ascii
Content-Description: what this is

Attached: the minutes, and a picture.
--mix
Content-Type: message/rfc822
Content-Disposition: attachment; filename="minutes.eml"

Date: Tue, 6 Jan 2026 17:00:00 +0000
From: dave@third.example
To: carol@third.example
Subject: Minutes
Message-ID: <5a@third.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="inner"

--inner
Content-Type: text/plain

We met.
--inner
Content-Type: application/octet-stream; name=data.bin
Content-Transfer-Encoding: base64

AAECAwQFBgcICQ==
--inner--

--mix
Content-Type: image/png; name="dot.png"
Content-ID: <dot@third.example>
Content-Transfer-Encoding: base64
Content-Disposition: inline; filename="dot.png"; size=8
Content-Language: en, de
Content-Location: dot.png
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==

iVBORw0KGgo=
--mix--
""")

ENCODED = letter("""
Date: Thu, 8 Jan 2026 06:00:00 +0530
From: =?utf-8?q?J=C3=BCrgen_Example?= <juergen@sender.example>
To: =?iso-8859-1?Q?Ren=E9?= <rene@recipient.example>
Subject: =?utf-8?b?R3LDvMOfZSBhdXMgS8O2bG4=?=
Message-ID: <6@sender.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64
""", "R3LDvMOfZSBhdXMgS8O2bG4hCkRlciBEb20gc3RlaHQgbm9jaC4K\n")

BARE = letter("""
From: nobody@third.example
""", "No date, no subject.\n")

ADDRESSED = letter("""
Date: Fri, 9 Jan 2026 18:00:00 GMT
From: Alice Example <alice@sender.example>, bob@recipient.example
Sender: Alice Example <alice@sender.example>
To: Friends: carol@third.example, dave@third.example;, eve@third.example
Cc: Undisclosed recipients:;
Bcc: secret@third.example
Subject: (fwd) lunch on thursday (fwd)
Message-ID: <8@sender.example>
X-Empty:
X-Long: one two three
 four five six
\tseven
""", "Everybody, please.\n")

LONG = letter("""
Date: Sat, 10 Jan 2026 00:00:01 +0000
From: alice@sender.example
To: bob@recipient.example
Subject: A long one
Message-ID: <9@sender.example>
""", "".join(f"Line {i} of a letter that goes on and on; needle{i}.\n" for i in range(400)))

RELATED = letter("""
Date: Sun, 11 Jan 2026 12:00:00 +0000
From: news@lists.example
To: bob@recipient.example
Subject: Re: The weekly letter
Message-ID: <10@lists.example>
In-Reply-To: <4@lists.example>
MIME-Version: 1.0
Content-Type: multipart/related; boundary="rel"; type="multipart/alternative"; start="<root@lists.example>"
""", """--rel
Content-Type: multipart/alternative; boundary="alt"
Content-ID: <root@lists.example>

--alt
Content-Type: text/plain; charset=iso-8859-1; format=flowed; delsp=yes
Content-Transfer-Encoding: 8bit

plain text here
--alt
Content-Type: text/html

<img src="cid:pic@lists.example">
--alt--
--rel
Content-Type: image/gif
Content-ID: <pic@lists.example>
Content-Transfer-Encoding: base64
Content-Disposition: inline

R0lGODlhAQABAAAAACw=
--rel--
""")

ORPHAN = letter("""
Date: Mon, 12 Jan 2026 07:07:07 +0000
From: dave@third.example
To: bob@recipient.example
Subject: Re: Something that is not here
Message-ID: <11@third.example>
In-Reply-To: <missing@third.example>
""", "An answer to nothing.\n")

AGAIN = letter("""
Date: Mon, 12 Jan 2026 08:00:00 +0000
From: "Example, Bob" <bob@recipient.example>
Sender: secretary@recipient.example
Reply-To: "The Office" <office@recipient.example>
To: "A \\"quoted\\" name" <alice@sender.example>
Subject: RE: re: Lunch on Thursday
Message-ID: <12@recipient.example>
References: <1@sender.example> <2@recipient.example>
""", "Noon is fine.\n")

MESSAGES = [
    (r"(\Seen)", "05-Jan-2026 09:00:05 +0000", PLAIN),
    (r"(\Seen \Answered)", "05-Jan-2026 09:31:00 +0000", REPLY),
    (r"(\Flagged)", "05-Jan-2026 17:00:00 +0000", FORWARD),
    (r"($Forwarded)", " 6-Jan-2026 09:15:00 +0100", ALTERNATIVE),
    (r"()", "08-Jan-2026 12:00:00 +0000", MIXED),
    (r"(\Draft)", "08-Jan-2026 00:30:00 +0000", ENCODED),
    (r"(\Deleted)", "09-Jan-2026 00:00:00 +0000", BARE),
    (r"(\Seen \Flagged $Label1)", "09-Jan-2026 18:00:02 +0000", ADDRESSED),
    (r"()", "10-Jan-2026 00:00:02 +0000", LONG),
    (r"(\Seen $Label1 work)", "11-Jan-2026 12:00:01 +0000", RELATED),
    (r"()", "12-Jan-2026 07:07:08 +0000", ORPHAN),
    (r"(\Answered)", "12-Jan-2026 08:00:01 +0000", AGAIN),
]
