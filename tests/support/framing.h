/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-framer.h>

/* Where lines and blocks end, said as plainly as can be: what framers are held against. */

typedef struct
{
  const char *data;
  gsize       length;
} FramingText;

/** A string literal, any NUL in it included. */
#define FRAMING_TEXT(text) { text, sizeof text - 1 }

/** Every form of an end of block: what is before the dot, and what after. */
typedef struct
{
  const char *name;
  guint       flag; /* 0 for CRLF "." CRLF */
  FramingText before, after;
} FramingForm;

#define FRAMING_N_FORMS (WIRE_FRAMER_N_ENDS + 1)

extern const FramingForm framing_forms[FRAMING_N_FORMS];

/** Whether a line that begins at @begin of the stream @input ends at @end. @flags:
 * WireFramerFlags */
gboolean framing_ends_line (const char *input, gsize begin, gsize end, gsize size, guint flags);

/** As framing_ends_line() for a block. Returns: -1 when it does not, else its form's flag */
int framing_ends_block (const char *input, gsize begin, gsize end, gsize size, guint flags);
