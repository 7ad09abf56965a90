/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-world.h>
#include <string.h>
#include <trace/trace-file.h>

#include "mail-story.h"

/* Worlds in which people read their mail: what their mail programs ask of the server, step by step,
 * and what becomes of mailboxes and of copies. */

#define SEND(number, at, subject)                                                                  \
  "[Action " number "]\nAt=" at "\nHost=phone\nDo=send\nFrom=alice@mail.example\n"                 \
  "To=bob@mail.example\nSubject=" subject "\nVia=mail.example\nUser=alice\nPassword=w\n"
#define DO(number, at, host, deed, more)                                                           \
  "[Action " number "]\nAt=" at "\nHost=" host "\nDo=" deed                                        \
  "\nServer=mail.example\nUser=bob\nPassword=builder\n" more
#define SYNC(number, at) DO (number, at, "pc", "sync", "")
#define TWO SEND ("1", "0", "one") SEND ("2", "1", "two")
#define THREE TWO SEND ("3", "2", "three")

typedef struct
{
  const char *name;
  const char *server, *client; /* further lines of the hosts */
  const char *actions;
  /* Lines, each of which has to be part of a line of the story of "pc", in this order */
  const char *expected;
  const char *unwanted; /* (nullable): of no line, of several lines each */
} Case;

