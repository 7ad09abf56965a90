/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-parameters.h"

#include "smtp-grammar.h"

#include <string.h>

/* What the values have to be, as refusals say it. */
#define SIZE_USAGE "SIZE takes a number of octets"
#define BODY_USAGE "BODY is 7BIT, 8BITMIME or BINARYMIME"
#define RET_USAGE "RET is FULL or HDRS"
#define ENVID_USAGE "ENVID takes printable characters as xtext"
#define AUTH_USAGE "AUTH takes a mailbox as xtext, or <>"
#define NOTIFY_USAGE "NOTIFY is NEVER, or a list of SUCCESS, FAILURE, DELAY"
#define ORCPT_USAGE "ORCPT is a type, a semicolon and an address as xtext"

/* What is read, and what it is read by. */
typedef struct
{
  SmtpMail      *mail;      /* (nullable): of MAIL */
  SmtpRecipient *recipient; /* (nullable): of RCPT */
  guint          extensions;
  SmtpRefusal   *refusal;
} Reader;

static gboolean
refuse (Reader *self, guint code, const char *text)
{
  *self->refusal = (SmtpRefusal){ code, "5.5.4", text };
  return FALSE;
}

/* RFC 5321 section 4.1.1.11: a value that is wrong. */
static gboolean
refuse_value (Reader *self, const char *text)
{
  return refuse (self, 501, text);
}

static gboolean
is_word (const char *value, const char *word)
{
  return g_ascii_strcasecmp (value, word) == 0;
}

/* xtext */

/* xchar = any ASCII CHAR between "!" and "~" but "+" and "=" (RFC 3461 section 4) */
static gboolean
is_xchar (guint8 byte)
{
  return byte > ' ' && byte < 0x7F && byte != '+' && byte != '=';
}

char *
smtp_xtext_encode (const char *text)
{
  GString *xtext = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (is_xchar ((guint8) *text))
      g_string_append_c (xtext, *text);
    else
      g_string_append_printf (xtext, "+%02X", (guint8) *text);
  return g_string_free (xtext, FALSE);
}

char *
smtp_xtext_decode (const char *xtext)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *xtext != '\0'; xtext++)
    if (is_xchar ((guint8) *xtext))
      g_string_append_c (text, *xtext);
    else
      {
        int octet;

        /* RFC 3461 writes the digits in capitals, RFC 4954 section 8 in either case. */
        if (*xtext != '+' || !g_ascii_isxdigit (xtext[1]) || !g_ascii_isxdigit (xtext[2]))
          return NULL;
        octet = g_ascii_xdigit_value (xtext[1]) * 16 + g_ascii_xdigit_value (xtext[2]);
        if (octet == 0)
          return NULL;
        g_string_append_c (text, (char) octet);
        xtext += 2;
      }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Graphic and white space characters of ASCII, all that ENVID and ORCPT may hold (RFC 3461 sections
 * 4.2 and 4.4). */
static gboolean
is_printable (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isprint (*text) && *text != '\t')
      return FALSE;
  return TRUE;
}

/* Addresses in UTF-8 (RFC 6533 section 3) */

/* QCHAR: what stands for itself in either form */
static gboolean
is_qchar (guint8 byte)
{
  return is_xchar (byte) && byte != '\\';
}

/* Whether a character may be written by its number: HEXPOINT leaves out most of ASCII. */
static gboolean
is_hexpoint (gunichar c)
{
  return g_unichar_validate (c) && c != 0 && (c >= 0x7F || !is_qchar ((guint8) c));
}

/* Decodes EmbeddedUnicodeChar = "\x{" HEXPOINT "}". Returns: its length; 0 when it is none */
static gsize
decode_unicode_char (const char *text, gunichar *out_char)
{
  gunichar c = 0;
  gsize    n = 3;

  if (strncmp (text, "\\x{", 3) != 0)
    return 0;
  for (; n < 9 && g_ascii_isxdigit (text[n]); n++)
    c = c * 16 + (gunichar) g_ascii_xdigit_value (text[n]);
  if (text[n] != '}' || n < 5 || !is_hexpoint (c))
    return 0;
  *out_char = c;
  return n + 1;
}

