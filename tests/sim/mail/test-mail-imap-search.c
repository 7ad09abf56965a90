/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-dialogue.h"

#include <mail/mail-imap-match.h>
#include <string.h>

/* SEARCH by every key, and what is returned of it; SORT, THREAD, searches that are kept up to date.
 * Of the RFCs' examples those stand here that say what is in the mailbox, or for which it does not
 * matter. */

#define XS "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* The mailbox of all cases. */
static const struct
{
  const char *flags, *day, *text;
} letters[] = {
  { "\\Seen", "1994-02-01",
    "From: John Smith <smith@a.example>\r\nTo: alice@example\r\n"
    "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 01 Feb 1994 10:00:00 +0000\r\n"
    "Message-ID: <1@a.example>\r\n\r\nhello world\r\n" },
  { "\\Deleted $Junk", "1994-02-03",
    "From: Fred Foobar <fred@b.example>\r\nTo: list@example\r\nCc: Carol <carol@example>\r\n"
    "Bcc: dave@example\r\nSubject: Re: lunch\r\nDate: Wed, 02 Feb 1994 23:30:00 -0800\r\n"
    "Message-ID: <2@b.example>\r\nReferences: <4@a.example>\r\n\r\n"
    XS XS "\r\n"
    XS XS "\r\n"
    XS XS "\r\n"
    "hello\r\n" },
  { "\\Answered \\Flagged \\Seen \\Draft", "2000-01-01",
    "From: anna@c.example\r\nX-Spam: yes\r\nSubject: apples\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    "ZOlq4CB2dQ==\r\n" },
  { "", NULL,
    "From: \"Smith, Anna\" <anna@c.example>\r\nSubject: lunch\r\n"
    "Date: Mon, 31 Jan 1994 10:00:00 +0000\r\n"
    "Message-ID: <4@a.example>\r\n\r\nWho comes?\r\n" },
};

/* @enabled: (nullable): what is enabled before the mailbox is selected */
static MailImapDialogue *
make (const char *enabled)
{
  MailImapDialogue *dialogue = mail_imap_dialogue_new ("");
  g_autofree char  *enable =
      g_strdup_printf ("C: e ENABLE %s\nS: ...\nS: e OK\n", enabled != NULL ? enabled : "");

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    mail_imap_dialogue_add (dialogue, "alice", "INBOX", letters[i].flags, letters[i].day,
                            letters[i].text);
  if (enabled != NULL)
    mail_imap_dialogue_run (dialogue, enable, 0);
  mail_imap_dialogue_run (dialogue, "C: s SELECT INBOX\nS: ...\nS: s OK [READ-WRITE]\n", 0);
  return dialogue;
}

/* Keys, and which messages they find. */
static const struct
{
  const char *keys, *found;
} keys[] = {
  { "ALL", " 1 2 3 4" },
  { "ANSWERED", " 3" },
  { "UNANSWERED", " 1 2 4" },
  { "DELETED", " 2" },
  { "UNDELETED", " 1 3 4" },
  { "DRAFT", " 3" },
  { "UNDRAFT", " 1 2 4" },
  { "FLAGGED", " 3" },
  { "UNFLAGGED", " 1 2 4" },
  { "SEEN", " 1 3" },
  { "UNSEEN", " 2 4" },
  { "RECENT", " 1 2 3 4" },
  { "NEW", " 2 4" },
  { "OLD", "" },
  { "KEYWORD $Junk", " 2" },
  { "KEYWORD $junk", " 2" },
  { "UNKEYWORD $Junk", " 1 3 4" },
  { "KEYWORD never", "" },
  { "2:3", " 2 3" },
  { "*", " 4" },
  { "4:*,1", " 1 4" },
  { "UID 1:2,4", " 1 2 4" },
  { "UID 100:*", " 4" },
  { "UID 7", "" },
  { "BEFORE 3-Feb-1994", " 1" },
  { "ON 3-Feb-1994", " 2" },
  { "SINCE 3-Feb-1994", " 2 3 4" },
  { "SENTBEFORE 1-Feb-1994", " 4" },
  { "SENTON 2-Feb-1994", " 2" },
  { "SENTSINCE 1-Feb-1994", " 1 2" },
  { "SAVEDBEFORE 24-Nov-2026", "" },
  { "SAVEDON 24-Nov-2026", " 1 2 3 4" },
  { "SAVEDSINCE 25-Nov-2026", "" },
  { "SAVEDATESUPPORTED", " 1 2 3 4" },
  { "YOUNGER 60", " 4" },
  { "OLDER 86400", " 1 2 3" },
  { "LARGER 400", " 2" },
  { "SMALLER 400", " 1 3 4" },
  { "MODSEQ 1", " 1 2 3 4 (MODSEQ 5)" },
  { "MODSEQ 4", " 3 4 (MODSEQ 5)" },
  { "MODSEQ \"/flags/\\\\draft\" all 3 NOT 4", " 2 3 (MODSEQ 4)" },
  { "MODSEQ 100", "" },
  { "FROM Smith", " 1 4" },
  { "FROM \"fred@B.EXAMPLE\"", " 2" },
  { "TO alice", " 1" },
  { "CC carol", " 2" },
  { "BCC dave", " 2" },
  { "SUBJECT LUNCH", " 2 4" },
  { "SUBJECT apples", " 3" },
  { "HEADER X-Spam \"\"", " 3" },
  { "HEADER x-spam YES", " 3" },
  { "HEADER X-Spam no", "" },
  { "HEADER Message-ID <4@a", " 4" },
  { "BODY hello", " 1 2" },
  { "BODY Smith", "" },
  { "TEXT Smith", " 1 4" },
  { "TEXT \"\"", " 1 2 3 4" },
  { "BODY \"\"", " 1 2 3 4" },
  { "NOT TEXT hello", " 3 4" },
  { "OR FROM fred SUBJECT apples", " 2 3" },
  { "OR (BODY hello SEEN) (NOT SEEN NOT DELETED)", " 1 4" },
  { "SEEN UNSEEN", "" },
  { "NOT (NOT (SEEN))", " 1 3" },
  { "CHARSET UTF-8 SUBJECT \"lunch\"", " 2 4" },
  { "CHARSET us-ascii SUBJECT \"lunch\"", " 2 4" },
  { "EMAILID M000000000000000000000000", "" },
  { "THREADID T1", "" },
};

static void
test_keys (void)
{
  static const gsize chunks[] = { 0, 1, 5 };
  g_autoptr (MailImapDialogue) dialogue = make (NULL);

  g_test_summary ("Every key finds what it should.");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (guint j = 0; j < G_N_ELEMENTS (chunks); j++)
      {
        g_autofree char *script =
            g_strdup_printf ("C: k%u SEARCH %s\n%sS: * SEARCH%s\nS: k%u OK\n", i, keys[i].keys,
                             strcmp (keys[i].keys, "MODSEQ 1") == 0 && j == 0
                                 ? "S: * OK [HIGHESTMODSEQ 5]\n"
                                 : "",
                             keys[i].found, i);

        mail_imap_dialogue_run (dialogue, script, chunks[j]);
      }
}

/* Scripts, after the mailbox was selected. */
typedef struct
{
  const char *name;
  const char *enabled; /* (nullable) */
  const char *script;
} Case;

static const Case cases[] = {
  { "charsets", NULL, "C: 1 SEARCH CHARSET UTF-8 SUBJECT {4}\nS: + go\nC: r\303\274\303\n"
                "S: 1 BAD\n"
                "C: 2 SEARCH CHARSET UTF-8 SUBJECT {3}\nS: + go\nC: R\303\234\n"
                "S: * SEARCH 1\nS: 2 OK\n"
                "C: 3 SEARCH CHARSET ISO-8859-1 SUBJECT {2}\nS: + go\nC: r\374\n"
                "S: * SEARCH 1\nS: 3 OK\n"
                "C: 4 SEARCH BODY {4}\nS: + go\nC: J\303\240 \n"
                "S: * SEARCH 3\nS: 4 OK\n"
                "C: 5 SEARCH CHARSET x-klingon SUBJECT a\n"
                "S: 5 NO [BADCHARSET (US-ASCII UTF-8)]\n"
                "C: 6 SEARCH CHARSET US-ASCII SUBJECT {2}\nS: + go\nC: r\374\n"
                "S: 6 BAD\n"
                "C: 7 NOOP\nS: 7 OK\n" },
  { "utf8-accepted", "UTF8=ACCEPT", "C: 8 SEARCH CHARSET UTF-8 ALL\nS: 8 BAD\n"
                "C: 9 SEARCH SUBJECT \"r\303\274\"\nS: * SEARCH 1\nS: 9 OK\n" },
  /* RFC 9051 section 9, seq-number */
  { "numbers-that-are-not-there", NULL,
    "C: 1 SEARCH 5\nS: 1 BAD\n"
                                  "C: 2 SEARCH OR SEEN NOT 1:5\nS: 2 BAD\n"
                                  "C: 3 UID SEARCH 2:3\nS: * SEARCH 2 3\nS: 3 OK\n" },
  /* RFC 4731 section 3.1 */
  { "esearch", NULL, "C: A282 SEARCH RETURN (MIN COUNT) UNDELETED\n"
               "S: * ESEARCH (TAG \"A282\") MIN 1 COUNT 3\nS: A282 OK SEARCH completed\n"
               "C: A283 SEARCH RETURN () UNDELETED\n"
               "S: * ESEARCH (TAG \"A283\") ALL 1,3:4\nS: A283 OK SEARCH completed\n"
               "C: A284 SEARCH RETURN (MIN) FLAGGED\n"
               "S: * ESEARCH (TAG \"A284\") MIN 3\nS: A284 OK SEARCH completed\n"
               "C: A285 UID SEARCH RETURN (MIN MAX) DELETED\n"
               "S: * ESEARCH (TAG \"A285\") UID MIN 2 MAX 2\nS: A285 OK SEARCH completed\n"
               "C: A286 UID SEARCH RETURN (MAX) ALL\n"
               "S: * ESEARCH (TAG \"A286\") UID MAX 4\nS: A286 OK SEARCH completed\n"
               "C: A287 SEARCH RETURN (MIN MAX ALL COUNT) SEEN\n"
               "S: * ESEARCH (TAG \"A287\") MIN 1 MAX 3 COUNT 2 ALL 1,3\nS: A287 OK\n"
               "C: A288 SEARCH RETURN (MIN MAX ALL COUNT) KEYWORD nothing\n"
               "S: * ESEARCH (TAG \"A288\") COUNT 0\nS: A288 OK\n"
               "C: A289 SEARCH RETURN (MIN MAX) KEYWORD nothing\n"
               "S: * ESEARCH (TAG \"A289\")\nS: A289 OK\n" },
  /* Section 3.2 */
  { "esearch-with-modseq", NULL, "C: a0 SEARCH MODSEQ 100\n"
                           "S: * OK [HIGHESTMODSEQ 5]\nS: * SEARCH\nS: a0 OK\n"
                           "C: a1 SEARCH RETURN (MIN) MODSEQ \"/flags/\\\\draft\" all 3\n"
                           "S: * ESEARCH (TAG \"a1\") MIN 2 MODSEQ 3\nS: a1 OK Search complete\n"
                           "C: a2 SEARCH RETURN (MAX) MODSEQ 3 NOT 4\n"
                           "S: * ESEARCH (TAG \"a2\") MAX 3 MODSEQ 4\nS: a2 OK Search complete\n"
                           "C: a3 SEARCH RETURN (MIN MAX) MODSEQ 2\n"
                           "S: * ESEARCH (TAG \"a3\") MIN 1 MAX 4 MODSEQ 5\nS: a3 OK\n"
                           "C: a4 SEARCH RETURN (MIN COUNT) MODSEQ 2\n"
                           "S: * ESEARCH (TAG \"a4\") MIN 1 COUNT 4 MODSEQ 5\nS: a4 OK\n" },
  /* RFC 7162 section 3.1.10 */
  { "esort-with-modseq", "CONDSTORE",
                         "C: a SORT RETURN (ALL) (REVERSE ARRIVAL) UTF-8 MODSEQ 3\n"
                         "S: * ESEARCH (TAG \"a\") ALL 4,3,2 MODSEQ 5\n"
                         "S: a OK Extended SORT completed\n"
                         "C: b SORT (ARRIVAL) UTF-8 MODSEQ 4\n"
                         "S: * SORT 3 4 (MODSEQ 5)\nS: b OK\n" },
  { "rev2-has-esearch-only", "IMAP4rev2",
                             "C: 2 SEARCH SEEN\nS: * ESEARCH (TAG \"2\") ALL 1,3\nS: 2 OK\n"
                             "C: 3 UID SEARCH KEYWORD nothing\n"
                             "S: * ESEARCH (TAG \"3\") UID\nS: 3 OK\n" },
  /* RFC 5182 sections 2.1, 2.2 and 2.4 */
  { "saved", NULL, "C: A1 SEARCH RETURN (SAVE) SEEN\nS: A1 OK SEARCH completed, result saved\n"
             "C: A2 SEARCH $\nS: * SEARCH 1 3\nS: A2 OK\n"
             "C: A301 UID SEARCH UID $ SMALLER 4096\nS: * SEARCH 1 3\nS: A301 OK\n"
             "C: P283 SEARCH (OR $ 2) NOT FLAGGED\nS: * SEARCH 1 2\nS: P283 OK\n"
             "C: A3 SEARCH RETURN (SAVE MIN) UNDELETED\n"
             "S: * ESEARCH (TAG \"A3\") MIN 1\nS: A3 OK\n"
             "C: A4 SEARCH $\nS: * SEARCH 1\nS: A4 OK\n"
             "C: A5 SEARCH RETURN (SAVE MIN MAX) UNDELETED\n"
             "S: * ESEARCH (TAG \"A5\") MIN 1 MAX 4\nS: A5 OK\n"
             "C: A6 SEARCH $\nS: * SEARCH 1 4\nS: A6 OK\n"
             "C: A7 SEARCH RETURN (SAVE MIN COUNT) UNDELETED\n"
             "S: * ESEARCH (TAG \"A7\") MIN 1 COUNT 3\nS: A7 OK\n"
             "C: A8 SEARCH $\nS: * SEARCH 1 3 4\nS: A8 OK\n"
             "C: A9 SEARCH RETURN (SAVE) 9\nS: A9 BAD\n"
             "C: A10 SEARCH RETURN (COUNT) SEEN\n"
             "S: * ESEARCH (TAG \"A10\") COUNT 2\nS: A10 OK\n"
             "C: A11 SEARCH $\nS: * SEARCH 1 3 4\nS: A11 OK\n"
             "C: B1 SEARCH CHARSET none FLAGGED\nS: B1 NO [BADCHARSET (US-ASCII UTF-8)]\n"
             "C: B2 SEARCH $\nS: * SEARCH 1 3 4\nS: B2 OK\n"
             "C: B283 SEARCH RETURN (SAVE) CHARSET x-none (OR $ 1,3:4) TEXT {4}\n"
             "S: + go\nC: XXXX\nS: B283 NO [BADCHARSET (US-ASCII UTF-8)]\n"
             "C: B3 SEARCH $\nS: * SEARCH\nS: B3 OK\n"
             "C: E283 STORE $ +FLAGS.SILENT (\\Deleted)\nS: E283 OK\n" },
  /* RFC 5267 section 4.4 */
  { "partial", NULL, "C: A02 UID SEARCH RETURN (PARTIAL 1:2) UNDELETED\n"
               "S: * ESEARCH (TAG \"A02\") UID PARTIAL (1:2 1,3)\nS: A02 OK\n"
               "C: A03 UID SEARCH RETURN (PARTIAL 3:500 COUNT) UNDELETED\n"
               "S: * ESEARCH (TAG \"A03\") UID COUNT 3 PARTIAL (3:500 4)\nS: A03 OK\n"
               "C: A04 SEARCH RETURN (PARTIAL 24000:24500) UNDELETED\n"
               "S: * ESEARCH (TAG \"A04\") PARTIAL (24000:24500 NIL)\nS: A04 OK\n"
               "C: A05 SEARCH RETURN (PARTIAL 1:2 ALL) UNDELETED\nS: A05 BAD\n"
               "C: A06 SORT RETURN (PARTIAL 1:2) (REVERSE ARRIVAL) UTF-8 ALL\n"
               "S: * ESEARCH (TAG \"A06\") PARTIAL (1:2 4,3)\nS: A06 OK\n" },
  /* Sections 4.2, 4.3 */
  { "context", NULL, "C: A01 SEARCH RETURN (CONTEXT COUNT) UNDELETED\n"
               "S: * ESEARCH (TAG \"A01\") COUNT 3\nS: A01 OK\n"
               "C: B01 UID SEARCH RETURN (UPDATE COUNT) DELETED\n"
               "S: * ESEARCH (TAG \"B01\") UID COUNT 1\nS: B01 OK Search completed, will notify.\n"
               "C: B01 SORT RETURN (UPDATE) (ARRIVAL) UTF-8 FLAGGED\nS: B01 BAD Tag reuse\n"
               "C: 1 STORE 3:4 +FLAGS.SILENT (\\Deleted)\n"
               "S: * ESEARCH (TAG \"B01\") UID ADDTO (0 3:4)\nS: 1 OK\n"
               "C: 2 STORE 2 -FLAGS.SILENT (\\Deleted)\n"
               "S: * ESEARCH (TAG \"B01\") UID REMOVEFROM (0 2)\nS: 2 OK\n"
               "C: 3 EXPUNGE\n"
               "S: * ESEARCH (TAG \"B01\") UID REMOVEFROM (0 3:4)\n"
               "S: * 3 EXPUNGE\nS: * 3 EXPUNGE\nS: 3 OK\n"
               "C: B04 CANCELUPDATE \"B01\"\nS: B04 OK No further updates.\n"
               "C: 4 STORE 1 +FLAGS.SILENT (\\Deleted)\nS: 4 OK\n" },
  { "sorted-context", NULL, "C: S SORT RETURN (UPDATE ALL) (REVERSE SIZE) UTF-8 NOT DELETED\n"
                      "S: * ESEARCH (TAG \"S\") ALL 1,3:4\nS: S OK\n"
                      "C: 1 STORE 2 -FLAGS.SILENT (\\Deleted)\n"
                      "S: * ESEARCH (TAG \"S\") ADDTO (1 2)\nS: 1 OK\n"
                      "C: 2 STORE 1,3 +FLAGS.SILENT (\\Deleted)\n"
                      "S: * ESEARCH (TAG \"S\") REMOVEFROM (2 1,3)\nS: 2 OK\n"
                      "C: 3 STORE 1,3 -FLAGS.SILENT (\\Deleted)\n"
                      "S: * ESEARCH (TAG \"S\") ADDTO (2 1,3)\nS: 3 OK\n" },
  { "contexts-end-with-the-mailbox", NULL,
    "C: B01 SEARCH RETURN (UPDATE COUNT) DELETED\n"
    "S: * ESEARCH (TAG \"B01\") COUNT 1\nS: B01 OK\n"
    "C: 1 UNSELECT\nS: 1 OK\nC: 2 SELECT INBOX\nS: ...\nS: 2 OK\n"
    "C: 3 STORE 1 +FLAGS.SILENT (\\Deleted)\nS: 3 OK\n"
    "C: B01 SEARCH RETURN (UPDATE COUNT) DELETED\n"
    "S: * ESEARCH (TAG \"B01\") COUNT 2\nS: B01 OK\n" },
  { "contexts-by-another", NULL,
    "C: B01 SEARCH RETURN (UPDATE COUNT) DELETED\n"
    "S: * ESEARCH (TAG \"B01\") COUNT 1\nS: B01 OK\n"
    "U2: alice\nC2: 1 SELECT INBOX\nS2: ...\nS2: 1 OK\n"
    "C2: 2 STORE 4 +FLAGS.SILENT (\\Deleted)\nS2: 2 OK\n"
    "C: 3 NOOP\nS: * 4 FETCH (FLAGS (\\Deleted \\Recent))\n"
    "S: * ESEARCH (TAG \"B01\") ADDTO (0 4)\nS: 3 OK\n"
    "C2: 4 EXPUNGE\nS2: * 2 EXPUNGE\nS2: * 3 EXPUNGE\nS2: 4 OK\n"
    "C: 5 NOOP\nS: * ESEARCH (TAG \"B01\") REMOVEFROM (0 2,4)\n"
    "S: * 2 EXPUNGE\nS: * 3 EXPUNGE\nS: 5 OK\n"
    "C2: 6 STORE 1 +FLAGS.SILENT (\\Deleted)\nS2: 6 OK\n"
    "C: 7 NOOP\nS: * 1 FETCH (FLAGS (\\Deleted \\Seen \\Recent))\n"
    "S: * ESEARCH (TAG \"B01\") ADDTO (0 1)\nS: 7 OK\n"
    "C2: 8 EXPUNGE\nS2: * 1 EXPUNGE\nS2: 8 OK\n"
    "C2: 9 APPEND INBOX (\\Deleted) {3}\nS2: + go\nC2: abc\nS2: ...\nS2: 9 OK\n"
    "C: 10 NOOP\nS: * ESEARCH (TAG \"B01\") REMOVEFROM (0 1)\nS: * 1 EXPUNGE\n"
    "S: * 2 EXISTS\nS: ...\nS: * ESEARCH (TAG \"B01\") ADDTO (0 2)\nS: 10 OK\n" },
  /* RFC 5256, RFC 5957 */
  { "sort", NULL, "C: 1 SORT (SUBJECT) UTF-8 ALL\nS: * SORT 3 1 2 4\nS: 1 OK\n"
            "C: 2 SORT (SUBJECT DATE) UTF-8 ALL\nS: * SORT 3 1 4 2\nS: 2 OK\n"
            "C: 3 UID SORT (REVERSE DATE) US-ASCII UNDELETED\nS: * SORT 3 1 4\nS: 3 OK\n"
            "C: 4 SORT (FROM) UTF-8 ALL\nS: * SORT 3 4 2 1\nS: 4 OK\n"
            "C: 5 SORT (CC) UTF-8 CC carol\nS: * SORT 2\nS: 5 OK\n"
            "C: 6 SORT (SIZE) x-none ALL\nS: 6 NO [BADCHARSET (US-ASCII UTF-8)]\n"
            "C: 7 SORT (SIZE) UTF-8 KEYWORD nothing\nS: * SORT\nS: 7 OK\n"
            "C: 8 SORT RETURN (MIN MAX COUNT) (REVERSE SIZE) UTF-8 ALL\n"
            "S: * ESEARCH (TAG \"8\") MIN 2 MAX 4 COUNT 4\nS: 8 OK\n"
            "C: 9 SORT RETURN (SAVE MIN) (REVERSE SIZE) UTF-8 ALL\n"
            "S: * ESEARCH (TAG \"9\") MIN 2\nS: 9 OK\n"
            "C: 10 SEARCH $\nS: * SEARCH 2\nS: 10 OK\n" },
  { "thread", NULL, "C: 1 THREAD REFERENCES UTF-8 ALL\nS: * THREAD (4 2)(1)(3)\nS: 1 OK\n"
              "C: 2 THREAD ORDEREDSUBJECT UTF-8 ALL\nS: * THREAD (4 2)(1)(3)\nS: 2 OK\n"
              "C: 3 UID THREAD REFERENCES UTF-8 KEYWORD nothing\nS: * THREAD\nS: 3 OK\n" },
  { "expunged-by-another", NULL, "U2: alice\nC2: 1 SELECT INBOX\nS2: ...\nS2: 1 OK\n"
                           "C2: 2 EXPUNGE\nS2: * 2 EXPUNGE\nS2: 2 OK\n"
                           "C: 3 SEARCH ALL\nS: * SEARCH 1 3 4\nS: 3 OK\n"
                           "C: 4 SORT (ARRIVAL) UTF-8 ALL\nS: * SORT 1 3 4\nS: ...\nS: 4 OK\n" },
};

static void
test_script (gconstpointer data)
{
  static const gsize chunks[] = { 0, 1, 7 };
  const Case        *test = data;

  g_test_summary ("Searches are answered as the RFCs have it, however TCP cut the bytes.");
  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
    {
      g_autoptr (MailImapDialogue) dialogue = make (test->enabled);

      mail_imap_dialogue_run (dialogue, test->script, chunks[i]);
    }
}

/* Searches up to the limit are kept up to date, one more is not (RFC 5267 section 4.3.1). */
static void
test_too_many_contexts (void)
{
  g_autoptr (MailImapDialogue) dialogue = make (NULL);

  g_test_summary ("More searches to be kept up to date than there can be are refused that.");
  for (guint i = 0; i < 17; i++)
    {
      g_autofree char *refusal = g_strdup_printf ("S: * NO [NOUPDATE \"t%u\"]\n", i);
      g_autofree char *script = g_strdup_printf (
          "C: t%u SEARCH RETURN (UPDATE COUNT) ALL\nS: * ESEARCH (TAG \"t%u\") COUNT 4\n%sS: t%u "
          "OK\n", i, i, i == 16 ? refusal : "", i);

      mail_imap_dialogue_run (dialogue, script, 0);
    }
}

/* What comes while a client waits in IDLE is told to its searches, too. */
static void
test_idle (void)
{
  g_autoptr (MailImapDialogue) dialogue = make (NULL);

  g_test_summary ("A search that is kept up to date hears of mail that arrives.");
  mail_imap_dialogue_run (dialogue, "C: B01 UID SEARCH RETURN (UPDATE ALL) FROM smith\n"
                                    "S: * ESEARCH (TAG \"B01\") UID ALL 1,4\nS: B01 OK\n"
                                    "C: i IDLE\nS: + idling\n", 0);
  mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", NULL, letters[3].text);
  mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", NULL, letters[2].text);
  mail_imap_dialogue_run (dialogue, "S: * 6 EXISTS\nS: * 6 RECENT\n"
                                    "S: * ESEARCH (TAG \"B01\") UID ADDTO (0 5)\n"
                                    "C: DONE\nS: i OK\n", 0);
}

/* A search of many messages by many dear keys takes its time in pieces; the answer is whole. */
static void
test_large (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  g_autoptr (GString) command = g_string_new ("a SEARCH RETURN (COUNT)");
  g_autofree char *said = NULL;

  g_test_summary ("Thousands of messages times hundreds of keys are searched whole.");
  for (guint i = 0; i < 2000; i++)
    mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", "1994-02-01", letters[i % 4].text);
  mail_imap_dialogue_run (dialogue, "C: s SELECT INBOX\nS: ...\nS: s OK [READ-WRITE]\n", 0);
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (command, " NOT BODY nothing%u", i);
  g_string_append (command, " BODY hello\r\n");
  said = mail_imap_dialogue_say (dialogue, command->str);
  g_assert_cmpstr (said, ==, "* ESEARCH (TAG \"a\") COUNT 1000\r\na OK SEARCH completed\r\n");
}

static void
test_days (void)
{
  static const struct
  {
    ImapDay day;
    gint64  number;
  } days[] = {
    { { 1970, 1, 1 }, 0 },      { { 1969, 12, 31 }, -1 },  { { 2000, 2, 29 }, 11016 },
    { { 2000, 3, 1 }, 11017 },  { { 1900, 3, 1 }, -25508 }, { { 2026, 11, 24 }, 20781 },
    { { 9999, 12, 31 }, 2932896 }, { { 1994, 2, 1 }, 8797 },
  };

  g_test_summary ("Days are counted as the calendar has them.");
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    g_assert_cmpint (mail_match_day_number (&days[i].day), ==, days[i].number);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail/imap/search/days", test_days);
  g_test_add_func ("/mail/imap/search/keys", test_keys);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/mail/imap/search/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_script);
    }
  g_test_add_func ("/mail/imap/search/too-many-contexts", test_too_many_contexts);
  g_test_add_func ("/mail/imap/search/idle", test_idle);
  g_test_add_func ("/mail/imap/search/large", test_large);
  return g_test_run ();
}
