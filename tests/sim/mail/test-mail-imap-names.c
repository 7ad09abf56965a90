/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-dialogue.h"

#include <string.h>

/* What is said of names: LIST and LSUB, CREATE, DELETE, RENAME, SUBSCRIBE, STATUS. Examples of RFCs
 * are as they stand there, but for the names of mailboxes that an RFC writes in its own way
 * ("inbox"), the attributes that a server is free to tell, and the order, which is free, too. */

typedef struct
{
  const char *name;
  const char *mailboxes;  /* to begin with: names, a space between them */
  const char *subscribed; /* the same */
  const char *script;
} Case;

#define FRUIT "Fruit Fruit/Apple Fruit/Banana Tofu Vegetable Vegetable/Broccoli Vegetable/Corn"
#define FRUIT_SUBSCRIBED "INBOX Fruit/Banana Fruit/Peach Vegetable Vegetable/Broccoli"
#define BARS                                                                                       \
  "foo2 foo2/bar1 foo2/bar2 baz2 baz2/bar2 baz2/bar22 baz2/bar222 eps2 eps2/mamba qux2/bar2"
#define BARS_SUBSCRIBED                                                                            \
  "foo2/bar1 foo2/bar2 baz2/bar2 baz2/bar22 baz2/bar222 eps2 eps2/mamba qux2/bar2"

