/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-text.h"

#include <math.h>
#include <string.h>

#include <trace/trace-text.h>

#include "diagram-mark.h"

#define COLUMNS_MIN 40
#define COLUMNS_MAX 1000
#define GAP_MIN 9        /* columns from lane to lane; with less the ladder becomes a list */
#define GAP_MAX 40
#define ASIDE_SHARE 0.85  /* of a gap, beside a name server */
#define HEAD_LINES_MAX 4
#define SECURE_GAP_MIN 8 /* shorter arrows are double lines without the word */

/* One column; the right half of a wide character has character 0. */
typedef struct
{
  gunichar character;
  gunichar combining; /* 0: none */
} Cell;

/* How the parts of a ladder are drawn. */
typedef struct
{
  gunichar    lane, bar, secure_bar, right, left, cross;
  gunichar    command, reply, data, thin, tls, letter, lost;
  const char *ellipsis;
  const char *error, *dot;
  const char *shapes[DIAGRAM_MESSAGE_SHAPES];
} Drawing;

static const Drawing box_drawing = {
  .lane = 0x2502, .bar = 0x2503, .secure_bar = 0x2551, .right = 0x25b6, .left = 0x25c0,
  .cross = 0x253c,
  .command = 0x2500, .reply = 0x254c, .data = 0x2501, .thin = 0x2508, .tls = 0x2550,
  .letter = 0x2501, .lost = 0x2717,
  .ellipsis = "\342\200\246", .error = "\342\234\227 ", .dot = " \302\267 ",
  .shapes = { "\342\227\217", "\342\226\240", "\342\226\262", "\342\227\206", "\342\230\205" },
};
static const Drawing ascii_drawing = {
  .lane = '|', .bar = '#', .secure_bar = 'H', .right = '>', .left = '<', .cross = '+',
  .command = '-', .reply = '-', .data = '=', .thin = '.', .tls = '=',
  .letter = '=', .lost = 'X',
  .ellipsis = "...", .error = "! ", .dot = " - ",
  .shapes = { "(o)", "[o]", "/o\\", "<o>", "{*}" },
};

typedef enum
{
  LANE_IDLE,
  LANE_BUSY,   /* a connection is open */
  LANE_SECURE, /* and TLS protects it */
} LaneState;

typedef struct
{
  DiagramLayout *layout;
  DiagramModel  *model;
  TraceLog      *log;
  GByteArray    *out;
  const Drawing *drawing;
  guint          columns;
  guint          time_columns;
  guint          n_lanes;
  guint         *lanes; /* column of each */
  LaneState     *states; /* of each lane in this row */
  guint          row;
  gboolean       is_after_blank;
  Cell          *cells;
} Text;

/* Strings in columns */

static guint
get_columns (gunichar c)
{
  return g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
}

static guint
measure (const char *text)
{
  guint n = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    n += get_columns (g_utf8_get_char (p));
  return n;
}

/* Returns: how many bytes of @text fit in @columns. */
static gsize
fit (const char *text, guint columns)
{
  const char *p = text;

  for (guint n = 0; *p != '\0'; p = g_utf8_next_char (p))
    {
      n += get_columns (g_utf8_get_char (p));
      if (n > columns)
        break;
    }
  return (gsize) (p - text);
}

static char *
dup_elided (Text *self, const char *text, guint columns)
{
  guint dots = measure (self->drawing->ellipsis);

  if (measure (text) <= columns)
    return g_strdup (text);
  if (columns < dots)
    return g_strdup ("");
  return g_strdup_printf ("%.*s%s", (int) fit (text, columns - dots), text,
                          self->drawing->ellipsis);
}

/* In an ASCII ladder, whatever is not ASCII is shown by its number. */
static char *
dup_shown (Text *self, const char *text)
{
  g_autofree char *safe = diagram_text_dup_safe (text);
  g_autoptr (GString) ascii = NULL;

  if (self->drawing == &box_drawing || g_str_is_ascii (safe))
    return g_steal_pointer (&safe);
  ascii = g_string_new (NULL);
  for (const char *p = safe; *p != '\0'; p = g_utf8_next_char (p))
    {
      if ((guint8) *p < 0x80)
        g_string_append_c (ascii, *p);
      else
        g_string_append_printf (ascii, "\\u{%04X}", g_utf8_get_char (p));
    }
  return g_string_free (g_steal_pointer (&ascii), FALSE);
}

/* Lines */

