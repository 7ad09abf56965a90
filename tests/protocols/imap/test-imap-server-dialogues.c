/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-owner.h"

#include <string.h>

/* The example dialogues of the RFCs that need no mailbox of their own. What a server says in its
 * own words may differ; tags, conditions, codes and data may not. Of capabilities there may be
 * more than in the example. Where an example names a mechanism or an extension that nobody has any
 * more, or its own user, ours stands for it. */

#define ALL IMAP_CAPABILITIES_ALL
#define REV1 IMAP_CAPABILITY_IMAP4REV1
#define REV2 IMAP_CAPABILITY_IMAP4REV2

static const struct
{
  const char *name;
  guint32     capabilities;
  gboolean    is_open;   /* PLAIN also in clear */
  gboolean    is_known;  /* the example begins once the client has logged in */
  gboolean    is_secured; /* and under TLS */
  const char *client;
  const char *server;
} dialogues[] = {
  { "rfc3501-6.1.1-capability", REV1 | IMAP_CAPABILITY_STARTTLS, FALSE, FALSE, FALSE,
    "abcd CAPABILITY\r\nefgh STARTTLS\r\n" IMAP_TLS "ijkl CAPABILITY\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\nabcd OK CAPABILITY completed\r\n"
    "efgh OK STARTLS completed\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
    "ijkl OK CAPABILITY completed\r\n" },
  { "rfc3501-6.1.2-noop", ALL, TRUE, FALSE, FALSE, "a002 NOOP\r\n", "a002 OK NOOP completed\r\n" },
  { "rfc3501-6.1.3-logout", ALL, TRUE, FALSE, FALSE, "A023 LOGOUT\r\n",
    "* BYE IMAP4rev1 Server logging out\r\nA023 OK LOGOUT completed\r\n" },
  { "rfc3501-6.2.1-starttls", REV1 | IMAP_CAPABILITY_STARTTLS, FALSE, FALSE, FALSE,
    "a001 CAPABILITY\r\na002 STARTTLS\r\n" IMAP_TLS "a003 CAPABILITY\r\na004 LOGIN test test\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na001 OK CAPABILITY completed\r\n"
    "a002 OK Begin TLS negotiation now\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
    "a003 OK CAPABILITY completed\r\na004 OK LOGIN completed\r\n" },
  { "rfc3501-6.2.3-login", REV1, TRUE, FALSE, FALSE, "a001 LOGIN test test\r\n",
    "a001 OK LOGIN completed\r\n" },
  { "rfc3501-6.5.1-unknown", REV1, TRUE, FALSE, FALSE, "a441 CAPABILITY\r\nA442 XPIG-LATIN\r\n",
    "* CAPABILITY IMAP4rev1\r\na441 OK CAPABILITY completed\r\nA442 BAD not known here\r\n" },
  { "rfc3501-7.5-continuation", REV1, TRUE, FALSE, FALSE,
    "A001 LOGIN {11}\r\n" IMAP_WAIT "FRED FOOBAR {7}\r\n" IMAP_WAIT
    "fat man\r\nA044 BLURDYBLOOP {102856}\r\n",
    "+ Ready for additional command text\r\n+ Ready for additional command text\r\n"
    "A001 OK LOGIN completed\r\nA044 BAD No such command as \"BLURDYBLOOP\"\r\n" },
  { "rfc9051-6.1.1-capability", REV2 | IMAP_CAPABILITY_STARTTLS, FALSE, FALSE, FALSE,
    "abcd CAPABILITY\r\nefgh STARTTLS\r\n" IMAP_TLS "ijkl CAPABILITY\r\n",
    "* CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED\r\nabcd OK CAPABILITY completed\r\n"
    "efgh OK STARTTLS completed\r\n* CAPABILITY IMAP4rev2 AUTH=PLAIN\r\n"
    "ijkl OK CAPABILITY completed\r\n" },
  { "rfc9051-6.1.3-logout", ALL, TRUE, FALSE, FALSE, "A023 LOGOUT\r\n",
    "* BYE IMAP4rev2 Server logging out\r\nA023 OK LOGOUT completed\r\n" },
  { "rfc9051-6.2.1-starttls", REV2 | IMAP_CAPABILITY_STARTTLS, FALSE, FALSE, FALSE,
    "a001 CAPABILITY\r\na002 STARTTLS\r\n" IMAP_TLS
    "a003 CAPABILITY\r\na004 AUTHENTICATE PLAIN AHRlc3QAdGVzdA==\r\n",
    "* CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED\r\na001 OK CAPABILITY completed\r\n"
    "a002 OK Begin TLS negotiation now\r\n* CAPABILITY IMAP4rev2 AUTH=PLAIN\r\n"
    "a003 OK CAPABILITY completed\r\na004 OK Success (tls protection)\r\n" },
  { "rfc9051-6.2.2-initial-response", REV2 | IMAP_CAPABILITY_STARTTLS, FALSE, FALSE, FALSE,
    "A01 STARTTLS\r\n" IMAP_TLS "A02 CAPABILITY\r\nA03 AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=\r\n",
    "A01 OK STARTTLS completed\r\n* CAPABILITY IMAP4rev2 AUTH=PLAIN\r\n"
    "A02 OK CAPABILITY completed\r\nA03 OK Success (tls protection)\r\n" },
  { "rfc9051-6.2.2-no-initial-response", REV2, FALSE, FALSE, TRUE,
    "C01 CAPABILITY\r\nA01 AUTHENTICATE PLAIN\r\n" IMAP_WAIT "dGVzdAB0ZXN0AHRlc3Q=\r\n",
    "* CAPABILITY IMAP4rev2 AUTH=PLAIN\r\nC01 OK Completed\r\n+ \r\n"
    "A01 OK Success (tls protection)\r\n" },
  { "rfc9051-6.2.2-external", REV2, FALSE, FALSE, TRUE,
    "C01 CAPABILITY\r\nA01 AUTHENTICATE EXTERNAL =\r\n",
    "* CAPABILITY IMAP4rev2 AUTH=PLAIN AUTH=EXTERNAL\r\nC01 OK Completed\r\n"
    "A01 OK Success (tls protection)\r\n" },
  { "rfc9051-6.2.3-login", REV2, TRUE, FALSE, FALSE, "a001 LOGIN test test\r\n",
    "a001 OK LOGIN completed\r\n" },
  { "rfc9051-6.3.1-enable", ALL, TRUE, TRUE, FALSE,
    "t1 CAPABILITY\r\nt2 ENABLE IMAP4rev2 X-GOOD-IDEA\r\nt3 CAPABILITY\r\na1 ENABLE CONDSTORE\r\n",
    "* CAPABILITY IMAP4rev2 ID LITERAL+\r\nt1 OK foo\r\n* ENABLED IMAP4rev2\r\nt2 OK foo\r\n"
    "* CAPABILITY IMAP4rev2 ID LITERAL+\r\nt3 OK foo again\r\n* ENABLED CONDSTORE\r\n"
    "a1 OK Conditional Store enabled\r\n" },
  { "rfc9051-6.3.13-idle", REV2, TRUE, TRUE, FALSE,
    "A001 SELECT INBOX\r\nA002 IDLE\r\n" IMAP_WAIT "DONE\r\n",
    "* 3 EXISTS\r\nA001 OK [READ-WRITE] SELECT completed\r\n+ idling\r\n* 4 EXISTS\r\n"
    "A002 OK IDLE terminated\r\n" },
  { "rfc9051-7.1-unavailable", ALL, TRUE, FALSE, FALSE, "a LOGIN \"later\" \"foo\"\r\n",
    "a NO [UNAVAILABLE] User's backend down for maintenance\r\n" },
  { "rfc9051-7.6-continuation", REV2, TRUE, FALSE, FALSE,
    "A001 LOGIN {11}\r\n" IMAP_WAIT "FRED FOOBAR {7}\r\n" IMAP_WAIT
    "fat man\r\nA044 BLURDYBLOOP {102856}\r\n",
    "+ Ready for additional command text\r\n+ Ready for additional command text\r\n"
    "A001 OK LOGIN completed\r\nA044 BAD No such command as \"BLURDYBLOOP\"\r\n" },
  { "rfc2177-idle", REV1 | IMAP_CAPABILITY_IDLE, TRUE, TRUE, FALSE,
    "A001 SELECT INBOX\r\nA002 IDLE\r\n" IMAP_WAIT "DONE\r\n",
    "* 3 EXISTS\r\nA001 OK SELECT completed\r\n+ idling\r\n* 4 EXISTS\r\n"
    "A002 OK IDLE terminated\r\n" },
  { "rfc4959-initial-response", REV1 | IMAP_CAPABILITY_SASL_IR, FALSE, FALSE, TRUE,
    "C01 CAPABILITY\r\nA01 AUTHENTICATE PLAIN dGVzdAB0ZXN0AHRlc3Q=\r\n",
    "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nC01 OK Completed\r\n"
    "A01 OK Success (tls protection)\r\n" },
  { "rfc4959-no-initial-response", REV1 | IMAP_CAPABILITY_SASL_IR, FALSE, FALSE, TRUE,
    "C01 CAPABILITY\r\nA01 AUTHENTICATE PLAIN\r\n" IMAP_WAIT "dGVzdAB0ZXN0AHRlc3Q=\r\n",
    "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nC01 OK Completed\r\n+ \r\n"
    "A01 OK Success (tls protection)\r\n" },
  { "rfc4959-external-at-once", REV1 | IMAP_CAPABILITY_SASL_IR, FALSE, FALSE, TRUE,
    "C01 CAPABILITY\r\nA01 AUTHENTICATE EXTERNAL =\r\n",
    "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=EXTERNAL\r\nC01 OK Completed\r\n"
    "A01 OK Success (tls protection)\r\n" },
  { "rfc4959-external", REV1 | IMAP_CAPABILITY_SASL_IR, FALSE, FALSE, TRUE,
    "C01 CAPABILITY\r\nA01 AUTHENTICATE EXTERNAL\r\n" IMAP_WAIT "\r\n",
    "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=EXTERNAL\r\nC01 OK Completed\r\n+ \r\n"
    "A01 OK Success (tls protection)\r\n" },
  { "rfc4978-compress", REV1 | IMAP_CAPABILITY_STARTTLS | IMAP_CAPABILITY_COMPRESS, FALSE, FALSE,
    FALSE,
    "a starttls\r\n" IMAP_TLS "b login test test\r\nc compress deflate\r\n" IMAP_DEFLATE
    "d noop\r\n",
    "a OK TLS active\r\nb OK Logged in as arnt\r\nc OK DEFLATE active\r\nd OK done\r\n" },
  { "rfc5161-enable", REV1 | IMAP_CAPABILITY_ID | IMAP_CAPABILITY_LITERAL_PLUS |
                          IMAP_CAPABILITY_ENABLE | IMAP_CAPABILITY_CONDSTORE,
    TRUE, TRUE, FALSE,
    "t1 CAPABILITY\r\nt2 ENABLE X-GOOD-IDEA\r\nt3 CAPABILITY\r\na1 ENABLE CONDSTORE\r\n",
    "* CAPABILITY IMAP4rev1 ID LITERAL+ ENABLE\r\nt1 OK foo\r\n* ENABLED\r\nt2 OK foo\r\n"
    "* CAPABILITY IMAP4rev1 ID LITERAL+ ENABLE\r\nt3 OK foo again\r\n* ENABLED CONDSTORE\r\n"
    "a1 OK Conditional Store enabled\r\n" },
  { "rfc7888-3-literals-at-once", REV1 | IMAP_CAPABILITY_LITERAL_PLUS, TRUE, FALSE, FALSE,
    "A001 LOGIN {11+}\r\nFRED FOOBAR {7+}\r\nfat man\r\n", "A001 OK LOGIN completed\r\n" },
  { "rfc7888-3-quoted", REV1 | IMAP_CAPABILITY_LITERAL_PLUS, TRUE, FALSE, FALSE,
    "A001 LOGIN \"FRED FOOBAR\" \"fat man\"\r\n", "A001 OK LOGIN completed\r\n" },
};

