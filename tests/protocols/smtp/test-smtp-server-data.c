/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-owner.h"

#include <string.h>

/* Data, its end and what is in it; what comes before its time; what takes too long. */

#define GREETING "220 foo.com ESMTP Postroad\r\n"
#define HI "EHLO bar.com\r\n"
#define LISTED "250-foo.com greets bar.com\r\n250 PIPELINING\r\n"
#define OK "250 OK\r\n"
#define GO_ON "354 Start mail input; end with <CRLF>.<CRLF>\r\n"
#define TO_DATA HI "MAIL FROM:<x@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\nDATA\r\n"
#define TO_DATA_REPLIES GREETING LISTED OK OK GO_ON
#define TOO_EARLY                                                                                  \
  "503 Improper use of pipelining: wait for replies\r\n"                                           \
  "421 foo.com Closing the connection: commands came ahead of replies\r\n"

static SmtpServerConfig
get_config (guint profile)
{
  return (SmtpServerConfig){ .name = "foo.com", .profile = profile,
                             .extensions = SMTP_EXTENSION_PIPELINING };
}

/* The ten forms of an end of data that fool servers, and the one that is right. */
static const struct
{
  guint       leniency;
  const char *before, *dot;
  gsize       dot_bytes;
} forms[] = {
  { 0, "\r\n", ".\r\n", 3 },
  { SMTP_LENIENT_END_LF_LF, "\n", ".\n", 2 },
  { SMTP_LENIENT_END_LF_CRLF, "\n", ".\r\n", 3 },
  { SMTP_LENIENT_END_CRLF_LF, "\r\n", ".\n", 2 },
  { SMTP_LENIENT_END_CR_CR, "\r", ".\r", 2 },
  { SMTP_LENIENT_END_CR_CRLF, "\r", ".\r\n", 3 },
  { SMTP_LENIENT_END_CRLF_CR, "\r\n", ".\r", 2 },
  { SMTP_LENIENT_END_LF_CR, "\n", ".\r", 2 },
  { SMTP_LENIENT_END_CR_LF, "\r", ".\n", 2 },
  { SMTP_LENIENT_END_CRCRLF_CRCRLF, "\r\r\n", ".\r\r\n", 4 },
  { SMTP_LENIENT_END_CRLF_NUL, "\r\n", "\0.\r\n", 4 },
};

/* A message with a form in it, behind which a second one is hidden, the smuggler's. */
static GString *
make_smuggled (guint f)
{
  GString *client = g_string_new ("first");

  g_string_append (client, forms[f].before);
  g_string_append_len (client, forms[f].dot, (gssize) forms[f].dot_bytes);
  g_string_append (client, "MAIL FROM:<evil@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\nDATA\r\n"
                           "second\r\n.\r\n");
  return client;
}

/* Sends a form to a server of a profile. Returns: how many messages it took. */
static guint
count_messages (guint f, guint profile, gsize chunk, char **out_events, guint *out_code)
{
  SmtpServerConfig config = get_config (profile);
  g_autoptr (GString) smuggled = make_smuggled (f);
  SmtpOwner owner;
  guint     n_messages;
  gsize     before;

  smtp_owner_init (&owner, &config);
  smtp_owner_run (&owner);
  smtp_owner_receive_chunked (&owner, TO_DATA, strlen (TO_DATA), 50);
  before = owner.sent->len;
  smtp_owner_receive_chunked (&owner, smuggled->str, smuggled->len, chunk);
  *out_code = (guint) g_ascii_strtoull ((const char *) owner.sent->data + before, NULL, 10);
  n_messages = owner.messages->len;
  if (n_messages > 0)
    {
      gsize       length;
      const char *text = g_bytes_get_data (owner.messages->pdata[0], &length);

      if (n_messages > 1 || forms[f].leniency == 0)
        {
          g_autofree char *first = g_strconcat ("first", forms[f].before, NULL);

          g_assert_cmpmem (text, length, first, strlen (first));
        }
    }
  *out_events = g_strdup (owner.events->str);
  smtp_owner_clear (&owner);
  return n_messages;
}

static void
check_form (guint f, guint profile, guint n_expected, guint code_expected)
{
  g_autofree char *name = smtp_leniencies_format (forms[f].leniency);

  for (gsize chunk = 1; chunk < 120; chunk += chunk < 8 ? 1 : 13)
    {
      g_autofree char *events = NULL;
      guint            code;

      g_assert_cmpuint (
          count_messages (f, profile | SMTP_LENIENT_EARLY_PIPELINING, chunk, &events, &code), ==,
          n_expected);
      g_assert_cmpuint (code, ==, code_expected);
      if (forms[f].leniency != 0)
        g_assert_cmpint (strstr (events, name) != NULL, ==, n_expected == 2);
    }
}

