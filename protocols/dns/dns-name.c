/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-name.h"

#include <string.h>

/* One byte of a label in text. Returns: the text after it. */
static const char *
read_byte (const char *text, guint8 *out_byte)
{
  if (*text == '\\' && g_ascii_isdigit (text[1]) && g_ascii_isdigit (text[2]) &&
      g_ascii_isdigit (text[3]))
    {
      *out_byte = (guint8) ((text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0'));
      return text + 4;
    }
  if (*text == '\\' && text[1] != '\0')
    text++;
  *out_byte = (guint8) *text;
  return text + 1;
}

GByteArray *
dns_name_to_wire (const char *name)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  const guint8 zero = 0;

  while (*name != '\0')
    {
      guint8 label[DNS_LABEL_BYTES_MAX + 1];
      guint8 n_bytes = 0;

      while (*name != '\0' && *name != '.')
        {
          if (n_bytes == DNS_LABEL_BYTES_MAX)
            return NULL;
          name = read_byte (name, &label[++n_bytes]);
        }
      if (n_bytes == 0)
        return NULL;
      label[0] = n_bytes;
      g_byte_array_append (wire, label, n_bytes + 1u);
      if (*name == '.')
        name++;
    }
  g_byte_array_append (wire, &zero, 1);
  return wire->len <= DNS_NAME_BYTES_MAX ? g_steal_pointer (&wire) : NULL;
}

void
dns_name_append_label (GString *name, const guint8 *label, gsize length)
{
  if (name->len > 0)
    g_string_append_c (name, '.');
  for (gsize i = 0; i < length; i++)
    {
      if (label[i] == '.' || label[i] == '\\')
        g_string_append_printf (name, "\\%c", label[i]);
      else if (g_ascii_isgraph (label[i]))
        g_string_append_c (name, (char) label[i]);
      else
        g_string_append_printf (name, "\\%03u", label[i]);
    }
}

static gsize
length_without_dot (const char *name)
{
  gsize length = strlen (name);

  return length > 0 && name[length - 1] == '.' && (length < 2 || name[length - 2] != '\\')
             ? length - 1
             : length;
}

gboolean
dns_name_equals (const char *a, const char *b)
{
  gsize length = length_without_dot (a);

  return length == length_without_dot (b) && g_ascii_strncasecmp (a, b, length) == 0;
}

gboolean
dns_name_is_within (const char *name, const char *domain)
{
  gsize name_length = length_without_dot (name);
  gsize domain_length = length_without_dot (domain);
  const char *tail;

  if (domain_length == 0)
    return TRUE;
  if (name_length < domain_length)
    return FALSE;
  tail = name + name_length - domain_length;
  return g_ascii_strncasecmp (tail, domain, domain_length) == 0 &&
         (tail == name || (tail[-1] == '.' && (tail - 1 == name || tail[-2] != '\\')));
}
