/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-tree.h"
#include "mime-parameter.h"
#include "mime-value.h"

#include <string.h>

/* Memory for strings is taken in pieces of this size. */
#define STRINGS_PIECE_BYTES 1024

struct _MimeTree
{
  const guint8 *data; /* borrowed */
  gsize         length;
  GArray       *parts;      /* of MimePart */
  GArray       *fields;     /* of ImfField */
  GArray       *parameters; /* of MimeParameter */
  GStringChunk *strings;
};

/* A multipart that is being read. */
typedef struct
{
  const char *text; /* of the boundary, "--" not included */
  gsize       length;
} Boundary;

/* Where the next boundary line of a multipart that is being read is, or the end. */
typedef struct
{
  guint    level;       /* which of the boundaries; LEVEL_END at the end of the message */
  gboolean is_close;    /* "--" follows it */
  gsize    content_end; /* where the content before it ends: its line end belongs to the line */
  gsize    line_offset;
  gsize    line_end; /* where the next line begins */
} Hit;

#define LEVEL_END G_MAXUINT

typedef struct
{
  MimeTree *tree;
  GString  *scratch;
  Boundary  boundaries[MIME_DEPTH_MAX + 1];
  guint     n_boundaries;
  gsize     pos;
  Hit       hit; /* the one that the part read last ended at */
  /* Of the header that is being split: */
  guint       n_fields_seen; /* of the tree's fields */
  const char *own_boundary;  /* (nullable): that its Content-Type names */
} Reader;

static void read_entity (Reader *self, guint parent, guint depth, gboolean in_digest);

static MimePart *
get_part (Reader *self, guint i)
{
  return &g_array_index (self->tree->parts, MimePart, i);
}

/* Returns: which boundary the line at @pos, which begins with "--", is of: the longest that it
 * begins with (RFC 2046 section 5.1.1 asks for the beginning only); LEVEL_END if none. */
static guint
match_boundary (const Reader *self, gsize pos)
{
  const guint8 *text = self->tree->data + pos + 2;
  gsize         length = self->tree->length - pos - 2;
  guint         found = LEVEL_END;

  for (guint i = self->n_boundaries; i-- > 0;)
    {
      const Boundary *boundary = &self->boundaries[i];
      gsize           last = boundary->length - 1;

      /* Boundaries of one writer differ at the end rather than at the beginning. */
      if (last < length && text[last] == (guint8) boundary->text[last] &&
          memcmp (text, boundary->text, last) == 0 &&
          (found == LEVEL_END || boundary->length > self->boundaries[found].length))
        found = i;
    }
  return found;
}

/* Sets the hit to the boundary line of @level at @pos; content began at @content. */
static void
set_hit (Reader *self, guint level, gsize pos, gsize content)
{
  const guint8 *data = self->tree->data;
  gsize         length = self->tree->length;
  gsize         after = pos + 2 + self->boundaries[level].length;
  const guint8 *lf = memchr (data + after, '\n', length - after);

  self->hit.level = level;
  self->hit.is_close = length - after >= 2 && data[after] == '-' && data[after + 1] == '-';
  self->hit.line_offset = pos;
  self->hit.line_end = lf != NULL ? (gsize) (lf - data) + 1 : length;
  if (pos > content && data[pos - 1] == '\n')
    pos--;
  if (pos > content && pos < self->hit.line_offset && data[pos - 1] == '\r')
    pos--;
  self->hit.content_end = pos;
}

/* Looks for the next boundary line from the cursor on, which is at the beginning of a line, and
 * leaves the cursor there. @content: where the content began that the boundary line ends */
static void
find_boundary (Reader *self, gsize content)
{
  const guint8 *data = self->tree->data;
  gsize         length = self->tree->length;
  gsize         pos = self->pos;

  while (self->n_boundaries > 0 && length - pos > 2)
    {
      const guint8 *lf;
      guint         level = LEVEL_END;

      if (data[pos] == '-' && data[pos + 1] == '-')
        level = match_boundary (self, pos);
      if (level != LEVEL_END)
        {
          set_hit (self, level, pos, content);
          self->pos = pos;
          return;
        }
      lf = memchr (data + pos, '\n', length - pos);
      if (lf == NULL)
        break;
      pos = (gsize) (lf - data) + 1;
    }
  self->hit = (Hit){ LEVEL_END, FALSE, length, length, length };
  self->pos = length;
}

