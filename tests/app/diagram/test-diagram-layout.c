/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <diagram/diagram-flight.h>
#include <diagram/diagram-layout.h>
#include <diagram/diagram-mark.h>
#include <diagram/diagram-metrics.h>
#include <math.h>
#include <string.h>

#include "letter.h"

static DiagramLayout *
new_layout (TraceLog *log, TraceLevel level, double width)
{
  DiagramOptions options;

  diagram_options_init (&options);
  options.level = level;
  options.width = width;
  return diagram_layout_new (log, &options);
}

static void
test_lane_order (void)
{
  static const char *const order[] = { "alice-pc", "mail.sender.example", "mail.recipient.example",
                                       "bob-pc", "ns.example" };
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  DiagramModel *model = diagram_layout_get_model (layout);

  g_test_summary ("Lanes follow the letter; the name server stands aside.");
  g_assert_cmpuint (diagram_model_get_n_lanes (model), ==, G_N_ELEMENTS (order));
  for (guint lane = 0; lane < G_N_ELEMENTS (order); lane++)
    {
      guint actor = diagram_model_get_lane_actor (model, lane);

      g_assert_cmpstr (trace_log_get_actor (log, actor)->name, ==, order[lane]);
      g_assert_cmpuint (diagram_model_get_actor_lane (model, actor), ==, lane);
      if (lane > 0)
        g_assert_cmpfloat (diagram_layout_get_lane_x (layout, lane), >,
                           diagram_layout_get_lane_x (layout, lane - 1));
    }
  g_assert_true (diagram_model_is_lane_aside (model, 4));
}

static void
test_levels (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  guint n_rows[3];

  g_test_summary ("Each level holds the one before it; the story is the five steps.");
  for (guint level = 0; level < 3; level++)
    {
      g_autoptr (DiagramLayout) layout = new_layout (log, level, 1280);

      n_rows[level] = diagram_layout_get_n_rows (layout);
    }
  g_assert_cmpuint (n_rows[0], ==, 5);
  g_assert_cmpuint (n_rows[1], ==, n_rows[2] - 3);
  g_assert_cmpuint (n_rows[2], ==, trace_log_get_n_events (log));
}

static void
test_hidden (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  const guint16  names = 1;
  DiagramOptions options;
  g_autoptr (DiagramLayout) layout = NULL;

  diagram_options_init (&options);
  options.hidden = &names;
  options.n_hidden = 1;
  layout = diagram_layout_new (log, &options);
  g_assert_cmpuint (diagram_model_get_n_lanes (diagram_layout_get_model (layout)), ==, 4);
  for (guint row = 0; row < diagram_layout_get_n_rows (layout); row++)
    {
      guint position = diagram_model_get_position (diagram_layout_get_model (layout), row);
      const TraceEvent *event = trace_log_get_event (log, position);

      g_assert_true (event->from != names && event->to != names);
    }
}

static void
test_rows_and_places (void)
{
  g_autoptr (TraceLog) log = letter_new_many (4, 5000);
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  DiagramModel *model = diagram_layout_get_model (layout);
  guint         n_rows = diagram_layout_get_n_rows (layout);
  double        sum = 0;

  g_test_summary ("Row to y and back, position to row and back, for every row.");
  for (guint row = 0; row < n_rows; row++)
    {
      double y = diagram_layout_get_row_y (layout, row);
      double height = diagram_layout_get_row_height (layout, row);

      g_assert_cmpfloat_with_epsilon (y, sum, 1e-6);
      sum += height;
      g_assert_cmpuint (diagram_layout_find_row (layout, y), ==, row);
      g_assert_cmpuint (diagram_layout_find_row (layout, y + height - 0.001), ==, row);
      g_assert_cmpuint (diagram_model_find_row (model, diagram_model_get_position (model, row)), ==,
                        row);
    }
  g_assert_cmpfloat_with_epsilon (sum, diagram_layout_get_height (layout), 1e-6);
  g_assert_cmpuint (diagram_layout_find_row (layout, -1), ==, DIAGRAM_NONE);
  g_assert_cmpuint (diagram_layout_find_row (layout, sum), ==, DIAGRAM_NONE);
}

