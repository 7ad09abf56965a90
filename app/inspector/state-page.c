/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "state-page.h"

#include <app-session.h>
#include <glib/gi18n.h>
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
  const char *(*get_state_name) (guint state);
  gboolean (*get_rule) (guint i, Rule *out_rule);
} Machine;

struct _StatePage
{
  AdwBin     parent_instance;
  GtkWidget *states; /* box with a label for each state */
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

static const Machine smtp_machine = { SMTP_N_STATES, SMTP_STATE_GREETED, SMTP_STATE_READY,
                                      get_smtp_state_name, get_smtp_rule };
static const Machine pop3_machine = { 5, POP3_STATE_AUTHORIZATION, 0, get_pop3_state_name,
                                      get_pop3_rule };

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

/* Walks the connection's units up to and with @position through the table. */
static guint
find_state (const Machine *machine, TraceLog *log, guint connection, guint position)
{
  guint            state = machine->first;
  g_autofree char *verb = NULL;
  gboolean         is_data = FALSE;

  for (guint i = 0; i <= position; i++)
    {
      const TraceEvent *event = trace_log_get_event (log, i);
      const char       *what = trace_log_get_what (log, event);

      if (event->kind != TRACE_UNIT || event->connection != connection)
        continue;
      if (strcmp (what, "command") == 0)
        {
          g_free (verb);
          verb = trace_text_dup_verb (log, event);
          is_data = FALSE;
        }
      else if (strcmp (what, "data") == 0)
        is_data = TRUE;
      else
        {
          g_autofree char *code = trace_text_dup_code (log, event);

          if (is_data && machine->after_data != 0)
            state = machine->after_data;
          else if (verb != NULL && is_positive (code))
            state = follow (machine, state, verb);
          is_data = FALSE;
          g_clear_pointer (&verb, g_free);
        }
    }
  return state;
}

static char *
describe_rules (const Machine *machine, guint state)
{
  GString *text = g_string_new (NULL);
  Rule     rule;

  for (guint i = 0; machine->get_rule (i, &rule); i++)
    {
      if ((rule.legal & state) == 0)
        continue;
      g_string_append_printf (text, "%s<b>%s</b>", text->len > 0 ? "\n" : "", rule.keyword);
      if (rule.next != 0 && rule.next != state)
        g_string_append_printf (text, "  →  %s", machine->get_state_name (rule.next));
    }
  if (text->len == 0)
    g_string_append (text, _("No command: the message is on its way, or the session is over."));
  return g_string_free (text, FALSE);
}

static void
clear_states (StatePage *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->states)) != NULL)
    gtk_box_remove (GTK_BOX (self->states), child);
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
      gtk_box_append (GTK_BOX (self->states), label);
    }
  gtk_label_set_markup (GTK_LABEL (self->rules), rules);
}

void
state_page_set_event (StatePage *self, TraceLog *log, guint position)
{
  const TraceEvent *event =
      log != NULL && position != APP_NO_EVENT ? trace_log_get_event (log, position) : NULL;
  const Machine *machine = NULL;
  TraceProtocol  protocol = TRACE_NO_PROTOCOL;

  clear_states (self);
  if (event != NULL && event->connection != 0)
    protocol = trace_log_get_connection (log, event->connection)->protocol;
  if (protocol == TRACE_SMTP)
    machine = &smtp_machine;
  else if (protocol == TRACE_POP3)
    machine = &pop3_machine;
  if (machine == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->heading),
                          _("Select a command or a reply of SMTP or POP3 to see the state of "
                            "its server."));
      gtk_label_set_text (GTK_LABEL (self->rules), "");
      return;
    }
  gtk_label_set_text (GTK_LABEL (self->heading), _("State of the server, and what may come now:"));
  show_machine (self, machine, find_state (machine, log, event->connection, position));
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

  self->states = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
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
