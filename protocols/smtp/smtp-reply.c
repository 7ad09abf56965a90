/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-reply.h"

#include "smtp-grammar.h"

#include <string.h>

/* "250-" and CRLF around the text of a line. */
#define FRAME_BYTES 6

/* The codes of RFC 5321 section 4.2.3, in numeric order. */
static const struct
{
  guint       code;
  const char *meaning;
} meanings[] = {
  { 211, "System status, or system help" },
  { 214, "Help message" },
  { 220, "Service ready" },
  { 221, "Service closing the connection" },
  { 250, "Done" },
  { 251, "User not local; will forward" },
  { 252, "Cannot verify the user, but will accept and try" },
  { 354, "Go on: send the message, end it with a line of a single dot" },
  { 421, "Service not available, closing the connection" },
  { 450, "Mailbox unavailable for now" },
  { 451, "Aborted: local error" },
  { 452, "Not enough room for now" },
  { 455, "Cannot take the parameters for now" },
  { 500, "Command not recognised" },
  { 501, "Error in parameters or arguments" },
  { 502, "Command not implemented" },
  { 503, "Bad sequence of commands" },
  { 504, "Parameter not implemented" },
  { 550, "Mailbox unavailable" },
  { 551, "User not local" },
  { 552, "More than the mailbox or server may hold" },
  { 553, "Mailbox name not allowed" },
  { 554, "Transaction failed" },
  { 555, "Parameters of MAIL or RCPT not recognised" },
};

const char *
smtp_code_get_meaning (guint code)
{
  for (guint i = 0; i < G_N_ELEMENTS (meanings); i++)
    if (meanings[i].code == code)
      return meanings[i].meaning;
  return NULL;
}

void
smtp_reply_clear (SmtpReply *reply)
{
  g_clear_pointer (&reply->text, g_free);
}

gboolean
smtp_reply_is_last_line (const guint8 *line, gsize length)
{
  return length < 4 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) ||
         !g_ascii_isdigit (line[2]) || line[3] != '-';
}

gboolean
smtp_reply_parse (const guint8 *data, gsize length, SmtpReply *out_reply)
{
  GString *text;
  guint    code = 0;

  if (!wire_matches (&smtp_grammar_reply, data, length))
    return FALSE;
  text = g_string_new (NULL);
  for (gsize start = 0; start < length;)
    {
      const guint8 *lf = memchr (data + start, '\n', length - start);
      gsize         end = (gsize) (lf - data);
      gsize         text_end = end > start && data[end - 1] == '\r' ? end - 1 : end;

      code = (guint) (data[start] - '0') * 100 + (guint) (data[start + 1] - '0') * 10 +
             (guint) (data[start + 2] - '0');
      if (start > 0)
        g_string_append_c (text, '\n');
      if (text_end > start + 4)
        g_string_append_len (text, (const char *) data + start + 4,
                             (gssize) (text_end - start - 4));
      start = end + 1;
    }
  out_reply->code = code;
  out_reply->text = g_string_free (text, FALSE);
  return TRUE;
}

/* One line of the reply; what does not fit goes on in another. */
static void
append_line (GString *reply, guint code, const char *text, gsize length, gboolean is_last)
{
  const gsize room = SMTP_REPLY_LINE_BYTES_MAX - FRAME_BYTES;

  do
    {
      gsize n_bytes = MIN (length, room);
      gsize start;

      g_string_append_printf (reply, "%03u%c", code, is_last && n_bytes == length ? ' ' : '-');
      start = reply->len;
      g_string_append_len (reply, text, (gssize) n_bytes);
      for (gsize i = start; i < reply->len; i++)
        if (g_ascii_iscntrl (reply->str[i]) && reply->str[i] != '\t')
          reply->str[i] = '?';
      g_string_append (reply, "\r\n");
      text += n_bytes;
      length -= n_bytes;
    }
  while (length > 0);
}

char *
smtp_reply_format (guint code, const char *text)
{
  GString *reply = g_string_new (NULL);

  for (;;)
    {
      const char *lf = strchr (text, '\n');

      append_line (reply, code, text, lf != NULL ? (gsize) (lf - text) : strlen (text),
                   lf == NULL);
      if (lf == NULL)
        return g_string_free (reply, FALSE);
      text = lf + 1;
    }
}