static void
test_growth (void)
{
  g_autoptr (TraceLog) log = letter_new_many (5, 1);
  g_autoptr (DiagramLayout) grown = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);

  g_test_summary ("A layout that grew with its log is that of the whole log.");
  for (guint i = 1; i < 3000; i++)
    {
      letter_add (log, i % 50 == 0 ? TRACE_MESSAGE : TRACE_UNIT, i % 5, (i / 7) % 5, "command",
                  "NOOP");
      if (i % 3 == 0)
        diagram_layout_update (grown);
    }
  diagram_layout_update (grown);

  g_autoptr (DiagramLayout) whole = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  g_autoptr (DiagramList) a = diagram_list_new ();
  g_autoptr (DiagramList) b = diagram_list_new ();

  diagram_layout_build (grown, 0, diagram_layout_get_height (grown), a);
  diagram_layout_build (whole, 0, diagram_layout_get_height (whole), b);
  g_assert_cmpuint (diagram_list_get_n (a), ==, diagram_list_get_n (b));
  for (guint i = 0; i < diagram_list_get_n (a); i++)
    {
      const DiagramItem *one = diagram_list_get (a, i);
      const DiagramItem *two = diagram_list_get (b, i);

      g_assert_cmpuint (one->kind, ==, two->kind);
      g_assert_cmpfloat (one->x1, ==, two->x1);
      g_assert_cmpfloat (one->y2, ==, two->y2);
    }
}

static guint
count_rows (DiagramList *list)
{
  guint n = 0;
  guint last = DIAGRAM_NONE;

  for (guint i = 0; i < diagram_list_get_n (list); i++)
    {
      const DiagramItem *item = diagram_list_get (list, i);

      if (item->kind != DIAGRAM_ITEM_BAR && item->row != DIAGRAM_NONE && item->row != last)
        {
          last = item->row;
          n++;
        }
    }
  return n;
}

static void
test_only_what_is_in_sight (void)
{
  g_autoptr (TraceLog) log = letter_new_many (4, 100000);
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  g_autoptr (DiagramList) list = diagram_list_new ();
  double y = diagram_layout_get_row_y (layout, 70000);
  gint64 start = g_get_monotonic_time ();

  g_test_summary ("A frame builds the rows in sight, each once, and quickly.");
  for (guint i = 0; i < 100; i++)
    {
      diagram_list_clear (list);
      diagram_layout_build (layout, y, y + 1000, list);
    }
  g_assert_cmpuint (count_rows (list), <, 40);
  g_assert_cmpint ((g_get_monotonic_time () - start) / 100, <, 16000);
  diagram_list_clear (list);
  diagram_layout_build_rows (layout, y, diagram_layout_get_row_y (layout, 70010), list);
  g_assert_cmpuint (count_rows (list), ==, 10);
}

static void
test_bars (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  DiagramModel     *model = diagram_layout_get_model (layout);
  const DiagramBar *bar = diagram_model_get_bar (model, 1);

  g_assert_nonnull (bar);
  g_assert_cmpuint (bar->first_row, ==, 1);
  g_assert_true (bar->is_closed);
  g_assert_cmpuint (bar->from_slot, ==, 0);
  g_assert_null (diagram_model_get_bar (model, 99));
}

static void
test_concurrent_bars (void)
{
  g_autoptr (TraceLog) log = letter_new_many (2, 1);
  TraceConnection connection = { 0, 1, TRACE_SMTP, 50000, 25 };

  g_test_summary ("Connections that are open at once stand side by side; a closed one makes room.");
  trace_log_add_connection (log, &connection);
  letter_add (log, TRACE_OPEN, 0, 1, "open", "");
  trace_log_add_connection (log, &connection);
  letter_add (log, TRACE_OPEN, 0, 1, "open", "");
  letter_add (log, TRACE_CLOSE, 0, 1, "close", "");
  trace_log_add_connection (log, &connection);
  letter_add (log, TRACE_OPEN, 0, 1, "open", "");

  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  DiagramModel *model = diagram_layout_get_model (layout);

  g_assert_cmpuint (diagram_model_get_bar (model, 2)->from_slot, ==, 1);
  g_assert_cmpuint (diagram_model_get_bar (model, 3)->from_slot, ==, 2);
  g_assert_cmpuint (diagram_model_get_bar (model, 4)->from_slot, ==, 2);
  g_assert_cmpuint (diagram_model_get_n_slots (model, 0), ==, 3);
}

static void
test_labels_keep_to_their_room (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_PACKETS, 700);
  g_autoptr (DiagramList) list = diagram_list_new ();
  DiagramStretch stretch;

  g_test_summary ("A label has the room between its arrow's lanes and not more.");
  diagram_layout_build (layout, 0, diagram_layout_get_height (layout), list);
  for (guint i = 0; i < diagram_list_get_n (list); i++)
    {
      const DiagramItem *item = diagram_list_get (list, i);

      if (item->kind != DIAGRAM_ITEM_TEXT || item->text != DIAGRAM_TEXT_LABEL)
        continue;
      diagram_layout_get_stretch (layout, item->row, &stretch);
      g_assert_cmpfloat (item->x1 - item->x2 / 2, >=, MIN (stretch.x1, stretch.x2));
      g_assert_cmpfloat (item->x1 + item->x2 / 2, <=, MAX (stretch.x1, stretch.x2));
    }
}

