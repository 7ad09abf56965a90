/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-unit.h>

/** What a server of ours says has to be read whole by the grammar of responses, with nothing let
 * pass. Received units are let be. */
void imap_unit_assert_sound (const WireUnit *unit);
