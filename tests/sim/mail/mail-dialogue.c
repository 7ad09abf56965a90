/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-dialogue.h"

#include <mail/mail-imap-session.h>
#include <string.h>
#include <support/imap-unit.h>

typedef struct
{
  MailDialogue *dialogue;
  guint         i;
} Carrier;

static void
on_wake (gpointer data)
{
  Carrier *carrier = data;

  carrier->dialogue->is_woken[carrier->i] = TRUE;
}

MailDialogue *
mail_dialogue_new (const char *host_lines)
{
  MailDialogue    *self = g_new0 (MailDialogue, 1);
  g_autofree char *text = g_strdup_printf (
      "[Scenario]\nTitle=t\nSeed=5\nStart=2026-11-24T08:00:00Z\n"
      "[Host mail.example]\nRoles=MSA;MTA;MDA;MS\nAddress=192.0.2.25\nDomains=example\n"
      "Users=alice:a;bob:b\nServices=imap\n%s",
      host_lines);
  g_autoptr (GError) error = NULL;

  self->scenario = sim_scenario_parse ("test.ini", text, strlen (text), &error);
  g_assert_no_error (error);
  self->sim = sim_world_new ("t", 5, self->scenario->start_us);
  self->network = sim_network_new (self->sim, self->scenario);
  self->messages = mail_register_new ();
  self->host = mail_host_new (sim_network_get_host (self->network, 0), self->messages);
  return self;
}

void
mail_dialogue_free (MailDialogue *self)
{
  for (guint i = 0; i < MAIL_DIALOGUE_SESSIONS_MAX; i++)
    if (self->sessions[i] != NULL)
      {
        self->sessions[i]->klass->free (self->sessions[i]);
        g_string_free (self->said[i], TRUE);
        g_free (self->carriers[i]);
      }
  sim_network_free (self->network);
  mail_host_free (self->host);
  sim_world_free (self->sim);
  mail_register_free (self->messages);
  sim_scenario_free (self->scenario);
  g_free (self);
}

MailAccount *
mail_dialogue_get_account (MailDialogue *self, const char *user)
{
  return mail_host_find_user (self->host, user)->account;
}

void
mail_dialogue_fill (MailDialogue *self, const char *mailbox, guint n, guint flags)
{
  MailAccount *account = mail_dialogue_get_account (self, "alice");

  if (mail_account_find (account, mailbox) == NULL)
    mail_account_create (account, mailbox, 0);
  for (guint i = 0; i < n; i++)
    {
      MailMailbox     *into = mail_account_find (account, mailbox)->mailbox;
      guint            number = mail_mailbox_get_uid_next (into);
      g_autofree char *text = g_strdup_printf ("From: x@example\r\nSubject: %u\r\n\r\nText %u\r\n",
                                               number, number);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (MailMessage) message = mail_message_new (bytes);
      MailArrival arrival = { .flags = flags, .has_date = TRUE };

      arrival.number = mail_register_number (self->messages, bytes);
      mail_mailbox_store (into, &message, &arrival, 1);
    }
}

static guint64
take (MailDialogue *self, guint i)
{
  WireSession *session = self->sessions[i];
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GByteArray) sent = g_byte_array_new ();
  WireUnit      unit;
  const guint8 *data;
  gsize         length;

  while (session->klass->next_unit (session, &unit))
    {
      imap_unit_assert_sound (&unit);
      if (unit.direction == WIRE_SENT)
        g_byte_array_append (sent, g_bytes_get_data (unit.bytes, NULL),
                             (guint) g_bytes_get_size (unit.bytes));
      wire_unit_clear (&unit);
    }
  output = session->klass->take_output (session);
  data = g_bytes_get_data (output, &length);
  g_assert_cmpmem (sent->data, sent->len, data, length);
  g_string_append_len (self->said[i], (const char *) data, (gssize) length);
  return length;
}

