/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Commands and what is read of them. The tables end in a name that is NULL. */

/** What every server has to take; read is as imap_command_dump() writes it. */
typedef struct
{
  const char *name;
  const char *command;
  gsize       length;
  const char *read;
} ImapCommandCase;

extern const ImapCommandCase imap_command_cases[];

/** What departs from the standards and is let pass, unless reading is strict; deviations are
 * "name@offset+length". */
typedef struct
{
  const char *name;
  const char *command;
  gsize       length;
  const char *read;
  const char *deviations;
} ImapTolerated;

extern const ImapTolerated imap_tolerated_cases[];

/** What is no command, where that shows, and which element was expected there. */
typedef struct
{
  const char *name;
  const char *command;
  gsize       length;
  gsize       farthest;
  const char *expected;
} ImapWrongCommand;

extern const ImapWrongCommand imap_wrong_commands[];
