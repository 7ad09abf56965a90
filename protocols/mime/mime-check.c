/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-check.h"
#include "mime-deviation.h"
#include "mime-fields.h"
#include "mime-parameter.h"
#include "mime-words.h"

#include <string.h>

#include <imf/imf-deviation.h>
#include <imf/imf-word.h>

/* Length of a boundary (RFC 2046 section 5.1.1). */
#define BOUNDARY_CHARACTERS_MAX 70

gboolean
mime_check_is_message (const MimeCheck *self, const MimePart *part)
{
  return part->parent == MIME_NO_PART ||
         mime_tree_get_part (self->tree, part->parent)->kind == MIME_PART_MESSAGE;
}

/* Notes @deviation of the field NAME, or of the whole part where that is missing. */
static void
deviate_in_field (MimeCheck           *self,
                  WireScan            *scan,
                  const MimePart      *part,
                  const char          *name,
                  const WireDeviation *deviation)
{
  const ImfField *field = mime_tree_find_field (self->tree, part, name);

  if (field != NULL)
    wire_scan_deviate_at (scan, deviation, field->offset, field->end - field->offset);
  else
    wire_scan_deviate (scan, deviation);
}

/* Whether the field, if MIME's, is one that MIME-Version must go with. */
static gboolean
is_content_field (const guint8 *data, const ImfField *field)
{
  return field->name_length > 8 &&
         g_ascii_strncasecmp ((const char *) data + field->name_offset, "Content-", 8) == 0 &&
         mime_kind_find (data + field->name_offset, field->name_length)->group == IMF_GROUP_MIME;
}

/* RFC 2045 section 4: messages that use MIME must say so; one within another need not. */
static void
check_version (MimeCheck *self, WireScan *scan, const MimePart *part)
{
  const guint8 *data = mime_tree_get_data (self->tree, NULL);

  if (mime_tree_find_field (self->tree, part, "MIME-Version") != NULL)
    return;
  for (guint i = 0; i < part->n_fields; i++)
    {
      const ImfField *field = mime_tree_get_field (self->tree, part->first_field + i);

      if (is_content_field (data, field))
        {
          wire_scan_deviate_at (scan, &mime_deviation_missing_mime_version, field->offset,
                                field->end - field->offset);
          return;
        }
    }
}

/* Fields of MIME that a body part has twice; in a message the header's own check sees to it. */
static void
check_duplicates (MimeCheck *self, WireScan *scan, const MimePart *part)
{
  const guint8 *data = mime_tree_get_data (self->tree, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < part->n_fields; i++)
    {
      const ImfField *field = mime_tree_get_field (self->tree, part->first_field + i);
      const ImfKind  *kind = mime_kind_find (data + field->name_offset, field->name_length);

      if (kind->group == IMF_GROUP_MIME && kind->max == 1 &&
          !g_hash_table_add (seen, (gpointer) kind))
        wire_scan_deviate_at (scan, &imf_deviation_duplicate_field, field->offset,
                              field->end - field->offset);
    }
}

/* One piece of a parameter: NAME*SECTION. */
typedef struct
{
  const char *name; /* not NUL-terminated */
  gsize       length;
  guint       section;
} Piece;

static int
compare_names (const Piece *left, const Piece *right)
{
  int order = strncmp (left->name, right->name, MIN (left->length, right->length));

  if (order != 0)
    return order;
  return (left->length > right->length) - (left->length < right->length);
}

static int
compare_pieces (gconstpointer a, gconstpointer b)
{
  const Piece *left = a;
  const Piece *right = b;
  int          order = compare_names (left, right);

  return order != 0 ? order : (left->section > right->section) - (left->section < right->section);
}

/* @pieces: sorted. Whether the sections of each name are all there from 0 on (RFC 2231 3) */
static gboolean
are_continuations_whole (const GArray *pieces)
{
  guint next = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = &g_array_index (pieces, Piece, i);

      if (i == 0 || compare_names (piece, piece - 1) != 0)
        next = 0;
      if (piece->section > next)
        return FALSE;
      next = piece->section + 1;
    }
  return TRUE;
}

/* Parameters of one field that are there twice, or not whole. */
static void
check_parameters (MimeCheck *self, WireScan *scan, const MimePart *part, const char *field,
                  guint first, guint n)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  gboolean is_broken = FALSE;
  gboolean has_duplicate = FALSE;

  for (guint i = 0; i < n; i++)
    {
      const char       *name = mime_tree_get_parameter (self->tree, first + i)->name;
      MimeParameterName parsed;
      Piece             piece;

      has_duplicate = !g_hash_table_add (seen, (gpointer) name) || has_duplicate;
      is_broken = !mime_parameter_name_parse (name, &parsed) || is_broken;
      piece = (Piece){ name, parsed.base_length, parsed.section };
      if (parsed.has_section)
        g_array_append_val (pieces, piece);
    }
  g_array_sort (pieces, compare_pieces);
  if (has_duplicate)
    deviate_in_field (self, scan, part, field, &mime_deviation_duplicate_parameter);
  if (is_broken || !are_continuations_whole (pieces))
    deviate_in_field (self, scan, part, field, &mime_deviation_broken_continuation);
}