static void
test_smuggling (void)
{
  g_test_summary ("No form but CRLF.CRLF ends data, unless it is switched on; then it is told.");
  for (guint f = 0; f < G_N_ELEMENTS (forms); f++)
    {
      gboolean is_right = forms[f].leniency == 0;
      gboolean is_bare_lf = (forms[f].leniency & SMTP_LENIENT_BARE_LF_ENDS_DATA) != 0;

      /* What is no end is content: refused as such, or let pass. */
      check_form (f, SMTP_PROFILE_STRICT, is_right ? 2 : 0, is_right ? 250 : 550);
      check_form (f, SMTP_PROFILE_COMMON, is_right ? 2 : 1, 250);
      check_form (f, SMTP_PROFILE_LENIENT, is_right || is_bare_lf ? 2 : 1, 250);
      for (guint g = 1; g < G_N_ELEMENTS (forms); g++)
        {
          gboolean ends = is_right || f == g;

          /* The one form begins with the other: CRLF "." CR, and what is left is a command. */
          if (forms[f].leniency == SMTP_LENIENT_END_CRCRLF_CRCRLF &&
              forms[g].leniency == SMTP_LENIENT_END_CRLF_CR)
            continue;
          check_form (f, SMTP_PROFILE_STRICT | forms[g].leniency, ends ? 2 : 0, ends ? 250 : 550);
          check_form (f, SMTP_PROFILE_COMMON | forms[g].leniency, ends ? 2 : 1, 250);
        }
    }
}

/* What a text may not hold, where it is found, and the leniency that lets it pass. */
static const struct
{
  const char *text;
  gsize       length;
  guint       leniency;
  const char *reply;
} contents[] = {
  { "a\0b\r\n", 5, SMTP_LENIENT_NUL, "550 NUL in the message, at octet 2\r\n" },
  { "a\nb\r\n", 5, SMTP_LENIENT_BARE_LF_DATA, "550 Bare LF in the message, at octet 2\r\n" },
  { "\n\r\n", 3, SMTP_LENIENT_BARE_LF_DATA, "550 Bare LF in the message, at octet 1\r\n" },
  { "a\rb\r\n", 5, SMTP_LENIENT_BARE_CR_DATA, "550 Bare CR in the message, at octet 2\r\n" },
  { "a\r\r\n", 4, SMTP_LENIENT_BARE_CR_DATA, "550 Bare CR in the message, at octet 2\r\n" },
  { "a\r\n\n\rb\r\n", 8, SMTP_LENIENT_BARE_LF_DATA | SMTP_LENIENT_BARE_CR_DATA,
    "550 Bare LF in the message, at octet 4\r\n" },
};

static void
check_content (const char *text, gsize length, guint profile, const char *reply)
{
  SmtpServerConfig config = get_config (profile | SMTP_LENIENT_EARLY_PIPELINING);
  g_autofree char *replies = g_strconcat (TO_DATA_REPLIES, reply, OK, NULL);

  for (gsize chunk = 1; chunk < 2 * length; chunk += 1 + chunk / 8)
    {
      SmtpOwner owner;

      smtp_owner_init (&owner, &config);
      smtp_owner_receive_chunked (&owner, TO_DATA, strlen (TO_DATA), 30);
      smtp_owner_receive_chunked (&owner, text, length, chunk);
      smtp_owner_receive_chunked (&owner, ".\r\nNOOP\r\n", 9, chunk);
      g_assert_cmpmem (owner.sent->data, owner.sent->len, replies, strlen (replies));
      g_assert_cmpint (smtp_server_get_state (owner.server), ==, SMTP_STATE_READY);
      g_assert_cmpuint (owner.messages->len, ==, g_str_equal (reply, OK) ? 1 : 0);
      if (owner.messages->len > 0)
        g_assert_cmpmem (g_bytes_get_data (owner.messages->pdata[0], NULL),
                         g_bytes_get_size (owner.messages->pdata[0]), text, length);
      smtp_owner_clear (&owner);
    }
}

static void
test_contents (void)
{
  g_test_summary ("What is no text is refused to the letter, and passes where it is let pass.");
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      check_content (contents[i].text, contents[i].length, SMTP_PROFILE_STRICT, contents[i].reply);
      check_content (contents[i].text, contents[i].length, contents[i].leniency, OK);
      check_content (contents[i].text, contents[i].length, SMTP_PROFILE_COMMON, OK);
    }
}