/* Moves strings from the scratch to the tree. Returns: the first parameter's index. */
static guint
keep_parameters (Reader *self, const char *text, guint n_parameters)
{
  guint first = self->tree->parameters->len;

  for (guint i = 0; i < n_parameters; i++)
    {
      MimeParameter parameter;
      gsize         length = strlen (text);

      parameter.name = g_string_chunk_insert_len (self->tree->strings, text, (gssize) length);
      text += length + 1;
      length = strlen (text);
      parameter.value = g_string_chunk_insert_len (self->tree->strings, text, (gssize) length);
      text += length + 1;
      g_array_append_val (self->tree->parameters, parameter);
    }
  return first;
}

/* Returns: (nullable): the boundary, which may be in pieces like any other parameter (RFC 2231
 * section 3); it then takes their joining. */
static const char *
read_boundary (Reader *self, const MimePart *part)
{
  const char *plain = mime_tree_find_parameter (self->tree, part, "boundary");

  for (guint i = 0; i < part->n_parameters && plain == NULL; i++)
    if (g_str_has_prefix (mime_tree_get_parameter (self->tree, part->first_parameter + i)->name,
                          "boundary*"))
      {
        g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
        g_autofree char *joined =
            mime_tree_dup_parameter (self->tree, part, "boundary", charsets);

        return joined != NULL ? g_string_chunk_insert (self->tree->strings, joined) : NULL;
      }
  return plain;
}

static void
init_scan (const Reader *self, WireScan *scan, const ImfField *field)
{
  wire_scan_init (scan, self->tree->data + field->value_offset, field->value_length, NULL);
}

/* The default holds where there is no Content-Type, or none that can be read (RFC 2045
 * section 5.2). */
static void
read_content_type (Reader *self, MimePart *part, const ImfField *field)
{
  MimeValue   value = { self->scratch, 0 };
  WireScan    scan;
  const char *type = self->scratch->str;
  const char *subtype;

  if (part->has_type || (part->flags & MIME_PART_TYPE_UNREADABLE))
    return;
  init_scan (self, &scan, field);
  g_string_truncate (self->scratch, 0);
  if (!mime_scan_content_type (&scan, &value))
    {
      part->flags |= MIME_PART_TYPE_UNREADABLE;
      return;
    }
  type = self->scratch->str;
  subtype = type + strlen (type) + 1;
  if (subtype[0] == '\0')
    part->flags |= MIME_PART_TYPE_UNREADABLE;
  else
    {
      part->has_type = TRUE;
      part->type = g_string_chunk_insert (self->tree->strings, type);
      part->subtype = g_string_chunk_insert (self->tree->strings, subtype);
    }
  part->first_parameter =
      keep_parameters (self, subtype + strlen (subtype) + 1, value.n_parameters);
  part->n_parameters = value.n_parameters;
  part->boundary = read_boundary (self, part);
}

static void
read_content_disposition (Reader *self, MimePart *part, const ImfField *field)
{
  MimeValue value = { self->scratch, 0 };
  WireScan  scan;

  init_scan (self, &scan, field);
  g_string_truncate (self->scratch, 0);
  if (part->disposition != NULL || !mime_scan_content_disposition (&scan, &value))
    return;
  part->disposition = g_string_chunk_insert (self->tree->strings, self->scratch->str);
  part->first_disposition_parameter = keep_parameters (
      self, self->scratch->str + strlen (self->scratch->str) + 1, value.n_parameters);
  part->n_disposition_parameters = value.n_parameters;
}

