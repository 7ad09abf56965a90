/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host-page.h"

#include <app-words.h>
#include <glib/gi18n.h>
#include <string.h>

typedef enum
{
  GROUP_QUEUE,
  GROUP_MAILBOXES,
  GROUP_CACHE,
  GROUP_CERTIFICATES,
  GROUP_SESSIONS,
  GROUP_DECISIONS,
  N_GROUPS,
} GroupKind;

/* A group's words, and what it says while it is empty. */
static const struct
{
  const char *title;
  const char *empty;
} words[N_GROUPS] = {
  [GROUP_QUEUE] = { N_("Queue"), N_("Empty: no message waits here.") },
  [GROUP_MAILBOXES] = { N_("Mailboxes"), N_("Nothing has been delivered here so far.") },
  [GROUP_CACHE] = { N_("DNS cache"), N_("No name is remembered just now.") },
  [GROUP_CERTIFICATES] = { N_("Certificates"), N_("None has been shown or seen so far.") },
  [GROUP_SESSIONS] = { N_("TLS sessions"), N_("None so far: all it said and heard was in clear.") },
  [GROUP_DECISIONS] = { N_("Decisions, the last one first"), N_("None so far.") },
};

typedef struct
{
  GtkWidget *heading;
  GtkWidget *list;
  guint      n_shown;
} Group;

/* What a row says; how it says it is AdwActionRow's business. */
typedef struct
{
  const char *icon; /* borrowed */
  char       *title;
  char       *subtitle;
  guint       position;
} Row;

struct _HostPage
{
  AdwBin      parent_instance;
  AppSession *session; /* (nullable) */
  GtkWidget  *stack;   /* "none" or "host" */
  GtkWidget  *name;
  GtkWidget  *roles;
  GtkWidget  *counters;
  Group       groups[N_GROUPS];
};

G_DEFINE_FINAL_TYPE (HostPage, host_page, ADW_TYPE_BIN)

static void
clear_row (gpointer data)
{
  Row *row = data;

  g_free (row->title);
  g_free (row->subtitle);
}

static GArray *
new_rows (void)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));

  g_array_set_clear_func (rows, clear_row);
  return rows;
}

static void
add_row (GArray *rows, const char *icon, char *title, char *subtitle, guint position)
{
  Row row = { icon, title, subtitle, position };

  g_array_append_val (rows, row);
}

/* Rows */

static void
append_line (GString *text, const char *line)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

/* @reason: (nullable): of all that wait, which is told once */
static void
append_recipient (GString *text, const TraceHostRecipient *recipient, const char *reason)
{
  static const char *const states[] = {
    [TRACE_RECIPIENT_WAITING] = N_("waits"),
    [TRACE_RECIPIENT_DELAYED] = N_("delayed"),
    [TRACE_RECIPIENT_REPLACED] = N_("stands for others"),
    [TRACE_RECIPIENT_SENT] = N_("sent on"),
    [TRACE_RECIPIENT_DELIVERED] = N_("delivered"),
    [TRACE_RECIPIENT_FAILED] = N_("given up"),
  };
  g_autofree char *line =
      recipient->reason != NULL && g_strcmp0 (recipient->reason, reason) != 0
          ? g_strdup_printf (_("to %s: %s (%s)"), recipient->address,
                             _ (states[recipient->state]), recipient->reason)
          : g_strdup_printf (_("to %s: %s"), recipient->address, _ (states[recipient->state]));

  append_line (text, line);
}

/* Recipients that are told of each message; how many more there are is said. */
#define RECIPIENTS_SHOWN_MAX 5

static char *
describe_queued (HostPage *self, const TraceHost *host, const TraceHostQueued *queued)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_more = queued->recipients->len > RECIPIENTS_SHOWN_MAX
                     ? queued->recipients->len - RECIPIENTS_SHOWN_MAX
                     : 0;

  for (guint i = 0; i < queued->recipients->len - n_more; i++)
    append_recipient (text, g_ptr_array_index (queued->recipients, i), queued->reason);
  if (n_more > 0)
    {
      g_autofree char *more = g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE, "and %u recipient more", "and %u recipients more", n_more),
          n_more);

      append_line (text, more);
    }
  if (queued->next_us != TRACE_NO_TIME)
    {
      g_autofree char *moment = app_words_dup_moment (self->session, queued->next_us,
                                                      host->now_us);
      g_autofree char *line = queued->next_us > host->now_us
                                  ? g_strdup_printf (_("Next attempt %s"), moment)
                                  : g_strdup (_("Being tried again now"));

      append_line (text, line);
    }
  if (queued->reason != NULL)
    {
      g_autofree char *line = g_strdup_printf (_("Why it waits: %s"), queued->reason);

      append_line (text, line);
    }
  {
    g_autofree char *span = app_words_dup_span (host->now_us - queued->since_us);
    g_autofree char *line =
        queued->n_attempts > 0
            ? g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Here for %s, tried %u time",
                                            "Here for %s, tried %u times", queued->n_attempts),
                               span, queued->n_attempts)
            : g_strdup_printf (_("Here for %s"), span);

    append_line (text, line);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GArray *