static gboolean
is_status (const char *const *words)
{
  static const char *const conditions[] = { "OK", "NO", "BAD", "BYE", NULL };

  return words[0] != NULL && words[1] != NULL && g_strv_contains (conditions, words[1]);
}

static void
check_line (const char *expected, const char *got)
{
  g_auto (GStrv) wanted = g_strsplit (expected, " ", -1);
  g_auto (GStrv) had = g_strsplit (got, " ", -1);

  if (*expected == '\0')
    g_assert_cmpstr (got, ==, "");
  else if (*expected == '+')
    {
      if (expected[2] == '\0' || *got != '+')
        g_assert_cmpstr (got, ==, expected);
    }
  else if (is_status ((const char *const *) wanted))
    {
      g_assert_cmpstr (had[0], ==, wanted[0]);
      g_assert_cmpstr (had[1], ==, wanted[1]);
      if (wanted[2] != NULL && wanted[2][0] == '[')
        g_assert_cmpstr (had[2], ==, wanted[2]);
    }
  else if (g_strcmp0 (wanted[1], "CAPABILITY") == 0)
    {
      for (guint i = 0; wanted[i] != NULL; i++)
        g_assert_true (g_strv_contains ((const char *const *) had, wanted[i]));
      g_assert_cmpint (strstr (got, "LOGINDISABLED") != NULL, ==,
                       strstr (expected, "LOGINDISABLED") != NULL);
    }
  else
    g_assert_cmpstr (got, ==, expected);
}

