/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-response.h"
#include "imap-scan.h"

G_BEGIN_DECLS

/* How the arguments of responses are read: all are values (ImapValue), and a shape says which
 * element each of them is. One reader for all of them, so that what is not known matches, too. */

/** Levels of lists in a body structure or thread: 64 of MIME, each of which may hold a message, and
 * room for the lists within the innermost. */
#define IMAP_BODY_DEPTH_MAX 136

typedef struct _ImapShape ImapShape;

/** How the values of a list, or of a response, are told apart. */
typedef enum
{
  IMAP_SHAPE_FIELDS, /* by their places */
  IMAP_SHAPE_PAIRS,  /* by the name before each */
  IMAP_SHAPE_BODY,   /* a body structure (RFC 9051 section 7.5.2) */
} ImapShapeKind;

/** A name, and what follows it. */
typedef struct
{
  const char      *name;  /* "BODY["...: with a section */
  const ImapShape *shape; /* NULL: nothing, the name stands alone */
} ImapShapePair;

struct _ImapShape
{
  const WireElement      *element; /* (nullable): of atoms and strings; NULL: any value */
  const WireElement      *list;    /* (nullable): of lists; NULL: the same */
  ImapShapeKind           kind;
  const ImapShape *const *fields;  /* FIELDS: NULL-terminated; none: any values */
  guint                   repeat;  /* the field that is next after the last */
  const ImapShapePair    *pairs;   /* PAIRS: to the first without a name */
  const ImapShape        *name;    /* PAIRS: of names */
  const ImapShape        *other;   /* PAIRS: (nullable): what follows a name that is not there */
  gboolean                has_numbers; /* atoms have to be numbers, or NIL */
  gboolean                is_deep;     /* lists within nest up to IMAP_BODY_DEPTH_MAX */
};

typedef struct
{
  WireScan *scan;
  ImapScan  strings; /* how those are read: leniently, with UTF-8 */
  guint     depth;   /* of lists */
  gboolean  is_code; /* inside of a response code: "]" ends atoms */
  gboolean  is_deep;
} ImapValueScan;

void imap_value_scan_init (ImapValueScan *self, WireScan *scan);

/**
 * imap_scan_values:
 * @shape: (nullable): of all of them
 * @values: (nullable): of ImapValue; those that match are added
 *
 * Reads values with a space between them up to ")", the end of the code, or that of the line,
 * which is left to the caller.
 */
gboolean imap_scan_values (ImapValueScan *self, const ImapShape *shape, GPtrArray *values);

/** One atom of a response's own: a tag, a name: as @element. Returns: how many bytes it has, 0 when
 * there is none. */
gsize imap_scan_response_atom (ImapValueScan *self, const WireElement *element);

G_END_DECLS