static const Case cases[] = {
  /* RFC 9051 section 6.3.9.8 */
  { "delimiter", "", "",
    "C: A101 LIST \"\" \"\"\n"
    "S: * LIST (\\Noselect) \"/\" \"\"\n"
    "S: A101 OK\n"
    "C: A102 LSUB \"\" \"\"\n"
    "S: * LSUB (\\Noselect) \"/\" \"\"\n"
    "S: A102 OK\n" },
  /* RFC 5258 section 5, examples 1 to 6 */
  { "fruit", FRUIT, FRUIT_SUBSCRIBED,
    "C: A01 LIST \"\" \"*\"\n"
    "S: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S: * LIST (\\HasChildren) \"/\" Fruit\n"
    "S: * LIST (\\HasNoChildren) \"/\" Fruit/Apple\n"
    "S: * LIST (\\HasNoChildren) \"/\" Fruit/Banana\n"
    "S: * LIST (\\HasNoChildren) \"/\" Tofu\n"
    "S: * LIST (\\HasChildren) \"/\" Vegetable\n"
    "S: * LIST (\\HasNoChildren) \"/\" Vegetable/Broccoli\n"
    "S: * LIST (\\HasNoChildren) \"/\" Vegetable/Corn\n"
    "S: A01 OK done\n"
    "C: A02 LIST (SUBSCRIBED) \"\" \"*\"\n"
    "S: * LIST (\\Subscribed) \"/\" INBOX\n"
    "S: * LIST (\\Subscribed) \"/\" Fruit/Banana\n"
    "S: * LIST (\\NonExistent \\Subscribed) \"/\" Fruit/Peach\n"
    "S: * LIST (\\Subscribed) \"/\" Vegetable\n"
    "S: * LIST (\\Subscribed) \"/\" Vegetable/Broccoli\n"
    "S: A02 OK done\n"
    "C: A03 LIST () \"\" \"%\" RETURN (CHILDREN)\n"
    "S: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S: * LIST (\\HasChildren) \"/\" Fruit\n"
    "S: * LIST (\\HasNoChildren) \"/\" Tofu\n"
    "S: * LIST (\\HasChildren) \"/\" Vegetable\n"
    "S: A03 OK done\n"
    "C: A05 LIST (REMOTE SUBSCRIBED) \"\" \"*\"\n"
    "S: * LIST (\\Subscribed) \"/\" INBOX\n"
    "S: * LIST (\\Subscribed) \"/\" Fruit/Banana\n"
    "S: * LIST (\\NonExistent \\Subscribed) \"/\" Fruit/Peach\n"
    "S: * LIST (\\Subscribed) \"/\" Vegetable\n"
    "S: * LIST (\\Subscribed) \"/\" Vegetable/Broccoli\n"
    "S: A05 OK done\n"
    "C: A06 LIST (REMOTE) \"\" \"*\" RETURN (SUBSCRIBED)\n"
    "S: * LIST (\\Subscribed) \"/\" INBOX\n"
    "S: * LIST () \"/\" Fruit\n"
    "S: * LIST () \"/\" Fruit/Apple\n"
    "S: * LIST (\\Subscribed) \"/\" Fruit/Banana\n"
    "S: * LIST () \"/\" Tofu\n"
    "S: * LIST (\\Subscribed) \"/\" Vegetable\n"
    "S: * LIST (\\Subscribed) \"/\" Vegetable/Broccoli\n"
    "S: * LIST () \"/\" Vegetable/Corn\n"
    "S: A06 OK done\n" },
  /* Example 7, and the empty pattern of section 3 */
  { "several-patterns", "Drafts Sent Sent/March2004 Sent/December2003 Sent/August2004 Other", "",
    "C: BBB LIST \"\" (\"INBOX\" \"Drafts\" \"Sent/%\")\n"
    "S: * LIST () \"/\" INBOX\n"
    "S: * LIST () \"/\" Drafts\n"
    "S: * LIST () \"/\" Sent/August2004\n"
    "S: * LIST () \"/\" Sent/December2003\n"
    "S: * LIST () \"/\" Sent/March2004\n"
    "S: BBB OK done\n"
    "C: a LIST \"\" (\"\" \"D*\" \"Dra%\" Drafts)\n"
    "S: * LIST () \"/\" Drafts\n"
    "S: a OK done\n"
    "C: b LIST \"\" (\"\")\n"
    "S: b OK done\n" },
  /* Example 8 */
  { "foo-children", "Foo Foo/Bar Foo/Baz Moo", "Foo/Baz",
    "C: CA3 LIST \"\" \"%\" RETURN (CHILDREN)\n"
    "S: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S: * LIST (\\HasChildren) \"/\" Foo\n"
    "S: * LIST (\\HasNoChildren) \"/\" Moo\n"
    "S: CA3 OK done\n"
    "C: C02 LIST (SUBSCRIBED) \"\" \"*\"\n"
    "S: * LIST (\\Subscribed) \"/\" Foo/Baz\n"
    "S: C02 OK done\n"
    "C: C03 LIST (SUBSCRIBED) \"\" \"%\"\n"
    "S: C03 OK done\n"
    "C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"%\"\n"
    "S: * LIST () \"/\" Foo (\"CHILDINFO\" (\"SUBSCRIBED\"))\n"
    "S: C04 OK done\n"
    "C: c SUBSCRIBE Foo\n"
    "S: c OK\n"
    "C: C05 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"%\"\n"
    "S: * LIST (\\Subscribed) \"/\" Foo (\"CHILDINFO\" (\"SUBSCRIBED\"))\n"
    "S: C05 OK done\n"
    "C: d UNSUBSCRIBE Foo/Baz\n"
    "S: d OK\n"
    "C: e SUBSCRIBE Moo\n"
    "S: e OK\n"
    "C: C06 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"%\" RETURN (CHILDREN)\n"
    "S: * LIST (\\Subscribed \\HasChildren) \"/\" Foo\n"
    "S: * LIST (\\Subscribed \\HasNoChildren) \"/\" Moo\n"
    "S: C06 OK done\n" },
  { "foo-is-not-there", "Moo", "Foo/Baz",
    "C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"%\"\n"
    "S: * LIST (\\NonExistent) \"/\" Foo (\"CHILDINFO\" (\"SUBSCRIBED\"))\n"
    "S: C04 OK done\n"
    "C: C05 LIST \"\" \"%\"\n"
    "S: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S: * LIST (\\HasNoChildren) \"/\" Moo\n"
    "S: C05 OK done\n" },
  { "nobody-is-subscribed", "Foo Foo/Bar Foo/Baz Moo", "",
    "C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"%\"\n"
    "S: C04 OK done\n"
    "C: C05 LIST (RECURSIVEMATCH) \"\" \"%\"\n"
    "S: C05 BAD\n"
    "C: C06 LIST (REMOTE RECURSIVEMATCH) \"\" \"%\"\n"
    "S: C06 BAD\n" },
  /* Example 9 */
  { "children-that-match-no-pattern", BARS, BARS_SUBSCRIBED,
    "C: D03 LIST (RECURSIVEMATCH SUBSCRIBED) \"\" \"*2\"\n"
    "S: * LIST (\\Subscribed) \"/\" baz2/bar2\n"
    "S: * LIST (\\Subscribed) \"/\" baz2/bar22\n"
    "S: * LIST (\\Subscribed) \"/\" baz2/bar222\n"
    "S: * LIST (\\Subscribed) \"/\" eps2 (\"CHILDINFO\" (\"SUBSCRIBED\"))\n"
    "S: * LIST () \"/\" foo2 (\"CHILDINFO\" (\"SUBSCRIBED\"))\n"
    "S: * LIST (\\Subscribed) \"/\" foo2/bar2\n"
    "S: * LIST (\\Subscribed) \"/\" qux2/bar2\n"
    "S: D03 OK done\n" },
  /* RFC 3501 section 6.3.9 */
  { "lsub", "news/comp/mail/mime news/comp/mail/misc foo/bar", "news/comp/mail/mime "
    "news/comp/mail/misc foo/bar gone",
    "C: A002 LSUB \"news/\" \"comp/mail/*\"\n"
    "S: * LSUB () \"/\" news/comp/mail/mime\n"
    "S: * LSUB () \"/\" news/comp/mail/misc\n"
    "S: A002 OK LSUB completed\n"
    "C: A003 LSUB \"news/\" \"comp/%\"\n"
    "S: * LSUB (\\Noselect) \"/\" news/comp/mail\n"
    "S: A003 OK LSUB completed\n"
    "C: A004 LSUB \"\" %\n"
    "S: * LSUB (\\Noselect) \"/\" foo\n"
    "S: * LSUB () \"/\" gone\n"
    "S: * LSUB (\\Noselect) \"/\" news\n"
    "S: A004 OK LSUB completed\n" },
  /* RFC 9051 section 6.3.4, 6.3.5 */
  { "create-and-delete", "blurdybloop foo/bar", "",
    "C: A003 CREATE owatagusiam/\n"
    "S: A003 OK CREATE completed\n"
    "C: A004 CREATE owatagusiam/blurdybloop\n"
    "S: A004 OK CREATE completed\n"
    "C: A682 LIST \"\" *\n"
    "S: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S: * LIST (\\HasNoChildren) \"/\" blurdybloop\n"
    "S: * LIST (\\Noselect \\HasChildren) \"/\" foo\n"
    "S: * LIST (\\HasNoChildren) \"/\" foo/bar\n"
    "S: * LIST (\\HasChildren) \"/\" owatagusiam\n"
    "S: * LIST (\\HasNoChildren) \"/\" owatagusiam/blurdybloop\n"
    "S: A682 OK LIST completed\n"
    "C: A683 DELETE blurdybloop\n"
    "S: A683 OK DELETE completed\n"
    "C: A684 DELETE foo\n"
    "S: A684 NO [HASCHILDREN] Name \"foo\" has inferior hierarchical names\n"
    "C: A685 DELETE foo/bar\n"
    "S: A685 OK DELETE Completed\n"
    "C: A686 LIST \"\" f*\n"
    "S: * LIST (\\Noselect \\HasNoChildren) \"/\" foo\n"
    "S: A686 OK LIST completed\n"
    "C: A687 DELETE foo\n"
    "S: A687 OK DELETE Completed\n" },
  /* Section 6.3.6 */
  { "rename", "blurdybloop foo/bar INBOX/bar", "blurdybloop",
    "C: A683 RENAME blurdybloop sarasoop\n"
    "S: A683 OK RENAME completed\n"
    "C: A684 RENAME foo zowie\n"
    "S: A684 OK RENAME Completed\n"
    "C: A685 LIST \"\" *\n"
    "S: * LIST (\\HasChildren) \"/\" INBOX\n"
    "S: * LIST (\\HasNoChildren) \"/\" INBOX/bar\n"
    "S: * LIST (\\HasNoChildren) \"/\" sarasoop\n"
    "S: * LIST (\\Noselect \\HasChildren) \"/\" zowie\n"
    "S: * LIST (\\HasNoChildren) \"/\" zowie/bar\n"
    "S: A685 OK LIST completed\n"
    "C: Z433 RENAME INBOX old-mail\n"
    "S: Z433 OK RENAME completed\n"
    "C: Z434 LIST \"\" (I* o*)\n"
    "S: * LIST () \"/\" INBOX\n"
    "S: * LIST () \"/\" INBOX/bar\n"
    "S: * LIST () \"/\" old-mail\n"
    "S: Z434 OK LIST completed\n"
    "C: Z435 LIST (SUBSCRIBED) \"\" *\n"
    "S: * LIST (\\NonExistent \\Subscribed) \"/\" blurdybloop\n"
    "S: Z435 OK LIST completed\n" },
  { "rename-that-can't-be", "a b a/c", "",
    "C: 1 RENAME a b\n"
    "S: 1 NO [ALREADYEXISTS]\n"
    "C: 2 RENAME x y\n"
    "S: 2 NO [NONEXISTENT]\n"
    "C: 3 RENAME a a/c/d\n"
    "S: 3 NO [CANNOT]\n"
    "C: 4 RENAME a user/bob/a\n"
    "S: 4 NO [NOPERM]\n"
    "C: 5 RENAME a inbox\n"
    "S: 5 NO [ALREADYEXISTS]\n"
    "C: 6 DELETE inbox\n"
    "S: 6 NO [CANNOT]\n"
    "C: 7 CREATE iNbOx\n"
    "S: 7 NO [ALREADYEXISTS]\n"
    "C: 8 CREATE a\n"
    "S: 8 NO [ALREADYEXISTS]\n" },
  { "old-name-in-rev2", "a", "",
    "C: 1 ENABLE IMAP4rev2\n"
    "S: * ENABLED IMAP4rev2\n"
    "S: 1 OK\n"
    "C: 2 RENAME a b/c/\n"
    "S: * LIST () \"/\" b/c (\"OLDNAME\" (a))\n"
    "S: 2 OK\n" },
  { "names-that-can't-be", "", "",
    "C: 1 CREATE a//b\n"
    "S: 1 NO [CANNOT]\n"
    "C: 2 CREATE /a\n"
    "S: 2 NO [CANNOT]\n"
    "C: 3 CREATE \"a*b\"\n"
    "S: 3 NO [CANNOT]\n"
    "C: 4 CREATE user\n"
    "S: 4 NO [CANNOT]\n"
    "C: 5 CREATE user/nobody/x\n"
    "S: 5 NO [CANNOT]\n"
    "C: 6 CREATE user/bob/x\n"
    "S: 6 NO [NOPERM]\n"
    "C: 7 CREATE \"\"\n"
    "S: 7 NO [CANNOT]\n"
    "C: 8 SUBSCRIBE a//b\n"
    "S: 8 NO [CANNOT]\n"
    "C: 9 UNSUBSCRIBE not-there\n"
    "S: 9 OK\n" },
  { "utf-7-and-utf-8", "", "",
    "C: 1 CREATE R&AOk-sum&AOk-\n"
    "S: 1 OK\n"
    "C: 2 LIST \"\" R*\n"
    "S: * LIST (\\HasNoChildren) \"/\" R&AOk-sum&AOk-\n"
    "S: 2 OK\n"
    "C: 3 ENABLE UTF8=ACCEPT\n"
    "S: * ENABLED UTF8=ACCEPT\n"
    "S: 3 OK\n"
    "C: 4 LIST \"\" R*\n"
    "S: * LIST (\\HasNoChildren) \"/\" \"R\303\251sum\303\251\"\n"
    "S: 4 OK\n"
    "C: 5 CREATE \"e\314\201\"\n"
    "S: 5 OK\n"
    "C: 6 DELETE \"R\303\251sum\303\251\"\n"
    "S: 6 OK\n"
    "C: 7 CREATE \"\303\251\"\n"
    "S: 7 NO [ALREADYEXISTS]\n" },
  /* RFC 6154 section 5 */
  { "special-uses", "ToDo Projects Projects/Foo SentMail", "",
    "C: t1 CREATE MyDrafts (USE (\\Drafts))\n"
    "S: t1 OK MyDrafts created\n"
    "C: t2 LIST \"\" \"%\" RETURN (SPECIAL-USE)\n"
    "S: * LIST () \"/\" INBOX\n"
    "S: * LIST (\\Drafts) \"/\" MyDrafts\n"
    "S: * LIST () \"/\" Projects\n"
    "S: * LIST () \"/\" SentMail\n"
    "S: * LIST () \"/\" ToDo\n"
    "S: t2 OK done\n"
    "C: t3 LIST (SPECIAL-USE) \"\" \"%\"\n"
    "S: * LIST (\\Drafts) \"/\" MyDrafts\n"
    "S: t3 OK done\n"
    "C: t4 CREATE Everything (USE (\\All))\n"
    "S: t4 NO [USEATTR] \\All not supported\n"
    "C: t45 CREATE Everything (USE (\\Nonsense))\n"
    "S: t45 NO [USEATTR]\n"
    "C: t5 CREATE MySpecial (USE (\\Drafts \\Sent))\n"
    "S: t5 NO [USEATTR]\n"
    "C: t6 LIST \"\" My*\n"
    "S: * LIST (\\HasNoChildren \\Drafts) \"/\" MyDrafts\n"
    "S: t6 OK done\n"
    "C: t7 SETMETADATA \"SentMail\" (/private/specialuse \"\\\\Sent\")\n"
    "S: t7 OK SETMETADATA complete\n"
    "C: t8 GETMETADATA \"SentMail\" /private/specialuse\n"
    "S: * METADATA SentMail (/private/specialuse \"\\\\Sent\")\n"
    "S: t8 OK GETMETADATA complete\n"
    "C: t9 SETMETADATA \"SentMail\" (/private/specialuse \"\\\\Nonsense\")\n"
    "S: t9 NO [CANNOT]\n" },
  { "status", "x/y", "",
    "C: 1 STATUS blurdybloop (MESSAGES)\n"
    "S: 1 NO [NONEXISTENT]\n"
    "C: 2 STATUS x (MESSAGES)\n"
    "S: 2 NO [NONEXISTENT]\n"
    "C: 3 STATUS letters (MESSAGES RECENT UIDNEXT UNSEEN DELETED SIZE)\n"
    "S: * STATUS letters (MESSAGES 4 RECENT 4 UIDNEXT 5 UNSEEN 2 DELETED 1 SIZE 56)\n"
    "S: 3 OK\n"
    "C: 4 STATUS letters (DELETED-STORAGE APPENDLIMIT)\n"
    "S: * STATUS letters (APPENDLIMIT 33554432 DELETED-STORAGE 14)\n"
    "S: 4 OK\n"
    "C: 5 SELECT letters\n"
    "S: ...\n"
    "S: 5 OK [READ-WRITE]\n"
    "C: 6 STATUS letters (MESSAGES RECENT HIGHESTMODSEQ)\n"
    "S: * OK [HIGHESTMODSEQ 5]\n"
    "S: * STATUS letters (MESSAGES 4 RECENT 4 HIGHESTMODSEQ 5)\n"
    "S: 6 OK\n" },
  { "list-with-status", "x/y", "",
    "C: 1 LIST \"\" (% x/*) RETURN (STATUS (MESSAGES UNSEEN))\n"
    "S: * LIST () \"/\" INBOX\n"
    "S: * STATUS INBOX (MESSAGES 0 UNSEEN 0)\n"
    "S: * LIST () \"/\" letters\n"
    "S: * STATUS letters (MESSAGES 4 UNSEEN 2)\n"
    "S: * LIST (\\Noselect) \"/\" x\n"
    "S: * LIST () \"/\" x/y\n"
    "S: * STATUS x/y (MESSAGES 0 UNSEEN 0)\n"
    "S: 1 OK\n" },
  /* RFC 9051 section 6.3.9.8, examples 9 to 11 */
  { "child-info-without-children", "foo", "foo/bar",
    "C: a1 LIST \"\" (\"foo\")\n"
    "S: * LIST () \"/\" foo\n"
    "S: a1 OK done\n"
    "C: a2 LIST (SUBSCRIBED) \"\" \"foo/*\"\n"
    "S: * LIST (\\NonExistent \\Subscribed) \"/\" foo/bar\n"
    "S: a2 OK done\n"
    "C: a3 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" foo RETURN (CHILDREN)\n"
    "S: * LIST (\\HasNoChildren) \"/\" foo (\"CHILDINFO\" (\"SUBSCRIBED\"))\n"
    "S: a3 OK done\n" },
  { "status-of-those-below", "foo/x bar/y", "INBOX foo/x",
    "C: A02 LIST (SUBSCRIBED RECURSIVEMATCH) \"\" % RETURN (STATUS (MESSAGES))\n"
    "S: * LIST (\\Subscribed) \"/\" INBOX\n"
    "S: * STATUS INBOX (MESSAGES 0)\n"
    "S: * LIST (\\Noselect) \"/\" foo (\"CHILDINFO\" (\"SUBSCRIBED\"))\n"
    "S: A02 OK List completed.\n" },
  /* Section 6.3.9.8, A202 */
  { "reference", "~/Mail/foo/x ~/Mail/meetings", "",
    "C: A202 LIST ~/Mail/ %\n"
    "S: * LIST (\\Noselect \\HasChildren) \"/\" ~/Mail/foo\n"
    "S: * LIST (\\HasNoChildren) \"/\" ~/Mail/meetings\n"
    "S: A202 OK LIST completed\n"
    "C: A203 LIST ~/Ma il/m%\n"
    "S: * LIST (\\HasNoChildren) \"/\" ~/Mail/meetings\n"
    "S: A203 OK LIST completed\n"
    "C: A204 LIST \"\" inBox\n"
    "S: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S: A204 OK LIST completed\n"
    "C: A205 LIST \"\" ~/%/*%\n"
    "S: * LIST (\\Noselect \\HasChildren) \"/\" ~/Mail/foo\n"
    "S: * LIST (\\HasNoChildren) \"/\" ~/Mail/foo/x\n"
    "S: * LIST (\\HasNoChildren) \"/\" ~/Mail/meetings\n"
    "S: A205 OK LIST completed\n" },
  { "deleted-while-selected", "Work", "",
    "U2: alice\n"
    "C2: 1 SELECT Work\n"
    "S2: ...\n"
    "S2: 1 OK [READ-WRITE]\n"
    "C: 2 DELETE Work\n"
    "S: 2 OK\n"
    "C2: 3 NOOP\n"
    "S2: * BYE\n"
    "C: 5 SELECT Work\n"
    "S: 5 NO [NONEXISTENT]\n" },
  { "namespace", "", "",
    "C: 1 NAMESPACE\n"
    "S: * NAMESPACE ((\"\" \"/\")) ((\"user/\" \"/\")) NIL\n"
    "S: 1 OK\n" },
  /* RFC 4314, RFC 8440 */
  { "others", "Work Work/Plan Secret Hidden", "",
    "C: 1 SETACL Work bob lrs\n"
    "S: 1 OK\n"
    "C: 2 SETACL Work/Plan bob l\n"
    "S: 2 OK\n"
    "C: 20 SETACL Hidden bob r\n"
    "S: 20 OK\n"
    "U2: bob\n"
    "C2: 3 LIST \"\" *\n"
    "S2: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S2: * LIST (\\HasChildren) \"/\" user/alice/Work\n"
    "S2: * LIST (\\Noselect \\HasNoChildren) \"/\" user/alice/Work/Plan\n"
    "S2: 3 OK\n"
    "C2: 4 LIST \"\" %\n"
    "S2: * LIST (\\HasNoChildren) \"/\" INBOX\n"
    "S2: * LIST (\\Noselect \\HasChildren) \"/\" user\n"
    "S2: 4 OK\n"
    "C2: 5 LIST user/ % RETURN (CHILDREN)\n"
    "S2: * LIST (\\NonExistent \\HasChildren) \"/\" user/alice\n"
    "S2: 5 OK\n"
    "C2: 6 LIST \"\" user/alice/* RETURN (MYRIGHTS STATUS (MESSAGES))\n"
    "S2: * LIST () \"/\" user/alice/Work\n"
    "S2: * MYRIGHTS user/alice/Work lrs\n"
    "S2: * STATUS user/alice/Work (MESSAGES 0)\n"
    "S2: * LIST (\\Noselect) \"/\" user/alice/Work/Plan\n"
    "S2: * MYRIGHTS user/alice/Work/Plan l\n"
    "S2: 6 OK\n"
    "C2: 7 STATUS user/alice/Secret (MESSAGES)\n"
    "S2: 7 NO [NONEXISTENT]\n"
    "C2: 8 STATUS user/alice/Work/Plan (MESSAGES)\n"
    "S2: 8 NO [NOPERM]\n"
    "C2: 9 CREATE user/alice/Work/New\n"
    "S2: 9 NO [NOPERM]\n"
    "C: 10 SETACL Work bob +kx\n"
    "S: 10 OK\n"
    "C2: 11 CREATE user/alice/Work/New\n"
    "S2: 11 OK\n"
    "C2: 12 MYRIGHTS user/alice/Work/New\n"
    "S2: * MYRIGHTS user/alice/Work/New lrskxc\n"
    "S2: 12 OK\n"
    "C2: 13 SUBSCRIBE user/alice/Work\n"
    "S2: 13 OK\n"
    "C2: 14 LIST (SUBSCRIBED) \"\" *\n"
    "S2: * LIST (\\Subscribed) \"/\" user/alice/Work\n"
    "S2: 14 OK\n"
    "C2: 15 DELETE user/alice/Work/New\n"
    "S2: 15 OK\n" },
};