static void
check_lines (const char *expected, const char *got)
{
  g_auto (GStrv) wanted = g_strsplit (expected, "\r\n", -1);
  g_auto (GStrv) had = g_strsplit (got, "\r\n", -1);

  g_test_message ("%s", got);
  g_assert_cmpuint (g_strv_length (had), ==, g_strv_length (wanted));
  for (guint i = 0; wanted[i] != NULL; i++)
    check_line (wanted[i], had[i]);
}

static void
check_dialogue (guint i, gsize chunk)
{
  static const char *const names[] = { "tim", NULL };
  static const WireSecurity security = { .version = "TLSv1.3", .is_verified = TRUE,
                                         .peer_names = names };
  guint mechanisms = SASL_MECHANISM_PLAIN | SASL_MECHANISM_EXTERNAL;
  ImapServerConfig config = {
    .name = "b.example",
    .capabilities = dialogues[i].capabilities,
    .mechanisms = mechanisms,
    .mechanisms_in_clear = dialogues[i].is_open ? SASL_MECHANISM_PLAIN : 0,
    .random = imap_owner_random,
  };
  g_autofree char *told = NULL;
  ImapOwner        owner;

  imap_owner_init (&owner, &config);
  if (dialogues[i].is_secured)
    imap_server_secured (owner.server, &security, 0);
  imap_owner_run (&owner);
  if (dialogues[i].is_known)
    imap_owner_play (&owner, "x LOGIN test test\r\n", 100);
  g_byte_array_set_size (owner.told, 0);
  imap_owner_play (&owner, dialogues[i].client, chunk);
  told = imap_owner_dup_told (&owner);
  check_lines (dialogues[i].server, told);
  imap_owner_clear (&owner);
}

static void
test_dialogue (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);

  g_test_summary ("An example of an RFC goes as it is printed there.");
  for (gsize chunk = 1; chunk <= strlen (dialogues[i].client); chunk++)
    check_dialogue (i, chunk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (dialogues); i++)
    {
      g_autofree char *path = g_strconcat ("/imap/server/dialogues/", dialogues[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_dialogue);
    }
  return g_test_run ();
}