static void
test_elision (void)
{
  static const char text[] = "MAIL FROM:<\303\244\346\227\245@example>";

  for (double width = 0; width < 300; width += 3)
    {
      g_autofree char *elided = diagram_metrics_dup_elided (text, 13, FALSE, width);

      g_assert_true (g_utf8_validate (elided, -1, NULL));
      g_assert_cmpfloat (diagram_metrics_get_width (elided, 13, FALSE), <=, width + 5);
    }
}

static void
test_hit (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_PACKETS, 1280);
  DiagramStretch stretch;

  g_test_summary ("Pointing at the middle of each row's drawing finds its event.");
  for (guint row = 0; row < diagram_layout_get_n_rows (layout); row++)
    {
      diagram_layout_get_stretch (layout, row, &stretch);
      g_assert_cmpuint (diagram_layout_hit (layout, (stretch.x1 + stretch.x2) / 2, stretch.y1), ==,
                        diagram_model_get_position (diagram_layout_get_model (layout), row));
    }
  g_assert_cmpuint (diagram_layout_hit (layout, 200, -5), ==, DIAGRAM_NONE);
  g_assert_cmpuint (diagram_layout_find_lane (layout, -100), ==, 0);
  g_assert_cmpuint (diagram_layout_find_lane (layout, 5000), ==, 4);
}

static void
test_flight (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  DiagramStretch stretch;
  DiagramFlight  flight = { 0 };

  g_assert_false (diagram_flight_at (layout, 0, 0.5, &flight)); /* composed: stays */
  g_assert_cmpint (diagram_flight_get_duration_us (layout, 0), ==, 0);
  diagram_layout_get_stretch (layout, 1, &stretch);
  g_assert_true (diagram_flight_at (layout, 1, 0, &flight));
  g_assert_cmpfloat (flight.x, ==, stretch.x1);
  g_assert_true (diagram_flight_at (layout, 1, 7, &flight));
  g_assert_cmpfloat_with_epsilon (flight.x, stretch.x2, 1e-9);
  g_assert_true (diagram_flight_at (layout, 1, 0.5, &flight));
  g_assert_cmpfloat_with_epsilon (flight.x, (stretch.x1 + stretch.x2) / 2, 1e-9);
  g_assert_cmpint (diagram_flight_get_duration_us (layout, 1), >=, DIAGRAM_FLIGHT_US_MIN);
  g_assert_cmpint (diagram_flight_get_duration_us (layout, 1), <=, DIAGRAM_FLIGHT_US_MAX);
  g_assert_cmpfloat (diagram_flight_get_row_opacity (3, 4, DIAGRAM_FUTURE_HIDDEN), ==, 1);
  g_assert_cmpfloat (diagram_flight_get_row_opacity (3, 3.5, DIAGRAM_FUTURE_HIDDEN), ==, 0.5);
  g_assert_cmpfloat (diagram_flight_get_row_opacity (3, 1, DIAGRAM_FUTURE_HIDDEN), ==, 0);
  g_assert_cmpfloat (diagram_flight_get_row_opacity (3, 1, DIAGRAM_FUTURE_FAINT), ==,
                     DIAGRAM_FAINT_OPACITY);
}

static void
test_playhead (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  g_autoptr (DiagramList) list = diagram_list_new ();
  double height = diagram_layout_get_height (layout);

  diagram_layout_set_playhead (layout, 7);
  g_assert_cmpfloat (diagram_layout_get_height (layout), ==, height);
  diagram_layout_build (layout, 0, height, list);
  for (guint i = 0; i < diagram_list_get_n (list); i++)
    {
      const DiagramItem *item = diagram_list_get (list, i);

      if (item->row != DIAGRAM_NONE)
        g_assert_cmpint ((item->flags & DIAGRAM_ITEM_FAINT) != 0, ==, item->row >= 7);
    }
}

static guint
count_items (const DiagramList *list, DiagramItemKind kind, guint mark, guint flags)
{
  guint n = 0;

  for (guint i = 0; i < diagram_list_get_n (list); i++)
    {
      const DiagramItem *item = diagram_list_get (list, i);

      n += item->kind == kind && (item->flags & flags) == flags &&
           (kind != DIAGRAM_ITEM_MARK || item->mark == mark);
    }
  return n;
}

