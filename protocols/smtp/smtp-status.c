/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "smtp-status.h"

#include <string.h>

/* RFC 3463 section 2. */
static const char *const subjects[] = {
  "Other or undefined status",      "Address",
  "Mailbox",                        "Mail system at the destination",
  "Network and routing",            "Protocol of mail delivery",
  "Content of the message",         "Security or policy",
};

/* RFC 3463 section 3, and what the registry of RFC 5248 has been given since: 5.6 (RFC 4954 section
 * 6), 6.6 (RFC 4468 section 5), 6.7 to 6.10 (RFC 6531 section 4.2), 7.8, 7.9, 7.11 and 7.12 (RFC
 * 4954), 7.10, 7.13 and 7.14 (RFC 5248 section 2.4), 1.10 and 7.27 (RFC 7505 section 6), 7.30 (RFC
 * 8689 section 7). In numeric order. */
static const struct
{
  guint8      subject, detail;
  const char *meaning;
} details[] = {
  { 0, 0, "Nothing more is known than the class" },
  { 1, 0, "Something is amiss with the address" },
  { 1, 1, "There is no such mailbox" },
  { 1, 2, "There is no such domain, or it takes no mail" },
  { 1, 3, "The recipient's address is not written as one" },
  { 1, 4, "The address fits more than one recipient" },
  { 1, 5, "The recipient's address is valid" },
  { 1, 6, "The mailbox has moved, and nobody says where" },
  { 1, 7, "The sender's address is not written as one" },
  { 1, 8, "The sender's domain does not exist, or takes no mail" },
  { 1, 10, "The recipient's domain says that it takes no mail (null MX)" },
  { 2, 0, "Something is amiss with the mailbox" },
  { 2, 1, "The mailbox is switched off and takes no messages" },
  { 2, 2, "The mailbox is full" },
  { 2, 3, "The message is larger than this mailbox takes" },
  { 2, 4, "The members of the mailing list can't be found out" },
  { 3, 0, "Something is amiss with the destination's mail system" },
  { 3, 1, "The mail system has no room left" },
  { 3, 2, "The host takes no messages" },
  { 3, 3, "The system lacks a feature that the message needs" },
  { 3, 4, "The message is larger than the system takes" },
  { 3, 5, "The system is set up wrongly" },
  { 4, 0, "Something is amiss with the network" },
  { 4, 1, "The host does not answer" },
  { 4, 2, "The connection broke or was too slow" },
  { 4, 3, "A directory such as the DNS could not be asked" },
  { 4, 4, "No way to the destination is known" },
  { 4, 5, "The mail system is congested" },
  { 4, 6, "The message goes round in a loop" },
  { 4, 7, "The message could not be delivered in time" },
  { 5, 0, "Something went wrong in the protocol" },
  { 5, 1, "The command is out of order or not supported" },
  { 5, 2, "The command can't be understood" },
  { 5, 3, "There are too many recipients" },
  { 5, 4, "The command's arguments are wrong or not supported" },
  { 5, 5, "The two sides speak different versions of the protocol" },
  { 5, 6, "A line of the authentication is too long" },
  { 6, 0, "Something is amiss with the content" },
  { 6, 1, "The kind of content is not supported" },
  { 6, 2, "The content would have to be converted, which is forbidden" },
  { 6, 3, "The content would have to be converted, which can't be done here" },
  { 6, 4, "The content was converted, and something was lost" },
  { 6, 5, "Converting the content failed" },
  { 6, 6, "The content could not be fetched" },
  { 6, 7, "An address beyond ASCII is not allowed here" },
  { 6, 8, "The reply would need UTF-8, which the client did not allow" },
  { 6, 9, "A message with UTF-8 in its header can't be handed on to a recipient" },
  { 6, 10, "The reply would need UTF-8, which the client did not allow" },
  { 7, 0, "Security forbids it, or forbids to say more" },
  { 7, 1, "The sender may not send to this recipient" },
  { 7, 2, "The sender may not write to this mailing list" },
  { 7, 3, "One kind of protection would have to become another, which can't be done" },
  { 7, 4, "A kind of protection that the message has is not supported" },
  { 7, 5, "Deciphering or verifying failed for want of a key or the like" },
  { 7, 6, "The cryptographic algorithm is not supported" },
  { 7, 7, "The message was altered on the way" },
  { 7, 8, "The name or password is wrong" },
  { 7, 9, "The mechanism of authentication is too weak" },
  { 7, 10, "The connection has to be encrypted first" },
  { 7, 11, "The mechanism of authentication needs an encrypted connection" },
  { 7, 12, "The password has to be set anew for this mechanism" },
  { 7, 13, "The user's account is disabled" },
  { 7, 14, "The server that holds the content would have to trust this one" },
  { 7, 27, "The sender's domain says that it takes no mail (null MX)" },
  { 7, 30, "No server on the way supports REQUIRETLS" },
};

/* What fits a code where nothing more is known, by the command that it answers; the first that
 * matches counts. The associations of RFC 5248 section 2.4 are kept to where there is one. */
