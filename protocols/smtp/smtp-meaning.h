/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-spans.h>

G_BEGIN_DECLS

/**
 * smtp_meaning_dup:
 * @span: of a grammar over @data, of an element of this module
 *
 * Says what encoded bytes of a command or reply come to: the octets of base64 and xtext, the
 * meaning of codes in words.
 *
 * Returns: (transfer full) (nullable): valid UTF-8, cut where it is long; octets that are no text
 * in hexadecimal; NULL where the bytes speak for themselves
 */
char *smtp_meaning_dup (const WireSpan *span, const guint8 *data);

G_END_DECLS
