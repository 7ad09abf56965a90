/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <smtp/smtp-grammar.h>
#include <smtp/smtp-parameters.h>

#include <string.h>

#define O_UMLAUT "\303\266"
#define X25 "xxxxxxxxxxxxxxxxxxxxxxxxx"
#define X100 X25 X25 X25 X25
#define X493 X100 X100 X100 X100 X25 X25 X25 "xxxxxxxxxxxxxxxxxx"

#define ALL SMTP_EXTENSIONS_ALL
#define WITHOUT(extension) (SMTP_EXTENSIONS_ALL & ~SMTP_EXTENSION_##extension)

/* Parameters as they are on the line, and what they come to: the envelope in words, or the
 * refusal. Formatting the envelope gives the parameters back, in their usual order, where
 * nothing else is told. */
typedef struct
{
  const char *parameters; /* of MAIL; of RCPT when it begins with " NOTIFY" or " ORCPT" */
  guint       extensions;
  const char *result;
  const char *again; /* (nullable): NULL: the same as parameters */
} Case;

static const Case mail_cases[] = {
  { "", ALL, "", NULL },
  { " SIZE=1000", ALL, "size=1000", NULL },
  { " size=0", ALL, "", "" },
  { " SIZE=00012", ALL, "size=12", " SIZE=12" },
  { " SIZE=18446744073709551615", ALL, "size=18446744073709551615", NULL },
  { " SIZE=99999999999999999999", ALL, "size=18446744073709551615",
    " SIZE=18446744073709551615" },
  { " SIZE=100000000000000000000", ALL, "501 5.5.4 SIZE takes a number of octets", NULL },
  { " SIZE", ALL, "501 5.5.4 SIZE takes a number of octets", NULL },
  { " SIZE=1k", ALL, "501 5.5.4 SIZE takes a number of octets", NULL },
  { " SIZE=-1", ALL, "501 5.5.4 SIZE takes a number of octets", NULL },
  { " SIZE=1 SIZE=1", ALL, "501 5.5.4 The same parameter twice", NULL },
  { " SIZE=1", WITHOUT (SIZE), "555 5.5.4 MAIL parameter not recognised", NULL },
  { " BODY=7BIT", ALL, "body=1", NULL },
  { " BODY=8bitmime", ALL, "body=2", " BODY=8BITMIME" },
  { " BODY=BINARYMIME", ALL, "body=3", NULL },
  { " BODY=BINARYMIME", WITHOUT (BINARYMIME), "555 5.5.4 BODY=BINARYMIME is not offered", NULL },
  { " BODY=BINARYMIME", WITHOUT (CHUNKING), "555 5.5.4 BODY=BINARYMIME is not offered", NULL },
  { " BODY=7BIT", WITHOUT (8BITMIME) & WITHOUT (BINARYMIME),
    "555 5.5.4 MAIL parameter not recognised", NULL },
  { " BODY=9BIT", ALL, "501 5.5.4 BODY is 7BIT, 8BITMIME or BINARYMIME", NULL },
  { " BODY", ALL, "501 5.5.4 BODY is 7BIT, 8BITMIME or BINARYMIME", NULL },
  { " SMTPUTF8", ALL, "utf8", NULL },
  { " SMTPUTF8=1", ALL, "501 5.5.4 The parameter takes no value", NULL },
  { " SMTPUTF8", WITHOUT (SMTPUTF8), "555 5.5.4 MAIL parameter not recognised", NULL },
  { " REQUIRETLS", ALL, "tls", NULL },
  { " REQUIRETLS=x", ALL, "501 5.5.4 The parameter takes no value", NULL },
  { " REQUIRETLS", WITHOUT (REQUIRETLS), "555 5.5.4 MAIL parameter not recognised", NULL },
  { " RET=FULL", ALL, "ret=1", NULL },
  { " ret=hdrs", ALL, "ret=2", " RET=HDRS" },
  { " RET=BOTH", ALL, "501 5.5.4 RET is FULL or HDRS", NULL },
  { " RET=FULL RET=FULL", ALL, "501 5.5.4 The same parameter twice", NULL },
  { " RET=FULL", WITHOUT (DSN), "555 5.5.4 MAIL parameter not recognised", NULL },
  { " ENVID=QQ314159", ALL, "envid=QQ314159", NULL },
  { " ENVID=a+20b+2B+3D", ALL, "envid=a b+=", NULL },
  { " ENVID=a+2bb", ALL, "envid=a+b", " ENVID=a+2Bb" },
  { " ENVID=a+", ALL, "501 5.5.4 ENVID takes printable characters as xtext", NULL },
  { " ENVID=a+2", ALL, "501 5.5.4 ENVID takes printable characters as xtext", NULL },
  { " ENVID=a+00", ALL, "501 5.5.4 ENVID takes printable characters as xtext", NULL },
  { " ENVID=a+0D+0A", ALL, "501 5.5.4 ENVID takes printable characters as xtext", NULL },
  { " ENVID=a+C3+B6", ALL, "501 5.5.4 ENVID takes printable characters as xtext", NULL },
  { " ENVID=" O_UMLAUT, ALL, "501 5.5.4 ENVID takes printable characters as xtext", NULL },
  { " ENVID=" X100, ALL, "envid=" X100, NULL },
  { " ENVID=" X100 "x", ALL, "501 5.5.4 ENVID takes up to 100 characters", NULL },
  { " ENVID=a ENVID=a", ALL, "501 5.5.4 The same parameter twice", NULL },
  { " AUTH=<>", ALL, "auth=", NULL },
  { " AUTH=e+3Dmc2@b.example", ALL, "auth=e=mc2@b.example", NULL },
  { " AUTH=+22a+20b+22@c.example", ALL, "auth=\"a b\"@c.example", " AUTH=\"a+20b\"@c.example" },
  { " AUTH=x", ALL, "501 5.5.4 AUTH takes a mailbox as xtext, or <>", NULL },
  { " AUTH=<x@a>", ALL, "501 5.5.4 AUTH takes a mailbox as xtext, or <>", NULL },
  { " AUTH=+", ALL, "501 5.5.4 AUTH takes a mailbox as xtext, or <>", NULL },
  { " AUTH", ALL, "501 5.5.4 AUTH takes a mailbox as xtext, or <>", NULL },
  { " AUTH=<>", WITHOUT (AUTH), "555 5.5.4 MAIL parameter not recognised", NULL },
  { " NOTIFY=NEVER", ALL, "555 5.5.4 MAIL parameter not recognised", NULL },
  { " BY=120;R", ALL, "555 5.5.4 MAIL parameter not recognised", NULL },
  { " AUTH=a@b ENVID=i RET=FULL REQUIRETLS SMTPUTF8 BODY=8BITMIME SIZE=9", ALL,
    "size=9 body=2 ret=1 utf8 tls envid=i auth=a@b",
    " SIZE=9 BODY=8BITMIME SMTPUTF8 REQUIRETLS RET=FULL ENVID=i AUTH=a@b" },
};