static const struct
{
  guint       code;
  guint       verbs; /* as bits; 0: any */
  const char *status;
} defaults[] = {
  { 250, 1u << SMTP_VERB_MAIL, "2.1.0" },
  { 250, 1u << SMTP_VERB_RCPT | 1u << SMTP_VERB_VRFY | 1u << SMTP_VERB_EXPN, "2.1.5" },
  { 250, 1u << SMTP_VERB_DATA | 1u << SMTP_VERB_BDAT, "2.6.0" },
  { 251, 0, "2.1.5" },
  { 252, 0, "2.5.0" },
  { 235, 0, "2.7.0" },
  { 421, 0, "4.3.2" },
  { 432, 0, "4.7.12" },
  { 450, 1u << SMTP_VERB_RCPT, "4.2.0" },
  { 450, 0, "4.7.0" },
  { 451, 0, "4.3.0" },
  { 452, 1u << SMTP_VERB_RCPT, "4.2.2" },
  { 452, 0, "4.3.1" },
  { 454, 0, "4.7.0" },
  { 455, 0, "4.5.4" },
  { 500, 0, "5.5.2" },
  { 501, 0, "5.5.4" },
  { 502, 0, "5.5.1" },
  { 503, 0, "5.5.1" },
  { 504, 0, "5.5.4" },
  { 521, 0, "5.3.2" },
  { 523, 0, "5.7.10" },
  { 524, 0, "5.7.11" },
  { 525, 0, "5.7.13" },
  { 530, 0, "5.7.0" },
  { 534, 0, "5.7.9" },
  { 535, 0, "5.7.8" },
  { 538, 0, "5.7.11" },
  { 550, 1u << SMTP_VERB_RCPT | 1u << SMTP_VERB_VRFY | 1u << SMTP_VERB_EXPN, "5.1.1" },
  { 550, 1u << SMTP_VERB_MAIL, "5.1.0" },
  { 550, 1u << SMTP_VERB_DATA | 1u << SMTP_VERB_BDAT, "5.6.0" },
  { 550, 0, "5.7.1" },
  { 551, 0, "5.1.6" },
  { 552, 1u << SMTP_VERB_RCPT, "5.2.2" },
  { 552, 0, "5.3.4" },
  { 553, 1u << SMTP_VERB_MAIL, "5.1.7" },
  { 553, 0, "5.1.3" },
  { 554, 1u << SMTP_VERB_UNKNOWN, "5.3.2" },
  { 554, 0, "5.0.0" },
  { 555, 0, "5.5.4" },
  { 556, 0, "5.1.10" },
};

#define HELLOS (1u << SMTP_VERB_EHLO | 1u << SMTP_VERB_HELO | 1u << SMTP_VERB_LHLO)

/* subject and detail: 1*3digit, "without leading zero digits" (RFC 3463 section 2). */
static gboolean
read_number (const char *text, gsize length, gsize *pos, guint *out_number)
{
  gsize start = *pos;
  guint number = 0;

  while (*pos < length && *pos - start < 3 && g_ascii_isdigit (text[*pos]))
    number = number * 10 + (guint) (text[(*pos)++] - '0');
  *out_number = number;
  return *pos > start && (*pos - start == 1 || text[start] != '0');
}

gsize
smtp_status_parse (const char *text, gsize length, SmtpStatus *out_status)
{
  SmtpStatus status = { 0 };
  gsize      pos = 2;

  if (length < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.' ||
      !read_number (text, length, &pos, &status.subject) || pos == length || text[pos] != '.')
    return 0;
  pos++;
  if (!read_number (text, length, &pos, &status.detail) ||
      (pos < length && g_ascii_isdigit (text[pos])))
    return 0;
  status.class = (guint) (text[0] - '0');
  *out_status = status;
  return pos;
}

gboolean
smtp_status_is_valid (const char *text)
{
  SmtpStatus status;
  gsize      length = strlen (text);

  return length > 0 && smtp_status_parse (text, length, &status) == length;
}

const char *
smtp_status_get_class_meaning (guint class)
{
  switch (class)
    {
    case 2:
      return "Success";
    case 4:
      return "Not now: trying again later may help";
    case 5:
      return "No: trying again as it is does not help";
    default:
      return NULL;
    }
}

const char *
smtp_status_get_subject_meaning (guint subject)
{
  return subject < G_N_ELEMENTS (subjects) ? subjects[subject] : NULL;
}

const char *
smtp_status_get_meaning (const SmtpStatus *status)
{
  for (guint i = 0; i < G_N_ELEMENTS (details); i++)
    if (details[i].subject == status->subject && details[i].detail == status->detail)
      return details[i].meaning;
  return NULL;
}

const char *
smtp_status_for_code (guint code, SmtpVerb verb)
{
  guint class = code / 100;

  if ((class != 2 && class != 4 && class != 5) ||
      (class == 2 && (HELLOS & 1u << verb) != 0) ||
      (code == 220 && verb == SMTP_VERB_UNKNOWN))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++)
    if (defaults[i].code == code &&
        (defaults[i].verbs == 0 || (defaults[i].verbs & 1u << verb) != 0))
      return defaults[i].status;
  return class == 2 ? "2.0.0" : class == 4 ? "4.0.0" : "5.0.0";
}
