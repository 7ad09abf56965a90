/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <core/sim-scenario.h>
#include <imap/imap-flag.h>

#include <glib/gstdio.h>
#include <string.h>

/* Lines 1 and 2, 3 to 5, 6 to 8, 9: a world without a mistake. */
#define HEAD "[Scenario]\nTitle=T\n"
#define HOST_A "[Host a]\nAddress=192.0.2.1\nServices=smtp;pop3\n"
#define HOST_B "[Host b]\nAddress=192.0.2.2\nRoles=DNS\n"
#define LINK "[Link a b]\n"
#define WORLD HEAD HOST_A HOST_B LINK
/* Then lines from 10 on. */
#define ZONE WORLD "[Zone z.example]\nServer=b\n"
#define SEND "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=x@z.example\nTo=y@z.example\nVia=a\n"
#define READING(deed, host, server)                                                                \
  "[Action 3]\nAt=0\nHost=" host "\nDo=" deed "\nServer=" server "\n"
#define STORE                                                                                      \
  HEAD "[Host a]\nAddress=192.0.2.1\nUsers=anna:x\n[Mailbox 1]\nHost=a\nUser=anna\n"
#define FETCH "[Action 2]\nAt=0\nHost=a\nDo=fetch\nUser=u\nPassword=p\nServer=a\n"

typedef struct
{
  const char *name;
  const char *text;
  const char *message;
} Mistake;

