/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Bytes of a header section. Ours: far above what mail in use has, and the bound on the
 * work a hostile header can cause. The field that goes past it begins the body. */
#define IMF_HEADER_BYTES_MAX (1024 * 1024)

/** Fields of a header section. Ours, for the same reason; a field more begins the body. */
#define IMF_FIELDS_MAX 10000

/**
 * ImfField:
 *
 * Where one header field stands (RFC 5322 section 2.2). Offsets count bytes from
 * the beginning of the message as it was given, whatever its line ends. A line
 * of the header section that is no field (an mbox "From " line, a wrapped line
 * without its white space) is told with a name of length 0.
 */
typedef struct
{
  gsize offset;       /* where its first line begins */
  gsize name_offset;  /* = offset */
  gsize name_length;  /* white space before the colon left out; 0: not a field */
  gsize value_offset; /* just after the colon, white space included */
  gsize value_length; /* up to the last line end; line ends of folding included */
  gsize end;          /* just after the last line end, or the end of the message */
} ImfField;

/**
 * ImfHeader:
 *
 * The header section of a message, split into fields: one pass, no copies. Lines
 * end in CRLF or LF, mixed at will; a bare CR is content. The section ends at the
 * first empty line; a message whose first line is no field has none, unless that is an mbox
 * "From " line, or white space or a byte order mark with a field next. Fields follow each
 * other without gaps, from the beginning to @end.
 */
typedef struct
{
  const guint8 *data; /* borrowed for the life of the header */
  gsize         length;
  GArray       *fields;      /* of ImfField */
  gsize         end;         /* where the fields end: the empty line, or the body, begins */
  gsize         body_offset; /* where the body begins; @length when there is none */
} ImfHeader;

/** Asked of a line that begins with "--". Returns: whether the header ends before it, as before
 * a boundary line. */
typedef gboolean (*ImfStopFunc) (const guint8 *data, gsize pos, gpointer user_data);

/**
 * imf_fields_split:
 * @data: whose bytes from @begin to @end begin with a header section
 * @is_stop: (nullable)
 * @out_fields: of ImfField; the fields are appended, their offsets counted from @data
 *
 * Returns: where the fields end, as ImfHeader's @end
 */
gsize imf_fields_split (const guint8 *data,
                        gsize         begin,
                        gsize         end,
                        ImfStopFunc   is_stop,
                        gpointer      user_data,
                        GArray       *out_fields);

/** @data: (array length=length): a message, or just its header; borrowed while the result lives */
ImfHeader *imf_header_new (const guint8 *data, gsize length);
void       imf_header_free (ImfHeader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ImfHeader, imf_header_free)

static inline guint
imf_header_get_n (const ImfHeader *self)
{
  return self->fields->len;
}

static inline const ImfField *
imf_header_get (const ImfHeader *self, guint i)
{
  return &g_array_index (self->fields, ImfField, i);
}

/**
 * imf_header_find:
 * @after: (nullable): a field of @self to go on from; NULL begins at the top
 *
 * Returns: (transfer none) (nullable): the next field NAME, whatever its case
 */
const ImfField *imf_header_find (const ImfHeader *self, const char *name, const ImfField *after);

/**
 * imf_header_dup_value:
 *
 * Unfolds (RFC 5322 section 2.2.3): line ends before white space go, and white space
 * around the value goes, too. NUL octets are left out; all else stays as it is,
 * valid UTF-8 or not.
 *
 * Returns: (transfer full): the field's value
 */
char *imf_header_dup_value (const ImfHeader *self, const ImfField *field);

/** Returns: the length of the line end at @pos: 2 for CRLF, 1 for LF, 0 if there is none. */
gsize imf_line_end_length (const guint8 *data, gsize length, gsize pos);

G_END_DECLS
