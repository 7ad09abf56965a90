/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-imap-dialogue.h"

#include <mail/mail-imap-session.h>
#include <string.h>
#include <support/imap-unit.h>

#define HOST_INDEX 1
#define SESSIONS_MAX 10

typedef struct
{
  WireSession *session; /* (nullable) */
  GString     *said;    /* not yet held against the script */
} Talk;

struct _MailImapDialogue
{
  SimScenario  *scenario;
  SimWorld     *sim;
  SimNetwork   *network;
  MailRegister *messages;
  MailHost     *host;
  Talk          talks[SESSIONS_MAX];
  gsize         chunk;
};

MailImapDialogue *
mail_imap_dialogue_new (const char *keys)
{
  MailImapDialogue *self = g_new0 (MailImapDialogue, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "[Scenario]\nTitle=t\nSeed=5\nStart=2026-11-24T08:00:00Z\n"
      "[Host pc]\nRoles=MUA\nAddress=192.0.2.10\n"
      "[Host mail.example]\nRoles=MSA;MTA;MDA;MS\nAddress=192.0.2.25\nDomains=example\n"
      "Users=alice:alice;bob:bob;carol:carol;postmaster:postmaster\nServices=imap\n%s"
      "[Link pc mail.example]\n", keys);

  self->scenario = sim_scenario_parse ("test.ini", text, strlen (text), &error);
  g_assert_no_error (error);
  self->sim = sim_world_new ("t", 5, self->scenario->start_us);
  self->network = sim_network_new (self->sim, self->scenario);
  self->messages = mail_register_new ();
  self->host = mail_host_new (sim_network_get_host (self->network, HOST_INDEX), self->messages);
  return self;
}

void
mail_imap_dialogue_free (MailImapDialogue *self)
{
  for (guint i = 0; i < SESSIONS_MAX; i++)
    if (self->talks[i].session != NULL)
      {
        self->talks[i].session->klass->free (self->talks[i].session);
        g_string_free (self->talks[i].said, TRUE);
      }
  sim_network_free (self->network);
  mail_host_free (self->host);
  sim_world_free (self->sim);
  mail_register_free (self->messages);
  sim_scenario_free (self->scenario);
  g_free (self);
}

MailHost *
mail_imap_dialogue_get_host (MailImapDialogue *self)
{
  return self->host;
}

MailAccount *
mail_imap_dialogue_get_account (MailImapDialogue *self, const char *user)
{
  return mail_host_find_user (self->host, user)->account;
}

void
mail_imap_dialogue_wait (MailImapDialogue *self, gint64 seconds)
{
  sim_world_run (self->sim, mail_host_get_now (self->host) + seconds * G_USEC_PER_SEC);
}

void
mail_imap_dialogue_add (MailImapDialogue *self,
                        const char       *user,
                        const char       *mailbox,
                        const char       *flags,
                        const char       *day,
                        const char       *text)
{
  MailAccount *account = mail_imap_dialogue_get_account (self, user);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (MailMessage) message = mail_message_new (bytes);
  g_auto (GStrv) words = g_strsplit (flags, " ", -1);
  g_autoptr (GPtrArray) keywords = g_ptr_array_new ();
  MailArrival how = { 0 };

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] == '\\')
      how.flags |= imap_flag_find (words[i]);
    else if (*words[i] != '\0')
      g_ptr_array_add (keywords, words[i]);
  g_ptr_array_add (keywords, NULL);
  how.keywords = (const char *const *) keywords->pdata;
  if (day != NULL)
    {
      g_autofree char *iso = g_strdup_printf ("%sT12:00:00Z", day);
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, NULL);

      how.has_date = TRUE;
      how.internal_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
    }
  if (mail_account_find (account, mailbox) == NULL)
    mail_account_create (account, mailbox, 0);
  mail_mailbox_store (mail_account_find (account, mailbox)->mailbox, &message, &how, 1);
}

/* Sessions */

static void
take (MailImapDialogue *self, Talk *talk)
{
  const WireSessionClass *klass = talk->session->klass;
  gboolean                more;

  do
    {
      WireUnit unit;
      g_autoptr (GBytes) output = NULL;
      gsize       length;
      const char *data;

      more = klass->produce (talk->session, mail_host_get_now (self->host));
      while (klass->next_unit (talk->session, &unit))
        continue;
      output = klass->take_output (talk->session);
      data = g_bytes_get_data (output, &length);
      g_string_append_len (talk->said, data != NULL ? data : "", (gssize) length);
    }
  while (more);
}

/* Every piece is an allocation of its own size, so that reading past its end shows. */
static void
give (MailImapDialogue *self, Talk *talk, const char *data, gsize length)
{
  gsize chunk = self->chunk != 0 ? self->chunk : length;

  for (gsize at = 0; at < length; at += chunk)
    {
      gsize n = MIN (chunk, length - at);
      g_autofree guint8 *copy = g_memdup2 (data + at, n);

      talk->session->klass->receive (talk->session, copy, n, mail_host_get_now (self->host));
      take (self, talk);
    }
}

