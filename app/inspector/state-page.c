/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "state-page.h"

#include <glib/gi18n.h>
#include <imap/imap-server.h>
#include <pop3/pop3-server.h>
#include <smtp/smtp-server.h>
#include <string.h>
#include <trace/trace-text.h>

/* One row of an engine's table, whichever engine's. */
typedef struct
{
  const char *keyword;
  guint       legal;
  guint       next; /* 0: the state stays */
} Rule;

/* An engine's states and table, in one shape. */
typedef struct
{
  guint n_states;
  guint first;       /* state at the beginning */
  guint after_data;  /* state after the data was accepted; 0: no change */
  guint auth;        /* state while the client proves who it is; 0: there is none */
  const char *(*get_state_name) (guint state);
  gboolean (*get_rule) (guint i, Rule *out_rule);
} Machine;

struct _StatePage
{
  AdwBin     parent_instance;
  GtkWidget *states; /* grid with a label for each state, in their order, two a line */
  GtkWidget *rules;  /* label */
  GtkWidget *heading;
};

G_DEFINE_FINAL_TYPE (StatePage, state_page, ADW_TYPE_BIN)

static const char *
get_smtp_state_name (guint state)
{
  return smtp_state_get_name ((SmtpState) state);
}

static gboolean
get_smtp_rule (guint i, Rule *out_rule)
{
  const SmtpServerRule *rule = smtp_server_get_rule (i);

  if (rule != NULL)
    *out_rule = (Rule){ smtp_verb_get_keyword (rule->verb), rule->legal, rule->next };
  return rule != NULL;
}

static const char *
get_pop3_state_name (guint state)
{
  return pop3_state_get_name ((Pop3State) state);
}

static gboolean
get_pop3_rule (guint i, Rule *out_rule)
{
  const Pop3ServerRule *rule = pop3_server_get_rule (i);

  if (rule != NULL)
    *out_rule = (Rule){ pop3_verb_get_keyword (rule->verb), rule->legal, rule->next };
  return rule != NULL;
}

static const char *
get_imap_state_name (guint state)
{
  return imap_state_get_name ((ImapState) state);
}

static gboolean
get_imap_rule (guint i, Rule *out_rule)
{
  const ImapServerRule *rule = imap_server_get_rule (i);

  if (rule != NULL)
    *out_rule = (Rule){ imap_verb_get_keyword (rule->verb), rule->legal, rule->next };
  return rule != NULL;
}

static const Machine smtp_machine = { SMTP_N_STATES, SMTP_STATE_GREETED, SMTP_STATE_READY,
                                      SMTP_STATE_AUTH, get_smtp_state_name, get_smtp_rule };
static const Machine pop3_machine = { POP3_N_STATES, POP3_STATE_AUTHORIZATION, 0, POP3_STATE_AUTH,
                                      get_pop3_state_name, get_pop3_rule };
static const Machine imap_machine = { IMAP_N_STATES, IMAP_STATE_NOT_AUTHENTICATED, 0, 0,
                                      get_imap_state_name, get_imap_rule };

/* Where a positive answer to @verb leads from @state. */
static guint
follow (const Machine *machine, guint state, const char *verb)
{
  Rule rule;

  for (guint i = 0; machine->get_rule (i, &rule); i++)
    if ((rule.legal & state) && g_ascii_strcasecmp (rule.keyword, verb) == 0)
      return rule.next != 0 ? rule.next : state;
  return state;
}

static gboolean
is_positive (const char *code)
{
  return code != NULL && (code[0] == '2' || code[0] == '3' || code[0] == '+');
}

/* What the walk through a session remembers between a command and its reply. */
typedef struct
{
  const Machine *machine;
  guint          state;
  char          *verb;    /* (nullable): of the command that waits for its reply */
  gboolean       is_data; /* the reply will be to a whole message */
} Walk;

/* The last chunk of a message ends it as the data does (RFC 3030 section 2). */
static gboolean
is_last_chunk (TraceLog *log, const TraceEvent *event, const char *verb)
{
  g_autofree char *label = NULL;
  g_autofree char *line = NULL;

  if (g_strcmp0 (verb, "BDAT") != 0)
    return FALSE;
  label = trace_text_dup_label (log, event);
  line = g_ascii_strup (label, -1);
  return g_str_has_suffix (line, " LAST");
}

