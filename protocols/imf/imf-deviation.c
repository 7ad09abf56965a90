/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "imf-deviation.h"

WIRE_DEVIATION (imf, bare_lf, "Line ends in LF alone", WARNING, 5322, "2.3");
WIRE_DEVIATION (imf, bare_cr, "CR that ends no line", OBSOLETE, 5322, "4.1");
WIRE_DEVIATION (imf, line_over_998, "Line longer than 998 characters", ERROR, 5322, "2.1.1");
WIRE_DEVIATION (imf, line_over_78, "Line longer than 78 characters", HINT, 5322, "2.1.1");
WIRE_DEVIATION (imf, nul_octet, "NUL octet", OBSOLETE, 5322, "4.1");
WIRE_DEVIATION (imf, control_character, "Control character", OBSOLETE, 5322, "4.1");
WIRE_DEVIATION (imf, utf8_header, "UTF-8 in a header field", HINT, 6532, "3.2");
WIRE_DEVIATION (imf, invalid_utf8, "Octets that are neither ASCII nor UTF-8", ERROR, 6532, "3.1");
WIRE_DEVIATION (imf, not_a_field, "Line of the header that is no field", ERROR, 5322, "2.2");
WIRE_DEVIATION (imf, mbox_line, "Separator line of a mailbox file", WARNING, 5322, "2.1");
WIRE_DEVIATION (imf, space_before_colon, "White space before the colon", OBSOLETE, 5322, "4.5");
WIRE_DEVIATION (imf, blank_folded_line, "Folded line of white space alone", OBSOLETE, 5322, "4.2");
WIRE_DEVIATION (imf, header_limit, "Header larger than is read", ERROR, 5322, "2.1");
WIRE_DEVIATION (imf, missing_last_line_end, "Last line of the header without its end", WARNING,
                5322, "2.2");
WIRE_DEVIATION (imf, no_header, "Message without a header", ERROR, 5322, "3.6");
WIRE_DEVIATION (imf, missing_date, "No Date field", ERROR, 5322, "3.6");
WIRE_DEVIATION (imf, missing_from, "No From field", ERROR, 5322, "3.6");
WIRE_DEVIATION (imf, missing_message_id, "No Message-ID field", HINT, 5322, "3.6.4");
WIRE_DEVIATION (imf, duplicate_field, "Field that may occur only once", ERROR, 5322, "3.6");
WIRE_DEVIATION (imf, missing_sender, "Several authors but no Sender", ERROR, 5322, "3.6.2");
WIRE_DEVIATION (imf, needless_sender, "Sender is the same as From", HINT, 5322, "3.6.2");
WIRE_DEVIATION (imf, incomplete_resent_block, "Resent fields without Resent-Date or Resent-From",
                ERROR, 5322, "3.6.6");
WIRE_DEVIATION (imf, trace_below_others, "Trace field below other fields", HINT, 5322, "3.6");
WIRE_DEVIATION (imf, unreadable_value, "Value that does not match its grammar", ERROR, 5322, "2.2");
WIRE_DEVIATION (imf, empty_value, "Field without a value", WARNING, 5322, "2.2");
WIRE_DEVIATION (imf, unquoted_special, "Special character without quotes in a name", WARNING, 5322,
                "3.2.3");
WIRE_DEVIATION (imf, dot_in_phrase, "Dot without quotes in a name", OBSOLETE, 5322, "4.1");
WIRE_DEVIATION (imf, source_route, "Source route", OBSOLETE, 5322, "4.4");
WIRE_DEVIATION (imf, empty_list_member, "Empty place in a list", OBSOLETE, 5322, "4.4");
WIRE_DEVIATION (imf, missing_domain, "Address without a domain", WARNING, 5322, "3.4.1");
WIRE_DEVIATION (imf, misplaced_dot, "Dots in an address without anything between", WARNING, 5322,
                "3.4.1");
