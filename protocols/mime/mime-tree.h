/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "mime-charset.h"
#include "mime-encoding.h"

#include <imf/imf-fields.h>

G_BEGIN_DECLS

/** Parts within parts that are told apart; deeper ones are read as leaves. Ours (DESIGN.md
 * section 8): mail in use has less than 10. */
#define MIME_DEPTH_MAX 64

/** Parts of a message. Ours: what comes after is part of the last one. */
#define MIME_PARTS_MAX 10000

/** No parent. */
#define MIME_NO_PART G_MAXUINT

typedef enum
{
  MIME_PART_LEAF,
  MIME_PART_MULTIPART, /* its children are the parts between its boundary lines */
  MIME_PART_MESSAGE,   /* message/rfc822 and message/global: its one child is the message */
} MimePartKind;

/** What the tree had to say of a part; the annotation names each as a deviation. */
typedef enum
{
  MIME_PART_UNCLOSED = 1 << 0,       /* a multipart without its closing boundary line */
  MIME_PART_NO_BOUNDARY = 1 << 1,    /* a multipart without a boundary parameter: read as a leaf */
  MIME_PART_BOUNDARY_UNSEEN = 1 << 2, /* a multipart whose boundary line never comes: no children */
  MIME_PART_DEPTH_LIMIT = 1 << 3,    /* its inside was not looked at: MIME_DEPTH_MAX */
  MIME_PART_PARTS_LIMIT = 1 << 4,    /* more parts would have followed: MIME_PARTS_MAX */
  MIME_PART_ENCODED = 1 << 5,        /* composite, but encoded, which its type forbids */
  MIME_PART_TYPE_UNREADABLE = 1 << 6, /* Content-Type does not match its grammar */
  MIME_PART_HEADER_LIMIT = 1 << 7,   /* fields stand in the body: IMF_HEADER_BYTES_MAX, or
                                      * IMF_FIELDS_MAX */
} MimePartFlags;

/** One parameter of a content type or disposition, as written: RFC 2231 is not undone here. */
typedef struct
{
  const char *name;  /* in lower case: "filename*0*" */
  const char *value; /* quotes and backslashes undone */
} MimeParameter;

/**
 * MimePart:
 *
 * One part of a message; the message itself is the first. Offsets count bytes from the beginning
 * of the message, whatever its line ends. A child's header and body lie within its parent's
 * body. Strings belong to the tree.
 */
typedef struct
{
  MimePartKind kind;
  guint        flags;  /* MimePartFlags */
  guint        parent; /* index, or MIME_NO_PART */
  guint        depth;  /* 0 for the message */
  guint        n_children;
  guint        ordinal; /* its place among its parent's children, from 1 on */
  guint        next; /* index of the next part that is not inside this one */

  guint first_field, n_fields; /* of the tree's fields; offsets as in the tree's data */
  gsize header_offset;
  gsize header_length; /* the fields; the empty line is not counted */
  gsize body_offset;
  gsize body_length; /* still encoded; the line end before a boundary line is not counted */

  const char  *type;     /* in lower case: "text"; what holds where none was given */
  const char  *subtype;  /* in lower case: "plain" */
  gboolean     has_type; /* whether there was a Content-Type that could be read */
  MimeEncoding encoding;
  const char  *encoding_name; /* (nullable): as written, in lower case; NULL: none was given */
  const char  *disposition;   /* (nullable): in lower case: "attachment" */
  const char  *id;            /* (nullable): Content-ID, without "<" and ">" */
  const char  *boundary;      /* (nullable): as it is meant, RFC 2231 undone */
  guint        first_parameter, n_parameters;     /* of the content type */
  guint        first_disposition_parameter, n_disposition_parameters;
} MimePart;

/**
 * MimeTree:
 *
 * What a message is made of (RFC 2045, RFC 2046): parts and their fields, in one pass and without
 * copying bodies. Parts are in the order in which they begin, parents before children. Time and
 * memory grow with the message, bounded by the limits above; a message that reaches one is
 * still a tree, and says so.
 */
typedef struct _MimeTree MimeTree;

