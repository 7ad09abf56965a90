/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-composer.h"
#include "imf-address.h"
#include "imf-fields.h"
#include "imf-value.h"
#include "imf-word.h"

#include <string.h>

/* Where the next white space and the word after it end in @value from @pos. White space
 * at the end of the value goes with the word before it: no line is made of it alone. */
static gsize
find_word_end (const char *value, gsize length, gsize pos)
{
  gsize end = pos;

  while (end < length && (value[end] == ' ' || value[end] == '\t'))
    end++;
  while (end < length && value[end] != ' ' && value[end] != '\t')
    end++;
  if (strspn (value + end, " \t") == length - end)
    return length;
  return end;
}

void
imf_append_field (GString *header, const char *name, const char *value)
{
  gsize length = strlen (value);
  gsize column = strlen (name) + 2;
  gsize wanted = strstr (value, "=?") != NULL ? IMF_WORD_LINE_CHARACTERS_MAX
                                              : IMF_LINE_CHARACTERS_WANTED;
  gsize pos = 0;

  g_string_append_printf (header, length > 0 ? "%s: " : "%s:", name);
  while (pos < length)
    {
      gsize end = find_word_end (value, length, pos);

      if (pos > 0 && column + (end - pos) > wanted)
        {
          g_string_append (header, "\r\n");
          column = 0;
        }
      column += end - pos;
      for (; pos < end; pos++)
        g_string_append_c (header, imf_is_control ((guint8) value[pos]) ? '?' : value[pos]);
    }
  g_string_append (header, "\r\n");
}

GBytes *
imf_prepend_field (GBytes *message, const char *name, const char *value)
{
  GString      *text = g_string_new (NULL);
  gsize         length;
  gconstpointer data = g_bytes_get_data (message, &length);

  imf_append_field (text, name, value);
  g_string_append_len (text, data, (gssize) length);
  return g_string_free_to_bytes (text);
}

guint
imf_count_fields (GBytes *message, const char *name)
{
  gsize         length;
  gconstpointer data = g_bytes_get_data (message, &length);
  g_autoptr (ImfHeader) header = imf_header_new (data, length);
  const ImfField *field = NULL;
  guint           n = 0;

  while ((field = imf_header_find (header, name, field)) != NULL)
    n++;
  return n;
}

gboolean
imf_has_field (GBytes *message, const char *name)
{
  return imf_count_fields (message, name) > 0;
}

static gboolean
is_plain_line (const char *text)
{
  for (; *text != '\0'; text++)
    if (imf_is_control ((guint8) *text))
      return FALSE;
  return TRUE;
}

/* Appends an address field. Returns: (nullable): what is wrong with @text. */
static const char *
append_addresses (GString *message, const char *name, const char *text, const char *problem)
{
  g_autoptr (ImfAddressList) list = imf_address_list_parse_text (text);
  g_autofree char *value = NULL;

  if (list == NULL || imf_address_list_get_n (list) == 0)
    return problem;
  for (guint i = 0; i < imf_address_list_get_n (list); i++)
    if (imf_address_list_get (list, i)->domain[0] == '\0')
      return problem;
  value = imf_address_list_format (list);
  imf_append_field (message, name, value);
  return NULL;
}

static gboolean
is_msg_id (const char *text)
{
  WireScan scan;

  wire_scan_init (&scan, (const guint8 *) text, strlen (text), NULL);
  return imf_scan_msg_id (&scan, NULL) && wire_scan_at_end (&scan) && scan.flags == 0;
}

/* Returns: (nullable): why the header could not be written. */
static const char *
append_header (GString *message, const ImfDraft *draft)
{
  g_autofree char *date = imf_date_format (&draft->date);
  g_autofree char *id = g_strdup_printf ("<%s>", draft->message_id);
  const char      *problem;

  imf_append_field (message, "Date", date);
  problem = append_addresses (message, "From", draft->from,
                              "The sender is not an address like ann@a.example.");
  if (problem == NULL && draft->to != NULL)
    problem = append_addresses (message, "To", draft->to,
                                "The recipients are not addresses like bob@b.example.");
  if (problem == NULL && draft->cc != NULL)
    problem = append_addresses (message, "Cc", draft->cc,
                                "The copy recipients are not addresses like bob@b.example.");
  if (problem != NULL)
    return problem;
  if (draft->subject != NULL && !is_plain_line (draft->subject))
    return "The subject is not one line of text.";
  if (draft->subject != NULL)
    imf_append_field (message, "Subject", draft->subject);
  if (!is_msg_id (id))
    return "The message-id is not of the form id@a.example.";
  imf_append_field (message, "Message-ID", id);
  return NULL;
}

/* Appends lines that end in CRLF. */
static void
append_text (GString *message, const char *text)
{
  while (*text != '\0')
    {
      gsize length = strcspn (text, "\r\n");

      g_string_append_len (message, text, (gssize) length);
      g_string_append (message, "\r\n");
      text += length;
      if (*text == '\r')
        text++;
      if (*text == '\n')
        text++;
    }
}

static gboolean
has_long_line (const GString *message)
{
  const char *line = message->str;

  while (*line != '\0')
    {
      gsize length = strcspn (line, "\r");

      if (length > IMF_LINE_CHARACTERS_MAX)
        return TRUE;
      line += length + 2;
    }
  return FALSE;
}

static gboolean
is_ascii (const ImfDraft *draft)
{
  const char *const parts[] = { draft->from,    draft->to,         draft->cc,
                                draft->subject, draft->message_id, draft->text };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i] != NULL && !g_str_is_ascii (parts[i]))
      return FALSE;
  return TRUE;
}

GBytes *
imf_compose (const ImfDraft *draft, const char **out_problem)
{
  g_autoptr (GString) message = g_string_new (NULL);
  const char *problem;

  g_return_val_if_fail (draft->from != NULL && draft->message_id != NULL && draft->text != NULL,
                        NULL);
  if (!is_ascii (draft))
    problem = "The message has characters outside ASCII, which need MIME.";
  else
    problem = append_header (message, draft);
  if (problem == NULL)
    {
      g_string_append (message, "\r\n");
      append_text (message, draft->text);
      if (has_long_line (message))
        problem = "The message has a line of more than 998 characters.";
    }
  if (problem == NULL)
    return g_string_free_to_bytes (g_steal_pointer (&message));
  if (out_problem != NULL)
    *out_problem = problem;
  return NULL;
}
