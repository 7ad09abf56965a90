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
gboolean
sim_scenario_is_address (const char *text)
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
  if (sim_scenario_is_address (text))
    return TRUE;
  return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                          "%s has \"%s\", it should be an address like anna@sender.example", key,
                          text);
}

gboolean
sim_scenario_read_addresses (SimReader            *reader,
                             const SimReaderGroup *group,
                             const char           *key,
                             char               ***out_list,
                             GError              **error)
{
  if (!sim_reader_get_list (reader, group, key, out_list, error))
    return FALSE;
  for (guint i = 0; (*out_list)[i] != NULL; i++)
    if (!check_address (reader, group, key, (*out_list)[i], error))
      return FALSE;
  return TRUE;
}

/* Reads a host that has to offer one of @services. */
gboolean
sim_scenario_read_service (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
                           const char *key, guint services, const char *names, guint *out_host,
                           GError **error)
{
  if (!sim_scenario_read_host_name (self, reader, group, key, out_host, error))
    return FALSE;
  if (sim_scenario_get_host (self, *out_host)->services & services)
    return TRUE;
  return sim_reader_fail (reader->file, sim_reader_get_line (group, key), error,
                          "%s is \"%s\", that host should have %s among its Services", key,
                          sim_scenario_get_host (self, *out_host)->name, names);
}

/* The secured port only where there is no other: STARTTLS is to be seen. */
static guint
get_via_port (guint services)
{
  if (services & SIM_SERVICE_SUBMISSION)
    return 587;
  return services & SIM_SERVICE_SUBMISSIONS ? 465 : 25;
}

gboolean
sim_scenario_read_login (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
                         gboolean is_required, GError **error)
{
  if (!sim_reader_get_text (reader, group, "User", &action->user, error) ||
      !sim_reader_get_text (reader, group, "Password", &action->password, error))
    return FALSE;
  if (is_required && action->user == NULL)
    return sim_reader_fail (reader->file, group->line, error,
                            "[%s] needs the key User: whose mailbox", group->title);
  if ((is_required || action->user != NULL) && action->password == NULL)
    return sim_reader_fail (reader->file, group->line, error,
                            "[%s] needs the key Password: the user's password", group->title);
  if (action->user == NULL && action->password != NULL)
    return sim_reader_fail (reader->file, group->line, error,
                            "[%s] needs the key User: whose password it is", group->title);
  return TRUE;
}

static gboolean
read_notify (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
             GError **error)
{
  static const struct
  {
    const char *name;
    guint       bit;
  } reports[] = {
    { "never", SMTP_NOTIFY_NEVER },
    { "success", SMTP_NOTIFY_SUCCESS },
    { "failure", SMTP_NOTIFY_FAILURE },
    { "delay", SMTP_NOTIFY_DELAY },
  };
  g_auto (GStrv) names = NULL;
  guint line = sim_reader_get_line (group, "Notify");

  if (!sim_reader_get_list (reader, group, "Notify", &names, error))
    return FALSE;
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      guint bit = 0;

      for (guint j = 0; j < G_N_ELEMENTS (reports); j++)
        if (strcmp (reports[j].name, names[i]) == 0)
          bit = reports[j].bit;
      if (bit == 0)
        return sim_reader_fail (reader->file, line, error,
                                "Notify has \"%s\", it should be a list of success, failure and "
                                "delay, or never", names[i]);
      action->notify |= bit;
    }
  if ((action->notify & SMTP_NOTIFY_NEVER) != 0 && action->notify != SMTP_NOTIFY_NEVER)
    return sim_reader_fail (reader->file, line, error,
                            "Notify has never and others, never should stand alone");
  return TRUE;
}

static gboolean
read_envelope (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
               GError **error)
{
  g_autofree char *ret = NULL;

  if (!read_notify (reader, group, action, error) ||
      !sim_reader_get_text (reader, group, "Return", &ret, error) ||
      !sim_reader_get_text (reader, group, "EnvelopeId", &action->envid, error) ||
      !sim_reader_get_truth (reader, group, "RequireTls", &action->requires_tls, error))
    return FALSE;
  if (ret != NULL && strcmp (ret, "full") != 0 && strcmp (ret, "headers") != 0)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Return"), error,
                            "Return is \"%s\", it should be full or headers", ret);
  if (ret != NULL)
    action->ret = *ret == 'f' ? SMTP_RETURN_FULL : SMTP_RETURN_HEADERS;
  return TRUE;
}

