/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-deviation.h"

WIRE_DEVIATION (smtp, needless_space, "Space where none belongs", WARNING, 5321, "3.3");
WIRE_DEVIATION (smtp, trailing_space, "Space at the end of a command", HINT, 5321, "4.1.1");
WIRE_DEVIATION (smtp, missing_brackets, "Path without its angle brackets", WARNING, 5321, "4.1.2");
WIRE_DEVIATION (smtp, odd_client_name, "Client's name that is no name", WARNING, 5321, "4.1.1.1");
WIRE_DEVIATION (smtp, lf_ends_command, "Command that ends in LF alone", ERROR, 5321, "2.3.8");
WIRE_DEVIATION (smtp, cr_ends_command, "Command that ends in CR alone", ERROR, 5321, "2.3.8");
WIRE_DEVIATION (smtp, long_command, "Command line that is too long", WARNING, 5321, "4.5.3.1.4");
WIRE_DEVIATION (smtp, eight_bit_command, "Octets beyond ASCII in a command", ERROR, 5321, "2.4");
WIRE_DEVIATION (smtp, obsolete_command, "Obsolete command", OBSOLETE, 5321, "F.6");
WIRE_DEVIATION (smtp, route_in_path, "Source route in a path", OBSOLETE, 5321, "4.1.2");
WIRE_DEVIATION (smtp, dot_in_path, "Dot out of place in a path", WARNING, 5321, "4.1.2");
WIRE_DEVIATION (smtp, underscore_in_path, "Underscore in a path's domain", WARNING, 5321, "4.1.2");
WIRE_DEVIATION (smtp, trailing_dot_in_path, "Dot behind a path's domain", WARNING, 5321, "4.1.2");
WIRE_DEVIATION (smtp, undeclared_utf8, "Address in UTF-8 without SMTPUTF8", ERROR, 6531, "3.4");
WIRE_DEVIATION (smtp, odd_parameter_value, "Value that its parameter can't have", ERROR, 5321,
                "4.1.2");
WIRE_DEVIATION (smtp, bad_base64, "Text that is not base64", ERROR, 4954, "4");

WIRE_DEVIATION (smtp, lf_ends_reply, "Reply line that ends in LF alone", WARNING, 5321, "2.3.8");
WIRE_DEVIATION (smtp, odd_reply_class, "Reply code that begins with no known class", ERROR, 5321,
                "4.2");
WIRE_DEVIATION (smtp, odd_reply_category, "Reply code of no known category", WARNING, 5321, "4.2");
WIRE_DEVIATION (smtp, reply_without_text, "Reply code alone", HINT, 5321, "4.2");
WIRE_DEVIATION (smtp, odd_reply_separator, "Neither space nor hyphen after the code", ERROR, 5321,
                "4.2.1");
WIRE_DEVIATION (smtp, mixed_reply_codes, "Another code within one reply", ERROR, 5321, "4.2.1");
WIRE_DEVIATION (smtp, long_reply_line, "Reply line that is too long", WARNING, 5321, "4.5.3.1.5");
WIRE_DEVIATION (smtp, eight_bit_reply, "Octets in a reply that are not printable ASCII", WARNING,
                5321, "4.2");
WIRE_DEVIATION (smtp, status_of_other_class, "Status code of another class than the reply", ERROR,
                2034, "4");

WIRE_DEVIATION (smtp, bare_lf_in_data, "LF without CR in mail data", ERROR, 5321, "2.3.8");
WIRE_DEVIATION (smtp, bare_cr_in_data, "CR without LF in mail data", ERROR, 5321, "2.3.8");
WIRE_DEVIATION (smtp, nul_in_data, "NUL octet in mail data", WARNING, 5321, "4.1.1.4");
WIRE_DEVIATION (smtp, long_line_in_data, "Line of mail data that is too long", ERROR, 5321,
                "4.5.3.1.6");
WIRE_DEVIATION (smtp, false_end_of_data, "What some servers take for the end of the data", ERROR,
                5321, "4.1.1.4");
WIRE_DEVIATION (smtp, odd_end_of_data, "End of data that is not CRLF.CRLF", ERROR, 5321,
                "4.1.1.4");
