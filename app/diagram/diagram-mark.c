/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram-mark.h"

#include <string.h>

#include <trace/trace-note.h>

#include "diagram-list.h"

#define MOVE(x, y) { DIAGRAM_PATH_MOVE, { x, y } }
#define LINE(x, y) { DIAGRAM_PATH_LINE, { x, y } }
#define CURVE(x1, y1, x2, y2, x3, y3) { DIAGRAM_PATH_CURVE, { x1, y1, x2, y2, x3, y3 } }
#define CLOSE { DIAGRAM_PATH_CLOSE, { 0 } }
#define FILL { DIAGRAM_PATH_FILL, { 0 } }
#define STROKE { DIAGRAM_PATH_STROKE, { 0 } }
#define END { DIAGRAM_PATH_END, { 0 } }

#define BOX(x1, y1, x2, y2) MOVE (x1, y1), LINE (x2, y1), LINE (x2, y2), LINE (x1, y2), CLOSE

/* A quarter circle of radius 1 as a Bezier curve keeps its control points at this distance. */
#define K 0.5523

#define ROUND(x, y, r)                                                                             \
  MOVE ((x) + (r), y),                                                                             \
      CURVE ((x) + (r), (y) + K * (r), (x) + K * (r), (y) + (r), x, (y) + (r)),                    \
      CURVE ((x) - K * (r), (y) + (r), (x) - (r), (y) + K * (r), (x) - (r), y),                    \
      CURVE ((x) - (r), (y) - K * (r), (x) - K * (r), (y) - (r), x, (y) - (r)),                    \
      CURVE ((x) + K * (r), (y) - (r), (x) + (r), (y) - K * (r), (x) + (r), y), CLOSE

static const DiagramPathStep circle[] = { ROUND (0, 0, 0.85), FILL, END };
static const DiagramPathStep square[] = { BOX (-0.76, -0.76, 0.76, 0.76), FILL, END };
static const DiagramPathStep triangle[] = {
  MOVE (0, -0.92), LINE (0.92, 0.72), LINE (-0.92, 0.72), CLOSE, FILL, END,
};
static const DiagramPathStep diamond[] = {
  MOVE (0, -1), LINE (1, 0), LINE (0, 1), LINE (-1, 0), CLOSE, FILL, END,
};
static const DiagramPathStep star[] = {
  MOVE (0, -1),
  LINE (0.26, -0.36),
  LINE (0.95, -0.31),
  LINE (0.42, 0.14),
  LINE (0.59, 0.81),
  LINE (0, 0.44),
  LINE (-0.59, 0.81),
  LINE (-0.42, 0.14),
  LINE (-0.95, -0.31),
  LINE (-0.26, -0.36),
  CLOSE,
  FILL,
  END,
};
static const DiagramPathStep envelope[] = {
  BOX (-1, -0.7, 1, 0.7), FILL, MOVE (-1, -0.7), LINE (0, 0.16), LINE (1, -0.7), STROKE, END,
};
static const DiagramPathStep lock[] = {
  BOX (-0.7, -0.1, 0.7, 0.9),
  FILL,
  MOVE (-0.42, -0.1),
  LINE (-0.42, -0.45),
  CURVE (-0.42, -1.05, 0.42, -1.05, 0.42, -0.45),
  LINE (0.42, -0.1),
  STROKE,
  END,
};
static const DiagramPathStep cross[] = {
  MOVE (-0.75, -0.75), LINE (0.75, 0.75), MOVE (0.75, -0.75), LINE (-0.75, 0.75), STROKE, END,
};
static const DiagramPathStep warning[] = {
  MOVE (0, -0.9), LINE (1, 0.8),   LINE (-1, 0.8),   CLOSE,  FILL,
  MOVE (0, -0.3), LINE (0, 0.25), MOVE (0, 0.47), LINE (0, 0.53), STROKE, END,
};
static const DiagramPathStep computer[] = {
  BOX (-0.95, -0.8, 0.95, 0.4), FILL,   MOVE (0, 0.4), LINE (0, 0.8), MOVE (-0.55, 0.8),
  LINE (0.55, 0.8),             STROKE, END,
};
static const DiagramPathStep server[] = {
  BOX (-0.85, -0.85, 0.85, -0.05), FILL, BOX (-0.85, -0.05, 0.85, 0.75), FILL,
  MOVE (-0.5, -0.45), LINE (-0.3, -0.45), MOVE (0.05, -0.45), LINE (0.5, -0.45),
  MOVE (-0.5, 0.35), LINE (-0.3, 0.35), MOVE (0.05, 0.35), LINE (0.5, 0.35), STROKE, END,
};
/* An open book: the directory one looks names up in. */
static const DiagramPathStep names[] = {
  MOVE (0, -0.55), CURVE (-0.3, -0.85, -0.7, -0.85, -0.95, -0.75), LINE (-0.95, 0.6),
  CURVE (-0.7, 0.5, -0.3, 0.5, 0, 0.8), CURVE (0.3, 0.5, 0.7, 0.5, 0.95, 0.6),
  LINE (0.95, -0.75), CURVE (0.7, -0.85, 0.3, -0.85, 0, -0.55), CLOSE, FILL,
  MOVE (0, -0.55), LINE (0, 0.8), STROKE, END,
};