static const Case cases[] = {
  { "first-sync", "Mailboxes=Sent\n", "", TWO SYNC ("3", "10"),
    "ENABLE QRESYNC\nLIST \"\" \"*\"\nSELECT INBOX\nUID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE "
    "BODY.PEEK[])\nmailbox INBOX: 2 messages new|user: bob|mailbox: INBOX|change: added|uids: 1:2\n"
    "SELECT Sent\nLOGOUT\nS: * BYE",
    "with the flags\nQRESYNC (\nrefuse\nSELECT Sent (" },
  { "sync-again", "", "", TWO SYNC ("3", "10") SYNC ("4", "20"),
    "LOGOUT\nSELECT INBOX (QRESYNC (1767225600 3 1:2))\nLOGOUT", "VANISHED\nbody" },
  { "resync-with-qresync", "", "",
    THREE SYNC ("4", "10") DO ("5", "20", "phone", "flag", "Messages=2\nFlags=+\\\\Flagged;+Work\n")
        DO ("6", "30", "phone", "delete", "Messages=1\n") SYNC ("7", "40") SYNC ("8", "50"),
    "LOGOUT\nSELECT INBOX (QRESYNC (1767225600 4 1:3))\nVANISHED (EARLIER) 1\n"
    "FLAGS (\\Flagged Work)\n"
    "1 message gone|user: bob|mailbox: INBOX|change: removed|uids: 1|\n"
    "with the flags (\\Flagged Work)|user: bob|mailbox: INBOX|change: flags|uids: 2|\nLOGOUT\n"
    "SELECT INBOX (QRESYNC (\nLOGOUT",
    "SEARCH UID\nUID FETCH 1:3" },
  { "resync-with-condstore", "", "Unused=QRESYNC\n",
    THREE SYNC ("4", "10") DO ("5", "20", "phone", "flag", "Messages=2\nFlags=+\\\\Flagged\n")
        DO ("6", "30", "phone", "delete", "Messages=1\n") SEND ("7", "35", "four") SYNC ("8", "40"),
    "ENABLE CONDSTORE\nLOGOUT\nSELECT INBOX\nUID SEARCH UID 1:3\n"
    "UID FETCH 1:3 (FLAGS) (CHANGEDSINCE 4)\n"
    "UID FETCH 4:* (\n1 message gone|user: bob|mailbox: INBOX|change: removed|uids: 1|\n"
    "1 message new|\n(\\Flagged)|",
    "VANISHED\nQRESYNC (\n2 messages" },
  { "resync-with-neither", "", "Unused=QRESYNC;CONDSTORE\n",
    THREE SYNC ("4", "10") DO ("5", "20", "phone", "flag", "Messages=2\nFlags=+\\\\Flagged\n")
        DO ("6", "30", "phone", "delete", "Messages=1\n") SEND ("7", "35", "four") SYNC ("8", "40"),
    "LOGOUT\nSELECT INBOX\nUID FETCH 1:3 (FLAGS)\nUID FETCH 4:* (\n"
    "1 message gone|user: bob|mailbox: INBOX|change: removed|uids: 1|\n1 message new|\n"
    "(\\Flagged)|",
    "VANISHED\nCHANGEDSINCE\nSEARCH UID\n2 messages gone" },
  { "resync-with-a-server-without", "Without=QRESYNC;CONDSTORE;MOVE;UIDPLUS;IDLE;LITERAL+\n", "",
    THREE SYNC ("4", "10") DO ("5", "20", "phone", "delete", "Messages=2\n") SYNC ("6", "40"),
    "LOGOUT\nSELECT INBOX\nUID FETCH 1:3 (FLAGS)\n1 message gone|user: bob|mailbox: INBOX|change: "
    "removed|uids: 2|\nLOGOUT", "VANISHED\nMODSEQ (\nSEARCH UID\nUID FETCH 4" },
  { "idle-push", "", "",
    SEND ("1", "0", "one") DO ("2", "10", "pc", "sync", "Idle=60\n") SEND ("3", "20", "two")
        DO ("4", "30", "phone", "flag", "Messages=1\nFlags=+\\\\Flagged\n")
            DO ("5", "40", "phone", "delete", "Messages=1\n"),
    "IDLE\nS: + \nS: * 2 EXISTS\nC: DONE\nUID FETCH 2:* (\n1 message new|user: bob|mailbox: INBOX|"
    "change: added|uids: 2|\nIDLE\n(\\Flagged)|\nVANISHED 1\n1 message gone\nC: DONE\nLOGOUT",
    "EARLIER" },
  { "idle-without-qresync", "", "Unused=QRESYNC;CONDSTORE\n",
    SEND ("1", "0", "one") DO ("2", "10", "pc", "sync", "Idle=60\n")
        DO ("4", "30", "phone", "delete", "Messages=1\n") SEND ("3", "40", "two"),
    "IDLE\nS: * 1 EXPUNGE\n1 message gone|\n* 1 EXISTS\nDONE\nUID FETCH 2:* (\n1 message new|\n"
    "IDLE\n"
    "DONE\nLOGOUT", "VANISHED" },
  { "asks-now-and-then-without-idle", "", "Unused=IDLE\n",
    SEND ("1", "0", "one") DO ("2", "10", "pc", "sync", "Idle=150\n") SEND ("3", "20", "two"),
    "UID FETCH 1:*\nNOOP\nS: * 2 EXISTS\nUID FETCH 2:* (\n1 message new\nNOOP\nNOOP\nLOGOUT",
    "IDLE|\nDONE\nUID FETCH 3" },
  { "idle-in-the-first-of-several", "Mailboxes=Work\n", "",
    DO ("2", "10", "pc", "sync", "Idle=30\n") SEND ("3", "20", "two"),
    "SELECT INBOX\nSELECT Work\nSELECT INBOX (QRESYNC\nIDLE\nEXISTS\nDONE\nUID FETCH 1:*\n"
    "1 message new\nIDLE\nDONE\nLOGOUT", NULL },
  { "offline-deeds", "Mailboxes=Work;Drafts\n", "",
    THREE SYNC ("4", "10")
        DO ("5", "20", "pc", "flag", "Messages=1\nFlags=+\\\\Flagged;+Home;-\\\\Seen\n"
        "Offline=true\n")
        DO ("6", "21", "pc", "read", "Messages=2\nOffline=true\n")
        DO ("7", "22", "pc", "move", "Messages=1\nInto=Work\nOffline=true\n")
        DO ("8", "23", "pc", "copy", "Messages=1\nInto=Work\nOffline=true\n")
        DO ("9", "24", "pc", "delete", "Messages=2\nOffline=true\n")
        DO ("10", "25", "pc", "save", "Mailbox=Drafts\nFrom=bob@mail.example\n"
        "To=alice@mail.example\n"
            "Subject=draft\nFlags=\\\\Draft\nOffline=true\n")
        SYNC ("11", "40") SYNC ("12", "50"),
    "offline\nwith the flags (\\Flagged Home)|\noffline\nflags (\\Seen)|\noffline\n"
    "1 message gone|user: bob|mailbox: INBOX|change: removed|uids: 1|\n"
    "offline without a connection, bob does it to the copy; the server learns of it with the next "
    "sync|user: bob|mailbox: INBOX|uids: 2\n"
    "offline without a connection, bob does it to the copy; the server learns of it with the next "
    "sync|user: bob|mailbox: INBOX|uids: 3\n1 message gone\n"
    "SELECT INBOX\nUID STORE 1 +FLAGS.SILENT (\\Flagged Home)\nUID STORE 1 -FLAGS.SILENT (\\Seen)\n"
    "UID STORE 2 +FLAGS.SILENT (\\Seen)\nUID MOVE 1 Work\nUID COPY 2 Work\n"
    "UID STORE 3 +FLAGS.SILENT (\\Deleted)\nUID EXPUNGE 3\nSELECT Drafts\nAPPEND Drafts (\\Draft)\n"
    "UID FETCH 1:* (\nSELECT Work\n2 messages new\n"
    "SELECT INBOX (QRESYNC\nLOGOUT",
    "refuse\nnothing-to-do\nflags (\\Deleted)" },
  { "offline-deeds-without-extensions", "Without=MOVE;UIDPLUS;LITERAL+;QRESYNC;CONDSTORE\n",
    "Unused=MOVE;UIDPLUS\n",
    THREE SYNC ("4", "10") DO ("5", "15", "phone", "create", "Mailbox=Work\n")
        DO ("6", "16", "phone", "flag", "Messages=3\nFlags=+\\\\Deleted\n")
        DO ("7", "22", "pc", "move", "Messages=1\nInto=Work\nOffline=true\n")
        SYNC ("11", "40"),
    "LOGOUT\nSELECT INBOX\nUID COPY 1 Work\nUID STORE 1 +FLAGS.SILENT (\\Deleted)\n"
    "UID SEARCH DELETED\n"
    "UID STORE 3 -FLAGS.SILENT (\\Deleted)\nEXPUNGE\nS: * 1 EXPUNGE\n"
    "UID STORE 3 +FLAGS.SILENT (\\Deleted)\n"
    "UID FETCH 1:3 (FLAGS)\nuids: 3|flags: (\\Deleted)|\nSELECT Work\n1 message new", "refuse" },
  { "offline-deed-that-is-refused", "", "",
    TWO SYNC ("3", "10") DO ("7", "22", "pc", "move", "Messages=1\nInto=Nowhere\nOffline=true\n")
        SYNC ("11", "40") SYNC ("12", "50"),
    "offline\nmessage gone\nUID MOVE 1 Nowhere\n"
    "refused the server refuses: There is no such mailbox|condition: NO|code: "
    "TRYCREATE\nUID FETCH 1 (FLAGS)\n1 message new|user: bob|mailbox: INBOX|change: added|"
    "uids: 1|\n"
    "LOGOUT\nSELECT\nLOGOUT", "EXPUNGE\nUID MOVE 1 Nowhere" "\1" },
  { "move-that-is-refused-without-move", "", "Unused=MOVE\n",
    TWO DO ("3", "10", "pc", "move", "Messages=1\nInto=Nowhere\n")
        DO ("4", "20", "pc", "move", "Messages=1:2\nInto=INBOX\n"),
    "UID COPY 1 Nowhere\nrefused \nLOGOUT\nUID COPY 1:2 INBOX\nUID STORE 1:2 +FLAGS.SILENT "
    "(\\Deleted)\nUID EXPUNGE 1:2\nVANISHED 1:2",
    "UID STORE 1 " },
  { "offline-deed-of-what-is-gone", "", "",
    TWO SYNC ("3", "10") DO ("4", "20", "phone", "delete", "Messages=1\n")
        DO ("5", "22", "pc", "flag", "Messages=1\nFlags=+\\\\Flagged\nOffline=true\n")
        DO ("6", "23", "pc", "flag", "Messages=7\nFlags=+\\\\Flagged\nOffline=true\n")
        SYNC ("11", "40") SYNC ("12", "50"),
    "offline\nnothing-to-do\nVANISHED (EARLIER) 1\nLOGOUT\nSELECT\nLOGOUT", "refuse\nSTORE 2" },
  { "online", "", "",
    TWO DO ("3", "10", "pc", "create", "Mailbox=W\303\266rk\n")
        DO ("4", "20", "pc", "read", "Messages=1\n")
        DO ("5", "30", "pc", "flag", "Messages=2\nFlags=+\\\\Flagged;-\\\\Seen\n")
        DO ("6", "40", "pc", "copy", "Messages=*\nInto=W\303\266rk\n")
        DO ("7", "50", "pc", "move", "Messages=1\nInto=W\303\266rk\n")
        DO ("8", "60", "pc", "delete", "Messages=1:*\n")
        DO ("9", "70", "pc", "read", "Messages=1:*\n")
        DO ("10", "80", "pc", "save", "From=bob@mail.example\nTo=alice@mail.example\n"
        "Flags=\\\\Draft\n"
            "Subject=x\nMailbox=W\303\266rk\n"),
    "CREATE \"W\303\266rk\"\nFETCH 1:* (UID FLAGS ENVELOPE)\nUID FETCH 1 (FLAGS BODY[])\n"
    "FLAGS (\\Seen)\nUID STORE 2 +FLAGS (\\Flagged)\nUID STORE 2 -FLAGS (\\Seen)\n"
    "UID COPY 2 \"W\303\266rk\"\n"
    "UID MOVE 1 \"W\303\266rk\"\nUID STORE 2 +FLAGS.SILENT (\\Deleted)\nUID EXPUNGE 2\n"
    "SELECT INBOX\nnothing-to-do\nAPPEND \"W\303\266rk\" (\\Draft)\nOK [APPENDUID", "refuse\n"
    "mailbox INBOX: " },
  { "in-modified-utf-7", "", "Unused=UTF8=ACCEPT;IMAP4rev2\n",
    DO ("3", "10", "pc", "create", "Mailbox=W\303\266rk\n") SYNC ("4", "20"),
    "CREATE W&APY-rk\nLIST\nW&APY-rk\nSELECT W&APY-rk\nLOGOUT", "refuse\nW\303\266rk\n" },
  { "fetches-and-deletes", "", "",
    TWO DO ("3", "10", "pc", "fetch", "Protocol=imap\n") DO ("4", "20", "pc", "fetch",
    "Protocol=imap\n"),
    "UID FETCH 1:* (\nUID STORE 1:2 +FLAGS.SILENT (\\Deleted)\nUID EXPUNGE 1:2\n"
    "fetched 2 messages fetched, 2 removed from the server\nSELECT INBOX (QRESYNC\n"
    "fetched 0 messages fetched, 0 removed", "mailbox INBOX: " },
  { "fetches-and-keeps", "", "",
    TWO DO ("3", "10", "pc", "fetch", "Protocol=imap\nKeep=true\n")
        SEND ("4", "15", "three") DO ("5", "20", "pc", "fetch", "Protocol=imap\nKeep=true\n"),
    "UID FETCH 1:* (\nfetched 2 messages fetched, 0 removed\nUID FETCH 3:* (\n"
    "fetched 1 message fetched, 0 removed", "UID STORE\nUID EXPUNGE" },
  { "fetches-and-leaves-for-days", "", "",
    SEND ("1", "0", "one") DO ("3", "10", "pc", "fetch", "Protocol=imap\nLeaveDays=2\n")
        SEND ("4", "100000", "two") DO ("5", "100010", "pc", "fetch", "Protocol=imap\n"
        "LeaveDays=2\n")
        DO ("6", "180000", "pc", "fetch", "Protocol=imap\nLeaveDays=2\n"),
    "1 message fetched, 0 removed\n1 message fetched, 0 removed\nUID EXPUNGE 1\n"
    "0 messages fetched, 1 removed", "UID EXPUNGE 1:2" },
  { "pop3-leaves-for-days", "", "",
    SEND ("1", "0", "one") DO ("3", "10", "pc", "fetch", "LeaveDays=2\n")
        SEND ("4", "100000", "two") DO ("5", "100010", "pc", "fetch", "LeaveDays=1.5\n")
        DO ("6", "180000", "pc", "fetch", "LeaveDays=2\n"),
    "1 message fetched, 0 removed\n1 message fetched, 0 removed\n"
    "0 messages fetched, 1 removed", NULL },
  { "logs-in-as-told", "", "",
    DO ("1", "0", "pc", "fetch", "Protocol=imap\nMechanism=SCRAM-SHA-1\n")
        DO ("2", "10", "pc", "read", "Mechanism=PLAIN\n"),
    "AUTHENTICATE SCRAM-SHA-1\nby SCRAM-SHA-1, as bob\nAUTHENTICATE PLAIN\n"
    "by PLAIN, as bob", NULL },
  { "in-tls", "Certificate=good\n", "Tls=always\n", SYNC ("1", "0"),
    "STARTTLS\ntls TLSv1.3 protects\nCAPABILITY\nAUTHENTICATE SCRAM-SHA-256-PLUS\nLOGOUT",
    "clear" },
  { "compressed", "", "Compress=true\n", TWO SYNC ("3", "10"),
    "COMPRESS DEFLATE\ncompressed\nENABLE\nUID FETCH 1:*\n2 messages new\nLOGOUT", "unreadable" },
  { "wrong-password", "", "",
    "[Action 1]\nAt=0\nHost=pc\nDo=sync\nServer=mail.example\nUser=bob\nPassword=wrong\n",
    "login-refused the server does not let bob in\nLOGOUT", "C: A3 SELECT\nLIST \"" },
  { "nobody-there", "Down=0-1000\n", "", SYNC ("1", "10"),
    "fetch-failed the server does not answer",
    "fetch-failed the connection" },
  { "some-mailboxes", "Mailboxes=Work;Play\n", "",
    DO ("1", "0", "pc", "sync", "Mailboxes=Work;Work;Nowhere\n"),
    "SELECT Work\nSELECT Nowhere\nrefused\nLOGOUT", "LIST \"\"\nSELECT INBOX\nSELECT Play" },
  { "broken-off", "", "Down=10.0135-500\n",
    THREE SYNC ("4", "10") SYNC ("5", "600"),
    "fetch-failed\nSELECT INBOX\nUID FETCH 1:* (\n3 messages new\nLOGOUT", NULL },
};

