/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <app-keys.h>
#include <app-mail.h>
#include <app-window.h>
#include <glib/gstdio.h>
#include <inspector/message-rows.h>
#include <inspector/part-image.h>
#include <inspector/part-text.h>
#include <inspector/part-view.h>
#include <string.h>

/* A PNG of one pixel. */
#define PNG                                                                                        \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmM\n"                 \
  "IQAAAABJRU5ErkJggg==\n"

#define LETTER                                                                                     \
  "From: =?utf-8?q?Zo=C3=AB?= <a@a.example>\n"                                                     \
  "To: b@b.example\n"                                                                              \
  "Subject: Pictures\n"                                                                            \
  "MIME-Version: 1.0\n"                                                                            \
  "Content-Type: multipart/mixed; boundary=x\n\n"                                                  \
  "--x\nContent-Type: text/html; charset=us-ascii\n\n<p>caf\xE9</p>\n"                             \
  "--x\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n" PNG                        \
  "--x\nContent-Type: image/gif\n\nno image\n"                                                     \
  "--x\nContent-Type: application/pdf\nContent-Disposition: attachment;\n"                         \
  " filename=\"../../plan.pdf\"\n\n%PDF\n"                                                         \
  "--x--\n"

#define SEPARATOR "From a@a.example Tue Nov 24 08:00:00 2026\n"

static GtkApplication *application;

/* On a slow machine an animation's next frame is due before the last is painted, and there is
 * always more to do: this is far more than anything else takes. */
#define ITERATIONS_MAX 300