/* POP3's AUTH ends in the state that its row says, or where it began. */
static void
walk_pop3_auth (Walk *walk, const char *code)
{
  if (g_strcmp0 (code, "+") == 0) /* a challenge */
    walk->state = walk->machine->auth;
  else
    {
      walk->state = is_positive (code) ? follow (walk->machine, walk->machine->first, "AUTH")
                                       : walk->machine->first;
      g_clear_pointer (&walk->verb, g_free);
    }
}

/* AUTH alone asks POP3 for a list. */
static gboolean
asks_for_list (TraceLog *log, const TraceEvent *event)
{
  g_autofree char *label = trace_text_dup_label (log, event);

  return event->protocol == TRACE_POP3 && g_ascii_strcasecmp (label, "AUTH") == 0;
}

static void
walk_reply (Walk *walk, const char *code)
{
  const Machine *machine = walk->machine;
  gboolean       is_auth = machine->auth != 0 && (walk->state == machine->auth ||
                                            g_strcmp0 (walk->verb, "AUTH") == 0);

  if (is_auth && machine->after_data == 0)
    {
      walk_pop3_auth (walk, code);
      return;
    }
  if (walk->is_data && machine->after_data != 0)
    walk->state = machine->after_data;
  else if (is_auth && code != NULL && code[0] == '3') /* a challenge */
    walk->state = machine->auth;
  else if (is_auth && walk->state == machine->auth)
    walk->state = machine->after_data;
  else if (walk->verb != NULL && !is_auth && is_positive (code))
    walk->state = follow (machine, walk->state, walk->verb);
  walk->is_data = FALSE;
  g_clear_pointer (&walk->verb, g_free);
}

static void
walk_unit (Walk *walk, TraceLog *log, const TraceEvent *event)
{
  const char *what = trace_log_get_what (log, event);

  if (strcmp (what, "command") == 0)
    {
      g_free (walk->verb);
      walk->verb = trace_text_dup_verb (log, event);
      walk->is_data = is_last_chunk (log, event, walk->verb);
      if (asks_for_list (log, event))
        g_clear_pointer (&walk->verb, g_free);
    }
  else if (strcmp (what, "data") == 0)
    walk->is_data = TRUE;
  else if (strcmp (what, "reply") == 0 || strcmp (what, "response") == 0)
    {
      g_autofree char *code = trace_text_dup_code (log, event);

      walk_reply (walk, code);
    }
}

/* Walks the connection's units up to and with @position through the table; IMAP's commands may
 * overlap, and are followed by their tags elsewhere. */
static guint
find_state (const Machine *machine, AppSession *session, guint connection, guint position)
{
  Walk      walk = { .machine = machine, .state = machine->first };
  TraceLog *log = app_session_get_log (session);

  if (machine == &imap_machine)
    {
      TraceImapSession found;

      trace_imaps_get (app_session_get_imaps (session), connection, position + 1, &found);
      return found.state;
    }

  for (guint i = 0; i <= position; i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);

      if (event->kind == TRACE_UNIT && event->connection == connection)
        walk_unit (&walk, log, event);
    }
  g_free (walk.verb);
  return walk.state;
}

