/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-reply.h"

#include "smtp-grammar.h"
#include "smtp-status.h"

#include <string.h>

/* "250-" and CRLF around the text of a line. */
#define FRAME_BYTES 6

/* The codes of RFC 5321 section 4.2.3, with 455 and 555 of section 4.1.1.11, those of RFC 4954
 * sections 4 and 6 (235, 334, 432, 454, 530, 534, 535, 538) and of RFC 7504 (521, 556), in numeric
 * order. */
static const struct
{
  guint       code;
  const char *meaning;
} meanings[] = {
  { 211, "System status, or system help" },
  { 214, "Help message" },
  { 220, "Service ready" },
  { 221, "Service closing the connection" },
  { 235, "Authentication succeeded" },
  { 250, "Done" },
  { 251, "User not local; will forward" },
  { 252, "Cannot verify the user, but will accept and try" },
  { 334, "Go on with the authentication" },
  { 354, "Go on: send the message, end it with a line of a single dot" },
  { 421, "Service not available, closing the connection" },
  { 432, "A password has to be set anew first" },
  { 450, "Mailbox unavailable for now" },
  { 451, "Aborted: local error" },
  { 452, "Not enough room for now" },
  { 454, "TLS or authentication not available for now" },
  { 455, "Cannot take the parameters for now" },
  { 500, "Command not recognised" },
  { 501, "Error in parameters or arguments" },
  { 502, "Command not implemented" },
  { 503, "Bad sequence of commands" },
  { 504, "Parameter not implemented" },
  { 521, "This host takes no mail" },
  { 530, "Authentication or STARTTLS required first" },
  { 534, "Mechanism of authentication too weak" },
  { 535, "Authentication failed" },
  { 538, "Mechanism of authentication takes encryption" },
  { 550, "Mailbox unavailable" },
  { 551, "User not local" },
  { 552, "More than the mailbox or server may hold" },
  { 553, "Mailbox name not allowed" },
  { 554, "Transaction failed" },
  { 555, "Parameters of MAIL or RCPT not recognised" },
  { 556, "The domain takes no mail" },
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
  g_clear_pointer (&reply->status, g_free);
  g_clear_pointer (&reply->text, g_free);
}

gboolean
smtp_reply_is_last_line (const guint8 *line, gsize length)
{
  return length < 4 || !g_ascii_isdigit (line[0]) || !g_ascii_isdigit (line[1]) ||
         !g_ascii_isdigit (line[2]) || line[3] != '-';
}

/* The text of a line that begins at @start, code and separator left out. Returns: where the next
 * line begins */
static gsize
find_text (const guint8 *data, gsize length, gsize start, gsize *out_begin, gsize *out_end)
{
  const guint8 *lf = memchr (data + start, '\n', length - start);
  gsize         end = (gsize) (lf - data);

  *out_end = end > start && data[end - 1] == '\r' ? end - 1 : end;
  *out_begin = MIN (start + 4, *out_end);
  return end + 1;
}

gboolean
smtp_reply_parse (const guint8 *data, gsize length, SmtpReply *out_reply)
{
  SmtpReplyShape shape;
  SmtpStatus     status;
  WireScan       scan;
  GString       *text;
  gsize          begin;
  gsize          end;

  wire_scan_init (&scan, data, length, NULL);
  if (!smtp_scan_reply (&scan, &shape) || !wire_scan_at_end (&scan) || !shape.is_sound)
    return FALSE;
  *out_reply = (SmtpReply){ .code = shape.code };
  text = g_string_new (NULL);
  for (gsize start = 0; start < length;)
    {
      gboolean is_first = start == 0;

      start = find_text (data, length, start, &begin, &end);
      if (!is_first)
        g_string_append_c (text, '\n');
      if (shape.has_status)
        {
          gsize n = smtp_status_parse ((const char *) data + begin, end - begin, &status);

          if (is_first)
            out_reply->status = g_strndup ((const char *) data + begin, n);
          begin = MIN (begin + n + 1, end);
        }
      g_string_append_len (text, (const char *) data + begin, (gssize) (end - begin));
    }
  out_reply->text = g_string_free (text, FALSE);
  return TRUE;
}

/* One line of the reply; what does not fit goes on in another. */
static void
append_line (GString    *reply,
             guint       code,
             const char *status,
             const char *text,
             gsize       length,
             gboolean    is_last)
{
  const gsize room =
      SMTP_REPLY_LINE_BYTES_MAX - FRAME_BYTES - (status != NULL ? strlen (status) + 1 : 0);

  do
    {
      gsize n_bytes = MIN (length, room);
      gsize start;

      g_string_append_printf (reply, "%03u%c", code, is_last && n_bytes == length ? ' ' : '-');
      if (status != NULL)
        g_string_append_printf (reply, "%s ", status);
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
smtp_reply_format (guint code, const char *status, const char *text)
{
  GString *reply = g_string_new (NULL);

  if (status != NULL && (guint) (status[0] - '0') != code / 100)
    status = NULL;
  for (;;)
    {
      const char *lf = strchr (text, '\n');

      append_line (reply, code, status, text, lf != NULL ? (gsize) (lf - text) : strlen (text),
                   lf == NULL);
      if (lf == NULL)
        return g_string_free (reply, FALSE);
      text = lf + 1;
    }
}
