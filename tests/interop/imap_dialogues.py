# SPDX-License-Identifier: GPL-3.0-or-later
"""Dialogues that two servers are to answer alike. Each begins with "= NAME", then lines:

  COMMAND            sent on the first connection, which has INBOX with the letters of imap_messages
  2 COMMAND          the same on a second connection of the same user; 3 on a third
  ~ TEXT             waits on the first connection until a response has TEXT (in IDLE); "2~ TEXT" alike
  close              the first connection is closed and opened anew, logged in; "2 close" alike

In commands: <=text> a literal; <mN> letter N of imap_messages as a literal; $V, $M the last UIDVALIDITY
and HIGHESTMODSEQ that this server told.

READING leaves the mailbox as it is, so one account serves all; CHANGING has an account for each."""

READING = r"""
= capability before select
NOOP
= select
SELECT INBOX
= select in lower case
select inbox
= select quoted
SELECT "InBoX"
= select literal
SELECT <=INBOX>
= examine
EXAMINE INBOX
= examine then store
EXAMINE INBOX
STORE 1 +FLAGS (\Seen)
= examine then expunge
EXAMINE INBOX
EXPUNGE
= examine then close
EXAMINE INBOX
CLOSE
FETCH 1 UID
= select what is not there
SELECT Nowhere
= select fails and deselects
SELECT INBOX
SELECT Nowhere
FETCH 1 UID
= select again
SELECT INBOX
SELECT INBOX
= select then examine
SELECT INBOX
EXAMINE INBOX
STORE 1 +FLAGS (x)
= select without mailbox
SELECT
= select with too much
SELECT INBOX INBOX
= fetch before select
FETCH 1 FLAGS
= search before select
SEARCH ALL
= unselect
SELECT INBOX
UNSELECT
FETCH 1 UID
= close without select
CLOSE
= check
SELECT INBOX
CHECK
= noop selected
SELECT INBOX
NOOP
= unknown command
FROBNICATE
= unknown command with arguments
XYZZY a (b c) "d"
= fetch flags
SELECT INBOX
FETCH 1:* FLAGS
= fetch flags in list
SELECT INBOX
FETCH 1:* (FLAGS)
= fetch uid
SELECT INBOX
FETCH 1:* UID
= fetch fast
SELECT INBOX
FETCH 1:* FAST
= fetch all
SELECT INBOX
FETCH 1:* ALL
= fetch full
SELECT INBOX
FETCH 1:* FULL
= fetch sizes
SELECT INBOX
FETCH 1:* RFC822.SIZE
= fetch dates
SELECT INBOX
FETCH 1:* INTERNALDATE
= fetch envelope 1
SELECT INBOX
FETCH 1 ENVELOPE
= fetch envelopes
SELECT INBOX
FETCH 1:* ENVELOPE
= fetch envelope of groups
SELECT INBOX
FETCH 8 ENVELOPE
= fetch envelope of nothing
SELECT INBOX
FETCH 7 ENVELOPE
= fetch envelope quoted
SELECT INBOX
FETCH 12 (ENVELOPE)
= fetch body
SELECT INBOX
FETCH 1:* BODY
= fetch bodystructure
SELECT INBOX
FETCH 1:* BODYSTRUCTURE
= fetch bodystructure mixed
SELECT INBOX
FETCH 5 BODYSTRUCTURE
= fetch bodystructure related
SELECT INBOX
FETCH 10 (BODYSTRUCTURE)
= fetch rfc822
EXAMINE INBOX
FETCH 1 RFC822
= fetch rfc822 header
EXAMINE INBOX
FETCH 1:* RFC822.HEADER
= fetch rfc822 text
EXAMINE INBOX
FETCH 2:4 RFC822.TEXT
= fetch peek all
SELECT INBOX
FETCH 1:* BODY.PEEK[]
= fetch in examine sets nothing
EXAMINE INBOX
FETCH 3 (BODY[] FLAGS)
= fetch header
SELECT INBOX
FETCH 1:* BODY.PEEK[HEADER]
= fetch text
SELECT INBOX
FETCH 1:* BODY.PEEK[TEXT]
= fetch header fields
SELECT INBOX
FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]
= fetch header fields several
SELECT INBOX
FETCH 1:3 BODY.PEEK[HEADER.FIELDS (DATE From to X-NONE)]
= fetch header fields absent
SELECT INBOX
FETCH 1 BODY.PEEK[HEADER.FIELDS (X-NONE)]
= fetch header fields folded
SELECT INBOX
FETCH 8 BODY.PEEK[HEADER.FIELDS (X-LONG X-Empty)]
= fetch header fields not
SELECT INBOX
FETCH 3 BODY.PEEK[HEADER.FIELDS.NOT (Subject From)]
= fetch header fields quoted
SELECT INBOX
FETCH 1 BODY.PEEK[HEADER.FIELDS ("Subject")]
= fetch header fields literal
SELECT INBOX
FETCH 1 BODY.PEEK[HEADER.FIELDS (<=Subject>)]
= fetch part 1 of plain
SELECT INBOX
FETCH 1 BODY.PEEK[1]
= fetch part 2 of plain
SELECT INBOX
FETCH 1 BODY.PEEK[2]
= fetch mime of plain
SELECT INBOX
FETCH 1 BODY.PEEK[1.MIME]
= fetch parts of alternative
SELECT INBOX
FETCH 4 (BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[3])
= fetch mime of alternative
SELECT INBOX
FETCH 4 (BODY.PEEK[1.MIME] BODY.PEEK[2.MIME])
= fetch parts of mixed
SELECT INBOX
FETCH 5 (BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[3])
= fetch inner header
SELECT INBOX
FETCH 5 BODY.PEEK[2.HEADER]
= fetch inner text
SELECT INBOX
FETCH 5 BODY.PEEK[2.TEXT]
= fetch inner parts
SELECT INBOX
FETCH 5 (BODY.PEEK[2.1] BODY.PEEK[2.2])
= fetch inner mime
SELECT INBOX
FETCH 5 (BODY.PEEK[2.MIME] BODY.PEEK[2.1.MIME] BODY.PEEK[2.2.MIME])
= fetch inner fields
SELECT INBOX
FETCH 5 BODY.PEEK[2.HEADER.FIELDS (Subject)]
= fetch inner fields not
SELECT INBOX
FETCH 5 BODY.PEEK[2.HEADER.FIELDS.NOT (Subject)]
= fetch parts of related
SELECT INBOX
FETCH 10 (BODY.PEEK[1] BODY.PEEK[1.1] BODY.PEEK[1.2] BODY.PEEK[2])
= fetch partial
SELECT INBOX
FETCH 1 BODY.PEEK[]<0.20>
= fetch partial middle
SELECT INBOX
FETCH 9 BODY.PEEK[TEXT]<100.50>
= fetch partial past end
SELECT INBOX
FETCH 1 BODY.PEEK[TEXT]<20.5000>
= fetch partial beyond end
SELECT INBOX
FETCH 1 BODY.PEEK[TEXT]<100000.10>
= fetch partial of header
SELECT INBOX
FETCH 1 BODY.PEEK[HEADER]<5.10>
= fetch partial of part
SELECT INBOX
FETCH 4 BODY.PEEK[1]<3.7>
= fetch several items
SELECT INBOX
FETCH 2 (UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[TEXT])
= fetch the same twice
SELECT INBOX
FETCH 2 (UID UID)
= fetch binary
SELECT INBOX
FETCH 5 BINARY.PEEK[3]
= fetch binary quoted printable
SELECT INBOX
FETCH 4 BINARY.PEEK[1]
= fetch binary partial
SELECT INBOX
FETCH 5 BINARY.PEEK[3]<1.3>
= fetch binary sizes
SELECT INBOX
FETCH 5 (BINARY.SIZE[1] BINARY.SIZE[3] BINARY.SIZE[2.2])
= fetch binary with nul
SELECT INBOX
FETCH 5 BINARY.PEEK[2.2]
= fetch none
SELECT INBOX
FETCH 20 FLAGS
= fetch zero
SELECT INBOX
FETCH 0 FLAGS
= fetch star
SELECT INBOX
FETCH * UID
= fetch range backwards
SELECT INBOX
FETCH 5:3 UID
= fetch star range
SELECT INBOX
FETCH *:10 UID
= fetch list of ranges
SELECT INBOX
FETCH 1,3:4,9,4 UID
= fetch without items
SELECT INBOX
FETCH 1
= fetch empty list
SELECT INBOX
FETCH 1 ()
= fetch wrong item
SELECT INBOX
FETCH 1 NONSENSE
= fetch wrong section
SELECT INBOX
FETCH 1 BODY[NONSENSE]
= fetch unclosed
SELECT INBOX
FETCH 1 (FLAGS
= fetch wrong set
SELECT INBOX
FETCH a FLAGS
= fetch mime without part
SELECT INBOX
FETCH 1 BODY[MIME]
= fetch part zero
SELECT INBOX
FETCH 1 BODY.PEEK[0]
= fetch macro in list
SELECT INBOX
FETCH 1 (FAST)
= uid fetch
SELECT INBOX
UID FETCH 1:* FLAGS
= uid fetch with uid
SELECT INBOX
UID FETCH 2:3 (UID FLAGS)
= uid fetch absent
SELECT INBOX
UID FETCH 1000 FLAGS
= uid fetch star
SELECT INBOX
UID FETCH * FLAGS
= uid fetch beyond star
SELECT INBOX
UID FETCH 5000:* FLAGS
= uid of nothing
SELECT INBOX
UID NOOP
= search all
SELECT INBOX
SEARCH ALL
= uid search all
SELECT INBOX
UID SEARCH ALL
= search flags
SELECT INBOX
SEARCH SEEN
SEARCH UNSEEN
SEARCH ANSWERED
SEARCH UNANSWERED
SEARCH FLAGGED
SEARCH UNFLAGGED
SEARCH DELETED
SEARCH UNDELETED
SEARCH DRAFT
SEARCH UNDRAFT
= search keywords
SELECT INBOX
SEARCH KEYWORD $Label1
SEARCH UNKEYWORD $Label1
SEARCH KEYWORD work
SEARCH KEYWORD WORK
SEARCH KEYWORD absent
SEARCH UNKEYWORD absent
= search from
SELECT INBOX
SEARCH FROM alice
SEARCH FROM ALICE
SEARCH FROM "Alice Example"
SEARCH FROM sender.example
SEARCH FROM nobody-of-that-name
= search to cc bcc
SELECT INBOX
SEARCH TO bob
SEARCH CC carol
SEARCH BCC secret
SEARCH TO "quoted"
= search subject
SELECT INBOX
SEARCH SUBJECT lunch
SEARCH SUBJECT "Lunch on"
SEARCH SUBJECT ""
= search encoded subject
SELECT INBOX
SEARCH CHARSET UTF-8 SUBJECT <=Köln>
SEARCH CHARSET UTF-8 SUBJECT <=köln>
SEARCH CHARSET UTF-8 FROM <=Jürgen>
SEARCH CHARSET UTF-8 TO <=rené>
= search encoded body
SELECT INBOX
SEARCH CHARSET UTF-8 BODY <=Café>
SEARCH CHARSET UTF-8 BODY <=Grüße>
SEARCH CHARSET UTF-8 TEXT <=steht noch>
= search body
SELECT INBOX
SEARCH BODY noon
SEARCH BODY needle399
SEARCH BODY "the minutes"
SEARCH BODY Monday
= search text
SELECT INBOX
SEARCH TEXT lunch
SEARCH TEXT recipient.example
SEARCH TEXT zzzz
= search header
SELECT INBOX
SEARCH HEADER Message-ID <1@sender.example>
SEARCH HEADER message-id "@third.example"
SEARCH HEADER X-Long "four five"
SEARCH HEADER X-Long ""
SEARCH HEADER X-Empty ""
SEARCH HEADER X-None ""
SEARCH HEADER List-Id news
= search before on since
SELECT INBOX
SEARCH BEFORE 8-Jan-2026
SEARCH ON 8-Jan-2026
SEARCH SINCE 8-Jan-2026
SEARCH BEFORE "8-Jan-2026"
SEARCH ON 1-Feb-1999
= search sent
SELECT INBOX
SEARCH SENTBEFORE 7-Jan-2026
SEARCH SENTON 7-Jan-2026
SEARCH SENTSINCE 10-Jan-2026
= search sizes
SELECT INBOX
SEARCH LARGER 1000
SEARCH SMALLER 300
SEARCH LARGER 0
SEARCH SMALLER 1
= search numbers
SELECT INBOX
SEARCH 1:3
SEARCH 2,5,7:*
SEARCH *
SEARCH UID 3:5
SEARCH UID *
SEARCH UID 999:1000
SEARCH NOT 1:10
= search or not
SELECT INBOX
SEARCH OR SEEN FLAGGED
SEARCH NOT SEEN
SEARCH NOT (SEEN FLAGGED)
SEARCH OR (FROM alice SEEN) (FROM carol FLAGGED)
SEARCH (SEEN) (FLAGGED)
SEARCH NOT NOT SEEN
SEARCH OR NOT SEEN NOT FLAGGED
= search combined
SELECT INBOX
SEARCH FROM alice SUBJECT lunch SEEN
SEARCH SINCE 6-Jan-2026 UNSEEN NOT DELETED
SEARCH ALL SEEN
= search charsets
SELECT INBOX
SEARCH CHARSET US-ASCII SUBJECT lunch
SEARCH CHARSET UTF-8 SUBJECT lunch
SEARCH CHARSET X-UNKNOWN SUBJECT lunch
= search wrong
SELECT INBOX
SEARCH
SEARCH NONSENSE
SEARCH FROM
SEARCH OR SEEN
SEARCH (SEEN
SEARCH ON 99-Jan-2026
SEARCH BEFORE yesterday
SEARCH LARGER x
= search new old recent
SELECT INBOX
SEARCH OLD
= search younger older
SELECT INBOX
SEARCH OLDER 1
SEARCH YOUNGER 0
SEARCH YOUNGER 1
= esearch
SELECT INBOX
SEARCH RETURN (MIN) SEEN
SEARCH RETURN (MAX) SEEN
SEARCH RETURN (COUNT) SEEN
SEARCH RETURN (ALL) SEEN
SEARCH RETURN () SEEN
SEARCH RETURN (MIN MAX COUNT ALL) SEEN
UID SEARCH RETURN (MIN MAX COUNT ALL) SEEN
= esearch nothing
SELECT INBOX
SEARCH RETURN (MIN MAX COUNT ALL) TEXT zzzz
SEARCH RETURN (COUNT) TEXT zzzz
SEARCH RETURN (MIN) TEXT zzzz
= esearch wrong
SELECT INBOX
SEARCH RETURN (NONSENSE) ALL
SEARCH RETURN MIN ALL
= searchres
SELECT INBOX
SEARCH RETURN (SAVE) SEEN
FETCH $ FLAGS
UID FETCH $ FLAGS
SEARCH $
SEARCH RETURN (SAVE) TEXT zzzz
FETCH $ FLAGS
= searchres min
SELECT INBOX
SEARCH RETURN (SAVE MIN) SEEN
FETCH $ UID
SEARCH RETURN (SAVE MIN MAX) SEEN
FETCH $ UID
SEARCH RETURN (SAVE COUNT) SEEN
FETCH $ UID
= searchres within
SELECT INBOX
UID SEARCH RETURN (SAVE) SINCE 8-Jan-2026
UID SEARCH $ SEEN
UID SEARCH NOT $
UID SEARCH UID $ UNSEEN
= searchres empty at first
SELECT INBOX
FETCH $ FLAGS
= sort arrival
SELECT INBOX
SORT (ARRIVAL) UTF-8 ALL
SORT (REVERSE ARRIVAL) UTF-8 ALL
= sort date
SELECT INBOX
SORT (DATE) UTF-8 ALL
SORT (REVERSE DATE) UTF-8 ALL
= sort subject
SELECT INBOX
SORT (SUBJECT) UTF-8 ALL
SORT (SUBJECT DATE) UTF-8 ALL
SORT (REVERSE SUBJECT) UTF-8 ALL
= sort from
SELECT INBOX
SORT (FROM) UTF-8 ALL
SORT (FROM REVERSE DATE) UTF-8 ALL
= sort to cc
SELECT INBOX
SORT (TO) UTF-8 ALL
SORT (CC) UTF-8 ALL
= sort size
SELECT INBOX
SORT (SIZE) UTF-8 ALL
SORT (REVERSE SIZE) US-ASCII ALL
= sort display
SELECT INBOX
SORT (DISPLAYFROM) UTF-8 ALL
SORT (DISPLAYTO) UTF-8 ALL
= sort some
SELECT INBOX
SORT (SUBJECT) UTF-8 SEEN
UID SORT (SUBJECT) UTF-8 FROM alice
SORT (DATE) UTF-8 TEXT zzzz
= sort wrong
SELECT INBOX
SORT () UTF-8 ALL
SORT (NONSENSE) UTF-8 ALL
SORT (DATE) ALL
SORT (DATE) X-UNKNOWN ALL
= esort
SELECT INBOX
SORT RETURN (MIN MAX COUNT) (DATE) UTF-8 ALL
SORT RETURN (ALL) (REVERSE DATE) UTF-8 SEEN
UID SORT RETURN (ALL COUNT) (SIZE) UTF-8 ALL
= thread references
SELECT INBOX
THREAD REFERENCES UTF-8 ALL
UID THREAD REFERENCES UTF-8 ALL
= thread references some
SELECT INBOX
THREAD REFERENCES UTF-8 SEEN
THREAD REFERENCES UTF-8 UNSEEN
THREAD REFERENCES UTF-8 TEXT zzzz
= thread orderedsubject
SELECT INBOX
THREAD ORDEREDSUBJECT UTF-8 ALL
THREAD ORDEREDSUBJECT UTF-8 SUBJECT lunch
= thread wrong
SELECT INBOX
THREAD NONSENSE UTF-8 ALL
THREAD REFERENCES ALL
= status
STATUS INBOX (MESSAGES UIDNEXT UNSEEN)
STATUS INBOX (UIDVALIDITY)
STATUS INBOX (SIZE)
= status of selected
SELECT INBOX
STATUS INBOX (MESSAGES UNSEEN)
= status wrong
STATUS INBOX ()
STATUS INBOX (NONSENSE)
STATUS INBOX
STATUS Nowhere (MESSAGES)
STATUS
= list all
LIST "" "*"
= list delimiter
LIST "" ""
= list inbox
LIST "" INBOX
LIST "" inbox
LIST "" "%"
= list nothing
LIST "" "zzz*"
LIST "zzz/" "*"
= list wrong
LIST
LIST ""
LIST "" "*" NONSENSE
= list extended
LIST () "" "*"
LIST "" ("*")
LIST "" (INBOX "nope")
= list status
LIST "" "*" RETURN (STATUS (MESSAGES UNSEEN))
= namespace
NAMESPACE
= enable
ENABLE CONDSTORE
ENABLE QRESYNC
ENABLE X-NONSENSE
= enable wrong
ENABLE
= condstore by select
SELECT INBOX (CONDSTORE)
= condstore by fetch
SELECT INBOX
FETCH 1 MODSEQ
= modseq search wrong
SELECT INBOX
SEARCH MODSEQ x
= getquotaroot
GETQUOTAROOT Nowhere
= myrights
MYRIGHTS Nowhere
= compress wrong
COMPRESS NONSENSE
= starttls after login
STARTTLS
= login again
LOGIN a b
= authenticate again
AUTHENTICATE PLAIN
= id
ID ("name" "test")
ID NIL
= id wrong
ID
ID ("name")
= bad literal in a name
SELECT <=>
= long name
SELECT zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz
= store wrong
EXAMINE INBOX
STORE 1 FLAGS
STORE 1 NONSENSE (x)
STORE 1
= copy wrong
EXAMINE INBOX
COPY 1
COPY 1 Nowhere
= copy to nowhere by uid
EXAMINE INBOX
UID COPY 1 Nowhere
UID COPY 4000 Nowhere
= move in examine
EXAMINE INBOX
MOVE 1 Nowhere
= append to nowhere
APPEND Nowhere <=x>
= append wrong
APPEND
APPEND INBOX
= delete inbox
DELETE INBOX
= delete nowhere
DELETE Nowhere
= rename nowhere
RENAME Nowhere Elsewhere
= create inbox
CREATE INBOX
CREATE inbox
= unsubscribe nowhere
UNSUBSCRIBE Nowhere
"""