/* The story of one host: commands, responses, its notes; line ends are "|". */
static char *
tell (TraceLog *log, const char *host)
{
  GString *story = g_string_new (NULL);

  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      gboolean is_from = strcmp (trace_log_get_actor (log, event->from)->name, host) == 0;
      gboolean is_to = event->kind == TRACE_UNIT &&
                       strcmp (trace_log_get_actor (log, event->to)->name, host) == 0;
      gsize length, start = story->len;
      const guint8 *data = trace_log_get_bytes (log, event, &length);

      if (!is_from && !is_to)
        continue;
      if (event->kind == TRACE_UNIT && event->protocol == TRACE_IMAP)
        g_string_append (story, is_from ? "C: " : "S: ");
      else if (event->kind == TRACE_NOTE)
        g_string_append_printf (story, "%s ", trace_log_get_what (log, event));
      else
        continue;
      g_string_append_len (story, (const char *) data, (gssize) length);
      for (gsize j = start; j < story->len; j++)
        if (strchr ("\r\n", story->str[j]) != NULL)
          story->str[j] = '|';
      g_string_append_c (story, '\n');
    }
  return g_string_free (story, FALSE);
}

static TraceLog *
run (const char *server, const char *client, const char *actions)
{
  g_autofree char *text = g_strdup_printf (
      "[Scenario]\nTitle=t\nSeed=5\n[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n%s"
      "[Host phone]\nRoles=MUA\nAddress=192.0.2.11\n"
      "[Host mail.example]\nRoles=MTA;MSA;MDA;MS\nAddress=192.0.2.25\nDomains=mail.example\n"
      "Users=bob:builder;alice:w\nServices=smtp;submission;pop3;imap\n%s[Link pc mail.example]\n"
      "[Link phone mail.example]\n%s",
      client, server, actions);

  return mail_story_run (text);
}

