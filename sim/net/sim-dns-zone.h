/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <core/sim-scenario.h>
#include <dns/dns-message.h>

G_BEGIN_DECLS

/**
 * SimDnsZone:
 *
 * The records of one zone of the scenario, as its name server looks into them (RFC 1034 section
 * 4.3.2 step 3): delegations, wildcards (section 4.3.3), aliases. SOA and NS of the zone itself
 * are made up when the scenario has none.
 */
typedef struct _SimDnsZone SimDnsZone;

/** What a zone knows of a name and a type. */
typedef enum
{
  SIM_DNS_ZONE_RECORDS,   /* added to the answers */
  SIM_DNS_ZONE_ALIAS,     /* a CNAME was added to the answers: look for its target */
  SIM_DNS_ZONE_DELEGATED, /* NS records were added to the authorities: ask these servers */
  SIM_DNS_ZONE_NODATA,    /* the name has no such records; nothing was added */
  SIM_DNS_ZONE_NXDOMAIN,  /* there is no such name; nothing was added */
} SimDnsZoneResult;

/** @scenario is borrowed. @server: the name that a made-up SOA and NS tell. */
SimDnsZone *sim_dns_zone_new (const SimScenarioZone *scenario, const char *server);
void        sim_dns_zone_free (SimDnsZone *self);

const SimScenarioZone *sim_dns_zone_get_scenario (const SimDnsZone *self);

/** @name: in the zone. Records are added with the name as it was asked for. */
SimDnsZoneResult sim_dns_zone_look_up (const SimDnsZone *self, const char *name, guint16 type,
                                       DnsMessage *answer);

/** Adds the SOA, to say how long "there is none" may be remembered (RFC 2308 section 3). */
void sim_dns_zone_add_soa (const SimDnsZone *self, GArray *section);

/** Adds the zone's A and AAAA records of @name. */
void sim_dns_zone_add_addresses (const SimDnsZone *self, const char *name, GArray *section);

G_END_DECLS