CHANGING = r"""
= store add
SELECT INBOX
STORE 1 +FLAGS (\Flagged)
FETCH 1 FLAGS
= store remove
SELECT INBOX
STORE 1 -FLAGS (\Seen)
FETCH 1 FLAGS
= store replace
SELECT INBOX
STORE 2 FLAGS (\Draft)
FETCH 2 FLAGS
= store nothing
SELECT INBOX
STORE 2 FLAGS ()
FETCH 2 FLAGS
= store without parentheses
SELECT INBOX
STORE 1 +FLAGS \Flagged \Draft
FETCH 1 FLAGS
= store range
SELECT INBOX
STORE 1:4 +FLAGS (\Answered)
FETCH 1:5 FLAGS
= store silent
SELECT INBOX
STORE 1:4 +FLAGS.SILENT (\Answered)
FETCH 1:5 FLAGS
= store what is there
SELECT INBOX
STORE 1 +FLAGS (\Seen)
= store keyword
SELECT INBOX
STORE 1 +FLAGS (Fresh)
FETCH 1 FLAGS
SEARCH KEYWORD Fresh
= store keyword in another case
SELECT INBOX
STORE 8 +FLAGS ($LABEL1)
STORE 8 -FLAGS ($label1)
FETCH 8 FLAGS
= store recent
SELECT INBOX
STORE 1 +FLAGS (\Recent)
= store unknown system flag
SELECT INBOX
STORE 1 +FLAGS (\Nonsense)
= uid store
SELECT INBOX
UID STORE 3 +FLAGS (\Seen)
UID STORE 3000 +FLAGS (\Seen)
= store and search
SELECT INBOX
STORE 3:5 +FLAGS (\Seen)
SEARCH UNSEEN
= fetch sets seen
SELECT INBOX
FETCH 3 BODY[TEXT]
FETCH 3 FLAGS
= fetch rfc822 sets seen
SELECT INBOX
FETCH 3 RFC822
FETCH 3 FLAGS
= fetch rfc822.text sets seen
SELECT INBOX
FETCH 3 RFC822.TEXT
= fetch rfc822.header does not
SELECT INBOX
FETCH 3 RFC822.HEADER
FETCH 3 FLAGS
= fetch part sets seen
SELECT INBOX
FETCH 5 (BODY[1] FLAGS)
FETCH 5 FLAGS
= fetch binary sets seen
SELECT INBOX
FETCH 5 BINARY[1]
FETCH 5 FLAGS
= fetch header sets seen
SELECT INBOX
FETCH 3 BODY[HEADER.FIELDS (Subject)]
= expunge
SELECT INBOX
EXPUNGE
FETCH 1:* UID
= expunge several
SELECT INBOX
STORE 1:3,9 +FLAGS.SILENT (\Deleted)
EXPUNGE
FETCH 1:* UID
= expunge all
SELECT INBOX
STORE 1:* +FLAGS.SILENT (\Deleted)
EXPUNGE
FETCH 1:* UID
SEARCH ALL
= expunge none
SELECT INBOX
STORE 7 -FLAGS.SILENT (\Deleted)
EXPUNGE
= uid expunge
SELECT INBOX
STORE 1:3 +FLAGS.SILENT (\Deleted)
UID EXPUNGE 2
UID FETCH 1:* UID
= uid expunge of what is not deleted
SELECT INBOX
UID EXPUNGE 1:5
FETCH 1:* UID
= close expunges
SELECT INBOX
CLOSE
STATUS INBOX (MESSAGES)
SELECT INBOX
= unselect does not expunge
SELECT INBOX
UNSELECT
STATUS INBOX (MESSAGES)
= select another does not expunge
CREATE Work
SELECT INBOX
SELECT Work
STATUS INBOX (MESSAGES)
= append
SELECT INBOX
APPEND INBOX <m1>
FETCH 13 (FLAGS RFC822.SIZE BODY.PEEK[])
= append with flags
SELECT INBOX
APPEND INBOX (\Seen Fresh) <m2>
FETCH 13 FLAGS
= append with date
SELECT INBOX
APPEND INBOX "01-Feb-2020 03:04:05 +0200" <m3>
FETCH 13 INTERNALDATE
= append with both
SELECT INBOX
APPEND INBOX (\Flagged) " 1-Feb-2020 03:04:05 -0730" <m3>
FETCH 13 (FLAGS INTERNALDATE)
= append to another
CREATE Work
APPEND Work (\Seen) <m1>
SELECT Work
FETCH 1 (FLAGS UID)
= append while selected elsewhere
CREATE Work
SELECT INBOX
APPEND Work <m1>
STATUS Work (MESSAGES UIDNEXT)
= append several
SELECT INBOX
APPEND INBOX (\Seen) <m1> (\Draft) "02-Feb-2020 00:00:00 +0000" <m2>
FETCH 13:* (UID FLAGS)
= append recent flag
SELECT INBOX
APPEND INBOX (\Recent) <m1>
= append empty
SELECT INBOX
APPEND INBOX <=>
= append wrong date
SELECT INBOX
APPEND INBOX "99-Feb-2020 03:04:05 +0200" <m3>
= catenate text
SELECT INBOX
APPEND INBOX CATENATE (TEXT <=Subject: put together%0D%0A%0D%0A> TEXT <=body%0D%0A>)
FETCH 13 BODY.PEEK[]
= catenate url
SELECT INBOX
APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;SECTION=HEADER" TEXT <=new body%0D%0A>)
FETCH 13 BODY.PEEK[TEXT]
= copy
CREATE Work
SELECT INBOX
COPY 1:3 Work
SELECT Work
FETCH 1:* (UID FLAGS INTERNALDATE)
= uid copy
CREATE Work
SELECT INBOX
UID COPY 2,4:5 Work
STATUS Work (MESSAGES UIDNEXT)
= copy to itself
SELECT INBOX
COPY 1 INBOX
NOOP
FETCH 13 FLAGS
= copy what is not there
CREATE Work
SELECT INBOX
UID COPY 999 Work
= copy keywords
CREATE Work
SELECT INBOX
COPY 10 Work
SELECT Work
FETCH 1 FLAGS
= move
CREATE Work
SELECT INBOX
MOVE 2:3 Work
FETCH 1:* UID
SELECT Work
FETCH 1:* (UID FLAGS)
= uid move
CREATE Work
SELECT INBOX
UID MOVE 5 Work
FETCH 1:* UID
= move what is not there
CREATE Work
SELECT INBOX
UID MOVE 999 Work
= move to nowhere
SELECT INBOX
MOVE 1 Nowhere
FETCH 1 UID
= create
CREATE Work
LIST "" "*"
= create twice
CREATE Work
CREATE Work
= create below
CREATE Work/2026/January
LIST "" "*"
LIST "" "%"
LIST "" "Work/%"
LIST "Work/" "%"
LIST "" "*January"
LIST "" "W*6"
= create with delimiter at the end
CREATE Work/
LIST "" "Work*"
= create with space
CREATE "My work"
LIST "" "My work"
SELECT "My work"
= create with quote
CREATE "a\"b"
LIST "" "*b"
= create utf7
CREATE "&AOQ-"
LIST "" "&AOQ-"
SELECT "&AOQ-"
= create ampersand
CREATE "a&-b"
LIST "" "a*"
= create with wild cards
CREATE "a*b"
CREATE "a%b"
= create empty
CREATE ""
= create below inbox
CREATE INBOX/Sub
LIST "" "INBOX/%"
LIST "" "*"
= create from list
CREATE "(x)"
LIST "" "(x)"
= delete
CREATE Work
DELETE Work
LIST "" "*"
= delete with children
CREATE Work/Sub
DELETE Work
LIST "" "*"
DELETE Work/Sub
LIST "" "*"
= delete the selected one
CREATE Work
SELECT Work
DELETE Work
= delete and create again
CREATE Work
APPEND Work <m1>
DELETE Work
CREATE Work
STATUS Work (MESSAGES)
= rename
CREATE Work
RENAME Work Play
LIST "" "*"
SELECT Play
= rename to what is there
CREATE Work
CREATE Play
RENAME Work Play
= rename with children
CREATE Work/One
CREATE Work/Two
RENAME Work Play
LIST "" "*"
= rename into new parent
CREATE Work
RENAME Work Old/2025/Work
LIST "" "Old*"
= rename child
CREATE Work/One
RENAME Work/One Work/Two
LIST "" "*"
= rename inbox
RENAME INBOX Saved
STATUS INBOX (MESSAGES)
STATUS Saved (MESSAGES)
= rename keeps messages
CREATE Work
APPEND Work (\Seen) <m1>
RENAME Work Play
SELECT Play
FETCH 1 (UID FLAGS)
= rename to itself
CREATE Work
RENAME Work Work
= rename below itself
CREATE Work
RENAME Work Work/Sub
LIST "" "*"
= subscribe
CREATE Work
SUBSCRIBE Work
LSUB "" "*"
UNSUBSCRIBE Work
LSUB "" "*"
= subscribe twice
CREATE Work
SUBSCRIBE Work
SUBSCRIBE Work
LSUB "" "*"
= lsub below
CREATE Work/Sub
SUBSCRIBE Work/Sub
LSUB "" "%"
LSUB "" "*"
= subscribed and deleted
CREATE Work
SUBSCRIBE Work
DELETE Work
LSUB "" "*"
= list subscribed
CREATE Work
CREATE Play
SUBSCRIBE Play
LIST (SUBSCRIBED) "" "*"
LIST "" "*" RETURN (SUBSCRIBED)
= list subscribed gone
CREATE Work
SUBSCRIBE Work
DELETE Work
LIST (SUBSCRIBED) "" "*"
= list recursivematch
CREATE Work/Sub
SUBSCRIBE Work/Sub
LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
LIST (RECURSIVEMATCH) "" "%"
= list children
CREATE Work/Sub
CREATE Play
LIST "" "%" RETURN (CHILDREN)
LIST "" "*" RETURN (CHILDREN)
= list several patterns
CREATE Work/Sub
CREATE Play
LIST "" ("W*" "P*")
LIST "" ("*" "Work*")
LIST "Work/" ("%" "S*")
= list status of several
CREATE Work
APPEND Work <m1>
LIST "" "%" RETURN (STATUS (MESSAGES UIDNEXT))
= list reference
CREATE Work/Sub
LIST Work "*"
LIST Work/ "*"
LIST "Work/" ""
= status uidnext after append
CREATE Work
APPEND Work <m1>
APPEND Work <m2>
STATUS Work (MESSAGES UIDNEXT UNSEEN SIZE)
= two sessions new mail
SELECT INBOX
2 SELECT INBOX
2 APPEND INBOX (\Seen) <m1>
NOOP
FETCH 13 (UID FLAGS)
= two sessions flags
SELECT INBOX
2 SELECT INBOX
2 STORE 3 +FLAGS (\Answered)
NOOP
= two sessions silent flags
SELECT INBOX
2 SELECT INBOX
2 STORE 3 +FLAGS.SILENT (\Answered)
NOOP
= two sessions keyword
SELECT INBOX
2 SELECT INBOX
2 STORE 3 +FLAGS (Brandnew)
NOOP
= two sessions expunge
SELECT INBOX
2 SELECT INBOX
2 EXPUNGE
NOOP
FETCH 1:* UID
= two sessions expunge not during fetch
SELECT INBOX
2 SELECT INBOX
2 EXPUNGE
FETCH 1:3 UID
NOOP
FETCH 1:* UID
= two sessions expunge during uid fetch
SELECT INBOX
2 SELECT INBOX
2 EXPUNGE
UID FETCH 1:3 UID
NOOP
= two sessions expunge not during store
SELECT INBOX
2 SELECT INBOX
2 EXPUNGE
STORE 1 +FLAGS (\Flagged)
NOOP
= two sessions expunge not during search
SELECT INBOX
2 SELECT INBOX
2 EXPUNGE
SEARCH ALL
NOOP
SEARCH ALL
= two sessions both expunge
SELECT INBOX
2 SELECT INBOX
STORE 1 +FLAGS.SILENT (\Deleted)
2 STORE 2 +FLAGS.SILENT (\Deleted)
EXPUNGE
2 EXPUNGE
NOOP
= two sessions move
CREATE Work
SELECT INBOX
2 SELECT INBOX
2 MOVE 1:2 Work
NOOP
FETCH 1:* UID
= two sessions check
SELECT INBOX
2 SELECT INBOX
2 STORE 1 +FLAGS (\Flagged)
CHECK
= two sessions select sees
SELECT INBOX
2 SELECT INBOX
STORE 1:* +FLAGS.SILENT (\Seen)
2 SELECT INBOX
2 SEARCH UNSEEN
= two sessions status
SELECT INBOX
STORE 3 +FLAGS.SILENT (\Seen)
2 STATUS INBOX (UNSEEN)
= two sessions new mail elsewhere
CREATE Work
SELECT Work
2 SELECT INBOX
2 COPY 1:2 Work
NOOP
= idle new mail
SELECT INBOX
IDLE
2 APPEND INBOX <m1>
~ EXISTS
DONE
FETCH 13 UID
= idle flags
SELECT INBOX
IDLE
2 SELECT INBOX
2 STORE 3 +FLAGS (\Answered)
~ FETCH
DONE
= idle expunge
SELECT INBOX
IDLE
2 SELECT INBOX
2 EXPUNGE
~ EXPUNGE
DONE
FETCH 1:* UID
= idle twice
SELECT INBOX
IDLE
DONE
IDLE
DONE
= idle without mailbox
IDLE
DONE
= idle ended by something else
SELECT INBOX
IDLE
NOOP
= condstore store
SELECT INBOX (CONDSTORE)
STORE 1 +FLAGS (\Flagged)
FETCH 1 (FLAGS MODSEQ)
= condstore fetch changedsince
SELECT INBOX (CONDSTORE)
STORE 1:2 +FLAGS.SILENT (\Flagged)
FETCH 1:* (FLAGS) (CHANGEDSINCE $M)
= condstore fetch changedsince nothing
SELECT INBOX (CONDSTORE)
FETCH 1:* (FLAGS) (CHANGEDSINCE $M)
= condstore unchangedsince
SELECT INBOX (CONDSTORE)
STORE 1 (UNCHANGEDSINCE $M) +FLAGS.SILENT (\Flagged)
STORE 1:2 (UNCHANGEDSINCE $M) +FLAGS.SILENT (\Draft)
FETCH 1:2 FLAGS
= condstore unchangedsince with untold flags
SELECT INBOX (CONDSTORE)
2 SELECT INBOX
2 STORE 2 +FLAGS (\Flagged)
UID STORE 1:3 (UNCHANGEDSINCE $M) +FLAGS (\Draft)
= condstore unchangedsince zero
SELECT INBOX (CONDSTORE)
STORE 1 (UNCHANGEDSINCE 0) +FLAGS (\Draft)
= condstore search
SELECT INBOX (CONDSTORE)
STORE 4 +FLAGS.SILENT (\Flagged)
SEARCH MODSEQ $M
= condstore told to others
SELECT INBOX (CONDSTORE)
2 SELECT INBOX
2 STORE 2 +FLAGS (\Flagged)
NOOP
= condstore by enable
ENABLE CONDSTORE
SELECT INBOX
STORE 1 +FLAGS (\Flagged)
= condstore expunge
SELECT INBOX (CONDSTORE)
EXPUNGE
= condstore close
SELECT INBOX (CONDSTORE)
CLOSE
= qresync nothing new
SELECT INBOX (CONDSTORE)
UNSELECT
ENABLE QRESYNC
SELECT INBOX (QRESYNC ($V $M))
= qresync flags
SELECT INBOX (CONDSTORE)
2 SELECT INBOX
2 STORE 2:3 +FLAGS.SILENT (\Draft)
UNSELECT
ENABLE QRESYNC
SELECT INBOX (QRESYNC ($V $M))
= qresync expunged
SELECT INBOX (CONDSTORE)
2 SELECT INBOX
2 STORE 2:3 +FLAGS.SILENT (\Deleted)
2 EXPUNGE
UNSELECT
ENABLE QRESYNC
SELECT INBOX (QRESYNC ($V $M))
= qresync expunged known uids
SELECT INBOX (CONDSTORE)
2 SELECT INBOX
2 STORE 2:3 +FLAGS.SILENT (\Deleted)
2 EXPUNGE
UNSELECT
ENABLE QRESYNC
SELECT INBOX (QRESYNC ($V $M 3:12))
= qresync wrong uidvalidity
ENABLE QRESYNC
SELECT INBOX (QRESYNC (1 1))
= qresync without enable
SELECT INBOX (QRESYNC (1 1))
= qresync vanished by expunge
ENABLE QRESYNC
SELECT INBOX
EXPUNGE
= qresync vanished by another
ENABLE QRESYNC
SELECT INBOX
2 SELECT INBOX
2 EXPUNGE
NOOP
= qresync fetch vanished
ENABLE QRESYNC
SELECT INBOX
2 SELECT INBOX
2 EXPUNGE
UID FETCH 1:* (FLAGS) (CHANGEDSINCE $M VANISHED)
= qresync new messages
SELECT INBOX (CONDSTORE)
UNSELECT
2 APPEND INBOX (\Flagged) <m1>
ENABLE QRESYNC
SELECT INBOX (QRESYNC ($V $M))
= qresync move
ENABLE QRESYNC
CREATE Work
SELECT INBOX
MOVE 1:2 Work
= acl mine
MYRIGHTS INBOX
= compress
COMPRESS DEFLATE
= getmetadata
GETMETADATA "" /shared/comment
SETMETADATA INBOX (/private/comment "mine")
GETMETADATA INBOX /private/comment
GETMETADATA INBOX (DEPTH infinity) /private
GETMETADATA INBOX (DEPTH 1) (/private /shared)
SETMETADATA INBOX (/private/comment NIL)
GETMETADATA INBOX /private/comment
= setmetadata wrong
SETMETADATA INBOX (comment "x")
GETMETADATA INBOX comment
= context
SELECT INBOX
SEARCH RETURN (PARTIAL 1:3) ALL
SEARCH RETURN (PARTIAL 10:20) ALL
UID SEARCH RETURN (PARTIAL 2:4 COUNT) SEEN
= update context
SELECT INBOX
SEARCH RETURN (UPDATE COUNT) UNSEEN
STORE 3 +FLAGS.SILENT (\Seen)
NOOP
= searchres after expunge
SELECT INBOX
SEARCH RETURN (SAVE) 6:8
EXPUNGE
FETCH $ UID
= store with searchres
SELECT INBOX
SEARCH RETURN (SAVE) UNSEEN
STORE $ +FLAGS.SILENT (\Seen)
SEARCH UNSEEN
= copy with searchres
CREATE Work
SELECT INBOX
UID SEARCH RETURN (SAVE) FLAGGED
UID COPY $ Work
STATUS Work (MESSAGES)
= reconnect keeps flags
SELECT INBOX
STORE 1 +FLAGS.SILENT (\Flagged Kept)
close
SELECT INBOX
FETCH 1 FLAGS
= reconnect after append
APPEND INBOX (Kept) <m1>
close
SELECT INBOX
FETCH 13 (UID FLAGS)
= uidnext after expunge of the last
SELECT INBOX
STORE 12 +FLAGS.SILENT (\Deleted)
EXPUNGE
APPEND INBOX <m1>
FETCH * UID
= sort after expunge
SELECT INBOX
EXPUNGE
SORT (ARRIVAL) UTF-8 ALL
THREAD REFERENCES UTF-8 ALL
= select empty mailbox
CREATE Work
SELECT Work
FETCH 1:* FLAGS
UID FETCH 1:* FLAGS
SEARCH ALL
SORT (DATE) UTF-8 ALL
THREAD REFERENCES UTF-8 ALL
EXPUNGE
= fetch 1 of empty mailbox
CREATE Work
SELECT Work
FETCH 1 FLAGS
STORE 1 +FLAGS (x)
UID STORE 1 +FLAGS (x)
= many keywords
SELECT INBOX
STORE 1 +FLAGS (k1 k2 k3 k4 k5 k6 k7 k8 k9 k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 k20)
FETCH 1 FLAGS
SEARCH KEYWORD k20
= pipelined by two
SELECT INBOX
2 SELECT INBOX
STORE 1 FLAGS (\Flagged)
2 STORE 1 FLAGS (\Draft)
NOOP
2 NOOP
= three sessions
SELECT INBOX
2 SELECT INBOX
3 SELECT INBOX
2 STORE 7 -FLAGS (\Deleted)
3 STORE 1 +FLAGS.SILENT (\Deleted)
3 EXPUNGE
NOOP
2 NOOP
= append with searchable text
SELECT INBOX
APPEND INBOX <=Subject: fresh%0D%0A%0D%0Aunheard-of word%0D%0A>
SEARCH BODY unheard-of
SEARCH SUBJECT fresh
= copy and flags of both
CREATE Work
SELECT INBOX
STORE 1 +FLAGS.SILENT (\Flagged)
COPY 1 Work
STORE 1 -FLAGS.SILENT (\Flagged)
SELECT Work
FETCH 1 FLAGS
"""


def parse(text, prefix):
    """[(name, [line])]"""
    found = []
    for line in text.strip().split("\n"):
        if line.startswith("= "):
            found.append((f"{prefix}: {line[2:]}", []))
        elif line:
            found[-1][1].append(line)
    return found
