/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-dialogue.h"

#include <string.h>

/* The RFCs' examples that take for granted what is in a mailbox: it is filled so that the answer
 * can be the one that stands there. */

/* Messages of a mailbox that differ from the others. */
typedef struct
{
  guint       number;
  const char *flags, *day, *text;
} Odd;

#define FRED "From: Fred Foobar <fred@example>\r\n\r\nhello\r\n"
#define SMITH "From: John Smith <smith@example>\r\n\r\nhello\r\n"
#define MOTHER "From: Fred Foobar <fred@example>\r\nMIME-Version: 1.0\r\n"                         \
  "Content-Type: text/plain; charset=utf-8\r\n\r\n\320\274\320\260\321\202\321\214\r\n"

/* @n messages of 1990; those of @odd, by ascending numbers, are as they say. */
static void
fill (MailImapDialogue *dialogue, const char *mailbox, guint n, const Odd *odd, guint n_odd)
{
  guint k = 0;

  for (guint i = 1; i <= n; i++)
    if (k < n_odd && odd[k].number == i)
      {
        mail_imap_dialogue_add (dialogue, "alice", mailbox, odd[k].flags, odd[k].day, odd[k].text);
        k++;
      }
    else
      mail_imap_dialogue_add (dialogue, "alice", mailbox, "\\Seen", "1990-01-01", SMITH);
}

static void
select_inbox (MailImapDialogue *dialogue)
{
  mail_imap_dialogue_run (dialogue, "C: s SELECT INBOX\nS: ...\nS: s OK [READ-WRITE]\n", 0);
}

/* RFC 3501 and RFC 9051 section 6.4.4, RFC 5182 section 2.2 (examples 1, 2 and 6) */
static void
test_search (void)
{
  static const Odd odd[] = {
    { 2, "\\Flagged", "1994-02-01", FRED },
    { 10, "\\Flagged", "1994-02-01", SMITH },
    { 11, "\\Flagged", "1994-01-31", FRED },
    { 43, "", "1990-01-01", MOTHER },
    { 84, "\\Flagged", "2004-02-01", FRED },
    { 882, "\\Flagged", "1994-02-02", FRED },
  };
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");

  g_test_summary ("SEARCH as the examples of RFC 3501, 9051 and 5182 have it.");
  fill (dialogue, "INBOX", 900, odd, G_N_ELEMENTS (odd));
  select_inbox (dialogue);
  mail_imap_dialogue_run (
      dialogue,
      "C: A282 SEARCH FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"\n"
      "S: * SEARCH 2 84 882\nS: A282 OK SEARCH completed\n"
      "C: A283 SEARCH TEXT \"string not in mailbox\"\n"
      "S: * SEARCH\nS: A283 OK SEARCH completed\n"
      "C: A284 SEARCH CHARSET UTF-8 TEXT {6}\nS: + Ready for literal text\n"
      "C: \320\274\320\260\321\202\nS: * SEARCH 43\nS: A284 OK SEARCH completed\n"
      "C: B282 SEARCH RETURN (MIN COUNT) FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"\n"
      "S: * ESEARCH (TAG \"B282\") MIN 2 COUNT 3\nS: B282 OK SEARCH completed\n"
      "C: C282 SEARCH RETURN (SAVE) FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"\n"
      "S: C282 OK SEARCH completed, result saved\n"
      "C: C283 FETCH $ (UID)\n"
      "S: * 2 FETCH (UID 2)\nS: * 84 FETCH (UID 84)\nS: * 882 FETCH (UID 882)\n"
      "S: C283 OK completed\n"
      "C: E282 SEARCH RETURN (SAVE) SINCE 28-Oct-2006 NOT FROM \"Eric\"\nS: E282 OK\n"
      "C: E283 COPY $ \"INBOX\"\nS: E283 OK COPY completed, nothing copied\n", 0);
}

