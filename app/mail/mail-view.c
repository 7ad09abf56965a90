/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mail-view.h"

#include <app-keys.h>
#include <glib/gi18n.h>
#include <inspector/message-page.h>
#include <models/message-item.h>

/* Pixels of the list of messages when the window opens. */
#define MESSAGES_WIDTH 250

struct _MailView
{
  AdwBin              parent_instance;
  AppMail            *mail;     /* (nullable) */
  AppDocument        *document; /* (nullable) */
  GtkSingleSelection *selection; /* over a MessageList */
  GtkWidget          *list;
  GtkWidget          *side; /* hidden of a single message */
  MessagePage        *page;
};

enum
{
  SIGNAL_MESSAGE_CHOSEN,
  SIGNAL_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (MailView, mail_view, ADW_TYPE_BIN)

AppDocument *
mail_view_get_document (MailView *self)
{
  return self->document;
}

guint
mail_view_get_selected (MailView *self)
{
  return gtk_single_selection_get_selected (self->selection);
}

static void
on_message_chosen (GtkSingleSelection *selection, GParamSpec *pspec, MailView *self)
{
  guint selected = gtk_single_selection_get_selected (selection);

  g_clear_pointer (&self->document, app_document_unref);
  if (self->mail != NULL && selected < app_mail_get_n (self->mail))
    self->document = app_mail_dup_document (self->mail, selected);
  message_page_set_document (self->page, self->document);
  g_signal_emit (self, signals[SIGNAL_MESSAGE_CHOSEN], 0);
}

void
mail_view_set_selected (MailView *self, guint i)
{
  if (self->mail == NULL || i >= app_mail_get_n (self->mail))
    return;
  gtk_single_selection_set_selected (self->selection, i);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", i);
}

void
mail_view_set_mail (MailView *self, AppMail *mail)
{
  g_autoptr (MessageList) list = message_list_new (mail);

  if (mail != NULL)
    app_mail_ref (mail);
  g_clear_pointer (&self->mail, app_mail_unref);
  self->mail = mail;
  gtk_widget_set_visible (self->side, mail != NULL && app_mail_get_variant (mail) != NULL);
  g_signal_handlers_block_by_func (self->selection, on_message_chosen, self);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (list));
  g_signal_handlers_unblock_by_func (self->selection, on_message_chosen, self);
  on_message_chosen (self->selection, NULL, self);
}

static void
on_bytes_chosen (MessagePage *page, guint span, guint offset, guint length, MailView *self)
{
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, span, offset, length);
}

static void
on_activated (MessagePage *page, MailView *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-tab", "s", "explain");
}

/* Rows */

static GtkWidget *
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
on_row_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_box_append (GTK_BOX (box), new_label ("heading"));
  gtk_box_append (GTK_BOX (box), new_label (NULL));
  gtk_box_append (GTK_BOX (box), new_label ("caption"));
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_list_item_set_child (item, box);
}

static void
on_row_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  MessageItem          *message = gtk_list_item_get_item (item);
  const AppMailSummary *summary = message_item_get_summary (message);
  GtkWidget            *box = gtk_list_item_get_child (item);
  GtkWidget            *subject = gtk_widget_get_first_child (box);
  GtkWidget            *from = gtk_widget_get_next_sibling (subject);
  GtkWidget            *date = gtk_widget_get_next_sibling (from);
  g_autofree char      *when =
      g_strdup_printf (summary->date[0] != '\0' ? "%u · %s" : "%u%s",
                       message_item_get_index (message) + 1, summary->date);

  gtk_label_set_text (GTK_LABEL (subject),
                      summary->subject[0] != '\0' ? summary->subject : _("No subject"));
  gtk_label_set_text (GTK_LABEL (from),
                      summary->from[0] != '\0' ? summary->from : _("Nobody named"));
  gtk_label_set_text (GTK_LABEL (date), when);
}

static GtkWidget *
make_list (MailView *self)
{
  GtkWidget          *scroller = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->selection = gtk_single_selection_new (NULL);
  g_signal_connect (self->selection, "notify::selected", G_CALLBACK (on_message_chosen), self);
  g_signal_connect (factory, "setup", G_CALLBACK (on_row_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_row_bind), NULL);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (self->list), TRUE);
  app_keys_let_tab_leave (self->list);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Messages of the file"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_size_request (scroller, 160, -1);
  return scroller;
}

static void
mail_view_dispose (GObject *object)
{
  MailView *self = APP_MAIL_VIEW (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->document, app_document_unref);
  g_clear_pointer (&self->mail, app_mail_unref);
  G_OBJECT_CLASS (mail_view_parent_class)->dispose (object);
}

static void
mail_view_class_init (MailViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = mail_view_dispose;
  signals[SIGNAL_MESSAGE_CHOSEN] =
      g_signal_new ("message-chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CHOSEN] =
      g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
}

static void
mail_view_init (MailView *self)
{
  GtkWidget *paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);

  self->side = make_list (self);
  self->page = g_object_new (APP_TYPE_MESSAGE_PAGE, NULL);
  g_signal_connect (self->page, "chosen", G_CALLBACK (on_bytes_chosen), self);
  g_signal_connect (self->page, "activated", G_CALLBACK (on_activated), self);
  gtk_paned_set_start_child (GTK_PANED (paned), self->side);
  gtk_paned_set_end_child (GTK_PANED (paned), GTK_WIDGET (self->page));
  gtk_paned_set_resize_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_start_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (paned), FALSE);
  gtk_paned_set_position (GTK_PANED (paned), MESSAGES_WIDTH);
  adw_bin_set_child (ADW_BIN (self), paned);
}
