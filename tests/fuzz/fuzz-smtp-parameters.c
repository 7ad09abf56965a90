/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-parameters.h>

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static gboolean
read_line (SmtpCommand *command, const char *start, const char *parameters, gsize length)
{
  g_autoptr (GString) line = g_string_new (start);
  WireScan scan;

  g_string_append_len (line, parameters, (gssize) length);
  g_string_append (line, "\r\n");
  wire_scan_init (&scan, (const guint8 *) line->str, line->len, NULL);
  return smtp_scan_command (&scan, command) && wire_scan_at_end (&scan);
}

static void
check_refusal (const SmtpRefusal *refusal)
{
  g_assert_true (refusal->code == 501 || refusal->code == 555);
  g_assert_cmpstr (refusal->status, ==, "5.5.4");
  g_assert_nonnull (refusal->text);
}

/* What was read is written as parameters that come to the same. */
static void
check_mail (SmtpCommand *command, guint extensions)
{
  SmtpMail    mail = { 0 };
  SmtpMail    again = { 0 };
  SmtpRefusal refusal = { 0 };

  if (!smtp_mail_read_parameters (&mail, command->parameters, extensions, &refusal))
    check_refusal (&refusal);
  else
    {
      g_autofree char *text = smtp_mail_format_parameters (&mail, extensions);

      g_assert_true (read_line (command, "MAIL FROM:<>", text, strlen (text)));
      g_assert_cmphex (command->leniencies & ~(guint) SMTP_LENIENT_LONG_LINES, ==, 0);
      g_assert_true (
          smtp_mail_read_parameters (&again, command->parameters, extensions, &refusal));
      g_assert_cmpuint (again.size, ==, mail.size);
      g_assert_cmpint (again.ret, ==, mail.ret);
      g_assert_cmpint (again.is_utf8, ==, mail.is_utf8);
      g_assert_cmpint (again.requires_tls, ==, mail.requires_tls);
      g_assert_cmpstr (again.auth, ==, mail.auth);
      /* What takes more room when it is written anew may be too long by then. */
      g_assert_cmpstr (again.envid, ==, mail.envid);
      g_assert_true (again.body == mail.body || (extensions & SMTP_EXTENSION_8BITMIME) == 0);
    }
  smtp_mail_clear (&mail);
  smtp_mail_clear (&again);
}

static void
check_recipient (SmtpCommand *command, guint extensions)
{
  SmtpRecipient recipient = { 0 };
  SmtpRecipient again = { 0 };
  SmtpRefusal   refusal = { 0 };

  if (!smtp_recipient_read_parameters (&recipient, command->parameters, extensions, &refusal))
    check_refusal (&refusal);
  else
    {
      g_autofree char *text = smtp_recipient_format_parameters (&recipient, extensions);

      g_assert_true (read_line (command, "RCPT TO:<x@a>", text, strlen (text)));
      g_assert_true (
          smtp_recipient_read_parameters (&again, command->parameters, extensions, &refusal));
      g_assert_cmpuint (again.notify, ==, recipient.notify);
      g_assert_cmpstr (again.orcpt_type, ==, recipient.orcpt_type);
      g_assert_cmpstr (again.orcpt, ==, recipient.orcpt);
    }
  smtp_recipient_clear (&recipient);
  smtp_recipient_clear (&again);
}

/* Any text can be written as xtext, and any UTF-8 as an address. */
static void
check_encodings (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *xtext = smtp_xtext_encode (text);
  g_autofree char *back = smtp_xtext_decode (xtext);
  g_autofree char *decoded = smtp_xtext_decode (text);

  g_assert_cmpstr (back, ==, text);
  g_assert_true (decoded == NULL || strlen (decoded) <= strlen (text));
  if (!g_utf8_validate (text, -1, NULL))
    return;
  for (guint may_be_utf8 = 0; may_be_utf8 < 2; may_be_utf8++)
    {
      g_autofree char *address = smtp_utf8_address_encode (text, may_be_utf8);
      g_autofree char *address_back = smtp_utf8_address_decode (address, may_be_utf8);

      g_assert_cmpstr (address_back, ==, text);
      g_assert_true (may_be_utf8 || g_str_is_ascii (address));
    }
}

/* The first two bytes: what is offered, and whether the rest are parameters of MAIL or RCPT. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  SmtpCommand command;
  guint       extensions;

  check_encodings (data, size);
  if (size < 2)
    return 0;
  extensions = (data[0] | (guint) data[1] << 8) & SMTP_EXTENSIONS_ALL;
  smtp_command_init (&command);
  if (data[1] & 0x80)
    {
      if (read_line (&command, "MAIL FROM:<> ", (const char *) data + 2, size - 2))
        check_mail (&command, extensions);
    }
  else if (read_line (&command, "RCPT TO:<x@a> ", (const char *) data + 2, size - 2))
    check_recipient (&command, extensions);
  smtp_command_clear (&command);
  return 0;
}
