/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-network.h"
#include <dns/dns-message.h>

G_BEGIN_DECLS

/**
 * SimDnsInquiry:
 *
 * One question to several name servers, until one gives an answer that is of use: the next is
 * asked when one fails, does not know the zone, or does not answer in time; those that do not
 * answer are asked again, with twice the time, in the next round (RFC 1123 section 6.1.3.3).
 * Each turn of that kind is a note in the trace.
 */
typedef struct _SimDnsInquiry SimDnsInquiry;

/** More servers than these are not asked: ours. */
#define SIM_DNS_INQUIRY_SERVERS_MAX 8

/** What an answer is worth. */
typedef enum
{
  SIM_DNS_USEFUL,
  SIM_DNS_FAILURE, /* the server can't say */
  SIM_DNS_LAME,    /* the server is not in charge of the zone */
} SimDnsWorth;

typedef struct
{
  const char *name; /* borrowed for the life of the inquiry */
  guint16     type;
  gboolean    recurse;  /* whether servers are asked to ask others */
  gint64      wait_us;  /* for an answer, in the first round */
  guint       n_rounds;
} SimDnsInquiryPlan;

typedef struct
{
  SimDnsWorth (*judge) (const DnsMessage *answer, gpointer user_data);
  /* Over: @answer is a useful one, borrowed for the call; or NULL, and @is_timeout says whether
   * all that went wrong is that no server answered. The inquiry is to be freed. Comes from the
   * world's run, never from within a call on the inquiry. */
  void (*done) (const DnsMessage *answer, gboolean is_timeout, gpointer user_data);
} SimDnsInquiryFuncs;

/** Starts asking. @servers: array of guint32, addresses, the first one first; copied */
SimDnsInquiry *sim_dns_inquiry_new (SimHost *host, const SimDnsInquiryPlan *plan,
                                    const GArray *servers, const SimDnsInquiryFuncs *funcs,
                                    gpointer user_data);
void           sim_dns_inquiry_free (SimDnsInquiry *self);

G_END_DECLS
