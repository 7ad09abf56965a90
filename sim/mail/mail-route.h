/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <core/sim-random.h>
#include <dns/dns-message.h>
#include <net/sim-resolver.h>

G_BEGIN_DECLS

/** One host that may take the mail of a domain. */
typedef struct
{
  char   *exchange;
  guint16 preference;
} MailRouteHost;

/** What the answer to the MX question means for mail (RFC 5321 section 5.1). */
typedef enum
{
  MAIL_ROUTE_HOSTS,    /* hosts to try, in order */
  MAIL_ROUTE_IMPLICIT, /* no MX records: the domain itself, as if of preference 0 */
  MAIL_ROUTE_NULL_MX,  /* the domain says it takes no mail (RFC 7505) */
  MAIL_ROUTE_LOOP,     /* this host is the most preferred one, yet does not take the mail */
  MAIL_ROUTE_NO_DOMAIN, /* there is no such domain */
  MAIL_ROUTE_UNKNOWN,  /* DNS can't say now: try again */
} MailRouteKind;

typedef struct
{
  MailRouteKind kind;
  GArray       *hosts; /* of MailRouteHost; empty unless HOSTS or IMPLICIT */
} MailRoute;

/**
 * mail_route_choose:
 * @self_name: this host: it and all that are no better are left out (section 5.1)
 * @random: decides the order of hosts of equal preference
 * @answer: (nullable): to the question for MX of @domain
 *
 * Fills @out_route, which mail_route_clear() clears.
 */
void mail_route_choose (const char        *domain,
                        const char        *self_name,
                        SimResolverStatus  status,
                        const DnsMessage  *answer,
                        SimRandom         *random,
                        MailRoute         *out_route);

/** Fills @out_route with one host, without asking anybody. */
void mail_route_set (const char *exchange, MailRoute *out_route);

void mail_route_clear (MailRoute *route);

static inline const MailRouteHost *
mail_route_get (const MailRoute *route, guint i)
{
  return &g_array_index (route->hosts, MailRouteHost, i);
}

/** Returns: (transfer full): equal for routes that lead to the same hosts, whatever order chance
 * gave to those of the same preference. */
char *mail_route_dup_key (const MailRoute *route);

/** Returns: (transfer full): "mx1.example (preference 10), mx2.example (preference 20)". */
char *mail_route_describe (const MailRoute *route);

G_END_DECLS
