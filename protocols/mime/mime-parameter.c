/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-parameter.h"
#include "mime-words.h"

#include <string.h>

typedef struct
{
  guint       section;
  gboolean    is_extended;
  const char *value;
} Piece;

/* section := "*0" / "*" ("1" / ... / "9") *DIGIT. Returns: whether all of @digits is one. */
static gboolean
parse_section (const char *digits, gsize length, guint *out_section)
{
  guint section = 0;

  if (length == 0 || (length > 1 && digits[0] == '0'))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (digits[i]))
        return FALSE;
      section = section * 10 + (guint) (digits[i] - '0');
      if (section > MIME_SECTIONS_MAX)
        return FALSE;
    }
  *out_section = section;
  return TRUE;
}

gboolean
mime_parameter_name_parse (const char *name, MimeParameterName *out_name)
{
  gsize       length = strlen (name);
  const char *star = strchr (name, '*');

  *out_name = (MimeParameterName){ .base_length = length };
  if (star == NULL)
    return TRUE;
  if (star == name)
    return FALSE;
  if (star == name + length - 1)
    {
      out_name->is_extended = TRUE;
      out_name->base_length = length - 1;
      return TRUE;
    }
  out_name->is_extended = name[length - 1] == '*';
  length -= out_name->is_extended ? 1 : 0;
  if (!parse_section (star + 1, length - (gsize) (star - name) - 1, &out_name->section))
    {
      *out_name = (MimeParameterName){ .base_length = strlen (name) };
      return FALSE;
    }
  out_name->has_section = TRUE;
  out_name->base_length = (gsize) (star - name);
  return TRUE;
}

/* Appends @value with its percent-encoding undone; what is none stays. */
static void
append_percent_decoded (GString *out, const char *value)
{
  for (; *value != '\0'; value++)
    {
      if (value[0] == '%' && g_ascii_isxdigit (value[1]) && g_ascii_isxdigit (value[2]))
        {
          g_string_append_c (out, (char) (g_ascii_xdigit_value (value[1]) * 16 +
                                          g_ascii_xdigit_value (value[2])));
          value += 2;
        }
      else
        g_string_append_c (out, *value);
    }
}

/* Takes [charset] "'" [language] "'" off the front of *@value. Returns: (transfer full): the
 * charset, "utf-8" where there is none. */
static char *
take_charset (const char **value)
{
  const char *first = strchr (*value, '\'');
  const char *second = first != NULL ? strchr (first + 1, '\'') : NULL;
  char       *charset;

  if (second == NULL || first == *value)
    {
      if (second != NULL)
        *value = second + 1;
      return g_strdup ("utf-8");
    }
  charset = g_strndup (*value, (gsize) (first - *value));
  *value = second + 1;
  return charset;
}

static char *
convert (MimeCharsets *charsets, const char *charset, const GString *octets)
{
  GString *text = g_string_sized_new (octets->len);

  mime_charsets_convert (charsets, charset, (const guint8 *) octets->str, octets->len, text, NULL);
  /* A NUL would end the value early. */
  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] == '\0')
      text->str[i] = ' ';
  return g_string_free (text, FALSE);
}

static int
compare_pieces (gconstpointer a, gconstpointer b)
{
  const Piece *left = a;
  const Piece *right = b;

  return (left->section > right->section) - (left->section < right->section);
}

/* @pieces: in the order of their sections. Returns: (transfer full): them joined, to the first
 * that is missing; of two with one number the first counts. */
static char *
join_pieces (const GArray *pieces, MimeCharsets *charsets)
{
  g_autoptr (GString) octets = g_string_new (NULL);
  g_autofree char *charset = NULL;
  guint            next = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = &g_array_index (pieces, Piece, i);
      const char  *value = piece->value;

      if (piece->section > next)
        break;
      if (piece->section < next)
        continue;
      next++;
      if (piece->section == 0 && piece->is_extended)
        charset = take_charset (&value);
      if (piece->is_extended)
        append_percent_decoded (octets, value);
      else
        g_string_append (octets, value);
    }
  return convert (charsets, charset != NULL ? charset : "utf-8", octets);
}

/* Returns: (transfer full) (array of Piece): the pieces of @name, a lone NAME* as piece 0 */
static GArray *
find_pieces (const MimeParameter *parameters, guint n_parameters, const char *name)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  gsize   length = strlen (name);

  for (guint i = 0; i < n_parameters; i++)
    {
      MimeParameterName parsed;
      Piece             piece;

      if (strncmp (parameters[i].name, name, length) != 0 ||
          !mime_parameter_name_parse (parameters[i].name, &parsed) ||
          parsed.base_length != length || !(parsed.has_section || parsed.is_extended))
        continue;
      piece = (Piece){ parsed.section, parsed.is_extended, parameters[i].value };
      g_array_append_val (pieces, piece);
    }
  g_array_sort (pieces, compare_pieces);
  return pieces;
}

static const char *
find_plain (const MimeParameter *parameters, guint n_parameters, const char *name)
{
  for (guint i = 0; i < n_parameters; i++)
    if (strcmp (parameters[i].name, name) == 0)
      return parameters[i].value;
  return NULL;
}

char *
mime_parameters_dup (const MimeParameter *parameters,
                     guint                n_parameters,
                     const char          *name,
                     MimeCharsets        *charsets)
{
  g_autoptr (GArray) pieces = find_pieces (parameters, n_parameters, name);
  const char *plain;

  if (pieces->len > 0 && g_array_index (pieces, Piece, 0).section == 0)
    return join_pieces (pieces, charsets);
  plain = find_plain (parameters, n_parameters, name);
  return plain != NULL ? mime_words_decode_text (charsets, plain) : NULL;
}