static void
test_text_lines (void)
{
  g_test_summary ("A line of 1000 octets is taken, one of 1001 is not (RFC 5321, 4.5.3.1.6).");
  for (guint excess = 0; excess < 2; excess++)
    {
      g_autofree char *line = g_strnfill (998 + excess, 'l');
      g_autofree char *text = g_strconcat ("a\r\n", line, "\r\n", NULL);

      check_content (text, strlen (text), SMTP_PROFILE_STRICT,
                     excess == 0 ? OK : "500 Line too long in the message, at octet 4\r\n");
      check_content (text, strlen (text), SMTP_PROFILE_COMMON, OK);
    }
}

/* What may come at once, and what has come too early then (RFC 2920 section 3.1). */
static const struct
{
  const char *at_once, *replies; /* after the greeting and EHLO */
  gboolean    is_early;
} groups[] = {
  { "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n", OK OK OK GO_ON, FALSE },
  { "RSET\r\nMAIL FROM:<>\r\nRSET\r\nNOOP\r\n", OK OK OK OK, FALSE },
  { "MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\na\r\n.\r\n", OK OK GO_ON TOO_EARLY, TRUE },
  { "NOOP\r\nNOOP\r\n", OK TOO_EARLY, TRUE },
  { "VRFY who\r\nRSET\r\n", "252 Send some mail, I'll try my best\r\n" TOO_EARLY, TRUE },
  { HI "MAIL FROM:<>\r\n", LISTED TOO_EARLY, TRUE },
  { "XYZZY\r\nNOOP\r\n", "500 Command not recognised\r\n" TOO_EARLY, TRUE },
  { "HELO bar.com\r\n", "250 foo.com greets bar.com\r\n", FALSE },
  { "HELO bar.com\r\nMAIL FROM:<>\r\n", "250 foo.com greets bar.com\r\n" TOO_EARLY, TRUE },
  { "QUIT\r\nwhatever", "221 foo.com Service closing transmission channel\r\n", FALSE },
};

static void
test_pipelining (void)
{
  g_test_summary ("Groups may come at once as RFC 2920 has them; what is ahead of a reply is "
                  "refused to the letter, and told where it is let pass.");
  for (guint strict = 0; strict < 2; strict++)
    for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
      {
        SmtpServerConfig config = get_config (strict ? SMTP_PROFILE_STRICT : SMTP_PROFILE_COMMON);
        g_autofree char *expected = g_strconcat (GREETING LISTED, groups[i].replies, NULL);
        SmtpOwner        owner;

        smtp_owner_init (&owner, &config);
        smtp_owner_run (&owner);
        smtp_owner_receive (&owner, (const guint8 *) HI, strlen (HI));
        g_assert_false (owner.was_early);
        smtp_owner_receive (&owner, (const guint8 *) groups[i].at_once, strlen (groups[i].at_once));
        if (strict || !groups[i].is_early)
          g_assert_cmpmem (owner.sent->data, owner.sent->len, expected, strlen (expected));
        g_assert_cmpint (owner.was_early, ==, groups[i].is_early && !strict);
        smtp_owner_clear (&owner);
      }
}

static void
test_early_talker (void)
{
  for (guint strict = 0; strict < 2; strict++)
    {
      SmtpServerConfig config = get_config (strict ? SMTP_PROFILE_STRICT : SMTP_PROFILE_COMMON);
      const char      *expected = strict ? GREETING TOO_EARLY : GREETING LISTED;
      SmtpOwner        owner;

      g_test_summary ("Who talks before it is greeted is no mail client.");
      smtp_owner_init (&owner, &config);
      smtp_owner_receive (&owner, (const guint8 *) HI, strlen (HI));
      g_assert_cmpmem (owner.sent->data, owner.sent->len, expected, strlen (expected));
      g_assert_cmpint (owner.was_early, ==, !strict);
      smtp_owner_clear (&owner);
    }
}

/* What comes behind STARTTLS may be somebody else's, put in before TLS protects the session. */
static void
test_behind_starttls (void)
{
  static const char client[] = "STARTTLS\r\nRSET\r\n";

  for (guint strict = 0; strict < 2; strict++)
    {
      SmtpServerConfig config = { .name = "foo.com",
                                  .extensions = SMTP_EXTENSION_STARTTLS,
                                  .profile = strict ? SMTP_PROFILE_STRICT : SMTP_PROFILE_COMMON };
      const char *expected = strict ? GREETING TOO_EARLY : GREETING "220 Ready to start TLS\r\n";
      SmtpOwner   owner;

      smtp_owner_init (&owner, &config);
      smtp_owner_run (&owner);
      smtp_owner_receive (&owner, (const guint8 *) client, strlen (client));
      g_assert_cmpmem (owner.sent->data, owner.sent->len, expected, strlen (expected));
      g_assert_cmpint (owner.was_early, ==, !strict);
      g_assert_cmpint (smtp_server_starts_tls (owner.server), ==, !strict);
      smtp_owner_clear (&owner);
    }
}

