/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-dialogue.h"

#include <core/sim-random.h>
#include <imap/imap-framer.h>
#include <imap/imap-grammar.h>
#include <string.h>

/* Many sessions on one mailbox, each doing what comes to its mind. Each has a model of what a
 * client must believe by what it was told; now and then all are asked what is new, and then all
 * have to believe what is so. */

#define N_SESSIONS 4
#define N_COMMANDS 4000

/* A message as a client knows it. */
typedef struct
{
  guint32  uid;        /* 0: not known */
  gboolean has_flags;
  guint    flags;      /* \Recent never */
  guint    n_keywords;
} Known;

typedef struct
{
  MailDialogue *dialogue;
  guint         index;
  ImapFramer   *framer;
  GArray       *view; /* of Known */
  gboolean      is_quick; /* QRESYNC is enabled */
  gboolean      is_idle;
  gboolean      may_expunge; /* while the command at hand is answered */
  gboolean      is_completed;
  const char   *command; /* for messages */
} Client;

typedef struct
{
  MailDialogue *dialogue;
  SimRandom    *random;
  Client        clients[N_SESSIONS];
  GHashTable   *recents; /* UID -> index of the client that it is \Recent to, and 1 */
} Party;

static Known *
get_known (Client *self, guint64 number)
{
  if (number == 0 || number > self->view->len)
    g_error ("session %u: message %u of %u, in answer to %s", self->index, (guint) number,
             self->view->len, self->command);
  return &g_array_index (self->view, Known, number - 1);
}

static void
believe_exists (Client *self, guint64 n)
{
  if (n < self->view->len)
    g_error ("session %u: EXISTS has shrunk from %u to %u, in answer to %s", self->index,
             self->view->len, (guint) n, self->command);
  g_array_set_size (self->view, (guint) n);
}

static void
believe_gone (Client *self, guint64 number)
{
  if (!self->may_expunge)
    g_error ("session %u: EXPUNGE in answer to %s", self->index, self->command);
  get_known (self, number);
  g_array_remove_index (self->view, (guint) number - 1);
}

/* Where @uid stands: a message whose UID is not known yet is the first of these after those that
 * have smaller ones. */
static guint
find_uid (Client *self, guint32 uid)
{
  guint unknown = 0;

  for (guint number = 1; number <= self->view->len; number++)
    {
      guint32 known = get_known (self, number)->uid;

      if (known == uid)
        return number;
      if (known != 0 && known < uid)
        unknown = 0;
      else if (known == 0 && unknown == 0)
        unknown = number;
    }
  return unknown;
}

static void
believe_vanished (Client *self, const ImapResponse *response)
{
  const ImapValue *value = g_ptr_array_index (response->values, 0);
  const char      *text = imap_value_get_text (value);
  g_autoptr (ImapSet) uids = imap_set_parse (text, strlen (text));

  g_assert_true (self->is_quick);
  imap_set_resolve (uids, 0);
  for (guint i = 0; i < uids->ranges->len; i++)
    for (guint32 uid = g_array_index (uids->ranges, ImapRange, i).from;
         uid <= g_array_index (uids->ranges, ImapRange, i).to; uid++)
      believe_gone (self, find_uid (self, uid));
}

static void
believe_fetch (Party *party, Client *self, const ImapResponse *response)
{
  Known           *known = get_known (self, response->number);
  const ImapValue *uid = imap_response_find (response, "UID");
  const ImapValue *flags = imap_response_find (response, "FLAGS");
  guint64          number;

  if (uid != NULL)
    {
      g_assert_true (imap_value_get_number (uid, &number));
      if (known->uid != 0 && known->uid != number)
        g_error ("session %u: message %u has UID %u, not %u, in answer to %s", self->index,
                 (guint) response->number, (guint) number, known->uid, self->command);
      known->uid = (guint32) number;
    }
  if (flags != NULL)
    {
      ImapFlags read = { 0 };

      imap_value_read_flags (flags, &read);
      known->has_flags = TRUE;
      known->flags = read.system & ~(guint) IMAP_FLAG_RECENT;
      known->n_keywords = read.keywords != NULL ? read.keywords->len : 0;
      if ((read.system & IMAP_FLAG_RECENT) != 0 && known->uid != 0)
        {
          gpointer whose = g_hash_table_lookup (party->recents, GUINT_TO_POINTER (known->uid));

          g_assert_true (whose == NULL || whose == self);
          g_hash_table_insert (party->recents, GUINT_TO_POINTER (known->uid), self);
        }
      imap_flags_clear (&read);
    }
}