/** @data: (array length=length): a message; borrowed while the tree lives. Never fails. */
MimeTree *mime_tree_new (const guint8 *data, gsize length);
void      mime_tree_free (MimeTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MimeTree, mime_tree_free)

guint           mime_tree_get_n_parts (const MimeTree *self);
const MimePart *mime_tree_get_part (const MimeTree *self, guint i);
const guint8   *mime_tree_get_data (const MimeTree *self, gsize *out_length);

/** Returns: (transfer none): field @i of the tree, @part->first_field and those after it. */
const ImfField *mime_tree_get_field (const MimeTree *self, guint i);

/** Returns: (nullable): the first field NAME of @part, whatever its case. */
const ImfField *mime_tree_find_field (const MimeTree *self, const MimePart *part, const char *name);

/** Returns: (transfer none): parameter @i of the tree, @part->first_parameter and so on. */
const MimeParameter *mime_tree_get_parameter (const MimeTree *self, guint i);

/** Returns: (nullable): the value of the content type's parameter NAME (lower case) as written. */
const char *mime_tree_find_parameter (const MimeTree *self, const MimePart *part, const char *name);

/**
 * mime_tree_dup_parameter:
 * @name: in lower case: "name", "charset"
 *
 * The parameter as it is meant: continuations joined, percent-encoding and charset undone (RFC
 * 2231); encoded-words, which are not allowed there but common, undone, too.
 * Returns: (transfer full) (nullable): valid UTF-8
 */
char *mime_tree_dup_parameter (const MimeTree *self,
                               const MimePart *part,
                               const char     *name,
                               MimeCharsets   *charsets);

/** As mime_tree_dup_parameter(), of the disposition. */
char *mime_tree_dup_disposition_parameter (const MimeTree *self,
                                           const MimePart *part,
                                           const char     *name,
                                           MimeCharsets   *charsets);

/**
 * mime_tree_dup_filename:
 *
 * Content-Disposition's filename, else Content-Type's name. Not safe to use as a path: it is what
 * the sender wrote (RFC 2183 section 2.3).
 * Returns: (transfer full) (nullable): valid UTF-8
 */
char *mime_tree_dup_filename (const MimeTree *self, const MimePart *part, MimeCharsets *charsets);

/** Returns: (transfer full): the part's number as IMAP counts (RFC 9051 section 6.4.5): "1.2.1"; ""
 * for the message itself, and for the parts directly inside a message/rfc822 part when that is
 * a multipart. */
char *mime_tree_dup_number (const MimeTree *self, guint i);

/** Returns: how many line ends (LF) the part's body has, for IMAP's count of lines. */
gsize mime_tree_count_lines (const MimeTree *self, const MimePart *part);

/** Told of a decoded piece of a part. */
typedef void (*MimeSink) (const guint8 *data, gsize length, gpointer user_data);

/** What became of a part on its way. */
typedef struct
{
  gsize          n_bytes; /* after the transfer encoding was undone */
  gsize          n_wrong; /* MimeDecoder's */
  MimeConversion conversion;
} MimeDecoding;

/**
 * mime_tree_decode_part:
 * @charsets: (nullable): when given, parts of type text are converted to UTF-8
 * @sink: (nullable): called with piece after piece
 *
 * Undoes the transfer encoding of a part's body, whatever its kind, with little memory however
 * large the part is.
 */
void mime_tree_decode_part (const MimeTree *self,
                            const MimePart *part,
                            MimeCharsets   *charsets,
                            MimeSink        sink,
                            gpointer        user_data,
                            MimeDecoding   *out_decoding);

/** Returns: (transfer full): the part's content with the transfer encoding undone. */
GBytes *mime_tree_dup_content (const MimeTree *self, const MimePart *part);

/** Returns: (transfer full): the content of a text part as UTF-8. @out_decoding: (optional) */
char *mime_tree_dup_text (const MimeTree *self,
                          const MimePart *part,
                          MimeCharsets   *charsets,
                          gsize          *out_length,
                          MimeDecoding   *out_decoding);

G_END_DECLS
