/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inspector.h"

#include <app-words.h>
#include <glib/gi18n.h>
#include <trace/trace-grammar.h>
#include <trace/trace-text.h>

#include "bytes-page.h"
#include "explain-page.h"
#include "host-page.h"
#include "message-page.h"
#include "state-page.h"

struct _Inspector
{
  AdwBin       parent_instance;
  AppSession  *session; /* (nullable) */
  gboolean     is_open;
  gboolean     is_stale; /* the selection has changed out of sight */
  GtkWidget   *title;
  GtkWidget   *subtitle;
  GtkWidget   *links;
  GtkWidget   *stack;
  ExplainPage *explain;
  BytesPage   *bytes;
  MessagePage *message;
  StatePage   *state;
  HostPage    *host;
  guint        idle; /* source that brings the host up to date, or 0 */
};

/* Events that are read at once of a trace whose hosts are not known yet: a few milliseconds. */
#define EVENTS_AT_ONCE 5000


G_DEFINE_FINAL_TYPE (Inspector, inspector, ADW_TYPE_BIN)

static void
show_nothing (Inspector *self)
{
  gtk_label_set_text (GTK_LABEL (self->title), _("Nothing selected"));
  gtk_label_set_text (GTK_LABEL (self->subtitle),
                      _("Click an arrow in the ladder, or step with the full stop key."));
}

/* Returns: (transfer none): in words, an event whose bytes no grammar reads. */
static const char *
tell_without_grammar (TraceLog *log, guint position)
{
  switch ((TraceKind) trace_log_get_event (log, position)->kind)
    {
    case TRACE_NOTE:
      return _("A host decided this. It is not on the wire: a host's decisions show in what it "
               "does next.");
    case TRACE_MESSAGE:
      return _("A step in the life of the message, told as one event. The Dialogue level shows "
               "the commands and replies it is made of.");
    case TRACE_OPEN:
      return _("A connection begins. The Packets level shows the segments that open it.");
    case TRACE_CLOSE:
      return _("One side has no more to say and closes its half of the connection.");
    default:
      return _("This event has no grammar of its own.");
    }
}

/* Returns: (transfer full) (nullable): what protected a unit on its way, and why it can be read. */
static char *
tell_protection (Inspector *self, guint position)
{
  TraceLog         *log = app_session_get_log (self->session);
  const TraceEvent *event = trace_log_get_event (log, position);
  TraceHosts       *hosts = app_session_get_hosts (self->session);
  guint             found = G_MAXUINT;
  const char       *version = NULL;
  const char       *cipher = NULL;
  g_autoptr (TraceNote) note = NULL;

  if (event->kind != TRACE_UNIT || (event->flags & TRACE_FLAG_TLS) == 0)
    return NULL;
  if (trace_hosts_get_n_events (hosts) > position)
    found = trace_hosts_find_tls (hosts, position);
  if (found != G_MAXUINT)
    {
      note = trace_note_new (log, trace_log_get_event (log, found));
      version = trace_note_get_detail (note, "version");
      cipher = trace_note_get_detail (note, "cipher");
    }
  if (version == NULL || cipher == NULL)
    return g_strdup (_("Sent encrypted. It can be read here because an end of the connection wrote "
                       "it down; on the way there are only TLS records."));
  return g_strdup_printf (_("Sent encrypted: %s with %s. It can be read here because an end of the "
                            "connection wrote it down; on the way there are only TLS records."),
                          version, cipher);
}

static void
show_details (Inspector *self, guint position)
{
  TraceLog         *log = app_session_get_log (self->session);
  const TraceEvent *event = trace_log_get_event (log, position);
  g_autoptr (TraceNote) note = NULL;
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);

  if (event->kind != TRACE_NOTE && event->kind != TRACE_MESSAGE)
    {
      explain_page_set_details (self->explain, NULL, NULL);
      return;
    }
  note = trace_note_new (log, event);
  for (guint i = 0; i < trace_note_get_n_details (note); i++)
    {
      const TraceNoteDetail *detail = trace_note_get_nth_detail (note, i);

      g_ptr_array_add (labels, app_words_dup_detail_label (trace_log_get_what (log, event),
                                                            detail->key));
      g_ptr_array_add (values,
                       app_words_dup_detail_value (self->session, note, i, event->time_us));
    }
  g_ptr_array_add (labels, NULL);
  explain_page_set_details (self->explain, (const char *const *) labels->pdata,
                            (const char *const *) values->pdata);
}

/* Returns: (transfer full) (nullable): the event's bytes; NULL of one that never was on a wire. */
static AppDocument *
make_document (TraceLog *log, guint position)
{
  const TraceEvent *event = trace_log_get_event (log, position);
  const guint8     *data;
  gsize             length;
  g_autoptr (GBytes) bytes = NULL;

  data = trace_log_get_bytes (log, event, &length);
  if (event->kind == TRACE_NOTE || event->kind == TRACE_MESSAGE || length == 0)
    return NULL;
  bytes = g_bytes_new (data, length);
  return app_document_new (trace_grammar_for_event (log, event), bytes, 0);
}

