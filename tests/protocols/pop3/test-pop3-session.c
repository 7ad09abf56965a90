/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pop3/pop3-client.h>

#include "pop3-owner.h"

#include <string.h>

#define BIG_BYTES (1024 * 1024)
#define N_SEEDS 40

static const char *const texts[] = {
  "",
  ".",
  ".\r\n",
  "..\r\n.\r\n...\r\n\r\n.\r\n",
  "Subject: x\r\n\r\nno final line end",
  "Subject: x\n\nbare\n.\nline ends\n",
  "a\r\n.\rb\r\n\r",
  "\r\n",
};

/* A message of lines that begin with dots now and then, and NULs. */
static GBytes *
make_big_message (GRand *rand)
{
  guint8 *data = g_malloc (BIG_BYTES);

  for (gsize i = 0; i < BIG_BYTES; i++)
    data[i] = (guint8) g_rand_int_range (rand, 0, 256);
  for (gsize i = 0; i + 3 < BIG_BYTES; i += 50)
    memcpy (data + i, "\r\n.", 3);
  return g_bytes_new_take (data, BIG_BYTES);
}

/* Moves a random piece of what waits, an exact-size copy of it. */
static GBytes *
cut_piece (GByteArray *waiting, GRand *rand)
{
  gsize length = (gsize) g_rand_int_range (rand, 1, (gint32) MIN (waiting->len, 100000) + 1);
  GBytes *piece;

  if (g_rand_boolean (rand))
    length = MIN (length, 7);
  piece = g_bytes_new (waiting->data, length);
  g_byte_array_remove_range (waiting, 0, (guint) length);
  return piece;
}

static void
add_output (GByteArray *waiting, GBytes *output)
{
  g_byte_array_append (waiting, g_bytes_get_data (output, NULL), (guint) g_bytes_get_size (output));
  g_bytes_unref (output);
}

/* What the client fetched is what the maildrop holds, with CRLF line ends. */
static void
take_messages (Pop3Client *client, GBytes **messages, guint *n_fetched)
{
  Pop3ClientEvent event;

  while (pop3_client_next_event (client, &event))
    if (event.kind == POP3_CLIENT_EVENT_MESSAGE)
      {
        g_autoptr (GBytes) expected = pop3_message_to_wire (messages[event.message_number - 1]);
        gsize length;
        const guint8 *data = g_bytes_get_data (messages[event.message_number - 1], &length);

        g_assert_true (g_bytes_equal (event.message, expected));
        g_assert_cmpuint (g_bytes_get_size (event.message), ==, pop3_count_octets (data, length));
        (*n_fetched)++;
      }
    else
      g_assert_cmpint (event.kind, ==, POP3_CLIENT_EVENT_DONE);
}

static void
join (const Pop3ClientConfig *config,
      GBytes **messages,
      guint n_messages,
      guint n_expected,
      const char *events_end,
      GRand *rand)
{
  Pop3ServerConfig server_config = { "b.example", NULL, POP3_CAPABILITIES_ALL, POP3_PROFILE_STRICT,
                                     0 };
  g_autoptr (Pop3Client) client = pop3_client_new (config, 0);
  g_autoptr (GByteArray) to_client = g_byte_array_new ();
  g_autoptr (GByteArray) to_server = g_byte_array_new ();
  Pop3ClientResult result;
  Pop3Owner owner;
  guint n_fetched = 0;
  gsize taken = 0;

  pop3_owner_init (&owner, &server_config, messages, n_messages);
  pop3_owner_run (&owner);
  while (!pop3_client_is_done (client))
    {
      g_byte_array_append (to_client, owner.sent->data + taken, (guint) (owner.sent->len - taken));
      taken = owner.sent->len;
      g_assert_cmpuint (to_client->len + to_server->len, >, 0);
      if (to_client->len > 0)
        {
          g_autoptr (GBytes) piece = cut_piece (to_client, rand);

          pop3_client_receive (client, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), 0);
          take_messages (client, messages, &n_fetched);
          add_output (to_server, pop3_client_take_output (client));
        }
      if (to_server->len > 0)
        {
          g_autoptr (GBytes) piece = cut_piece (to_server, rand);

          pop3_owner_receive (&owner, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece));
        }
    }
  pop3_client_get_result (client, &result);
  g_assert_cmpint (result.outcome, ==, POP3_OUTCOME_DONE);
  g_assert_cmpuint (result.n_fetched, ==, n_expected);
  g_assert_cmpuint (n_fetched, ==, n_expected);
  g_assert_true (pop3_server_is_done (owner.server));
  g_assert_true (g_str_has_suffix (owner.events->str, events_end));
  pop3_owner_clear (&owner);
}