static void
serve_one (MailDialogue *self, guint i)
{
  WireSession *session = self->sessions[i];

  self->is_woken[i] = FALSE;
  do
    take (self, i);
  while (session->klass->produce (session, 0));
  take (self, i);
}

void
mail_dialogue_serve (MailDialogue *self)
{
  gboolean is_woken;

  do
    {
      is_woken = FALSE;
      for (guint i = 0; i < MAIL_DIALOGUE_SESSIONS_MAX; i++)
        {
          is_woken = is_woken || self->is_woken[i];
          if (self->is_woken[i])
            serve_one (self, i);
        }
    }
  while (is_woken);
}

void
mail_dialogue_give (MailDialogue *self, guint i, const char *text, gsize length)
{
  WireSession *session = self->sessions[i];
  gsize        chunk = self->chunk == 0 ? MAX (length, 1) : self->chunk;

  for (gsize at = 0; at < length; at += chunk)
    {
      gsize              n = MIN (chunk, length - at);
      g_autofree guint8 *piece = g_memdup2 (text + at, n);

      session->klass->receive (session, piece, n, 0);
      serve_one (self, i);
    }
  mail_dialogue_serve (self);
}

void
mail_dialogue_open (MailDialogue *self, guint i, const char *user)
{
  MailPeer         peer = { .actor = self->host->actor, .is_own_network = TRUE };
  Carrier         *carrier = g_new0 (Carrier, 1);
  g_autofree char *login = g_strdup_printf ("login LOGIN %s %c\r\n", user, *user);

  g_strlcpy (peer.address, "192.0.2.10", sizeof peer.address);
  *carrier = (Carrier){ self, i };
  self->carriers[i] = carrier;
  self->sessions[i] = mail_imap_session_new (self->host, &peer);
  self->sessions[i]->on_wake = on_wake;
  self->sessions[i]->carrier = carrier;
  self->said[i] = g_string_new (NULL);
  mail_dialogue_give (self, i, login, strlen (login));
  if (strstr (self->said[i]->str, "login OK") == NULL)
    g_error ("login of %s: %s", user, self->said[i]->str);
  g_string_truncate (self->said[i], 0);
}

/* Scripts */

static gboolean
is_status (const char *word)
{
  return g_str_has_prefix (word, "OK") || g_str_has_prefix (word, "NO") ||
         g_str_has_prefix (word, "BAD") || g_str_has_prefix (word, "BYE");
}

/* Appends text in which NUL stands as "%0". */
static void
append_octets (GString *out, const char *text)
{
  for (; *text != '\0'; text++)
    if (g_str_has_prefix (text, "%0"))
      g_string_append_c (out, *++text - '0');
    else
      g_string_append_c (out, *text);
}

/* And back. Returns: (transfer full) */
static char *
show_octets (const char *text, gsize length)
{
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    g_string_append_len (out, text[i] != '\0' ? text + i : "%0", text[i] != '\0' ? 1 : 2);
  return g_string_free (out, FALSE);
}

/* Returns: (transfer full): a line without what is for people */
static char *
normalise (const char *line, gsize length)
{
  char       *copy = show_octets (line, length);
  char       *second = strchr (copy, ' ');
  const char *code;
  char       *end;

  if (*copy == '+')
    {
      copy[1] = '\0';
      return copy;
    }
  if (second == NULL || !is_status (second + 1))
    return copy;
  code = strchr (second + 1, ' ');
  end = code != NULL && code[1] == '[' ? strchr (code, ']') : NULL;
  /* What is made anew by chance is no matter of a script's. */
  if (end != NULL && g_str_has_prefix (code, " [MAILBOXID "))
    end = NULL;
  if (end != NULL)
    end[1] = '\0';
  else if (code != NULL)
    copy[code - copy] = '\0';
  return copy;
}

/* Returns: (nullable): the next CRLF; there may be NULs before it */
static char *
find_line_end (GString *text)
{
  for (gsize i = 1; text != NULL && i < text->len; i++)
    if (text->str[i] == '\n' && text->str[i - 1] == '\r')
      return text->str + i - 1;
  return NULL;
}