static void
set_page_visible (Inspector *self, GtkWidget *page, gboolean is_visible)
{
  gtk_stack_page_set_visible (gtk_stack_get_page (GTK_STACK (self->stack), page), is_visible);
}

/* Shows @document on all pages; @words (nullable) where there is nothing to explain. */
static void
set_document (Inspector *self, AppDocument *document, const char *words)
{
  gboolean has_message =
      self->session != NULL && document != NULL && app_document_has_message (document);

  explain_page_set_document (self->explain, document, words);
  bytes_page_set_document (self->bytes, document);
  message_page_set_document (self->message, has_message ? document : NULL);
  if (!has_message && gtk_stack_get_visible_child (GTK_STACK (self->stack)) ==
                          GTK_WIDGET (self->message))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "explain");
  set_page_visible (self, GTK_WIDGET (self->message), has_message);
}

static void
update (Inspector *self)
{
  guint selected =
      self->session != NULL ? app_session_get_selected (self->session) : APP_NO_EVENT;
  TraceLog         *log = self->session != NULL ? app_session_get_log (self->session) : NULL;
  const TraceEvent *event;
  g_autoptr (AppDocument) document = NULL;
  g_autofree char *label = NULL;
  g_autofree char *description = NULL;
  g_autofree char *protection = NULL;

  if (selected != APP_NO_EVENT)
    document = make_document (log, selected);
  message_page_set_event (self->message, log, selected);
  set_document (self, document,
                selected != APP_NO_EVENT ? tell_without_grammar (log, selected) : NULL);
  state_page_set_event (self->state, self->session, selected);
  if (selected == APP_NO_EVENT)
    {
      explain_page_set_remark (self->explain, NULL);
      explain_page_set_details (self->explain, NULL, NULL);
      show_nothing (self);
      return;
    }
  protection = tell_protection (self, selected);
  explain_page_set_remark (self->explain, protection);
  show_details (self, selected);
  event = trace_log_get_event (log, selected);
  label = trace_text_dup_label (log, event);
  description = trace_text_dup_description (log, selected);
  gtk_label_set_text (GTK_LABEL (self->title), label);
  gtk_label_set_text (GTK_LABEL (self->subtitle), description);
}

/* Explaining costs time, which playing has none of while nobody looks. */
static void
update_if_seen (Inspector *self)
{
  self->is_stale = !self->is_open;
  if (!self->is_stale)
    update (self);
}

/* Brings the host up to date once a frame at most, and reads a long trace bit by bit before. */
static gboolean
on_idle (gpointer data)
{
  Inspector  *self = data;
  TraceHosts *hosts = app_session_get_hosts (self->session);

  if (trace_hosts_get_n_events (hosts) < app_session_get_playhead (self->session))
    {
      trace_hosts_update (hosts, EVENTS_AT_ONCE);
      trace_mailboxes_update (app_session_get_mailboxes (self->session), EVENTS_AT_ONCE);
      trace_imaps_update (app_session_get_imaps (self->session), EVENTS_AT_ONCE);
      return G_SOURCE_CONTINUE;
    }
  self->idle = 0;
  host_page_update (self->host);
  return G_SOURCE_REMOVE;
}

static gboolean
is_host_seen (Inspector *self)
{
  return self->is_open && self->session != NULL &&
         gtk_stack_get_visible_child (GTK_STACK (self->stack)) == GTK_WIDGET (self->host);
}

static void
queue_host_update (Inspector *self)
{
  if (self->idle == 0 && is_host_seen (self))
    self->idle = g_idle_add (on_idle, self);
}

static void
on_selected_changed (AppSession *session, GParamSpec *pspec, Inspector *self)
{
  update_if_seen (self);
  queue_host_update (self);
}

static void
on_host_changed (AppSession *session, GParamSpec *pspec, Inspector *self)
{
  queue_host_update (self);
}

static void
on_page_changed (GtkStack *stack, GParamSpec *pspec, Inspector *self)
{
  queue_host_update (self);
}

void
inspector_set_session (Inspector *self, AppSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  g_clear_handle_id (&self->idle, g_source_remove);
  host_page_set_session (self->host, session);
  gtk_widget_set_visible (self->title, TRUE);
  gtk_widget_set_visible (self->subtitle, TRUE);
  gtk_widget_set_visible (self->links, TRUE);
  set_page_visible (self, GTK_WIDGET (self->state), TRUE);
  set_page_visible (self, GTK_WIDGET (self->host), TRUE);
  if (session != NULL)
    {
      g_signal_connect (session, "notify::selected", G_CALLBACK (on_selected_changed), self);
      g_signal_connect (session, "notify::playhead", G_CALLBACK (on_host_changed), self);
      g_signal_connect (session, "notify::host", G_CALLBACK (on_host_changed), self);
    }
  queue_host_update (self);
  update_if_seen (self);
}

