/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * mime_downgrade:
 * @message: with 8-bit or binary content, maybe
 * @out_problem: (optional) (transfer full): why it can't be done, for people
 *
 * Makes a message one that any mail host takes (RFC 6152 section 3, RFC 3030 section 3): octets
 * below 0x80, no NUL, lines of at most 998. A leaf part whose body is more than that gets
 * quoted-printable or base64, whichever is shorter; parts that only say so, and the multiparts and
 * messages around them, say 7bit. What each part decodes to stays the same octet for octet, as
 * does all else in the message.
 *
 * Not done, since something would be lost or be no valid MIME (the result is NULL):
 * - headers, and text around the parts of a multipart, that are not ASCII;
 * - parts inside of multipart/signed, whose signature is on the octets as they are (RFC 1847
 *   section 2.1); signatures that are not told by MIME, DKIM's, are not looked for;
 * - parts that may not be encoded (RFC 2045 section 6.4): multiparts that can't be read, messages
 *   of other kinds than message/rfc822 and message/global; and parts in an unknown encoding;
 * - messages so broken that their parts would not be told apart as before.
 *
 * A body without MIME fields gets them, but no charset: that is not known.
 *
 * Returns: (transfer full) (nullable): the message; @message itself when nothing has to change
 */
GBytes *mime_downgrade (GBytes *message, char **out_problem);

G_END_DECLS