static void
settle (void)
{
  for (guint i = 0; i < ITERATIONS_MAX && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

static AppWindow *
open_text (const char *text, gsize length, const char *ending)
{
  AppWindow       *window = app_window_new (application);
  g_autofree char *template = g_strconcat ("postroad-XXXXXX", ending, NULL);
  g_autofree char *path = NULL;
  int              fd = g_file_open_tmp (template, &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
  gtk_window_present (GTK_WINDOW (window));
  settle ();
  g_assert_true (app_window_open (window, path));
  settle ();
  g_remove (path);
  return window;
}

static void
close_window (AppWindow *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  settle ();
}

/* Returns: (nullable): the first mapped widget below @widget that says @text, or begins with it. */
static GtkWidget *
find (GtkWidget *widget, const char *text, gboolean is_whole)
{
  g_autofree char *own = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LABEL (widget))
    own = g_strdup (gtk_label_get_text (GTK_LABEL (widget)));
  else if (GTK_IS_TEXT_VIEW (widget))
    g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), "text", &own, NULL);
  if (own != NULL && (is_whole ? g_str_equal (own, text) : g_str_has_prefix (own, text)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, text, is_whole);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_text (GtkWidget *widget, const char *text)
{
  return find (widget, text, FALSE);
}

static void
assert_text (AppWindow *window, const char *text)
{
  if (find_text (GTK_WIDGET (window), text) == NULL)
    g_error ("the window says nowhere \"%s\"", text);
}

/* Selects the row of a list that @text is on. */
static void
select_row (AppWindow *window, const char *text)
{
  GtkWidget *label = find (GTK_WIDGET (window), text, TRUE);
  GtkWidget *row;

  g_assert_nonnull (label);
  row = gtk_widget_get_ancestor (label, GTK_TYPE_LIST_BOX_ROW);
  g_assert_nonnull (row);
  gtk_list_box_select_row (GTK_LIST_BOX (gtk_widget_get_parent (row)), GTK_LIST_BOX_ROW (row));
  settle ();
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (gtk_widget_get_mapped (widget) && g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_type (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_message (void)
{
  AppWindow *window = open_text (LETTER, strlen (LETTER), ".eml");

  g_test_summary ("A message shows its deviations, header groups, parts and the first text.");
  g_assert_null (app_window_get_session (window));
  assert_text (window, "No Date field");
  assert_text (window, "Originator fields");
  assert_text (window, "Zoë <a@a.example>");
  assert_text (window, "multipart/mixed");
  assert_text (window, "HTML is shown as its source");
  assert_text (window, "1 octets are not of the charset us-ascii");
  assert_text (window, "<p>caf\uFFFD</p>");
  select_row (window, "image/png");
  g_assert_nonnull (gtk_picture_get_paintable (
      GTK_PICTURE (find_type (GTK_WIDGET (window), GTK_TYPE_PICTURE))));
  select_row (window, "image/gif");
  assert_text (window, "This image can't be shown");
  select_row (window, "application/pdf");
  assert_text (window, "application/pdf, 7bit, attachment, named “../../plan.pdf”");
  assert_text (window, "4 bytes of data");
  select_row (window, "multipart/mixed");
  assert_text (window, "4 parts");
  close_window (window);
}

static void
test_links (void)
{
  AppWindow *window = open_text (LETTER, strlen (LETTER), ".eml");

  g_test_summary ("A selected row is explained: the field, the part, the deviation.");
  select_row (window, "Subject");
  assert_text (window, "What the message is about");
  select_row (window, "image/png");
  assert_text (window, "One part of a message of several");
  select_row (window, "No Date field");
  assert_text (window, "Error: No Date field (RFC 5322 section 3.6)");
  close_window (window);
}

static void
test_next (void)
{
  static const char letter[] = "Date: 24 Nov 26 08:00 +0000\nFrom: a@a.example\n\n";
  AppWindow        *window = open_text (letter, strlen (letter), ".eml");
  GtkWidget        *row, *button;

  g_test_summary ("The button on a deviation goes from place to place, and around.");
  select_row (window, "Line ends in LF alone");
  row = gtk_widget_get_ancestor (find (GTK_WIDGET (window), "Line ends in LF alone", TRUE),
                                 GTK_TYPE_LIST_BOX_ROW);
  button = find_type (row, GTK_TYPE_BUTTON);
  g_assert_nonnull (button);
  for (guint i = 0; i < 4; i++)
    {
      static const guint offsets[] = { 27, 45, 46, 27 };

      g_assert_cmpuint (message_row_get_place (GTK_LIST_BOX_ROW (row))->offset, ==, offsets[i]);
      g_signal_emit_by_name (button, "clicked");
      settle ();
    }
  close_window (window);
}

static void
test_mailbox (void)
{
  static const char file[] = SEPARATOR LETTER "\n" SEPARATOR "From: c@c.example\n\nsecond\n\n";
  AppWindow *window = open_text (file, strlen (file), ".txt");
  GtkWidget *list = find_type (GTK_WIDGET (window), GTK_TYPE_LIST_VIEW);

  g_test_summary ("A mailbox file lists its messages; the one that is chosen is shown.");
  assert_text (window, "2 messages, mboxo");
  assert_text (window, "Pictures");
  assert_text (window, "No subject");
  assert_text (window, "<p>caf\uFFFD</p>");
  gtk_selection_model_select_item (gtk_list_view_get_model (GTK_LIST_VIEW (list)), 1, TRUE);
  settle ();
  assert_text (window, "second");
  g_assert_null (find_text (GTK_WIDGET (window), "<p>"));
  close_window (window);
}

static void
test_hostile (void)
{
  g_autoptr (GString) text = g_string_new ("Subject: \u202Ea\x1B\nX: ");

  g_test_summary ("Any bytes with a message's name open; what they say can't deceive.");
  close_window (open_text ("", 0, ".eml"));
  close_window (open_text ("\0\0", 2, ".eml"));
  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "y\nX: ");
  g_string_append (text, "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n");
  for (guint i = 0; i < 2000; i++)
    g_string_append (text, "--x\n\nz\n");
  AppWindow *window = open_text (text->str, text->len, ".eml");
  assert_text (window, "\\u{202E}a\\x1B");
  assert_text (window, "… and ");
  close_window (window);
}

static void
test_session_message (void)
{
  AppWindow       *window = app_window_new (application);
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "lessons", "02-five-steps-four-computers", NULL);
  AppSession      *session;
  TraceLog        *log;
  GtkWidget       *list;

  g_test_summary ("The Message tab is there for units with a message; Enter on a row explains.");
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (app_window_open (window, path));
  g_action_group_activate_action (G_ACTION_GROUP (window), "show-tab",
                                  g_variant_new_string ("message"));
  settle ();
  session = app_window_get_session (window);
  log = app_session_get_log (session);
  for (guint i = 0; i < trace_log_get_n_events (log); i++)
    {
      const char *what = trace_log_get_what (log, trace_log_get_event (log, i));

      if (trace_log_get_event (log, i)->kind != TRACE_UNIT || !g_str_equal (what, "data"))
        continue;
      app_session_set_selected (session, i);
      g_action_group_activate_action (G_ACTION_GROUP (window), "show-tab",
                                      g_variant_new_string ("message"));
      settle ();
      assert_text (window, "No deviations from the standards");
      assert_text (window, "Lunch on Friday?");
      assert_text (window, "Hello Bob,");
      list = gtk_widget_get_ancestor (find (GTK_WIDGET (window), "Date", TRUE), GTK_TYPE_LIST_BOX);
      gtk_widget_child_focus (list, GTK_DIR_TAB_FORWARD);
      g_signal_emit_by_name (list, "activate-cursor-row");
      settle ();
      assert_text (window, "When the author finished the message");
    }
  app_session_set_selected (session, 0);
  settle ();
  g_assert_null (find_text (GTK_WIDGET (window), "Hello Bob,"));
  close_window (window);
}

/* Without a window */

static void
test_names (void)
{
  static const char *const names[][2] = {
    { "plan.pdf", "plan.pdf" },
    { NULL, "part" },
    { "", "part" },
    { "../../etc/passwd", "passwd" },
    { "/", "part" },
    { "..", "part" },
    { ".bashrc", "bashrc" },
    { "C:\\Windows\\x.exe", "x.exe" },
    { "a:b*c?.txt", "a_b_c_.txt" },
    { "a\nb\x1B.txt", "ab.txt" },
    { "fdp\u202Eexe.txt", "fdpexe.txt" },
    { "été.txt", "été.txt" },
  };
  g_autofree char *longest = g_strnfill (5000, 'a');
  g_autofree char *shorter = part_view_make_safe_name (longest, "part");

  g_test_summary ("A sender's file name is no path, hides nothing and is not too long.");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = part_view_make_safe_name (names[i][0], "part");

      g_assert_cmpstr (name, ==, names[i][1]);
    }
  g_assert_cmpuint (strlen (shorter), <=, 200);
}

static void
check_text (const char *message, gsize length, const char *expected, gboolean is_cut)
{
  g_autoptr (MimeTree) tree = mime_tree_new ((const guint8 *) message, length);
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (PartText) text = part_text_new (tree, mime_tree_get_part (tree, 0), charsets, 100);

  g_assert_cmpstr (text->text->str, ==, expected);
  g_assert_cmpint (text->is_cut, ==, is_cut);
  g_assert_true (g_utf8_validate (text->text->str, (gssize) text->text->len, NULL));
}

static void
test_text (void)
{
  g_autoptr (GString) longer = g_string_new ("Content-Type: text/plain; charset=utf-8\n\n");
  g_autofree char *expected = g_strnfill (99, 'a');

  g_test_summary ("Text is shown line by line, controls by name, no more than was asked for.");
  check_text ("\na\r\nb\tc\rd\n", 10, "a\nb\tc␍d\n", FALSE);
  check_text ("\n\0a", 3, "␀a", FALSE);
  check_text ("Content-Type: text/plain; charset=utf-8\n\n\xE2\x80\xAE", 44, "\\u{202E}", FALSE);
  g_string_append (longer, expected);
  g_string_append (longer, "\xC3\xA9");
  check_text (longer->str, longer->len, expected, TRUE);
  for (guint i = 0; i < 10000; i++)
    g_string_append (longer, "\xC3\xA9");
  check_text (longer->str, longer->len, expected, TRUE);
}

static void
test_long_lines (void)
{
  g_autofree char *line = g_strnfill (5000, 'a');
  g_autofree char *message = g_strconcat ("\n", line, NULL);
  g_autoptr (MimeTree) tree = mime_tree_new ((const guint8 *) message, strlen (message));
  g_autoptr (MimeCharsets) charsets = mime_charsets_new ();
  g_autoptr (PartText) text = part_text_new (tree, mime_tree_get_part (tree, 0), charsets, 10000);

  g_assert_true (text->is_broken);
  g_assert_cmpuint (text->text->len, ==, 5004);
}

/* The beginning of a PNG of 60,000 by 60,000 pixels. */
static void
test_image_bomb (void)
{
  static const guint8 bomb[] = {
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D,
    0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0xEA, 0x60, 0x00, 0x00, 0xEA, 0x60,
    0x08, 0x06, 0x00, 0x00, 0x00, 0x80, 0xD2, 0x75, 0x42, 0x00, 0x00, 0x03,
    0xE8, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static (bomb, sizeof bomb);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;
  int sides[2] = { 0, 0 };

  g_assert_null (part_image_new (bytes, sides, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED); /* ours, not the loader's */
  g_clear_error (&error);
  g_assert_null (part_image_new (nothing, sides, &error));
  g_assert_nonnull (error);
}

static void
test_looks (void)
{
  static const struct
  {
    const char *data;
    gboolean    is_mail;
  } cases[] = {
    { "From: a@b\n\n", TRUE },
    { "X-Y: z\nSubject: a\n", TRUE },
    { SEPARATOR "anything", TRUE },
    { "", FALSE },
    { "[Scenario]\nTitle=From: here\n", FALSE },
    { "# From: here\n[Scenario]\n", FALSE },
    { "{\"postroad\":1}\n", FALSE },
    { "once upon a time: a letter\n", FALSE },
    { "A story\nFrom: here\n\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (app_mail_looks_so ((const guint8 *) cases[i].data, strlen (cases[i].data)), ==,
                     cases[i].is_mail);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP there is no display\n");
      return 0;
    }
  adw_init ();
  /* What is revealed is there at once, however slow the machine. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  application = GTK_APPLICATION (
      adw_application_new ("org.postroad.Postroad", G_APPLICATION_NON_UNIQUE));
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  app_keys_add_to_application (application);
  g_test_add_func ("/mail/message", test_message);
  g_test_add_func ("/mail/links", test_links);
  g_test_add_func ("/mail/next", test_next);
  g_test_add_func ("/mail/mailbox", test_mailbox);
  g_test_add_func ("/mail/hostile", test_hostile);
  g_test_add_func ("/mail/session-message", test_session_message);
  g_test_add_func ("/mail/names", test_names);
  g_test_add_func ("/mail/text", test_text);
  g_test_add_func ("/mail/long-lines", test_long_lines);
  g_test_add_func ("/mail/image-bomb", test_image_bomb);
  g_test_add_func ("/mail/looks", test_looks);
  return g_test_run ();
}
