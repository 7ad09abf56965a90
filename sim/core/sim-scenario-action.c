/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim-scenario-parts.h"

#include <string.h>

#include <imf/imf-address.h>

/* Whether it is a name in some script, or just letters. */
static gboolean
is_domain (const char *text)
{
  g_autofree char *ascii = g_hostname_is_non_ascii (text) ? g_hostname_to_ascii (text) : NULL;

  return sim_scenario_is_name (ascii != NULL ? ascii : text);
}

/* "Anna Example <anna@sender.example>" */
static gboolean
is_named_address (const char *text)
{
  g_autoptr (ImfAddressList) list = NULL;
  const ImfMailbox *mailbox;

  if (strpbrk (text, "\r\n\t") != NULL)
    return FALSE;
  list = imf_address_list_parse_text (text);
  if (list == NULL || list->groups->len > 0 || imf_address_list_get_n (list) != 1)
    return FALSE;
  mailbox = imf_address_list_get (list, 0);
  return *mailbox->local_part != '\0' && is_domain (mailbox->domain);
}

/* Enough for a scenario to be clear about; whether a mail system takes the address is
 * for the mail system to say. */
static gboolean
is_address (const char *text)
{
  const char *at = strrchr (text, '@');

  return (at != NULL && at != text && is_domain (at + 1) &&
          strpbrk (text, "<> \r\n\t") == NULL) ||
         is_named_address (text);
}

static gboolean
check_address (SimReader *reader, const SimReaderGroup *group, const char *key, const char *text,
               GError **error)
{
  if (is_address (text))
    return TRUE;
  return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                          "%s has \"%s\", it should be an address like anna@sender.example", key,
                          text);
}

static gboolean
read_addresses (SimReader *reader, const SimReaderGroup *group, const char *key, char ***out_list,
                GError **error)
{
  if (!sim_reader_get_list (reader, group, key, out_list, error))
    return FALSE;
  for (guint i = 0; (*out_list)[i] != NULL; i++)
    if (!check_address (reader, group, key, (*out_list)[i], error))
      return FALSE;
  return TRUE;
}

/* Reads a host that has to offer one of @services. */
static gboolean
read_service (SimScenario *self, SimReader *reader, const SimReaderGroup *group, const char *key,
              guint services, const char *names, guint *out_host, GError **error)
{
  if (!sim_scenario_read_host_name (self, reader, group, key, out_host, error))
    return FALSE;
  if (sim_scenario_get_host (self, *out_host)->services & services)
    return TRUE;
  return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                          "%s is \"%s\", that host should have %s among its Services", key,
                          sim_scenario_get_host (self, *out_host)->name, names);
}

static gboolean
read_send (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
           SimScenarioAction *action, GError **error)
{
  if (!sim_reader_get_text (reader, group, "From", &action->from, error) ||
      !check_address (reader, group, "From", action->from, error) ||
      !read_addresses (reader, group, "To", &action->to, error) ||
      !read_addresses (reader, group, "Cc", &action->cc, error) ||
      !sim_reader_get_text (reader, group, "Subject", &action->subject, error) ||
      !sim_reader_get_text (reader, group, "Body", &action->body, error) ||
      !sim_reader_get_text (reader, group, "Html", &action->html, error) ||
      !read_service (self, reader, group, "Via", SIM_SERVICE_SUBMISSION | SIM_SERVICE_SMTP,
                     "submission or smtp", &action->via, error))
    return FALSE;
  if (action->to[0] == NULL)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "To"), error,
                            "To is empty, it should be an address like berta@recipient.example");
  if (strpbrk (action->subject, "\r\n") != NULL)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Subject"), error,
                            "Subject has a line break, it should be one line");
  action->via_port =
      sim_scenario_get_host (self, action->via)->services & SIM_SERVICE_SUBMISSION ? 587 : 25;
  return TRUE;
}

