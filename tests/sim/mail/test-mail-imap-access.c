/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-dialogue.h"

#include <string.h>

/* What users may take up (QUOTA, RFC 9208), what others may do (ACL, RFC 4314), and what is noted
 * on mailboxes (METADATA, RFC 5464). */

typedef struct
{
  const char *name;
  const char *keys; /* of the host's group */
  const char *script;
} Case;

#define TEN "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static const Case cases[] = {
  /* RFC 4314 sections 2.1.1 and 3.1 to 3.5; rights come in our order, and the owner's first. */
  { "acl", "",
    "C: 0 CREATE INBOX/Drafts\nS: 0 OK\n"
    "C: A001 SeTacl INBOX/Drafts bob lrswida\nS: A001 OK Setacl complete\n"
    "C: A002 getacl INBOX/Drafts\n"
    "S: * ACL INBOX/Drafts alice lrswipkxtecda bob lrswiteda\nS: A002 OK Getacl complete\n"
    "C: A003 Setacl INBOX/Drafts carol lrswikda\nS: A003 OK Setacl complete\n"
    "C: A004 getAcl INBOX/Drafts\n"
    "S: * ACL INBOX/Drafts alice lrswipkxtecda bob lrswiteda carol lrswiktecda\nS: A004 OK\n"
    "C: A005 SETACL INBOX/Drafts bob lrswi\nS: A005 OK\n"
    "C: A006 SETACL INBOX/Drafts bob +cda\nS: A006 OK\n"
    "C: A007 GETACL INBOX/Drafts\n"
    "S: * ACL INBOX/Drafts alice lrswipkxtecda bob lrswikxtecda carol lrswiktecda\nS: A007 OK\n"
    "C: A008 SETACL INBOX/Drafts bob -kd\nS: A008 OK\n"
    "C: A009 DeleteAcl INBOX/Drafts carol\nS: A009 OK Deleteacl complete\n"
    "C: A010 GETACL INBOX/Drafts\n"
    "S: * ACL INBOX/Drafts alice lrswipkxtecda bob lrswixca\nS: A010 OK\n"
    "C: A035 SETACL INBOX/Drafts carol lrQswicda\nS: A035 BAD Uppercase rights are not allowed\n"
    "C: A036 SETACL INBOX/Drafts carol lrqswicda\nS: A036 BAD The q right is not supported\n"
    "C: A037 SETACL INBOX/Drafts nobody l\nS: A037 NO [CANNOT]\n"
    "C: A038 SETACL INBOX/Drafts alice l\nS: A038 NO [CANNOT]\n"
    "C: A039 SETACL Nowhere bob l\nS: A039 NO [NONEXISTENT]\n"
    "C: a001 LISTRIGHTS INBOX bob\n"
    "S: * LISTRIGHTS INBOX bob \"\" l r s w i p k x t e c d a\nS: a001 OK\n"
    "C: a002 LISTRIGHTS INBOX alice\n"
    "S: * LISTRIGHTS INBOX alice lrswipkxtecda\nS: a002 OK\n"
    "C: A011 MYRIGHTS INBOX\n"
    "S: * MYRIGHTS INBOX lrswipkxtecda\nS: A011 OK Myrights complete\n" },
  { "what-others-may", "",
    "C: 1 SETACL INBOX anyone l\nS: 1 OK\n"
    "U2: bob\n"
    "C2: 2 MYRIGHTS user/alice/INBOX\nS2: * MYRIGHTS user/alice/INBOX l\nS2: 2 OK\n"
    "C2: 3 GETACL user/alice/INBOX\nS2: 3 NO [NOPERM]\n"
    "C2: 4 SETACL user/alice/INBOX bob lrswia\nS2: 4 NO [NOPERM]\n"
    "C2: 5 SELECT user/alice/INBOX\nS2: 5 NO [NOPERM]\n"
    "C: 6 SETACL INBOX bob lra\nS: 6 OK\n"
    "C2: 7 SETACL user/alice/INBOX carol lr\nS2: 7 OK\n"
    "C2: 8 GETACL user/alice/INBOX\n"
    "S2: * ACL user/alice/INBOX alice lrswipkxtecda anyone l bob lra carol lr\nS2: 8 OK\n"
    "C: 9 SETACL INBOX -bob r\nS: 9 OK\n"
    "C2: 10 MYRIGHTS user/alice/INBOX\nS2: * MYRIGHTS user/alice/INBOX la\nS2: 10 OK\n"
    "C2: 11 MYRIGHTS user/carol/INBOX\nS2: 11 NO [NONEXISTENT]\n"
    "C: 12 DELETEACL INBOX -bob\nS: 12 OK\n"
    "C2: 13 GETQUOTAROOT user/alice\nS2: * QUOTAROOT user/alice \"#user/alice\"\n"
    "S2: * QUOTA \"#user/alice\" (MESSAGE 0 1000000)\nS2: 13 OK\n"
    "C2: 14 CREATE user/alice\nS2: 14 NO [NOPERM]\n" },
  /* RFC 9208 section 4.1 */
  { "quota", "Quota=102400\n",
    "C: G0002 GETQUOTAROOT INBOX\n"
    "S: * QUOTAROOT INBOX \"#user/alice\"\n"
    "S: * QUOTA \"#user/alice\" (STORAGE 1 100 MESSAGE 1 1000000)\nS: G0002 OK\n"
    "C: S0000 GETQUOTA \"#user/alice\"\n"
    "S: * QUOTA \"#user/alice\" (STORAGE 1 100 MESSAGE 1 1000000)\nS: S0000 OK\n"
    "C: 1 GETQUOTAROOT not-there-yet\n"
    "S: * QUOTAROOT not-there-yet \"#user/alice\"\n"
    "S: * QUOTA \"#user/alice\" (STORAGE 1 100 MESSAGE 1 1000000)\nS: 1 OK\n"
    "C: 2 GETQUOTA \"#user/bob\"\nS: 2 NO [NONEXISTENT]\n"
    "C: 3 GETQUOTA \"!partition/sda4\"\nS: 3 NO [NONEXISTENT]\n"
    "C: 4 GETQUOTAROOT user/bob/INBOX\nS: 4 NO [NOPERM]\n"
    "C: S0001 SETQUOTA \"#user/alice\" (STORAGE 510)\nS: S0001 NO [NOPERM]\n"
    "U2: postmaster\n"
    "C2: S0001 SETQUOTA \"#user/alice\" (STORAGE 510)\n"
    "S2: * QUOTA \"#user/alice\" (STORAGE 1 510 MESSAGE 1 1000000)\nS2: S0001 OK\n"
    "C2: S0002 SETQUOTA \"#user/alice\" (MAILBOX 5)\nS2: S0002 NO [CANNOT]\n"
    "C2: S0003 SETQUOTA \"#user/alice\" ()\n"
    "S2: * QUOTA \"#user/alice\" (MESSAGE 1 1000000)\nS2: S0003 OK\n" },
  { "over-quota", "Quota=200\n",
    "C: 1 APPEND INBOX {100}\nS: + go\nC: " HUNDRED "\nS: 1 OK\n"
    "C: 2 APPEND INBOX {101}\nS: + go\nC: x" HUNDRED "\nS: 2 NO [OVERQUOTA]\n"
    "C: 3 COPY 1 INBOX\nS: 3 BAD\n"
    "C: 4 APPEND INBOX {100}\nS: + go\nC: " HUNDRED "\nS: 4 OK\n"
    "C: 5 GETQUOTA \"#user/alice\"\n"
    "S: * QUOTA \"#user/alice\" (STORAGE 1 1 MESSAGE 2 1000000)\nS: 5 OK\n" },
  /* RFC 5464 sections 4.2 and 4.3 */
  { "metadata", "",
    "C: a1 SETMETADATA INBOX (/private/comment \"My new comment\" /shared/comment "
    "\"This one is for you!\")\nS: a1 OK SETMETADATA complete\n"
    "C: a2 GETMETADATA \"INBOX\" /private/comment\n"
    "S: * METADATA INBOX (/private/comment \"My new comment\")\nS: a2 OK GETMETADATA complete\n"
    "C: a3 GETMETADATA \"INBOX\" (/shared/comment /PRIVATE/Comment)\n"
    "S: * METADATA INBOX (/shared/comment \"This one is for you!\")\n"
    "S: * METADATA INBOX (/private/comment \"My new comment\")\nS: a3 OK GETMETADATA complete\n"
    "C: a4 SETMETADATA INBOX (/private/comment {33}\nS: + ready for data\n"
    "C: My new comment across\nC: two lines.)\nS: a4 OK SETMETADATA complete\n"
    "C: a5 GETMETADATA INBOX /private/comment\nS: * METADATA INBOX (/private/comment {33}\n"
    "S: My new comment across\nS: two lines.)\nS: a5 OK\n"
    "C: a6 GETMETADATA \"INBOX\" (MAXSIZE 20) (/shared/comment /private/comment)\n"
    "S: * METADATA INBOX (/shared/comment \"This one is for you!\")\n"
    "S: a6 OK [METADATA LONGENTRIES 33] GETMETADATA complete\n"
    "C: a7 SETMETADATA INBOX (/private/comment NIL)\nS: a7 OK SETMETADATA complete\n"
    "C: a8 GETMETADATA INBOX /private/comment\n"
    "S: * METADATA INBOX (/private/comment NIL)\nS: a8 OK\n" },
  { "metadata-depth", "",
    "C: a0 SETMETADATA INBOX (/private/filters/values/small \"SMALLER 5000\" "
    "/private/filters/values/boss \"FROM \\\"boss@example.com\\\"\" /private/filters/values/boss/x "
    "\"deep\" /private/filters/valuesnot \"no\")\nS: a0 OK\n"
    "C: a1 GETMETADATA \"INBOX\" (DEPTH 1) (/private/filters/values)\n"
    "S: * METADATA INBOX (/private/filters/values/boss \"FROM \\\"boss@example.com\\\"\")\n"
    "S: * METADATA INBOX (/private/filters/values/small \"SMALLER 5000\")\nS: a1 OK\n"
    "C: a2 GETMETADATA \"INBOX\" (DEPTH 0) (/private/filters/values/boss)\n"
    "S: * METADATA INBOX (/private/filters/values/boss \"FROM \\\"boss@example.com\\\"\")\n"
    "S: a2 OK\n"
    "C: a3 GETMETADATA \"INBOX\" (DEPTH infinity) (/private/filters/values)\n"
    "S: * METADATA INBOX (/private/filters/values/boss \"FROM \\\"boss@example.com\\\"\")\n"
    "S: * METADATA INBOX (/private/filters/values/boss/x \"deep\")\n"
    "S: * METADATA INBOX (/private/filters/values/small \"SMALLER 5000\")\nS: a3 OK\n" },
  { "metadata-that-can't-be", "",
    "C: 1 SETMETADATA INBOX (/comment \"x\")\nS: 1 BAD\n"
    "C: 2 SETMETADATA INBOX (/private//x \"x\")\nS: 2 BAD\n"
    "C: 3 SETMETADATA INBOX (/private/x/ \"x\")\nS: 3 BAD\n"
    "C: 4 GETMETADATA INBOX \"/private/x*\"\nS: 4 BAD\n"
    "C: 5 SETMETADATA Nowhere (/private/x \"x\")\nS: 5 NO [NONEXISTENT]\n"
    "C: 6 SETMETADATA INBOX (/private/a \"1\" /private/specialuse \"\\\\Nonsense\")\n"
    "S: 6 NO [CANNOT]\n"
    "C: 7 GETMETADATA INBOX /private/a\nS: * METADATA INBOX (/private/a NIL)\nS: 7 OK\n" },
  { "metadata-of-the-server", "",
    "C: 1 GETMETADATA \"\" /shared/admin\n"
    "S: * METADATA \"\" (/shared/admin \"mailto:postmaster@example\")\nS: 1 OK\n"
    "C: 2 SETMETADATA \"\" (/shared/comment \"Shared comment\")\nS: 2 NO [NOPERM]\n"
    "C: 3 SETMETADATA \"\" (/private/vendor/x/y \"mine\")\nS: 3 OK\n"
    "U2: postmaster\n"
    "C2: 4 SETMETADATA \"\" (/shared/comment \"Shared comment\")\nS2: 4 OK\n"
    "C2: 5 SETMETADATA \"\" (/shared/admin \"mailto:me@example\")\nS2: 5 NO [NOPERM]\n"
    "C: 6 GETMETADATA \"\" /shared/comment\n"
    "S: * METADATA \"\" (/shared/comment \"Shared comment\")\nS: 6 OK GETMETADATA complete\n"
    "C2: 7 GETMETADATA \"\" /private/vendor/x/y\n"
    "S2: * METADATA \"\" (/private/vendor/x/y NIL)\nS2: 7 OK\n"
    "C: 8 GETMETADATA \"\" (DEPTH infinity) /shared\n"
    "S: * METADATA \"\" (/shared/admin \"mailto:postmaster@example\")\n"
    "S: * METADATA \"\" (/shared/comment \"Shared comment\")\nS: 8 OK\n" },
  { "metadata-of-others", "",
    "C: 1 SETMETADATA INBOX (/private/comment \"alice\" /shared/comment \"all\")\nS: 1 OK\n"
    "C: 2 SETACL INBOX bob lr\nS: 2 OK\n"
    "C: 3 SETACL INBOX carol l\nS: 3 OK\n"
    "U2: bob\nU3: carol\n"
    "C2: 4 GETMETADATA user/alice/INBOX (/private/comment /shared/comment)\n"
    "S2: * METADATA user/alice/INBOX (/private/comment NIL)\n"
    "S2: * METADATA user/alice/INBOX (/shared/comment \"all\")\nS2: 4 OK\n"
    "C2: 5 SETMETADATA user/alice/INBOX (/private/comment \"bob\")\nS2: 5 OK\n"
    "C2: 6 GETMETADATA user/alice/INBOX (DEPTH infinity) /private\n"
    "S2: * METADATA user/alice/INBOX (/private/comment \"bob\")\nS2: 6 OK\n"
    "C: 7 GETMETADATA INBOX /private/comment\n"
    "S: * METADATA INBOX (/private/comment \"alice\")\nS: 7 OK\n"
    "C3: 8 GETMETADATA user/alice/INBOX /shared/comment\nS3: 8 NO [NOPERM]\n" },
};