static const Mistake mistakes[] = {
  { "empty", "", "t.ini:1: the file is empty, a scenario begins with [Scenario]" },
  { "no-group", "\n# nothing\n", "t.ini:1: no group in it, a scenario begins with [Scenario]" },
  { "not-a-key-file", HEAD "Hello, this is a letter.\n",
    "t.ini:3: neither a group, a key nor a comment, a key looks like Title=Hello" },
  { "key-without-name", HEAD "=3\n",
    "t.ini:3: neither a group, a key nor a comment, a key looks like Title=Hello" },
  { "key-before-group", "Title=T\n",
    "t.ini:1: a key before the first group, a scenario begins with [Scenario]" },
  { "broken-group", HEAD "[Host a\n",
    "t.ini:3: not a group's name, one looks like [Host mail.example]" },
  { "not-utf-8", HEAD "# \xff\n", "t.ini:3: not valid UTF-8, a scenario is UTF-8 text" },
  { "unknown-group", HEAD "[Hots a]\n",
    "t.ini:3: unknown group [Hots a], a group is [Scenario], [Host NAME], [Link A B], "
    "[Zone DOMAIN], [List ADDRESS], [Mailbox N] or [Action N]" },
  { "group-form", HEAD "[Link a]\n", "t.ini:3: [Link a] should have the form [Link A B]" },
  { "group-spaces", HEAD "[Host  a]\n", "t.ini:3: [Host  a] should have the form [Host NAME]" },
  { "second-group", HEAD HOST_A HOST_A, "t.ini:6: second group [Host a], the first is in line 3" },
  { "unknown-key", HEAD "[Host a]\nAdress=192.0.2.1\n",
    "t.ini:4: unknown key \"Adress\" in [Host a], it may have Roles, Address, Resolver, Domains, "
    "Users, Mailboxes, Services, Profile, Lenient, Without, Unused, Certificate, Tls, Compress, "
    "DemandTls, Mechanisms, Trusts, Smarthost, Aliases, Forward, Quota, MessageBytes, "
    "MessageRecipients, Apop, LoginDelay, Greylist, ClientConnections, ClientMessages, WarnAfter, "
    "ExpireAfter, Down, Refuses" },
  { "locale-key", HEAD "Title[de]=T\n",
    "t.ini:3: unknown key \"Title[de]\" in [Scenario], it may have Title, Seed, Start" },
  { "bad-leniency", HEAD HOST_A "Lenient=all\n",
    "t.ini:6: Lenient has \"all\", it should be a list of bare-lf-ends-line, bare-cr-ends-line, "
    "needless-spaces, missing-brackets, odd-names, early-pipelining, odd-paths, long-lines, "
    "nul-bytes, bare-lf-in-data, bare-cr-in-data, eight-bit, lf-dot-lf-ends-data, "
    "lf-dot-crlf-ends-data, crlf-dot-lf-ends-data, cr-dot-cr-ends-data, cr-dot-crlf-ends-data, "
    "crlf-dot-cr-ends-data, "
    "lf-dot-cr-ends-data, cr-dot-lf-ends-data, crcrlf-dot-crcrlf-ends-data, "
    "crlf-nul-dot-crlf-ends-data, bare-lf-ends-data" },
  { "bad-extension", HEAD HOST_A "Without=ETRN\n",
    "t.ini:6: Without has \"ETRN\", it should be a list of extensions of SMTP, like PIPELINING, or "
    "of IMAP, like QRESYNC" },
  { "bad-certificate", HEAD HOST_A "Certificate=fine\n",
    "t.ini:6: Certificate is \"fine\", it should be one of none, good, expired, not-yet-valid, "
    "wrong-name, self-signed, unknown-issuer" },
  { "bad-tls", HEAD HOST_A "Tls=maybe\n",
    "t.ini:6: Tls is \"maybe\", it should be one of if-offered, never, always, verified" },
  { "bad-mechanism", HEAD HOST_A "Mechanisms=NTLM\n",
    "t.ini:6: Mechanisms has \"NTLM\", it should be a list of EXTERNAL, OAUTHBEARER, "
    "SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS, SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, PLAIN, LOGIN, "
    "ANONYMOUS" },
  { "bad-trust", HEAD HOST_A "Trusts=b\n",
    "t.ini:6: Trusts has \"b\", there should be a group [Host b]" },
  { "bad-smarthost", HEAD HOST_A "Smarthost=b\n",
    "t.ini:6: Smarthost is \"b\", there should be a group [Host b]" },
  { "bad-alias", HEAD HOST_A "Aliases=info\n",
    "t.ini:6: Aliases has \"info\", it should look like NAME:TARGET TARGET" },
  { "second-alias", HEAD HOST_A "Forward=u:x@y.example;U:z@y.example\n",
    "t.ini:6: Forward has \"U\" twice, its targets go into one" },
  { "bad-quota", HEAD HOST_A "Quota=big\n",
    "t.ini:6: Quota is \"big\", it should be a whole number from 0 up" },
  { "too-many-recipients", HEAD HOST_A "MessageRecipients=9999999999\n",
    "t.ini:6: MessageRecipients is too large, 2147483647 is the most" },
  { "list-address", HEAD HOST_A "[List news]\nHost=a\n",
    "t.ini:6: \"news\" is not a list's address, one looks like news@lists.example" },
  { "list-domain", HEAD HOST_A "[List news@lists.example]\nHost=a\n",
    "t.ini:6: host \"a\" takes no mail for lists.example, its Domains should have it" },
  { "unknown-record", ZONE "LOC=1\n",
    "t.ini:12: unknown key \"LOC\" in [Zone z.example], it may have Server, Ttl, ServFail, Lame, "
    "DelayMs, Truncate and records, TYPE or TYPE NAME, of types A, AAAA, MX, CNAME, NS, TXT, PTR, "
    "SOA, SRV and TLSA" },
  { "second-key", HEAD "Title=U\n",
    "t.ini:3: second key \"Title\" in [Scenario], the first is in line 2" },
  { "no-title", "[Scenario]\n" HOST_A,
    "t.ini:1: [Scenario] needs the key Title: what the scenario "
    "shows" },
  { "no-scenario", HOST_A, "t.ini:1: no group [Scenario], it should be there and have a Title" },
  { "no-address", HEAD "\n[Host a]\n",
    "t.ini:4: [Host a] needs the key Address: its IPv4 address" },
  { "no-host", HEAD, "t.ini:1: no host, there should be a group [Host NAME] for each" },
  { "bad-seed", "[Scenario]\nTitle=T\nSeed=-1\n" HOST_A,
    "t.ini:3: Seed is \"-1\", it should be a whole number from 0 up" },
  { "bad-start", "[Scenario]\nTitle=T\nStart=tomorrow\n" HOST_A,
    "t.ini:3: Start is \"tomorrow\", it should be a time in UTC like 2026-01-01T00:00:00Z" },
  { "start-not-utc", "[Scenario]\nTitle=T\nStart=2026-01-01T00:00:00+01:00\n" HOST_A,
    "t.ini:3: Start is \"2026-01-01T00:00:00+01:00\", it should be a time in UTC like "
    "2026-01-01T00:00:00Z" },
  { "bad-escape", "[Scenario]\nTitle=a\\qb\n" HOST_A,
    "t.ini:2: Title has an unknown escape, \\n, \\t, \\r, \\s and \\\\ are known" },

  { "bad-list-escape", HEAD HOST_A "Domains=a\\q\n",
    "t.ini:6: Domains has an unknown escape, \\n, \\t, \\r, \\s, \\; and \\\\ are known" },

  { "host-name", HEAD "[Host a..b]\nAddress=192.0.2.1\n",
    "t.ini:3: \"a..b\" is not a host's name, one looks like mail.sender.example" },
  { "host-case", HEAD HOST_A "[Host A]\nAddress=192.0.2.2\n",
    "t.ini:6: second host \"A\", the first is in line 3" },
  { "bad-address", HEAD "[Host a]\nAddress=192.0.2.256\n",
    "t.ini:4: Address is \"192.0.2.256\", it should be an IPv4 address like 192.0.2.1" },
  { "no-host-address", HEAD "[Host a]\nAddress=224.0.0.1\n",
    "t.ini:4: no host can have the address 224.0.0.1, one like 192.0.2.1 would do" },
  { "same-address", HEAD HOST_A "[Host b]\nAddress=192.0.2.1\n",
    "t.ini:7: 192.0.2.1 is the address of host \"a\" already, every host needs its own" },
  { "bad-role", HEAD "[Host a]\nAddress=192.0.2.1\nRoles=MTA;POP\n",
    "t.ini:5: Roles has \"POP\", it should be a list of MUA, MSA, MTA, MDA, MS and DNS" },
  { "bad-service", HEAD "[Host a]\nAddress=192.0.2.1\nServices=nntp\n",
    "t.ini:5: Services has \"nntp\", it should be a list of smtp, submission, submissions, lmtp, "
    "pop3, pop3s, imap and imaps" },
  { "bad-profile", HEAD "[Host a]\nAddress=192.0.2.1\nProfile=kind\n",
    "t.ini:5: Profile is \"kind\", it should be strict, common or lenient" },
  { "bad-domain", HEAD "[Host a]\nAddress=192.0.2.1\nDomains=a b\n",
    "t.ini:5: \"a b\" is not a domain, one looks like recipient.example" },
  { "bad-user", HEAD "[Host a]\nAddress=192.0.2.1\nUsers=anna\n",
    "t.ini:5: Users has \"anna\", a user looks like NAME:PASSWORD" },
  { "same-user", HEAD "[Host a]\nAddress=192.0.2.1\nUsers=anna:x;anna:y\n",
    "t.ini:5: Users has \"anna\" twice, a user has one password" },
  { "bad-down", HEAD "[Host a]\nAddress=192.0.2.1\nDown=10-5\n",
    "t.ini:5: Down has \"10-5\", it should be seconds like 10-20.5" },
  { "down-order", HEAD "[Host a]\nAddress=192.0.2.1\nDown=10-20;15-30\n",
    "t.ini:5: Down has \"15-30\" too early, each should begin after the one before" },
  { "no-resolver", HEAD HOST_A "Resolver=c\n",
    "t.ini:6: Resolver is \"c\", there should be a group [Host c]" },
  { "second-resolver", HEAD HOST_B HOST_A "Resolver=b;c\n",
    "t.ini:9: Resolver is \"c\", there should be a group [Host c]" },
  { "resolver-role", HEAD HOST_A "Resolver=a\n",
    "t.ini:6: Resolver is \"a\", that host should have the role DNS" },

  { "link-to-nowhere", HEAD HOST_A "[Link a c]\n",
    "t.ini:6: a link to \"c\", there should be a group [Host c]" },
  { "link-to-itself", HEAD HOST_A "[Link a a]\n",
    "t.ini:6: a link from \"a\" to itself, it should join two hosts" },
  { "second-link", WORLD "[Link b a]\n",
    "t.ini:10: second link between \"b\" and \"a\", the first is in line 9" },
  { "bad-loss", WORLD "Loss=1.5\n",
    "t.ini:10: Loss is \"1.5\", it should be a number from 0 to 1" },
  { "bad-latency", WORLD "LatencyMs=1e3\n",
    "t.ini:10: LatencyMs is \"1e3\", it should be a number from 0 to 600000" },
  { "bad-bandwidth", WORLD "BandwidthKbps=0\n",
    "t.ini:10: BandwidthKbps is \"0\", it should be a number from 0.1 to 1000000000" },
  { "bad-mtu", WORLD "Mtu=100\n",
    "t.ini:10: Mtu is \"100\", it should be a number from 576 to 65535" },
  { "in-pieces", WORLD "[Host c]\nAddress=192.0.2.3\n[Host d]\nAddress=192.0.2.4\n[Link c d]\n",
    "t.ini:10: no links lead from host \"c\" to host \"a\", every host should be reached over "
    "[Link A B] groups" },

  { "zone-without-server", WORLD "[Zone z.example]\n",
    "t.ini:10: [Zone z.example] needs the key Server: the host that answers for the zone" },
  { "zone-server", WORLD "[Zone z.example]\nServer=c\n",
    "t.ini:11: Server is \"c\", there should be a group [Host c]" },
  { "zone-server-role", WORLD "[Zone z.example]\nServer=a\n",
    "t.ini:11: Server is \"a\", that host should have the role DNS" },
  { "zone-name", WORLD "[Zone z..example]\nServer=b\n",
    "t.ini:10: \"z..example\" is not a domain, one looks like recipient.example" },
  { "second-zone", ZONE "[Zone Z.example.]\nServer=b\n",
    "t.ini:12: second zone \"z.example\", the first is in line 10" },
  { "record-outside", ZONE "A mail.y.example.=192.0.2.1\n",
    "t.ini:12: \"mail.y.example.\" is not a name in the zone, one looks like mail.z.example" },
  { "record-empty", ZONE "A=\n",
    "t.ini:12: \"A\" has no value, leave the line out if there is none" },
  { "record-a", ZONE "A mail=192.0.2\n",
    "t.ini:12: \"A mail\" has \"192.0.2\", it should be an IPv4 address like 192.0.2.1" },
  { "record-aaaa", ZONE "AAAA=192.0.2.1\n",
    "t.ini:12: \"AAAA\" has \"192.0.2.1\", it should be an IPv6 address like 2001:db8::1" },
  { "record-mx", ZONE "MX=10 mail.z.example;mail.z.example\n",
    "t.ini:12: \"MX\" has \"mail.z.example\", it should be a preference and a name like "
    "10 mail.recipient.example" },
  { "record-mx-preference", ZONE "MX=70000 mail.z.example\n",
    "t.ini:12: \"MX\" has \"70000 mail.z.example\", it should be a preference and a name like "
    "10 mail.recipient.example" },
  { "record-cname", ZONE "CNAME www=not a name\n",
    "t.ini:12: \"CNAME www\" has \"not a name\", it should be a full name like "
    "mail.recipient.example" },
  { "record-ns-root", ZONE "NS=.\n",
    "t.ini:12: \"NS\" has \".\", it should be a full name like mail.recipient.example" },
  { "record-srv", ZONE "SRV _smtp._tcp=0 25 mail.z.example\n",
    "t.ini:12: \"SRV _smtp._tcp\" has \"0 25 mail.z.example\", it should be priority, weight, "
    "port and a name like 0 0 25 mail.recipient.example" },
  { "record-srv-port", ZONE "SRV _smtp._tcp=0 0 65536 mail.z.example\n",
    "t.ini:12: \"SRV _smtp._tcp\" has \"0 0 65536 mail.z.example\", it should be priority, "
    "weight, port and a name like 0 0 25 mail.recipient.example" },
  { "record-tlsa", ZONE "TLSA _25._tcp.mail=3 1 1 0123a\n",
    "t.ini:12: \"TLSA _25._tcp.mail\" has \"3 1 1 0123a\", it should be usage, selector, matching "
    "type and digits like 3 1 1 0123abcd" },
  { "record-tlsa-usage", ZONE "TLSA _25._tcp.mail=256 1 1 00\n",
    "t.ini:12: \"TLSA _25._tcp.mail\" has \"256 1 1 00\", it should be usage, selector, matching "
    "type and digits like 3 1 1 0123abcd" },
  { "record-soa", ZONE "SOA=b hostmaster.z.example 1 2 3 4\n",
    "t.ini:12: \"SOA\" has \"b hostmaster.z.example 1 2 3 4\", it should be server, mailbox and "
    "five numbers like ns.recipient.example hostmaster.recipient.example 1 3600 600 1209600 300" },
  { "second-soa", ZONE "SOA=b c 1 2 3 4 5; b c 2 2 3 4 5\n",
    "t.ini:12: an SOA too many, a zone has one for the zone itself" },
  { "soa-below", ZONE "SOA sub=b c 1 2 3 4 5\n",
    "t.ini:12: an SOA too many, a zone has one for the zone itself" },
  { "cname-and-other", ZONE "A www=192.0.2.1\nCNAME www=mail.z.example\n",
    "t.ini:13: www.z.example has a CNAME and another record, a CNAME should be alone" },
  { "record-asterisk", ZONE "A mail.*=192.0.2.1\n",
    "t.ini:12: \"mail.*\" is not a name in the zone, one looks like mail.z.example" },
  { "zone-servfail", ZONE "ServFail=20-10\n",
    "t.ini:12: ServFail has \"20-10\", it should be seconds like 10-20.5" },
  { "zone-lame", ZONE "Lame=0-10;5-20\n",
    "t.ini:12: Lame has \"5-20\" too early, each should begin after the one before" },
  { "zone-delay", ZONE "DelayMs=-1\n",
    "t.ini:12: DelayMs is \"-1\", it should be a number from 0 to 600000" },
  { "zone-truncate", ZONE "Truncate=maybe\n",
    "t.ini:12: Truncate is \"maybe\", it should be true or false" },

  { "host-mailboxes", HEAD HOST_A "Mailboxes=Sent;a//b\n",
    "t.ini:6: Mailboxes has \"a//b\", a mailbox is called like Work or Work/2026" },
  { "mailbox-host", HEAD HOST_A "[Mailbox 1]\nHost=b\nUser=anna\n",
    "t.ini:7: Host is \"b\", there should be a group [Host b]" },
  { "mailbox-user", HEAD HOST_A "[Mailbox 1]\nHost=a\nUser=anna\n",
    "t.ini:8: User is \"anna\", it should be one of the Users of a" },
  { "mailbox-without-user", HEAD HOST_A "[Mailbox 1]\nHost=a\n",
    "t.ini:6: [Mailbox 1] needs the key User: whose it is" },
  { "mailbox-name", STORE "Name=50%\n",
    "t.ini:9: Name has \"50%\", a mailbox is called like Work or Work/2026" },
  { "mailbox-form", STORE "Name=Ame\xcc\x81\n",
    "t.ini:9: Name has \"Ame\xcc\x81\", a mailbox is called like Work or Work/2026" },
  { "mailbox-twice", STORE "[Mailbox 2]\nHost=a\nUser=anna\nName=inbox\n",
    "t.ini:9: second mailbox INBOX of anna, the first is in line 6" },
  { "mailbox-use", STORE "Use=Sent;Spam\n",
    "t.ini:9: Use has \"Spam\", it should be a list of All, Archive, Drafts, Flagged, Junk, "
    "Sent, Trash and Important" },
  { "mailbox-flags", STORE "Flags=Seen;a b\n",
    "t.ini:9: Flags has \"a b\", it should be a list of Seen, Answered, Flagged, Deleted, Draft "
    "and keywords like $Forwarded" },
  { "mailbox-import", STORE "Import=\n",
    "t.ini:9: Import is empty, it should be the path of an mbox file or a Maildir" },
  { "mailbox-subscribed", STORE "Subscribed=1\n",
    "t.ini:9: Subscribed is \"1\", it should be true or false" },

  { "action-number", WORLD "[Action one]\nAt=0\nHost=a\nDo=send\n",
    "t.ini:10: [Action one] should be numbered, like [Action 1]" },
  { "action-twice", WORLD SEND "[Action 01]\nAt=0\nHost=a\nDo=send\n",
    "t.ini:17: second action 1, the first is in line 10" },
  { "action-time", WORLD "[Action 1]\nAt=soon\nHost=a\nDo=send\n",
    "t.ini:11: At is \"soon\", it should be a number from 0 to 31622400" },
  { "action-host", WORLD "[Action 1]\nAt=1\nHost=c\nDo=send\n",
    "t.ini:12: Host is \"c\", there should be a group [Host c]" },
  { "action-deed", WORLD "[Action 1]\nAt=1\nHost=a\nDo=wait\n",
    "t.ini:13: Do is \"wait\", it should be send, fetch, sync, read, flag, move, copy, delete, "
    "save or create" },
  { "action-lacks", WORLD "[Action 1]\nAt=1\nHost=a\nDo=send\n",
    "t.ini:10: [Action 1] with Do=send needs the key From: the author's address" },
  { "action-mixed", WORLD SEND "Keep=true\n",
    "t.ini:17: Keep belongs to Do=fetch, this action has Do=send" },
  { "password-missing", WORLD SEND "User=u\n",
    "t.ini:10: [Action 1] needs the key Password: the user's password" },
  { "user-missing", WORLD SEND "Password=p\n",
    "t.ini:10: [Action 1] needs the key User: whose password it is" },
  { "fetch-without-user", WORLD "[Action 2]\nAt=0\nHost=a\nDo=fetch\nServer=a\n",
    "t.ini:10: [Action 2] needs the key User: whose mailbox" },
  { "bad-notify", WORLD SEND "Notify=never;success\n",
    "t.ini:17: Notify has never and others, never should stand alone" },
  { "unknown-notify", WORLD SEND "Notify=always\n",
    "t.ini:17: Notify has \"always\", it should be a list of success, failure and delay, or "
    "never" },
  { "bad-return", WORLD SEND "Return=body\n",
    "t.ini:17: Return is \"body\", it should be full or headers" },
  { "too-many-messages", WORLD SEND "Count=100001\n",
    "t.ini:17: Count is too large, 100000 is the most" },
  { "action-from", WORLD "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=x\nTo=y@z\nVia=a\n",
    "t.ini:14: From has \"x\", it should be an address like anna@sender.example" },
  { "action-to", WORLD "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=x@z\nTo=y@z;<q>\nVia=a\n",
    "t.ini:15: To has \"<q>\", it should be an address like anna@sender.example" },
  { "action-from-two", WORLD "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=x@z, y@z\nTo=y@z\nVia=a\n",
    "t.ini:14: From has \"x@z, y@z\", it should be an address like anna@sender.example" },
  { "action-from-named-without-domain",
    WORLD "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=X <x>\nTo=y@z\nVia=a\n",
    "t.ini:14: From has \"X <x>\", it should be an address like anna@sender.example" },
  { "action-to-nobody", WORLD "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=x@z\nTo=\nVia=a\n",
    "t.ini:15: To is empty, it should be an address like berta@recipient.example" },
  { "action-subject", WORLD SEND "Subject=a\\nb\n",
    "t.ini:17: Subject has a line break, it should be one line" },
  { "action-via", WORLD "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=x@z\nTo=y@z\nVia=b\n",
    "t.ini:16: Via is \"b\", that host should have submission, submissions or smtp among its "
    "Services" },
  { "action-server", WORLD "[Action 2]\nAt=0\nHost=a\nDo=fetch\nUser=u\nPassword=p\nServer=b\n",
    "t.ini:16: Server is \"b\", that host should have pop3, pop3s, imap or imaps among its "
    "Services" },
  { "fetch-protocol", WORLD FETCH "Protocol=smtp\n",
    "t.ini:17: Protocol is \"smtp\", it should be pop3 or imap" },
  { "fetch-by-what-is-not-there", WORLD FETCH "Protocol=imap\n",
    "t.ini:16: Server is \"a\", that host should have imap or imaps among its Services" },
  { "fetch-kept-and-left", WORLD FETCH "Keep=true\nLeaveDays=3\n",
    "t.ini:18: LeaveDays does not go with Keep, messages are kept for ever" },
  { "sync-without-imap", WORLD READING ("sync", "a", "b") "User=u\nPassword=p\n",
    "t.ini:14: Server is \"b\", that host should have imap or imaps among its Services" },
  { "sync-name", WORLD READING ("sync", "a", "b") "User=u\nPassword=p\nMailboxes=a//b\n",
    "t.ini:17: Mailboxes has \"a//b\", it should be the name of a mailbox like Work/2026" },
  { "read-without-user", WORLD READING ("read", "a", "a"),
    "t.ini:10: [Action 3] needs the key User: whose mailbox" },
  { "read-messages", WORLD READING ("read", "a", "a") "User=u\nMessages=some\n",
    "t.ini:16: Messages is \"some\", it should be numbers like 1, 2:4 or 3,5:*" },
  { "flag-without-flags", WORLD READING ("flag", "a", "a") "User=u\n",
    "t.ini:10: [Action 3] with Do=flag needs the key Flags: which, each with + or -" },
  { "flag-sign", WORLD READING ("flag", "a", "a") "User=u\nFlags=Work\n",
    "t.ini:16: Flags has \"Work\", it should begin with + or -" },
  { "flag-name", WORLD READING ("flag", "a", "a") "User=u\nFlags=+\\\\Recent\n",
    "t.ini:16: Flags has \"+\\Recent\", it should be a flag like \\Seen, \\Flagged, \\Answered, "
    "\\Deleted or \\Draft, or a word" },
  { "move-nowhere", WORLD READING ("move", "a", "a") "User=u\n",
    "t.ini:10: [Action 3] with Do=move needs the key Into: the mailbox where they go" },
  { "flag-offline-at-home", WORLD READING ("flag", "a", "a") "User=u\nFlags=+x\nOffline=true\n",
    "t.ini:14: Server is Host itself, which needs no copy of its own mailboxes" },
  { "create-offline", WORLD READING ("create", "a", "a")
    "User=u\nMailbox=x\nOffline=true\n",
    "t.ini:17: Offline belongs to Do=read, flag, move, copy, delete, save, this action has "
    "Do=create" },
  { "action-keep", WORLD FETCH "Keep=yes\n",
    "t.ini:17: Keep is \"yes\", it should be true or false" },
};

