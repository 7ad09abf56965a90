/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-apop.h>

#include "pop3-owner.h"

#include <string.h>

/*
 * The dialogues that the RFCs give as examples, said to our server. A line of a script is
 *
 *   "C ..."  what the client says; {APOP} is the digest for the greeting's timestamp
 *   "S ..."  the answer: its status and response code have to be those of the example; what follows
 *            is for people, and ours differs
 *   "= ..."  the answer, or one line of it: all of it counts
 *   "+ ..."  a line of a listing that has to be among those that come; "+." ends it
 *   "- ..."  a line that must not be among them, after its "+" lines
 *   "T"      TLS begins
 *
 * Where the example's server has what ours has not (mechanisms, languages), the script has what
 * comes next to it; the table says so.
 */

typedef struct
{
  const char *name;
  const char *password;
  guint capabilities; /* beyond all that need nothing */
  guint mechanisms, mechanisms_in_clear;
  guint login_delay_s;
  gboolean guards;
  const char *script[40];
} Example;

static const Example examples[] = {
  { "rfc-1939-section-10", "tanstaaf", POP3_CAPABILITY_APOP,
    .script = { "S +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>",
                "C APOP mrose {APOP}",
                "S +OK mrose's maildrop has 2 messages (320 octets)",
                "C STAT",
                "= +OK 2 320",
                "C LIST",
                "= +OK 2 messages (320 octets)",
                "= 1 120",
                "= 2 200",
                "= .",
                "C RETR 1",
                "= +OK 120 octets",
                "+.",
                "C DELE 1",
                "= +OK message 1 deleted",
                "C RETR 2",
                "= +OK 200 octets",
                "+.",
                "C DELE 2",
                "= +OK message 2 deleted",
                "C QUIT",
                "S +OK dewey POP3 server signing off (maildrop empty)" } },
  { "rfc-1939-section-4-quit", "tanstaaf", 0,
    .script = { "S +OK POP3 server ready", "C QUIT", "S +OK dewey POP3 server signing off" } },
  /* After DELE 2, as the sections' examples read one after the other. */
  { "rfc-1939-section-5", "tanstaaf", 0,
    .script = { "S +OK",
                "C USER mrose",
                "S +OK mrose is a real hoopy frood",
                "C PASS tanstaaf",
                "S +OK mrose's maildrop has 2 messages (320 octets)",
                "C LIST 2",
                "= +OK 2 200",
                "C LIST 3",
                "S -ERR no such message, only 2 messages in maildrop",
                "C RETR 1",
                "= +OK 120 octets",
                "+.",
                "C DELE 1",
                "= +OK message 1 deleted",
                "C DELE 1",
                "S -ERR message 1 already deleted",
                "C NOOP",
                "S +OK",
                "C RSET",
                "S +OK maildrop has 2 messages (320 octets)",
                "C TOP 1 10",
                "S +OK",
                "+ Subject: one",
                "+.",
                "C TOP 100 3",
                "S -ERR no such message",
                "C QUIT",
                "S +OK dewey POP3 server signing off (2 messages left)" } },
  { "rfc-1939-section-7-uidl", "tanstaaf", 0,
    .script = { "S +OK", "C USER mrose", "S +OK", "C PASS tanstaaf", "S +OK", "C UIDL", "S +OK",
                "= 1 uid1", "= 2 uid2", "= .", "C UIDL 2", "= +OK 2 uid2", "C UIDL 3",
                "S -ERR no such message, only 2 messages in maildrop" } },
  /* That a name is not there is not told: section 13 warns of it. */
  { "rfc-1939-section-7-user", "tanstaaf", 0,
    .script = { "S +OK", "C USER frated", "S +OK", "C PASS x",
                "S -ERR sorry, no mailbox for frated here", "C USER mrose",
                "S +OK mrose is a real hoopy frood", "C PASS secret",
                "S -ERR maildrop already locked", "C USER mrose",
                "S +OK mrose is a real hoopy frood", "C PASS tanstaaf",
                "S +OK mrose's maildrop has 2 messages (320 octets)" } },
  { "rfc-1939-section-7-apop", "tanstaaf", POP3_CAPABILITY_APOP,
    .script = { "S +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>", "C APOP mrose {APOP}",
                "S +OK maildrop has 1 message (369 octets)" } },
  { "rfc-2449-section-5", "x", 0, SASL_MECHANISM_CRAM_MD5, SASL_MECHANISM_CRAM_MD5, 900,
    .script = { "S +OK", "C CAPA", "S +OK Capability list follows", "+ TOP", "+ USER",
                "+ SASL CRAM-MD5", "+ RESP-CODES", "+ LOGIN-DELAY 900", "+ PIPELINING",
                "+ EXPIRE NEVER", "+ UIDL", "+ IMPLEMENTATION Postroad", "+." } },
  { "rfc-2449-section-8", "tanstaaf", POP3_CAPABILITY_APOP,
    .script = { "S +OK", "C APOP busy {APOP}",
                "S -ERR [IN-USE] Do you have another POP session running?" } },
  { "rfc-2595-section-4", "x", POP3_CAPABILITY_STLS,
    .script = { "S +OK", "C STLS", "S +OK Begin TLS negotiation", "T", "C STLS",
                "S -ERR Command not permitted when TLS active" } },
  /* DIGEST-MD5 and GSSAPI are not here; CRAM-MD5 is what hides the password instead. */
  { "rfc-5034-section-3", "x", POP3_CAPABILITY_STLS,
    SASL_MECHANISM_PLAIN | SASL_MECHANISM_ANONYMOUS,
    SASL_MECHANISM_PLAIN | SASL_MECHANISM_ANONYMOUS,
    .script = { "S +OK pop.example.com BlurdyBlurp POP3 server ready", "C CAPA",
                "S +OK List of capabilities follows", "+ SASL PLAIN ANONYMOUS", "+ STLS",
                "+ IMPLEMENTATION Postroad", "+." } },
  { "rfc-5034-section-6-initial-response", "test", POP3_CAPABILITY_STLS,
    SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_PLAIN | SASL_MECHANISM_ANONYMOUS,
    SASL_MECHANISM_CRAM_MD5 | SASL_MECHANISM_ANONYMOUS, .guards = TRUE,
    .script = { "S +OK pop.example.com BlurdyBlurp POP3 server ready", "C CAPA",
                "S +OK List of capabilities follows", "+ SASL CRAM-MD5 ANONYMOUS", "+ STLS", "+.",
                "C STLS", "S +OK Begin TLS negotiation now", "T", "C CAPA",
                "S +OK List of capabilities follows", "+ SASL CRAM-MD5 PLAIN ANONYMOUS", "- STLS",
                "+.",
                "C AUTH PLAIN bXJvc2UAbXJvc2UAdGVzdA==", "S +OK Maildrop locked and ready" } },
  { "rfc-5034-section-6-empty-challenge", "test", POP3_CAPABILITY_STLS, SASL_MECHANISM_PLAIN, 0,
    .guards = TRUE,
    .script = { "S +OK", "C STLS", "S +OK", "T", "C AUTH PLAIN", "= + ",
                "C bXJvc2UAbXJvc2UAdGVzdA==", "S +OK Maildrop locked and ready" } },
  { "rfc-6856-section-3.3", "password", 0,
    .script = { "S +OK",
                "C USER mrose",
                "S +OK Hello, karen",
                "C PASS password",
                "S +OK karen's maildrop contains 2 messages (320 octets)",
                "C LANG MUL",
                "S -ERR invalid language MUL",
                "C LANG",
                "S +OK Language listing follows:",
                "= en English",
                "= de Deutsch",
                "= .",
                "C LANG de",
                "= +OK de Sprache ge\303\244ndert",
                "C LANG uga",
                "S -ERR es Idioma <<UGA>> no es conocido",
                "C LANG en",
                "= +OK en language changed",
                "C LANG *",
                "= +OK en language changed" } },
};

