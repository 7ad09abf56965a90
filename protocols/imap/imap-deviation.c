/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imap-deviation.h"

WIRE_DEVIATION (imap, extra_space, "Space where none belongs", WARNING, 9051, "9");
WIRE_DEVIATION (imap, lf_ends_imap_line, "Line that ends in LF alone", WARNING, 9051, "2.2");
WIRE_DEVIATION (imap, eight_bit_string, "Octets beyond ASCII that were not agreed on",
                WARNING, 9051, "4.3");
WIRE_DEVIATION (imap, odd_atom, "Text that should have been quoted", WARNING, 9051, "4.1");
WIRE_DEVIATION (imap, odd_backslash, "Backslash that stands for itself", ERROR, 9051, "9");
WIRE_DEVIATION (imap, odd_mailbox_name, "Name of a mailbox that is no modified UTF-7", ERROR, 3501,
                "5.1.3");
WIRE_DEVIATION (imap, unpadded_day, "Day of one digit without a space before it", WARNING, 9051,
                "9");
WIRE_DEVIATION (imap, nul_in_literal, "NUL octet in a literal", ERROR, 9051, "4.3");
WIRE_DEVIATION (imap, not_base64, "Text that is not base64", ERROR, 9051, "6.2.2");

WIRE_DEVIATION (imap, missing_space, "No space between two values", WARNING, 9051, "9");
WIRE_DEVIATION (imap, response_without_text, "Response without its text", HINT, 9051, "7.1");
