/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/** A response, and what it says. */
typedef struct
{
  const char *name;
  const char *response;
  const char *values; /* "* 1 FETCH (UID 5)": ~ is NIL, 'x' a quoted string, {x} a literal; NULL: it
                       * can't be read */
  const char *spans; /* as annotation_describe() has them */
} ImapResponseCase;

/** To the first without a name. */
extern const ImapResponseCase imap_response_cases[];