char *
smtp_utf8_address_decode (const char *text, gboolean may_be_utf8)
{
  g_autoptr (GString) address = g_string_new (NULL);

  while (*text != '\0')
    {
      gunichar c;
      gsize    n = decode_unicode_char (text, &c);

      if (n > 0)
        g_string_append_unichar (address, c);
      else if (is_qchar ((guint8) *text) || ((guint8) *text >= 0x80 && may_be_utf8))
        {
          g_string_append_c (address, *text);
          n = 1;
        }
      else
        return NULL;
      text += n;
    }
  if (!g_utf8_validate (address->str, -1, NULL))
    return NULL;
  return g_string_free (g_steal_pointer (&address), FALSE);
}

char *
smtp_utf8_address_encode (const char *text, gboolean may_be_utf8)
{
  GString *address = g_string_new (NULL);

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (c < 0x80 ? is_qchar ((guint8) c) : may_be_utf8)
        g_string_append_unichar (address, c);
      else
        g_string_append_printf (address, "\\x{%02X}", c);
    }
  return g_string_free (address, FALSE);
}

/* Reading */

/* size-value ::= 1*20DIGIT (RFC 1870 section 3); more than fits is as much as fits. */
static gboolean
read_size (Reader *self, const char *value)
{
  gsize n_digits = strspn (value, "0123456789");

  if (n_digits == 0 || n_digits > 20 || value[n_digits] != '\0')
    return refuse_value (self, SIZE_USAGE);
  self->mail->size = g_ascii_strtoull (value, NULL, 10);
  return TRUE;
}

/* body-value (RFC 6152 section 2, RFC 3030 section 3) */
static gboolean
read_body (Reader *self, const char *value)
{
  const guint binary = SMTP_EXTENSION_BINARYMIME | SMTP_EXTENSION_CHUNKING;

  if (is_word (value, "7BIT"))
    self->mail->body = SMTP_BODY_7BIT;
  else if (is_word (value, "8BITMIME"))
    self->mail->body = SMTP_BODY_8BITMIME;
  else if (!is_word (value, "BINARYMIME"))
    return refuse_value (self, BODY_USAGE);
  else if ((self->extensions & binary) != binary)
    return refuse (self, 555, "BODY=BINARYMIME is not offered");
  else
    self->mail->body = SMTP_BODY_BINARYMIME;
  return TRUE;
}

static gboolean
read_ret (Reader *self, const char *value)
{
  if (is_word (value, "FULL"))
    self->mail->ret = SMTP_RETURN_FULL;
  else if (is_word (value, "HDRS"))
    self->mail->ret = SMTP_RETURN_HEADERS;
  else
    return refuse_value (self, RET_USAGE);
  return TRUE;
}

static gboolean
read_envid (Reader *self, const char *value)
{
  g_autofree char *text = NULL;

  if (strlen (value) > SMTP_ENVID_BYTES_MAX)
    return refuse_value (self, "ENVID takes up to 100 characters");
  text = smtp_xtext_decode (value);
  if (text == NULL || !is_printable (text))
    return refuse_value (self, ENVID_USAGE);
  self->mail->envid = g_steal_pointer (&text);
  return TRUE;
}

/* AUTH= (RFC 4954 section 5): a mailbox as xtext, or "<>" */
static gboolean
read_auth (Reader *self, const char *value)
{
  g_autofree char *text = smtp_xtext_decode (value);

  if (text != NULL && strcmp (text, "<>") == 0)
    self->mail->auth = g_strdup ("");
  else if (text == NULL || !smtp_mailbox_is_valid (text, TRUE))
    return refuse_value (self, AUTH_USAGE);
  else
    self->mail->auth = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
read_smtputf8 (Reader *self, const char *value)
{
  self->mail->is_utf8 = TRUE;
  return TRUE;
}

static gboolean
read_requiretls (Reader *self, const char *value)
{
  self->mail->requires_tls = TRUE;
  return TRUE;
}

/* NOTIFY: "NEVER" / 1#( "SUCCESS" / "FAILURE" / "DELAY" ) */
static const struct
{
  const char *word;
  SmtpNotify  notify;
} notify_words[] = {
  { "NEVER", SMTP_NOTIFY_NEVER },
  { "SUCCESS", SMTP_NOTIFY_SUCCESS },
  { "FAILURE", SMTP_NOTIFY_FAILURE },
  { "DELAY", SMTP_NOTIFY_DELAY },
};

static guint
find_notify (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (notify_words); i++)
    if (is_word (word, notify_words[i].word))
      return notify_words[i].notify;
  return 0;
}