typedef struct
{
  const char *name; /* of the example */
  Pop3Owner owner;
  gsize taken;    /* of what was sent */
  GString *lines; /* of the listing that is being read; NULL: none yet */
  char *timestamp;
} Play;

/* Returns: (transfer full): the next line that the server has sent, without its end. */
static char *
next_line (Play *play)
{
  GByteArray *sent = play->owner.sent;
  const char *data = (const char *) sent->data + play->taken;
  const char *end = memchr (data, '\n', sent->len - play->taken);
  char *line;

  if (end == NULL)
    g_error ("%s: the server said nothing more", play->name);
  line = g_strndup (data, (gsize) (end - data) - 1);
  play->taken += (gsize) (end - data) + 1;
  return line;
}

/* Status and code of a line: "-ERR [IN-USE]". */
static char *
get_status (const char *line)
{
  const char *space = strchr (line, ' ');
  const char *close = space != NULL && space[1] == '[' ? strchr (space, ']') : NULL;

  return g_strndup (line, close != NULL   ? (gsize) (close + 1 - line)
                          : space != NULL ? (gsize) (space - line)
                                          : strlen (line));
}

static void
say (Play *play, const char *line, gsize chunk)
{
  g_autofree char *digest = play->timestamp != NULL
                                ? pop3_apop_digest (play->timestamp, play->owner.password)
                                : g_strdup ("");
  g_auto (GStrv) parts = g_strsplit (line, "{APOP}", -1);
  g_autofree char *words = g_strjoinv (digest, parts);
  g_autofree char *whole = g_strconcat (words, "\r\n", NULL);

  pop3_owner_receive_chunked (&play->owner, whole, strlen (whole), chunk);
}