static void
test_mistake (gconstpointer data)
{
  const Mistake *test = data;
  gsize          length = strlen (test->text);
  g_autofree char *exact = g_memdup2 (test->text, length);
  g_autoptr (GError) error = NULL;

  g_test_summary ("Each kind of mistake is told with its line and what would be right.");
  g_assert_null (sim_scenario_parse ("t.ini", exact, length, &error));
  g_assert_error (error, SIM_SCENARIO_ERROR, SIM_SCENARIO_ERROR_WRONG);
  g_assert_cmpstr (error->message, ==, test->message);
}

static void
test_mailboxes (void)
{
  const char text[] = STORE "Flags=seen;$Work;Draft\nImport=old.mbox\n"
      "[Mailbox 2]\nHost=a\nUser=anna\nName=Work/Sent\nUse=Sent;Important\nSubscribed=false\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (SimScenario) scenario =
      sim_scenario_parse ("where/t.ini", text, sizeof text - 1, &error);
  const SimScenarioMailbox *inbox, *sent;

  g_test_summary ("What users have from the beginning.");
  g_assert_no_error (error);
  g_assert_cmpuint (scenario->mailboxes->len, ==, 2);
  g_assert_cmpstr (scenario->file, ==, "where/t.ini");
  inbox = &g_array_index (scenario->mailboxes, SimScenarioMailbox, 0);
  g_assert_cmpstr (inbox->name, ==, "INBOX");
  g_assert_cmpstr (inbox->user, ==, "anna");
  g_assert_cmpuint (inbox->flags, ==, IMAP_FLAG_SEEN | IMAP_FLAG_DRAFT);
  g_assert_cmpuint (g_strv_length (inbox->keywords), ==, 1);
  g_assert_cmpstr (inbox->keywords[0], ==, "$Work");
  g_assert_cmpstr (inbox->import, ==, "where/old.mbox");
  g_assert_cmpuint (inbox->import_line, ==, 10);
  g_assert_true (inbox->is_subscribed);
  sent = &g_array_index (scenario->mailboxes, SimScenarioMailbox, 1);
  g_assert_cmpstr (sent->name, ==, "Work/Sent");
  g_assert_cmpuint (sent->uses, ==, IMAP_USE_SENT | IMAP_USE_IMPORTANT);
  g_assert_false (sent->is_subscribed);
  g_assert_null (sent->import);
}