/* Mailboxes named in @names are made, in whatever account. */
static void
prepare (MailImapDialogue *dialogue, const Case *test)
{
  MailAccount *account = mail_imap_dialogue_get_account (dialogue, "alice");
  g_auto (GStrv) names = g_strsplit (test->mailboxes, " ", -1);
  g_auto (GStrv) subscribed = g_strsplit (test->subscribed, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (*names[i] != '\0')
      g_assert_cmpint (mail_account_create (account, names[i], 0), ==, MAIL_ACCOUNT_OK);
  for (guint i = 0; subscribed[i] != NULL; i++)
    if (*subscribed[i] != '\0')
      g_assert_cmpint (mail_account_subscribe (account, subscribed[i], TRUE), ==,
                       MAIL_ACCOUNT_OK);
  if (strstr (test->script, "letters") == NULL)
    return;
  mail_imap_dialogue_add (dialogue, "alice", "letters", "\\Seen", NULL, "Subject: a\r\n\r\n");
  mail_imap_dialogue_add (dialogue, "alice", "letters", "", NULL, "Subject: b\r\n\r\n");
  mail_imap_dialogue_add (dialogue, "alice", "letters", "\\Deleted", NULL, "Subject: c\r\n\r\n");
  mail_imap_dialogue_add (dialogue, "alice", "letters", "\\Seen $x", NULL, "Subject: d\n\n");
}

static void
test_script (gconstpointer data)
{
  static const gsize chunks[] = { 0, 1, 7 };
  const Case        *test = data;

  g_test_summary ("Names are answered as the RFCs' examples have it, however TCP cut the bytes.");
  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
    {
      g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");

      prepare (dialogue, test);
      mail_imap_dialogue_run (dialogue, test->script, chunks[i]);
    }
}

static guint
count_lines (const char *said, const char *beginning)
{
  guint n = 0;

  for (const char *c = strstr (said, beginning); c != NULL; c = strstr (c + 1, beginning))
    n++;
  return n;
}

static void
make_tree (MailImapDialogue *dialogue, guint n)
{
  MailAccount *account = mail_imap_dialogue_get_account (dialogue, "alice");

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("aaaaaaaa%u/aaaaaaaa/aaaaaaaaaaaa", i);

      g_assert_cmpint (mail_account_create (account, name, 0), ==, MAIL_ACCOUNT_OK);
    }
}

