/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <imap/imap-command.h>

/** Returns: (transfer full): all that was read of a command and is not zero, as "key=value " in a
 * fixed order */
char *imap_command_dump (const ImapCommand *command);
