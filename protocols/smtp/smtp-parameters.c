/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-parameters.h"

#include "smtp-grammar.h"

#include <string.h>

static gboolean
refuse (SmtpRefusal *out_refusal, guint code, const char *status, const char *text)
{
  *out_refusal = (SmtpRefusal){ code, status, text };
  return FALSE;
}

static gboolean
read_size (SmtpMail *mail, const char *value, SmtpRefusal *out_refusal)
{
  /* RFC 1870 section 4: 1 to 20 digits. */
  if (value == NULL ||
      !g_ascii_string_to_unsigned (value, 10, 0, G_MAXUINT64, &mail->size, NULL))
    return refuse (out_refusal, 501, "5.5.4", "SIZE takes a number of octets");
  return TRUE;
}

static gboolean
read_body (SmtpMail *mail, const char *value, SmtpRefusal *out_refusal)
{
  if (value != NULL && g_ascii_strcasecmp (value, "7BIT") == 0)
    mail->body = SMTP_BODY_7BIT;
  else if (value != NULL && g_ascii_strcasecmp (value, "8BITMIME") == 0)
    mail->body = SMTP_BODY_8BITMIME;
  else
    return refuse (out_refusal, 501, "5.5.4", "BODY is 7BIT or 8BITMIME");
  return TRUE;
}

gboolean
smtp_mail_read_parameters (SmtpMail     *mail,
                           const GArray *parameters,
                           guint         extensions,
                           SmtpRefusal  *out_refusal)
{
  for (guint i = 0; i < parameters->len; i++)
    {
      const SmtpParameter *parameter = &g_array_index (parameters, SmtpParameter, i);

      if (g_ascii_strcasecmp (parameter->keyword, "SIZE") == 0)
        {
          if (!read_size (mail, parameter->value, out_refusal))
            return FALSE;
        }
      else if (g_ascii_strcasecmp (parameter->keyword, "BODY") == 0)
        {
          if (!read_body (mail, parameter->value, out_refusal))
            return FALSE;
        }
      else
        return refuse (out_refusal, 555, "5.5.4", "MAIL parameter not recognised");
    }
  return TRUE;
}

gboolean
smtp_recipient_read_parameters (SmtpRecipient *recipient,
                                const GArray  *parameters,
                                guint          extensions,
                                SmtpRefusal   *out_refusal)
{
  if (parameters->len > 0)
    return refuse (out_refusal, 555, "5.5.4", "RCPT parameter not recognised");
  return TRUE;
}

char *
smtp_mail_format_parameters (const SmtpMail *mail, guint extensions)
{
  GString *text = g_string_new (NULL);

  if ((extensions & SMTP_EXTENSION_8BITMIME) != 0 && mail->body == SMTP_BODY_8BITMIME)
    g_string_append (text, " BODY=8BITMIME");
  if ((extensions & SMTP_EXTENSION_SIZE) != 0 && mail->size > 0)
    g_string_append_printf (text, " SIZE=%" G_GUINT64_FORMAT, mail->size);
  return g_string_free (text, FALSE);
}

char *
smtp_recipient_format_parameters (const SmtpRecipient *recipient, guint extensions)
{
  return g_strdup ("");
}

char *
smtp_xtext_decode (const char *text)
{
  return g_strdup (text);
}

char *
smtp_xtext_encode (const char *text)
{
  return g_strdup (text);
}