static void
test_sizes (void)
{
  g_autofree char *large = g_strnfill (SIM_SCENARIO_BYTES_MAX + 1, '#');
  g_autoptr (GString) many = g_string_new (WORLD);
  g_autoptr (GError) error = NULL;

  g_test_summary ("More than a person would write is refused.");
  g_assert_null (sim_scenario_parse ("t.ini", large, SIM_SCENARIO_BYTES_MAX + 1, &error));
  g_assert_cmpstr (error->message, ==,
                   "t.ini:1: larger than 1 MiB, a scenario is a few lines of text");
  g_clear_error (&error);
  g_assert_null (sim_scenario_parse ("t.ini", large, SIM_SCENARIO_BYTES_MAX, &error));
  g_assert_cmpstr (error->message, ==,
                   "t.ini:1: no group in it, a scenario begins with [Scenario]");
  g_clear_error (&error);
  g_assert_null (sim_scenario_parse ("t.ini", HEAD "a\0b\n", sizeof HEAD + 3, &error));
  g_assert_cmpstr (error->message, ==, "t.ini:3: a NUL byte, a scenario is UTF-8 text");
  g_clear_error (&error);
  for (guint i = 0; i <= SIM_SCENARIO_GROUPS_MAX; i++)
    g_string_append_printf (many, "[Zone z%u.example]\nServer=b\n", i);
  g_assert_null (sim_scenario_parse ("t.ini", many->str, many->len, &error));
  g_assert_cmpstr (error->message, ==,
                   "t.ini:522: too many groups [Zone ...], 256 are the most");
}