static void
begin_line (Text *self)
{
  const gunichar lanes[] = {
    [LANE_IDLE] = self->drawing->lane,
    [LANE_BUSY] = self->drawing->bar,
    [LANE_SECURE] = self->drawing->secure_bar,
  };

  for (guint i = 0; i < self->columns; i++)
    self->cells[i] = (Cell){ ' ', 0 };
  for (guint lane = 0; lane < self->n_lanes; lane++)
    self->cells[self->lanes[lane]].character = lanes[self->states[lane]];
}

static void
begin_bare_line (Text *self)
{
  for (guint i = 0; i < self->columns; i++)
    self->cells[i] = (Cell){ ' ', 0 };
}

static void
end_line (Text *self)
{
  guint end = self->columns;
  char  buffer[6];

  while (end > 0 && self->cells[end - 1].character == ' ')
    end--;
  for (guint i = 0; i < end; i++)
    {
      const Cell *cell = &self->cells[i];

      if (cell->character != 0)
        g_byte_array_append (self->out, (const guint8 *) buffer,
                             (guint) g_unichar_to_utf8 (cell->character, buffer));
      if (cell->combining != 0)
        g_byte_array_append (self->out, (const guint8 *) buffer,
                             (guint) g_unichar_to_utf8 (cell->combining, buffer));
    }
  g_byte_array_append (self->out, (const guint8 *) "\n", 1);
}

static void
put (Text *self, guint column, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      guint    n = get_columns (c);

      if (n == 0 && column > 0 && column <= self->columns)
        self->cells[column - 1].combining = c;
      if (n == 0)
        continue;
      if (column + n > self->columns)
        return;
      self->cells[column] = (Cell){ c, 0 };
      if (n == 2)
        self->cells[column + 1] = (Cell){ 0, 0 };
      column += n;
    }
}

/* Puts text with a space on each side of it, which keeps it clear of the lanes. */
static void
put_clear (Text *self, guint column, const char *text)
{
  g_autofree char *padded = g_strdup_printf (" %s ", text);

  put (self, column - 1, padded);
}

static void
put_time (Text *self, guint row)
{
  const TraceEvent *event
      = trace_log_get_event (self->log, diagram_model_get_position (self->model, row));
  g_autofree char *time = NULL;
  guint            n;

  if (row > 0)
    {
      guint above = diagram_model_get_position (self->model, row - 1);

      if (trace_log_get_event (self->log, above)->time_us == event->time_us)
        return;
    }
  time = trace_text_dup_time (self->log, event->time_us);
  n = measure (time);
  put (self, n < self->time_columns ? self->time_columns - 1 - n : 0, time);
}

static guint
get_column (Text *self, guint actor)
{
  return self->lanes[diagram_model_get_actor_lane (self->model, actor)];
}

/* The column where @width columns stand centred on @middle, or as near as the page lets them. */
static guint
place (Text *self, guint middle, guint width)
{
  guint left = self->time_columns + 1;
  guint start = middle > left + width / 2 ? middle - width / 2 : left;

  return MAX (left, MIN (start, self->columns > width + 1 ? self->columns - width - 1 : left));
}

static guint
get_room (Text *self)
{
  return self->columns - self->time_columns - 2;
}

/* Rows */

static void
put_shaft (Text *self, guint from, guint to, gunichar shaft, gboolean is_sparse, gboolean is_lost)
{
  gboolean goes_right = to > from;
  guint    first = goes_right ? from + 1 : to + 1;
  guint    last = goes_right ? to - 1 : from - 1;

  for (guint i = first; i <= last; i++)
    {
      gboolean is_lane = self->cells[i].character != ' ';

      if (is_lane && shaft == self->drawing->command && !is_sparse)
        self->cells[i].character = self->drawing->cross;
      else if (!is_lane && (!is_sparse || (goes_right ? last - i : i - first) % 2 == 0))
        self->cells[i].character = shaft;
      else if (is_lane && !is_sparse && shaft != self->drawing->reply)
        self->cells[i].character = shaft;
    }
  if (is_lost)
    {
      guint middle = (from + to) / 2;

      for (guint i = goes_right ? middle + 1 : first; i < (goes_right ? last + 1 : middle); i++)
        if (self->cells[i].character == shaft)
          self->cells[i].character = ' ';
      self->cells[middle].character = self->drawing->lost;
      return;
    }
  self->cells[goes_right ? last : first].character = goes_right ? self->drawing->right
                                                                : self->drawing->left;
}

/* A message, or a chunk of one. */
static gboolean
is_data (Text *self, const TraceEvent *event)
{
  const char *what = trace_log_get_what (self->log, event);

  return strcmp (what, "data") == 0 || strcmp (what, "chunk") == 0;
}