/* 3,000 names three levels deep are 9,000; patterns that would take for ever by trying all ways. */
static void
test_wildcards (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  g_autoptr (GString) pattern = g_string_new ("x LIST \"\" \"");
  g_autofree char *all = NULL;
  g_autofree char *some = NULL;
  g_autofree char *none = NULL;

  g_test_summary ("A large tree and hostile patterns are answered in a moment.");
  make_tree (dialogue, 3000);
  all = mail_imap_dialogue_say (dialogue, "a LIST \"\" *%*%*%*%*\r\n");
  g_assert_cmpuint (count_lines (all, "* LIST "), ==, 9001);
  some = mail_imap_dialogue_say (dialogue, "b LIST \"\" %\r\n");
  g_assert_cmpuint (count_lines (some, "* LIST "), ==, 3001);
  for (guint i = 0; i < 500; i++)
    g_string_append (pattern, "a*%");
  g_string_append (pattern, "b\"\r\n");
  none = mail_imap_dialogue_say (dialogue, pattern->str);
  g_assert_cmpuint (count_lines (none, "* LIST "), ==, 0);
  g_assert_nonnull (strstr (none, "x OK"));
}

/* More patterns than are taken: those that are left are answered. */
static void
test_many_patterns (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  g_autoptr (GString) command = g_string_new ("x LIST \"\" (INBOX");
  g_autofree char *said = NULL;

  g_test_summary ("Patterns beyond what is taken are ignored.");
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (command, " p%u*", i);
  g_string_append (command, ")\r\n");
  said = mail_imap_dialogue_say (dialogue, command->str);
  g_assert_cmpuint (count_lines (said, "* LIST "), ==, 1);
  g_assert_nonnull (strstr (said, "x OK"));
}