/* Feeds an octet each @step_us until the server has had enough. Returns: how long that took. */
static gint64
drip (SmtpOwner *owner, const char *octet, gint64 step_us)
{
  for (gint64 now_us = 0; now_us < G_USEC_PER_SEC * G_GINT64_CONSTANT (360000); now_us += step_us)
    {
      gint64 deadline_us = smtp_server_get_deadline (owner->server);

      if (deadline_us <= now_us)
        {
          smtp_server_expire (owner->server, now_us);
          smtp_owner_run (owner);
          g_assert_true (smtp_server_is_done (owner->server));
          g_assert_true (g_str_has_suffix (owner->events->str, "LOST timeout; "));
          return deadline_us;
        }
      smtp_server_receive (owner->server, (const guint8 *) octet, 1, now_us);
      smtp_owner_run (owner);
    }
  return G_MAXINT64;
}

static void
test_slow_loris (void)
{
  SmtpServerConfig config = get_config (SMTP_PROFILE_COMMON);
  static const gint64 minute_us = 60 * G_USEC_PER_SEC;
  SmtpOwner owner;

  g_test_summary ("Sending an octet a minute holds a session no longer than sending nothing.");
  smtp_owner_init (&owner, &config);
  g_assert_cmpint (drip (&owner, "N", minute_us), ==, SMTP_SERVER_LINE_TIMEOUT_US);
  smtp_owner_clear (&owner);

  smtp_owner_init (&owner, &config);
  smtp_owner_receive (&owner, (const guint8 *) TO_DATA, strlen (TO_DATA));
  g_assert_cmpint (drip (&owner, "x", minute_us), ==, SMTP_SERVER_DATA_TIMEOUT_US);
  smtp_owner_clear (&owner);

  /* A line that is whole in time starts the clock anew. */
  smtp_owner_init (&owner, &config);
  smtp_owner_receive (&owner, (const guint8 *) "NOOP\r", 5);
  smtp_server_receive (owner.server, (const guint8 *) "\nN", 2, 4 * minute_us);
  smtp_owner_run (&owner);
  g_assert_cmpint (smtp_server_get_deadline (owner.server), ==, 9 * minute_us);
  smtp_server_receive (owner.server, (const guint8 *) "O", 1, 6 * minute_us);
  smtp_owner_run (&owner);
  g_assert_cmpint (smtp_server_get_deadline (owner.server), ==, 9 * minute_us);
  smtp_owner_clear (&owner);
}

/* A modem may take its time. */
static void
test_slow_but_steady (void)
{
  SmtpServerConfig config = get_config (SMTP_PROFILE_COMMON);
  SmtpOwner        owner;
  gint64           now_us = 0;

  smtp_owner_init (&owner, &config);
  smtp_owner_receive (&owner, (const guint8 *) TO_DATA, strlen (TO_DATA));
  for (guint i = 0; i < 36000; i++) /* ten hours of 40 octets a second */
    {
      now_us += G_USEC_PER_SEC;
      smtp_server_receive (owner.server,
                           (const guint8 *) "forty octets are all that there may be\r\n", 40,
                           now_us);
      g_assert_cmpint (smtp_server_get_deadline (owner.server), >, now_us);
    }
  smtp_server_receive (owner.server, (const guint8 *) "\r\n.\r\n", 5, now_us);
  smtp_owner_run (&owner);
  g_assert_cmpuint (owner.messages->len, ==, 1);
  smtp_owner_clear (&owner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/server/data/smuggling", test_smuggling);
  g_test_add_func ("/smtp/server/data/contents", test_contents);
  g_test_add_func ("/smtp/server/data/text-lines", test_text_lines);
  g_test_add_func ("/smtp/server/data/pipelining", test_pipelining);
  g_test_add_func ("/smtp/server/data/early-talker", test_early_talker);
  g_test_add_func ("/smtp/server/data/behind-starttls", test_behind_starttls);
  g_test_add_func ("/smtp/server/data/slow-loris", test_slow_loris);
  g_test_add_func ("/smtp/server/data/slow-but-steady", test_slow_but_steady);
  return g_test_run ();
}