static gunichar
get_shaft (Text *self, const TraceEvent *event, DiagramRowKind kind, gboolean *out_is_sparse)
{
  const Drawing *drawing = self->drawing;
  const char    *what = trace_log_get_what (self->log, event);
  gboolean       is_reply = strcmp (what, "reply") == 0 || strcmp (what, "response") == 0 ||
                      strcmp (what, "answer") == 0;

  *out_is_sparse = FALSE;
  if (kind == DIAGRAM_ROW_LETTER)
    return drawing->letter;
  if (kind == DIAGRAM_ROW_CONTROL || kind == DIAGRAM_ROW_PACKET)
    return drawing->thin;
  if (event->flags & TRACE_FLAG_TLS)
    return drawing->tls;
  if (is_data (self, event))
    return drawing->data;
  *out_is_sparse = is_reply && drawing == &ascii_drawing;
  return is_reply ? drawing->reply : drawing->command;
}

static gboolean
is_error (const TraceEvent *event)
{
  return (event->flags & TRACE_FLAG_ERROR) != 0 || event->kind == TRACE_REFUSED ||
         event->kind == TRACE_TIMEOUT || event->kind == TRACE_RESET;
}

/* The label above a shaft: centred on it when it fits, else from its left end on. */
static void
write_label (Text *self, guint from, guint to, const char *label)
{
  guint            left = MIN (from, to);
  guint            right = MAX (from, to);
  g_autofree char *elided = dup_elided (self, label, get_room (self) - 1);
  guint            width = measure (elided);
  guint            middle = left + (right - left) / 2;

  begin_line (self);
  if (width + 4 > right - left)
    middle = left + 2 + width / 2;
  put_clear (self, place (self, middle, width), elided);
  end_line (self);
}

static void
write_arrow (Text *self, guint row, const TraceEvent *event, const char *label)
{
  DiagramRowKind   kind = diagram_model_get_row_kind (self->model, row);
  guint            from = get_column (self, event->from);
  guint            to = get_column (self, event->to);
  gboolean         is_sparse;
  gunichar         shaft = get_shaft (self, event, kind, &is_sparse);
  const char      *shape = kind == DIAGRAM_ROW_UNIT && is_data (self, event) && event->message > 0
                               ? self->drawing->shapes[diagram_mark_for_message (event->message)]
                               : "";
  g_autofree char *marked = g_strconcat (is_error (event) ? self->drawing->error : "", shape,
                                         shape[0] != '\0' ? " " : "", label, NULL);

  write_label (self, from, to, marked);
  begin_line (self);
  put_shaft (self, from, to, shaft, is_sparse,
             event->flags & TRACE_FLAG_LOST || event->kind == TRACE_TIMEOUT);
  if (event->flags & TRACE_FLAG_TLS && MAX (from, to) - MIN (from, to) > SECURE_GAP_MIN)
    put (self, to > from ? from + 2 : from - 4, "TLS");
  put_time (self, row);
  end_line (self);
}

/* A line of lanes alone sets a step of the letter apart; one is enough between two steps. */
static void
write_blank (Text *self)
{
  if (self->is_after_blank)
    return;
  begin_line (self);
  end_line (self);
  self->is_after_blank = TRUE;
}

static const char *
get_caption (Text *self, const TraceEvent *event)
{
  const char *what = trace_log_get_what (self->log, event);
  const char *caption = diagram_stage_get_caption (what);

  return caption != NULL ? caption : what;
}

static void
write_letter (Text *self, guint row, const TraceEvent *event, const char *label)
{
  guint            from = get_column (self, event->from);
  guint            to = get_column (self, event->to);
  g_autofree char *caption = dup_shown (self, get_caption (self, event));

  write_label (self, from, to, caption);
  begin_line (self);
  put_shaft (self, from, to, self->drawing->letter, FALSE, FALSE);
  if (event->message > 0)
    {
      const char *shape = self->drawing->shapes[diagram_mark_for_message (event->message)];

      put_clear (self, (from + to) / 2 - measure (shape) / 2, shape);
    }
  put_time (self, row);
  end_line (self);
  if (label[0] != '\0')
    write_label (self, from, to, label);
}

static void
write_note (Text *self, guint row, const TraceEvent *event, const char *label)
{
  gboolean         is_stage = diagram_model_get_row_kind (self->model, row) == DIAGRAM_ROW_STAGE;
  const char      *shape = is_stage && event->message > 0
                               ? self->drawing->shapes[diagram_mark_for_message (event->message)]
                               : "";
  g_autofree char *caption = is_stage ? dup_shown (self, get_caption (self, event)) : g_strdup ("");
  g_autofree char *text =
      g_strconcat (is_error (event) ? self->drawing->error : "", shape, shape[0] != '\0' ? " " : "",
                   caption, is_stage && label[0] != '\0' ? self->drawing->dot : "", label, NULL);
  g_autofree char *elided = dup_elided (self, text, get_room (self) - 2);
  g_autofree char *boxed = g_strdup_printf ("[%s]", elided);

  begin_line (self);
  put_clear (self, place (self, get_column (self, event->from), measure (boxed)), boxed);
  put_time (self, row);
  end_line (self);
}