make_queue_rows (HostPage *self, const TraceHost *host)
{
  GArray *rows = new_rows ();

  for (guint i = 0; i < host->queue->len; i++)
    {
      const TraceHostQueued *queued = g_ptr_array_index (host->queue, i);
      const char            *from = queued->from[0] != '\0' ? queued->from : _("nobody (<>)");

      add_row (rows,
               queued->next_us != TRACE_NO_TIME ? "document-open-recent-symbolic"
                                                : "mail-unread-symbolic",
               g_strdup_printf (_("%s from %s"), queued->id, from),
               describe_queued (self, host, queued), queued->position);
    }
  return rows;
}

static GArray *
make_mailbox_rows (const TraceHost *host)
{
  GArray *rows = new_rows ();

  for (guint i = 0; i < host->mailboxes->len; i++)
    {
      const TraceHostMailbox *mailbox = g_ptr_array_index (host->mailboxes, i);
      g_autofree char *messages = g_strdup_printf (
          g_dngettext (GETTEXT_PACKAGE, "%u message", "%u messages", mailbox->n_messages),
          mailbox->n_messages);
      char *subtitle =
          mailbox->n_bytes > 0
              ? g_strdup_printf (_("%s, %" G_GUINT64_FORMAT " bytes"), messages, mailbox->n_bytes)
              : g_strdup (messages);

      add_row (rows, "mail-read-symbolic", g_strdup (mailbox->user), subtitle, mailbox->position);
    }
  return rows;
}

static GArray *
make_cache_rows (HostPage *self, const TraceHost *host)
{
  GArray *rows = new_rows ();

  for (guint i = 0; i < host->cache->len; i++)
    {
      const TraceHostCached *cached = g_ptr_array_index (host->cache, i);
      g_autoptr (GString) text = g_string_new (cached->data);

      if (cached->expires_us != TRACE_NO_TIME)
        {
          g_autofree char *moment = app_words_dup_moment (self->session, cached->expires_us,
                                                          host->now_us);
          g_autofree char *line = g_strdup_printf (_("Forgotten %s"), moment);

          append_line (text, line);
        }
      add_row (rows, "network-server-symbolic",
               g_strdup_printf ("%s %s", cached->type, cached->name),
               g_string_free (g_steal_pointer (&text), FALSE), cached->position);
    }
  return rows;
}

/* Details say more than a sentence where they are what the group is about. */
static char *
dup_details (HostPage *self, guint position)
{
  TraceLog         *log = app_session_get_log (self->session);
  const TraceEvent *event = trace_log_get_event (log, position);
  g_autoptr (TraceNote) note = trace_note_new (log, event);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < trace_note_get_n_details (note); i++)
    {
      const TraceNoteDetail *detail = trace_note_get_nth_detail (note, i);
      g_autofree char       *label = app_words_dup_detail_label (
          trace_log_get_what (log, event), detail->key);
      g_autofree char       *value =
          app_words_dup_detail_value (self->session, note, i, event->time_us);

      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n" : "", label, value);
    }
  return g_string_free (text, FALSE);
}

static GArray *
make_decision_rows (HostPage *self, GPtrArray *decisions, gboolean has_details)
{
  GArray *rows = new_rows ();

  for (guint i = 0; i < decisions->len && i <= HOST_PAGE_ROWS_MAX; i++)
    {
      const TraceHostDecision *decision = g_ptr_array_index (decisions, i);
      const TraceEvent        *event =
          trace_log_get_event (app_session_get_log (self->session), decision->position);
      char *subtitle = has_details ? dup_details (self, decision->position)
                                   : app_words_dup_clock (self->session, event->time_us);

      add_row (rows, app_words_get_icon (decision->what, decision->flags),
               g_strdup (decision->sentence), subtitle, decision->position);
    }
  return rows;
}

