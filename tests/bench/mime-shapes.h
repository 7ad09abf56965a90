/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** A kind of message that can be made in any size. */
typedef struct
{
  const char *name;
  const char *head;  /* the header, and whatever is there once */
  guint       depth; /* multiparts around it, each with a boundary of its own */
  const char *piece; /* again and again */
  const char *each;  /* (nullable): before every EACH_BYTES of pieces */
  const char *tail;
} MimeShape;

extern const MimeShape mime_shapes[];
extern const guint     mime_n_shapes;

/** Returns: (transfer full): a message of about @length octets, in memory of just its size. */
guint8 *mime_shape_make (const MimeShape *shape, gsize length, gsize *out_length);

G_END_DECLS