/* RFC 5182 section 2.2, examples 3 to 5 */
static void
test_saved (void)
{
  static const Odd odd[] = {
    { 17, "", "2004-01-01", FRED },     { 882, "", "1994-02-01", MOTHER },
    { 900, "", "2004-02-01", FRED },    { 901, "", "2005-01-01", FRED },
    { 1102, "", "1995-02-01", MOTHER }, { 1103, "", "1993-02-01", MOTHER },
    { 3003, "", "1990-02-01", MOTHER }, { 3005, "", "1990-02-01", MOTHER },
    { 3006, "", "1990-02-01", MOTHER }, { 3022, "", "1990-02-01", MOTHER },
  };
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");

  g_test_summary ("What a search saved, as the examples of RFC 5182 and 9051 have it.");
  fill (dialogue, "INBOX", 3030, odd, G_N_ELEMENTS (odd));
  select_inbox (dialogue);
  mail_imap_dialogue_run (
      dialogue,
      "C: A300 SEARCH RETURN (SAVE) SINCE 1-Jan-2004 NOT FROM \"Smith\"\n"
      "S: A300 OK SEARCH completed\n"
      "C: A301 UID SEARCH UID $ SMALLER 4096\n"
      "S: * SEARCH 17 900 901\nS: A301 OK completed\n"
      "C: A302 UID SEARCH $ SMALLER 4096\n"
      "S: * SEARCH 17 900 901\nS: A302 OK completed\n"
      "C: P282 SEARCH RETURN (SAVE) SINCE 1-Feb-1994 NOT FROM \"Smith\"\n"
      "S: P282 OK SEARCH completed\n"
      "C: P283 SEARCH CHARSET UTF-8 (OR $ 1,3000:3021) TEXT {8}\nS: + go\n"
      "C: \320\274\320\260\321\202\321\214\n"
      "S: * SEARCH 882 1102 3003 3005 3006\nS: P283 OK completed\n"
      "C: B283 SEARCH RETURN (SAVE) CHARSET X-KOI8-NONE (OR $ 1,3000:3021) TEXT {4}\nS: + go\n"
      "C: XXXX\nS: B283 NO [BADCHARSET (US-ASCII UTF-8)] KOI8-R is not supported\n"
      "C: B284 SEARCH $\nS: * SEARCH\nS: B284 OK\n", 0);
}

/* RFC 4731 section 3.1 */
static void
test_esearch (void)
{
  static const Odd odd[] = {
    { 2, "\\Flagged \\Seen", "1994-02-01", FRED },
    { 4, "\\Deleted", "1990-01-01", FRED },
    { 10, "\\Flagged \\Deleted", "1994-02-01", FRED },
    { 11, "\\Flagged", "1994-02-01", FRED },
  };
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");

  g_test_summary ("ESEARCH as the examples of RFC 4731 have it.");
  fill (dialogue, "INBOX", 12, odd, G_N_ELEMENTS (odd));
  select_inbox (dialogue);
  mail_imap_dialogue_run (
      dialogue,
      "C: A282 SEARCH RETURN (MIN COUNT) FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"\n"
      "S: * ESEARCH (TAG \"A282\") MIN 2 COUNT 3\nS: A282 OK SEARCH completed\n"
      "C: A283 SEARCH RETURN () FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\"\n"
      "S: * ESEARCH (TAG \"A283\") ALL 2,10:11\nS: A283 OK SEARCH completed\n"
      "C: A284 SEARCH RETURN (MIN) UNSEEN\n"
      "S: * ESEARCH (TAG \"A284\") MIN 4\nS: A284 OK SEARCH completed\n"
      "C: A285 UID SEARCH RETURN (MIN MAX) UID 7:5000\n"
      "S: * ESEARCH (TAG \"A285\") UID MIN 7 MAX 12\nS: A285 OK SEARCH completed\n"
      "C: A286 SEARCH RETURN (COUNT) DELETED\n"
      "S: * ESEARCH (TAG \"A286\") COUNT 2\nS: A286 OK SEARCH completed\n", 0);
}

/* RFC 5256 section 3, SORT */
static void
test_sort (void)
{
  static const Odd odd[] = {
    { 2, "", "1994-02-01", "Subject: a\r\n\r\n" },
    { 84, "", "1994-03-01", "Subject: Re: b\r\n\r\n" },
    { 882, "", "1994-04-01", "Subject: c\r\n\r\n" },
  };
  static const char *const texts[] = {
    "Subject: b\r\nDate: Tue, 01 Feb 1994 10:00:00 +0000\r\n\r\n",
    "Subject: c\r\nDate: Tue, 01 Feb 1994 10:00:00 +0000\r\n\r\n",
    "Subject: a\r\nDate: Tue, 01 Feb 1994 10:00:00 +0000\r\n\r\n",
    "Subject: Re: b\r\nDate: Wed, 02 Feb 1994 10:00:00 +0000\r\n\r\n",
    "Subject: Fwd: A\r\nDate: Wed, 02 Feb 1994 10:00:00 +0000\r\n\r\n",
  };
  g_autoptr (MailImapDialogue) large = mail_imap_dialogue_new ("");
  g_autoptr (MailImapDialogue) small = mail_imap_dialogue_new ("");

  g_test_summary ("SORT as the examples of RFC 5256 have it.");
  fill (large, "INBOX", 890, odd, G_N_ELEMENTS (odd));
  select_inbox (large);
  mail_imap_dialogue_run (large,
                          "C: A282 SORT (SUBJECT) UTF-8 SINCE 1-Feb-1994\n"
                          "S: * SORT 2 84 882\nS: A282 OK SORT completed\n"
                          "C: A284 SORT (SUBJECT) US-ASCII TEXT \"not in mailbox\"\n"
                          "S: * SORT\nS: A284 OK SORT completed\n", 0);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    mail_imap_dialogue_add (small, "alice", "INBOX", "", NULL, texts[i]);
  select_inbox (small);
  mail_imap_dialogue_run (small,
                          "C: A283 SORT (SUBJECT REVERSE DATE) UTF-8 ALL\n"
                          "S: * SORT 5 3 4 1 2\nS: A283 OK SORT completed\n", 0);
}

