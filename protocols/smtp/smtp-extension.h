/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What a server offers in its reply to EHLO (RFC 5321 section 2.2), as bits for sets. */
typedef enum
{
  SMTP_EXTENSION_SIZE = 1 << 0,                /* RFC 1870 */
  SMTP_EXTENSION_8BITMIME = 1 << 1,            /* RFC 6152 */
  SMTP_EXTENSION_PIPELINING = 1 << 2,          /* RFC 2920 */
  SMTP_EXTENSION_CHUNKING = 1 << 3,            /* RFC 3030 */
  SMTP_EXTENSION_BINARYMIME = 1 << 4,          /* RFC 3030 */
  SMTP_EXTENSION_DSN = 1 << 5,                 /* RFC 3461 */
  SMTP_EXTENSION_ENHANCEDSTATUSCODES = 1 << 6, /* RFC 2034 */
  SMTP_EXTENSION_SMTPUTF8 = 1 << 7,            /* RFC 6531 */
  SMTP_EXTENSION_STARTTLS = 1 << 8,            /* RFC 3207 */
  SMTP_EXTENSION_REQUIRETLS = 1 << 9,          /* RFC 8689 */
  SMTP_EXTENSION_AUTH = 1 << 10,               /* RFC 4954 */
  SMTP_EXTENSION_VRFY = 1 << 11,               /* RFC 5321 section 3.5 */
  SMTP_EXTENSION_EXPN = 1 << 12,
  SMTP_EXTENSION_HELP = 1 << 13,
} SmtpExtension;

#define SMTP_N_EXTENSIONS 14
#define SMTP_EXTENSIONS_ALL ((1u << SMTP_N_EXTENSIONS) - 1)

/** Returns: "8BITMIME" ... of one extension */
const char *smtp_extension_get_keyword (SmtpExtension extension);
/** Returns: the extension of that keyword, in any case; 0 for none */
SmtpExtension smtp_extension_find (const char *keyword);

G_END_DECLS