static gboolean
is_path (const char *name)
{
  return name != NULL && (strchr (name, '/') != NULL || strchr (name, '\\') != NULL);
}

/* A name that is more than a name could lead a careless reader to overwrite files (RFC 2183
 * section 2.3). That of an external body tells where the body is (RFC 2046 section 5.2.3). */
static void
check_filename (MimeCheck *self, WireScan *scan, const MimePart *part)
{
  g_autofree char *filename =
      mime_tree_dup_disposition_parameter (self->tree, part, "filename", self->charsets);
  g_autofree char *name = mime_tree_dup_parameter (self->tree, part, "name", self->charsets);
  gboolean         is_external =
      strcmp (part->type, "message") == 0 && strcmp (part->subtype, "external-body") == 0;

  if (is_path (filename))
    deviate_in_field (self, scan, part, "Content-Disposition", &mime_deviation_filename_path);
  else if (filename == NULL && !is_external && is_path (name))
    deviate_in_field (self, scan, part, "Content-Type", &mime_deviation_filename_path);
}

/* Whether the word @next follows @word after nothing but white space, in the same charset. */
static gboolean
is_continued (const guint8 *data, const ImfWord *word, const ImfWord *next)
{
  for (gsize i = word->offset + word->length; i < next->offset; i++)
    if (strchr (" \t\r\n", data[i]) == NULL || data[i] == '\0')
      return FALSE;
  return word->charset_length == next->charset_length &&
         g_ascii_strncasecmp ((const char *) data + word->charset_offset,
                              (const char *) data + next->charset_offset,
                              word->charset_length) == 0;
}

/* Returns: whether the word's last character goes on in @next, which is then whole, too. */
static gboolean
check_word (MimeCheck *self, WireScan *scan, const guint8 *data, const ImfWord *word,
            const ImfWord *next)
{
  g_autofree char *charset =
      g_strndup ((const char *) data + word->charset_offset, word->charset_length);

  if (!mime_charsets_is_known (self->charsets, charset))
    wire_scan_deviate_at (scan, &mime_deviation_encoded_word_unknown_charset, word->offset,
                          word->length);
  else if (mime_words_count_invalid (self->charsets, data + word->offset, word->length) > 0)
    {
      gboolean is_split =
          next != NULL && is_continued (data, word, next) &&
          mime_words_count_invalid (self->charsets, data + word->offset,
                                    next->offset + next->length - word->offset) == 0;

      wire_scan_deviate_at (scan,
                            is_split ? &mime_deviation_encoded_word_split_character
                                     : &mime_deviation_encoded_word_wrong_charset,
                            word->offset, word->length);
      return is_split;
    }
  return FALSE;
}

/* Returns: whether there is an encoded-word in the field at or after @pos. */
static gboolean
find_word (const guint8 *data, const ImfField *field, gsize pos, ImfWord *out_word)
{
  gsize end = field->value_offset + field->value_length;

  while (pos < end)
    {
      const guint8 *at = memchr (data + pos, '=', end - pos);

      if (at == NULL)
        return FALSE;
      pos = (gsize) (at - data);
      if (imf_word_find (data, end, pos, out_word))
        return TRUE;
      pos++;
    }
  return FALSE;
}

static void
check_words (MimeCheck *self, WireScan *scan, const ImfField *field)
{
  const guint8 *data = mime_tree_get_data (self->tree, NULL);
  ImfWord       word, next;
  gboolean      has_word = find_word (data, field, field->value_offset, &word);
  gboolean      is_checked = FALSE; /* together with the word before it */

  while (has_word)
    {
      gboolean has_next = find_word (data, field, word.offset + word.length, &next);

      is_checked = !is_checked && check_word (self, scan, data, &word, has_next ? &next : NULL);
      word = next;
      has_word = has_next;
    }
}

/* How much a body in @encoding asks of its way: ASCII lines, lines of octets, octets alone. */
static guint
get_demand (MimeEncoding encoding)
{
  if (encoding == MIME_ENCODING_BINARY)
    return 2;
  return encoding == MIME_ENCODING_8BIT ? 1 : 0;
}

/* RFC 2045 section 6.4: what is around a part has to ask for at least as much. */
static void
check_demand (MimeCheck *self, WireScan *scan, const MimePart *part)
{
  const MimePart *parent;

  if (part->parent == MIME_NO_PART)
    return;
  parent = mime_tree_get_part (self->tree, part->parent);
  if (mime_encoding_is_identity (parent->encoding) && parent->encoding != MIME_ENCODING_UNKNOWN &&
      get_demand (part->encoding) > get_demand (parent->encoding))
    deviate_in_field (self, scan, part, "Content-Transfer-Encoding",
                      &mime_deviation_understated_composite);
}