static gboolean
read_notify (Reader *self, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, ",", -1);
  guint notify = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint bit = find_notify (words[i]);

      if (bit == 0)
        return refuse_value (self, NOTIFY_USAGE);
      notify |= bit;
    }
  if ((notify & SMTP_NOTIFY_NEVER) != 0 && words[1] != NULL)
    return refuse_value (self, "NOTIFY=NEVER stands alone");
  self->recipient->notify = notify;
  return TRUE;
}

/* original-recipient-address = addr-type ";" xtext, addr-type = atom (RFC 3461 section 4.2) */
static gboolean
read_orcpt (Reader *self, const char *value)
{
  const char      *semicolon = strchr (value, ';');
  g_autofree char *type = NULL;
  g_autofree char *address = NULL;

  if (strlen (value) > SMTP_ORCPT_BYTES_MAX)
    return refuse_value (self, "ORCPT takes up to 500 characters");
  if (semicolon == NULL || semicolon == value)
    return refuse_value (self, ORCPT_USAGE);
  type = g_strndup (value, (gsize) (semicolon - value));
  if (is_word (type, "utf-8"))
    address = smtp_utf8_address_decode (semicolon + 1,
                                        (self->extensions & SMTP_EXTENSION_SMTPUTF8) != 0);
  else
    address = smtp_xtext_decode (semicolon + 1);
  if (address == NULL || (!is_word (type, "utf-8") && !is_printable (address)))
    return refuse_value (self, ORCPT_USAGE);
  self->recipient->orcpt_type = g_steal_pointer (&type);
  self->recipient->orcpt = g_steal_pointer (&address);
  return TRUE;
}

/* Every parameter: what it takes to be offered for it to be used, any one of them. */
static const struct
{
  const char *keyword;
  guint       extensions;
  gboolean    is_of_rcpt;
  const char *usage; /* what the value has to be; NULL: there is none */
  gboolean (*read) (Reader *self, const char *value);
} known[] = {
  { "SIZE", SMTP_EXTENSION_SIZE, FALSE, SIZE_USAGE, read_size },
  { "BODY", SMTP_EXTENSION_8BITMIME | SMTP_EXTENSION_BINARYMIME, FALSE, BODY_USAGE, read_body },
  { "RET", SMTP_EXTENSION_DSN, FALSE, RET_USAGE, read_ret },
  { "ENVID", SMTP_EXTENSION_DSN, FALSE, ENVID_USAGE, read_envid },
  { "AUTH", SMTP_EXTENSION_AUTH, FALSE, AUTH_USAGE, read_auth },
  { "SMTPUTF8", SMTP_EXTENSION_SMTPUTF8, FALSE, NULL, read_smtputf8 },
  { "REQUIRETLS", SMTP_EXTENSION_REQUIRETLS, FALSE, NULL, read_requiretls },
  { "NOTIFY", SMTP_EXTENSION_DSN, TRUE, NOTIFY_USAGE, read_notify },
  { "ORCPT", SMTP_EXTENSION_DSN, TRUE, ORCPT_USAGE, read_orcpt },
};

/* @seen: the parameters so far, as bits of the table's rows. */
static gboolean
read_parameter (Reader *self, const SmtpParameter *parameter, guint *seen)
{
  gboolean is_of_rcpt = self->recipient != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (known[i].is_of_rcpt != is_of_rcpt || !is_word (parameter->keyword, known[i].keyword) ||
          (known[i].extensions & self->extensions) == 0)
        continue;
      if (*seen & 1u << i)
        return refuse_value (self, "The same parameter twice");
      *seen |= 1u << i;
      if (known[i].usage == NULL && parameter->value != NULL)
        return refuse_value (self, "The parameter takes no value");
      if (known[i].usage != NULL && parameter->value == NULL)
        return refuse_value (self, known[i].usage);
      return known[i].read (self, parameter->value);
    }
  return refuse (self, 555,
                 is_of_rcpt ? "RCPT parameter not recognised" : "MAIL parameter not recognised");
}

static gboolean
read_parameters (Reader *self, const GArray *parameters)
{
  guint seen = 0;

  for (guint i = 0; i < parameters->len; i++)
    if (!read_parameter (self, &g_array_index (parameters, SmtpParameter, i), &seen))
      return FALSE;
  return TRUE;
}