WIRE_DEVIATION (imf, quoted_part_in_local_part, "Quoted string as one word of a local part",
                OBSOLETE, 5322, "4.4");
WIRE_DEVIATION (imf, space_around_dot, "White space or comment around a dot", OBSOLETE, 5322,
                "4.4");
WIRE_DEVIATION (imf, space_around_at, "White space or comment around the at-sign", HINT, 5322,
                "3.4.1");
WIRE_DEVIATION (imf, semicolon_in_list, "Semicolon between addresses", WARNING, 5322, "3.4");
WIRE_DEVIATION (imf, missing_comma, "Addresses without a comma between", ERROR, 5322, "3.4");
WIRE_DEVIATION (imf, unclosed_group, "Group without its semicolon", WARNING, 5322, "3.4");
WIRE_DEVIATION (imf, group_of_authors, "Group where an author should be", HINT, 6854, "2.1");
WIRE_DEVIATION (imf, empty_address_list, "No address where there must be one", WARNING, 5322,
                "3.6.3");
WIRE_DEVIATION (imf, empty_angle_brackets, "Nothing between angle brackets", WARNING, 5322, "3.4");
WIRE_DEVIATION (imf, quoted_pair_in_literal, "Backslash in a domain literal", OBSOLETE, 5322,
                "4.4");
WIRE_DEVIATION (imf, two_digit_year, "Year of two or three digits", OBSOLETE, 5322, "4.3");
WIRE_DEVIATION (imf, obsolete_zone, "Time zone by name", OBSOLETE, 5322, "4.3");
WIRE_DEVIATION (imf, military_zone, "Time zone of one letter", OBSOLETE, 5322, "4.3");
WIRE_DEVIATION (imf, unknown_zone, "Time zone by a name that is not known", WARNING, 5322, "4.3");
WIRE_DEVIATION (imf, missing_zone, "Date without a time zone", WARNING, 5322, "3.3");
WIRE_DEVIATION (imf, comment_in_date, "White space or comment inside a date where none should be",
                OBSOLETE, 5322, "4.3");
WIRE_DEVIATION (imf, joined_date, "Parts of a date without white space between", OBSOLETE, 5322,
                "4.3");
WIRE_DEVIATION (imf, joined_zone, "Time zone without white space before it", WARNING, 5322, "3.3");
WIRE_DEVIATION (imf, long_name_in_date, "Day or month of a date by its long name", WARNING, 5322,
                "3.3");
WIRE_DEVIATION (imf, missing_comma_in_date, "Day of the week without the comma after it", WARNING,
                5322, "3.3");
WIRE_DEVIATION (imf, hyphen_in_date, "Hyphen between the parts of a date", WARNING, 5322, "3.3");
WIRE_DEVIATION (imf, one_digit_time, "Hour, minute or second of one digit", WARNING, 5322, "3.3");
WIRE_DEVIATION (imf, wrong_day_name, "Day of the week that is not the date's", WARNING, 5322,
                "3.3");
WIRE_DEVIATION (imf, unreadable_date, "Date that can't be read", ERROR, 5322, "3.3");
WIRE_DEVIATION (imf, id_without_brackets, "Identifier without angle brackets", WARNING, 5322,
                "3.6.4");
WIRE_DEVIATION (imf, odd_id, "Identifier that is not two sides around an at-sign", WARNING, 5322,
                "3.6.4");
WIRE_DEVIATION (imf, space_in_id, "White space or comment in an identifier", OBSOLETE, 5322,
                "4.5.4");
WIRE_DEVIATION (imf, quoted_string_in_id, "Quoted string in an identifier", OBSOLETE, 5322,
                "4.5.4");