/* Threads: the messages are made from the answer */

typedef struct
{
  GString *texts[256]; /* by message sequence number */
  guint    n_made;
  guint    n_threads;
  gboolean is_by_subject;
} Threads;

/* What stands in a thread before the place that is read now. */
#define DEPTH 8

static void
make_message (Threads *self, guint number, const char *references)
{
  GString *text = g_string_new (NULL);

  /* Those that come later in the answer are younger. */
  g_string_append_printf (text,
                          "Date: Mon, 06 Mar 2000 %02u:%02u:00 +0000\r\nMessage-ID: <m%u@x>\r\n"
                          "Subject: %ssubject %u\r\n",
                          self->n_made / 60, self->n_made % 60, number,
                          *references != '\0' ? "Re: " : "", self->n_threads);
  if (*references != '\0' && !self->is_by_subject)
    g_string_append_printf (text, "References:%s\r\n", references);
  g_string_append (text, "\r\n");
  self->texts[number] = text;
  self->n_made++;
}

/* A "(" without a number after it is a parent that is not there. */
static void
make_threads (Threads *self, const char *answer)
{
  GString *chains[DEPTH] = { 0 };
  guint    depth = 0;

  for (const char *c = answer; *c != '\0';)
    if (*c == '(')
      {
        g_assert_cmpuint (depth, <, DEPTH);
        chains[depth] = g_string_new (depth > 0 ? chains[depth - 1]->str : "");
        self->n_threads += depth == 0;
        depth++;
        c++;
        if (*c == '(')
          g_string_append_printf (chains[depth - 1], " <none%u@x>", self->n_threads);
      }
    else if (*c == ')')
      {
        g_string_free (chains[--depth], TRUE);
        c++;
      }
    else if (g_ascii_isdigit (*c))
      {
        guint number = (guint) strtoul (c, NULL, 10);

        make_message (self, number, chains[depth - 1]->str);
        g_string_append_printf (chains[depth - 1], " <m%u@x>", number);
        while (g_ascii_isdigit (*c))
          c++;
      }
    else
      c++;
}

/* @first: those before are older than the search wants, and nobody's parents */
static void
check_threads (const char *algorithm, const char *answer, guint first, guint last)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  g_autofree char *script = g_strdup_printf (
      "C: A283 THREAD %s UTF-8 SINCE 5-MAR-2000\nS: * THREAD %s\nS: A283 OK\n"
      "C: A284 THREAD %s US-ASCII TEXT \"gewp\"\nS: * THREAD\nS: A284 OK\n",
      algorithm, answer, algorithm);
  Threads threads = { .is_by_subject = strcmp (algorithm, "ORDEREDSUBJECT") == 0 };

  make_threads (&threads, answer);
  for (guint i = 1; i <= last; i++)
    if (threads.texts[i] != NULL)
      {
        mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", "2000-03-06",
                                threads.texts[i]->str);
        g_string_free (threads.texts[i], TRUE);
      }
    else
      mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", "1990-01-01", SMITH);
  g_assert_cmpuint (first, <=, last);
  select_inbox (dialogue);
  mail_imap_dialogue_run (dialogue, script, 0);
}

/* RFC 5256 sections 3 and 4 */
static void
test_thread (void)
{
  g_test_summary ("THREAD as the examples of RFC 5256 have it.");
  check_threads ("ORDEREDSUBJECT",
                 "(166)(167)(168)(169)(172)(170)(171)(173)(174 (175)(176)(178)(181)(180))(179)(177 "
                 "(183)(182)(188)(184)(185)(186)(187)(189))(190)(191)(192)(193)(194 195)(196 "
                 "(197)(198))(199)(200 202)(201)(203)(204)(205)(206 207)(208)", 166, 208);
  check_threads ("REFERENCES",
                 "(166)(167)(168)(169)(172)((170)(179))(171)(173)((174)(175)(176)(178)(181)(180))"
                 "((177)(183)(182)(188 (184)(189))(185 186)(187))(190)(191)(192)(193)((194)(195 "
                 "196))(197 198)(199)(200 202)(201)(203)(204)(205 206 207)(208)", 166, 208);
  check_threads ("REFERENCES", "(2)(3 6 (4 23)(44 7 96))", 2, 96);
  check_threads ("REFERENCES", "((3)(5))", 3, 5);
}