static gboolean
read_fetch (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
            SimScenarioAction *action, GError **error)
{
  return sim_reader_get_text (reader, group, "User", &action->user, error) &&
         sim_reader_get_text (reader, group, "Password", &action->password, error) &&
         sim_reader_get_truth (reader, group, "Keep", &action->keep, error) &&
         read_service (self, reader, group, "Server", SIM_SERVICE_POP3, "pop3", &action->server,
                       error);
}

/* Keys that belong to another deed, and those that this one lacks. */
static gboolean
check_keys (SimReader *reader, const SimReaderGroup *group, const char *deed, GError **error)
{
  const SimScenarioKey *key;

  for (guint i = 0; (key = sim_scenario_get_key (i)) != NULL; i++)
    {
      if (key->only == NULL)
        continue;
      if (strcmp (key->only, deed) != 0 && sim_reader_has (group, key->key))
        return sim_reader_fail (reader->file, sim_reader_get_line (group, key->key), error,
                                "%s belongs to Do=%s, this action has Do=%s", key->key, key->only,
                                deed);
      if (strcmp (key->only, deed) == 0 && key->is_required && !sim_reader_has (group, key->key))
        return sim_reader_fail (reader->file, group->line, error,
                                "[%s] with Do=%s needs the key %s: %s", group->title, deed,
                                key->key, key->what);
    }
  return TRUE;
}

static gboolean
read_number (SimScenario *self, SimReader *reader, const SimReaderGroup *group, guint *out_number,
             GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (group->words[0], 10, 0, G_MAXUINT32, &number, NULL))
    return sim_reader_fail (reader->file, group->line, error,
                            "[%s] should be numbered, like [Action 1]", group->title);
  for (guint i = 0; i < self->actions->len; i++)
    {
      const SimScenarioAction *other = &g_array_index (self->actions, SimScenarioAction, i);

      if (other->number == number)
        return sim_reader_fail (reader->file, group->line, error,
                                "second action %u, the first is in line %u", (guint) number,
                                other->line);
    }
  *out_number = (guint) number;
  return TRUE;
}

static gboolean
fill_action (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
             SimScenarioAction *action, GError **error)
{
  g_autofree char *deed = NULL;
  double           at = 0;

  if (!read_number (self, reader, group, &action->number, error) ||
      !sim_reader_get_number (reader, group, "At", &at, error) ||
      !sim_scenario_read_host_name (self, reader, group, "Host", &action->host, error) ||
      !sim_reader_get_text (reader, group, "Do", &deed, error))
    return FALSE;
  action->at_us = (gint64) (at * G_USEC_PER_SEC + 0.5);
  if (strcmp (deed, "send") != 0 && strcmp (deed, "fetch") != 0)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Do"), error,
                            "Do is \"%s\", it should be send or fetch", deed);
  action->kind = strcmp (deed, "send") == 0 ? SIM_ACTION_SEND : SIM_ACTION_FETCH;
  return check_keys (reader, group, deed, error) &&
         (action->kind == SIM_ACTION_SEND ? read_send : read_fetch) (self, reader, group, action,
                                                                     error);
}

void
sim_scenario_action_clear (gpointer data)
{
  SimScenarioAction *action = data;

  g_free (action->from);
  g_strfreev (action->to);
  g_strfreev (action->cc);
  g_free (action->subject);
  g_free (action->body);
  g_free (action->html);
  g_free (action->user);
  g_free (action->password);
}

gboolean
sim_scenario_read_action (SimScenario          *self,
                          SimReader            *reader,
                          const SimReaderGroup *group,
                          GError              **error)
{
  SimScenarioAction action = {
    .line = group->line,
    .to = g_new0 (char *, 1),
    .cc = g_new0 (char *, 1),
    .subject = g_strdup (""),
    .body = g_strdup (""),
    .html = g_strdup (""),
    .via = SIM_SCENARIO_NONE,
    .server = SIM_SCENARIO_NONE,
  };

  if (!fill_action (self, reader, group, &action, error))
    {
      sim_scenario_action_clear (&action);
      return FALSE;
    }
  g_array_append_val (self->actions, action);
  return TRUE;
}
