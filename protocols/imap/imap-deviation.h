/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-deviation.h>

G_BEGIN_DECLS

/* What commands and responses can have wrong and still be understood. Strict reading lets none of
 * these pass in a command but where it says so. */

/* Commands. */
extern const WireDeviation imap_deviation_extra_space;
extern const WireDeviation imap_deviation_lf_ends_imap_line;
extern const WireDeviation imap_deviation_eight_bit_string;
extern const WireDeviation imap_deviation_odd_atom;
extern const WireDeviation imap_deviation_odd_backslash;
extern const WireDeviation imap_deviation_odd_mailbox_name;
extern const WireDeviation imap_deviation_unpadded_day;
extern const WireDeviation imap_deviation_nul_in_literal;
extern const WireDeviation imap_deviation_not_base64; /* passes strictly, too: the exchange fails */

/* Responses, besides. */
extern const WireDeviation imap_deviation_missing_space;
extern const WireDeviation imap_deviation_response_without_text;

G_END_DECLS
