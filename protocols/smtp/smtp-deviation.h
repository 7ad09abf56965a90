/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <wire/wire-deviation.h>

G_BEGIN_DECLS

/* What commands, replies and mail data can have wrong. Behind each, the SmtpLeniency that lets it
 * pass, where a server needs one. */

/* Commands. */
extern const WireDeviation smtp_deviation_needless_space;      /* SPACES */
extern const WireDeviation smtp_deviation_trailing_space;      /* none: servers should take it */
extern const WireDeviation smtp_deviation_missing_brackets;    /* NO_BRACKETS */
extern const WireDeviation smtp_deviation_odd_client_name;     /* ODD_NAMES */
extern const WireDeviation smtp_deviation_lf_ends_command;     /* BARE_LF_ENDS_LINE */
extern const WireDeviation smtp_deviation_cr_ends_command;     /* BARE_CR_ENDS_LINE */
extern const WireDeviation smtp_deviation_long_command;        /* LONG_LINES */
extern const WireDeviation smtp_deviation_eight_bit_command;   /* EIGHT_BIT */
extern const WireDeviation smtp_deviation_obsolete_command;    /* none: the server says 502 */
extern const WireDeviation smtp_deviation_route_in_path;       /* none: servers must take it */
extern const WireDeviation smtp_deviation_dot_in_path;         /* ODD_PATHS */
extern const WireDeviation smtp_deviation_underscore_in_path;  /* ODD_PATHS */
extern const WireDeviation smtp_deviation_trailing_dot_in_path; /* ODD_PATHS */
extern const WireDeviation smtp_deviation_undeclared_utf8;     /* none: SmtpCommand.is_utf8 */
extern const WireDeviation smtp_deviation_odd_parameter_value; /* none: smtp-parameters.h */
extern const WireDeviation smtp_deviation_bad_base64;          /* none: AUTH fails */

/* Replies. */
extern const WireDeviation smtp_deviation_lf_ends_reply;
extern const WireDeviation smtp_deviation_odd_reply_class;
extern const WireDeviation smtp_deviation_odd_reply_category;
extern const WireDeviation smtp_deviation_reply_without_text;
extern const WireDeviation smtp_deviation_odd_reply_separator;
extern const WireDeviation smtp_deviation_mixed_reply_codes;
extern const WireDeviation smtp_deviation_long_reply_line;
extern const WireDeviation smtp_deviation_eight_bit_reply;
extern const WireDeviation smtp_deviation_status_of_other_class;

/* Mail data: see smtp-data.h. */
extern const WireDeviation smtp_deviation_bare_lf_in_data;    /* BARE_LF_DATA */
extern const WireDeviation smtp_deviation_bare_cr_in_data;    /* BARE_CR_DATA */
extern const WireDeviation smtp_deviation_nul_in_data;        /* NUL */
extern const WireDeviation smtp_deviation_long_line_in_data;  /* LONG_LINES */
extern const WireDeviation smtp_deviation_false_end_of_data;  /* none: it is content */
extern const WireDeviation smtp_deviation_odd_end_of_data;    /* END_* */

G_END_DECLS