static const DiagramPathStep queue[] = {
  MOVE (-0.95, 0.1), LINE (-0.95, 0.85), LINE (0.95, 0.85), LINE (0.95, 0.1), STROKE,
  MOVE (0, -0.95),   LINE (0, 0.35),     MOVE (-0.45, -0.1), LINE (0, 0.35), LINE (0.45, -0.1),
  STROKE,            END,
};
static const DiagramPathStep leave[] = {
  MOVE (-0.95, 0.1), LINE (-0.95, 0.85), LINE (0.95, 0.85), LINE (0.95, 0.1), STROKE,
  MOVE (0, 0.35),    LINE (0, -0.95),    MOVE (-0.45, -0.5), LINE (0, -0.95), LINE (0.45, -0.5),
  STROKE,            END,
};
static const DiagramPathStep route[] = {
  MOVE (-0.95, 0), LINE (-0.2, 0),     LINE (0.35, -0.65), LINE (0.95, -0.65),
  MOVE (-0.2, 0),  LINE (0.35, 0.65), LINE (0.95, 0.65),  STROKE, END,
};
static const DiagramPathStep clock_face[] = {
  ROUND (0, 0, 0.92), FILL, MOVE (0, -0.55), LINE (0, 0.05), LINE (0.4, 0.3), STROKE, END,
};
static const DiagramPathStep plane[] = {
  MOVE (-0.95, -0.75), LINE (0.95, 0), LINE (-0.95, 0.75), LINE (-0.5, 0), CLOSE, FILL,
  MOVE (-0.5, 0), LINE (0.95, 0), STROKE, END,
};
static const DiagramPathStep check[] = {
  MOVE (-0.85, 0.05), LINE (-0.25, 0.65), LINE (0.9, -0.65), STROKE, END,
};
static const DiagramPathStep back[] = {
  MOVE (0.85, 0.75), LINE (0.85, -0.1), LINE (-0.85, -0.1), MOVE (-0.35, -0.6),
  LINE (-0.85, -0.1), LINE (-0.35, 0.4), STROKE, END,
};
static const DiagramPathStep key[] = {
  ROUND (-0.5, 0, 0.45), FILL, MOVE (-0.05, 0), LINE (0.95, 0), LINE (0.95, 0.4),
  MOVE (0.55, 0), LINE (0.55, 0.35), STROKE, END,
};
static const DiagramPathStep seal[] = {
  MOVE (-0.35, 0.2), LINE (-0.5, 0.95), LINE (0, 0.6), LINE (0.5, 0.95), LINE (0.35, 0.2), STROKE,
  ROUND (0, -0.3, 0.6), FILL, END,
};