static void
check_expected (const char *story, const char *expected)
{
  g_auto (GStrv) lines = g_strsplit (expected, "\n", -1);
  const char *at = story;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *found = strstr (at, lines[i]);

      if (found == NULL)
        g_error ("\"%s\" is not in the rest of:\n%s\nthe rest:\n%s", lines[i], story, at);
      at = strchr (found, '\n') + 1;
    }
}

/* A line that ends in \1 may be there once. */
static void
check_unwanted (const char *story, const char *unwanted)
{
  g_auto (GStrv) lines = g_strsplit (unwanted, "\n", -1);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      gboolean may_be_once = g_str_has_suffix (lines[i], "\1");
      const char *found;

      lines[i][strcspn (lines[i], "\1")] = '\0';
      found = strstr (story, lines[i]);
      if (found != NULL && may_be_once)
        found = strstr (found + 1, lines[i]);
      if (found != NULL)
        g_error ("\"%s\" is in:\n%s", lines[i], story);
    }
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (TraceLog) log = run (c->server, c->client, c->actions);
  g_autoptr (TraceLog) again = run (c->server, c->client, c->actions);
  g_autofree char *story = tell (log, "pc");
  g_autofree char *same = tell (again, "pc");

  g_assert_cmpstr (story, ==, same);
  check_expected (story, c->expected);
  if (c->unwanted != NULL)
    check_unwanted (story, c->unwanted);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mail/imap-reader/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
