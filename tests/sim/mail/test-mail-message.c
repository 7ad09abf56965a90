/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <mail/mail-message.h>

/* A message as it is kept: its octets on the wire, its life, what is kept of it for a while. */

static MailMessage *
new_message (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return mail_message_new (bytes);
}

static void
assert_text (GBytes *bytes, const char *text)
{
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, strlen (text));
}

/* What was delivered, and what IMAP and POP3 send. */
static const struct
{
  const char *delivered, *wire;
} wires[] = {
  { "", "" },
  { "a: b\r\n\r\nc\r\n", "a: b\r\n\r\nc\r\n" },
  { "a: b\n\nc\n", "a: b\r\n\r\nc\r\n" },
  { "\n", "\r\n" },
  { "\r\n\n\r\r\n\r", "\r\n\r\n\r\r\n\r" },
  { "a: b\r\n\nno end", "a: b\r\n\r\nno end" },
};

static void
test_wire (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wires); i++)
    {
      g_autoptr (MailMessage) message = new_message (wires[i].delivered);
      GBytes *wire;

      g_assert_cmpuint (mail_message_get_size (message), ==, strlen (wires[i].wire));
      wire = mail_message_get_wire (message);
      assert_text (wire, wires[i].wire);
      assert_text (mail_message_get_bytes (message), wires[i].delivered);
      g_assert_true (wire == mail_message_get_wire (message));
      g_assert_cmpint (wire == mail_message_get_bytes (message), ==,
                       g_str_equal (wires[i].delivered, wires[i].wire));
    }
}

static void
test_life (void)
{
  MailMessage *message = new_message ("a: b\r\n\r\nc\r\n");

  g_assert_true (mail_message_ref (message) == message);
  mail_message_unref (message);
  assert_text (mail_message_get_bytes (message), "a: b\r\n\r\nc\r\n");
  mail_message_unref (message);
  mail_message_unref (NULL);
}

static void
test_email_id (void)
{
  g_autoptr (MailMessage) one = new_message ("a: b\r\n\r\nc\r\n");
  g_autoptr (MailMessage) same = new_message ("a: b\r\n\r\nc\r\n");
  g_autoptr (MailMessage) other = new_message ("a: b\r\n\r\nd\r\n");
  const char *id = mail_message_get_email_id (one);

  g_test_summary ("Equal octets have equal names, which are objectid (RFC 8474 section 7).");
  g_assert_cmpuint (strlen (id), ==, 25);
  g_assert_true (id[0] == 'M');
  for (const char *p = id; *p != '\0'; p++)
    g_assert_true (g_ascii_isalnum (*p));
  g_assert_cmpstr (id, ==, mail_message_get_email_id (same));
  g_assert_cmpstr (id, !=, mail_message_get_email_id (other));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mail-message/wire", test_wire);
  g_test_add_func ("/mail-message/life", test_life);
  g_test_add_func ("/mail-message/email-id", test_email_id);
  return g_test_run ();
}