static char *
describe_rules (const Machine *machine, guint state)
{
  GString *text = g_string_new (NULL);
  GString *staying = g_string_new (NULL);
  Rule     rule;

  for (guint i = 0; machine->get_rule (i, &rule); i++)
    {
      if ((rule.legal & state) == 0)
        continue;
      if (rule.next != 0 && rule.next != state)
        g_string_append_printf (text, "%s<b>%s</b>  →  %s", text->len > 0 ? "\n" : "", rule.keyword,
                                machine->get_state_name (rule.next));
      else
        g_string_append_printf (staying, "%s<b>%s</b>", staying->len > 0 ? ", " : "", rule.keyword);
    }
  if (staying->len > 0)
    g_string_append_printf (text, "%s%s %s", text->len > 0 ? "\n\n" : "", _("Without a change:"),
                            staying->str);
  g_string_free (staying, TRUE);
  if (text->len == 0)
    g_string_append (text, _("No command: the message is on its way, or the session is over."));
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full) (nullable): what an IMAP session has selected, in words. */
static char *
describe_selected (AppSession *session, guint connection, guint position)
{
  TraceImapSession found;

  trace_imaps_get (app_session_get_imaps (session), connection, position + 1, &found);
  if (found.mailbox == NULL)
    return NULL;
  return g_strdup_printf (
      g_dngettext (GETTEXT_PACKAGE,
                   "%s is selected%s; the client has been told of %" G_GUINT64_FORMAT " message.",
                   "%s is selected%s; the client has been told of %" G_GUINT64_FORMAT " messages.",
                   (gulong) found.n_messages),
      found.mailbox, found.is_read_only ? _(" to be read only") : "", found.n_messages);
}

static void
clear_states (StatePage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->states)) != NULL)
    gtk_grid_remove (GTK_GRID (self->states), child);
}

static void
show_machine (StatePage *self, const Machine *machine, guint current)
{
  g_autofree char *rules = describe_rules (machine, current);

  for (guint i = 0; i < machine->n_states; i++)
    {
      guint            state = 1u << i;
      gboolean         is_current = state == current;
      g_autofree char *text = g_strdup_printf (
          is_current ? "▶ %s" : "%s", machine->get_state_name (state));
      GtkWidget *label = gtk_label_new (text);

      gtk_widget_add_css_class (label, "state");
      if (is_current)
        gtk_widget_add_css_class (label, "current");
      gtk_grid_attach (GTK_GRID (self->states), label, (int) (i % 2), (int) (i / 2), 1, 1);
    }
  gtk_label_set_markup (GTK_LABEL (self->rules), rules);
}

/* Returns: (nullable): the machine that the protocol's servers obey. */
static const Machine *
get_machine (TraceProtocol protocol)
{
  switch (protocol)
    {
    case TRACE_SMTP:
      return &smtp_machine;
    case TRACE_POP3:
      return &pop3_machine;
    case TRACE_IMAP:
      return &imap_machine;
    default:
      return NULL;
    }
}

void
state_page_set_event (StatePage *self, AppSession *session, guint position)
{
  TraceLog         *log = session != NULL ? app_session_get_log (session) : NULL;
  const TraceEvent *event =
      log != NULL && position != APP_NO_EVENT ? trace_log_get_event (log, position) : NULL;
  const Machine   *machine = NULL;
  g_autofree char *selected = NULL;
  g_autofree char *heading = NULL;

  clear_states (self);
  if (event != NULL && event->connection != 0)
    machine = get_machine (
        (TraceProtocol) trace_log_get_connection (log, event->connection)->protocol);
  if (machine == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->heading),
                          _("Select a command or a reply of SMTP, POP3 or IMAP to see the state "
                            "of its server."));
      gtk_label_set_text (GTK_LABEL (self->rules), "");
      return;
    }
  if (machine == &imap_machine)
    selected = describe_selected (session, event->connection, position);
  heading = g_strconcat (_("State of the server, and what may come now:"),
                         selected != NULL ? "\n" : NULL, selected, NULL);
  gtk_label_set_text (GTK_LABEL (self->heading), heading);
  show_machine (self, machine, find_state (machine, session, event->connection, position));
}

static void
state_page_class_init (StatePageClass *klass)
{
}

static void
state_page_init (StatePage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->states = gtk_grid_new ();
  gtk_grid_set_column_homogeneous (GTK_GRID (self->states), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (self->states), 6);
  gtk_grid_set_row_spacing (GTK_GRID (self->states), 6);
  self->rules = gtk_label_new (NULL);
  self->heading = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->rules), 0);
  gtk_label_set_wrap (GTK_LABEL (self->rules), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->heading), 0);
  gtk_label_set_wrap (GTK_LABEL (self->heading), TRUE);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_box_append (GTK_BOX (box), self->heading);
  gtk_box_append (GTK_BOX (box), self->states);
  gtk_box_append (GTK_BOX (box), self->rules);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  adw_bin_set_child (ADW_BIN (self), scroller);
}
