/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-address.h"
#include "imf-scan.h"

#include <string.h>

/* Whether @text may stand without quotes: words of atext with one @separator between them. */
static gboolean
is_atoms (const char *text, char separator)
{
  gboolean is_in_word = FALSE;

  for (; *text != '\0'; text++)
    {
      if (!imf_is_atext ((guint8) *text) && (*text != separator || !is_in_word))
        return FALSE;
      is_in_word = *text != separator;
    }
  return is_in_word;
}

/* Returns: (transfer full): @text with "?" for controls, which would break the field. */
static char *
dup_safe (const char *text)
{
  char *safe = g_strdup (text);

  for (char *p = safe; *p != '\0'; p++)
    if (imf_is_control ((guint8) *p))
      *p = '?';
  return safe;
}

/* Appends @text, in quotes unless it is words with one @separator between them. */
static void
append_quoted_if_needed (GString *out, const char *text, char separator)
{
  g_autofree char *safe = dup_safe (text);

  if (is_atoms (safe, separator))
    {
      g_string_append (out, safe);
      return;
    }
  g_string_append_c (out, '"');
  for (const char *p = safe; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  g_string_append_c (out, '"');
}

static void
append_addr_spec (GString *out, const ImfMailbox *self)
{
  g_autofree char *safe_domain = dup_safe (self->domain);

  append_quoted_if_needed (out, self->local_part, '.');
  if (safe_domain[0] != '\0')
    g_string_append_printf (out, "@%s", safe_domain);
}

static void
append_mailbox (GString *out, const ImfMailbox *self)
{
  gboolean has_address = self->local_part[0] != '\0' || self->domain[0] != '\0';

  if (self->display_name == NULL && has_address)
    {
      append_addr_spec (out, self);
      return;
    }
  if (self->display_name != NULL)
    {
      append_quoted_if_needed (out, self->display_name, ' ');
      g_string_append_c (out, ' ');
    }
  g_string_append_c (out, '<');
  if (has_address)
    append_addr_spec (out, self);
  g_string_append_c (out, '>');
}

char *
imf_mailbox_format_addr_spec (const ImfMailbox *self)
{
  GString *out = g_string_new (NULL);

  append_addr_spec (out, self);
  return g_string_free (out, FALSE);
}

char *
imf_mailbox_format (const ImfMailbox *self)
{
  GString *out = g_string_new (NULL);

  append_mailbox (out, self);
  return g_string_free (out, FALSE);
}

char *
imf_address_list_format (const ImfAddressList *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < imf_address_list_get_n (self); i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      append_mailbox (out, imf_address_list_get (self, i));
    }
  return g_string_free (out, FALSE);
}