static const Case rcpt_cases[] = {
  { "", ALL, "", NULL },
  { " NOTIFY=NEVER", ALL, "notify=1", NULL },
  { " notify=delay,Success,FAILURE", ALL, "notify=14", " NOTIFY=SUCCESS,FAILURE,DELAY" },
  { " NOTIFY=SUCCESS,SUCCESS", ALL, "notify=2", " NOTIFY=SUCCESS" },
  { " NOTIFY=NEVER,DELAY", ALL, "501 5.5.4 NOTIFY=NEVER stands alone", NULL },
  { " NOTIFY=NEVER,NEVER", ALL, "501 5.5.4 NOTIFY=NEVER stands alone", NULL },
  { " NOTIFY=SUCCESS,", ALL, "501 5.5.4 NOTIFY is NEVER, or a list of SUCCESS, FAILURE, DELAY",
    NULL },
  { " NOTIFY=ALWAYS", ALL, "501 5.5.4 NOTIFY is NEVER, or a list of SUCCESS, FAILURE, DELAY",
    NULL },
  { " NOTIFY", ALL, "501 5.5.4 NOTIFY is NEVER, or a list of SUCCESS, FAILURE, DELAY", NULL },
  { " NOTIFY=DELAY NOTIFY=DELAY", ALL, "501 5.5.4 The same parameter twice", NULL },
  { " NOTIFY=NEVER", WITHOUT (DSN), "555 5.5.4 RCPT parameter not recognised", NULL },
  { " ORCPT=rfc822;a+20b@c.example", ALL, "orcpt=rfc822;a b@c.example", NULL },
  { " ORCPT=RFC822;A@C.Example", ALL, "orcpt=RFC822;A@C.Example", NULL },
  { " ORCPT=rfc822;", ALL, "orcpt=rfc822;", NULL },
  { " ORCPT=a@c.example", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " ORCPT=;a@c", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext", NULL },
  { " ORCPT=rfc822;" O_UMLAUT, ALL,
    "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext", NULL },
  { " ORCPT=rfc822;+0A", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " ORCPT=rfc822;" X493, ALL, "orcpt=rfc822;" X493, NULL },
  { " ORCPT=rfc822;" X493 "x", ALL, "501 5.5.4 ORCPT takes up to 500 characters", NULL },
  { " ORCPT=utf-8;" O_UMLAUT "@a.example", ALL, "orcpt=utf-8;" O_UMLAUT "@a.example", NULL },
  { " ORCPT=utf-8;\\x{F6}@a.example", ALL, "orcpt=utf-8;" O_UMLAUT "@a.example",
    " ORCPT=utf-8;" O_UMLAUT "@a.example" },
  { " ORCPT=utf-8;\\x{F6}@a.example", WITHOUT (SMTPUTF8), "orcpt=utf-8;" O_UMLAUT "@a.example",
    NULL },
  { " ORCPT=utf-8;\\x{10FFFD}\\x{20}\\x{5C}\\x{2B}\\x{3D}\\x{7F}", WITHOUT (SMTPUTF8),
    "orcpt=utf-8;\364\217\277\275 \\+=\177", NULL },
  { " ORCPT=utf-8;" O_UMLAUT, WITHOUT (SMTPUTF8),
    "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext", NULL },
  { " ORCPT=utf-8;\\x{41}", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " ORCPT=utf-8;\\x{D800}", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " ORCPT=utf-8;\\x{110000}", ALL,
    "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext", NULL },
  { " ORCPT=utf-8;\\x{00}", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " ORCPT=utf-8;\\x{F6", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " ORCPT=utf-8;a\\b", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " ORCPT=utf-8;a+20", ALL, "501 5.5.4 ORCPT is a type, a semicolon and an address as xtext",
    NULL },
  { " SIZE=1", ALL, "555 5.5.4 RCPT parameter not recognised", NULL },
  { " ORCPT=rfc822;a@b NOTIFY=NEVER", ALL, "notify=1 orcpt=rfc822;a@b",
    " NOTIFY=NEVER ORCPT=rfc822;a@b" },
};

static void
describe_refusal (GString *text, const SmtpRefusal *refusal)
{
  g_string_printf (text, "%u %s %s ", refusal->code, refusal->status, refusal->text);
}

static void
describe_mail (GString *text, const SmtpMail *mail)
{
  if (mail->size > 0)
    g_string_append_printf (text, "size=%" G_GUINT64_FORMAT " ", mail->size);
  if (mail->body != SMTP_BODY_UNSAID)
    g_string_append_printf (text, "body=%d ", mail->body);
  if (mail->ret != SMTP_RETURN_UNSAID)
    g_string_append_printf (text, "ret=%d ", mail->ret);
  if (mail->is_utf8)
    g_string_append (text, "utf8 ");
  if (mail->requires_tls)
    g_string_append (text, "tls ");
  if (mail->envid != NULL)
    g_string_append_printf (text, "envid=%s ", mail->envid);
  if (mail->auth != NULL)
    g_string_append_printf (text, "auth=%s ", mail->auth);
}

static void
describe_recipient (GString *text, const SmtpRecipient *recipient)
{
  if (recipient->notify != 0)
    g_string_append_printf (text, "notify=%u ", recipient->notify);
  if (recipient->orcpt_type != NULL)
    g_string_append_printf (text, "orcpt=%s;%s ", recipient->orcpt_type, recipient->orcpt);
}

static void
read_command (SmtpCommand *command, const char *start, const char *parameters)
{
  g_autofree char *line = g_strconcat (start, parameters, "\r\n", NULL);
  WireScan         scan;

  g_test_message ("%s", line);
  wire_scan_init (&scan, (const guint8 *) line, strlen (line), NULL);
  g_assert_true (smtp_scan_command (&scan, command));
}

static void
check_text (const GString *text, const char *expected)
{
  g_autofree char *trimmed = g_strchomp (g_strdup (text->str));

  g_assert_cmpstr (trimmed, ==, expected);
}

static void
test_mail (void)
{
  SmtpCommand command;

  smtp_command_init (&command);
  for (guint i = 0; i < G_N_ELEMENTS (mail_cases); i++)
    {
      const Case *c = &mail_cases[i];
      g_autoptr (GString) text = g_string_new (NULL);
      SmtpMail    mail = { 0 };
      SmtpRefusal refusal = { 0 };

      read_command (&command, "MAIL FROM:<>", c->parameters);
      if (smtp_mail_read_parameters (&mail, command.parameters, c->extensions, &refusal))
        {
          g_autofree char *again = smtp_mail_format_parameters (&mail, c->extensions);

          describe_mail (text, &mail);
          g_assert_cmpstr (again, ==, c->again != NULL ? c->again : c->parameters);
        }
      else
        describe_refusal (text, &refusal);
      check_text (text, c->result);
      smtp_mail_clear (&mail);
    }
  smtp_command_clear (&command);
}

static void
test_recipient (void)
{
  SmtpCommand command;

  smtp_command_init (&command);
  for (guint i = 0; i < G_N_ELEMENTS (rcpt_cases); i++)
    {
      const Case *c = &rcpt_cases[i];
      g_autoptr (GString) text = g_string_new (NULL);
      SmtpRecipient recipient = { 0 };
      SmtpRefusal   refusal = { 0 };

      read_command (&command, "RCPT TO:<x@a>", c->parameters);
      if (smtp_recipient_read_parameters (&recipient, command.parameters, c->extensions, &refusal))
        {
          g_autofree char *again = smtp_recipient_format_parameters (&recipient, c->extensions);

          describe_recipient (text, &recipient);
          g_assert_cmpstr (again, ==, c->again != NULL ? c->again : c->parameters);
        }
      else
        describe_refusal (text, &refusal);
      check_text (text, c->result);
      smtp_recipient_clear (&recipient);
    }
  smtp_command_clear (&command);
}

/* A client says nothing that the server did not offer. */
static void
test_formatting_without_offers (void)
{
  SmtpMail mail = { .size = 9, .body = SMTP_BODY_8BITMIME, .ret = SMTP_RETURN_FULL,
                    .is_utf8 = TRUE, .requires_tls = TRUE, .envid = (char *) "e",
                    .auth = (char *) "" };
  SmtpRecipient recipient = { .notify = SMTP_NOTIFY_NEVER, .orcpt_type = (char *) "rfc822",
                              .orcpt = (char *) "a@b" };

  for (guint i = 0; i < SMTP_N_EXTENSIONS; i++)
    {
      guint            offered = 1u << i;
      g_autofree char *of_mail = smtp_mail_format_parameters (&mail, offered);
      g_autofree char *of_recipient = smtp_recipient_format_parameters (&recipient, offered);
      SmtpCommand      command;
      SmtpMail         again = { 0 };
      SmtpRecipient    recipient_again = { 0 };
      SmtpRefusal      refusal;

      smtp_command_init (&command);
      read_command (&command, "MAIL FROM:<>", of_mail);
      g_assert_true (smtp_mail_read_parameters (&again, command.parameters, offered, &refusal));
      read_command (&command, "RCPT TO:<x@a>", of_recipient);
      g_assert_true (smtp_recipient_read_parameters (&recipient_again, command.parameters, offered,
                                                     &refusal));
      g_assert_cmpint (of_recipient[0] != '\0', ==, offered == SMTP_EXTENSION_DSN);
      smtp_command_clear (&command);
      smtp_mail_clear (&again);
      smtp_recipient_clear (&recipient_again);
    }
  mail.body = SMTP_BODY_BINARYMIME;
  {
    g_autofree char *text = smtp_mail_format_parameters (&mail, SMTP_EXTENSION_BINARYMIME);

    g_assert_cmpstr (text, ==, "");
  }
}

static void
test_xtext (void)
{
  static const char *const wrong[] = { "+", "+2", "+2G", " ", "=", "\t", O_UMLAUT, "+00", "\177" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (smtp_xtext_decode (wrong[i]));
  for (guint octet = 1; octet < 256; octet++)
    {
      char             text[] = { 'a', (char) octet, 'b', '\0' };
      g_autofree char *xtext = smtp_xtext_encode (text);
      g_autofree char *back = smtp_xtext_decode (xtext);

      g_assert_cmpstr (back, ==, text);
      g_assert_cmpint (strlen (xtext) == 3, ==,
                       octet > ' ' && octet < 0x7f && octet != '+' && octet != '=');
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/smtp/parameters/mail", test_mail);
  g_test_add_func ("/smtp/parameters/recipient", test_recipient);
  g_test_add_func ("/smtp/parameters/formatting-without-offers", test_formatting_without_offers);
  g_test_add_func ("/smtp/parameters/xtext", test_xtext);
  return g_test_run ();
}