static void
read_transfer_encoding (Reader *self, MimePart *part, const ImfField *field)
{
  MimeValue value = { self->scratch, 0 };
  WireScan  scan;

  init_scan (self, &scan, field);
  g_string_truncate (self->scratch, 0);
  if (part->encoding_name != NULL || !mime_scan_transfer_encoding (&scan, &value))
    return;
  part->encoding_name = g_string_chunk_insert (self->tree->strings, self->scratch->str);
  part->encoding = mime_encoding_find (part->encoding_name, strlen (part->encoding_name));
}

static void
read_content_id (Reader *self, MimePart *part, const ImfField *field)
{
  WireScan scan;

  init_scan (self, &scan, field);
  g_string_truncate (self->scratch, 0);
  if (part->id == NULL && mime_scan_content_id (&scan, self->scratch))
    part->id = g_string_chunk_insert (self->tree->strings, self->scratch->str);
}

/* The fields that say what a part is. */
static const struct
{
  const char *name;
  gsize       length;
  void (*read) (Reader *self, MimePart *part, const ImfField *field);
} readers[] = {
  { "Content-Type", 12, read_content_type },
  { "Content-Transfer-Encoding", 25, read_transfer_encoding },
  { "Content-Disposition", 19, read_content_disposition },
  { "Content-ID", 10, read_content_id },
};

static void
read_mime_field (Reader *self, MimePart *part, const ImfField *field)
{
  const char *name = (const char *) self->tree->data + field->name_offset;

  /* Most fields don't begin with a C. */
  if ((name[0] | 0x20) != 'c')
    return;
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++)
    if (readers[i].length == field->name_length &&
        g_ascii_strncasecmp (name, readers[i].name, field->name_length) == 0)
      readers[i].read (self, part, field);
}

/* Whether a limit ended the header at @end, where no empty line and no boundary line is: there
 * were fields before, or one is there that is too long. */
static gboolean
is_cut_off (const MimeTree *tree, const MimePart *part, gsize end)
{
  g_autoptr (ImfHeader) beginning = NULL;

  if (part->n_fields > 0 || tree->length - end <= IMF_HEADER_BYTES_MAX)
    return part->n_fields > 0;
  beginning = imf_header_new (tree->data + end, IMF_HEADER_BYTES_MAX);
  return imf_header_get_n (beginning) > 0;
}

/* Looks in the fields that have been split for the boundary of their own part. */
static void
look_for_own_boundary (Reader *self)
{
  const GArray *fields = self->tree->fields;
  guint         n_parameters = self->tree->parameters->len;
  MimePart      part = { 0 };

  for (; self->n_fields_seen < fields->len && self->own_boundary == NULL; self->n_fields_seen++)
    {
      const ImfField *field = &g_array_index (fields, ImfField, self->n_fields_seen);

      if (field->name_length == strlen ("Content-Type") &&
          g_ascii_strncasecmp ((const char *) self->tree->data + field->name_offset,
                               "Content-Type", field->name_length) == 0)
        {
          read_content_type (self, &part, field);
          self->own_boundary = part.boundary;
          g_array_set_size (self->tree->parameters, n_parameters);
        }
    }
}

/* Whether the line at @pos of a header ends it: a boundary line of a multipart around, or of the
 * part's own where careless writers left out the empty line. */
static gboolean
is_boundary_line (const guint8 *data, gsize pos, gpointer user_data)
{
  Reader *self = user_data;
  gsize   length;

  if (match_boundary (self, pos) != LEVEL_END)
    return TRUE;
  look_for_own_boundary (self);
  length = self->own_boundary != NULL ? strlen (self->own_boundary) : 0;
  return length > 0 && self->tree->length - pos - 2 >= length &&
         memcmp (data + pos + 2, self->own_boundary, length) == 0;
}

/* Splits the header at the cursor and goes on to the body. Returns: whether a boundary line came
 * first. */
