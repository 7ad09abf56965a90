/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "inspector.h"

#include <glib/gi18n.h>
#include <trace/trace-text.h>

#include "bytes-page.h"
#include "explain-page.h"
#include "state-page.h"

struct _Inspector
{
  AdwBin       parent_instance;
  AppSession  *session; /* (nullable) */
  GtkWidget   *title;
  GtkWidget   *subtitle;
  GtkWidget   *stack;
  ExplainPage *explain;
  BytesPage   *bytes;
  StatePage   *state;
};

G_DEFINE_FINAL_TYPE (Inspector, inspector, ADW_TYPE_BIN)

static void
show_nothing (Inspector *self)
{
  gtk_label_set_text (GTK_LABEL (self->title), _("Nothing selected"));
  gtk_label_set_text (GTK_LABEL (self->subtitle),
                      _("Click an arrow in the ladder, or step with the full stop key."));
}

static void
update (Inspector *self)
{
  guint selected =
      self->session != NULL ? app_session_get_selected (self->session) : APP_NO_EVENT;
  TraceLog         *log = self->session != NULL ? app_session_get_log (self->session) : NULL;
  const TraceEvent *event;
  g_autofree char  *label = NULL;
  g_autofree char  *description = NULL;

  explain_page_set_event (self->explain, log, selected);
  bytes_page_set_event (self->bytes, log, selected);
  state_page_set_event (self->state, log, selected);
  if (selected == APP_NO_EVENT)
    {
      show_nothing (self);
      return;
    }
  event = trace_log_get_event (log, selected);
  label = trace_text_dup_label (log, event);
  description = trace_text_dup_description (log, selected);
  gtk_label_set_text (GTK_LABEL (self->title), label);
  gtk_label_set_text (GTK_LABEL (self->subtitle), description);
}

static void
on_selected_changed (AppSession *session, GParamSpec *pspec, Inspector *self)
{
  update (self);
}

void
inspector_set_session (Inspector *self, AppSession *session)
{
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect (session, "notify::selected", G_CALLBACK (on_selected_changed), self);
  update (self);
}

void
inspector_show_page (Inspector *self, const char *page)
{
  if (gtk_stack_get_child_by_name (GTK_STACK (self->stack), page) != NULL)
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
  self->state = g_object_new (APP_TYPE_STATE_PAGE, NULL);
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->explain), "explain",
                        _("Explain"));
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->bytes), "bytes", _("Bytes"));
  gtk_stack_add_titled (GTK_STACK (self->stack), GTK_WIDGET (self->state), "state", _("State"));
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), GTK_STACK (self->stack));
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
  gtk_box_append (GTK_BOX (box), make_links ());
  gtk_box_append (GTK_BOX (box), switcher);
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_bin_set_child (ADW_BIN (self), box);
  show_nothing (self);
}