static void
believe (Party *party, Client *self, const ImapResponse *response)
{
  if (response->kind == IMAP_RESPONSE_STATUS && response->tag != NULL)
    {
      if (response->condition == IMAP_BAD)
        g_error ("session %u: BAD %s, in answer to %s", self->index, response->text,
                 self->command);
      self->is_completed = TRUE;
    }
  if (response->kind != IMAP_RESPONSE_DATA)
    return;
  if (strcmp (response->name, "EXISTS") == 0)
    believe_exists (self, response->number);
  else if (strcmp (response->name, "EXPUNGE") == 0)
    {
      g_assert_false (self->is_quick);
      believe_gone (self, response->number);
    }
  else if (strcmp (response->name, "VANISHED") == 0)
    believe_vanished (self, response);
  else if (strcmp (response->name, "FETCH") == 0)
    believe_fetch (party, self, response);
}

/* Reads what a session has been told. */
static void
listen_to (Party *party, Client *self)
{
  GString  *said = party->dialogue->said[self->index];
  ImapPiece piece;

  imap_framer_push (self->framer, (const guint8 *) said->str, said->len);
  g_string_truncate (said, 0);
  while (imap_framer_next (self->framer, 1 << 20, 1 << 24, FALSE, &piece) == IMAP_FRAME_UNIT)
    {
      ImapResponse response = { 0 };
      WireScan     scan;

      wire_scan_init (&scan, piece.data, piece.length, NULL);
      if (!imap_scan_response (&scan, &response) || !wire_scan_at_end (&scan))
        g_error ("not a response: %.*s", (int) piece.length, (const char *) piece.data);
      believe (party, self, &response);
      imap_response_clear (&response);
    }
}

static void
listen_all (Party *party)
{
  for (guint i = 0; i < N_SESSIONS && party->clients[i].framer != NULL; i++)
    listen_to (party, &party->clients[i]);
}

static void
ask (Party *party, Client *self, const char *command, gboolean may_expunge)
{
  g_autofree char *line = g_strdup_printf ("t %s\r\n", command);

  self->command = command;
  self->may_expunge = may_expunge;
  self->is_completed = FALSE;
  mail_dialogue_give (party->dialogue, self->index, line, strlen (line));
  listen_to (party, self);
  if (!self->is_idle && !self->is_completed)
    g_error ("session %u: no answer to %s", self->index, command);
  self->may_expunge = self->is_idle;
  self->command = "nothing";
  listen_all (party);
}

static void
begin_idle (Party *party, Client *self)
{
  self->is_idle = TRUE;
  ask (party, self, "IDLE", TRUE);
}

static void
end_idle (Party *party, Client *self)
{
  if (!self->is_idle)
    return;
  self->is_completed = FALSE;
  mail_dialogue_give (party->dialogue, self->index, "DONE\r\n", 6);
  listen_to (party, self);
  g_assert_true (self->is_completed);
  self->is_idle = self->may_expunge = FALSE;
}

static void
select_inbox (Party *party, Client *self)
{
  g_array_set_size (self->view, 0);
  ask (party, self, "SELECT INBOX", FALSE);
  ask (party, self, "UID FETCH 1:* (FLAGS)", TRUE);
}

/* What comes to mind */

static guint
draw (Party *party, guint n)
{
  return (guint) sim_random_range (party->random, n);
}

/* Some messages by their numbers. Returns: (transfer full) */
static char *
draw_set (Party *party, Client *self)
{
  guint from = 1 + draw (party, self->view->len);
  guint to = from + draw (party, 4);

  return g_strdup_printf ("%u:%u", from, MIN (to, self->view->len));
}

static const char *const flags[] = { "\\Seen", "\\Deleted", "\\Flagged", "\\Answered", "blue",
                                     "green", "\\Seen \\Deleted", "red \\Draft" };

static void
forget_flags (Client *self)
{
  for (guint i = 1; i <= self->view->len; i++)
    get_known (self, i)->has_flags = FALSE;
}

