/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * MailGreylist:
 *
 * Which newcomers a host has sent away and told to come back: a client, a sender and a recipient
 * that are together for the first time get a temporary refusal (RFC 5321 section 4.2.1: the client
 * is to try again), which a real mail server obeys and much of what sends junk does not. Who comes
 * back late enough is known from then on. All times are microseconds on the owner's clock.
 */
typedef struct _MailGreylist MailGreylist;

/** Who was sent away and did not come back within this time is a newcomer again: the time that
 * a server goes on trying (RFC 5321 section 4.5.4.1: 4-5 days). */
#define MAIL_GREYLIST_RETRY_US (5 * 24 * 3600 * G_TIME_SPAN_SECOND)
/** Who is known stays so this long after the last visit: ours, so that a monthly letter passes. */
#define MAIL_GREYLIST_KNOWN_US (35 * 24 * 3600 * G_TIME_SPAN_SECOND)
/** Triplets kept; ours, a bound on memory. What comes when it is full is let pass. */
#define MAIL_GREYLIST_TRIPLETS_MAX 100000

typedef enum
{
  MAIL_GREYLIST_KNOWN,  /* let pass; has been before */
  MAIL_GREYLIST_PASSED, /* let pass: came back for the first time, late enough */
  MAIL_GREYLIST_WAIT,   /* a newcomer, or back too early */
} MailGreylistVerdict;

MailGreylist *mail_greylist_new (void);
void          mail_greylist_free (MailGreylist *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MailGreylist, mail_greylist_free)

/**
 * mail_greylist_check:
 * @client: its address
 * @sender: the reverse-path, "" for <>; case is ignored, as in @recipient
 * @wait_us: how long newcomers have to wait
 * @out_us: WAIT: how long it still has to; PASSED: how long it took to come back
 *
 * Remembers the visit.
 */
MailGreylistVerdict mail_greylist_check (MailGreylist *self,
                                         const char   *client,
                                         const char   *sender,
                                         const char   *recipient,
                                         gint64        wait_us,
                                         gint64        now_us,
                                         gint64       *out_us);

G_END_DECLS
