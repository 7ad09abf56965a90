/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sim-reader.h"

G_BEGIN_DECLS

/* The parts of a scenario being read, each kind of group in a file of its own. Only for
 * sim-scenario*.c. All return FALSE with @error set when something is wrong. */

gboolean sim_scenario_read_host (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
                                 GError **error);
/** Once all hosts are there: the host's Resolver. */
gboolean sim_scenario_read_resolver (SimScenario *self, SimReader *reader,
                                     const SimReaderGroup *group, GError **error);
gboolean sim_scenario_read_zone (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
                                 GError **error);
/** What [Host] says of mail; once all hosts are there, what of it names hosts. */
gboolean sim_scenario_read_host_mail (SimReader *reader, const SimReaderGroup *group,
                                      SimScenarioHost *host, GError **error);
gboolean sim_scenario_read_trusts (SimScenario *self, SimReader *reader,
                                   const SimReaderGroup *group, GError **error);
gboolean sim_scenario_read_list (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
                                 GError **error);
/** An action on mailboxes: fetch, sync, read ... */
gboolean sim_scenario_read_reading (SimScenario *self, SimReader *reader,
                                    const SimReaderGroup *group, SimScenarioAction *action,
                                    GError **error);
/** Author, recipients, subject and text. */
gboolean sim_scenario_read_letter (SimReader *reader, const SimReaderGroup *group,
                                   SimScenarioAction *action, GError **error);
/** User and password. */
gboolean sim_scenario_read_login (SimReader *reader, const SimReaderGroup *group,
                                  SimScenarioAction *action, gboolean is_required,
                                  GError **error);
/** A host that has to offer one of @services, which are called @names. */
gboolean sim_scenario_read_service (SimScenario *self, SimReader *reader,
                                    const SimReaderGroup *group, const char *key, guint services,
                                    const char *names, guint *out_host, GError **error);
/** Once all hosts are there. */
gboolean sim_scenario_read_mailbox (SimScenario *self, SimReader *reader,
                                    const SimReaderGroup *group, GError **error);
/** Reads what the host's Mailboxes say. */
gboolean sim_scenario_read_host_mailboxes (SimReader *reader, const SimReaderGroup *group,
                                           SimScenarioHost *host, GError **error);
gboolean sim_scenario_read_action (SimScenario *self, SimReader *reader,
                                   const SimReaderGroup *group, GError **error);

void sim_scenario_host_clear (gpointer data);
void sim_scenario_zone_clear (gpointer data);
void sim_scenario_list_clear (gpointer data);
void sim_scenario_mailbox_clear (gpointer data);
void sim_scenario_host_mail_init (SimScenarioHost *host);
void sim_scenario_host_mail_clear (SimScenarioHost *host);
void sim_scenario_action_clear (gpointer data);

/** Reads the name of a host that must exist. */
gboolean sim_scenario_read_host_name (SimScenario *self, SimReader *reader,
                                      const SimReaderGroup *group, const char *key,
                                      guint *out_host, GError **error);

/** Reads a list of mechanisms of AUTH, or "none". */
gboolean sim_scenario_read_mechanisms (SimReader *reader, const SimReaderGroup *group,
                                       const char *key, guint *out_set, GError **error);

/** Reads a list of addresses. */
gboolean sim_scenario_read_addresses (SimReader *reader, const SimReaderGroup *group,
                                      const char *key, char ***out_list, GError **error);

/** Returns: whether @text is enough of an address for a scenario to be clear about it. */
gboolean sim_scenario_is_address (const char *text);

/** Reads a list of FROM-TO in seconds, ascending and apart, into an array of SimScenarioSpan. */
gboolean sim_scenario_read_spans (SimReader *reader, const SimReaderGroup *group, const char *key,
                                  GArray *spans, GError **error);

/**
 * Returns: whether @text can be a name in DNS: labels of 1 to 63 letters, digits, hyphens or
 * underscores, 253 characters in all (RFC 1035 section 2.3.4)
 */
gboolean sim_scenario_is_name (const char *text);

/** Returns: whether @text is an IPv4 address in text form. */
gboolean sim_scenario_is_ipv4 (const char *text, guint32 *out_ipv4);

G_END_DECLS