static void
test_files (void)
{
  g_autofree char *folder = g_dir_make_tmp ("postroad-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "world.ini", NULL);
  g_autofree char *missing =
      g_strdup_printf ("%s:1: can't be read: No such file or directory", path);
  g_autofree char *is_folder = g_strdup_printf ("%s:1: a directory, a scenario is a file", folder);
  g_autoptr (GError) error = NULL;
  SimScenario *scenario;

  g_test_summary ("A file that is not there, a directory, and a file.");
  g_assert_null (sim_scenario_load (path, &error));
  g_assert_cmpstr (error->message, ==, missing);
  g_clear_error (&error);
  g_assert_null (sim_scenario_load (folder, &error));
  g_assert_cmpstr (error->message, ==, is_folder);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, WORLD, -1, NULL));
  scenario = sim_scenario_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (scenario->title, ==, "T");
  sim_scenario_free (scenario);
  g_unlink (path);
  g_rmdir (folder);
}

static SimScenario *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SimScenario *scenario = sim_scenario_parse ("t.ini", text, strlen (text), &error);

  g_assert_no_error (error);
  return scenario;
}

static void
test_defaults (void)
{
  g_autoptr (SimScenario) scenario = parse (WORLD SEND);
  const SimScenarioHost   *host = sim_scenario_get_host (scenario, 0);
  const SimScenarioLink   *link = &g_array_index (scenario->links, SimScenarioLink, 0);
  const SimScenarioAction *action = &g_array_index (scenario->actions, SimScenarioAction, 0);

  g_test_summary ("What is not said.");
  g_assert_cmpuint (scenario->seed, ==, 1);
  g_assert_cmpint (scenario->start_us, ==, G_GINT64_CONSTANT (1767225600000000));
  g_assert_cmpuint (host->roles, ==, 0);
  g_assert_cmpuint (host->resolver, ==, SIM_SCENARIO_NONE);
  g_assert_cmpuint (g_strv_length (host->domains), ==, 0);
  g_assert_cmpint (host->profile, ==, SIM_PROFILE_COMMON);
  g_assert_cmpint (link->latency_us, ==, 1000);
  g_assert_cmpfloat (link->bandwidth_kbps, ==, 100000);
  g_assert_cmpfloat (link->loss, ==, 0);
  g_assert_cmpuint (link->mtu, ==, 1500);
  g_assert_cmpstr (action->subject, ==, "");
  g_assert_cmpstr (action->body, ==, "");
  g_assert_cmpstr (action->html, ==, "");
  g_assert_cmpuint (g_strv_length (action->cc), ==, 0);
  g_assert_cmpuint (action->via_port, ==, 25);
}