static gboolean
read_header (Reader *self, MimePart *part)
{
  MimeTree *tree = self->tree;
  gsize     end;

  part->header_offset = self->pos;
  part->first_field = tree->fields->len;
  self->n_fields_seen = part->first_field;
  self->own_boundary = NULL;
  end = imf_fields_split (tree->data, self->pos, tree->length, is_boundary_line, self,
                          tree->fields);
  part->n_fields = tree->fields->len - part->first_field;
  part->header_length = end - self->pos;
  for (guint i = 0; i < part->n_fields; i++)
    {
      const ImfField *field = &g_array_index (tree->fields, ImfField, part->first_field + i);

      if (field->name_length > 0)
        read_mime_field (self, part, field);
    }
  self->pos = end + imf_line_end_length (tree->data, tree->length, end);
  part->body_offset = self->pos;
  if (self->pos > end || end == tree->length)
    return FALSE;
  if (tree->length - end > 2 && tree->data[end] == '-' && tree->data[end + 1] == '-' &&
      is_boundary_line (tree->data, end, self))
    return match_boundary (self, end) != LEVEL_END;
  if (is_cut_off (tree, part, end))
    part->flags |= MIME_PART_HEADER_LIMIT;
  return FALSE;
}

/* Whether message/SUBTYPE may not be encoded (RFC 2045 section 6.4). RFC 6532 section 3.5 lets
 * message/global be, and leaves it to other new subtypes to say so. */
static gboolean
forbids_encoding (const char *subtype)
{
  static const char *const subtypes[] = { "rfc822",          "partial",
                                          "external-body",   "delivery-status",
                                          "feedback-report", "disposition-notification" };

  for (guint i = 0; i < G_N_ELEMENTS (subtypes); i++)
    if (strcmp (subtype, subtypes[i]) == 0)
      return TRUE;
  return FALSE;
}

/* What kind of part its header makes it. */
static MimePartKind
decide_kind (Reader *self, MimePart *part, guint depth)
{
  gboolean is_multipart = strcmp (part->type, "multipart") == 0;
  gboolean is_message =
      strcmp (part->type, "message") == 0 &&
      (strcmp (part->subtype, "rfc822") == 0 || strcmp (part->subtype, "global") == 0);

  if (strcmp (part->type, "message") == 0 && forbids_encoding (part->subtype) &&
      !mime_encoding_is_identity (part->encoding))
    part->flags |= MIME_PART_ENCODED;
  if (!is_multipart && !is_message)
    return MIME_PART_LEAF;
  if (!mime_encoding_is_identity (part->encoding))
    {
      if (is_message)
        return MIME_PART_LEAF;
      part->flags |= MIME_PART_ENCODED;
    }
  if (is_multipart && (part->boundary == NULL || part->boundary[0] == '\0'))
    {
      part->flags |= MIME_PART_NO_BOUNDARY;
      return MIME_PART_LEAF;
    }
  if (depth >= MIME_DEPTH_MAX)
    {
      part->flags |= MIME_PART_DEPTH_LIMIT;
      return MIME_PART_LEAF;
    }
  if (is_message && self->tree->parts->len >= MIME_PARTS_MAX)
    {
      part->flags |= MIME_PART_PARTS_LIMIT;
      return MIME_PART_LEAF;
    }
  return is_multipart ? MIME_PART_MULTIPART : MIME_PART_MESSAGE;
}

/* The cursor is at the beginning of the body, or the hit is there. Leaves the hit at the boundary
 * line that ends the part. */
static void
read_multipart (Reader *self, guint index, guint depth)
{
  const char *boundary = get_part (self, index)->boundary;
  gboolean in_digest = strcmp (get_part (self, index)->subtype, "digest") == 0;
  guint    level = self->n_boundaries++;
  guint    flags = 0;

  self->boundaries[level] = (Boundary){ boundary, strlen (boundary) };
  find_boundary (self, self->pos);
  while (self->hit.level == level && !self->hit.is_close)
    {
      if (self->tree->parts->len >= MIME_PARTS_MAX)
        {
          flags |= MIME_PART_PARTS_LIMIT;
          break;
        }
      self->pos = self->hit.line_end;
      read_entity (self, index, depth + 1, in_digest);
    }
  self->n_boundaries = level;
  if (self->hit.level == level)
    {
      /* What is left is the epilogue, or parts too many. The line end of the closing line may
       * already belong to the boundary line of the multipart around. */
      self->pos = self->hit.line_end;
      find_boundary (self, self->hit.line_offset + 2 + self->boundaries[level].length + 2);
    }
  else
    flags |= MIME_PART_UNCLOSED;
  if (get_part (self, index)->n_children == 0)
    flags |= MIME_PART_BOUNDARY_UNSEEN;
  get_part (self, index)->flags |= flags;
}