void
inspector_set_open (Inspector *self, gboolean is_open)
{
  self->is_open = is_open;
  if (is_open && self->is_stale)
    update_if_seen (self);
  queue_host_update (self);
}

void
inspector_set_message (Inspector *self, AppDocument *document)
{
  inspector_set_session (self, NULL);
  self->is_stale = FALSE;
  message_page_set_event (self->message, NULL, 0);
  set_document (self, document, NULL);
  gtk_widget_set_visible (self->title, FALSE);
  gtk_widget_set_visible (self->subtitle, FALSE);
  gtk_widget_set_visible (self->links, FALSE);
  if (gtk_stack_get_visible_child (GTK_STACK (self->stack)) == GTK_WIDGET (self->state) ||
      gtk_stack_get_visible_child (GTK_STACK (self->stack)) == GTK_WIDGET (self->host))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "explain");
  set_page_visible (self, GTK_WIDGET (self->state), FALSE);
  set_page_visible (self, GTK_WIDGET (self->host), FALSE);
}

void
inspector_select (Inspector *self, guint span, gsize offset, gsize length)
{
  explain_page_select (self->explain, span);
  bytes_page_select (self->bytes, offset, length);
}

static void
on_bytes_chosen (MessagePage *page, guint span, guint offset, guint length, Inspector *self)
{
  inspector_select (self, span, offset, length);
}

static void
on_message_activated (MessagePage *page, Inspector *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "explain");
}

void
inspector_show_page (Inspector *self, const char *page)
{
  GtkWidget *child = gtk_stack_get_child_by_name (GTK_STACK (self->stack), page);

  if (child != NULL &&
      gtk_stack_page_get_visible (gtk_stack_get_page (GTK_STACK (self->stack), child)))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), page);
}

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
inspector_dispose (GObject *object)
{
  Inspector *self = APP_INSPECTOR (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_handle_id (&self->idle, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (inspector_parent_class)->dispose (object);
}

static void
inspector_class_init (InspectorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = inspector_dispose;
}

static GtkWidget *
new_link (const char *label, const char *tooltip, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_focus_on_click (button, FALSE);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

/* From the event to what it follows from, and to what follows from it. */
static GtkWidget *
make_links (void)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (row), new_link (_("↑ Cause"), _("What this follows from (Alt+Up)"),
                                           "win.go-to-cause"));
  gtk_box_append (GTK_BOX (row), new_link (_("↓ Consequence"),
                                           _("What follows from this (Alt+Down)"),
                                           "win.go-to-consequence"));
  gtk_widget_set_halign (row, GTK_ALIGN_CENTER);
  return row;
}

static void
inspector_init (Inspector *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *switcher = gtk_stack_switcher_new ();

  self->title = new_label ("title-4");
  gtk_label_set_lines (GTK_LABEL (self->title), 3);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  self->subtitle = new_label ("dim-label");
  gtk_label_set_lines (GTK_LABEL (self->subtitle), 3);
  gtk_label_set_ellipsize (GTK_LABEL (self->subtitle), PANGO_ELLIPSIZE_END);
  self->stack = gtk_stack_new ();
  self->explain = g_object_new (APP_TYPE_EXPLAIN_PAGE, NULL);
  self->bytes = g_object_new (APP_TYPE_BYTES_PAGE, NULL);
  self->message = g_object_new (APP_TYPE_MESSAGE_PAGE, NULL);
  g_signal_connect (self->message, "chosen", G_CALLBACK (on_bytes_chosen), self);
  g_signal_connect (self->message, "activated", G_CALLBACK (on_message_activated), self);
  self->state = g_object_new (APP_TYPE_STATE_PAGE, NULL);
  self->host = g_object_new (APP_TYPE_HOST_PAGE, NULL);
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->explain), "explain",
                        _("Explain"));
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->bytes), "bytes", _("Bytes"));
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->message), "message",
                        _("Message"));
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->state), "state", _("State"));
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->host), "host", _("Host"));
  g_signal_connect (self->stack, "notify::visible-child", G_CALLBACK (on_page_changed), self);
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (self->stack));
  gtk_widget_add_css_class (switcher, "narrow");
  gtk_widget_set_margin_start (switcher, 12);
  gtk_widget_set_margin_end (switcher, 12);
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_start (self->title, 12);
  gtk_widget_set_margin_end (self->title, 12);
  gtk_widget_set_margin_start (self->subtitle, 12);
  gtk_widget_set_margin_end (self->subtitle, 12);
  gtk_box_append (GTK_BOX (box), self->title);
  gtk_box_append (GTK_BOX (box), self->subtitle);
  self->links = make_links ();
  gtk_box_append (GTK_BOX (box), self->links);
  gtk_box_append (GTK_BOX (box), switcher);
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_bin_set_child (ADW_BIN (self), box);
  show_nothing (self);
}