gboolean
smtp_mail_read_parameters (SmtpMail     *mail,
                           const GArray *parameters,
                           guint         extensions,
                           SmtpRefusal  *out_refusal)
{
  Reader self = { mail, NULL, extensions, out_refusal };

  return read_parameters (&self, parameters);
}

gboolean
smtp_recipient_read_parameters (SmtpRecipient *recipient,
                                const GArray  *parameters,
                                guint          extensions,
                                SmtpRefusal   *out_refusal)
{
  Reader self = { NULL, recipient, extensions, out_refusal };

  return read_parameters (&self, parameters);
}

/* Writing */

static void
append_body (GString *text, SmtpBody body, guint extensions)
{
  const guint binary = SMTP_EXTENSION_BINARYMIME | SMTP_EXTENSION_CHUNKING;

  if (body == SMTP_BODY_BINARYMIME && (extensions & binary) == binary)
    g_string_append (text, " BODY=BINARYMIME");
  else if (body == SMTP_BODY_8BITMIME && (extensions & SMTP_EXTENSION_8BITMIME))
    g_string_append (text, " BODY=8BITMIME");
  else if (body == SMTP_BODY_7BIT && (extensions & SMTP_EXTENSION_8BITMIME))
    g_string_append (text, " BODY=7BIT");
}

static void
append_xtext (GString *text, const char *keyword, const char *value)
{
  g_autofree char *xtext = smtp_xtext_encode (value);

  g_string_append_printf (text, " %s=%s", keyword, xtext);
}

char *
smtp_mail_format_parameters (const SmtpMail *mail, guint extensions)
{
  GString *text = g_string_new (NULL);

  if ((extensions & SMTP_EXTENSION_SIZE) && mail->size > 0)
    g_string_append_printf (text, " SIZE=%" G_GUINT64_FORMAT, mail->size);
  append_body (text, mail->body, extensions);
  if ((extensions & SMTP_EXTENSION_SMTPUTF8) && mail->is_utf8)
    g_string_append (text, " SMTPUTF8");
  if ((extensions & SMTP_EXTENSION_REQUIRETLS) && mail->requires_tls)
    g_string_append (text, " REQUIRETLS");
  if ((extensions & SMTP_EXTENSION_DSN) && mail->ret != SMTP_RETURN_UNSAID)
    g_string_append_printf (text, " RET=%s", mail->ret == SMTP_RETURN_FULL ? "FULL" : "HDRS");
  /* An ENVID without a character can't be written: a value has one at the least. */
  if ((extensions & SMTP_EXTENSION_DSN) && mail->envid != NULL && mail->envid[0] != '\0')
    append_xtext (text, "ENVID", mail->envid);
  if ((extensions & SMTP_EXTENSION_AUTH) && mail->auth != NULL)
    append_xtext (text, "AUTH", mail->auth[0] != '\0' ? mail->auth : "<>");
  return g_string_free (text, FALSE);
}

static void
append_notify (GString *text, guint notify)
{
  const char *separator = " NOTIFY=";

  for (guint i = 0; i < G_N_ELEMENTS (notify_words); i++)
    if (notify & notify_words[i].notify)
      {
        g_string_append_printf (text, "%s%s", separator, notify_words[i].word);
        separator = ",";
      }
}

static void
append_orcpt (GString *text, const SmtpRecipient *recipient, guint extensions)
{
  gboolean         may_be_utf8 = (extensions & SMTP_EXTENSION_SMTPUTF8) != 0;
  g_autofree char *address = is_word (recipient->orcpt_type, "utf-8")
                                 ? smtp_utf8_address_encode (recipient->orcpt, may_be_utf8)
                                 : smtp_xtext_encode (recipient->orcpt);

  if (strlen (recipient->orcpt_type) + 1 + strlen (address) <= SMTP_ORCPT_BYTES_MAX)
    g_string_append_printf (text, " ORCPT=%s;%s", recipient->orcpt_type, address);
}

char *
smtp_recipient_format_parameters (const SmtpRecipient *recipient, guint extensions)
{
  GString *text = g_string_new (NULL);

  if (extensions & SMTP_EXTENSION_DSN)
    {
      append_notify (text, recipient->notify);
      if (recipient->orcpt_type != NULL && recipient->orcpt != NULL)
        append_orcpt (text, recipient, extensions);
    }
  return g_string_free (text, FALSE);
}