/* Groups */

static GtkWidget *
new_row (void)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *image = gtk_image_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  g_object_set_data (G_OBJECT (row), "image", image);
  return row;
}

static void
set_row (GtkWidget *widget, const char *icon, const char *title, const char *subtitle,
         guint position)
{
  GtkWidget *image = g_object_get_data (G_OBJECT (widget), "image");

  gtk_widget_set_visible (image, icon != NULL);
  gtk_image_set_from_icon_name (GTK_IMAGE (image), icon);
  if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) != 0)
    adw_preferences_row_set_title (ADW_PREFERENCES_ROW (widget), title);
  if (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (widget)), subtitle) != 0)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (widget), subtitle);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (widget), position != APP_NO_EVENT);
  g_object_set_data (G_OBJECT (widget), "position", GUINT_TO_POINTER (position));
}

/* Row @i of the group, which stays where it is while the words on it change: whoever reads or has
 * the focus there loses neither. */
static GtkWidget *
get_row (Group *group, guint i)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (group->list), (int) i);

  if (row == NULL)
    {
      row = GTK_LIST_BOX_ROW (new_row ());
      gtk_list_box_append (GTK_LIST_BOX (group->list), GTK_WIDGET (row));
    }
  return GTK_WIDGET (row);
}

static gboolean
has_role (const char *roles, const char *role)
{
  g_auto (GStrv) parts = g_strsplit (roles, ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strcmp (g_strstrip (parts[i]), role) == 0)
      return TRUE;
  return FALSE;
}

/* Whether that there is nothing is worth telling of a host with these roles. */
static gboolean
is_telling_when_empty (GroupKind kind, const char *roles)
{
  gboolean is_server = has_role (roles, "MTA") || has_role (roles, "MSA");

  switch (kind)
    {
    case GROUP_QUEUE:
    case GROUP_CACHE:
    case GROUP_SESSIONS:
      return is_server;
    case GROUP_MAILBOXES:
      return has_role (roles, "MS") || has_role (roles, "MDA");
    case GROUP_DECISIONS:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
show_rows (HostPage *self, GroupKind kind, GArray *rows, guint n_all, const char *roles)
{
  Group           *group = &self->groups[kind];
  guint            n_shown = MIN (rows->len, HOST_PAGE_ROWS_MAX);
  guint            n = 0;
  g_autofree char *heading = n_all > 0 ? g_strdup_printf ("%s (%u)", _ (words[kind].title), n_all)
                                       : g_strdup (_ (words[kind].title));
  gboolean         is_shown = n_all > 0 || is_telling_when_empty (kind, roles);
  GtkListBoxRow   *left_over;

  gtk_widget_set_visible (group->heading, is_shown);
  gtk_widget_set_visible (group->list, is_shown);
  gtk_label_set_text (GTK_LABEL (group->heading), heading);
  for (; n < n_shown; n++)
    {
      const Row *row = &g_array_index (rows, Row, n);

      set_row (get_row (group, n), row->icon, row->title, row->subtitle, row->position);
    }
  if (n_all > n_shown && n_shown > 0)
    {
      g_autofree char *more = g_strdup_printf (_("and %u more"), n_all - n_shown);

      set_row (get_row (group, n++), NULL, more, "", APP_NO_EVENT);
    }
  if (n == 0)
    set_row (get_row (group, n++), NULL, _ (words[kind].empty), "", APP_NO_EVENT);
  while ((left_over = gtk_list_box_get_row_at_index (GTK_LIST_BOX (group->list), (int) n)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (group->list), GTK_WIDGET (left_over));
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, HostPage *self)
{
  guint position = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "position"));

  if (self->session != NULL)
    app_session_set_selected (self->session, position);
}

/* The host */

static guint
find_actor (HostPage *self)
{
  guint selected;

  if (self->session == NULL)
    return APP_NO_HOST;
  if (app_session_get_host (self->session) != APP_NO_HOST)
    return app_session_get_host (self->session);
  selected = app_session_get_selected (self->session);
  return selected != APP_NO_EVENT
             ? trace_log_get_event (app_session_get_log (self->session), selected)->from
             : APP_NO_HOST;
}

static void
show_head (HostPage *self, const TraceHost *host)
{
  const TraceActor *actor =
      trace_log_get_actor (app_session_get_log (self->session), host->actor);
  g_autofree char *roles = app_words_dup_roles (actor->role);
  g_autofree char *line = g_strconcat (roles, roles[0] != '\0' && actor->address[0] != '\0'
                                                  ? "\n" : "", actor->address, NULL);
  g_autoptr (GString) counters = g_string_new (NULL);

  gtk_label_set_text (GTK_LABEL (self->name), actor->name);
  gtk_label_set_text (GTK_LABEL (self->roles), line);
  gtk_widget_set_visible (self->roles, line[0] != '\0');
  for (guint i = 0; i < host->counters->len; i++)
    {
      const TraceHostCounter *counter = &g_array_index (host->counters, TraceHostCounter, i);
      g_autofree char        *text = app_words_dup_counter (counter->what, counter->n);

      if (text != NULL)
        g_string_append_printf (counters, "%s%s", counters->len > 0 ? " · " : "", text);
    }
  gtk_label_set_text (GTK_LABEL (self->counters), counters->str);
  gtk_widget_set_visible (self->counters, counters->len > 0);
}

void
host_page_update (HostPage *self)
{
  guint actor = find_actor (self);
  const char *roles;
  g_autoptr (TraceHost) host = NULL;
  g_autoptr (GArray) queue = NULL;
  g_autoptr (GArray) mailboxes = NULL;
  g_autoptr (GArray) cache = NULL;
  g_autoptr (GArray) certificates = NULL;
  g_autoptr (GArray) sessions = NULL;
  g_autoptr (GArray) decisions = NULL;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    actor != APP_NO_HOST ? "host" : "none");
  if (actor == APP_NO_HOST)
    return;
  host = trace_hosts_get_host (app_session_get_hosts (self->session), actor,
                               app_session_get_playhead (self->session));
  queue = make_queue_rows (self, host);
  mailboxes = make_mailbox_rows (host);
  cache = make_cache_rows (self, host);
  certificates = make_decision_rows (self, host->certificates, TRUE);
  sessions = make_decision_rows (self, host->sessions, TRUE);
  decisions = make_decision_rows (self, host->decisions, FALSE);
  roles = trace_log_get_actor (app_session_get_log (self->session), actor)->role;
  show_head (self, host);
  show_rows (self, GROUP_QUEUE, queue, host->n_queued, roles);
  show_rows (self, GROUP_MAILBOXES, mailboxes, host->n_mailboxes, roles);
  show_rows (self, GROUP_CACHE, cache, host->n_cached, roles);
  show_rows (self, GROUP_CERTIFICATES, certificates, host->certificates->len, roles);
  show_rows (self, GROUP_SESSIONS, sessions, host->sessions->len, roles);
  show_rows (self, GROUP_DECISIONS, decisions, host->decisions->len, roles);
}

