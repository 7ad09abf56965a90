/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-route.h"

static void
clear_host (gpointer data)
{
  g_free (((MailRouteHost *) data)->exchange);
}

static void
add_host (MailRoute *route, const char *exchange, guint16 preference)
{
  MailRouteHost host = { g_strdup (exchange), preference };

  g_array_append_val (route->hosts, host);
}

static gint
compare_preference (gconstpointer a, gconstpointer b)
{
  return ((const MailRouteHost *) a)->preference - ((const MailRouteHost *) b)->preference;
}

/* Puts hosts of equal preference in an order that chance decides (RFC 5321 section
 * 5.1: "randomized"), then sorts by preference; g_array_sort() keeps equals in place. */
static void
order_hosts (MailRoute *route, SimRandom *random)
{
  MailRouteHost *hosts = (MailRouteHost *) route->hosts->data;

  for (guint i = route->hosts->len; i > 1; i--)
    {
      guint         j = (guint) sim_random_range (random, i);
      MailRouteHost swapped = hosts[i - 1];

      hosts[i - 1] = hosts[j];
      hosts[j] = swapped;
    }
  g_array_sort (route->hosts, compare_preference);
}

/* Leaves out this host and all that are not better. Returns: whether it was among them. */
static gboolean
drop_self (MailRoute *route, const char *self_name)
{
  for (guint i = 0; i < route->hosts->len; i++)
    if (dns_name_equals (mail_route_get (route, i)->exchange, self_name))
      {
        guint16 preference = mail_route_get (route, i)->preference;
        guint   first = 0;

        while (mail_route_get (route, first)->preference < preference)
          first++;
        g_array_set_size (route->hosts, first);
        return TRUE;
      }
  return FALSE;
}

static void
init_hosts (MailRoute *route)
{
  route->hosts = g_array_new (FALSE, FALSE, sizeof (MailRouteHost));
  g_array_set_clear_func (route->hosts, clear_host);
}

/* A null MX among others means nothing (RFC 7505 section 3): there is no host of that name. */
static void
drop_nameless (MailRoute *route)
{
  for (guint i = route->hosts->len; i-- > 0;)
    if (*mail_route_get (route, i)->exchange == '\0')
      g_array_remove_index (route->hosts, i);
}

void
mail_route_choose (const char        *domain,
                   const char        *self_name,
                   SimResolverStatus  status,
                   const DnsMessage  *answer,
                   SimRandom         *random,
                   MailRoute         *out_route)
{
  init_hosts (out_route);
  if (status == SIM_RESOLVER_NXDOMAIN)
    out_route->kind = MAIL_ROUTE_NO_DOMAIN;
  else if (status == SIM_RESOLVER_NODATA)
    {
      out_route->kind = MAIL_ROUTE_IMPLICIT;
      add_host (out_route, domain, 0);
    }
  else if (status != SIM_RESOLVER_ANSWER)
    out_route->kind = MAIL_ROUTE_UNKNOWN;
  else
    {
      for (guint i = 0; i < answer->answers->len; i++)
        {
          const DnsRecord *record = dns_message_get_record (answer->answers, i);

          if (record->type == DNS_TYPE_MX)
            add_host (out_route, record->target, record->preference);
        }
      out_route->kind = MAIL_ROUTE_HOSTS;
      /* RFC 7505 section 3: a single MX of the root. */
      if (out_route->hosts->len == 1 && *mail_route_get (out_route, 0)->exchange == '\0')
        {
          out_route->kind = MAIL_ROUTE_NULL_MX;
          g_array_set_size (out_route->hosts, 0);
        }
      drop_nameless (out_route);
      order_hosts (out_route, random);
    }
  if (drop_self (out_route, self_name) && out_route->hosts->len == 0)
    out_route->kind = MAIL_ROUTE_LOOP;
}

void
mail_route_set (const char *exchange, MailRoute *out_route)
{
  init_hosts (out_route);
  out_route->kind = MAIL_ROUTE_IMPLICIT;
  add_host (out_route, exchange, 0);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return g_ascii_strcasecmp (*(const char *const *) a, *(const char *const *) b);
}

char *
mail_route_dup_key (const MailRoute *route)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;

  for (guint i = 0; i < route->hosts->len; i++)
    g_ptr_array_add (names, g_strdup_printf ("%u %s", mail_route_get (route, i)->preference,
                                             mail_route_get (route, i)->exchange));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (",", (char **) names->pdata);
  return g_ascii_strdown (joined, -1);
}

void
mail_route_clear (MailRoute *route)
{
  g_clear_pointer (&route->hosts, g_array_unref);
}

char *
mail_route_describe (const MailRoute *route)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < route->hosts->len; i++)
    g_string_append_printf (text, "%s%s (preference %u)", i > 0 ? ", " : "",
                            mail_route_get (route, i)->exchange,
                            mail_route_get (route, i)->preference);
  return g_string_free (text, FALSE);
}
