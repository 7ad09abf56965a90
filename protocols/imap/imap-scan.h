/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "imap-set.h"
#include <wire/wire-scan.h>

G_BEGIN_DECLS

/* The lexical rules that commands and responses share (RFC 9051 section 9). */

/** sequence-set: a leaf. @out_set: (transfer full) */
gboolean imap_scan_sequence_set (WireScan *scan, ImapSet **out_set);

G_END_DECLS
