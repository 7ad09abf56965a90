/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns-name.h"

/* What follows in a name as text, besides the bytes 0 to 255 of labels. */
enum
{
  NAME_DOT = 256,
  NAME_END,
  NAME_BAD, /* an escape that is none */
};

/* Steps over one byte of a label, escaped or not, or over a dot between labels. */
static guint
next_in_name (const char **name)
{
  const char *text = *name;
  guint       value;

  if (*text == '\0')
    return NAME_END;
  *name = text + 1;
  if (*text == '.')
    return NAME_DOT;
  if (*text != '\\')
    return (guint8) *text;
  if (!g_ascii_isdigit (text[1]))
    {
      *name = text + (text[1] != '\0' ? 2 : 1);
      return text[1] != '\0' ? (guint8) text[1] : NAME_BAD;
    }
  if (!g_ascii_isdigit (text[2]) || !g_ascii_isdigit (text[3]))
    return NAME_BAD;
  value = (guint) ((text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0'));
  *name = text + 4;
  return value <= G_MAXUINT8 ? value : NAME_BAD;
}

GByteArray *
dns_name_to_wire (const char *name)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  const guint8 zero = 0;

  if (g_str_equal (name, "."))
    name++;
  while (*name != '\0')
    {
      guint8 label[DNS_LABEL_BYTES_MAX + 1];
      guint8 n_bytes = 0;
      guint  next;

      while ((next = next_in_name (&name)) <= G_MAXUINT8)
        {
          if (n_bytes == DNS_LABEL_BYTES_MAX)
            return NULL;
          label[++n_bytes] = (guint8) next;
        }
      if (n_bytes == 0 || next == NAME_BAD)
        return NULL;
      label[0] = n_bytes;
      g_byte_array_append (wire, label, n_bytes + 1u);
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

/* As next_in_name(), in lower case and with the final dot taken for the end. */
static guint
next_to_compare (const char **name)
{
  guint next = next_in_name (name);

  if (next == NAME_DOT && **name == '\0')
    return NAME_END;
  return next <= G_MAXUINT8 ? (guint8) g_ascii_tolower ((char) next) : next;
}

gboolean
dns_name_equals (const char *a, const char *b)
{
  guint next;

  do
    {
      next = next_to_compare (&a);
      if (next == NAME_BAD || next != next_to_compare (&b))
        return FALSE;
    }
  while (next != NAME_END);
  return TRUE;
}

const char *
dns_name_get_parent (const char *name)
{
  guint next;

  if (*name == '\0' || g_str_equal (name, "."))
    return NULL;
  do
    next = next_in_name (&name);
  while (next <= G_MAXUINT8);
  return name;
}

gboolean
dns_name_is_within (const char *name, const char *domain)
{
  guint next;

  do
    {
      if (dns_name_equals (name, domain))
        return TRUE;
      do
        next = next_to_compare (&name);
      while (next <= G_MAXUINT8);
    }
  while (next == NAME_DOT);
  /* Every name is below the root. */
  return next == NAME_END && dns_name_equals (domain, "");
}
