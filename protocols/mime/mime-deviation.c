/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mime-deviation.h"

WIRE_DEVIATION (mime, missing_mime_version, "MIME fields without MIME-Version", WARNING, 2045, "4");
WIRE_DEVIATION (mime, other_mime_version, "MIME-Version that is not 1.0", WARNING, 2045, "4");
WIRE_DEVIATION (mime, unreadable_content_type, "Content-Type that can't be read", ERROR,
                2045, "5.1");
WIRE_DEVIATION (mime, missing_subtype, "Content type without a subtype", WARNING, 2045, "5.1");
WIRE_DEVIATION (mime, unquoted_parameter, "Parameter value that needs quotes", WARNING,
                2045, "5.1");
WIRE_DEVIATION (mime, duplicate_parameter, "Parameter that is there twice", WARNING, 2045, "5.1");
WIRE_DEVIATION (mime, empty_parameter, "Parameter without a name or value", WARNING, 2045, "5.1");
WIRE_DEVIATION (mime, missing_semicolon, "Parameter without a semicolon before it", WARNING,
                2045, "5.1");
WIRE_DEVIATION (mime, trailing_semicolon, "Semicolon with nothing after it", WARNING, 2045, "5.1");
WIRE_DEVIATION (mime, unreadable_parameter, "Parameter that can't be read", ERROR, 2045, "5.1");
WIRE_DEVIATION (mime, unclosed_quote, "Quoted value without its closing quote", ERROR, 2045, "5.1");
WIRE_DEVIATION (mime, broken_continuation, "Continued parameter with a piece missing", ERROR,
                2231, "3");
WIRE_DEVIATION (mime, bad_percent_encoding, "Percent-encoding that can't be undone", ERROR,
                2231, "4");
WIRE_DEVIATION (mime, quoted_extended_value, "Percent-encoded value in quotes", WARNING, 2231, "7");
WIRE_DEVIATION (mime, encoded_word_in_parameter, "Encoded-word in a parameter", WARNING, 2047, "5");
WIRE_DEVIATION (mime, missing_boundary, "Multipart without a boundary", ERROR, 2046, "5.1.1");
WIRE_DEVIATION (mime, bad_boundary, "Boundary too long, ending in a space or with an odd character",
                WARNING, 2046, "5.1.1");
WIRE_DEVIATION (mime, unseen_boundary, "Boundary that never comes", ERROR, 2046, "5.1.1");
WIRE_DEVIATION (mime, unclosed_boundary, "Multipart without its closing boundary", ERROR,
                2046, "5.1.1");
WIRE_DEVIATION (mime, boundary_with_tail, "Boundary line with more after the boundary", WARNING,
                2046, "5.1.1");
WIRE_DEVIATION (mime, encoded_composite, "Transfer encoding on a multipart or message", ERROR,
                2045, "6.4");
WIRE_DEVIATION (mime, understated_composite, "Part that the encoding around it does not allow",
                WARNING, 2045, "6.4");
WIRE_DEVIATION (mime, unknown_encoding, "Transfer encoding that is not known", ERROR, 2045, "6.4");
WIRE_DEVIATION (mime, uuencode, "Transfer encoding uuencode", WARNING, 2045, "6.3");
WIRE_DEVIATION (mime, eight_bit_undeclared, "Octets above 127 in a 7bit body", WARNING,
                2045, "2.7");
WIRE_DEVIATION (mime, nul_in_text, "NUL octet in a body that is not binary", ERROR, 2045, "2.8");
WIRE_DEVIATION (mime, bare_line_end_in_body, "CR or LF alone in a body", WARNING, 2045, "2.8");
WIRE_DEVIATION (mime, body_line_over_998, "Line of a body longer than 998 octets", ERROR,
                2045, "2.7");
WIRE_DEVIATION (mime, qp_bad_escape, "Equals sign not followed by two hexadecimal digits", ERROR,
                2045, "6.7");
WIRE_DEVIATION (mime, qp_lower_case, "Lower-case hexadecimal digit", WARNING, 2045, "6.7");
WIRE_DEVIATION (mime, qp_long_line, "Quoted-printable line longer than 76 characters", WARNING,
                2045, "6.7");
WIRE_DEVIATION (mime, qp_trailing_space, "White space at the end of a quoted-printable line",
                WARNING, 2045, "6.7");
WIRE_DEVIATION (mime, qp_raw_octet, "Octet in quoted-printable that must be encoded", WARNING,
                2045, "6.7");
WIRE_DEVIATION (mime, base64_bad_character, "Character outside of the base64 alphabet", WARNING,
                2045, "6.8");
WIRE_DEVIATION (mime, base64_long_line, "Base64 line longer than 76 characters", WARNING,
                2045, "6.8");
WIRE_DEVIATION (mime, base64_bad_padding, "Base64 without its right padding", WARNING, 2045, "6.8");
WIRE_DEVIATION (mime, base64_after_padding, "Base64 that goes on after its padding", ERROR,
                2045, "6.8");
WIRE_DEVIATION (mime, uuencode_bad_line, "Uuencoded line whose length does not fit", ERROR,
                1154, "4.7");
WIRE_DEVIATION (mime, unknown_charset, "Charset that is not known", ERROR, 2046, "4.1.2");
WIRE_DEVIATION (mime, wrong_charset, "Octets that are not of the charset named", ERROR,
                2046, "4.1.2");
WIRE_DEVIATION (mime, missing_charset, "Text beyond ASCII without a charset", WARNING,
                2046, "4.1.2");
WIRE_DEVIATION (mime, encoded_word_unknown_charset, "Encoded-word in a charset that is not known",
                ERROR, 2047, "3");
WIRE_DEVIATION (mime, encoded_word_split_character, "Character cut between two encoded-words",
                WARNING, 2047, "5");
WIRE_DEVIATION (mime, encoded_word_wrong_charset, "Encoded-word that is not of its charset", ERROR,
                2047, "3");
WIRE_DEVIATION (mime, filename_path, "File name with a path", WARNING, 2183, "2.3");
WIRE_DEVIATION (mime, unknown_disposition, "Disposition that is not known", HINT, 2183, "2.8");
WIRE_DEVIATION (mime, depth_limit, "Parts nested deeper than are told apart", ERROR, 2046, "5.1");
WIRE_DEVIATION (mime, parts_limit, "More parts than are told apart", ERROR, 2046, "5.1");
WIRE_DEVIATION (mime, incomplete_report, "Report without the parts it must have", WARNING,
                6522, "3");
WIRE_DEVIATION (mime, incomplete_signed, "Signed or encrypted message without its two parts", ERROR,
                1847, "2.1");
WIRE_DEVIATION (mime, flowed_line_over_78, "Flowed line longer than 78 characters", HINT,
                3676, "4.2");
