/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-compose.h"

#include <string.h>

#include <imf/imf-address.h>
#include <mime/mime-draft.h>

#define ID_LENGTH 10

/* Filler: lines as long as a writer should make them. */
static const char filler[] =
    "All work and no play makes a dull letter; this line is here to be long.\n";

/* Boundaries come out of the host's own chance, as its identifiers do. */
static guint64
draw_number (gpointer random)
{
  return sim_random_next_u64 (random);
}

static char *
join_or_null (char **addresses)
{
  return addresses[0] != NULL ? g_strjoinv (", ", addresses) : NULL;
}

static char *
dup_text (const SimScenarioAction *action)
{
  GString *text = g_string_new (action->body);

  if (action->size > 0 && text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n');
  for (guint64 n_left = action->size; n_left > 0;)
    {
      gsize length = (gsize) MIN (n_left, sizeof filler - 1);

      g_string_append_len (text, filler, (gssize) length);
      n_left -= length;
    }
  return g_string_free (text, FALSE);
}

GBytes *
mail_compose (SimHost                 *host,
              const SimScenarioAction *action,
              const char              *domain,
              gboolean                 allows_utf8,
              char                   **out_problem)
{
  SimRandom       *random = sim_host_get_random (host);
  g_autofree char *token = sim_random_token (random, ID_LENGTH);
  g_autoptr (MimeDraft) draft = mime_draft_new ();

  draft->from = g_strdup (action->from);
  draft->to = join_or_null (action->to);
  draft->cc = join_or_null (action->cc);
  draft->subject = g_strdup (action->subject);
  draft->message_id = g_strdup_printf ("%s@%s", token, domain);
  draft->text = dup_text (action);
  draft->allows_utf8_header = allows_utf8;
  if (*action->html != '\0')
    draft->html = g_strdup (action->html);
  draft->allows_8bit = action->is_8bit;
  draft->date.time_us = sim_world_get_unix_us (sim_host_get_world (host));
  return mime_draft_build (draft, draw_number, random, out_problem);
}

GBytes *
mail_compose_saved (SimHost *host, const SimScenarioAction *action, char **out_problem)
{
  g_autoptr (ImfAddressList) list = imf_address_list_parse_text (action->from);
  const ImfMailbox *author =
      list != NULL && imf_address_list_get_n (list) > 0 ? imf_address_list_get (list, 0) : NULL;
  g_autofree char *domain =
      author != NULL ? g_hostname_to_ascii (author->domain) : g_strdup ("invalid");

  return mail_compose (host, action, domain != NULL ? domain : "invalid", FALSE, out_problem);
}