static gboolean
read_repetition (SimReader *reader, const SimReaderGroup *group, SimScenarioAction *action,
                 GError **error)
{
  double every = 0;

  if (!sim_reader_get_whole (reader, group, "Count", &action->count, error) ||
      !sim_reader_get_number (reader, group, "Every", &every, error) ||
      !sim_reader_get_truth (reader, group, "EightBit", &action->is_8bit, error) ||
      !sim_reader_get_whole (reader, group, "Bytes", &action->size, error))
    return FALSE;
  action->every_us = (gint64) (every * G_USEC_PER_SEC + 0.5);
  if (action->count > SIM_SCENARIO_COUNT_MAX)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Count"), error,
                            "Count is too large, %u is the most", (guint) SIM_SCENARIO_COUNT_MAX);
  if (action->size > SIM_SCENARIO_FILLER_BYTES_MAX)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Bytes"), error,
                            "Bytes is too large, %u is the most",
                            (guint) SIM_SCENARIO_FILLER_BYTES_MAX);
  return TRUE;
}

gboolean
sim_scenario_read_letter (SimReader            *reader,
                          const SimReaderGroup *group,
                          SimScenarioAction    *action,
                          GError              **error)
{
  if (!sim_reader_get_text (reader, group, "From", &action->from, error) ||
      !check_address (reader, group, "From", action->from, error) ||
      !sim_scenario_read_addresses (reader, group, "To", &action->to, error) ||
      !sim_scenario_read_addresses (reader, group, "Cc", &action->cc, error) ||
      !sim_reader_get_text (reader, group, "Subject", &action->subject, error) ||
      !sim_reader_get_text (reader, group, "Body", &action->body, error))
    return FALSE;
  if (action->to[0] == NULL)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "To"), error,
                            "To is empty, it should be an address like berta@recipient.example");
  if (strpbrk (action->subject, "\r\n") != NULL)
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Subject"), error,
                            "Subject has a line break, it should be one line");
  return TRUE;
}

static gboolean
read_send (SimScenario *self, SimReader *reader, const SimReaderGroup *group,
           SimScenarioAction *action, GError **error)
{
  if (!sim_scenario_read_letter (reader, group, action, error) ||
      !sim_reader_get_text (reader, group, "Html", &action->html, error) ||
      !sim_scenario_read_service (self, reader, group, "Via",
                                  SIM_SERVICE_SUBMISSION | SIM_SERVICE_SUBMISSIONS |
                                      SIM_SERVICE_SMTP,
                                  "submission, submissions or smtp", &action->via, error) ||
      !sim_scenario_read_login (reader, group, action, FALSE, error) ||
      !read_envelope (reader, group, action, error) ||
      !read_repetition (reader, group, action, error))
    return FALSE;
  action->via_port = get_via_port (sim_scenario_get_host (self, action->via)->services);
  return TRUE;
}

/* Whether @deed is one of the words of @list. */
static gboolean
is_one_of (const char *list, const char *deed)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  return g_strv_contains ((const char *const *) words, deed);
}

static char *
format_deeds (const char *list)
{
  g_auto (GStrv) words = g_strsplit (list, " ", -1);

  return g_strjoinv (", ", words);
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
      if (!is_one_of (key->only, deed) && sim_reader_has (group, key->key))
        {
          g_autofree char *deeds = format_deeds (key->only);

          return sim_reader_fail (reader->file, sim_reader_get_line (group, key->key), error,
                                  "%s belongs to Do=%s, this action has Do=%s", key->key, deeds,
                                  deed);
        }
      if (is_one_of (key->only, deed) && key->is_required && !sim_reader_has (group, key->key))
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

/* In the order of SimActionKind. */
static const char *const deeds[] = { "send", "fetch", "sync",   "read", "flag",
                                     "move", "copy",  "delete", "save", "create" };

static gboolean
find_kind (const char *deed, SimActionKind *out_kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (strcmp (deeds[i], deed) == 0)
      {
        *out_kind = (SimActionKind) i;
        return TRUE;
      }
  return FALSE;
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
  if (!find_kind (deed, &action->kind))
    return sim_reader_fail (reader->file, sim_reader_get_line (group, "Do"), error,
                            "Do is \"%s\", it should be send, fetch, sync, read, flag, move, copy, "
                            "delete, save or create", deed);
  return check_keys (reader, group, deed, error) &&
         sim_scenario_read_mechanisms (reader, group, "Mechanism", &action->mechanisms, error) &&
         (action->kind == SIM_ACTION_SEND
              ? read_send (self, reader, group, action, error)
              : sim_scenario_read_reading (self, reader, group, action, error));
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
  g_free (action->envid);
  g_free (action->user);
  g_free (action->password);
  g_strfreev (action->mailboxes);
  g_free (action->mailbox);
  g_free (action->into);
  imap_set_free (action->messages);
  g_strfreev (action->flags);
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
    .mailboxes = g_new0 (char *, 1),
    .mailbox = g_strdup ("INBOX"),
    .flags = g_new0 (char *, 1),
    .count = 1,
    .mechanisms = G_MAXUINT,
  };

  if (!fill_action (self, reader, group, &action, error))
    {
      sim_scenario_action_clear (&action);
      return FALSE;
    }
  g_array_append_val (self->actions, action);
  return TRUE;
}
