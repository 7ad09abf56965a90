/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-client.h>

#include "smtp-owner.h"

#include <string.h>

#define BIG_BYTES (2 * 1024 * 1024)
#define N_SEEDS 40

static const char *const texts[] = {
  "",
  ".",
  ".\r\n",
  "..\r\n.\r\n...\r\n\r\n.\r\n",
  "Subject: x\r\n\r\nno final line end",
  "Subject: x\n\nbare\n.\nline ends\n.\r\nMAIL FROM:<evil@a>\r\n",
  "a\r\n.\rb\r\n\r",
  "\r\n",
  "\xc3\xb6\r\n.\xff\r\n",
};

/* Two of them are refused, one of these for now. */
static const char *const recipients[] = { "one@b.example", "nobody@b.example",
                                          "\"two \\\" @\"@[192.0.2.1]", "later@b.example", NULL };
static const char *const refused[] = { "nobody@b.example", "later@b.example", NULL };

/* A message of any bytes and of lines that begin with dots now and then. */
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

/* What must arrive: the message with a line end, which the end of data needs (RFC 5321 section
 * 4.1.1.4). */
static GBytes *
complete (GBytes *message)
{
  gsize         length;
  const guint8 *data = g_bytes_get_data (message, &length);
  guint8       *completed;

  if (length == 0 || (length >= 2 && memcmp (data + length - 2, "\r\n", 2) == 0))
    return g_bytes_ref (message);
  completed = g_malloc (length + 2);
  memcpy (completed, data, length);
  memcpy (completed + length, "\r\n", 2);
  return g_bytes_new_take (completed, length + 2);
}

/* Moves a random piece of what waits, an exact-size copy of it. */
static GBytes *
cut_piece (GByteArray *waiting, GRand *rand)
{
  gsize   length = (gsize) g_rand_int_range (rand, 1, (gint32) MIN (waiting->len, 100000) + 1);
  GBytes *piece;

  if (waiting->len < 100000 && g_rand_boolean (rand))
    length = MIN (length, 7);
  piece = g_bytes_new (waiting->data, length);
  g_byte_array_remove_range (waiting, 0, (guint) length);
  return piece;
}

static void
add_output (GByteArray *waiting, GBytes *output)
{
  g_byte_array_append (waiting, g_bytes_get_data (output, NULL),
                       (guint) g_bytes_get_size (output));
  g_bytes_unref (output);
}

/* Carries bytes both ways in random pieces until the client is done. Returns: (transfer full):
 * the client's events, in words. */
static char *
carry (SmtpClient *client, SmtpOwner *owner, GRand *rand)
{
  g_autoptr (GByteArray) to_client = g_byte_array_new ();
  g_autoptr (GByteArray) to_server = g_byte_array_new ();
  GString        *events = g_string_new (NULL);
  SmtpClientEvent event;
  gsize           taken = 0;

  while (!smtp_client_is_done (client))
    {
      g_byte_array_append (to_client, owner->sent->data + taken,
                           (guint) (owner->sent->len - taken));
      taken = owner->sent->len;
      g_assert_cmpuint (to_client->len + to_server->len, >, 0);
      if (to_client->len > 0)
        {
          g_autoptr (GBytes) piece = cut_piece (to_client, rand);

          smtp_client_receive (client, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece), 0);
          while (smtp_client_next_event (client, &event))
            g_string_append_printf (events, "%d ", event.kind);
          add_output (to_server, smtp_client_take_output (client));
        }
      if (to_server->len > 0)
        {
          g_autoptr (GBytes) piece = cut_piece (to_server, rand);

          smtp_owner_receive (owner, g_bytes_get_data (piece, NULL), g_bytes_get_size (piece));
        }
    }
  return g_string_free (events, FALSE);
}

static void
check_outcomes (SmtpClient *client, const char *const *paths, gboolean is_sent)
{
  for (guint i = 0; paths[i] != NULL; i++)
    {
      SmtpDelivery delivery;
      SmtpOutcome  expected = is_sent ? SMTP_OUTCOME_ACCEPTED : SMTP_OUTCOME_PERMANENT;

      smtp_client_get_delivery (client, i, &delivery);
      if (g_str_has_prefix (paths[i], "nobody"))
        expected = SMTP_OUTCOME_PERMANENT;
      else if (g_str_has_prefix (paths[i], "later"))
        expected = SMTP_OUTCOME_TEMPORARY;
      g_assert_cmpint (delivery.outcome, ==, expected);
      g_assert_cmpuint (delivery.code / 100, ==, expected == SMTP_OUTCOME_ACCEPTED    ? 2
                                                 : expected == SMTP_OUTCOME_TEMPORARY ? 4
                                                                                      : 5);
    }
}