static void
test_joined (void)
{
  static const char *const seen[] = { "uid1", "uid3", NULL };
  static const Pop3ClientConfig keep = {
    "mrose", "tan staaf", POP3_POLICY_KEEP, FALSE, seen, 0, 0, .may_show_password = TRUE
  };
  static const Pop3ClientConfig delete = {
    "mrose", "tan staaf", POP3_POLICY_DELETE, FALSE, NULL, 0, 0, .may_show_password = TRUE
  };
  const guint n_texts = G_N_ELEMENTS (texts);
  GBytes *messages[G_N_ELEMENTS (texts) + 1];

  for (guint i = 0; i < n_texts; i++)
    messages[i] = g_bytes_new (texts[i], strlen (texts[i]));
  for (guint32 seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      guint n_messages = n_texts;

      if (seed % 10 == 1)
        messages[n_messages++] = make_big_message (rand);
      join (&keep, messages, n_messages, n_messages - 2, "UPDATE; ", rand);
      join (&delete, messages, n_messages, n_messages,
            n_messages > n_texts ? "UPDATE 0 1 2 3 4 5 6 7 8; " : "UPDATE 0 1 2 3 4 5 6 7; ", rand);
      if (n_messages > n_texts)
        g_bytes_unref (messages[n_texts]);
    }
  for (guint i = 0; i < n_texts; i++)
    g_bytes_unref (messages[i]);
}

typedef struct
{
  const char *message, *wire, *top_1;
} MessageCase;

static const MessageCase message_cases[] = {
  { "", "", "" },
  { "a", "a\r\n", "a\r\n" },
  { "a\n", "a\r\n", "a\r\n" },
  { "a\r", "a\r\r\n", "a\r\r\n" },
  { "\n", "\r\n", "\r\n" },
  { "\r\n\n\r\n", "\r\n\r\n\r\n", "\r\n\r\n" },
  { "a\n\nb\nc", "a\r\n\r\nb\r\nc\r\n", "a\r\n\r\nb\r\n" },
  { "a\r\n\r\nb\r\nc\r\n", "a\r\n\r\nb\r\nc\r\n", "a\r\n\r\nb\r\n" },
};

static void
test_messages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (message_cases); i++)
    {
      const MessageCase *c = &message_cases[i];
      g_autoptr (GBytes) message = g_bytes_new (c->message, strlen (c->message));
      g_autoptr (GBytes) wire = pop3_message_to_wire (message);
      g_autoptr (GBytes) top = pop3_message_top (wire, 1);

      g_assert_cmpmem (g_bytes_get_data (wire, NULL), g_bytes_get_size (wire), c->wire,
                       strlen (c->wire));
      g_assert_cmpmem (g_bytes_get_data (top, NULL), g_bytes_get_size (top), c->top_1,
                       strlen (c->top_1));
      g_assert_cmpuint (pop3_count_octets ((const guint8 *) c->message, strlen (c->message)), ==,
                        strlen (c->wire));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pop3/session/joined", test_joined);
  g_test_add_func ("/pop3/session/messages", test_messages);
  return g_test_run ();
}