static const struct
{
  const char            *name;
  const DiagramPathStep *path;
} marks[] = {
  [DIAGRAM_MARK_CIRCLE] = { "circle", circle },
  [DIAGRAM_MARK_SQUARE] = { "square", square },
  [DIAGRAM_MARK_TRIANGLE] = { "triangle", triangle },
  [DIAGRAM_MARK_DIAMOND] = { "diamond", diamond },
  [DIAGRAM_MARK_STAR] = { "star", star },
  [DIAGRAM_MARK_ENVELOPE] = { "envelope", envelope },
  [DIAGRAM_MARK_LOCK] = { "lock", lock },
  [DIAGRAM_MARK_CROSS] = { "cross", cross },
  [DIAGRAM_MARK_WARNING] = { "warning", warning },
  [DIAGRAM_MARK_COMPUTER] = { "computer", computer },
  [DIAGRAM_MARK_SERVER] = { "server", server },
  [DIAGRAM_MARK_NAMES] = { "name server", names },
  [DIAGRAM_MARK_QUEUE] = { "queue", queue },
  [DIAGRAM_MARK_LEAVE] = { "out of the queue", leave },
  [DIAGRAM_MARK_ROUTE] = { "way", route },
  [DIAGRAM_MARK_CLOCK] = { "later", clock_face },
  [DIAGRAM_MARK_SENT] = { "sent", plane },
  [DIAGRAM_MARK_CHECK] = { "delivered", check },
  [DIAGRAM_MARK_RETURN] = { "returned", back },
  [DIAGRAM_MARK_KEY] = { "key", key },
  [DIAGRAM_MARK_SEAL] = { "certificate", seal },
};
G_STATIC_ASSERT (G_N_ELEMENTS (marks) == DIAGRAM_N_MARKS);

const DiagramPathStep *
diagram_mark_get_path (DiagramMark mark)
{
  return marks[mark].path;
}

const char *
diagram_mark_get_name (DiagramMark mark)
{
  return marks[mark].name;
}

DiagramMark
diagram_mark_for_message (guint number)
{
  return DIAGRAM_MARK_CIRCLE + (number + DIAGRAM_MESSAGE_SHAPES - 1) % DIAGRAM_MESSAGE_SHAPES;
}

guint
diagram_mark_get_message_colour (guint number)
{
  return number == 0 ? 0 : (number - 1) % DIAGRAM_MESSAGE_COLOURS + 1;
}

DiagramMark
diagram_mark_for_note (const char *what)
{
  static const DiagramMark by_kind[TRACE_NOTE_N_KINDS] = {
    [TRACE_NOTE_PLAIN] = DIAGRAM_N_MARKS,        [TRACE_NOTE_QUEUED] = DIAGRAM_MARK_QUEUE,
    [TRACE_NOTE_ROUTE] = DIAGRAM_MARK_ROUTE,     [TRACE_NOTE_NAMES] = DIAGRAM_MARK_NAMES,
    [TRACE_NOTE_WAITING] = DIAGRAM_MARK_CLOCK,   [TRACE_NOTE_SENT] = DIAGRAM_MARK_SENT,
    [TRACE_NOTE_DELIVERED] = DIAGRAM_MARK_CHECK, [TRACE_NOTE_FAILED] = DIAGRAM_MARK_CROSS,
    [TRACE_NOTE_BOUNCED] = DIAGRAM_MARK_RETURN,  [TRACE_NOTE_IDENTITY] = DIAGRAM_MARK_KEY,
    [TRACE_NOTE_SECURE] = DIAGRAM_MARK_LOCK,     [TRACE_NOTE_CERTIFICATE] = DIAGRAM_MARK_SEAL,
  };

  return strcmp (what, "unqueued") == 0 ? DIAGRAM_MARK_LEAVE
                                        : by_kind[trace_note_get_kind (what)];
}

DiagramMark
diagram_mark_for_role (const char *role)
{
  if (strstr (role, "DNS") != NULL)
    return DIAGRAM_MARK_NAMES;
  if (strstr (role, "MUA") != NULL)
    return DIAGRAM_MARK_COMPUTER;
  return DIAGRAM_MARK_SERVER;
}