/* 200 names of 1,000 octets, and patterns that nearly match each in many ways: that would take more
 * work than a LIST is worth. */
static void
test_too_much_work (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  MailAccount *account = mail_imap_dialogue_get_account (dialogue, "alice");
  g_autofree char *long_name = g_strnfill (1000, 'a');
  g_autoptr (GString) pattern = g_string_new (NULL);
  g_autofree char *command = NULL;
  g_autofree char *said = NULL;
  g_autofree char *after = NULL;

  g_test_summary ("Patterns that are too much work are refused, and the session goes on.");
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s%u", long_name, i);

      g_assert_cmpint (mail_account_create (account, name, 0), ==, MAIL_ACCOUNT_OK);
    }
  for (guint i = 0; i < 700; i++)
    g_string_append (pattern, "%a");
  command = g_strdup_printf ("x LIST \"\" (%s*b %s*c %s*d)\r\n", pattern->str, pattern->str,
                             pattern->str);
  said = mail_imap_dialogue_say (dialogue, command);
  g_assert_true (g_str_has_prefix (said, "x NO [LIMIT]"));
  after = mail_imap_dialogue_say (dialogue, "y LIST \"\" INBOX\r\n");
  g_assert_nonnull (strstr (after, "y OK"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/mail/imap/names/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_script);
    }
  g_test_add_func ("/mail/imap/names/wildcards", test_wildcards);
  g_test_add_func ("/mail/imap/names/too-much-work", test_too_much_work);
  g_test_add_func ("/mail/imap/names/many-patterns", test_many_patterns);
  return g_test_run ();
}