static void
test_scripts (void)
{
  g_autoptr (SimScenario) scenario =
      parse (WORLD "[Action 1]\nAt=0\nHost=a\nDo=send\nFrom=Änne <x@bücher.example>\n"
                   "To=\"Müller, B.\" <y@z.example>;z@почта.example\nSubject=Grüße\nVia=a\n");
  const SimScenarioAction *action = &g_array_index (scenario->actions, SimScenarioAction, 0);

  g_assert_cmpstr (action->from, ==, "Änne <x@bücher.example>");
  g_assert_cmpuint (g_strv_length (action->to), ==, 2);
  g_assert_cmpstr (action->subject, ==, "Grüße");
}

/* Every key, white space and comments where they may be. */
#define WHOLE                                                                                      \
  "# A comment\r\n\r\n[Scenario]\r\n  Title = A title \r\nSeed=18446744073709551615\r\n"           \
  "Start=2000-02-29T12:00:00.5Z\r\n"                                                               \
  "[Host a.example]\nAddress=192.0.2.1\nRoles=MSA; MTA ;MS;\nResolver=B.example\n"                 \
  "Domains=A.example;b.example\nUsers=anna:pass\\;word;bob:x:y\nServices=submission;smtp;pop3\n"   \
  "Profile=lenient\nDown=1-2.5; 10 - 20\nRefuses=3-4\n"                                            \
  "[Host b.example]\nAddress=192.0.2.2\nRoles=DNS\n"                                               \
  "[Link b.example a.example]\nLatencyMs=0.25\nBandwidthKbps=9.6\nLoss=0.5\n"