WIRE_DEVIATION (imf, phrase_among_ids, "Words among identifiers", OBSOLETE, 5322, "4.5.4");
WIRE_DEVIATION (imf, comma_among_ids, "Comma between identifiers", WARNING, 5322, "3.6.4");
WIRE_DEVIATION (imf, received_without_date, "Received without its date", OBSOLETE, 5322, "4.5.7");
WIRE_DEVIATION (imf, odd_received_token, "Token of Received that is none", WARNING, 5322, "3.6.7");
WIRE_DEVIATION (imf, path_without_brackets, "Path without angle brackets", WARNING, 5321, "4.1.2");
WIRE_DEVIATION (imf, bad_tag_list, "Tag list that does not match its grammar", WARNING, 6376,
                "3.2");
WIRE_DEVIATION (imf, duplicate_tag, "Tag that is there twice", ERROR, 6376, "3.2");
WIRE_DEVIATION (imf, list_address_without_brackets, "URI of a list field without angle brackets",
                WARNING, 2369, "2");
WIRE_DEVIATION (imf, needless_semicolon, "Semicolon with nothing after it", WARNING, 8601, "2.2");
WIRE_DEVIATION (imf, unknown_keyword, "Keyword that is not defined", WARNING, 4021, "2.1");
WIRE_DEVIATION (imf, unknown_action, "Action that is not defined", WARNING, 3464, "2.3.3");
WIRE_DEVIATION (imf, unknown_disposition_word, "Word of a receipt that is not defined", WARNING,
                8098, "3.2.6");
WIRE_DEVIATION (imf, unknown_failure_word, "Word of a failure report that is not defined", WARNING,
                6591, "4");
WIRE_DEVIATION (imf, unknown_spf_result, "Result that SPF does not have", WARNING, 7208, "2.6");
WIRE_DEVIATION (imf, odd_uri, "URI without a scheme", WARNING, 2369, "2");
WIRE_DEVIATION (imf, space_in_uri, "White space in a URI", WARNING, 2369, "2");
WIRE_DEVIATION (imf, text_among_uris, "Text between URIs", WARNING, 2369, "2");
WIRE_DEVIATION (imf, odd_list_id, "List identifier that is none", WARNING, 2919, "2");
WIRE_DEVIATION (imf, list_id_without_brackets, "List identifier without angle brackets", WARNING,
                2919, "3");
WIRE_DEVIATION (imf, missing_tag, "Tag that must be there is missing", ERROR, 6376, "3.5");
WIRE_DEVIATION (imf, odd_tag_value, "Value that its tag does not allow", ERROR, 6376, "3.5");
WIRE_DEVIATION (imf, missing_authserv_id, "No name of who authenticated", ERROR, 8601, "2.2");
WIRE_DEVIATION (imf, odd_result, "Text among results", WARNING, 8601, "2.2");
WIRE_DEVIATION (imf, odd_result_value, "Value that should be in quotes", WARNING, 8601, "2.2");
WIRE_DEVIATION (imf, odd_property, "Property without its type", WARNING, 8601, "2.2");
WIRE_DEVIATION (imf, unquoted_spf_value, "Value that should be in quotes", WARNING, 7208, "9.1");
WIRE_DEVIATION (imf, date_of_ctime, "Date in the order of C's ctime()", WARNING, 5322, "3.3");
WIRE_DEVIATION (imf, missing_value_type, "No type before the value", WARNING, 3464, "2.1.2");
WIRE_DEVIATION (imf, text_after_status, "Text after a status code", WARNING, 3464, "2.3.4");
WIRE_DEVIATION (imf, encoded_word_over_75, "Encoded-word longer than 75 characters", WARNING, 2047,
                "2");
WIRE_DEVIATION (imf, encoded_word_in_quotes, "Encoded-word inside a quoted string", WARNING, 2047,
                "5");
WIRE_DEVIATION (imf, encoded_word_joined, "Encoded-word without white space beside it", WARNING,
                2047, "5");
WIRE_DEVIATION (imf, encoded_word_special, "Character that an encoded-word in a name can't have",
                WARNING, 2047, "5");
WIRE_DEVIATION (imf, encoded_word_bad_text, "Encoded text that its encoding does not allow", ERROR,
                2047, "4");