static void
open_session (MailImapDialogue *self, Talk *talk, const char *user)
{
  MailPeer     peer = { .address = "192.0.2.10", .is_own_network = TRUE };
  WireSecurity security = { .version = "TLSv1.3", .cipher = "TLS_AES_256_GCM_SHA384",
                            .problems = "" };
  g_autofree char *login = g_strdup_printf ("login LOGIN %s %s\r\n", user, user);

  g_assert_null (talk->session);
  talk->session = mail_imap_session_new (self->host, &peer);
  talk->said = g_string_new (NULL);
  talk->session->klass->secured (talk->session, &security, mail_host_get_now (self->host));
  take (self, talk);
  give (self, talk, login, strlen (login));
  if (strstr (talk->said->str, "login OK") == NULL)
    g_error ("%s is not let in: %s", user, talk->said->str);
  g_string_truncate (talk->said, 0);
}

static Talk *
find_talk (MailImapDialogue *self, guint i)
{
  if (self->talks[i].session == NULL)
    open_session (self, &self->talks[i], i == 1 ? "alice" : "bob");
  return &self->talks[i];
}

/* Comparing */

/* How much of a status line counts: tag, condition and (@with_code) the code in brackets; all of
 * other lines. */
static gsize
measure (const char *line, gboolean with_code)
{
  static const char *const conditions[] = { "OK", "NO", "BAD", "BYE", "PREAUTH" };
  const char *word = strchr (line, ' ');

  if (g_str_has_prefix (line, "+"))
    return 1;
  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (conditions); i++)
    {
      const char *end = word + 1 + strlen (conditions[i]);
      const char *close;

      if (!g_str_has_prefix (word + 1, conditions[i]) || (*end != ' ' && *end != '\0'))
        continue;
      close = with_code && g_str_has_prefix (end, " [") ? strchr (end, ']') : NULL;
      return (gsize) ((close != NULL ? close + 1 : end) - line);
    }
  return strlen (line);
}

static gboolean
is_as_expected (const char *line, const char *expected)
{
  gsize n_expected = measure (expected, TRUE);
  gboolean has_code = n_expected > 0 && expected[n_expected - 1] == ']';
  gsize n_line = measure (line, has_code);

  return n_line == n_expected && strncmp (line, expected, n_line) == 0;
}

/* Takes one line off what was said. Returns: (transfer full) (nullable) */
static char *
take_line (Talk *talk)
{
  const char *end = strstr (talk->said->str, "\r\n");
  char       *line;

  if (end == NULL)
    return NULL;
  line = g_strndup (talk->said->str, (gsize) (end - talk->said->str));
  g_string_erase (talk->said, 0, (gssize) strlen (line) + 2);
  return line;
}

static void
expect (MailImapDialogue *self, Talk *talk, const char *expected, gboolean skips,
        const char *script)
{
  take (self, talk);
  for (;;)
    {
      g_autofree char *line = take_line (talk);

      if (line == NULL)
        g_error ("expected \"%s\", nothing more is said; in:\n%s", expected, script);
      if (is_as_expected (line, expected))
        return;
      if (!skips)
        g_error ("expected \"%s\", not \"%s\" \"%s\"; in:\n%s", expected, line, talk->said->str,
                 script);
    }
}

static void
expect_nothing (MailImapDialogue *self, const char *script)
{
  for (guint i = 0; i < SESSIONS_MAX; i++)
    {
      Talk *talk = &self->talks[i];

      if (talk->session != NULL)
        take (self, talk);
      if (talk->session != NULL && talk->said->len > 0)
        g_error ("session %u says more than expected: \"%s\"; in:\n%s", i, talk->said->str,
                 script);
    }
}

/* Scripts */

void
mail_imap_dialogue_run (MailImapDialogue *self, const char *script, gsize chunk)
{
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  gboolean skips = FALSE;

  self->chunk = chunk;
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = lines[i];
      const char *colon = strstr (line, ": ");
      guint       k;

      if (*line == '#' || *line == '\0')
        continue;
      if (colon == NULL)
        g_error ("no line of a script: %s", line);
      k = g_ascii_isdigit (line[1]) ? (guint) g_ascii_digit_value (line[1]) : 1;
      if (*line == 'U')
        open_session (self, &self->talks[k], colon + 2);
      else if (*line == 'S' && strcmp (colon + 2, "...") == 0)
        skips = TRUE;
      else if (*line == 'S')
        {
          expect (self, find_talk (self, k), colon + 2, skips, script);
          skips = FALSE;
        }
      else
        {
          g_autofree char *text =
              g_strdup_printf ("%s%s", colon + 2, line[1] == '\\' ? "" : "\r\n");
          Talk *talk = find_talk (self, k);

          expect_nothing (self, script);
          give (self, talk, text, strlen (text));
        }
    }
  expect_nothing (self, script);
}

char *
mail_imap_dialogue_say (MailImapDialogue *self, const char *text)
{
  Talk *talk = find_talk (self, 1);
  char *said;

  self->chunk = 0;
  g_string_truncate (talk->said, 0);
  give (self, talk, text, strlen (text));
  take (self, talk);
  said = g_strdup (talk->said->str);
  g_string_truncate (talk->said, 0);
  return said;
}