/* Takes the next line that session @i was told. Returns: (transfer full) (nullable) */
static char *
take_line (MailDialogue *self, guint i)
{
  GString *said = self->said[i];
  char    *end = find_line_end (said);
  char    *line;

  if (end == NULL)
    return NULL;
  line = normalise (said->str, (gsize) (end - said->str));
  g_string_erase (said, 0, end - said->str + 2);
  return line;
}

/* Puts UIDVALIDITY of a mailbox in the place of its name: "%{INBOX}", "%{bob:INBOX}".
 * Returns: (transfer full) */
static char *
fill_in (MailDialogue *self, const char *line)
{
  GString    *out = g_string_new (NULL);
  const char *end;

  while (*line != '\0')
    if (g_str_has_prefix (line, "%{") && (end = strchr (line, '}')) != NULL)
      {
        g_autofree char *name = g_strndup (line + 2, (gsize) (end - line) - 2);
        char            *colon = strchr (name, ':');
        MailAccount     *account = mail_dialogue_get_account (self, colon ? "bob" : "alice");
        const MailName  *found = mail_account_find (account, colon ? colon + 1 : name);

        g_string_append_printf (out, "%u", mail_mailbox_get_uid_validity (found->mailbox));
        line = end + 1;
      }
    else
      g_string_append_c (out, *line++);
  return g_string_free (out, FALSE);
}

static void
expect (MailDialogue *self, const char *name, guint i, const char *wanted, gboolean *is_any)
{
  g_autofree char *line = NULL;
  g_autofree char *all = g_strescape (self->said[i]->str, NULL);

  if (strcmp (wanted, "...") == 0)
    {
      *is_any = TRUE;
      return;
    }
  do
    {
      g_free (line);
      line = take_line (self, i);
    }
  while (*is_any && line != NULL && strcmp (line, wanted) != 0);
  *is_any = FALSE;
  if (g_strcmp0 (line, wanted) != 0)
    {
      g_autofree char *shown = g_strescape (line != NULL ? line : "(nothing)", NULL);

      g_error ("%s (chunks of %u): session %u was told \"%s\" where the script has \"%s\"; in: %s",
               name, (guint) self->chunk, i, shown, wanted, all);
    }
}

static void
expect_nothing (MailDialogue *self, const char *name, const char *before)
{
  for (guint i = 0; i < MAIL_DIALOGUE_SESSIONS_MAX; i++)
    if (self->said[i] != NULL && self->said[i]->len > 0)
      {
        g_autofree char *shown = g_strescape (self->said[i]->str, NULL);

        g_error ("%s (chunks of %u): before \"%s\" session %u was told more: \"%s\"", name,
                 (guint) self->chunk, before, i, shown);
      }
}

void
mail_dialogue_run (MailDialogue *self, const char *name, const char *script)
{
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);
  g_autoptr (GString) sent = g_string_new (NULL);
  gboolean is_any = FALSE;

  for (guint n = 0; lines[n] != NULL; n++)
    {
      const char *line = lines[n];
      guint       i = (guint) (g_ascii_toupper (*line) - 'A');
      g_autofree char *text = NULL;

      if (i >= MAIL_DIALOGUE_SESSIONS_MAX || line[1] != ':' || line[2] != ' ')
        continue;
      text = fill_in (self, line + 3);
      if (g_ascii_islower (*line))
        {
          expect (self, name, i, text, &is_any);
          continue;
        }
      if (sent->len == 0)
        expect_nothing (self, name, line);
      if (*text == '!' && text[1] != '\0')
        append_octets (sent, text + 1);
      else
        {
          append_octets (sent, text);
          g_string_append (sent, "\r\n");
        }
      if (lines[n + 1] == NULL || *lines[n + 1] != *line)
        {
          mail_dialogue_give (self, i, sent->str, sent->len);
          g_string_truncate (sent, 0);
        }
    }
  if (!is_any)
    expect_nothing (self, name, "the end");
}