static void
expect_status (Play *play, const char *expected)
{
  g_autofree char *line = next_line (play);
  g_autofree char *ours = get_status (line);
  g_autofree char *theirs = get_status (expected);

  /* Ours may say more precisely why; the example's code has to be there. */
  if (strchr (theirs, '[') == NULL && strchr (ours, '[') != NULL)
    *strchr (ours, ' ') = '\0';
  g_assert_cmpstr (ours, ==, theirs);
  if (play->timestamp == NULL)
    play->timestamp = pop3_apop_find_timestamp (line);
}

/* The rest of a listing, up to its end. */
static void
read_listing (Play *play)
{
  if (play->lines != NULL)
    return;
  play->lines = g_string_new ("\n");
  for (;;)
    {
      g_autofree char *line = next_line (play);

      if (strcmp (line, ".") == 0)
        return;
      g_string_append_printf (play->lines, "%s\n", line);
    }
}

static void
expect_in_listing (Play *play, const char *line, gboolean is_wanted)
{
  g_autofree char *whole = g_strconcat ("\n", line, "\n", NULL);

  read_listing (play);
  if ((strstr (play->lines->str, whole) != NULL) != is_wanted)
    g_error ("%s: \"%s\" among %s", play->name, line, play->lines->str);
}

static void
do_line (Play *play, const char *line, gsize chunk)
{
  static const WireSecurity security = { "TLSv1.3", "TLS_AES_256_GCM_SHA384" };
  g_autofree char *said = NULL;

  if (line[0] == 'C')
    say (play, line + 2, chunk);
  else if (line[0] == 'S')
    expect_status (play, line + 2);
  else if (line[0] == '=')
    {
      said = next_line (play);
      g_assert_cmpstr (said, ==, line + 2);
    }
  else if (strcmp (line, "+.") == 0)
    {
      read_listing (play);
      g_string_free (g_steal_pointer (&play->lines), TRUE);
    }
  else if (line[0] == '+' || line[0] == '-')
    expect_in_listing (play, line + 2, line[0] == '+');
  else
    {
      g_assert_true (pop3_server_starts_tls (play->owner.server));
      pop3_server_secured (play->owner.server, &security, 0);
    }
}

static void
test_example (gconstpointer data)
{
  const Example *example = data;
  g_autofree char *filler = g_strnfill (100, '1');
  g_autofree char *first = g_strdup_printf ("Subject: one\r\n\r\n%.102s%s\r\n", filler, "22");
  g_autofree char *long_filler = g_strnfill (198, '2');
  g_autofree char *second = g_strconcat (long_filler, "\r\n", NULL);
  GBytes *messages[] = { g_bytes_new (first, strlen (first)), g_bytes_new (second, 200) };
  Pop3ServerConfig config = {
    "dewey",
    NULL,
    POP3_CAPABILITIES_ALL | example->capabilities,
    POP3_PROFILE_STRICT,
    0,
    .guards_passwords = example->guards,
    .mechanisms = example->mechanisms,
    .mechanisms_in_clear = example->mechanisms_in_clear,
    .random = pop3_owner_draw,
    .login_delay_s = example->login_delay_s,
  };

  g_assert_cmpuint (strlen (first), ==, 120);
  for (gsize chunk = 1; chunk <= 60; chunk++)
    {
      Play play = { .name = example->name };

      pop3_owner_init (&play.owner, &config, messages, 2);
      play.owner.password = example->password;
      pop3_owner_run (&play.owner);
      for (guint i = 0; example->script[i] != NULL; i++)
        do_line (&play, example->script[i], chunk);
      g_assert_cmpuint (play.taken, ==, play.owner.sent->len);
      g_free (play.timestamp);
      pop3_owner_clear (&play.owner);
    }
  g_bytes_unref (messages[0]);
  g_bytes_unref (messages[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    {
      g_autofree char *path = g_strconcat ("/pop3/examples/", examples[i].name, NULL);

      g_test_add_data_func (path, &examples[i], test_example);
    }
  return g_test_run ();
}