static void
mark_busy (const DiagramBar *bar, gpointer user_data)
{
  Text *self = user_data;

  LaneState *from = &self->states[diagram_model_get_actor_lane (self->model, bar->from)];
  LaneState *to = &self->states[diagram_model_get_actor_lane (self->model, bar->to)];
  LaneState  state = bar->tls_row <= self->row ? LANE_SECURE : LANE_BUSY;

  *from = MAX (*from, state);
  *to = MAX (*to, state);
}

static void
write_row (Text *self, guint row)
{
  const TraceEvent *event
      = trace_log_get_event (self->log, diagram_model_get_position (self->model, row));
  DiagramRowKind   kind = diagram_model_get_row_kind (self->model, row);
  gboolean         is_apart = kind == DIAGRAM_ROW_LETTER || kind == DIAGRAM_ROW_STAGE;
  g_autofree char *raw = trace_text_dup_label (self->log, event);
  g_autofree char *label = dup_shown (self, raw);

  memset (self->states, 0, self->n_lanes * sizeof (LaneState));
  self->row = row;
  diagram_model_foreach_bar (self->model, row, row, mark_busy, self);
  if (is_apart)
    write_blank (self);
  self->is_after_blank = FALSE;
  if (kind == DIAGRAM_ROW_LETTER)
    write_letter (self, row, event, label);
  else if (kind == DIAGRAM_ROW_STAGE || kind == DIAGRAM_ROW_NOTE)
    write_note (self, row, event, label);
  else
    write_arrow (self, row, event, label);
  if (is_apart)
    write_blank (self);
}

/* Heads */

/* Cuts @text into pieces of at most @columns, after a comma and before a dot where that can be. */
static void
add_pieces (GPtrArray *lines, const char *text, guint columns)
{
  while (*text != '\0' && lines->len < HEAD_LINES_MAX)
    {
      gsize n = fit (text, columns);

      if (text[n] != '\0')
        {
          gsize cut = n;

          while (cut > 1 && text[cut] != '.' && text[cut - 1] != ' ' && text[cut] != ' ')
            cut--;
          if (cut > 1)
            n = cut;
        }
      if (n == 0)
        return;
      g_ptr_array_add (lines, g_strstrip (g_strndup (text, n)));
      text += n;
    }
}

/* Half of the gap at each side; at the edge of the page, of the gap within. */
static guint
get_head_room (Text *self, guint lane)
{
  guint left = lane > 0 ? self->lanes[lane] - self->lanes[lane - 1] : 0;
  guint right = lane + 1 < self->n_lanes ? self->lanes[lane + 1] - self->lanes[lane] : 0;

  if (left == 0 && right == 0)
    return GAP_MAX;
  return MIN (left > 0 ? left : right, right > 0 ? right : left) - 1;
}

static void
write_heads (Text *self)
{
  g_autoptr (GPtrArray) heads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  guint n_lines = 0;

  for (guint lane = 0; lane < self->n_lanes; lane++)
    {
      const TraceActor *host =
          trace_log_get_actor (self->log, diagram_model_get_lane_actor (self->model, lane));
      const char       *parts[] = { host->name, host->role, host->address };
      GPtrArray        *lines = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        {
          g_autofree char *shown = dup_shown (self, parts[i]);

          add_pieces (lines, shown, get_head_room (self, lane));
        }
      g_ptr_array_add (heads, lines);
      n_lines = MAX (n_lines, lines->len);
    }
  for (guint line = 0; line < n_lines; line++)
    {
      begin_bare_line (self);
      for (guint lane = 0; lane < self->n_lanes; lane++)
        {
          GPtrArray *lines = g_ptr_array_index (heads, lane);
          guint      above = n_lines - lines->len; /* heads stand on the lanes */

          if (line >= above)
            {
              const char *piece = g_ptr_array_index (lines, line - above);

              put (self, place (self, self->lanes[lane], measure (piece)), piece);
            }
        }
      end_line (self);
    }
}

/* The page */

static void
write_plain (Text *self, const char *text)
{
  g_byte_array_append (self->out, (const guint8 *) text, (guint) strlen (text));
  g_byte_array_append (self->out, (const guint8 *) "\n", 1);
}

