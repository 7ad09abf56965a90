/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* SASLprep (RFC 4013, a profile of stringprep, RFC 3454): the form in which names and passwords
 * are compared. Mapping, prohibited characters and right-to-left letters are the tables of
 * RFC 3454, of Unicode 3.2. What GLib decides with the tables of its own, newer Unicode:
 *
 * - normalisation form KC: of the characters of 3.2, five ideographs (U+2F868, 2F874, 2F91F, 2F95F,
 *   2F9BF) become what they were later corrected to
 * - code points "unassigned" in 3.2 but assigned since are let pass, in stored strings too
 * - left-to-right letters (table D.2), that may not be mixed with right-to-left ones, are taken to
 *   be all letters, letter numbers and spacing marks that are not right-to-left; the table has
 *   symbols too, and lacks some modifier letters */

/** What becomes of code points that Unicode has not assigned (RFC 5802 sections 2.2 and 5.1). */
typedef enum
{
  SASL_PREP_QUERY,  /* what somebody typed: allowed */
  SASL_PREP_STORED, /* what is kept, or hashed: prohibited */
} SaslPrepUse;

/**
 * sasl_prep:
 *
 * Returns: (transfer full) (nullable): @text prepared, which may be empty; NULL when it is not
 * UTF-8 or has what SASLprep prohibits. A password's owner wipes it with sasl_secret_free().
 */
char *sasl_prep (const char *text, SaslPrepUse use);

/** Returns: whether @text of @length bytes is UTF-8 and passes the "trace" profile of ANONYMOUS
 * (RFC 4505 section 3), which maps nothing. */
gboolean sasl_prep_is_trace (const char *text, gsize length);

G_END_DECLS
