/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <mail/mail-host.h>
#include <mail/mail-imap-session.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* Two sessions, logged in and with the same mailbox selected, are sent what the input has: up to an
 * octet SWITCH for the first, then for the second, and so on. */

#define INPUT_BYTES_MAX 4096
#define SWITCH 0xFE
#define N_MESSAGES 5

static const char scenario_text[] =
    "[Scenario]\nTitle=t\nSeed=5\nStart=2026-11-24T08:00:00Z\n"
    "[Host mail.example]\nRoles=MSA;MTA;MDA;MS\nAddress=192.0.2.25\nDomains=example\n"
    "Users=alice:a;bob:b\nServices=imap\nQuota=100000\n";

static const char greeting[] = "a LOGIN alice a\r\nb SELECT INBOX\r\n";

static const char message_text[] =
    "From: a@example\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
    "--x\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--x\r\n\r\nText\r\n--x--\r\n";

/* What is sent is what the units say, and no more is said than there is room for. */
static void
serve (WireSession *session)
{
  do
    {
      g_autoptr (GBytes) output = NULL;
      gsize    n_sent = 0;
      WireUnit unit;

      while (session->klass->next_unit (session, &unit))
        {
          if (unit.direction == WIRE_SENT)
            n_sent += g_bytes_get_size (unit.wire != NULL ? unit.wire : unit.bytes);
          wire_unit_clear (&unit);
        }
      output = session->klass->take_output (session);
      g_assert (n_sent == g_bytes_get_size (output));
      g_assert (n_sent < 4 * 1024 * 1024);
    }
  while (session->klass->produce (session, 0));
}

static void
give (WireSession *const *sessions, guint i, const uint8_t *data, size_t size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);

  if (size > 0)
    sessions[i]->klass->receive (sessions[i], copy, size, 0);
  serve (sessions[i]);
  serve (sessions[1 - i]);
}

static void
fill (MailHost *host)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (message_text, sizeof message_text - 1);
  g_autoptr (MailMessage) message = mail_message_new (bytes);
  MailMailbox *inbox = mail_account_get_inbox (mail_host_find_user (host, "alice")->account);
  MailArrival  arrival = { .number = mail_register_number (host->messages, bytes) };

  for (guint i = 0; i < N_MESSAGES; i++)
    mail_mailbox_store (inbox, &message, &arrival, 1);
}

static void
siege (MailHost *host, const uint8_t *data, size_t size)
{
  MailPeer     peer = { .actor = host->actor, .is_own_network = TRUE, .address = "192.0.2.10" };
  WireSession *sessions[2];
  guint        i = 0;

  fill (host);
  for (guint n = 0; n < 2; n++)
    sessions[n] = mail_imap_session_new (host, &peer);
  for (guint n = 0; n < 2; n++)
    give (sessions, n, (const uint8_t *) greeting, sizeof greeting - 1);
  for (const uint8_t *end = data + size; data < end; i = 1 - i)
    {
      const uint8_t *next = memchr (data, SWITCH, (size_t) (end - data));

      give (sessions, i, data, (size_t) ((next != NULL ? next : end) - data));
      data = next != NULL ? next + 1 : end;
    }
  for (guint n = 0; n < 2; n++)
    {
      sessions[n]->klass->receive_end (sessions[n], n == 1, 0);
      serve (sessions[n]);
    }
  for (guint n = 0; n < 2; n++)
    sessions[n]->klass->free (sessions[n]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  SimScenario *scenario =
      sim_scenario_parse ("fuzz.ini", scenario_text, sizeof scenario_text - 1, NULL);
  SimWorld     *sim = sim_world_new ("t", 5, scenario->start_us);
  SimNetwork   *network = sim_network_new (sim, scenario);
  MailRegister *messages = mail_register_new ();
  MailHost     *host = mail_host_new (sim_network_get_host (network, 0), messages);

  siege (host, data, MIN (size, INPUT_BYTES_MAX));
  sim_network_free (network);
  mail_host_free (host);
  sim_world_free (sim);
  mail_register_free (messages);
  sim_scenario_free (scenario);
  return 0;
}
