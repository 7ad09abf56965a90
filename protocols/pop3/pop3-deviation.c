/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pop3-deviation.h"

WIRE_DEVIATION (pop3, space_in_pop3, "Space where none belongs", WARNING, 1939, "3");
WIRE_DEVIATION (pop3, lf_ends_pop3_line, "Line that ends in LF alone", WARNING, 1939, "3");
WIRE_DEVIATION (pop3,
                odd_octet_in_pop3,
                "Octets that are neither printable ASCII nor UTF-8",
                WARNING,
                2449,
                "3");
WIRE_DEVIATION (pop3, small_status, "Status indicator in small letters", WARNING, 1939, "3");
WIRE_DEVIATION (pop3, long_unique_id, "Unique-id of more than 70 characters", WARNING, 1939, "7");
WIRE_DEVIATION (pop3, bad_pop3_base64, "Text that is not base64", ERROR, 5034, "4");