static void
test_records (void)
{
  g_autoptr (SimScenario) scenario =
      parse (ZONE "Ttl=60\nMX=10 mail.z.example;0 .\nA MAIL=192.0.2.1;192.0.2.2\n"
                  "AAAA mail.z.example=2001:db8::1\nCNAME www=Mail.z.example.\n"
                  "TXT=v=spf1 -all\nPTR 1.z.example.=a\nNS=b\n"
                  "TLSA _25._tcp.mail=3 1 1 0aFF 00\n"
                  "SRV _imap._tcp=0 5 143 mail.z.example;0 0 0 .\n"
                  "SOA=b hostmaster.z.example. 1 2 3 4 5\nA *=192.0.2.9\nA *.sub=192.0.2.8\n");
  const SimScenarioZone *zone = &g_array_index (scenario->zones, SimScenarioZone, 0);
  static const SimScenarioRecord expected[] = {
    { 13, "z.example", "MX", "10 mail.z.example" },
    { 13, "z.example", "MX", "0 ." },
    { 14, "mail.z.example", "A", "192.0.2.1" },
    { 14, "mail.z.example", "A", "192.0.2.2" },
    { 15, "mail.z.example", "AAAA", "2001:db8::1" },
    { 16, "www.z.example", "CNAME", "Mail.z.example." },
    { 17, "z.example", "TXT", "v=spf1 -all" },
    { 18, "1.z.example", "PTR", "a" },
    { 19, "z.example", "NS", "b" },
    { 20, "_25._tcp.mail.z.example", "TLSA", "3 1 1 0aFF 00" },
    { 21, "_imap._tcp.z.example", "SRV", "0 5 143 mail.z.example" },
    { 21, "_imap._tcp.z.example", "SRV", "0 0 0 ." },
    { 22, "z.example", "SOA", "b hostmaster.z.example. 1 2 3 4 5" },
    { 23, "*.z.example", "A", "192.0.2.9" },
    { 24, "*.sub.z.example", "A", "192.0.2.8" },
  };

  g_test_summary ("Records, their owners made full names.");
  g_assert_cmpuint (zone->ttl, ==, 60);
  g_assert_cmpuint (zone->server, ==, 1);
  g_assert_cmpuint (zone->records->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < zone->records->len; i++)
    {
      const SimScenarioRecord *record = &g_array_index (zone->records, SimScenarioRecord, i);

      g_assert_cmpuint (record->line, ==, expected[i].line);
      g_assert_cmpstr (record->name, ==, expected[i].name);
      g_assert_cmpstr (record->type, ==, expected[i].type);
      g_assert_cmpstr (record->value, ==, expected[i].value);
    }
}

static void
test_trouble (void)
{
  g_autoptr (SimScenario) plain = parse (ZONE);
  g_autoptr (SimScenario) scenario =
      parse (ZONE "ServFail=1-2.5; 10-20\nLame=3-4\nDelayMs=1.5\nTruncate=true\n");
  const SimScenarioZone *zone = &g_array_index (plain->zones, SimScenarioZone, 0);
  const SimScenarioSpan *span;

  g_test_summary ("Trouble that a zone asks for: none by default.");
  g_assert_cmpuint (zone->serv_fails->len + zone->lames->len, ==, 0);
  g_assert_cmpint (zone->delay_us, ==, 0);
  g_assert_false (zone->truncates);
  zone = &g_array_index (scenario->zones, SimScenarioZone, 0);
  g_assert_cmpuint (zone->serv_fails->len, ==, 2);
  span = &g_array_index (zone->serv_fails, SimScenarioSpan, 0);
  g_assert_cmpint (span->from_us, ==, 1000000);
  g_assert_cmpint (span->to_us, ==, 2500000);
  g_assert_cmpuint (zone->lames->len, ==, 1);
  g_assert_cmpint (zone->delay_us, ==, 1500);
  g_assert_true (zone->truncates);
}

