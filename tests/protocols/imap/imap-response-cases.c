/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-response-cases.h"

#include <stddef.h>

/* RFC 9051 section 7, RFC 3501 section 7 and the extensions, and what servers get wrong. */
const ImapResponseCase imap_response_cases[] = {
  { "greeting",
    "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n",
    "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready",
    "response:46 untagged:1 condition:2 response_code:33 response_code_name:10 "
    "response_code_rest:21 offered_capability:9 offered_capability:10 response_text:5 crlf:2" },
  { "greeting-preauth",
    "* PREAUTH IMAP4rev2 server logged in as Smith\r\n",
    "* PREAUTH IMAP4rev2 server logged in as Smith",
    "response:47 untagged:1 condition:7 response_text:35 crlf:2" },
  { "greeting-bye",
    "* BYE Autologout; idle for too long\r\n",
    "* BYE Autologout; idle for too long",
    "response:37 untagged:1 condition:3 response_text:29 crlf:2" },
  { "tagged-ok",
    "A001 OK LOGIN completed\r\n",
    "A001 OK LOGIN completed",
    "response:25 response_tag:4 condition:2 response_text:15 crlf:2" },
  { "tagged-no",
    "o356 NO [ALREADYEXISTS] Mailbox \"that\" already exists\r\n",
    "o356 NO [ALREADYEXISTS] Mailbox \"that\" already exists",
    "response:55 response_tag:4 condition:2 response_code:15 response_code_name:13 "
    "response_text:29 crlf:2" },
  { "tagged-bad",
    "A044 BAD No such command as \"BLURDYBLOOP\"\r\n",
    "A044 BAD No such command as \"BLURDYBLOOP\"",
    "response:43 response_tag:4 condition:3 response_text:32 crlf:2" },
  { "lower-case",
    "a ok [read-only] done\r\n",
    "a OK [READ-ONLY] done",
    "response:23 response_tag:1 condition:2 response_code:11 response_code_name:9 "
    "response_text:4 crlf:2" },
  { "text-alone",
    "* NO Disk is 98% full, please delete unnecessary data\r\n",
    "* NO Disk is 98% full, please delete unnecessary data",
    "response:55 untagged:1 condition:2 response_text:48 crlf:2" },
  { "text-with-a-brace",
    "* OK you said {5}\r\n",
    "* OK you said {5}",
    "response:19 untagged:1 condition:2 response_text:12 crlf:2" },
  { "no-text",
    "a OK\r\n",
    "a OK ",
    "response:6 response_tag:1 condition:2 crlf:2" },
  { "no-text-behind-a-code",
    "e NO [CONTACTADMIN]\r\n",
    "e NO [CONTACTADMIN] ",
    "response:21 response_tag:1 condition:2 response_code:14 response_code_name:12 crlf:2" },
  { "no-text-behind-a-space",
    "a OK \r\n",
    "a OK ",
    "response:7 response_tag:1 condition:2 crlf:2" },
  { "no-code",
    "* OK [not closed\r\n",
    "* OK [not closed",
    "response:18 untagged:1 condition:2 response_text:11 crlf:2" },
  { "no-code-in-brackets",
    "* OK [ ] text\r\n",
    "* OK [ ] text",
    "response:15 untagged:1 condition:2 response_text:8 crlf:2" },
  { "code-without-space",
    "* OK [ALERT]text\r\n",
    "* OK [ALERT] text",
    "response:18 untagged:1 condition:2 response_code:7 response_code_name:5 response_text:4 "
    "crlf:2" },
  { "utf8-text",
    "a NO Gr\303\274\303\237e\r\n",
    "a NO Gr\303\274\303\237e",
    "response:14 response_tag:1 condition:2 response_text:7 crlf:2" },
  { "code-badcharset",
    "a NO [BADCHARSET (US-ASCII \"UTF-8\")] no\r\n",
    "a NO [BADCHARSET (US-ASCII 'UTF-8')] no",
    "response:41 response_tag:1 condition:2 response_code:31 response_code_name:10 "
    "response_code_rest:19 code_charset:18 code_charset:8 code_charset:7 quoted:7 "
    "response_text:2 crlf:2" },
  { "code-badcharset-alone",
    "a NO [BADCHARSET] no\r\n",
    "a NO [BADCHARSET] no",
    "response:22 response_tag:1 condition:2 response_code:12 response_code_name:10 "
    "response_text:2 crlf:2" },
  { "code-permanentflags",
    "* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited\r\n",
    "* OK [PERMANENTFLAGS (\\Deleted \\Seen \\*)] Limited",
    "response:51 untagged:1 condition:2 response_code:36 response_code_name:14 "
    "response_code_rest:20 told_flags:19 told_flag:8 told_flag:5 told_flag:2 response_text:7 "
    "crlf:2" },
  { "code-uidnext",
    "* OK [UIDNEXT 4392] Predicted next UID\r\n",
    "* OK [UIDNEXT 4392] Predicted next UID",
    "response:40 untagged:1 condition:2 response_code:14 response_code_name:7 "
    "response_code_rest:5 code_uid:4 response_text:18 crlf:2" },
  { "code-uidvalidity",
    "* OK [UIDVALIDITY 3857529045] UIDs valid\r\n",
    "* OK [UIDVALIDITY 3857529045] UIDs valid",
    "response:42 untagged:1 condition:2 response_code:24 response_code_name:11 "
    "response_code_rest:11 code_uid_validity:10 response_text:10 crlf:2" },
  { "code-unseen",
    "* OK [UNSEEN 12] Message 12 is first unseen\r\n",
    "* OK [UNSEEN 12] Message 12 is first unseen",
    "response:45 untagged:1 condition:2 response_code:11 response_code_name:6 "
    "response_code_rest:3 told_number:2 response_text:26 crlf:2" },
  { "code-appenduid",
    "A003 OK [APPENDUID 38505 3955] APPEND completed\r\n",
    "A003 OK [APPENDUID 38505 3955] APPEND completed",
    "response:49 response_tag:4 condition:2 response_code:22 response_code_name:9 "
    "response_code_rest:11 code_uid_validity:5 code_uids:4 response_text:16 crlf:2" },
  { "code-copyuid",
    "A004 OK [COPYUID 38505 304,319:320 3956:3958] Done\r\n",
    "A004 OK [COPYUID 38505 304,319:320 3956:3958] Done",
    "response:52 response_tag:4 condition:2 response_code:37 response_code_name:7 "
    "response_code_rest:28 code_uid_validity:5 code_uids:11 code_uids:9 response_text:4 crlf:2" },
  { "code-highestmodseq",
    "* OK [HIGHESTMODSEQ 715194045007] ok\r\n",
    "* OK [HIGHESTMODSEQ 715194045007] ok",
    "response:38 untagged:1 condition:2 response_code:28 response_code_name:13 "
    "response_code_rest:13 told_modseq:12 response_text:2 crlf:2" },
  { "code-nomodseq",
    "* OK [NOMODSEQ] Sorry\r\n",
    "* OK [NOMODSEQ] Sorry",
    "response:23 untagged:1 condition:2 response_code:10 response_code_name:8 response_text:5 "
    "crlf:2" },
  { "code-modified",
    "d105 OK [MODIFIED 7,9] Conditional STORE failed\r\n",
    "d105 OK [MODIFIED 7,9] Conditional STORE failed",
    "response:49 response_tag:4 condition:2 response_code:14 response_code_name:8 "
    "response_code_rest:4 told_set:3 response_text:24 crlf:2" },
  { "code-mailboxid",
    "3 OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Completed\r\n",
    "3 OK [MAILBOXID (F2212ea87-6097-4256-9d51-71338625)] Completed",
    "response:64 response_tag:1 condition:2 response_code:47 response_code_name:9 "
    "response_code_rest:36 told_id:35 told_id:33 response_text:9 crlf:2" },
  { "code-metadata",
    "a OK [METADATA LONGENTRIES 2199] GETMETADATA complete\r\n",
    "a OK [METADATA LONGENTRIES 2199] GETMETADATA complete",
    "response:55 response_tag:1 condition:2 response_code:27 response_code_name:8 "
    "response_code_rest:17 code_argument:11 code_argument:4 response_text:20 crlf:2" },
  { "code-badurl",
    "A003 NO [BADURL \"/INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9\"] CATENATE "
    "append has failed, one message expunged\r\n",
    "A003 NO [BADURL '/INBOX;UIDVALIDITY=785799047/;UID=113330;section=1.5.9'] CATENATE append "
    "has failed, one message expunged",
    "response:124 response_tag:4 condition:2 response_code:65 response_code_name:6 "
    "response_code_rest:57 code_argument:56 quoted:56 response_text:48 crlf:2" },
  { "code-of-any-text",
    "* NO [BADURL /INBOX(;UID=\"1] failed\r\n",
    "* NO [BADURL /INBOX(;UID=\"1] failed",
    "response:37 untagged:1 condition:2 response_code:23 response_code_name:6 "
    "response_code_rest:15 response_text:6 crlf:2" },
  { "code-of-other-arguments",
    "* OK [UIDNEXT soon] x\r\n",
    "* OK [UIDNEXT soon] x",
    "response:23 untagged:1 condition:2 response_code:14 response_code_name:7 "
    "response_code_rest:5 response_text:1 crlf:2" },
  { "code-noupdate",
    "* NO [NOUPDATE \"B02\"] Too many contexts\r\n",
    "* NO [NOUPDATE 'B02'] Too many contexts",
    "response:41 untagged:1 condition:2 response_code:16 response_code_name:8 "
    "response_code_rest:6 search_tag:5 quoted:5 response_text:17 crlf:2" },
  { "code-unknown",
    "* OK [X-FOO a (b \"c]d\")] text\r\n",
    "* OK [X-FOO a (b 'c]d')] text",
    "response:31 untagged:1 condition:2 response_code:19 response_code_name:5 "
    "response_code_rest:12 code_argument:1 code_argument:9 response_value:1 response_value:5 "
    "quoted:5 response_text:4 crlf:2" },
  { "code-referral",
    "A NO [REFERRAL imap://x/INBOX] no\r\n",
    "A NO [REFERRAL imap://x/INBOX] no",
    "response:35 response_tag:1 condition:2 response_code:25 response_code_name:8 "
    "response_code_rest:15 code_argument:14 response_text:2 crlf:2" },
  { "go-on",
    "+ Ready for additional command text\r\n",
    "+ Ready for additional command text",
    "response:37 continuation:1 response_text:33 crlf:2" },
  { "go-on-alone",
    "+ \r\n",
    "+ ",
    "response:4 continuation:1 crlf:2" },
  { "go-on-without-space",
    "+\r\n",
    "+ ",
    "response:3 continuation:1 crlf:2" },
  { "go-on-challenge",
    "+ YGgGCSqGSIb3EgECAgIAb1kwV6ADAgEF\r\n",
    "+ YGgGCSqGSIb3EgECAgIAb1kwV6ADAgEF",
    "response:36 continuation:1 challenge:32 crlf:2" },
  { "go-on-short",
    "+ Z28=\r\n",
    "+ Z28=",
    "response:8 continuation:1 challenge:4 crlf:2" },
  { "go-on-code",
    "+ [ALERT] hurry\r\n",
    "+ [ALERT] hurry",
    "response:17 continuation:1 response_code:7 response_code_name:5 response_text:5 crlf:2" },
  { "go-on-wrong",
    "+OK\r\n",
    NULL,
    "response:5! continuation:1 unrecognised:4?" },
  { "capability",
    "* CAPABILITY STARTTLS AUTH=GSSAPI IMAP4rev2 LOGINDISABLED\r\n",
    "* CAPABILITY STARTTLS AUTH=GSSAPI IMAP4rev2 LOGINDISABLED",
    "response:59 untagged:1 response_name:10 offered_capability:8 offered_capability:11 "
    "offered_capability:9 offered_capability:13 crlf:2" },
  { "enabled",
    "* ENABLED CONDSTORE QRESYNC\r\n",
    "* ENABLED CONDSTORE QRESYNC",
    "response:29 untagged:1 response_name:7 enabled_capability:9 enabled_capability:7 crlf:2" },
  { "enabled-nothing",
    "* ENABLED\r\n",
    "* ENABLED",
    "response:11 untagged:1 response_name:7 crlf:2" },
  { "list",
    "* LIST (\\Noselect) \"/\" ~/Mail/foo\r\n",
    "* LIST (\\Noselect) '/' ~/Mail/foo",
    "response:35 untagged:1 response_name:4 list_attributes:11 list_attribute:9 "
    "told_delimiter:3 quoted:3 told_mailbox:10 crlf:2" },
  { "list-nil",
    "* LIST (\\Noinferiors) NIL INBOX\r\n",
    "* LIST (\\Noinferiors) ~ INBOX",
    "response:33 untagged:1 response_name:4 list_attributes:14 list_attribute:12 "
    "told_delimiter:3 told_mailbox:5 crlf:2" },
  { "list-literal",
    "* LIST () \"/\" {5}\r\na \"b*\r\n",
    "* LIST () '/' {a \"b*}",
    "response:26 untagged:1 response_name:4 list_attributes:2 told_delimiter:3 quoted:3 "
    "told_mailbox:10 literal:10 literal_size:5 literal_octets:5 crlf:2" },
  { "list-backslash",
    "* LIST () \"\\\\\" \"a\\\\b\\\"c\"\r\n",
    "* LIST () '\\' 'a\\b\"c'",
    "response:26 untagged:1 response_name:4 list_attributes:2 told_delimiter:4 quoted:4 "
    "told_mailbox:9 quoted:9 crlf:2" },
  { "list-extended",
    "* LIST (\\Marked) \":\" Tables (tablecloth ((\"edge\" \"lacy\") (\"color\" \"red\")) "
    "\"X-Sample\" \"text\")\r\n",
    "* LIST (\\Marked) ':' Tables (tablecloth (('edge' 'lacy') ('color' 'red')) 'X-Sample' "
    "'text')",
    "response:94 untagged:1 response_name:4 list_attributes:9 list_attribute:7 "
    "told_delimiter:3 quoted:3 told_mailbox:6 list_extended:64 list_extended_name:10 "
    "list_extended_value:33 response_list:15 response_value:6 quoted:6 response_value:6 "
    "quoted:6 response_list:15 response_value:7 quoted:7 response_value:5 quoted:5 "
    "list_extended_name:10 quoted:10 list_extended_value:6 quoted:6 crlf:2" },
  { "list-oldname",
    "* LIST () \"/\" INBOX (\"OLDNAME\" (\"inbox\"))\r\n",
    "* LIST () '/' INBOX ('OLDNAME' ('inbox'))",
    "response:43 untagged:1 response_name:4 list_attributes:2 told_delimiter:3 quoted:3 "
    "told_mailbox:5 list_extended:21 list_extended_name:9 quoted:9 list_extended_value:9 "
    "response_value:7 quoted:7 crlf:2" },
  { "list-childinfo",
    "* LIST (\\NonExistent) \"/\" \"Foo\" (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n",
    "* LIST (\\NonExistent) '/' 'Foo' ('CHILDINFO' ('SUBSCRIBED'))",
    "response:62 untagged:1 response_name:4 list_attributes:14 list_attribute:12 "
    "told_delimiter:3 quoted:3 told_mailbox:5 quoted:5 list_extended:28 list_extended_name:11 "
    "quoted:11 list_extended_value:14 response_value:12 quoted:12 crlf:2" },
  { "list-percent-unquoted",
    "* LIST () \"/\" 50%]\r\n",
    "* LIST () '/' 50%]",
    "response:20 untagged:1 response_name:4 list_attributes:2 told_delimiter:3 quoted:3 "
    "told_mailbox:4 crlf:2" },
  { "lsub",
    "* LSUB () \".\" #news.comp.mail.misc\r\n",
    "* LSUB () '.' #news.comp.mail.misc",
    "response:36 untagged:1 response_name:4 list_attributes:2 told_delimiter:3 quoted:3 "
    "told_mailbox:20 crlf:2" },
  { "namespace",
    "* NAMESPACE ((\"\" \"/\")(\"#mh/\" \"/\" \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ((\"~\" "
    "\"/\")) NIL\r\n",
    "* NAMESPACE (('' '/') ('#mh/' '/' 'X-PARAM' ('FLAG1' 'FLAG2'))) (('~' '/')) ~",
    "response:80 untagged:1 response_name:9 namespaces:50 namespace_entry:8 namespace_prefix:2 "
    "quoted:2 told_delimiter:3 quoted:3 namespace_entry:40 namespace_prefix:6 quoted:6 "
    "told_delimiter:3 quoted:3 namespace_extension:9 quoted:9 namespace_extension:17 "
    "response_value:7 quoted:7 response_value:7 quoted:7 namespaces:11 namespace_entry:9 "
    "namespace_prefix:3 quoted:3 told_delimiter:3 quoted:3 namespaces:3 crlf:2" },
  { "status",
    "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)\r\n",
    "* STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)",
    "response:51 untagged:1 response_name:6 told_mailbox:11 status_data:28 status_fact:8 "
    "status_number:3 status_fact:7 status_number:5 crlf:2" },
  { "status-nothing",
    "* STATUS INBOX ()\r\n",
    "* STATUS INBOX ()",
    "response:19 untagged:1 response_name:6 told_mailbox:5 status_data:2 crlf:2" },
  { "status-more",
    "* STATUS INBOX (MAILBOXID (F2) APPENDLIMIT NIL X-Y (a b))\r\n",
    "* STATUS INBOX (MAILBOXID (F2) APPENDLIMIT ~ X-Y (a b))",
    "response:59 untagged:1 response_name:6 told_mailbox:5 status_data:42 status_fact:9 "
    "told_id:4 response_value:2 status_fact:11 status_number:3 status_fact:3 response_list:5 "
    "response_value:1 response_value:1 crlf:2" },
  { "status-wrong",
    "* STATUS INBOX (MESSAGES many)\r\n",
    NULL,
    "response:32! untagged:1 response_name:6 told_mailbox:5 status_data:10! status_fact:8 "
    "status_number:0! unrecognised:7?" },
  { "search",
    "* SEARCH 2 3 6\r\n",
    "* SEARCH 2 3 6",
    "response:16 untagged:1 response_name:6 told_number:1 told_number:1 told_number:1 crlf:2" },
  { "search-nothing",
    "* SEARCH\r\n",
    "* SEARCH",
    "response:10 untagged:1 response_name:6 crlf:2" },
  { "search-nothing-and-a-space",
    "* SEARCH \r\n",
    "* SEARCH",
    "response:11~ untagged:1 response_name:6 crlf:2" },
  { "search-modseq",
    "* SEARCH 2 5 6 7 11 12 18 19 20 23 (MODSEQ 917162500)\r\n",
    "* SEARCH 2 5 6 7 11 12 18 19 20 23 (MODSEQ 917162500)",
    "response:55 untagged:1 response_name:6 told_number:1 told_number:1 told_number:1 "
    "told_number:1 told_number:2 told_number:2 told_number:2 told_number:2 told_number:2 "
    "told_number:2 found_modseq:18 response_value:6 response_value:9 crlf:2" },
  { "sort",
    "* SORT 2 84 882\r\n",
    "* SORT 2 84 882",
    "response:17 untagged:1 response_name:4 told_number:1 told_number:2 told_number:3 crlf:2" },
  { "esearch",
    "* ESEARCH (TAG \"a567\") UID COUNT 17 ALL 4:18,21,28\r\n",
    "* ESEARCH (TAG 'a567') UID COUNT 17 ALL 4:18,21,28",
    "response:52 untagged:1 response_name:7 search_correlator:12 search_item:3 search_tag:6 "
    "quoted:6 search_item:3 search_item:5 search_result:2 search_item:3 search_result:10 crlf:2" },
  { "esearch-without-tag",
    "* ESEARCH COUNT 18 ALL 1:17,21\r\n",
    "* ESEARCH COUNT 18 ALL 1:17,21",
    "response:32 untagged:1 response_name:7 search_item:5 search_result:2 search_item:3 "
    "search_result:7 crlf:2" },
  { "esearch-nothing",
    "* ESEARCH (TAG \"A282\")\r\n",
    "* ESEARCH (TAG 'A282')",
    "response:24 untagged:1 response_name:7 search_correlator:12 search_item:3 search_tag:6 "
    "quoted:6 crlf:2" },
  { "esearch-min-max",
    "* ESEARCH (TAG {4}\r\nA282) MIN 2 MAX 47 MODSEQ 1236\r\n",
    "* ESEARCH (TAG {A282}) MIN 2 MAX 47 MODSEQ 1236",
    "response:52 untagged:1 response_name:7 search_correlator:15 search_item:3 search_tag:9 "
    "literal:9 literal_size:5 literal_octets:4 search_item:3 search_result:1 search_item:3 "
    "search_result:2 search_item:6 search_result:4 crlf:2" },
  { "esearch-partial",
    "* ESEARCH (TAG \"A01\") UID PARTIAL (1:10 NIL)\r\n",
    "* ESEARCH (TAG 'A01') UID PARTIAL (1:10 ~)",
    "response:46 untagged:1 response_name:7 search_correlator:11 search_item:3 search_tag:5 "
    "quoted:5 search_item:3 search_item:7 search_result:10 response_value:4 response_value:3 "
    "crlf:2" },
  { "esearch-addto",
    "* ESEARCH (TAG \"B01\") UID ADDTO (0 32768:32769) REMOVEFROM (0 32768 1 5)\r\n",
    "* ESEARCH (TAG 'B01') UID ADDTO (0 32768:32769) REMOVEFROM (0 32768 1 5)",
    "response:74 untagged:1 response_name:7 search_correlator:11 search_item:3 search_tag:5 "
    "quoted:5 search_item:3 search_item:5 search_result:15 response_value:1 response_value:11 "
    "search_item:10 search_result:13 response_value:1 response_value:5 response_value:1 "
    "response_value:1 crlf:2" },
  { "thread",
    "* THREAD (2)(3 6 (4 23)(44 7 96))\r\n",
    "* THREAD (2) (3 6 (4 23) (44 7 96))",
    "response:35 untagged:1 response_name:6 thread_branch:3 told_number:1 thread_branch:21 "
    "told_number:1 told_number:1 thread_branch:6 told_number:1 told_number:2 thread_branch:9 "
    "told_number:2 told_number:1 told_number:2 crlf:2" },
  { "thread-nothing",
    "* THREAD\r\n",
    "* THREAD",
    "response:10 untagged:1 response_name:6 crlf:2" },
  { "flags",
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n",
    "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
    "response:52 untagged:1 response_name:5 told_flags:42 told_flag:9 told_flag:8 told_flag:8 "
    "told_flag:5 told_flag:6 crlf:2" },
  { "exists",
    "* 23 EXISTS\r\n",
    "* 23 EXISTS",
    "response:13 untagged:1 response_number:2 response_name:6 crlf:2" },
  { "recent",
    "* 5 RECENT\r\n",
    "* 5 RECENT",
    "response:12 untagged:1 response_number:1 response_name:6 crlf:2" },
  { "expunge",
    "* 44 EXPUNGE\r\n",
    "* 44 EXPUNGE",
    "response:14 untagged:1 response_number:2 response_name:7 crlf:2" },
  { "vanished",
    "* VANISHED 405,407,410:420\r\n",
    "* VANISHED 405,407,410:420",
    "response:28 untagged:1 response_name:8 told_set:15 crlf:2" },
  { "vanished-earlier",
    "* VANISHED (EARLIER) 300:310,405,411\r\n",
    "* VANISHED (EARLIER) 300:310,405,411",
    "response:38 untagged:1 response_name:8 vanished_earlier:9 response_value:7 told_set:15 "
    "crlf:2" },
  { "id",
    "* ID (\"name\" \"Cyrus\" \"version\" NIL)\r\n",
    "* ID ('name' 'Cyrus' 'version' ~)",
    "response:37 untagged:1 response_name:2 server_id:30 server_id_field:6 quoted:6 "
    "server_id_value:7 quoted:7 server_id_field:9 quoted:9 server_id_value:3 crlf:2" },
  { "id-nil",
    "* ID NIL\r\n",
    "* ID ~",
    "response:10 untagged:1 response_name:2 server_id:3 crlf:2" },
  { "quota",
    "* QUOTA \"\" (STORAGE 10 512 MESSAGE 3 20)\r\n",
    "* QUOTA '' (STORAGE 10 512 MESSAGE 3 20)",
    "response:42 untagged:1 response_name:5 told_root:2 quoted:2 quota_resources:29 "
    "quota_resource:7 quota_usage:2 quota_limit:3 quota_resource:7 quota_usage:1 quota_limit:2 "
    "crlf:2" },
  { "quotaroot",
    "* QUOTAROOT INBOX \"\" \"!partition/x\"\r\n",
    "* QUOTAROOT INBOX '' '!partition/x'",
    "response:37 untagged:1 response_name:9 told_mailbox:5 told_root:2 quoted:2 told_root:14 "
    "quoted:14 crlf:2" },
  { "acl",
    "* ACL INBOX Fred rwipslxetad -Chris w\r\n",
    "* ACL INBOX Fred rwipslxetad -Chris w",
    "response:39 untagged:1 response_name:3 told_mailbox:5 acl_identifier:4 acl_rights:11 "
    "acl_identifier:6 acl_rights:1 crlf:2" },
  { "listrights",
    "* LISTRIGHTS ~/Mail/saved smith la r swicdkxte\r\n",
    "* LISTRIGHTS ~/Mail/saved smith la r swicdkxte",
    "response:48 untagged:1 response_name:10 told_mailbox:12 acl_identifier:5 acl_rights:2 "
    "acl_rights:1 acl_rights:9 crlf:2" },
  { "myrights",
    "* MYRIGHTS INBOX rwiptsldaex\r\n",
    "* MYRIGHTS INBOX rwiptsldaex",
    "response:30 untagged:1 response_name:8 told_mailbox:5 acl_rights:11 crlf:2" },
  { "metadata",
    "* METADATA \"INBOX\" (/private/comment \"My comment\" /shared/comment {2}\r\nab)\r\n",
    "* METADATA 'INBOX' (/private/comment 'My comment' /shared/comment {ab})",
    "response:76 untagged:1 response_name:8 told_mailbox:7 quoted:7 metadata_values:55 "
    "metadata_entry:16 metadata_value:12 quoted:12 metadata_entry:15 metadata_value:7 "
    "literal:7 literal_size:5 literal_octets:2 crlf:2" },
  { "metadata-changed",
    "* METADATA \"\" /shared/comment /private/x\r\n",
    "* METADATA '' /shared/comment /private/x",
    "response:42 untagged:1 response_name:8 told_mailbox:2 quoted:2 metadata_entry:15 "
    "metadata_entry:10 crlf:2" },
  { "unknown",
    "* X-FOO a \"b\" (c NIL) {1}\r\nd\r\n",
    "* X-FOO a 'b' (c ~) {d}",
    "response:30 untagged:1 response_name:5 response_value:1 response_value:3 quoted:3 "
    "response_list:7 response_value:1 response_value:3 response_value:6 literal:6 "
    "literal_size:5 literal_octets:1 crlf:2" },
  { "unknown-number",
    "* 5 X-FOO\r\n",
    "* 5 X-FOO",
    "response:11 untagged:1 response_number:1 response_name:5 crlf:2" },
  { "fetch",
    "* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827 UID 447)\r\n",
    "* 23 FETCH (FLAGS (\\Seen) RFC822.SIZE 44827 UID 447)",
    "response:54 untagged:1 response_number:2 response_name:5 fetch_data:41 fetch_item:5 "
    "told_flags:7 told_flag:5 fetch_item:11 fetch_size:5 fetch_item:3 fetch_uid:3 crlf:2" },
  { "fetch-envelope",
    "* 12 FETCH (INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" ENVELOPE (\"Wed, 17 Jul 1996 "
    "02:23:25 -0700 (PDT)\" \"IMAP4rev2 WG mtg summary and minutes\" ((\"Terry Gray\" NIL "
    "\"gray\" \"cac.washington.edu\")) ((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
    "NIL ((NIL NIL \"imap\" \"cac.washington.edu\")) ((NIL NIL \"minutes\" "
    "\"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL "
    "\"<B27397-0100000@cac.washington.ed>\"))\r\n",
    "* 12 FETCH (INTERNALDATE '17-Jul-1996 02:44:25 -0700' ENVELOPE ('Wed, 17 Jul 1996 "
    "02:23:25 -0700 (PDT)' 'IMAP4rev2 WG mtg summary and minutes' (('Terry Gray' ~ 'gray' "
    "'cac.washington.edu')) (('Terry Gray' ~ 'gray' 'cac.washington.edu')) ~ ((~ ~ 'imap' "
    "'cac.washington.edu')) ((~ ~ 'minutes' 'CNRI.Reston.VA.US') ('John Klensin' ~ 'KLENSIN' "
    "'MIT.EDU')) ~ ~ '<B27397-0100000@cac.washington.ed>'))",
    "response:415 untagged:1 response_number:2 response_name:5 fetch_data:402 fetch_item:12 "
    "fetch_date:28 quoted:28 fetch_item:8 envelope:349 envelope_date:39 quoted:39 "
    "envelope_subject:38 quoted:38 envelope_from:48 told_address:46 address_name:12 quoted:12 "
    "address_route:3 address_local:6 quoted:6 address_host:20 quoted:20 envelope_sender:48 "
    "told_address:46 address_name:12 quoted:12 address_route:3 address_local:6 quoted:6 "
    "address_host:20 quoted:20 envelope_reply_to:3 envelope_to:39 told_address:37 "
    "address_name:3 address_route:3 address_local:6 quoted:6 address_host:20 quoted:20 "
    "envelope_cc:81 told_address:39 address_name:3 address_route:3 address_local:9 quoted:9 "
    "address_host:19 quoted:19 told_address:40 address_name:14 quoted:14 address_route:3 "
    "address_local:9 quoted:9 address_host:9 quoted:9 envelope_bcc:3 envelope_in_reply_to:3 "
    "envelope_message_id:36 quoted:36 crlf:2" },
  { "fetch-body",
    "* 12 FETCH (BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" 3028 "
    "92))\r\n",
    "* 12 FETCH (BODY ('TEXT' 'PLAIN' ('CHARSET' 'US-ASCII') ~ ~ '7BIT' 3028 92))",
    "response:82 untagged:1 response_number:2 response_name:5 fetch_data:69 fetch_item:4 "
    "body:62 body_type:6 quoted:6 body_subtype:7 quoted:7 body_parameters:22 body_parameter:9 "
    "quoted:9 body_parameter_value:10 quoted:10 body_id:3 body_description:3 body_encoding:6 "
    "quoted:6 body_size:4 body_lines:2 crlf:2" },
  { "fetch-bodystructure",
    "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7BIT\" "
    "1152 23 NIL NIL NIL NIL)(\"IMAGE\" \"PNG\" NIL \"<a@b>\" \"cc\" \"BASE64\" 4554 \"5d\" "
    "(\"attachment\" (\"FILENAME\" \"cc.png\")) (\"en\" \"de\") \"http://x\" (1 \"e\")) "
    "\"MIXED\" (\"BOUNDARY\" \"x\") NIL \"en\" NIL \"more\"))\r\n",
    "* 1 FETCH (BODYSTRUCTURE (('TEXT' 'PLAIN' ('CHARSET' 'US-ASCII') ~ ~ '7BIT' 1152 23 ~ ~ ~ "
    "~) ('IMAGE' 'PNG' ~ '<a@b>' 'cc' 'BASE64' 4554 '5d' ('attachment' ('FILENAME' 'cc.png')) "
    "('en' 'de') 'http://x' (1 'e')) 'MIXED' ('BOUNDARY' 'x') ~ 'en' ~ 'more'))",
    "response:272 untagged:1 response_number:1 response_name:5 fetch_data:260 fetch_item:13 "
    "body:244 body:78 body_type:6 quoted:6 body_subtype:7 quoted:7 body_parameters:22 "
    "body_parameter:9 quoted:9 body_parameter_value:10 quoted:10 body_id:3 body_description:3 "
    "body_encoding:6 quoted:6 body_size:4 body_lines:2 body_md5:3 body_disposition:3 "
    "body_language:3 body_location:3 body:119 body_type:7 quoted:7 body_subtype:5 quoted:5 "
    "body_parameters:3 body_id:7 quoted:7 body_description:4 quoted:4 body_encoding:8 quoted:8 "
    "body_size:4 body_md5:4 quoted:4 body_disposition:36 body_disposition_type:12 quoted:12 "
    "body_parameters:21 body_parameter:10 quoted:10 body_parameter_value:8 quoted:8 "
    "body_language:11 response_value:4 quoted:4 response_value:4 quoted:4 body_location:10 "
    "quoted:10 body_extension:7 response_value:1 response_value:3 quoted:3 body_subtype:7 "
    "quoted:7 body_parameters:16 body_parameter:10 quoted:10 body_parameter_value:3 quoted:3 "
    "body_disposition:3 body_language:4 quoted:4 body_location:3 body_extension:6 quoted:6 "
    "crlf:2" },
  { "fetch-message-part",
    "* 1 FETCH (BODY (\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 99 (NIL NIL NIL NIL NIL NIL "
    "NIL NIL NIL NIL) (\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 9 1) 4))\r\n",
    "* 1 FETCH (BODY ('MESSAGE' 'RFC822' ~ ~ ~ '7BIT' 99 (~ ~ ~ ~ ~ ~ ~ ~ ~ ~) ('TEXT' 'PLAIN' "
    "~ ~ ~ '7BIT' 9 1) 4))",
    "response:145 untagged:1 response_number:1 response_name:5 fetch_data:133 fetch_item:4 "
    "body:126 body_type:9 quoted:9 body_subtype:8 quoted:8 body_parameters:3 body_id:3 "
    "body_description:3 body_encoding:6 quoted:6 body_size:2 envelope:41 envelope_date:3 "
    "envelope_subject:3 envelope_from:3 envelope_sender:3 envelope_reply_to:3 envelope_to:3 "
    "envelope_cc:3 envelope_bcc:3 envelope_in_reply_to:3 envelope_message_id:3 body:39 "
    "body_type:6 quoted:6 body_subtype:7 quoted:7 body_parameters:3 body_id:3 "
    "body_description:3 body_encoding:6 quoted:6 body_size:1 body_lines:1 body_lines:1 crlf:2" },
  { "fetch-spaces-between-parts",
    "* 1 FETCH (BODY ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 9 1) (\"TEXT\" \"HTML\" NIL NIL "
    "NIL \"7BIT\" 9 1) \"ALTERNATIVE\"))\r\n",
    "* 1 FETCH (BODY (('TEXT' 'PLAIN' ~ ~ ~ '7BIT' 9 1) ('TEXT' 'HTML' ~ ~ ~ '7BIT' 9 1) "
    "'ALTERNATIVE'))",
    "response:113 untagged:1 response_number:1 response_name:5 fetch_data:101 fetch_item:4 "
    "body:94 body:39 body_type:6 quoted:6 body_subtype:7 quoted:7 body_parameters:3 body_id:3 "
    "body_description:3 body_encoding:6 quoted:6 body_size:1 body_lines:1 body:38 body_type:6 "
    "quoted:6 body_subtype:6 quoted:6 body_parameters:3 body_id:3 body_description:3 "
    "body_encoding:6 quoted:6 body_size:1 body_lines:1 body_subtype:13 quoted:13 crlf:2" },
  { "fetch-section",
    "* 12 FETCH (BODY[HEADER] {13}\r\nDate: x\r\nA: b)\r\n",
    "* 12 FETCH (BODY[HEADER] {Date: x\r\nA: b})",
    "response:47 untagged:1 response_number:2 response_name:5 fetch_data:34 fetch_item:12 "
    "section:8 section_text:6 fetch_header:19 literal:19 literal_size:6 literal_octets:13 "
    "crlf:2" },
  { "fetch-sections",
    "* 1 FETCH (BODY[] \"\" BODY[1.2] NIL BODY[1.MIME]<0> {2}\r\n\r\n BODY[HEADER.FIELDS (DATE "
    "\"From\")] \"x\" BINARY[1] ~{1}\r\nx BINARY.SIZE[2] 10)\r\n",
    "* 1 FETCH (BODY[] '' BODY[1.2] ~ BODY[1.MIME]<0> {\r\n} BODY[HEADER.FIELDS (DATE "
    "\"From\")] 'x' BINARY[1] {x} BINARY.SIZE[2] 10)",
    "response:135 untagged:1 response_number:1 response_name:5 fetch_data:123 fetch_item:6 "
    "section:2 fetch_message:2 quoted:2 fetch_item:9 section:5 section_part:3 fetch_text:3 "
    "fetch_item:15 section:8 section_part:1 section_text:4 body_origin:3 fetch_header:7 "
    "literal:7 literal_size:5 literal_octets:2 fetch_item:33 section:29 section_text:13 "
    "header_list:13 header_fld_name:4 header_fld_name:6 quoted:6 fetch_header:3 quoted:3 "
    "fetch_item:9 section:3 section_part:1 fetch_binary:7 literal8:7 literal_size:6 "
    "literal_octets:1 fetch_item:14 section:3 section_part:1 fetch_size:2 crlf:2" },
  { "fetch-section-literal",
    "* 1 FETCH (BODY[HEADER.FIELDS ({1}\r\na)] NIL UID 5)\r\n",
    "* 1 FETCH (BODY[HEADER.FIELDS ({1}\r\na)] ~ UID 5)",
    "response:52 untagged:1 response_number:1 response_name:5 fetch_data:40 fetch_item:28 "
    "section:24 section_text:13 header_list:8 header_fld_name:6 literal:6 literal_size:5 "
    "literal_octets:1 fetch_header:3 fetch_item:3 fetch_uid:1 crlf:2" },
  { "fetch-rfc822",
    "* 1 FETCH (RFC822 {3}\r\na\r\n RFC822.HEADER NIL RFC822.TEXT \"x\")\r\n",
    "* 1 FETCH (RFC822 {a\r\n} RFC822.HEADER ~ RFC822.TEXT 'x')",
    "response:63 untagged:1 response_number:1 response_name:5 fetch_data:51 fetch_item:6 "
    "fetch_message:8 literal:8 literal_size:5 literal_octets:3 fetch_item:13 fetch_header:3 "
    "fetch_item:11 fetch_text:3 quoted:3 crlf:2" },
  { "fetch-extensions",
    "* 1 FETCH (MODSEQ (65402) EMAILID (M6d99ac3275bb4e) THREADID NIL SAVEDATE NIL PREVIEW "
    "\"Hi\" X-GM-LABELS (\\Inbox \"a b\"))\r\n",
    "* 1 FETCH (MODSEQ (65402) EMAILID (M6d99ac3275bb4e) THREADID ~ SAVEDATE ~ PREVIEW 'Hi' "
    "X-GM-LABELS (\\Inbox 'a b'))",
    "response:120 untagged:1 response_number:1 response_name:5 fetch_data:108 fetch_item:6 "
    "fetch_value:7 told_modseq:5 fetch_item:7 fetch_value:17 fetch_object_id:15 fetch_item:8 "
    "fetch_value:3 fetch_item:8 fetch_date:3 fetch_item:7 fetch_preview:4 quoted:4 "
    "fetch_item:11 fetch_value:14 response_value:6 response_value:5 quoted:5 crlf:2" },
  { "fetch-vanished-item",
    "* 1 FETCH (UID)\r\n",
    NULL,
    "response:17! untagged:1 response_number:1 response_name:5 fetch_data:4! fetch_item:3 "
    "fetch_uid:0! unrecognised:3?" },
  { "fetch-wrong-uid",
    "* 1 FETCH (UID x)\r\n",
    NULL,
    "response:19! untagged:1 response_number:1 response_name:5 fetch_data:5! fetch_item:3 "
    "fetch_uid:0! unrecognised:4?" },
  { "fetch-nothing",
    "* 1 FETCH ()\r\n",
    "* 1 FETCH ()",
    "response:14 untagged:1 response_number:1 response_name:5 fetch_data:2 crlf:2" },
  { "needless-spaces",
    "* 1 FETCH ( FLAGS  ( \\Seen )  UID 5 ) \r\n",
    "* 1 FETCH (FLAGS (\\Seen) UID 5)",
    "response:40~ untagged:1 response_number:1 response_name:5 fetch_data:27~ fetch_item:5 "
    "told_flags:9~ told_flag:5 fetch_item:3 fetch_uid:1 crlf:2" },
  { "missing-space",
    "* 1 FETCH (FLAGS (\\Seen)UID 5)\r\n",
    "* 1 FETCH (FLAGS (\\Seen) UID 5)",
    "response:32 untagged:1 response_number:1 response_name:5 fetch_data:20~ fetch_item:5 "
    "told_flags:7 told_flag:5 fetch_item:3 fetch_uid:1 crlf:2" },
  { "lf-alone",
    "* 1 EXISTS\n",
    "* 1 EXISTS",
    "response:11 untagged:1 response_number:1 response_name:6 crlf:1~" },
  { "literal-too-short",
    "* X {5}\r\nabc\r\n",
    NULL,
    "response:14! untagged:1 response_name:1 response_value:10 literal:10 literal_size:5 "
    "literal_octets:5 crlf:0!" },
  { "literal-of-any-size",
    "* X {18446744073709551615}\r\nabc\r\n",
    NULL,
    "response:33! untagged:1 response_name:1 response_value:21! literal:21! literal_size:21! "
    "unrecognised:8?" },
  { "unbalanced",
    "* X (a\r\n",
    NULL,
    "response:8! untagged:1 response_name:1 response_list:2! response_value:1 unrecognised:2?" },
  { "unbalanced-close",
    "* X a)\r\n",
    NULL,
    "response:8! untagged:1 response_name:1 response_value:1 crlf:0! unrecognised:3?" },
  { "quote-not-closed",
    "* X \"a\r\n",
    NULL,
    "response:8! untagged:1 response_name:1 response_value:2! quoted:2! unrecognised:2?" },
  { "untagged-alone",
    "*\r\n",
    NULL,
    "response:3! response_tag:1 unrecognised:2?" },
  { "untagged-space",
    "* \r\n",
    NULL,
    "response:4! untagged:1 response_name:0! unrecognised:2?" },
  { "tagged-data",
    "A1 EXISTS\r\n",
    NULL,
    "response:11! response_tag:2 unrecognised:8?" },
  { "tagged-bye",
    "A1 BYE x\r\n",
    NULL,
    "response:10! response_tag:2 unrecognised:7?" },
  { "number-alone",
    "* 5\r\n",
    NULL,
    "response:5! untagged:1 unrecognised:3?" },
  { "two-lines",
    "* 1 EXISTS\r\n* 2 EXISTS\r\n",
    NULL,
    "response:24! untagged:1 response_number:1 response_name:6 crlf:2 unrecognised:12?" },
  { "no-line-end",
    "* 1 EXISTS",
    NULL,
    "response:10! untagged:1 response_number:1 response_name:6 crlf:0!" },
  { "empty",
    "",
    NULL,
    "response:0! response_tag:0!" },
  { NULL, NULL, NULL, NULL },
};