static void
test_script (gconstpointer data)
{
  static const gsize chunks[] = { 0, 1, 7 };
  const Case        *test = data;

  g_test_summary ("Access is answered as the RFCs' examples have it, however TCP cut the bytes.");
  for (guint i = 0; i < G_N_ELEMENTS (chunks); i++)
    {
      g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new (test->keys);

      if (strcmp (test->name, "quota") == 0)
        mail_imap_dialogue_add (dialogue, "alice", "INBOX", "", NULL, "Subject: x\r\n\r\n");
      mail_imap_dialogue_run (dialogue, test->script, chunks[i]);
    }
}

/* Section 4.1 of RFC 5464: at least 10 entries of 1,024 octets; more than the limits is refused,
 * and then nothing of the command is done. */
static void
test_limits (void)
{
  g_autoptr (MailImapDialogue) dialogue = mail_imap_dialogue_new ("");
  g_autofree char *value = g_strnfill (65537, 'x');
  g_autofree char *large =
      g_strdup_printf ("a SETMETADATA INBOX (/private/a \"1\" /private/b {65537+}\r\n%s)\r\n",
                       value);
  g_autofree char *said = mail_imap_dialogue_say (dialogue, large);
  guint n = 0;

  g_test_summary ("Annotations have limits, and those are told.");
  g_assert_nonnull (strstr (said, "a NO [METADATA MAXSIZE 65536]"));
  mail_imap_dialogue_run (dialogue, "C: b GETMETADATA INBOX /private/a\n"
                                    "S: * METADATA INBOX (/private/a NIL)\nS: b OK\n", 0);
  for (; n < 2000; n++)
    {
      g_autofree char *one =
          g_strdup_printf ("c SETMETADATA INBOX (/private/e%u \"1\" /private/f%u \"2\")\r\n", n, n);
      g_autofree char *answer = mail_imap_dialogue_say (dialogue, one);

      if (strstr (answer, "c NO [METADATA TOOMANY]") != NULL)
        break;
      g_assert_nonnull (strstr (answer, "c OK"));
    }
  g_assert_cmpuint (n, <=, MAIL_ACCOUNT_ANNOTATIONS_MAX);
  g_assert_cmpuint (n, >=, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/mail/imap/access/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_script);
    }
  g_test_add_func ("/mail/imap/access/limits", test_limits);
  return g_test_run ();
}