static void
test_tls_on_bars (void)
{
  g_autoptr (TraceLog) log = letter_new ();
  g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 1280);
  g_autoptr (DiagramList) list = diagram_list_new ();
  const DiagramBar *bar = diagram_model_get_bar (diagram_layout_get_model (layout), 1);

  g_test_summary ("A bar says from where TLS protects its connection, by a lock at both ends.");
  g_assert_cmpuint (bar->tls_row, >, bar->first_row);
  g_assert_cmpuint (bar->tls_row, <, bar->last_row);
  diagram_layout_build_ground (layout, 0, diagram_layout_get_height (layout), list);
  g_assert_cmpuint (count_items (list, DIAGRAM_ITEM_BAR, 0, DIAGRAM_ITEM_TLS), ==, 2);
  g_assert_cmpuint (count_items (list, DIAGRAM_ITEM_MARK, DIAGRAM_MARK_LOCK, 0), ==, 2);
}

static void
get_chips (guint actor, DiagramChips *out_chips, gpointer user_data)
{
  *out_chips = (DiagramChips){ actor == 2 ? 12345 : 0, actor == 2 || actor == 3 ? 1 : 0 };
}

static void
test_chips (void)
{
  static const double widths[] = { 400, 700, 1280, 2400 };
  g_autoptr (TraceLog) log = letter_new ();

  g_test_summary ("Heads show counters that are not 0, within their own width.");
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      g_autoptr (DiagramLayout) layout = new_layout (log, TRACE_LEVEL_DIALOGUE, widths[i]);
      g_autoptr (DiagramList) plain = diagram_list_new ();
      g_autoptr (DiagramList) list = diagram_list_new ();

      diagram_layout_build_heads (layout, plain);
      g_assert_cmpuint (count_items (plain, DIAGRAM_ITEM_NOTE, 0, 0), ==, 0);
      diagram_layout_set_chips (layout, get_chips, NULL);
      diagram_layout_build_heads (layout, list);
      g_assert_cmpuint (count_items (list, DIAGRAM_ITEM_NOTE, 0, 0), ==, 3);
      g_assert_cmpuint (count_items (list, DIAGRAM_ITEM_MARK, DIAGRAM_MARK_QUEUE, 0), ==, 1);
      for (guint j = 0; j < diagram_list_get_n (list); j++)
        {
          const DiagramItem *item = diagram_list_get (list, j);
          DiagramBox         box;

          if (item->kind != DIAGRAM_ITEM_NOTE)
            continue;
          diagram_layout_get_head_box (
              layout,
              diagram_model_get_actor_lane (diagram_layout_get_model (layout), item->actor), &box);
          g_assert_cmpfloat (item->x1, >=, box.x1 - 1);
          g_assert_cmpfloat (item->x2, <=, box.x2 + 1);
          g_assert_cmpfloat (item->y2, <=, diagram_layout_get_head_height (layout));
        }
    }
}

/* What a note of that name and these flags shows: its signs, and the lines of its text. */
static void
assert_note (const char *what, guint flags, const char *text, const char *signs, guint n_lines)
{
  g_autoptr (TraceLog) log = trace_log_new ("t", 1);
  g_autoptr (DiagramLayout) layout = NULL;
  g_autoptr (DiagramList) list = diagram_list_new ();
  g_autoptr (GString) found = g_string_new (NULL);
  TraceEvent event = { .kind = TRACE_NOTE, .flags = flags };
  guint      n_found = 0;

  trace_log_add_actor (log, "a.example", "MTA", "");
  trace_log_add_actor (log, "b.example", "MTA", "");
  trace_log_add_actor (log, "c.example", "MTA", "");
  event.what = trace_log_intern (log, what);
  trace_log_append (log, &event, text, strlen (text));
  layout = new_layout (log, TRACE_LEVEL_DIALOGUE, 600);
  diagram_layout_build_rows (layout, 0, diagram_layout_get_height (layout), list);
  for (guint i = 0; i < diagram_list_get_n (list); i++)
    {
      const DiagramItem *item = diagram_list_get (list, i);

      if (item->kind == DIAGRAM_ITEM_MARK)
        g_string_append_printf (found, "%s%s", found->len > 0 ? "+" : "",
                                diagram_mark_get_name (item->mark));
      n_found += item->kind == DIAGRAM_ITEM_TEXT && item->text == DIAGRAM_TEXT_NOTE;
    }
  g_assert_cmpstr (found->str, ==, signs);
  g_assert_cmpuint (n_found, ==, n_lines);
}