/* One event a line, for more lanes than a page has room for. */
static void
write_list_row (Text *self, guint row)
{
  const TraceEvent *event
      = trace_log_get_event (self->log, diagram_model_get_position (self->model, row));
  DiagramRowKind   kind = diagram_model_get_row_kind (self->model, row);
  g_autofree char *raw = trace_text_dup_label (self->log, event);
  g_autofree char *label = dup_shown (self, raw);
  g_autofree char *from = dup_shown (self, trace_log_get_actor (self->log, event->from)->name);
  g_autofree char *to = dup_shown (self, trace_log_get_actor (self->log, event->to)->name);
  g_autofree char *time = trace_text_dup_time (self->log, event->time_us);
  gboolean         is_staged = kind == DIAGRAM_ROW_LETTER || kind == DIAGRAM_ROW_STAGE;
  g_autofree char *caption =
      is_staged ? dup_shown (self, get_caption (self, event)) : g_strdup ("");
  g_autofree char *line = g_strconcat (time, "  ", from, event->from != event->to ? " -> " : "",
                                       event->from != event->to ? to : "", "  ",
                                       is_error (event) ? self->drawing->error : "",
                                       event->flags & TRACE_FLAG_TLS ? "[TLS] " : "", caption,
                                       is_staged ? self->drawing->dot : "", label, NULL);
  g_autofree char *elided = dup_elided (self, line, self->columns);

  write_plain (self, elided);
}

/* Places the lanes. Returns: whether there is room for a ladder. */
static gboolean
place_lanes (Text *self)
{
  double n_shares = 0;
  double room = self->columns - self->time_columns;
  double left, share;

  for (guint lane = 0; lane < self->n_lanes; lane++)
    n_shares += diagram_model_is_lane_aside (self->model, lane) ? ASIDE_SHARE : 1;
  share = MIN (room / MAX (n_shares, 1), GAP_MAX);
  if (share < GAP_MIN)
    return FALSE;
  left = self->time_columns;
  for (guint lane = 0; lane < self->n_lanes; lane++)
    {
      double own = share * (diagram_model_is_lane_aside (self->model, lane) ? ASIDE_SHARE : 1);

      self->lanes[lane] = (guint) floor (left + own / 2);
      left += own;
    }
  return TRUE;
}

static guint
get_n_rows (DiagramLayout *layout)
{
  return MIN (diagram_layout_get_n_rows (layout), diagram_layout_get_options (layout)->playhead);
}

static guint
get_time_columns (Text *self)
{
  guint            n_rows = get_n_rows (self->layout);
  g_autofree char *time = NULL;

  if (n_rows == 0)
    return 1;
  time = trace_text_dup_time (
      self->log,
      trace_log_get_event (self->log, diagram_model_get_position (self->model, n_rows - 1))
          ->time_us);
  return MIN (measure (time) + 2, COLUMNS_MIN / 2);
}

static void
write_page (Text *self)
{
  g_autofree char *title = dup_shown (self, trace_log_get_title (self->log));
  g_autofree char *elided = dup_elided (self, title, self->columns);
  guint            n_rows = get_n_rows (self->layout);
  gboolean         is_ladder = place_lanes (self);

  if (elided[0] != '\0')
    {
      write_plain (self, elided);
      write_plain (self, "");
    }
  if (is_ladder && self->n_lanes > 0)
    {
      write_heads (self);
      write_blank (self);
    }
  if (n_rows == 0)
    write_plain (self, "Nothing has happened yet.");
  for (guint row = 0; row < n_rows; row++)
    {
      if (is_ladder)
        write_row (self, row);
      else
        write_list_row (self, row);
    }
}

void
diagram_text_write (DiagramLayout *layout, GByteArray *out)
{
  const DiagramOptions *options = diagram_layout_get_options (layout);
  Text                  text = { .layout = layout, .out = out };

  text.model = diagram_layout_get_model (layout);
  text.log = diagram_model_get_log (text.model);
  text.drawing = options->is_ascii ? &ascii_drawing : &box_drawing;
  text.columns = CLAMP (options->columns, COLUMNS_MIN, COLUMNS_MAX);
  text.time_columns = get_time_columns (&text);
  text.n_lanes = diagram_model_get_n_lanes (text.model);
  text.lanes = g_new0 (guint, text.n_lanes);
  text.states = g_new0 (LaneState, text.n_lanes);
  text.cells = g_new0 (Cell, text.columns);
  write_page (&text);
  g_free (text.lanes);
  g_free (text.states);
  g_free (text.cells);
}