static void
join (GBytes *message, const char *const *paths, gboolean is_sent, guint profile, GRand *rand)
{
  SmtpServerConfig server_config = { "b.example", NULL, profile, 0, 0, 0 };
  SmtpClientConfig client_config = { "a.example", "", paths, message };
  g_autoptr (SmtpClient) client = smtp_client_new (&client_config, 0);
  g_autoptr (GBytes) expected = complete (message);
  g_autofree char *events = NULL;
  SmtpOwner        owner;

  smtp_owner_init (&owner, &server_config);
  smtp_owner_run (&owner);
  events = carry (client, &owner, rand);
  g_assert_cmpstr (events, ==, is_sent ? "1 2 " : "2 ");
  check_outcomes (client, paths, is_sent);
  g_assert_true (smtp_server_is_done (owner.server));
  g_assert_true (g_str_has_suffix (owner.events->str, "QUIT; "));
  g_assert_cmpuint (owner.messages->len, ==, is_sent ? 1 : 0);
  if (is_sent)
    g_assert_true (g_bytes_equal (owner.messages->pdata[0], expected));
  smtp_owner_clear (&owner);
}

static void
test_joined (void)
{
  g_test_summary ("What the client was given is what the server's owner gets, however it is cut.");
  for (guint32 seed = 1; seed <= N_SEEDS; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        {
          g_autoptr (GBytes) message = g_bytes_new_static (texts[i], strlen (texts[i]));

          join (message, recipients, TRUE,
                seed % 2 == 0 ? SMTP_PROFILE_STRICT : SMTP_PROFILE_COMMON, rand);
        }
    }
}

static void
test_big (void)
{
  for (guint32 seed = 1; seed <= 3; seed++)
    {
      g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr (GBytes) message = make_big_message (rand);

      join (message, recipients, TRUE, SMTP_PROFILE_STRICT, rand);
    }
}

static void
test_refused (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GBytes) letter = g_bytes_new_static ("Hello\r\n", 7);
  g_autoptr (GBytes) spam = g_bytes_new_static ("Spam\r\n", 6);

  join (letter, refused, FALSE, SMTP_PROFILE_STRICT, rand);
  join (spam, recipients, FALSE, SMTP_PROFILE_STRICT, rand);
}

/* A server that takes fewer recipients than there are, and a message that is too big for it. */
static void
test_server_limits (void)
{
  SmtpServerConfig server_config = { "b.example", NULL, SMTP_PROFILE_STRICT, 100, 1, 0 };
  static const char *const paths[] = { "one@b.example", "two@b.example", "three@b.example", NULL };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint n_bytes = 100; n_bytes <= 102; n_bytes += 2)
    {
      g_autoptr (GBytes) message = g_bytes_new_take (g_strnfill (n_bytes - 2, 'm'), n_bytes - 2);
      g_autoptr (GBytes) whole = complete (message);
      SmtpClientConfig client_config = { "a.example", "x@a.example", paths, whole };
      g_autoptr (SmtpClient) client = smtp_client_new (&client_config, 0);
      g_autofree char *events = NULL;
      SmtpDelivery     deliveries[2];
      SmtpOwner        owner;

      smtp_owner_init (&owner, &server_config);
      smtp_owner_run (&owner);
      events = carry (client, &owner, rand);
      for (guint i = 0; i < G_N_ELEMENTS (deliveries); i++)
        smtp_client_get_delivery (client, i, &deliveries[i]);
      g_assert_cmpuint (deliveries[0].code, ==, n_bytes == 100 ? 250 : 552);
      g_assert_cmpuint (deliveries[1].code, ==, n_bytes == 100 ? 452 : 552);
      g_assert_cmpuint (owner.messages->len, ==, n_bytes == 100 ? 1 : 0);
      smtp_owner_clear (&owner);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/session/joined", test_joined);
  g_test_add_func ("/smtp/session/big", test_big);
  g_test_add_func ("/smtp/session/refused", test_refused);
  g_test_add_func ("/smtp/session/server-limits", test_server_limits);
  return g_test_run ();
}