static void
test_resolvers (void)
{
  g_autoptr (SimScenario) scenario = parse (
      HEAD "[Host a]\nAddress=192.0.2.1\nResolver=c; B\n" HOST_B
           "[Host c]\nAddress=192.0.2.3\nRoles=DNS\n[Link a b]\n[Link a c]\n");
  const SimScenarioHost *host = sim_scenario_get_host (scenario, 0);

  g_test_summary ("A host may have several resolvers, in an order.");
  g_assert_cmpuint (host->resolver, ==, 2);
  g_assert_cmpuint (host->resolvers->len, ==, 2);
  g_assert_cmpuint (g_array_index (host->resolvers, guint, 0), ==, 2);
  g_assert_cmpuint (g_array_index (host->resolvers, guint, 1), ==, 1);
  g_assert_cmpuint (sim_scenario_get_host (scenario, 1)->resolvers->len, ==, 0);
}

static void
test_actions (void)
{
  g_autoptr (SimScenario) scenario =
      parse (WORLD FETCH "Keep=true\n" SEND "Cc=c@z.example\nSubject=S\nBody=one\\n\\ntwo\\n\n"
                         "[Action 3]\nAt=1.5\nHost=a\nDo=fetch\nUser=u\nPassword=p\nServer=a\n");
  const SimScenarioAction *actions =
      &g_array_index (scenario->actions, SimScenarioAction, 0);

  g_test_summary ("Actions come by time, then by number.");
  g_assert_cmpuint (scenario->actions->len, ==, 3);
  g_assert_cmpuint (actions[0].number, ==, 1);
  g_assert_cmpint (actions[0].kind, ==, SIM_ACTION_SEND);
  g_assert_cmpstr (actions[0].to[0], ==, "y@z.example");
  g_assert_cmpstr (actions[0].cc[0], ==, "c@z.example");
  g_assert_cmpstr (actions[0].body, ==, "one\n\ntwo\n");
  g_assert_cmpuint (actions[1].number, ==, 2);
  g_assert_true (actions[1].keep);
  g_assert_cmpstr (actions[1].password, ==, "p");
  g_assert_cmpuint (actions[2].number, ==, 3);
  g_assert_false (actions[2].keep);
  g_assert_cmpint (actions[2].at_us, ==, 1500000);
}

static void
test_whole (void)
{
  g_autoptr (SimScenario) scenario = parse (WHOLE);
  const SimScenarioHost *host = sim_scenario_get_host (scenario, 0);
  const SimScenarioSpan *downs = &g_array_index (host->downs, SimScenarioSpan, 0);

  g_test_summary ("Every key of a host, and line ends of both kinds.");
  g_assert_cmpstr (scenario->title, ==, "A title");
  g_assert_cmpuint (scenario->seed, ==, G_MAXUINT64);
  g_assert_cmpint (scenario->start_us, ==, G_GINT64_CONSTANT (951825600500000));
  g_assert_cmpuint (host->line, ==, 7);
  g_assert_cmpuint (host->roles, ==, SIM_ROLE_MSA | SIM_ROLE_MTA | SIM_ROLE_MS);
  g_assert_cmpuint (host->resolver, ==, 1);
  g_assert_cmphex (host->ipv4, ==, 0xc0000201);
  g_assert_cmpstr (host->domains[0], ==, "a.example");
  g_assert_cmpstr (g_array_index (host->users, SimScenarioUser, 0).password, ==, "pass;word");
  g_assert_cmpstr (g_array_index (host->users, SimScenarioUser, 1).password, ==, "x:y");
  g_assert_cmpint (host->profile, ==, SIM_PROFILE_LENIENT);
  g_assert_cmpuint (host->downs->len, ==, 2);
  g_assert_cmpint (downs[0].to_us, ==, 2500000);
  g_assert_cmpint (downs[1].from_us, ==, 10000000);
  g_assert_cmpuint (host->refuses->len, ==, 1);
}

static void
test_cut (void)
{
  static const char text[] =
      ZONE "MX=10 mail.z.example\nA mail=192.0.2.1\n" SEND "Body=a\\nb\n" FETCH;

  g_test_summary ("Cut off anywhere, a scenario is whole or refused with a line.");
  for (gsize length = 0; length < sizeof text; length++)
    {
      g_autofree char *exact = g_memdup2 (text, length);
      g_autoptr (GError) error = NULL;
      g_autoptr (SimScenario) scenario = sim_scenario_parse ("t.ini", exact, length, &error);

      g_assert_true ((scenario == NULL) == (error != NULL));
      if (error != NULL)
        g_assert_true (g_str_has_prefix (error->message, "t.ini:"));
    }
}

static void
test_keys (void)
{
  const SimScenarioKey *key;

  g_test_summary ("Every key is told in a line.");
  for (guint i = 0; (key = sim_scenario_get_key (i)) != NULL; i++)
    {
      g_assert_cmpuint (strlen (key->what), >, 0);
      g_assert_true (key->type != SIM_KEY_NUMBER || key->min < key->max);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strconcat ("/sim/scenario/mistake/", mistakes[i].name, NULL);

      g_test_add_data_func (path, &mistakes[i], test_mistake);
    }
  g_test_add_func ("/sim/scenario/mailboxes", test_mailboxes);
  g_test_add_func ("/sim/scenario/sizes", test_sizes);
  g_test_add_func ("/sim/scenario/files", test_files);
  g_test_add_func ("/sim/scenario/defaults", test_defaults);
  g_test_add_func ("/sim/scenario/scripts", test_scripts);
  g_test_add_func ("/sim/scenario/whole", test_whole);
  g_test_add_func ("/sim/scenario/records", test_records);
  g_test_add_func ("/sim/scenario/trouble", test_trouble);
  g_test_add_func ("/sim/scenario/resolvers", test_resolvers);
  g_test_add_func ("/sim/scenario/actions", test_actions);
  g_test_add_func ("/sim/scenario/cut", test_cut);
  g_test_add_func ("/sim/scenario/keys", test_keys);
  return g_test_run ();
}