void
host_page_set_session (HostPage *self, AppSession *session)
{
  g_set_object (&self->session, session);
}

/* Lifecycle */

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 38);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
append_group (HostPage *self, GtkWidget *box, GroupKind kind)
{
  Group *group = &self->groups[kind];

  group->heading = new_label ("heading");
  gtk_widget_set_margin_top (group->heading, 12);
  group->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (group->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (group->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (group->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (words[kind].title), -1);
  g_signal_connect (group->list, "row-activated", G_CALLBACK (on_row_activated), self);
  gtk_box_append (GTK_BOX (box), group->heading);
  gtk_box_append (GTK_BOX (box), group->list);
}

static GtkWidget *
make_host (HostPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->name = new_label ("title-4");
  self->roles = new_label ("dim-label");
  self->counters = new_label ("dim-label");
  gtk_box_append (GTK_BOX (box), self->name);
  gtk_box_append (GTK_BOX (box), self->roles);
  gtk_box_append (GTK_BOX (box), self->counters);
  for (guint kind = 0; kind < N_GROUPS; kind++)
    append_group (self, box, (GroupKind) kind);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  return scroller;
}

static GtkWidget *
make_none (void)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "network-server-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("No host chosen"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (page),
      _("Click the head of a lane to see what that host holds: queue, mailboxes, cache."));
  gtk_widget_add_css_class (page, "compact");
  return page;
}

static void
host_page_dispose (GObject *object)
{
  HostPage *self = APP_HOST_PAGE (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (host_page_parent_class)->dispose (object);
}

static void
host_page_class_init (HostPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = host_page_dispose;
}

static void
host_page_init (HostPage *self)
{
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), make_none (), "none");
  gtk_stack_add_named (GTK_STACK (self->stack), make_host (self), "host");
  adw_bin_set_child (ADW_BIN (self), self->stack);
}