static void
test_notes (void)
{
  g_test_summary ("Each kind of decision has a sign of its own; a long sentence takes two lines.");
  assert_note ("queued", 0, "in", "queue", 1);
  assert_note ("unqueued", 0, "out", "out of the queue", 1);
  assert_note ("retry", TRACE_FLAG_WARNING, "later", "later", 1);
  assert_note ("failed", TRACE_FLAG_ERROR, "never", "cross", 1);
  assert_note ("delivered", 0, "there", "delivered", 1);
  assert_note ("tls", 0, "locked", "lock", 1);
  assert_note ("certificate", 0, "valid", "certificate", 1);
  assert_note ("certificate", TRACE_FLAG_ERROR, "expired", "certificate+cross", 1);
  assert_note ("tolerated", TRACE_FLAG_WARNING, "let pass", "warning", 1);
  assert_note ("something", 0, "said", "", 1);
  assert_note ("queued", 0,
               "a sentence that is by far too long to be put into a single line of a note", "queue",
               2);
}

static void
test_contrast (void)
{
  g_test_summary ("Every text of every theme reads at 4.5:1 and is at least 11 pixels tall.");
  for (guint variant = 0; variant < DIAGRAM_N_THEMES; variant++)
    for (guint text = 0; text < DIAGRAM_N_TEXTS; text++)
      for (guint colour = 0; colour <= DIAGRAM_MESSAGE_COLOURS; colour++)
        for (guint flags = 0; flags <= DIAGRAM_ITEM_WARNING; flags++)
          for (guint style = 0; style < DIAGRAM_N_STYLES; style++)
            {
              DiagramItem   item = { .kind = DIAGRAM_ITEM_TEXT, .text = (guint8) text,
                                     .colour = (guint8) colour, .flags = (guint8) flags,
                                     .style = (guint8) style };
              DiagramItem   box = { .kind = text == DIAGRAM_TEXT_NOTE ? DIAGRAM_ITEM_NOTE
                                                                      : DIAGRAM_ITEM_LANE_HEAD,
                                    .style = (guint8) style };
              DiagramColour background = diagram_theme_get_background (variant);
              DiagramPaint  paint;
              DiagramFont   font;

              diagram_theme_get_font (variant, &item, &font);
              diagram_theme_get_paint (variant, &box, &paint);
              g_assert_cmpfloat (font.size, >=, 11);
              g_assert_cmpfloat (diagram_colour_get_contrast (&font.colour, &background), >=, 4.5);
              if (text == DIAGRAM_TEXT_NOTE || text == DIAGRAM_TEXT_NAME ||
                  text == DIAGRAM_TEXT_ADDRESS)
                g_assert_cmpfloat (diagram_colour_get_contrast (&font.colour, &paint.fill), >=,
                                   4.5);
            }
}

static void
test_message_looks (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  g_test_summary ("Messages differ in colour and shape for as long as there are pairs.");
  for (guint i = 1; i <= DIAGRAM_MESSAGE_COLOURS * DIAGRAM_MESSAGE_SHAPES; i++)
    g_assert_true (g_hash_table_add (
        seen, GUINT_TO_POINTER (diagram_mark_get_message_colour (i) * 100 +
                                diagram_mark_for_message (i) + 1)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagram/lane-order", test_lane_order);
  g_test_add_func ("/diagram/levels", test_levels);
  g_test_add_func ("/diagram/hidden", test_hidden);
  g_test_add_func ("/diagram/rows-and-places", test_rows_and_places);
  g_test_add_func ("/diagram/growth", test_growth);
  g_test_add_func ("/diagram/only-what-is-in-sight", test_only_what_is_in_sight);
  g_test_add_func ("/diagram/bars", test_bars);
  g_test_add_func ("/diagram/concurrent-bars", test_concurrent_bars);
  g_test_add_func ("/diagram/labels-keep-to-their-room", test_labels_keep_to_their_room);
  g_test_add_func ("/diagram/elision", test_elision);
  g_test_add_func ("/diagram/hit", test_hit);
  g_test_add_func ("/diagram/flight", test_flight);
  g_test_add_func ("/diagram/playhead", test_playhead);
  g_test_add_func ("/diagram/tls-on-bars", test_tls_on_bars);
  g_test_add_func ("/diagram/chips", test_chips);
  g_test_add_func ("/diagram/notes", test_notes);
  g_test_add_func ("/diagram/contrast", test_contrast);
  g_test_add_func ("/diagram/message-looks", test_message_looks);
  return g_test_run ();
}