/* Reads the part at the cursor, to the boundary line of a multipart it is in, or to the end. */
static void
read_entity (Reader *self, guint parent, guint depth, gboolean in_digest)
{
  MimePart part = { .parent = parent, .depth = depth, .ordinal = 1 };
  guint    index = self->tree->parts->len;
  gboolean is_at_boundary;

  part.type = in_digest ? "message" : "text";
  part.subtype = in_digest ? "rfc822" : "plain";
  if (parent != MIME_NO_PART)
    part.ordinal = ++get_part (self, parent)->n_children;
  is_at_boundary = read_header (self, &part);
  part.kind = decide_kind (self, &part, depth);
  /* A boundary line just after the fields leaves no message to be in there. */
  if (is_at_boundary && part.kind == MIME_PART_MESSAGE)
    part.kind = MIME_PART_LEAF;
  g_array_append_val (self->tree->parts, part);
  if (is_at_boundary || part.kind == MIME_PART_LEAF)
    find_boundary (self, self->pos);
  else if (part.kind == MIME_PART_MULTIPART)
    read_multipart (self, index, depth);
  else
    read_entity (self, index, depth + 1, FALSE);
  if (is_at_boundary && part.kind == MIME_PART_MULTIPART)
    get_part (self, index)->flags |= MIME_PART_BOUNDARY_UNSEEN | MIME_PART_UNCLOSED;
  get_part (self, index)->body_length =
      MAX (self->hit.content_end, part.body_offset) - part.body_offset;
  get_part (self, index)->next = self->tree->parts->len;
}

MimeTree *
mime_tree_new (const guint8 *data, gsize length)
{
  g_autoptr (GString) scratch = g_string_sized_new (256);
  MimeTree *self = g_new0 (MimeTree, 1);
  Reader    reader;

  self->data = data != NULL ? data : (const guint8 *) "";
  self->length = length;
  self->parts = g_array_sized_new (FALSE, FALSE, sizeof (MimePart), 4);
  self->fields = g_array_sized_new (FALSE, FALSE, sizeof (ImfField), 32);
  self->parameters = g_array_new (FALSE, FALSE, sizeof (MimeParameter));
  self->strings = g_string_chunk_new (STRINGS_PIECE_BYTES);
  reader.tree = self;
  reader.scratch = scratch;
  reader.n_boundaries = 0;
  reader.pos = 0;
  read_entity (&reader, MIME_NO_PART, 0, FALSE);
  return self;
}

void
mime_tree_free (MimeTree *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->parts);
  g_array_unref (self->fields);
  g_array_unref (self->parameters);
  g_string_chunk_free (self->strings);
  g_free (self);
}

guint
mime_tree_get_n_parts (const MimeTree *self)
{
  return self->parts->len;
}

const MimePart *
mime_tree_get_part (const MimeTree *self, guint i)
{
  return &g_array_index (self->parts, MimePart, i);
}

const guint8 *
mime_tree_get_data (const MimeTree *self, gsize *out_length)
{
  if (out_length != NULL)
    *out_length = self->length;
  return self->data;
}

const ImfField *
mime_tree_get_field (const MimeTree *self, guint i)
{
  return &g_array_index (self->fields, ImfField, i);
}

const MimeParameter *
mime_tree_get_parameter (const MimeTree *self, guint i)
{
  return &g_array_index (self->parameters, MimeParameter, i);
}