/* RFC 3501 section 6.3.10, RFC 9051 section 6.3.11 */
static void
test_status (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  g_autofree guint32 *uids = g_new (guint32, 44291 - 231);
  g_autofree MailMessage **messages = g_new (MailMessage *, 44291);
  g_autofree MailArrival *how = g_new0 (MailArrival, 44291);
  g_autoptr (GBytes) bytes = g_bytes_new_static (FRED, strlen (FRED));
  g_autoptr (MailMessage) message = mail_message_new (bytes);
  MailAccount *account = mail_imap_dialogue_get_account (dialogue, "alice");
  MailMailbox *mailbox;

  g_test_summary ("STATUS as the example of RFC 3501 and 9051 has it.");
  g_assert_cmpint (mail_account_create (account, "blurdybloop", 0), ==, MAIL_ACCOUNT_OK);
  mailbox = mail_account_find (account, "blurdybloop")->mailbox;
  for (guint i = 0; i < 44291; i++)
    messages[i] = message;
  mail_mailbox_store (mailbox, messages, how, 44291);
  for (guint i = 0; i < 44291 - 231; i++)
    uids[i] = i + 1;
  mail_mailbox_expunge (mailbox, uids, 44291 - 231, NULL);
  mail_imap_dialogue_run (dialogue,
                          "C: A042 STATUS blurdybloop (UIDNEXT MESSAGES)\n"
                          "S: * STATUS blurdybloop (MESSAGES 231 UIDNEXT 44292)\n"
                          "S: A042 OK STATUS completed\n", 0);
}

/* RFC 8474 section 6 */
static void
test_email_id (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  g_autofree char *script = NULL;

  g_test_summary ("SEARCH EMAILID as the examples of RFC 8474 have it.");
  mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", NULL, FRED);
  mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", NULL, SMITH);
  select_inbox (dialogue);
  script = g_strdup_printf (
      "C: a SEARCH EMAILID %s\nS: * SEARCH 1\nS: a OK Search\n",
      mail_message_get_email_id (
          mail_mailbox_get (mail_host_find_user (mail_imap_dialogue_get_host (dialogue), "alice")
                                ->mailbox, 0)->message));
  mail_imap_dialogue_run (dialogue, script, 0);
}

/* Two minutes are waited: RFC 8514 section 4, RFC 5032 section 2 */
static void
test_time (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");

  g_test_summary ("Searches by the time that has passed go with the world's clock.");
  mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", NULL, FRED);
  mail_imap_dialogue_wait (dialogue, 3 * 86400);
  mail_imap_dialogue_add (dialogue, "alice", "INBOX", "\\Seen", NULL, FRED);
  mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", NULL, FRED);
  select_inbox (dialogue);
  mail_imap_dialogue_run (dialogue,
                          "C: a1 SEARCH UNSEEN YOUNGER 259199\nS: * SEARCH 3\nS: a1 OK\n"
                          "C: a2 SEARCH UNSEEN YOUNGER 259200\nS: * SEARCH 1 3\nS: a2 OK\n"
                          "C: a3 SEARCH OLDER 259200\nS: * SEARCH 1\nS: a3 OK\n"
                          "C: A102 SEARCH SAVEDON 27-Nov-2026\nS: * SEARCH 2 3\nS: A102 OK\n"
                          "C: A103 SEARCH SAVEDSINCE 24-Nov-2026\nS: * SEARCH 1 2 3\nS: A103 OK\n"
                          "C: A104 SEARCH SAVEDBEFORE 27-Nov-2026\nS: * SEARCH 1\nS: A104 OK\n",
                          0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail/imap/examples/search", test_search);
  g_test_add_func ("/mail/imap/examples/saved", test_saved);
  g_test_add_func ("/mail/imap/examples/esearch", test_esearch);
  g_test_add_func ("/mail/imap/examples/sort", test_sort);
  g_test_add_func ("/mail/imap/examples/thread", test_thread);
  g_test_add_func ("/mail/imap/examples/status", test_status);
  g_test_add_func ("/mail/imap/examples/email-id", test_email_id);
  g_test_add_func ("/mail/imap/examples/time", test_time);
  return g_test_run ();
}
