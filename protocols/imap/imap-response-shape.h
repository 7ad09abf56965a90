/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-response-value.h"

G_BEGIN_DECLS

/* What the responses of RFC 9051 section 7 and the extensions look like. */

/** Returns: (nullable): the shape of the values behind a response's name; NULL for one that is not
 * known: any values. */
const ImapShape *imap_shape_find_response (const guint8 *name, gsize length);

/** Returns: (nullable): the shape of a response code's arguments. */
const ImapShape *imap_shape_find_code (const guint8 *name, gsize length);

/** Returns: the shape of the value of the FETCH item of that name, with its section. */
const ImapShape *imap_shape_find_section (const guint8 *name, gsize length);

/* The structure of a body (RFC 9051 section 7.5.2): what field @i is of a part that begins with
 * @n_bodies parts, after which there is @next at the cursor. */

typedef struct
{
  guint    n_bodies;   /* parts of a multipart so far */
  guint    i;          /* fields so far, these parts left out */
  gboolean is_message; /* it has an envelope, a body and lines */
  gboolean is_text;    /* it has lines */
} ImapBodyPlace;

const ImapShape *imap_shape_next_body_field (ImapBodyPlace *place, int next);

G_END_DECLS