static void
do_something (Party *party, Client *self)
{
  g_autofree char *set = self->view->len > 0 ? draw_set (party, self) : NULL;
  g_autofree char *command = NULL;
  const char      *flag = flags[draw (party, G_N_ELEMENTS (flags))];
  guint            what = draw (party, set != NULL ? 19 : 6);

  switch (what)
    {
    case 0:
    case 1:
      ask (party, self, "APPEND INBOX {3+}\r\nx\r\n", TRUE);
      return;
    case 2:
      ask (party, self, "NOOP", TRUE);
      return;
    case 3:
      begin_idle (party, self);
      return;
    case 4:
      mail_dialogue_fill (party->dialogue, "INBOX", 1, 0);
      return;
    case 5:
      if (draw (party, 8) == 0)
        {
          ask (party, self, draw (party, 2) == 0 ? "CLOSE" : "UNSELECT", FALSE);
          select_inbox (party, self);
        }
      return;
    case 6:
    case 7:
      command = g_strdup_printf ("STORE %s %sFLAGS (%s)", set, draw (party, 2) ? "+" : "-", flag);
      break;
    case 8:
      command = g_strdup_printf ("STORE %s %sFLAGS.SILENT (%s)", set, draw (party, 2) ? "+" : "-",
                                 flag);
      ask (party, self, command, FALSE);
      forget_flags (self);
      return;
    case 9:
      command = g_strdup_printf ("STORE %s FLAGS (%s)", set, flag);
      break;
    case 10:
      command = g_strdup_printf ("FETCH %s (UID FLAGS)", set);
      break;
    case 11:
      command = g_strdup_printf ("FETCH %s (BODY[TEXT] UID)", set);
      break;
    case 12:
      command = g_strdup_printf ("UID FETCH %u:* (FLAGS)", 1 + draw (party, 2000));
      ask (party, self, command, TRUE);
      return;
    case 13:
      ask (party, self, "EXPUNGE", TRUE);
      return;
    case 14:
      command = g_strdup_printf ("UID EXPUNGE %u:*", 1 + draw (party, 2000));
      ask (party, self, command, TRUE);
      return;
    case 15:
      command = g_strdup_printf ("%s %s INBOX", draw (party, 2) ? "COPY" : "MOVE", set);
      ask (party, self, command, TRUE);
      return;
    case 16:
      ask (party, self, "SEARCH UNSEEN", FALSE);
      return;
    case 17:
      ask (party, self, "STATUS INBOX (MESSAGES RECENT)", TRUE);
      return;
    default:
      command = g_strdup_printf ("REPLACE %u INBOX {1+}\r\ny", 1 + draw (party, self->view->len));
      ask (party, self, command, TRUE);
      return;
    }
  ask (party, self, command, FALSE);
}

/* All learn all there is, and have to believe what is so. */
static void
compare (Party *party)
{
  MailAccount *account = mail_dialogue_get_account (party->dialogue, "alice");
  MailMailbox *inbox = mail_account_get_inbox (account);

  for (guint i = 0; i < N_SESSIONS; i++)
    end_idle (party, &party->clients[i]);
  for (guint i = 0; i < N_SESSIONS; i++)
    ask (party, &party->clients[i], "NOOP", TRUE);
  for (guint i = 0; i < N_SESSIONS; i++)
    {
      Client *client = &party->clients[i];

      g_assert_cmpuint (client->view->len, ==, mail_mailbox_get_n_messages (inbox));
      for (guint n = 1; n <= client->view->len; n++)
        {
          const Known      *known = get_known (client, n);
          const MailStored *stored = mail_mailbox_get (inbox, n - 1);

          if (known->uid != 0)
            g_assert_cmpuint (known->uid, ==, stored->uid);
          if (known->has_flags)
            {
              g_assert_cmpuint (known->flags, ==, stored->flags);
              g_assert_cmpuint (known->n_keywords, ==,
                                (guint) __builtin_popcountll (stored->keywords));
            }
        }
      if (client->view->len > 0)
        ask (party, client, "FETCH 1:* (UID FLAGS)", FALSE);
    }
}

static void
test_party (gconstpointer data)
{
  Party party = { .random = sim_random_new (GPOINTER_TO_UINT (data), "party") };

  g_test_summary ("Sessions that change one mailbox in turn believe what is so, whenever they "
                  "have been told.");
  party.dialogue = mail_dialogue_new ("");
  party.recents = g_hash_table_new (NULL, NULL);
  mail_dialogue_fill (party.dialogue, "INBOX", 20, 0);
  for (guint i = 0; i < N_SESSIONS; i++)
    {
      Client *client = &party.clients[i];

      client->dialogue = party.dialogue;
      client->index = i;
      client->framer = imap_framer_new (FALSE);
      client->view = g_array_new (FALSE, TRUE, sizeof (Known));
      mail_dialogue_open (party.dialogue, i, "alice");
      client->is_quick = i == 1;
      if (i == 1)
        ask (&party, client, "ENABLE QRESYNC", FALSE);
      else if (i == 2)
        ask (&party, client, "ENABLE IMAP4rev2 CONDSTORE", FALSE);
      select_inbox (&party, client);
    }
  for (guint n = 0; n < N_COMMANDS; n++)
    {
      Client *client = &party.clients[draw (&party, N_SESSIONS)];

      end_idle (&party, client);
      do_something (&party, client);
      if (n % 50 == 49)
        compare (&party);
    }
  for (guint i = 0; i < N_SESSIONS; i++)
    {
      imap_framer_free (party.clients[i].framer);
      g_array_unref (party.clients[i].view);
    }
  g_hash_table_unref (party.recents);
  sim_random_free (party.random);
  mail_dialogue_free (party.dialogue);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint seed = 1; seed <= 5; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/mail-imap/views/%u", seed);

      g_test_add_data_func (path, GUINT_TO_POINTER (seed), test_party);
    }
  return g_test_run ();
}