void
mime_check_header (MimeCheck *self, WireScan *scan, const MimePart *part, const ImfHeader *header)
{
  if (mime_check_is_message (self, part))
    {
      gboolean is_encapsulated = part->parent != MIME_NO_PART;

      imf_scan_check_message_header (scan, header, mime_kind_find, is_encapsulated);
      if (!is_encapsulated)
        check_version (self, scan, part);
    }
  else
    check_duplicates (self, scan, part);
  if (part->flags & MIME_PART_HEADER_LIMIT)
    wire_scan_deviate (scan, &imf_deviation_header_limit);
  if (part->flags & MIME_PART_TYPE_UNREADABLE)
    deviate_in_field (self, scan, part, "Content-Type", &mime_deviation_unreadable_content_type);
  if (part->encoding == MIME_ENCODING_UNKNOWN)
    deviate_in_field (self, scan, part, "Content-Transfer-Encoding",
                      &mime_deviation_unknown_encoding);
  if (part->encoding == MIME_ENCODING_UUENCODE)
    deviate_in_field (self, scan, part, "Content-Transfer-Encoding", &mime_deviation_uuencode);
  if (part->flags & MIME_PART_ENCODED)
    deviate_in_field (self, scan, part, "Content-Transfer-Encoding",
                      &mime_deviation_encoded_composite);
  if (part->flags & MIME_PART_NO_BOUNDARY)
    deviate_in_field (self, scan, part, "Content-Type", &mime_deviation_missing_boundary);
  check_demand (self, scan, part);
  check_parameters (self, scan, part, "Content-Type", part->first_parameter, part->n_parameters);
  check_parameters (self, scan, part, "Content-Disposition", part->first_disposition_parameter,
                    part->n_disposition_parameters);
  check_filename (self, scan, part);
  for (guint i = 0; i < part->n_fields; i++)
    check_words (self, scan, mime_tree_get_field (self->tree, part->first_field + i));
}

/* Whether each byte may stand in a boundary: bchars of RFC 2046 section 5.1.1. */
static gboolean
is_boundary (const char *text)
{
  gsize length = strlen (text);

  if (length > BOUNDARY_CHARACTERS_MAX || text[length - 1] == ' ')
    return FALSE;
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("'()+_,-./:=? ", *text) == NULL)
      return FALSE;
  return TRUE;
}

void
mime_check_multipart (MimeCheck *self, WireScan *scan, const MimePart *part)
{
  if (!is_boundary (part->boundary))
    wire_scan_deviate (scan, &mime_deviation_bad_boundary);
  if (part->flags & MIME_PART_BOUNDARY_UNSEEN)
    wire_scan_deviate (scan, &mime_deviation_unseen_boundary);
  else if (part->flags & MIME_PART_UNCLOSED)
    wire_scan_deviate (scan, &mime_deviation_unclosed_boundary);
  if (part->flags & MIME_PART_PARTS_LIMIT)
    wire_scan_deviate (scan, &mime_deviation_parts_limit);
  if (strcmp (part->subtype, "report") == 0 && part->n_children < 2)
    wire_scan_deviate (scan, &mime_deviation_incomplete_report);
  if ((strcmp (part->subtype, "signed") == 0 || strcmp (part->subtype, "encrypted") == 0) &&
      part->n_children != 2)
    wire_scan_deviate (scan, &mime_deviation_incomplete_signed);
}

void
mime_check_content (MimeCheck *self, WireScan *scan, const MimePart *part)
{
  g_autofree char *charset = NULL;
  MimeDecoding     decoding;

  if (part->flags & MIME_PART_DEPTH_LIMIT)
    wire_scan_deviate (scan, &mime_deviation_depth_limit);
  if (part->flags & MIME_PART_PARTS_LIMIT)
    wire_scan_deviate (scan, &mime_deviation_parts_limit);
  if (strcmp (part->type, "text") != 0 || part->encoding == MIME_ENCODING_UNKNOWN)
    return;
  charset = mime_tree_dup_parameter (self->tree, part, "charset", self->charsets);
  mime_tree_decode_part (self->tree, part, self->charsets, NULL, NULL, &decoding);
  if (charset == NULL && decoding.conversion.n_invalid > 0)
    wire_scan_deviate (scan, &mime_deviation_missing_charset);
  else if (decoding.conversion.is_unknown)
    wire_scan_deviate (scan, &mime_deviation_unknown_charset);
  else if (decoding.conversion.n_invalid > 0)
    wire_scan_deviate (scan, &mime_deviation_wrong_charset);
}
