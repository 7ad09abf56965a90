/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-deviation.h>

G_BEGIN_DECLS

/* What commands and responses of POP3 can have wrong, and common practice lets pass. */

extern const WireDeviation pop3_deviation_space_in_pop3;
extern const WireDeviation pop3_deviation_lf_ends_pop3_line;
extern const WireDeviation pop3_deviation_odd_octet_in_pop3;
extern const WireDeviation pop3_deviation_small_status;
extern const WireDeviation pop3_deviation_long_unique_id;
extern const WireDeviation pop3_deviation_bad_pop3_base64; /* AUTH fails */

G_END_DECLS
